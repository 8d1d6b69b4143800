"""Pengangkatan anak: the child joins the family of its adoptive parents, its akta kelahiran gets a note.

Law: UU 23/2006 art. 47-48, PP 54/2007, Perpres 96/2018. The natural parents in the akta do not change.
"""

from dataclasses import dataclass
from datetime import date

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions import held
from loket.register.actions.changes import Changes, Outcome, record_event, today_at
from loket.register.actions.held import Kind
from loket.register.actions.household import Numbers, add_member, leave, lock_niks
from loket.register.actions.marriage_end import basis
from loket.register.actions.parties import (
    Decision,
    birth_record_of,
    note_beside,
    plain_resident,
    resident_here,
)
from loket.register.models import Family, Membership, RegisterEvent, Resident
from loket.register.rules import civil

_CHILD, _FATHER, _MOTHER = "pengangkatan_anak", "pengangkatan_ayah_angkat", "pengangkatan_ibu_angkat"


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of an adoption. One of the adoptive parents may be missing."""

    child_nik: str
    child_name: str
    birth_number: str
    father_nik: str
    father_name: str
    mother_nik: str
    mother_name: str
    decision: Decision
    reported_on: date


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record an adoption. Raises RuleBroken, UnknownPerson and what `record_event` raises."""
    people = [report.child_nik, report.father_nik, report.mother_nik]
    families = [queries.current_family(one) for nik in people if (one := queries.resident_by_nik(nik))]
    return record_event(
        office=office,
        kind="adoption",
        case_ref=case_ref,
        by=by,
        niks=[*people, *lock_niks(families)],
        letter=civil.LETTERS["adoption"],
        apply=lambda changes: _apply(changes, office, report, case_ref),
    )


def _apply(changes: Changes, office: Office, report: Report, case_ref: str) -> Outcome:
    child = resident_here(report.child_nik, report.child_name, office, f"{_CHILD}_nik")
    if report.decision.day is not None:
        civil.happened(report.decision.day, report.reported_on, "pengangkatan_tanggal_penetapan")
        civil.still_a_child(child.birth_date, report.decision.day, f"{_CHILD}_nik")
    parents = _adopters(report, child)
    record = birth_record_of(child, report.birth_number, office, "pengangkatan_nomor_akta_lahir")
    if record is not None:
        names = " dan ".join(name for name in (report.father_name, report.mother_name) if name)
        note = f"Anak diangkat oleh {names}."
        note_beside(changes, record, note, basis(report.decision), report.reported_on)
    numbers = Numbers(office, case_ref)
    family = _move(changes, office, child, parents, numbers)
    facts = {
        "child": plain_resident(child),
        "birth_number": record.number if record else report.birth_number,
        "father": {"name": report.father_name, "nik": report.father_nik},
        "mother": {"name": report.mother_name, "nik": report.mother_nik},
        "numbers": numbers.given,
        **report.decision.facts,
    }
    return Outcome(resident=child, family=family, facts=facts)


def _adopters(report: Report, child: Resident) -> list[Resident]:
    """The adoptive parents whom the register knows. Raises RuleBroken."""
    found = []
    pairs = (
        (_FATHER, report.father_nik, report.father_name),
        (_MOTHER, report.mother_nik, report.mother_name),
    )
    for who, nik, name in pairs:
        person = queries.facts_of(nik) if nik else None
        if person is None:
            continue
        rules.still_alive(person, f"{who}_nik")
        rules.name_agrees(person, name, f"{who}_nik")
        civil.not_own_parent(nik, [child.father_nik, child.mother_nik], f"{who}_nik")
        found.append(Resident.objects.get(nik=nik))
    return found


def _move(
    changes: Changes, office: Office, child: Resident, parents: list[Resident], numbers: Numbers
) -> Family | None:
    """Move the child to the card of its adoptive parents, where they have one at this office."""
    row = (
        Membership.objects.filter(resident__in=parents, until__isnull=True, family__office=office)
        .select_related("family")
        .order_by("position")
        .first()
    )
    if row is None or queries.current_family(child) == row.family:
        return row.family if row else None
    today = today_at(office)
    leave(changes, numbers, [child], today, "", f"{_CHILD}_nik")
    add_member(changes, row.family, child, rules.relation_of_child(row.relation), today)
    changes.change(row.family, issued_on=today)
    held.outdate(changes, [child], [str(Kind.KIA)], "Pengangkatan anak")
    return row.family
