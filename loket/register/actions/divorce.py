"""Pencatatan perceraian: both are divorced, the akta perkawinan gets its note.

Law: UU 24/2013 art. 40, Perpres 96/2018. Their card is parted by another service.
"""

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.actions.changes import Changes, Outcome, record_event
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
    outcome = ended(changes, office, report, couple, note=note, why="divorced")
    for _, person in couple.known:
        changes.change(person, marital_status=civil.DIVORCED, marriage_date=None)
    return outcome
