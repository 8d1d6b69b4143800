"""Perubahan nama: another name by decision of a court, with a note beside the akta kelahiran.

Law: UU 23/2006 art. 52: by decision of the Pengadilan Negeri where the applicant lives, reported within 30
days to the office that issued the akta, which writes a note on register and kutipan. The new name obeys
Permendagri 73/2022. NIK and akta number stay; the akta of children keep the name that their parent had.
"""

from dataclasses import dataclass
from datetime import date

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.actions.changes import Changes, Outcome, record_event
from loket.register.actions.noting import akta_with, decree, make_anew, note
from loket.register.actions.parties import Decision, plain_resident, resident_here
from loket.register.models import RegisterEvent
from loket.register.rules import civil, notes


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of a change of name; a guardian asks for a child."""

    nik: str
    name: str
    new_name: str
    record_number: str
    guardian_nik: str
    decision: Decision
    reported_on: date


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record a change of name, true from the decision on. Raises RuleBroken, such as UnknownRecord."""
    return record_event(
        office=office,
        kind="name_change",
        case_ref=case_ref,
        by=by,
        niks=[report.nik],
        letter=civil.LETTERS["name_change"],
        on=report.decision.day,
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    person = resident_here(report.nik, report.name, office, "subjek1_nik")
    decision = report.decision
    notes.court_decided(decision.court, decision.number, decision.day, "perubahan_nama_pengadilan")
    day = decision.day or report.reported_on
    civil.happened(day, report.reported_on, "perubahan_nama_tanggal_penetapan")
    notes.new_name(report.new_name, "perubahan_nama_baru")
    name = " ".join(report.new_name.upper().split())
    notes.is_another(name, person.name.upper(), "perubahan_nama_baru")
    notes.guardian_for_child(
        person.birth_date, report.reported_on, report.guardian_nik, "perubahan_nama_wali_nik"
    )
    field = "perubahan_nama_nomor_akta"
    akta = akta_with(office, report.record_number, [person.nik], field, civil.BIRTH_BOOKS)
    facts = {
        **note(
            changes,
            akta,
            f"Nama {person.name} diubah menjadi {name}.",
            decree(decision),
            report.reported_on,
        ),
        "person": plain_resident(person),
        "new_name": name,
        "days_late": notes.days_late("name_change", decision.day, report.reported_on),
        **decision.facts,
    }
    changes.change(person, name=name)
    return Outcome(resident=person, family=make_anew(changes, person, "Perubahan nama"), facts=facts)
