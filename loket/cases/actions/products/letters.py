"""Letters of pendaftaran penduduk, biodata, berita acara of access: what they say, from the register."""

from collections.abc import Callable
from typing import Any

from loket.cases.actions.products.content import Content, NothingRecorded, event
from loket.cases.models import Case
from loket.core.identity import mask_name, mask_number
from loket.register import queries as register
from loket.register.actions.household import address_line
from loket.register.models import RegisterEvent, Resident


def _shown(person: Resident, **more: str) -> dict[str, str]:
    return {"Nama": mask_name(person.name), "NIK": mask_number(person.nik), **more}


def _person(found: RegisterEvent) -> Resident:
    if found.resident is None:
        raise NothingRecorded()
    return found.resident


def _letter(found: RegisterEvent, key: str, context: dict[str, Any], **shown: str) -> Content:
    person = _person(found)
    return Content(found.number, person.name, key, context, _shown(person, **shown))


def _move_key(found: RegisterEvent) -> str:
    """A letter and those in its place are about one move: the newest is in force."""
    return f"pindah:{found.facts.get('root', found.case_ref)}"


def _move(found: RegisterEvent) -> dict[str, Any]:
    """What the letters of both kinds of departure say alike."""
    facts = found.facts
    return {
        "applicant_name": facts["applicant"]["name"],
        "applicant_nik": facts["applicant"]["nik"],
        "family_number": facts["family_number"],
        "origin": facts["origin"],
        "destination": facts["destination"],
        "replaces": facts.get("uses", ""),
        "cancelled": facts.get("cancelled", ""),
    }


def _moved_out(case: Case) -> Content:
    found = event(case)
    facts = found.facts
    context = _move(found) | {
        "head_name": facts["head_name"],
        "classification": facts["classification"],
        "reason": facts["reason"],
        "kind": facts["kind"],
        "planned_on": facts["planned_on"],
        "valid_until": facts.get("valid_until", ""),
        "movers": facts["movers"],
    }
    shown = {"Pindah": str(len(facts["movers"]))}
    if facts.get("valid_until"):
        shown["Berlaku sampai"] = facts["valid_until"]
    return _letter(found, _move_key(found), context, **shown)


def _moved_abroad(case: Case) -> Content:
    found = event(case)
    facts = found.facts
    movers = [{key: row[key] for key in ("nik", "name", "relation")} for row in facts["movers"]]
    context = _move(found) | {
        "country": facts["country"],
        "host": facts["host"],
        "planned_on": facts["planned_on"],
        "movers": movers,
    }
    return _letter(found, _move_key(found), context, Pindah=str(len(movers)))


def _arrived(found: RegisterEvent) -> dict[str, Any]:
    """What the letters of both kinds of arrival say alike."""
    if found.family is None:
        raise NothingRecorded()
    facts = found.facts
    return {
        "applicant_name": facts["applicant"]["name"],
        "applicant_nik": facts["applicant"]["nik"],
        "letter_number": facts["letter_number"],
        "letter_date": facts["letter_date"],
        "family_number": found.family.number,
        "head_name": register.family_card(found.family)["head"],
        "destination": facts["destination"],
        "arrived_on": facts["arrived_on"],
        "arrivals": facts["arrivals"],
    }


def _moved_in(case: Case) -> Content:
    found = event(case)
    context = _arrived(found) | {"origin": found.facts["origin"]}
    return _letter(found, f"surat:{found.number}", context, Datang=str(len(context["arrivals"])))


def _returned(case: Case) -> Content:
    found = event(case)
    facts = found.facts
    context = _arrived(found) | {"country": facts["country"], "passport": facts["passport"]}
    return _letter(found, f"surat:{found.number}", context, Datang=str(len(context["arrivals"])))


def _identity(person: Resident) -> dict[str, Any]:
    return {
        "nik": person.nik,
        "name": person.name,
        "sex": person.sex,
        "birth_place": person.birth_place,
        "birth_date": person.birth_date.isoformat(),
        "religion": person.religion,
        "marital_status": person.marital_status,
    }


def _foreign_residence(case: Case) -> Content:
    found = event(case)
    person, facts = _person(found), found.facts
    context = _identity(person) | {
        "nationality": facts.get("country") or person.nationality,
        "occupation": person.occupation,
        "address": facts["address"],
        "passport": facts.get("passport", ""),
        "permit": f"{facts['kind']} {facts['number']}",
        "valid_until": facts["valid_until"],
        "sponsor": facts.get("sponsor", ""),
        "replaces": facts["replaces"],
    }
    return _letter(found, f"sktt:{person.nik}", context, **{"Berlaku sampai": facts["valid_until"]})


def _identity_substitute(case: Case) -> Content:
    found = event(case)
    person, facts = _person(found), found.facts
    context = _identity(person) | {"address": facts["address"], "recorded_on": facts["recorded_on"]}
    return _letter(found, f"pengganti-identitas:{person.nik}", context)


def _biodata(case: Case) -> Content:
    """The biodata of the person of the case, with the family they belong to or belonged to last."""
    person = _person(event(case))
    last = register.last_membership(person)
    context = _identity(person) | {
        "blood_type": person.blood_type,
        "education": person.education,
        "occupation": person.occupation,
        "marriage_date": person.marriage_date.isoformat() if person.marriage_date else "",
        "nationality": person.nationality,
        "family_number": last.family.number if last else "",
        "relation": last.relation if last else "",
        "address": address_line(last.family) if last else "",
        "father_name": person.father_name,
        "father_nik": person.father_nik,
        "mother_name": person.mother_name,
        "mother_nik": person.mother_nik,
        "birth_certificate": person.birth_certificate,
    }
    return Content(person.nik, person.name, f"biodata:{person.nik}", context, _shown(person))


def _data_access(case: Case) -> Content:
    found, access = event(case), register.data_access_of_case(case.ref)
    if access is None:
        raise NothingRecorded()
    context = {
        "institution": access.institution,
        "institution_address": access.address,
        "person_name": access.person_name,
        "person_title": access.person_title,
        "kind": access.kind,
        "purpose": access.purpose,
        "mou_number": access.mou_number,
        "mou_date": access.mou_date.isoformat(),
        "agreement_number": access.agreement_number,
        "agreement_date": access.agreement_date.isoformat(),
        "valid_until": access.valid_until.isoformat(),
        "categories": access.categories,
    }
    shown = {"Instansi": access.institution, "Berlaku sampai": access.valid_until.isoformat()}
    key = f"akses:{access.office_id}:{access.agreement_number}"
    return Content(found.number, access.institution, key, context, shown)


BUILDERS: dict[str, Callable[[Case], Content]] = {
    "surat-keterangan-pindah-wni": _moved_out,
    "surat-keterangan-pindah-luar-negeri": _moved_abroad,
    "surat-keterangan-datang": _moved_in,
    "surat-keterangan-datang-luar-negeri": _returned,
    "surat-keterangan-tempat-tinggal": _foreign_residence,
    "surat-keterangan-pengganti-identitas": _identity_substitute,
    "biodata-penduduk": _biodata,
    "berita-acara-akses-data": _data_access,
}
