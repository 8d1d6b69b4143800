"""Pencatatan kelahiran anak yang tidak diketahui asal-usul atau keberadaan orang tuanya: a foundling.

Law: UU 23/2006 art. 28: on the report of who found the child with the police's berita acara; Perpres 96/2018:
where there is none, a SPTJM with two witnesses. The akta names no parents; the child is Indonesian (UU
12/2006 art. 4) and joins the KK of who cares for it as FAMILI LAIN [G]. An adoption is another event.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.core.actors import Actor
from loket.core.identity import Sex
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions.births import (
    AlreadyRecorded,
    UnknownPerson,
    add_child,
    book_of_child,
    check_reporting,
)
from loket.register.actions.changes import Changes, Outcome, record_event
from loket.register.models import RegisterEvent, Resident
from loket.register.rules import PersonFacts, civil, notes

_OTHER_KIN = "FAMILI LAIN"


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of a child that was found, who cares for it, and the police's report.

    The birth date is the day that is taken for it. `details` is what the book keeps and no rule looks at.
    """

    child_name: str
    child_sex: Sex
    birth_date: date
    birth_place: str
    found_on: date
    found_at: str
    police: str
    police_number: str
    police_date: date | None
    guardian_nik: str
    guardian_name: str
    reporter_nik: str
    declarant_nik: str
    religion: str
    witness_niks: tuple[str, ...]
    reported_on: date
    details: dict[str, Any]


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record the birth of a foundling, or its corrected form: NIK, a row in the family of who cares for it,
    an entry in the book LU or LT. Raises RuleBroken and what `record_event` raises.
    """
    return record_event(
        office=office,
        kind="birth",
        case_ref=case_ref,
        by=by,
        niks=[report.guardian_nik],
        book=rules.birth_register_type(report.birth_date, report.reported_on),
        on=report.birth_date,
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    rules.not_in_future(report.birth_date, report.reported_on)
    rules.child_name(report.child_name)
    civil.happened(report.found_on, report.reported_on, "temuan_tanggal")
    notes.after_birth(report.birth_date, report.found_on, "temuan_tanggal")
    notes.origin_shown(report.police_number, report.declarant_nik, "temuan_nomor_polisi")
    guardian = _guardian(office, report)
    rows = queries.members_by_number(guardian.family_number or "")
    _refuse_second_record(office, report)
    child = add_child(
        changes,
        office,
        rows[0].family,
        _OTHER_KIN,
        max(row.position for row in rows) + 1,
        (report.birth_date, report.child_sex),
        name=report.child_name,
        birth_place=report.birth_place,
        religion=report.religion,
        birth_certificate=changes.number,
    )
    facts = {
        "child": book_of_child(child),
        "parents_kind": "unknown",
        "birth_order": None,
        "found_on": report.found_on.isoformat(),
        "found_at": report.found_at,
        "police": report.police,
        "police_number": report.police_number,
        "police_date": report.police_date.isoformat() if report.police_date else "",
        "guardian": {"nik": guardian.nik, "name": guardian.name},
        "reporter_nik": report.reporter_nik,
        "declarant_nik": report.declarant_nik,
        "witness_niks": list(report.witness_niks),
        **report.details,
    }
    return Outcome(resident=child, family=rows[0].family, facts=facts, born=child)


def _guardian(office: Office, report: Report) -> PersonFacts:
    """Who cares for the child, after the rules about everybody named. Raises RuleBroken."""
    niks = [report.guardian_nik, report.reporter_nik, report.declarant_nik, *report.witness_niks]
    people = queries.facts_of_all([nik for nik in niks if nik])
    guardian = people.get(report.guardian_nik)
    field = "temuan_wali_nik"
    if guardian is None:
        raise UnknownPerson(field=field)
    rules.still_alive(guardian, field)
    rules.name_agrees(guardian, report.guardian_name, field)
    rules.lives_at_office(guardian, office.code, field)
    notes.has_guardians_card(guardian.family_number, field)
    notes.guardian_of_age(guardian.birth_date, report.reported_on, guardian.ever_married, field)
    check_reporting(
        people, report.reporter_nik, report.witness_niks, [], report.reported_on, report.declarant_nik
    )
    return guardian


def _refuse_second_record(office: Office, report: Report) -> None:
    """A foundling is not recorded twice: no parents, same day, name and sex. Raises AlreadyRecorded."""
    alone = {"mother_nik": "", "mother_name": "", "father_name": ""}
    found = Resident.objects.filter(office=office, birth_date=report.birth_date, **alone)
    for child in found:
        if rules.same_child((child.name, child.sex), (report.child_name, report.child_sex)):
            raise AlreadyRecorded(field="anak_nama")
