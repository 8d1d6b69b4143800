"""Births that give a letter and no akta: a child born dead, and a statement that a birth was reported.

Law: UU 23/2006 art. 27 and 33. No NIK, no row in the family: a living child gets both with its akta.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.core.actors import Actor
from loket.core.identity import Sex
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions.births import UnknownPerson
from loket.register.actions.changes import Outcome, record_event
from loket.register.models import RegisterEvent, Resident
from loket.register.rules import civil


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of a child born dead, or of a birth for which a statement is asked."""

    mother_nik: str
    mother_name: str
    father_nik: str
    father_name: str
    reporter_nik: str
    sex: Sex
    day: date
    place: str
    order: int
    reported_on: date
    field: str
    details: dict[str, Any]


def record_stillbirth(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record that a child was born dead. Raises RuleBroken, UnknownPerson."""
    return _record(office, report, case_ref, by, "stillbirth")


def record_birth_statement(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record that a birth was reported, for a surat keterangan. Raises RuleBroken, UnknownPerson."""
    return _record(office, report, case_ref, by, "birth_statement")


def _record(office: Office, report: Report, case_ref: str, by: Actor, kind: str) -> RegisterEvent:
    return record_event(
        office=office,
        kind=kind,
        case_ref=case_ref,
        by=by,
        niks=[report.mother_nik],
        letter=civil.LETTERS[kind],
        apply=lambda changes: _apply(office, report),
    )


def _apply(office: Office, report: Report) -> Outcome:
    civil.happened(report.day, report.reported_on, report.field)
    mother = queries.facts_of(report.mother_nik)
    if mother is None:
        raise UnknownPerson(field="ibu_nik")
    rules.name_agrees(mother, report.mother_name, "ibu_nik")
    rules.mother_is_woman(mother)
    rules.mother_older_than_child(mother, report.day)
    rules.mother_alive_at_birth(mother, report.day)
    rules.mother_at_office(mother, office.code)
    father = queries.facts_of(report.father_nik) if report.father_nik else None
    if father is not None:
        rules.name_agrees(father, report.father_name, "ayah_nik")
        rules.father_is_man(father)
        rules.father_lived(father, report.day)
        rules.father_older_than_child(father, report.day)
    if reporter := queries.facts_of(report.reporter_nik):
        rules.reporter_alive(reporter)
    return Outcome(resident=Resident.objects.get(nik=report.mother_nik), facts=_facts(report))


def _facts(report: Report) -> dict[str, Any]:
    return {
        "sex": report.sex,
        "birth_date": report.day.isoformat(),
        "birth_place": report.place.upper(),
        "child_order": report.order,
        "mother": {"name": report.mother_name, "nik": report.mother_nik},
        "father": {"name": report.father_name, "nik": report.father_nik} if report.father_name else None,
        "reporter_nik": report.reporter_nik,
        **report.details,
    }
