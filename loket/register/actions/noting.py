"""A note beside an akta that is in the book already, and what has to be made anew because of it.

Shared by `name_change`, `corrections`, `other_events`, `annulments` and `citizenship_gain`. Law: UU 23/2006
art. 52-56 and 71-72, Permendagri 108/2019: the note is made by the office that issued the akta, on register
and kutipan; the akta keeps its number, whose it is their NIK. Matrix of events: KK, KTP-el and KIA are made
anew.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions import held
from loket.register.actions.births import UnknownPerson
from loket.register.actions.changes import Changes, today_at
from loket.register.actions.parties import Decision, UnknownRecord, niks_in, note_beside, record_numbered
from loket.register.models import CivilRecord, Family, Resident
from loket.register.rules import civil


def akta_with(
    office: Office, number: str, niks: Collection[str], field: str, books: Collection[str] = ()
) -> CivilRecord:
    """The akta of these people with this number, which must stand in this office's books and hold still.

    `books` are those of which a new kutipan will be made, all where it is empty. Raises UnknownRecord,
    RuleBroken.
    """
    akta = record_numbered(office, number)
    if akta is None:
        raise UnknownRecord(field=field)
    if books:
        civil.of_this_book(akta.book, books, field)
    civil.of_these_people(niks_in(akta), niks, field)
    civil.still_stands(akta.facts.get("ended", ""), field)
    return akta


def holder_here(nik: str, name: str, office: Office, field: str) -> Resident:
    """Whose akta it is, dead or alive, as long as their data are this office's. Raises RuleBroken."""
    person = queries.facts_of(nik) if nik else None
    if person is None:
        raise UnknownPerson(field=field)
    civil.at_home(person, office.code, field)
    rules.name_agrees(person, name, field)
    return Resident.objects.get(nik=nik)


def note(
    changes: Changes, akta: CivilRecord, text: str, basis: str, day: date, *, ended: str = ""
) -> dict[str, Any]:
    """Write the note, and tell what its letter says; the new kutipan is one of this akta."""
    facts = {
        "record": akta.pk,
        "record_number": akta.number,
        "record_date": akta.recorded_on.isoformat(),
        "record_book": akta.book,
        "holders": _holders(akta),
        "note": text,
        "basis": basis,
        **({"ends": akta.number} if ended else {}),
    }
    note_beside(changes, akta, text, basis, day, ended=ended)
    return facts


def _holders(akta: CivilRecord) -> list[dict[str, str]]:
    couple = [akta.facts[who] for who in ("husband", "wife") if akta.facts.get(who)]
    if couple:
        return [{"name": one["name"], "nik": one["nik"]} for one in couple]
    return [{"name": akta.subject_name, "nik": akta.subject_nik}]


def decree(decision: Decision, word: str = "penetapan") -> str:
    """The decision as a note names it; `word` is what the law calls it."""
    day = f"{decision.day:%d-%m-%Y}" if decision.day else ""
    return f"{word} {decision.court} nomor {decision.number} tanggal {day}"


def make_anew(changes: Changes, person: Resident, why: str) -> Family | None:
    """Somebody's data have changed: KTP-el and KIA are to be made anew, the family's card is of today.

    Gives the family, or None.
    """
    held.outdate(changes, [person], held.CARDS, why)
    family = queries.current_family(person)
    if family is not None:
        changes.change(family, issued_on=today_at(family.office))
    return family
