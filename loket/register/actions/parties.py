"""Whom an event is about: as they were reported, and as the register knows them; and the akta it speaks of.

What every vital event but birth needs. Fields are named as on F-2.01 (`subjek1_nik`), so that a refusal
points at what was typed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions.births import UnknownPerson
from loket.register.actions.changes import Changes
from loket.register.models import CivilRecord, RegisterEvent, Resident
from loket.register.rules import RuleBroken, civil


class UnknownRecord(RuleBroken):
    """Nomor akta ini tidak ada dalam register kantor ini. Akta lama dialihkan dulu ke register."""


@dataclass(frozen=True)
class Party:
    """Somebody as reported; who is not in the register is taken as declared."""

    name: str
    nik: str = ""
    citizenship: str = civil.CITIZEN
    travel_document: str = ""
    birth_place: str = ""
    birth_date: date | None = None


@dataclass(frozen=True)
class Decision:
    """What a court decided; empty where none was needed."""

    court: str = ""
    number: str = ""
    day: date | None = None

    @property
    def facts(self) -> dict[str, str]:
        """As documents name it; nothing where there is none."""
        if not self.court or self.day is None:
            return {}
        return {"court": self.court, "judgment_number": self.number, "judgment_date": self.day.isoformat()}


def resident_here(nik: str, name: str, office: Office, field: str) -> Resident:
    """The living resident of this office with this NIK and name. Raises UnknownPerson, RuleBroken."""
    person = queries.facts_of(nik)
    if person is None:
        raise UnknownPerson(field=field)
    civil.at_home(person, office.code, field)
    rules.still_alive(person, field)
    rules.name_agrees(person, name, field)
    return Resident.objects.get(nik=nik)


def met(party: Party, who: str) -> Resident | None:
    """The living resident that a party is, None for somebody whom the register does not know.

    `who` is what the fields of the party begin with. Raises RuleBroken.
    """
    person = queries.facts_of(party.nik) if party.nik else None
    if person is None:
        civil.citizen_has_number(party.citizenship, party.nik, f"{who}_nik")
        civil.declared(party.birth_place, party.birth_date, f"{who}_tempat_lahir")
        return None
    rules.still_alive(person, f"{who}_nik")
    rules.name_agrees(person, party.name, f"{who}_nik")
    return Resident.objects.get(nik=party.nik)


def plain_party(party: Party, person: Resident | None) -> dict[str, Any]:
    """A party as the book keeps it: from the register where it knows them, else as declared."""
    if person is None:
        return {
            "name": party.name,
            "nik": party.nik,
            "travel_document": party.travel_document,
            "birth_place": party.birth_place.upper(),
            "birth_date": party.birth_date.isoformat() if party.birth_date else "",
            "citizenship": party.citizenship,
        }
    return {
        **plain_resident(person),
        "travel_document": party.travel_document,
        "status_before": person.marital_status,
        "married_before": person.marriage_date.isoformat() if person.marriage_date else "",
    }


def plain_resident(person: Resident) -> dict[str, Any]:
    """A resident as the book keeps them on the day of the entry."""
    return {
        "name": person.name,
        "nik": person.nik,
        "birth_place": person.birth_place,
        "birth_date": person.birth_date.isoformat(),
        "citizenship": person.nationality,
    }


def check_witnesses(witnesses: Collection[str], others: Collection[str], reported: date) -> None:
    """Two people of age, apart from those whose event it is; none where the form asks for none."""
    for place, nik in enumerate(witnesses, start=1):
        if witness := queries.facts_of(nik):
            rules.witness_of_age(witness, reported, f"saksi{place}_nik")
    civil.witnesses_apart(witnesses, others)


def record_numbered(office: Office, number: str) -> CivilRecord | None:
    """The akta with this number in the books of this office, locked; None for one of another office, and for
    one whose recording was undone."""
    undone = RegisterEvent.objects.filter(case_ref=OuterRef("case_ref"), reverted_at__isnull=False)
    return (
        CivilRecord.objects.select_for_update()
        .filter(~Exists(undone), office=office, number=number.replace(" ", "").upper())
        .first()
    )


def niks_in(record: CivilRecord) -> set[str]:
    """Everybody whose akta it is: not its witnesses and who reported it."""
    people = [record.facts.get(key) for key in ("husband", "wife", "child", "person")]
    found = {person["nik"] for person in people if person and person.get("nik")}
    return found | ({record.resident.nik} if record.resident else set())


def note_beside(
    changes: Changes, record: CivilRecord, text: str, basis: str, day: date, *, ended: str = ""
) -> None:
    """Write a note beside an akta, which keeps its number; `ended` says why it holds no longer."""
    notes = [*record.facts.get("notes", []), {"day": day.isoformat(), "note": text, "basis": basis}]
    facts = {**record.facts, "notes": notes}
    changes.change(record, facts={**facts, "ended": ended} if ended else facts)


def birth_record_of(child: Resident, number: str, office: Office, field: str) -> CivilRecord | None:
    """The akta kelahiran of a child where this office has it. Raises RuleBroken for somebody else's."""
    record = record_numbered(office, number)
    if record is not None:
        civil.of_this_book(record.book, civil.BIRTH_BOOKS, field)
        civil.of_these_people(niks_in(record), [child.nik], field)
    return record
