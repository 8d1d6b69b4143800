"""Perolehan kewarganegaraan: a foreigner of the register becomes Indonesian and keeps the NIK.

Law: UU 23/2006 art. 53, UU 12/2006: after the oath, reported within 60 days with the decree (of the President
or of the minister); a note beside the akta that this office has. Permits of stay count no longer, card and KK
are made anew. The other way: `citizenship_loss`.
"""

from dataclasses import dataclass
from datetime import date

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.actions import held
from loket.register.actions.changes import Changes, Outcome, record_event, today_at
from loket.register.actions.held import Kind, State
from loket.register.actions.noting import akta_with, make_anew, note
from loket.register.actions.parties import plain_resident, resident_here
from loket.register.models import RegisterEvent
from loket.register.rules import civil, notes


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of somebody who becomes Indonesian; whoever has an akta of this office names it."""

    nik: str
    name: str
    citizenship: str
    record_number: str
    authority: str
    decision_number: str
    decision_date: date
    reported_on: date


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record that somebody became Indonesian. Raises RuleBroken, such as UnknownRecord."""
    return record_event(
        office=office,
        kind="citizenship_gain",
        case_ref=case_ref,
        by=by,
        niks=[report.nik],
        letter=civil.LETTERS["citizenship_gain"],
        on=report.decision_date,
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    civil.happened(report.decision_date, report.reported_on, "kewarganegaraan_tanggal_keputusan")
    notes.becomes_indonesian(report.citizenship, "kewarganegaraan_baru")
    person = resident_here(report.nik, report.name, office, "subjek1_nik")
    notes.is_foreigner(person.nationality, "subjek1_nik")
    facts = {
        "person": plain_resident(person),
        "authority": report.authority,
        "decision_number": report.decision_number,
        "decision_date": report.decision_date.isoformat(),
        "days_late": notes.days_late("citizenship_gain", report.decision_date, report.reported_on),
    }
    if report.record_number:
        akta = akta_with(office, report.record_number, [person.nik], "kewarganegaraan_nomor_akta")
        text = f"{person.name} memperoleh kewarganegaraan Republik Indonesia."
        day = f"{report.decision_date:%d-%m-%Y}"
        basis = f"keputusan {report.authority} nomor {report.decision_number} tanggal {day}"
        facts |= note(changes, akta, text, basis, report.reported_on)
    changes.change(person, nationality=civil.CITIZEN)
    why = "Memperoleh kewarganegaraan Republik Indonesia"
    permits = [*held.PERMITS, str(Kind.SKTT)]
    held.end(changes, [person], permits, str(State.WITHDRAWN), today_at(office), why)
    return Outcome(resident=person, family=make_anew(changes, person, why), facts=facts)
