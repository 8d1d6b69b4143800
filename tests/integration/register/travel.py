"""Leaving and arriving in the tests: a household that goes from one office to the next."""

from dataclasses import replace
from datetime import date
from typing import Any

from loket.offices.models import Office
from loket.register.actions.arrivals import Arrival, record_arrival
from loket.register.actions.letters import record_cancellation, record_letter_again
from loket.register.actions.moves import (
    Departure,
    record_departure,
)
from loket.register.models import RegisterEvent, Resident
from tests.integration.register.conftest import Town, make_town
from tests.integration.register.population import (
    ADDRESS,
    CHILD,
    ELSEWHERE,
    HEAD,
    WIFE,
    Household,
    applicant,
    lines,
    register_state,
)

TODAY = date(2026, 3, 2)
LETTER = "SKPWNI/9971/02032026/0001"
EVERYBODY, HEAD_ALONE, HEAD_AND_SOME, MEMBERS = "2", "1", "3", "4"


def about(home: Household, ref: str = "case:1") -> dict[str, Any]:
    return {"office": home.town.office, "case_ref": ref, "by": home.town.by}


def whole(home: Household) -> tuple[Any, ...]:
    return lines((HEAD, home.father), (WIFE, home.mother), (CHILD, home.daughter), (CHILD, home.son))


def leaving(home: Household, people: Any, kind: str, **changes: Any) -> Departure:
    report = Departure(
        applicant(home.mother), people, "JL. JAUH NO. 1", ELSEWHERE, reason="PEKERJAAN", kind=kind
    )
    return replace(report, **changes)


def depart(home: Household, report: Departure, kind: str = "move_out", ref: str = "case:1") -> RegisterEvent:
    return record_departure(kind=kind, report=report, **about(home, ref))


def statuses(home: Household) -> list[str]:
    people = [home.father, home.mother, home.daughter, home.son]
    return [Resident.objects.get(pk=person.pk).status for person in people]


def residence() -> dict[str, Any]:
    """Who is where: all that an event may change but the documents that people hold."""
    return {name: rows for name, rows in register_state().items() if name != "HeldDocument"}


def again(home: Household, number: str, report: Departure | None, ref: str = "case:2") -> RegisterEvent:
    return record_letter_again(
        kind="move_out", applicant=applicant(home.father), number=number, report=report, **about(home, ref)
    )


def cancel(home: Household, number: str = LETTER, ref: str = "case:2", **changes: Any) -> RegisterEvent:
    values = {"kind": "move_out", "applicant": applicant(home.father), "number": number, "reason": "Batal"}
    return record_cancellation(**(values | about(home, ref) | changes))


def neighbour(home: Household) -> Town:
    """The office to which the letters lead."""
    found = Office.objects.filter(code="9972").first()
    return Town(found) if found else make_town("9972")


def arrival(*people: tuple[str, Resident], **changes: Any) -> Arrival:
    report = Arrival(
        applicant=applicant(people[0][1]),
        people=lines(*people),
        table="anggota_datang",
        letter=LETTER,
        letter_field="skpwni_nomor",
        letter_date=TODAY,
        origin="JL. MAWAR NO. 3, KOTA CONTOH",
        address=replace(ADDRESS, village="99.72.03.1001"),
    )
    return replace(report, **changes)


def arrive(home: Household, report: Arrival, ref: str = "case:9", kind: str = "move_in") -> RegisterEvent:
    there = neighbour(home)
    return record_arrival(kind=kind, report=report, office=there.office, case_ref=ref, by=there.by)


def come_here(home: Household, report: Arrival, ref: str = "case:9", kind: str = "move_in") -> RegisterEvent:
    """An arrival at the office of the household, with a letter of another place."""
    return record_arrival(kind=kind, report=replace(report, address=ADDRESS), **about(home, ref))


def everybody(home: Household) -> list[tuple[str, Resident]]:
    return [(HEAD, home.father), (WIFE, home.mother), (CHILD, home.daughter), (CHILD, home.son)]


def offices(home: Household) -> list[str]:
    people = [home.father, home.mother, home.daughter, home.son]
    return [Resident.objects.get(pk=person.pk).office_id for person in people]
