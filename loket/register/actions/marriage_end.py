"""The end of a marriage and of a divorce: who may be named, and what the akta of before gets.

Shared by `divorce`, `marriage_annulment` and `divorce_annulment`. Law: UU 23/2006 art. 37-43, UU 24/2013 art.
40.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.offices.models import Office
from loket.offices.queries import definition
from loket.register import couples
from loket.register.actions.changes import Changes, Outcome
from loket.register.actions.parties import (
    Decision,
    Party,
    met,
    niks_in,
    note_beside,
    plain_party,
    record_numbered,
)
from loket.register.models import CivilRecord, Resident
from loket.register.rules import civil, lateness
from loket.register.rules import couples as law

WHO = ("subjek1", "subjek2")


@dataclass(frozen=True)
class Report:
    """A couple, the akta that a court put an end to, and its decision.

    `field` begins the form's fields, `record_field` is the one of the akta's number. `final_on` is when the
    decision became final, by the clerk of the court.
    """

    husband: Party
    wife: Party
    record_number: str
    record_date: date
    decision: Decision
    reported_on: date
    field: str
    record_field: str
    details: dict[str, Any]
    final_on: date | None = None

    @property
    def niks(self) -> list[str]:
        """Those of the two who have one."""
        return [nik for nik in (self.husband.nik, self.wife.nik) if nik]


@dataclass(frozen=True)
class Couple:
    """The two as the register knows them, and the akta where this office has it."""

    husband: Resident | None
    wife: Resident | None
    record: CivilRecord | None

    @property
    def known(self) -> list[tuple[str, Resident]]:
        """Who of them is in the register, each with the name of their part in the akta."""
        both = (("husband", self.husband), ("wife", self.wife))
        return [(part, person) for part, person in both if person is not None]


def couple_of(report: Report, office: Office, *, book: str, bound: Callable[[str, str], None]) -> Couple:
    """The couple of an akta that still stands; `bound` is the rule for their marital status.

    Raises RuleBroken.
    """
    if report.decision.day is not None:
        civil.happened(report.decision.day, report.reported_on, f"{report.field}_tanggal_putusan")
    people = [met(party, who) for party, who in zip((report.husband, report.wife), WHO, strict=True)]
    civil.one_at_home([one.office_id for one in people if one], office.code, "subjek1_nik")
    for who, person in zip(WHO, people, strict=True):
        if person is not None:
            bound(person.marital_status, f"{who}_nik")
    if bound == civil.married:
        _check_marriage(report, *people)
    record = record_numbered(office, report.record_number)
    if record is not None:
        field = report.record_field
        civil.of_this_book(record.book, [book], field)
        civil.of_these_people(niks_in(record), report.niks, field)
        civil.still_stands(record.facts.get("ended", ""), field)
    return Couple(people[0], people[1], record)


def _check_marriage(report: Report, husband: Resident | None, wife: Resident | None) -> None:
    """The two are married to each other, as far as the register knows, and were so before. Raises
    RuleBroken."""
    if husband is not None and wife is not None:
        of_him, of_her = couples.spouses(husband), couples.spouses(wife)
        law.married_to_each_other(bool(of_him or of_her), wife in of_him or husband in of_her, "subjek2_nik")
    row = couples.between(husband, wife)
    if row is not None and report.decision.day is not None:
        law.ends_after_it_began(row.since, report.decision.day, f"{report.field}_tanggal_putusan")


def basis(decision: Decision) -> str:
    """The decision as a note beside an akta names it."""
    day = f"{decision.day:%d-%m-%Y}" if decision.day else ""
    return f"putusan {decision.court} nomor {decision.number} tanggal {day}"


def ended(
    changes: Changes, office: Office, report: Report, couple: Couple, *, kind: str, note: str, why: str
) -> Outcome:
    """Write the note beside the akta that ends, and tell what the documents say; `kind` is the event."""
    since = report.final_on or report.decision.day
    late = lateness.lateness(kind, since, report.reported_on, definition(office).late_fines)
    facts = {
        "husband": plain_party(report.husband, couple.husband),
        "wife": plain_party(report.wife, couple.wife),
        "record_number": couple.record.number if couple.record else report.record_number,
        "record_date": report.record_date.isoformat(),
        "record_book": couple.record.book if couple.record else "",
        "note": note,
        "basis": basis(report.decision),
        "ends": couple.record.number if couple.record else "",
        **report.decision.facts,
        **report.details,
        **late,
    }
    if couple.record is not None:
        note_beside(changes, couple.record, note, facts["basis"], report.reported_on, ended=why)
    here = [person for _, person in couple.known if person.office_id == office.code]
    return Outcome(resident=here[0], facts=facts)


def before(couple: Couple, part: str) -> dict[str, Any]:
    """What somebody's status was when the akta that ends was made; nothing where this office lacks it."""
    found: dict[str, Any] = couple.record.facts.get(part) or {} if couple.record else {}
    return found
