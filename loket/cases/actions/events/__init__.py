"""From a form's answers to the register: one function for each event that a standard may name."""

from collections.abc import Callable

from loket.cases.actions.events import civil, population
from loket.cases.models import Case
from loket.cases.queries import variant_of
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.register import actions as register
from loket.register.queries import event_of_case

EVENTS: dict[str, Callable[[Case, Variant, Actor], None]] = {**civil.RECORDERS, **population.RECORDERS}
LASTING: frozenset[str] = civil.LASTING
UNDO: dict[str, Callable[[Case, Actor], None]] = {**civil.UNDO, **population.UNDO}


def record_event(case: Case, variant: Variant, by: Actor) -> None:
    """Record the event that the variant names; a corrected case amends what it recorded before.

    Raises what the register refuses (RuleBroken, AlreadyRecorded).
    """
    if variant.event is None:
        return
    EVENTS[variant.event](case, variant, by)
    case.recorded = variant.event in LASTING


def undo_event(case: Case, by: Actor) -> None:
    """Undo what the case recorded, where the register can; the table lets no other case end.

    Raises ChangedSince where the register has gone on since.
    """
    event = variant_of(case).event
    if event in UNDO:
        UNDO[event](case, by)
    elif event is not None and event not in LASTING and event_of_case(case.ref) is not None:
        register.revert_event(case_ref=case.ref, by=by)
