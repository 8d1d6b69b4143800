"""Pembatalan perkawinan: statuses go back to what they were, the akta perkawinan gets its note.

Law: UU 23/2006 art. 37-38. The akta keeps its number and no longer holds.
"""

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.actions.changes import Changes, Outcome, record_event
from loket.register.actions.marriage_end import Report, before, couple_of, ended
from loket.register.models import RegisterEvent
from loket.register.rules import civil


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record that a court annulled a marriage. Raises RuleBroken and what `record_event` raises."""
    return record_event(
        office=office,
        kind="marriage_annulment",
        case_ref=case_ref,
        by=by,
        niks=report.niks,
        letter=civil.LETTERS["marriage_annulment"],
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    couple = couple_of(report, office, book=civil.BOOKS["marriage"], bound=civil.married)
    note = "Perkawinan yang dicatat dengan akta ini dibatalkan."
    outcome = ended(changes, office, report, couple, note=note, why="annulled")
    for part, person in couple.known:
        # [G] Where another office made the akta, the register does not know what they were before.
        status = before(couple, part).get("status_before", civil.UNMARRIED)
        changes.change(person, marital_status=status, marriage_date=None)
    return outcome
