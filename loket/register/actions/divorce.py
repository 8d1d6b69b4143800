"""Pencatatan perceraian: both are divorced, the akta perkawinan gets its note.

Law: UU 24/2013 art. 40 (within 60 days after the decision is final), Perpres 96/2018 art. 42 (the decision
and the akta perkawinan), PP 9/1975 art. 34: a divorce holds with all that follows from it from the day on
which it is entered here, so its effects are true from today. Effects by the matrix: CERAI HIDUP TERCATAT,
KTP-el to be made anew; their card is parted by another service, where the children go as the decision says.
Divorces of Muslims are recorded by their court (UU 23/2006 art. 8): see `status_updates`.
"""

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.actions import wedlock
from loket.register.actions.changes import Changes, Outcome, record_event, today_at
from loket.register.actions.marriage_end import Report, couple_of, ended
from loket.register.models import RegisterEvent
from loket.register.rules import civil


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record a divorce with its akta (book CR). Raises RuleBroken and what `record_event` raises."""
    return record_event(
        office=office,
        kind="divorce",
        case_ref=case_ref,
        by=by,
        niks=report.niks,
        book=civil.BOOKS["divorce"],
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    couple = couple_of(report, office, book=civil.BOOKS["marriage"], bound=civil.married)
    note = "Perkawinan yang dicatat dengan akta ini putus karena perceraian."
    outcome = ended(changes, office, report, couple, kind="divorce", note=note, why="divorced")
    row = wedlock.divorce(changes, couple.husband, couple.wife, today_at(office))
    if row is not None:
        changes.numbered.append((row, "ended_number"))
    return outcome
