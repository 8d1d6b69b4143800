"""Numbers that cannot have been issued so: a case with one goes on after a supervisor gave the reason."""

import uuid

from django.db import transaction

from loket.cases import queries
from loket.cases.actions.common import locked
from loket.cases.models import Case
from loket.cases.queries.numbers import impossible_numbers
from loket.catalogue.rules import Step, StepKind, Variant
from loket.core.actors import Actor
from loket.core.errors import ConflictError, NotFoundError
from loket.register.actions import accepting

# Where an official answers for what the form says; other kinds of step only carry it on.
ANSWERING_KINDS: frozenset[StepKind] = frozenset({"check", "verify", "enter_data"})


class NumberNotAccepted(ConflictError):
    """Nomor ini tidak mungkin diterbitkan seperti tertulis. Permohonan dapat diteruskan sesudah atasan
    menuliskan alasan menerimanya, atau dikembalikan supaya nomornya diperbaiki."""


def refuse_unaccepted_numbers(case: Case, variant: Variant, step: Step) -> None:
    """A step that answers for the form waits for the supervisor's reason. Raises NumberNotAccepted."""
    if step.kind not in ANSWERING_KINDS:
        return
    for odd in impossible_numbers(case, variant):
        if odd.waits:
            raise NumberNotAccepted(field=odd.number.key)


@transaction.atomic
def accept_case_number(*, case_id: uuid.UUID, key: str, reason: str, by: Actor) -> Case:
    """A supervisor takes an impossible number of a case, which stands in the field (or cell) `key`.

    It counts for every later form of the office. Raises NotFoundError, NotAllowedError, ReasonTooShort.
    """
    case = locked(case_id)
    if not queries.visible(case, by):
        raise NotFoundError("Permohonan ini tidak ditemukan.")
    variant = queries.variant_of(case)
    odd = next((odd for odd in impossible_numbers(case, variant) if odd.number.key == key), None)
    if odd is None:
        raise NotFoundError("Nomor ini tidak ada pada permohonan ini.")
    accepting.accept_number(
        office=case.office,
        number=odd.number.digits,
        code=odd.finding.code,
        reason=reason,
        source=case.ref,
        by=by,
    )
    return case
