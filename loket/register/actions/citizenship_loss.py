"""Pelepasan kewarganegaraan: no Indonesian any more, out of the family, the NIK closed.

Law: UU 23/2006 art. 53-55. Cards are withdrawn by the office; an akta in its books gets a note.
"""

from dataclasses import dataclass
from datetime import date

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries
from loket.register.actions import held
from loket.register.actions.changes import Changes, Outcome, record_event, today_at
from loket.register.actions.held import State
from loket.register.actions.household import Numbers, leave, lock_niks
from loket.register.actions.parties import (
    niks_in,
    note_beside,
    plain_resident,
    record_numbered,
    resident_here,
)
from loket.register.models import RegisterEvent, Resident
from loket.register.rules import civil, notes


@dataclass(frozen=True)
class Report:
    """What F-2.01 or F-2.02 says of a change of citizenship."""

    nik: str
    name: str
    citizenship: str
    record_number: str
    authority: str
    decision_number: str
    decision_date: date
    successor_nik: str
    reported_on: date


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record that somebody gave up Indonesian citizenship. Raises RuleBroken, UnknownPerson."""
    person = queries.resident_by_nik(report.nik)
    family = queries.current_family(person) if person else None
    return record_event(
        office=office,
        kind="citizenship_loss",
        case_ref=case_ref,
        by=by,
        niks=[report.nik, *lock_niks([family])],
        letter=civil.LETTERS["citizenship_loss"],
        on=report.decision_date,
        apply=lambda changes: _apply(changes, office, report, case_ref),
    )


def _apply(changes: Changes, office: Office, report: Report, case_ref: str) -> Outcome:
    civil.happened(report.decision_date, report.reported_on, "kewarganegaraan_tanggal_keputusan")
    person = resident_here(report.nik, report.name, office, "subjek1_nik")
    civil.is_citizen(person.nationality, "subjek1_nik")
    notes.becomes_foreign(report.citizenship, "kewarganegaraan_baru")
    facts = {
        "person": plain_resident(person),
        "new_citizenship": report.citizenship.upper(),
        "authority": report.authority,
        "decision_number": report.decision_number,
        "decision_date": report.decision_date.isoformat(),
    }
    akta = record_numbered(office, report.record_number) if report.record_number else None
    if akta is not None:
        civil.of_these_people(niks_in(akta), [person.nik], "kewarganegaraan_nomor_akta")
        note = f"{person.name} melepaskan kewarganegaraan Republik Indonesia."
        basis = f"keputusan {report.authority} nomor {report.decision_number}"
        note_beside(changes, akta, note, basis, report.reported_on)
    numbers = Numbers(office, case_ref)
    field = "kewarganegaraan_kepala_baru_nik"
    remaining = leave(changes, numbers, [person], today_at(office), report.successor_nik, field)
    left = next(iter(remaining.values()), None)
    why = "Melepaskan kewarganegaraan Republik Indonesia"
    held.end(changes, [person], held.CARDS, str(State.WITHDRAWN), today_at(office), why)
    # The register has no status of its own for this: whoever is gone counts as moved.
    changes.change(person, nationality=civil.FOREIGNER, status=Resident.Status.MOVED)
    family = left if left is not None and queries.members(left) else None
    return Outcome(resident=person, family=family, facts={**facts, "numbers": numbers.given})
