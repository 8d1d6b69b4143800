"""Surat keterangan: tempat tinggal of a foreigner (SKTT), and in place of an identity document.

Law: UU 23/2006 jo. 24/2013 art. 20 and 25, Perpres 96/2018. A SKTT is valid as long as the permit; whoever
has an ITAS belongs to no Kartu Keluarga, so the address stands in the event. The vulnerable get a NIK and a
letter, no KK.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries
from loket.register.actions.biodata import Biodata, enrol, refuse_twin
from loket.register.actions.changes import Changes, Outcome, today_at
from loket.register.actions.household import (
    Address,
    Applicant,
    Numbers,
    address_line,
    address_words,
    applicant_of,
    check_village,
    known_resident,
    record_household,
)
from loket.register.models import Family, RegisterEvent, Resident
from loket.register.rules import RuleBroken

FOREIGNER = "WNA"
LETTERS = {"foreign_residence": "SKTT", "identity_substitute": "SKPTI"}


class NotAForeigner(RuleBroken):
    """Surat keterangan tempat tinggal hanya untuk orang asing; orang ini tercatat sebagai WNI."""


class PermitExpired(RuleBroken):
    """Izin tinggal ini sudah berakhir. Perpanjang dahulu izin tinggal di kantor imigrasi."""


class NoLetterYet(RuleBroken):
    """Orang ini belum punya surat keterangan tempat tinggal di kantor ini. Ajukan yang baru."""


class NoAddress(RuleBroken):
    """Alamat orang ini belum diketahui. Isi alamat tempat tinggalnya."""


@dataclass(frozen=True)
class Permit:
    """The residence permit and the passport of a foreigner."""

    kind: str
    number: str
    valid_until: date
    passport: str = ""
    country: str = ""
    sponsor: str = ""


@dataclass(frozen=True)
class ForeignResidence:
    """A SKTT: new (`person`), prolonged (`permit` of somebody known) or given again (neither)."""

    applicant: Applicant | None
    person: Biodata | None
    permit: Permit | None
    address: Address | None
    replaces: str = ""


def record_foreign_residence(
    *, office: Office, report: ForeignResidence, case_ref: str, by: Actor
) -> RegisterEvent:
    """Record a foreigner's residence and number the SKTT. Raises RuleBroken with the field."""
    niks = [report.applicant.nik] if report.applicant else []
    return record_household(
        office=office,
        kind="foreign_residence",
        case_ref=case_ref,
        by=by,
        niks=[*niks, report.person.nik if report.person else ""],
        apply=lambda changes, numbers: _residence(changes, numbers, office, report, case_ref),
        letter=LETTERS["foreign_residence"],
    )


def _residence(
    changes: Changes, numbers: Numbers, office: Office, report: ForeignResidence, case_ref: str
) -> Outcome:
    person = _foreigner(changes, numbers, office, report)
    earlier = RegisterEvent.objects.filter(
        kind="foreign_residence", resident=person, office=office, reverted_at__isnull=True
    )
    last = earlier.exclude(case_ref=case_ref).order_by("-applied_at", "-pk").first()
    facts: dict[str, Any] = dict(last.facts) if last else {}
    if report.permit is None and last is None:
        raise NoLetterYet(field="pemohon_nik")
    if report.permit is not None:
        facts |= _permit_facts(report.permit, facts, today_at(office))
    facts["address"] = _address(report, person, facts, office)
    facts["replaces"] = last.number if last else report.replaces
    return Outcome(resident=person, family=queries.current_family(person), facts=facts)


def _permit_facts(permit: Permit, before: dict[str, Any], day: date) -> dict[str, Any]:
    """The permit as the letter says it; passport and country of before where they are not said again."""
    if permit.valid_until < day:
        raise PermitExpired(field="izin_berakhir")
    said = {name: value for name, value in asdict(permit).items() if value}
    return {**before, **said, "valid_until": permit.valid_until.isoformat()}


def _foreigner(changes: Changes, numbers: Numbers, office: Office, report: ForeignResidence) -> Resident:
    """The foreigner: new with a NIK, or the known one. Raises RuleBroken."""
    data = report.person
    if data is not None and not (data.nik and queries.resident_by_nik(data.nik)):
        if report.address is None:
            raise NoAddress(field="tiba_alamat")
        check_village(report.address, office)
        refuse_twin(office, data)
        nik = data.nik or numbers.nik(report.address.district, data.birth_date, data.sex)
        return enrol(changes, office, data, nik, today_at(office))
    nik, name, field = (
        (data.nik, data.name, "orang_nik")
        if data is not None
        else (_applicant(report).nik, _applicant(report).name, "pemohon_nik")
    )
    person = known_resident(nik, name, office, field)
    if person.nationality == "WNI":
        raise NotAForeigner(field=field)
    return person


def _applicant(report: ForeignResidence) -> Applicant:
    if report.applicant is None:
        raise ValueError("a letter for somebody known needs the applicant")
    return report.applicant


def _address(report: ForeignResidence, person: Resident, facts: dict[str, Any], office: Office) -> str:
    """The address that the letter shows: as written now, else of the family, else as before."""
    if report.address is not None:
        check_village(report.address, office)
        return address_words(report.address)
    family = queries.current_family(person)
    if family is not None:
        return address_line(family)
    if not facts.get("address"):
        raise NoAddress(field="pemohon_nik")
    return str(facts["address"])


def record_identity_substitute(
    *,
    office: Office,
    applicant: Applicant | None,
    person: Biodata | None,
    address: Address | None,
    case_ref: str,
    by: Actor,
) -> RegisterEvent:
    """Number the letter that stands for an identity document, for somebody vulnerable.

    Who is known (`applicant`) keeps everything; who is not (`person`) gets a NIK, and needs an address here.
    Raises RuleBroken with the field, AlreadyKnown, NoAddress.
    """
    return record_household(
        office=office,
        kind="identity_substitute",
        case_ref=case_ref,
        by=by,
        niks=[applicant.nik if applicant else "", person.nik if person else ""],
        apply=lambda changes, numbers: _substitute(changes, numbers, office, applicant, person, address),
        letter=LETTERS["identity_substitute"],
    )


def _substitute(
    changes: Changes,
    numbers: Numbers,
    office: Office,
    applicant: Applicant | None,
    data: Biodata | None,
    address: Address | None,
) -> Outcome:
    day = today_at(office)
    if address is not None:
        check_village(address, office)
    if data is not None and not data.nik:
        if address is None:
            raise NoAddress(field="tiba_alamat")
        refuse_twin(office, data)
        nik = numbers.nik(address.district, data.birth_date, data.sex)
        person = enrol(changes, office, data, nik, day)
    elif data is not None:
        person = known_resident(data.nik, data.name, office, "orang_nik")
    elif applicant is not None:
        person = applicant_of(applicant, office)
    else:
        raise ValueError("a letter needs a person")
    family = queries.current_family(person)
    facts = {"recorded_on": day.isoformat(), "address": _where(address, family)}
    return Outcome(resident=person, family=family, facts=facts)


def _where(address: Address | None, family: Family | None) -> str:
    """The address that the letter shows. Raises NoAddress."""
    if address is not None:
        return address_words(address)
    if family is None:
        raise NoAddress(field="pemohon_nik")
    return address_line(family)
