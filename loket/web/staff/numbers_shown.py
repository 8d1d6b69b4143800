"""What a case's page says beside the numbers of its form: who it is in the register, what is wrong or odd."""

from typing import Any

from loket.cases.models import Case
from loket.cases.queries.numbers import impossible_numbers, number_warnings
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.core.wording import long_date
from loket.register import queries as register
from loket.register.models import Resident
from loket.web.forms import people_in


def _differences(typed: dict[str, Any], person: Resident, family: str) -> list[str]:
    """What the register says otherwise than the form of one person."""
    if person.merged_into is not None:
        return [f"NIK sudah ditutup, pakai {person.merged_into.nik}"]
    recorded = {
        "nama": (person.name, person.name),
        "tanggal_lahir": (person.birth_date.isoformat(), f"lahir {long_date(person.birth_date)}"),
        "nomor_kk": (family, f"nomor KK {family or 'tidak ada'}"),
    }
    return [words for field, (value, words) in recorded.items() if typed.get(field) not in (None, "", value)]


def _known_people(case: Case, variant: Variant) -> list[dict[str, Any]]:
    """The NIKs of the answers beside what the register says of them. Two queries."""
    people = people_in(variant.fields(), case.answers)
    known = register.people_by_nik(case.office, [nik for _, nik, _ in people])
    families = register.family_numbers(known.values())
    rows = []
    for key, nik, typed in people:
        person = known.get(nik)
        other = _differences(typed, person, families.get(person.nik, "")) if person else []
        rows.append({"key": key, "person": person, "other": ", ".join(other)})
    return rows


def numbers_context(case: Case, variant: Variant, by: Actor, *, whole: bool) -> dict[str, Any]:
    """What is known, wrong or odd about the numbers of the answers. At most four queries."""
    return {
        "people": _known_people(case, variant) if whole else [],
        "impossible": impossible_numbers(case, variant),
        "warnings": number_warnings(case, variant) if whole else [],
        "supervises": by.may("supervise", case.office_id),
    }
