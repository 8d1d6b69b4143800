"""Pembatalan perceraian: both are married again, the akta perceraian gets its note.

Law: UU 23/2006 art. 42-43 (within 60 days after the court's decision, the akta perceraian is withdrawn and a
surat keterangan given). The akta keeps its number and no longer holds; the akta perkawinan holds again, and
so does what the register knew of the marriage. Who married another in the meantime is refused: they are
divorced no longer.
"""

from datetime import date

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.actions import wedlock
from loket.register.actions.changes import Changes, Outcome, record_event
from loket.register.actions.marriage_end import Couple, Report, before, couple_of, ended
from loket.register.actions.parties import note_beside, record_numbered
from loket.register.models import RegisterEvent
from loket.register.rules import civil


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record that a court annulled a divorce. Raises RuleBroken and what `record_event` raises."""
    return record_event(
        office=office,
        kind="divorce_annulment",
        case_ref=case_ref,
        by=by,
        niks=report.niks,
        letter=civil.LETTERS["divorce_annulment"],
        on=report.decision.day,
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    couple = couple_of(report, office, book=civil.BOOKS["divorce"], bound=civil.divorced)
    note = "Perceraian yang dicatat dengan akta ini dibatalkan."
    outcome = ended(changes, office, report, couple, kind="divorce_annulment", note=note, why="annulled")
    row = wedlock.resume(changes, couple.husband, couple.wife)
    for part, person in couple.known:
        day = before(couple, part).get("married_before", "")
        married_on = date.fromisoformat(day) if day else row.since if row else None
        changes.change(person, marital_status=civil.MARRIED, marriage_date=married_on)
        wedlock.renew_cards(changes, person)
    _marriage_holds(changes, office, report, couple, outcome.facts["basis"])
    return outcome


def _marriage_holds(changes: Changes, office: Office, report: Report, couple: Couple, basis: str) -> None:
    """The akta perkawinan that the divorce had ended holds again, where this office has it."""
    number = couple.record.facts.get("record_number", "") if couple.record else ""
    marriage = record_numbered(office, number) if number else None
    if marriage is None:
        return
    note_beside(changes, marriage, "Perkawinan berlaku lagi.", basis, report.reported_on)
    changes.change(marriage, facts={**marriage.facts, "ended": ""})
