"""What officials do at a step: carry it out, return it, reject it."""

import uuid
from collections.abc import Callable

from django.db import transaction

from loket.cases import queries
from loket.cases.actions import desk, events, making, messages, products, siak
from loket.cases.actions.common import (
    SIGNED,
    DuplicateSuspected,
    Given,
    NotPossible,
    NotSignedYet,
    enter_step,
    locked,
    note,
    replayed,
    require,
    required_reason,
    stop_clock,
    wait_openly,
    written_reason,
)
from loket.cases.actions.numbers import refuse_unaccepted_numbers
from loket.cases.models import Case, Pause
from loket.catalogue.rules import Step, StepKind, Variant
from loket.core import clock
from loket.core.actors import SYSTEM, Actor
from loket.core.errors import LoketError
from loket.documents import queries as documents


def _word(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """Nothing beyond the official's word: what was looked at is on the page and in the journal."""


def _enter_data(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """Record the event in the register and decide what the products say, in this transaction."""
    siak.record_entered(case, variant, by, given.numbers)


def _sign(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """Electronic signatures are made by the signer, wet ones are noted here; over when all are there."""
    if variant.step(case.step).signature == "wet":
        desk.sign_on_paper(case, by, given)
    if not products.all_signed(case):
        raise NotSignedYet()
    products.revoke_ended(case, by)


def _send(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """Deliver the files and let the print room see the cards."""
    step = variant.step(case.step)
    making.release(case)
    files = [
        {"sha256": document.signed_sha256, "filename": f"{document.kind}-{document.pk[:8]}.pdf"}
        for document in documents.of_case(case.ref)
    ]
    messages.tell(case, "done", attachments=files if "email" in step.send_by else [])
    stop_clock(case, variant, "sent")


# Where an official compares a suspected duplicate with the case.
COMPARING_KINDS: frozenset[StepKind] = frozenset({"check", "check_biometrics", "verify"})
_EFFECTS: dict[StepKind, Callable[[Case, Variant, Actor, Given], None]] = {
    "receive": desk.receive,
    "check": _word,
    "register": desk.register,
    "forward": _word,
    "verify": _word,
    "paraf": _word,
    "archive": _word,
    "enter_data": _enter_data,
    "sign": _sign,
    "stamp": _word,
    "send": _send,
    "hand_over": desk.hand_over,
    "acknowledge": desk.acknowledge,
    "lift": _word,
    "print_file": _word,
    "print": making.print_products,
    "sort": _word,
    "handover_record": making.record_handover,
    "distribute": _word,
    "announce": making.announce,
    "interview": making.interview,
    "check_biometrics": making.check_biometrics,
    "record_biometrics": making.record_biometrics,
    "activate": making.activate,
    "unload": _word,
    "consolidate": _word,
    "analyse": _word,
    "inspect": _word,
    "repair": _word,
    "report": making.report,
    "number_and_send": _word,
}


# The document is made and waits for its owner to come; how long that takes is not the office's time.
WAITING_KINDS: frozenset[StepKind] = frozenset({"activate", "hand_over"})


def _go_on(case: Case, variant: Variant, done: Step) -> None:
    """Move to the next step; after the last one the case is done."""
    following = variant.step_after(done.step)
    enter_step(case, following, "open" if following else "done")
    wait_openly(case, done, following)
    if following is None:
        stop_clock(case, variant, "done")
    elif following.kind == "print":
        making.release(case)
    elif following.kind in WAITING_KINDS and done.kind not in WAITING_KINDS:
        stop_clock(case, variant, "ready")
        messages.tell(case, "ready")


def run_automatic(case: Case, variant: Variant) -> None:
    """Carry out the steps that nobody has to press a button for."""
    while case.state == "open":
        step = variant.step(case.step)
        if not step.automatic:
            return
        _EFFECTS[step.kind](case, variant, SYSTEM, Given())
        _go_on(case, variant, step)
        note(case, "complete", SYSTEM, step=step.step)


def _refuse_unseen_duplicate(case: Case, step: Step, distinct: bool, reason: str) -> None:
    """The first official who verifies must say that another report of the same event is not this one."""
    if step.kind in COMPARING_KINDS and not distinct and queries.same_event_cases(case):
        raise DuplicateSuspected(field="distinct")
    if distinct and not reason:
        raise LoketError("Tulis mengapa ini bukan laporan ganda.", field="reason")


def confirm_registration(case: Case, variant: Variant, by: Actor, *, reason: str) -> None:
    """Carry out the steps up to the registration, which an official did by hand on a day on paper.

    In the transaction that sends the case, whose resi says when it was. Raises NotPossible,
    DuplicateSuspected, and what `desk.register` raises.
    """
    registered = False
    while not registered:
        step = variant.step(case.step)
        require("complete", case, by)
        _refuse_unseen_duplicate(case, step, False, "")
        _EFFECTS[step.kind](case, variant, by, Given())
        _go_on(case, variant, step)
        note(case, "complete", by, step=step.step, reason=reason)
        registered = step.kind == "register"


@transaction.atomic
def take_step(
    *,
    case_id: uuid.UUID,
    by: Actor,
    version: int,
    key: uuid.UUID,
    step: str,
    distinct: bool = False,
    reason: str = "",
    given: Given | None = None,
) -> Case:
    """Carry out the step at which the case stands and go on to the next official.

    `version` is that of the page the official saw, `distinct` says that a similar report was compared and is
    another event (with the reason), `given` is what the step's kind asks for. The same `key` again gives the
    case as it is. Raises NotFoundError, AlreadyChanged, NotPossible, DuplicateSuspected, NumberNotAccepted,
    NotSignedYet, what the register refuses (RuleBroken) and what `desk` refuses.
    """
    case = locked(case_id)
    if queries.visible(case, by) and replayed(case, "complete", key):
        return case
    variant = require("complete", case, by, version=version)
    if case.step != step:
        raise NotPossible()
    current, text = variant.step(step), written_reason(reason)
    _refuse_unseen_duplicate(case, current, distinct, text)
    refuse_unaccepted_numbers(case, variant, current)
    _EFFECTS[current.kind](case, variant, by, given or Given())
    _go_on(case, variant, current)
    said = making.said(current, given or Given())
    note(case, "complete", by, step=step, reason=said or text, key=key)
    run_automatic(case, variant)
    return case


@transaction.atomic
def return_case(*, case_id: uuid.UUID, by: Actor, version: int, key: uuid.UUID, to: str, reason: str) -> Case:
    """Send the case back to an earlier step; back to the applicant means that the clock stands still.

    Raises NotFoundError, AlreadyChanged, NotPossible, and LoketError for a missing reason.
    """
    case = locked(case_id)
    if queries.visible(case, by) and replayed(case, "return", key):
        return case
    variant = require("return", case, by, version=version)
    current = variant.step(case.step)
    if to not in current.returns_to:
        raise NotPossible("Standar layanan tidak mengizinkan pengembalian ke langkah ini.")
    if to not in queries.situation(case, variant).returns_to:
        raise NotPossible(f"Tidak dapat dikembalikan ke langkah ini: dokumennya {SIGNED}.")
    text = required_reason(reason)
    target = variant.step(to)
    enter_step(case, target, "returned" if target.kind == "apply" else "open")
    wait_openly(case, current, target)
    case.stopped_at = None
    if target.kind == "apply":
        case.returned_at, case.reminded_at = clock.now(), None
        Pause.objects.create(case=case, started_at=clock.now(), reason="returned")
    note(case, "return", by, step=current.step, reason=text, key=key)
    if target.kind == "apply":
        messages.tell(case, "returned", reason=text)
    return case


@transaction.atomic
def reject(*, case_id: uuid.UUID, by: Actor, version: int, key: uuid.UUID, reason: str) -> Case:
    """Refuse the application for good, with the reason the applicant reads.

    Raises NotFoundError, AlreadyChanged, NotPossible, and LoketError for a missing reason.
    """
    case = locked(case_id)
    if queries.visible(case, by) and replayed(case, "reject", key):
        return case
    require("reject", case, by, version=version)
    text = required_reason(reason)
    step = case.step
    events.undo_event(case, by)
    Pause.objects.filter(case=case, ended_at__isnull=True).update(ended_at=clock.now())
    enter_step(case, None, "rejected")
    note(case, "reject", by, step=step, reason=text, key=key)
    messages.tell(case, "rejected", reason=text)
    return case
