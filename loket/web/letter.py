"""What a SKPWNI of another office of this installation says, for the official who takes its people in.

For the doors of staff alone, as with what the register knows (ADR 0022), and only of a letter that leads to
this office and counts: it names whom this office is asked to take in. Each look is journaled with the case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from loket.audit.actions import record_look
from loket.cases.models import Case
from loket.catalogue.rules import FormPart, Variant
from loket.core.actors import Actor
from loket.documents import queries as documents
from loket.offices.queries import area_chain
from loket.register import moving
from loket.register.models import LetterPerson, MoveLetter
from loket.register.rules import HEAD
from loket.web.known import Choices, Filled

# The hidden field of a page that was filled in from a letter says so: it is filled in once.
MARK = "surat_pindah"
_NUMBERS = ("skpwni_nomor", "pendatang_skpwni_nomor")
_PEOPLE = "anggota_datang"


@dataclass(frozen=True)
class Seen:
    """The letter that an arrival names, beside what the application says. `letter` is None for one of
    another place; `verdict` is what is known of the document with its number."""

    number: str
    letter: MoveLetter | None
    people: list[LetterPerson]
    origin: str
    verdict: str
    missing: list[LetterPerson]
    strangers: list[str]


def number_in(variant: Variant, answers: Mapping[str, Any]) -> str:
    """The number of the SKPWNI that an application names, "" where it names none."""
    asked = {field.key for field in variant.fields()}
    return next((str(answers[key]) for key in _NUMBERS if key in asked and answers.get(key)), "")


def seen(case: Case, variant: Variant) -> Seen | None:
    """The letter of an arrival as an official compares it. The caller records the look. A few queries."""
    number = number_in(variant, case.answers)
    if not number:
        return None
    letter = moving.letter_for(case.office, number)
    verdict = documents.verify_number("".join(number.upper().split())).verdict
    if letter is None:
        return Seen(number, None, [], "", verdict, [], [])
    people, event = list(letter.people.all()), moving.event_of(letter)
    coming = {str(row.get("nik")) for row in case.answers.get(_PEOPLE) or []}
    names = {person.nik for person in people}
    return Seen(
        number=letter.number,
        letter=letter,
        people=people,
        origin=str(event.facts.get("origin", "")) if event else "",
        verdict=verdict,
        missing=[person for person in people if coming and person.nik not in coming],
        strangers=sorted(coming - names),
    )


def complete(
    case: Case,
    by: Actor,
    part: FormPart,
    found: Filled,
    answers: Mapping[str, Any],
    choices: Choices,
    marks: Iterable[str],
) -> None:
    """Put what the letter says into the fields of a page that were left empty; a row of the journal for it.

    Nothing typed is overwritten, and a page that was filled in once is not filled in again.
    """
    if MARK in marks:
        found.marks.append(MARK)
        return
    both = {**answers, **found.values}
    number = next((str(both[key]) for key in _NUMBERS if both.get(key)), "")
    letter = moving.letter_for(case.office, number) if number else None
    if letter is None or letter.state != MoveLetter.State.ISSUED:
        return
    said = _said(letter, choices)
    before = len(found.fields)
    for entry in part.fields:
        if entry.key in said and found.values.get(entry.key) in (None, "", []):
            found.values[entry.key] = said[entry.key]
            found.fields.append(entry)
    if len(found.fields) > before:
        found.marks.append(MARK)
        record_look(
            subject=f"move-letter:{letter.pk}",
            actor=by.ref,
            office_code=case.office_id,
            reason=f"melengkapi isian {case.ref} dari surat pindah",
        )


def _said(letter: MoveLetter, choices: Choices) -> dict[str, Any]:
    """What the letter and its family of origin say, by the field that asks for it."""
    said: dict[str, Any] = {
        "skpwni_tanggal": letter.issued_on.isoformat(),
        "pendatang_skpwni_tanggal": letter.issued_on.isoformat(),
        _PEOPLE: _rows(list(letter.people.all()), choices.get("shdk", {})),
    }
    if letter.family is not None:
        areas = area_chain(letter.family.village_id)
        said |= {
            "asal_nomor_kk": letter.family.number,
            "asal_alamat": letter.family.address,
            "asal_desa": areas["village"].name if "village" in areas else "",
            "asal_kecamatan": areas["district"].name if "district" in areas else "",
        }
    if letter.office is not None and letter.office.definition["area"] in choices.get("kabupaten_kota", {}):
        said["asal_kabupaten"] = letter.office.definition["area"]
    return {key: value for key, value in said.items() if value}


def _rows(people: list[LetterPerson], relations: Mapping[str, str]) -> list[dict[str, str]]:
    """The lines of a table: SHDK as it was where the head comes along, since it need not change then."""
    codes = {label: code for code, label in relations.items()}
    together = any(person.relation == HEAD for person in people)
    return [
        {
            "nik": person.nik,
            "nama": person.name,
            "shdk": codes.get(person.relation, "") if together else "",
        }
        for person in people
    ]
