"""Pengesahan anak: the child counts as that of a couple whose marriage the state has recorded.

Law: UU 24/2013 art. 50: the parents married by their religion before the birth and the marriage is recorded
now; otherwise a court decides.
"""

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.actions.acknowledgement import Report, child_gets_father, father_of
from loket.register.actions.changes import Changes, Outcome, record_event
from loket.register.actions.parties import niks_in, record_numbered, resident_here
from loket.register.models import RegisterEvent
from loket.register.rules import civil


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record a legitimation with its akta (book PS). Raises RuleBroken, UnknownPerson."""
    return record_event(
        office=office,
        kind="legitimation",
        case_ref=case_ref,
        by=by,
        niks=report.niks,
        book=civil.BOOKS["legitimation"],
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    child = resident_here(report.child_nik, report.child_name, office, f"{report.field}_anak_nik")
    civil.is_the_father(child.father_nik, report.father_nik, f"{report.field}_ayah_nik")
    wedding = f"{report.field}_tanggal_kawin_agama"
    civil.married_before_birth(report.wedding_day, child.birth_date, report.decision.court, wedding)
    marriage = record_numbered(office, report.marriage_number)
    if marriage is not None:
        field = f"{report.field}_nomor_akta_kawin"
        civil.of_this_book(marriage.book, [civil.BOOKS["marriage"]], field)
        civil.of_these_people(niks_in(marriage), [report.father_nik, report.mother_nik], field)
    father = father_of(report, child)
    note = f"Anak disahkan sebagai anak {father.name} dan {report.mother_name}."
    outcome = child_gets_father(changes, office, report, child, father, note)
    recorded = report.marriage_recorded.isoformat() if report.marriage_recorded else ""
    outcome.facts.update(marriage_number=report.marriage_number, marriage_recorded=recorded)
    return outcome
