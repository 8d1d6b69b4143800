"""Cases whose numbers and documents come from SIAK: which numbers are needed, and correcting them.

Files that come back are in `siak_files`.
"""

import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction

from loket.cases import queries
from loket.cases.actions import events, products
from loket.cases.actions.common import locked, note, replayed, require, required_reason
from loket.cases.models import Case
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.core.errors import NotFoundError
from loket.register import sources


def record_entered(case: Case, variant: Variant, by: Actor, numbers: Mapping[str, str]) -> None:
    """Record the event with the numbers of its source, and decide what the products say.

    Raises what the register refuses, and NumberMissing, WrongNumber or NumberTaken.
    """
    source = sources.get(variant.source)
    with source.numbers(office=case.office, case_ref=case.ref, given=numbers, by=by):
        events.record_event(case, variant, by)
    products.prepare(case, variant, by)


def numbers_wanted(*, case_id: uuid.UUID, by: Actor) -> Sequence[sources.Want]:
    """The numbers that an official has to bring from SIAK for a case, found by trying its event out.

    Raises NotFoundError, and what the register refuses: better before anything is entered in SIAK.
    """
    case = queries.whole_case(case_id)
    if case is None or not queries.visible(case, by):
        raise NotFoundError("Permohonan ini tidak ditemukan.")
    variant = queries.variant_of(case)
    source = sources.get(variant.source)
    return source.wanted(
        office=case.office, case_ref=case.ref, event=lambda: events.record_event(case, variant, by)
    )


@transaction.atomic
def correct_numbers(
    *, case_id: uuid.UUID, by: Actor, version: int, key: uuid.UUID, numbers: Mapping[str, str], reason: str
) -> Case:
    """Enter the numbers of a case anew while its files are still awaited; the case stays where it is.

    Raises NotFoundError, AlreadyChanged, NotPossible, LoketError for a missing reason, and as
    `record_entered`.
    """
    case = locked(case_id)
    if queries.visible(case, by) and replayed(case, "correct", key):
        return case
    variant = require("correct", case, by, version=version)
    text = required_reason(reason)
    record_entered(case, variant, by, numbers)
    note(case, "correct", by, step=case.step, reason=text, key=key)
    return case
