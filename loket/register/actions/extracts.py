"""An akta of this office's books once more: a statement about it, a new kutipan for one lost or spoiled.

Law: UU 23/2006 art. 67-68. Neither changes the register; the akta keeps its number, and the kutipan of before
is superseded by the new one.
"""

from collections.abc import Collection
from dataclasses import dataclass

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions.births import UnknownPerson
from loket.register.actions.changes import Outcome, record_event
from loket.register.actions.parties import UnknownRecord, niks_in, record_numbered
from loket.register.models import CivilRecord, RegisterEvent, Resident
from loket.register.rules import civil


@dataclass(frozen=True)
class Report:
    """Which akta, and who of those it is about asks; `field` is that of its number.

    `books` are those whose akta will do, all where it is empty.
    """

    nik: str
    name: str
    record_number: str
    field: str
    books: Collection[str] = ()
    purpose: str = ""


def record_statement(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record that a statement about an akta was asked for. Raises RuleBroken, such as UnknownRecord."""
    return record_event(
        office=office,
        kind="civil_statement",
        case_ref=case_ref,
        by=by,
        letter=civil.LETTERS["civil_statement"],
        apply=lambda _: _apply(office, report),
    )


def record_reissue(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record that a new kutipan was asked for. Raises RuleBroken, such as UnknownRecord."""
    return record_event(
        office=office,
        kind="extract_reissue",
        case_ref=case_ref,
        by=by,
        apply=lambda _: _apply(office, report),
    )


def _apply(office: Office, report: Report) -> Outcome:
    person = queries.facts_of(report.nik) if report.nik else None
    if person is None:
        raise UnknownPerson(field="subjek1_nik")
    rules.name_agrees(person, report.name, "subjek1_nik")
    akta = record_numbered(office, report.record_number)
    if akta is None:
        raise UnknownRecord(field=report.field)
    civil.of_these_people(niks_in(akta), [report.nik], report.field)
    if report.books:
        civil.of_this_book(akta.book, report.books, report.field)
    civil.still_stands(akta.facts.get("ended", "") if report.books else "", report.field)
    facts = {"record": akta.pk, "purpose": report.purpose}
    return Outcome(resident=Resident.objects.get(nik=report.nik), facts=facts)


def record_of_extract(event: RegisterEvent) -> CivilRecord:
    """The akta that an event of this module is about."""
    return CivilRecord.objects.select_related("resident").get(pk=event.facts["record"])
