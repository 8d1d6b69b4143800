"""Pencatatan kematian: who died leaves the family, the NIK is closed, husband or wife is widowed.

Law: UU 24/2013 art. 44, Perpres 96/2018. Where the head dies, the others get a card with a new number under
the head whom the report names.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.core.actors import Actor
from loket.core.identity import Sex
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions.changes import (
    ChangedSince,
    Changes,
    Outcome,
    record_event,
    revert_event,
    today_at,
)
from loket.register.actions.household import Numbers, leave, lock_niks
from loket.register.actions.parties import check_witnesses, plain_resident
from loket.register.models import CivilRecord, Family, RegisterEvent, Resident
from loket.register.rules import HEAD, HUSBAND, WIFE, civil

_COUPLE = (HEAD, HUSBAND, WIFE)
_WEDDED = (civil.MARRIED, "KAWIN BELUM TERCATAT")


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of a death. Sex, birth and basis are declared of whom the register does not know."""

    name: str
    nik: str
    day: date
    time: str
    place: str
    cause: str
    stated_by: str
    successor_nik: str
    reporter_nik: str
    witness_niks: tuple[str, ...]
    reported_on: date
    basis: str = ""
    travel_document: str = ""
    sex: Sex | None = None
    birth_place: str = ""
    birth_date: date | None = None


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record a death with its akta (book KM). Raises RuleBroken and what `record_event` raises."""
    return _record(office, report, case_ref, by, kind="death")


def record_statement(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record a death for a surat keterangan; its akta may follow. Raises RuleBroken."""
    return _record(office, report, case_ref, by, kind="death_statement")


def revert_statement(*, case_ref: str, by: Actor) -> None:
    """Undo a death that a surat keterangan stands for, once. Raises ChangedSince where its akta was made."""
    event = queries.event_of_case(case_ref)
    if event is None:
        return
    if event.resident is not None and _has_akta(event.resident):
        raise ChangedSince()
    revert_event(case_ref=case_ref, by=by)


def _record(office: Office, report: Report, case_ref: str, by: Actor, *, kind: str) -> RegisterEvent:
    person = queries.resident_by_nik(report.nik) if report.nik else None
    family = queries.current_family(person) if person else None
    return record_event(
        office=office,
        kind=kind,
        case_ref=case_ref,
        by=by,
        niks=[report.nik, *lock_niks([family])],
        book=civil.BOOKS.get(kind, ""),
        letter=civil.LETTERS.get(kind, ""),
        apply=lambda changes: _apply(changes, office, report, case_ref, kind),
    )


def _apply(changes: Changes, office: Office, report: Report, case_ref: str, kind: str) -> Outcome:
    civil.happened(report.day, report.reported_on, "kematian_tanggal")
    if reporter := queries.facts_of(report.reporter_nik):
        rules.reporter_alive(reporter)
    check_witnesses(report.witness_niks, [report.nik, report.reporter_nik], report.reported_on)
    known = queries.facts_of(report.nik) if report.nik else None
    if known is None:
        civil.basis_for_unknown(report.basis or report.travel_document, "kematian_dasar")
        return Outcome(facts={**_declared(report), **_facts(report)})
    civil.at_home(known, office.code, "kematian_nik")
    rules.name_agrees(known, report.name, "kematian_nik")
    civil.lived_before(known.birth_date, report.day, "kematian_tanggal")
    person = Resident.objects.get(nik=report.nik)
    facts = {"person": _person(person), **_facts(report)}
    if person.death_date is not None and kind == "death" and _was_stated(person):
        civil.as_stated(report.day, person.death_date, "kematian_tanggal")
        return Outcome(resident=person, facts=facts)
    civil.dies_once(person.death_date, "kematian_nik")
    numbers = Numbers(office, case_ref)
    family = _close(changes, office, report, person, numbers)
    return Outcome(resident=person, family=family, facts={**facts, "numbers": numbers.given})


def _was_stated(person: Resident) -> bool:
    """Whether a surat keterangan stands for the death, without an akta yet."""
    stated = RegisterEvent.objects.filter(
        resident=person, kind="death_statement", reverted_at__isnull=True
    ).exists()
    return stated and not _has_akta(person)


def _has_akta(person: Resident) -> bool:
    return CivilRecord.objects.filter(resident=person, book=civil.BOOKS["death"]).exists()


def _close(
    changes: Changes, office: Office, report: Report, person: Resident, numbers: Numbers
) -> Family | None:
    """What a death changes. The family of those who stay behind, or None."""
    family = queries.current_family(person)
    if family is not None:
        _widow(changes, person, family)
    changes.change(person, status=Resident.Status.DEAD, death_date=report.day)
    field = "kematian_kepala_baru_nik"
    remaining = leave(changes, numbers, [person], today_at(office), report.successor_nik, field)
    left = next(iter(remaining.values()), None)
    return left if left is not None and queries.members(left) else None


def _widow(changes: Changes, person: Resident, family: Family) -> None:
    """Husband or wife on the same card is widowed; not a man who has another wife on it."""
    couple = [row.resident for row in queries.members(family) if row.relation in _COUPLE]
    if person not in couple:
        return
    wedded = [one for one in couple if one != person and one.marital_status in _WEDDED]
    if person.sex == "P" and any(one.sex == "P" for one in wedded):
        return
    for spouse in wedded:
        if spouse.sex != person.sex:
            changes.change(spouse, marital_status=civil.WIDOWED)


def _person(person: Resident) -> dict[str, Any]:
    parents = {"father_name": person.father_name, "mother_name": person.mother_name}
    return {**plain_resident(person), "sex": person.sex, **parents}


def _declared(report: Report) -> dict[str, Any]:
    return {
        "person": {
            "name": report.name,
            "nik": report.nik,
            "travel_document": report.travel_document,
            "sex": report.sex or "",
            "birth_place": report.birth_place.upper(),
            "birth_date": report.birth_date.isoformat() if report.birth_date else "",
            "citizenship": "",
        }
    }


def _facts(report: Report) -> dict[str, Any]:
    return {
        "death_date": report.day.isoformat(),
        "death_time": report.time,
        "death_place": report.place.upper(),
        "cause": report.cause,
        "stated_by": report.stated_by,
        "basis": report.basis,
        "reporter_nik": report.reporter_nik,
        "witness_niks": list(report.witness_niks),
    }
