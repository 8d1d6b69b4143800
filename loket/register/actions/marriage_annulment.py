"""Pembatalan perkawinan: statuses go back to what they were, the akta perkawinan gets its note.

Law: UU 23/2006 art. 37-38 (within 90 days after the court's decision; the akta perkawinan is withdrawn and a
surat keterangan given), UU 1/1974 art. 22-28. The akta keeps its number and no longer holds.
"""

from datetime import date

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import couples
from loket.register.actions import wedlock
from loket.register.actions.changes import Changes, Outcome, record_event, today_at
from loket.register.actions.marriage_end import Couple, Report, before, couple_of, ended
from loket.register.models import RegisterEvent, Resident
from loket.register.rules import civil
from loket.register.rules import couples as law


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record that a court annulled a marriage. Raises RuleBroken and what `record_event` raises."""
    return record_event(
        office=office,
        kind="marriage_annulment",
        case_ref=case_ref,
        by=by,
        niks=report.niks,
        letter=civil.LETTERS["marriage_annulment"],
        on=report.decision.day,
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    couple = couple_of(report, office, book=civil.BOOKS["marriage"], bound=civil.married)
    note = "Perkawinan yang dicatat dengan akta ini dibatalkan."
    outcome = ended(changes, office, report, couple, kind="marriage_annulment", note=note, why="annulled")
    day = report.decision.day or today_at(office)
    row = wedlock.end(changes, couple.husband, couple.wife, day, law.BY_ANNULMENT)
    for part, person in couple.known:
        other = couple.wife if part == "husband" else couple.husband
        if not couples.bound(person, other):
            status, married_on = _was(couple, part, person)
            changes.change(person, marital_status=status, marriage_date=married_on)
            wedlock.renew_cards(changes, person)
    if row is not None:
        changes.numbered.append((row, "ended_number"))
    return outcome


def _was(couple: Couple, part: str, person: Resident) -> tuple[str, date | None]:
    """Status and day of marriage before the one that never held: by its akta, else by the marriages before
    it.

    An unrecorded marriage that became this one does not come back either.
    """
    said = before(couple, part)
    if said.get("status_before", "") not in ("", *law.WEDDED):
        day = said.get("married_before", "")
        return said["status_before"], date.fromisoformat(day) if day else None
    return couples.status_without(person), None
