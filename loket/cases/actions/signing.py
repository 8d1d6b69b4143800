"""Signing from the list: a batch is released here, signed by a job, and its cases go on."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from django.db import connection
from procrastinate.contrib.django import app

from loket.cases import queries
from loket.cases.actions import products
from loket.cases.actions.working import take_step
from loket.cases.rules.states import allowed
from loket.core.actors import SYSTEM, Actor
from loket.core.errors import LoketError
from loket.documents import actions as documents
from loket.documents.models import BatchItem, SigningBatch
from loket.documents.queries import states_of_case
from loket.documents.signers.base import SignerLocked, SignerUnavailable
from loket.offices.models import Account, Office
from loket.offices.queries import actor_of

_LOCK_NAMESPACE = 0x517


def start_signing(
    *,
    office: Office,
    account: Account,
    by: Actor,
    document_ids: list[str],
    passphrase: str,
    totp: str,
    key: uuid.UUID,
    seen_at: datetime | None = None,
) -> SigningBatch:
    """Release documents with passphrase and TOTP and let a job sign them.

    What was issued anew after `seen_at`, when the signer's list was shown, stays for the next time.
    Raises what `documents.actions.start_batch` raises.
    """
    waiting = queries.waiting_for_signature(office, by)
    mine = {item.pk for item in waiting if seen_at is None or item.issued_at <= seen_at}
    batch = documents.start_batch(
        office=office,
        account=account,
        by=by,
        document_ids=[document_id for document_id in document_ids if document_id in mine],
        passphrase=passphrase,
        totp=totp,
        key=key,
    )
    _defer(batch)
    return batch


def release_signing(*, batch_id: uuid.UUID, account: Account, passphrase: str, totp: str) -> SigningBatch:
    """Go on with a batch that waits for the passphrase."""
    batch = documents.release_batch(batch_id=batch_id, account=account, passphrase=passphrase, totp=totp)
    _defer(batch)
    return batch


def _defer(batch: SigningBatch) -> None:
    # By name: tasks stand above actions and must not be imported here.
    job = app.configure_task("cases.sign_batch", lock=f"batch:{batch.pk}")
    job.defer(batch_id=str(batch.pk))


@contextmanager
def _alone(batch_id: uuid.UUID) -> Iterator[bool]:
    """Whether this process is the only one working on the batch; the lock ends with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK_NAMESPACE, batch_id.hex])
        (alone,) = cursor.fetchone()
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK_NAMESPACE, batch_id.hex])


def run_batch(*, batch_id: uuid.UUID) -> None:
    """Sign what still waits in a batch, and let each case go on whose documents are all signed.

    Can be repeated after a crash: what is signed stays signed. Stops where the passphrase is needed again,
    and does nothing while another process works on the batch.
    """
    with _alone(batch_id) as alone:
        if alone:
            _run_batch(batch_id)


def _run_batch(batch_id: uuid.UUID) -> None:
    batch = SigningBatch.objects.select_related("signer", "office").get(pk=batch_id)
    if batch.state != SigningBatch.State.RUNNING:
        return
    items = batch.items.filter(result=BatchItem.Result.WAITING).order_by("position")
    for item in items.select_related("batch__signer", "document__office"):
        try:
            documents.sign_item(item=item, wanted=partial(_awaits_signature, item.document.case_ref))
        except (SignerLocked, SignerUnavailable):
            documents.finish_batch(batch_id=batch.pk, locked=True)
            return
        advance(item.document.case_ref, batch.signer)
    documents.finish_batch(batch_id=batch.pk, locked=False)


def _awaits_signature(case_ref: str) -> bool:
    """Whether the case stands at its signing step; it stays there until the transaction ends."""
    case = queries.case_by_ref(case_ref, lock=True)
    return case is not None and case.step_kind == "sign"


def advance(case_ref: str, signer: Account) -> bool:
    """Take the signing step of a case on the signer's behalf once all its documents are signed.

    Where the signer has lost the role meanwhile, the system takes it: the signatures are made.
    """
    return finish_signing(case_ref, signer)


def finish_signing(case_ref: str, signer: Account | None) -> bool:
    """The same; without a signer the system takes the step: its documents were signed in SIAK."""
    if not set(states_of_case(case_ref)) <= products.SIGNED_STATES:
        return False
    case = queries.case_by_ref(case_ref)
    if case is None or case.step_kind != "sign" or not products.all_signed(case):
        return False
    by = actor_of(signer) if signer else SYSTEM
    if not allowed("complete", queries.situation(case), by):
        by = SYSTEM
    try:
        take_step(
            case_id=case.pk,
            by=by,
            version=case.version,
            key=uuid.uuid5(case.pk, f"sign:{case.version}"),
            step=case.step,
        )
    except LoketError:
        # Somebody moved the case in between; the sweep looks again.
        return False
    return True
