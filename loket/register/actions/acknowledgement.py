"""Pengakuan anak: a child known as its mother's alone gets its father.

Law: UU 24/2013 art. 49: only where the parents married by their religion and the state has not recorded it.
"""

from dataclasses import dataclass
from datetime import date

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions.births import UnknownPerson
from loket.register.actions.changes import Changes, Outcome, record_event
from loket.register.actions.parties import (
    Decision,
    birth_record_of,
    note_beside,
    plain_resident,
    resident_here,
)
from loket.register.models import RegisterEvent, Resident
from loket.register.rules import civil


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of a child and its parents, when it is recognised or legitimated.

    `field` begins the fields of the form; the akta of the parents' marriage is named for a legitimation only.
    """

    child_nik: str
    child_name: str
    birth_number: str
    father_nik: str
    father_name: str
    mother_nik: str
    mother_name: str
    wedding_day: date
    officiant: str
    decision: Decision
    reported_on: date
    field: str
    marriage_number: str = ""
    marriage_recorded: date | None = None

    @property
    def niks(self) -> list[str]:
        """Child and parents."""
        return [nik for nik in (self.child_nik, self.father_nik, self.mother_nik) if nik]


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record a recognition with its akta (book PA). Raises RuleBroken, UnknownPerson."""
    return record_event(
        office=office,
        kind="acknowledgement",
        case_ref=case_ref,
        by=by,
        niks=report.niks,
        book=civil.BOOKS["acknowledgement"],
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    child = resident_here(report.child_nik, report.child_name, office, f"{report.field}_anak_nik")
    civil.has_no_father(child.father_name, f"{report.field}_anak_nik")
    civil.court_for_foreign_mother(report.mother_nik, report.decision.court, f"{report.field}_pengadilan")
    father = father_of(report, child)
    note = f"Anak diakui oleh {father.name}, ayahnya, dengan persetujuan ibu kandungnya."
    return child_gets_father(changes, office, report, child, father, note)


def father_of(report: Report, child: Resident) -> Resident:
    """The father, after the rules about both parents. Raises RuleBroken, UnknownPerson."""
    civil.happened(report.wedding_day, report.reported_on, f"{report.field}_tanggal_kawin_agama")
    civil.is_the_mother(child.mother_nik, report.mother_nik, f"{report.field}_ibu_nik")
    if mother := queries.facts_of(report.mother_nik) if report.mother_nik else None:
        rules.name_agrees(mother, report.mother_name, f"{report.field}_ibu_nik")
    father = queries.facts_of(report.father_nik)
    field = f"{report.field}_ayah_nik"
    if father is None:
        raise UnknownPerson(field=field)
    rules.still_alive(father, field)
    rules.name_agrees(father, report.father_name, field)
    civil.may_be_father(father.sex, father.birth_date, child.birth_date, field)
    return Resident.objects.get(nik=report.father_nik)


def child_gets_father(
    changes: Changes, office: Office, report: Report, child: Resident, father: Resident, note: str
) -> Outcome:
    """Name the father of a child, with a note beside the akta kelahiran."""
    field = f"{report.field}_nomor_akta_lahir"
    birth = birth_record_of(child, report.birth_number, office, field)
    if birth is not None:
        basis = f"akta {report.field} anak tanggal {report.reported_on:%d-%m-%Y}"
        note_beside(changes, birth, note, basis, report.reported_on)
    facts = {
        "child": plain_resident(child),
        "birth_number": birth.number if birth else report.birth_number,
        "father": {"name": father.name, "nik": father.nik},
        "mother": {"name": report.mother_name, "nik": report.mother_nik},
        "wedding_date": report.wedding_day.isoformat(),
        "officiant": report.officiant,
        **report.decision.facts,
    }
    changes.change(child, father_nik=father.nik, father_name=father.name)
    return Outcome(resident=child, facts=facts)
