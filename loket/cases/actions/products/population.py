"""Kartu keluarga, letters and cards of pendaftaran penduduk: what they say, from the register."""

from collections.abc import Callable
from typing import Any

from loket.cases.actions.products import letters
from loket.cases.actions.products.content import Content, NothingRecorded, recorded
from loket.cases.models import Case
from loket.core.identity import mask_name
from loket.register import queries as register
from loket.register.models import Resident


def _member(relation: str, person: Resident) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": person.name,
        "nik": person.nik,
        "sex": person.sex,
        "birth_place": person.birth_place,
        "birth_date": person.birth_date.isoformat(),
        "religion": person.religion,
        "education": person.education,
        "occupation": person.occupation,
        "blood_type": person.blood_type,
        "marital_status": person.marital_status,
        "relationship": relation,
        "citizenship": person.nationality,
        "father_name": person.father_name,
        "mother_name": person.mother_name,
    }
    if person.marriage_date:
        row["marriage_date"] = person.marriage_date.isoformat()
    return row


def _family_card(case: Case) -> Content:
    family = register.family_of_case(case.ref)
    if family is None:
        raise NothingRecorded()
    card = register.family_card(family)
    if not card["members"]:
        raise NothingRecorded("Kartu Keluarga ini tidak punya anggota lagi, sehingga tidak dapat dibuat.")
    context = {
        "head_name": card["head"],
        "address": card["address"],
        "rt": card["rt"],
        "rw": card["rw"],
        "postal_code": card["postal_code"],
        "village": card["village"].upper(),
        "district": card["district"].upper(),
        "regency": card["regency"].upper(),
        "province": card["province"].upper(),
        "members": [_member(relation, person) for relation, person in card["members"]],
    }
    shown = {
        "Kepala keluarga": mask_name(card["head"]),
        "Jumlah anggota": str(len(card["members"])),
        "Kecamatan": card["district"],
    }
    return Content(card["number"], card["head"], f"kk:{card['number']}", context, shown)


BUILDERS: dict[str, Callable[[Case], Content]] = {"kartu-keluarga": _family_card, **letters.BUILDERS}


def card_data(case: Case) -> dict[str, str]:
    """What the print room needs to find the card's person in the national application."""
    event = register.event_of_case(case.ref)
    if event is not None and event.resident is not None:
        person, family = event.resident, event.family or register.current_family(event.resident)
        data = {
            "nik": person.nik,
            "family_card_number": family.number if family else "",
            "birth_certificate_number": person.birth_certificate,
            "reason": event.facts.get("reason", ""),
        }
        return data | {key: event.facts[key] for key in ("valid_until",) if key in event.facts}
    entry, family = recorded(case)
    return {
        "nik": entry.resident.nik,
        "family_card_number": family.number,
        "birth_certificate_number": entry.number,
    }
