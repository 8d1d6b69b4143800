"""Peristiwa penting lainnya: what a court decides about somebody's akta, such as another sex.

Law: UU 23/2006 art. 56 and its explanation: other important events are those that a Pengadilan Negeri decides
are to be recorded, such as a change of sex; reported within 30 days, noted beside the akta. The NIK stays,
though it tells the sex recorded first; the akta keeps its number.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from loket.core.actors import Actor
from loket.core.identity import Sex
from loket.offices.models import Office
from loket.register.actions.changes import Changes, Outcome, record_event
from loket.register.actions.noting import akta_with, decree, make_anew, note
from loket.register.actions.parties import Decision, plain_resident, resident_here
from loket.register.models import RegisterEvent
from loket.register.rules import civil, notes

_SEXES: dict[Sex, str] = {"L": "laki-laki", "P": "perempuan"}


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of another important event; `sex` is the new one where that is what changes.

    `books` are those of which the service makes a new kutipan, all where it makes none.
    """

    nik: str
    name: str
    record_number: str
    description: str
    sex: Sex | None
    decision: Decision
    reported_on: date
    books: Collection[str] = ()


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record what a court decided, true from its decision on. Raises RuleBroken, such as UnknownRecord."""
    return record_event(
        office=office,
        kind="other_event",
        case_ref=case_ref,
        by=by,
        niks=[report.nik],
        letter=civil.LETTERS["other_event"],
        on=report.decision.day,
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    person = resident_here(report.nik, report.name, office, "subjek1_nik")
    decision = report.decision
    notes.court_decided(decision.court, decision.number, decision.day, "peristiwa_lain_pengadilan")
    civil.happened(decision.day or report.reported_on, report.reported_on, "peristiwa_lain_tanggal_penetapan")
    akta = akta_with(office, report.record_number, [person.nik], "peristiwa_lain_nomor_akta", report.books)
    text = " ".join(report.description.split()).rstrip(".")
    if report.sex is not None:
        notes.is_another(report.sex, person.sex, "peristiwa_lain_jenis_kelamin_baru")
        notes.no_spouse(person.marital_status, "subjek1_nik")
        text = f"{text}. Jenis kelamin {_SEXES[person.sex]} diubah menjadi {_SEXES[report.sex]}"
    facts = {
        **note(changes, akta, f"{text}.", decree(decision), report.reported_on),
        "person": plain_resident(person),
        "days_late": notes.days_late("other_event", decision.day, report.reported_on),
        **decision.facts,
    }
    if report.sex is None:
        return Outcome(resident=person, facts=facts)
    changes.change(person, sex=report.sex)
    return Outcome(resident=person, family=make_anew(changes, person, "Perubahan jenis kelamin"), facts=facts)
