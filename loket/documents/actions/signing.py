"""Signing: the intent is stored before the signer is called, the file after it has been checked.

At most one signed file is ever stored for a document. A lost answer leaves the intent in doubt; a named
person settles it (`settle_doubt`).
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from loket.audit.actions import anchor_numbers, record
from loket.core import clock, filestore
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError, NotAllowedError, NotFoundError
from loket.documents import queries
from loket.documents.actions.issuing import render_document
from loket.documents.actions.standing import lock_subject, supersede_older
from loket.documents.models import BatchItem, Document, SigningBatch, SigningIntent
from loket.documents.signers import base, validate
from loket.offices.actions import check_totp
from loket.offices.models import Account, Office
from loket.offices.queries import actor_of, zone

MAX_BATCH = 200
FIELD_NAME = "TTE"
BEING_SIGNED = "Sedang atau masih diragukan"
# A call to the signer takes milliseconds; one that is this old has lost its caller.
STALE_CALL = timedelta(minutes=2)
_LOCK_NAMESPACE = 0x5B6


class NothingToSign(LoketError):
    """Tidak ada dokumen yang dipilih. Pilih paling sedikit satu dokumen."""


class BatchTooLong(LoketError):
    """Paling banyak 200 dokumen dapat ditandatangani sekaligus. Kurangi pilihan Anda."""


class NotInDoubt(ConflictError):
    """Tanda tangan ini sudah diputuskan."""


class NotWanted(ConflictError):
    """Permohonan dokumen ini tidak berada pada langkah tanda tangan. Dokumen belum ditandatangani."""


class ContentChanged(ConflictError):
    """Isi dokumen ini baru saja diubah. Dokumen belum ditandatangani; baca, lalu tanda tangani lagi."""


class FileLost(LoketError):
    """Berkas dokumen ini tidak dapat dibaca dari penyimpanan. Dokumen belum ditandatangani."""

    status = 500


class DecidedMeanwhile(ConflictError):
    """Petugas sudah memutuskan bahwa tanda tangan ini tidak berlaku. Dokumen belum ditandatangani."""


def signer_key(account: Account) -> str:
    """How the signer process knows an official."""
    return f"{account.office_id}-{account.pk}"


def _release(batch: SigningBatch, account: Account, passphrase: str, totp: str) -> None:
    """TOTP first: it is cheap and keeps strangers from wearing out the tries of the passphrase."""
    check_totp(account=account, code=totp)
    queries.signer().unlock(signer_key(account), batch.pk.hex, passphrase)


@contextmanager
def _one_at_a_time(key: uuid.UUID) -> Iterator[None]:
    """A second arrival of the same form waits for the first, and then finds its batch."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [_LOCK_NAMESPACE, key.hex])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK_NAMESPACE, key.hex])


def start_batch(
    *,
    office: Office,
    account: Account,
    by: Actor,
    document_ids: list[str],
    passphrase: str,
    totp: str,
    key: uuid.UUID,
) -> SigningBatch:
    """Release documents for signing with passphrase and TOTP; the caller defers the job that signs them.

    The same `key` again gives the first batch back without asking anything of the signer. Raises
    NotAllowedError, NothingToSign, BatchTooLong, WrongTotp, WrongPassphrase, SignerBlocked,
    SignerUnavailable and AnchorUnwritable.
    """
    if not by.may("sign", office.code):
        raise NotAllowedError()
    anchor_numbers()
    with _one_at_a_time(key):
        if existing := SigningBatch.objects.filter(key=key).first():
            if existing.signer_id != account.pk:
                raise NotFoundError()
            return existing
        if len(document_ids) > MAX_BATCH:
            raise BatchTooLong()
        ready = [
            render_document(document_id=document.pk, signer=account)
            for document in queries.ready_to_sign(office, document_ids)
        ]
        if not ready:
            raise NothingToSign()
        batch = SigningBatch(office=office, signer=account, key=key, created_at=clock.now())
        _release(batch, account, passphrase, totp)
        _store_batch(batch, ready, by)
    return batch


@transaction.atomic
def _store_batch(batch: SigningBatch, documents: list[Document], by: Actor) -> None:
    batch.save(force_insert=True)
    BatchItem.objects.bulk_create(
        BatchItem(batch=batch, document=document, unsigned_sha256=document.unsigned_sha256, position=place)
        for place, document in enumerate(documents)
    )
    record(
        action="batch.start",
        subject=f"batch:{batch.pk}",
        actor=by.ref,
        office_code=batch.office_id,
        details={"documents": [document.pk for document in documents]},
    )


def release_batch(*, batch_id: uuid.UUID, account: Account, passphrase: str, totp: str) -> SigningBatch:
    """Unlock a batch again whose session ended or whose signer process was restarted.

    Raises NotFoundError, NotAllowedError, and what the signer says to the passphrase.
    """
    batch = SigningBatch.objects.filter(pk=batch_id, signer=account).first()
    if batch is None:
        raise NotFoundError()
    if not actor_of(account).may("sign", batch.office_id):
        raise NotAllowedError()
    _release(batch, account, passphrase, totp)
    with transaction.atomic():
        released = SigningBatch.objects.filter(pk=batch.pk, state=SigningBatch.State.LOCKED).update(
            state=SigningBatch.State.RUNNING
        )
        if released:
            record(
                action="batch.release",
                subject=f"batch:{batch.pk}",
                actor=account.ref,
                office_code=batch.office_id,
            )
    batch.refresh_from_db()
    return batch


def _lean() -> QuerySet[Document]:
    """Documents without what they say: to be signed, the file counts."""
    return Document.objects.defer("context", "shown")


def _open_intent(document: Document, batch: SigningBatch, wanted: Callable[[], bool]) -> SigningIntent | None:
    """Store the intent and commit it; None where another one lives (signed, in doubt, or being called).

    Raises NotWanted and ContentChanged where what was rendered is not to be signed any more.
    """
    try:
        with transaction.atomic():
            if not wanted():
                raise NotWanted()
            now = _lean().select_for_update(of=("self",)).get(pk=document.pk)
            if (now.state, now.unsigned_sha256) != (Document.State.RENDERED, document.unsigned_sha256):
                raise ContentChanged()
            return SigningIntent.objects.create(
                document=document,
                batch=batch,
                signer=batch.signer,
                unsigned_sha256=document.unsigned_sha256,
                created_at=clock.now(),
            )
    except IntegrityError:
        return None


def _settle(intent: SigningIntent, state: object, reason: str = "", by: str = "system") -> None:
    """Note in the intent and in the journal what became of a call to the signer."""
    with transaction.atomic(savepoint=False):
        intent.state, intent.reason, intent.settled_at = state, reason[:300], clock.now()
        intent.settled_by = by
        intent.save(update_fields=["state", "reason", "settled_at", "settled_by"])
        if state == SigningIntent.State.DONE:
            return  # `document.sign` tells it
        record(
            action=f"signature.{intent.state}",
            subject=f"document:{intent.document_id}",
            actor=by,
            office_code=intent.document.office_id,
            details={"intent": intent.pk},
        )


def _call(
    intent: SigningIntent, document: Document, batch: SigningBatch
) -> tuple[bytes, validate.SignatureFacts]:
    """The signed file from the signer, checked. Settles the intent where there is none, and raises.

    Raises SignerInDoubt where the document may be signed, any other LoketError where it surely is not.
    """
    try:
        unsigned = filestore.get(settings.FILES_DIR, document.unsigned_sha256)
        # Before the call: a signer that goes away after its answer leaves no doubt.
        if not _certificate(signer_key(batch.signer), batch.pk.hex):
            _certificate.cache_clear()  # it did not say; the next document asks again
        signed = queries.signer().sign(
            signer_key(batch.signer),
            batch.pk.hex,
            unsigned,
            field_name=FIELD_NAME,
            reason=document.title,
            location=document.office.short_name,
            signing_time=clock.now().astimezone(zone(document.office)),
        )
    except base.SignerInDoubt as error:
        _settle(intent, SigningIntent.State.IN_DOUBT, error.message)
        raise
    except (LoketError, OSError) as error:
        failure = error if isinstance(error, LoketError) else FileLost()
        _settle(intent, SigningIntent.State.FAILED, failure.message)
        raise failure from error
    try:
        return signed, _check(signed, unsigned, batch)
    except LoketError as error:
        _settle(intent, SigningIntent.State.IN_DOUBT, error.message)
        raise base.SignerInDoubt(error.message) from error


@lru_cache(maxsize=64)
def _certificate(signer: str, session: str) -> str:
    """The certificate with which a session signs, asked of the signer once for a batch."""
    return queries.signer().status(signer).certificate_sha256


def _check(signed: bytes, unsigned: bytes, batch: SigningBatch) -> validate.SignatureFacts:
    """Whether it is this file, signed by this official. Raises LoketError where that is not certain."""
    facts = validate.check_signed(signed, trust_roots=queries.trust_roots(), expected_unsigned=unsigned)
    session = (signer_key(batch.signer), batch.pk.hex)
    if facts.certificate_sha256 != _certificate(*session):
        _certificate.cache_clear()  # the official may have got a new key since the batch began
        if facts.certificate_sha256 != _certificate(*session):
            raise validate.NotProperlySigned("ditandatangani dengan sertifikat orang lain")
    return facts


def _store(intent: SigningIntent, document: Document, signed: bytes, facts: validate.SignatureFacts) -> None:
    """Make the signed file the document, and end the one it replaces, in one transaction.

    Raises DecidedMeanwhile where a person has settled the intent before the answer came.
    """
    lock_subject(document)
    document = _lean().select_for_update(of=("self",)).get(pk=document.pk)
    mine = SigningIntent.objects.select_for_update(of=("self",)).select_related("signer")
    intent = mine.get(pk=intent.pk)
    if intent.state not in (SigningIntent.State.CALLING, SigningIntent.State.IN_DOUBT):
        raise DecidedMeanwhile()
    supersede_older(document, intent.signer)
    document.signed_sha256 = filestore.put(settings.FILES_DIR, signed)
    document.signature_digest = facts.signature_digest
    document.signed_at, document.state = clock.now(), Document.State.SIGNED
    document.save(update_fields=["signed_sha256", "signature_digest", "signed_at", "state"])
    _settle(intent, SigningIntent.State.DONE)
    record(
        action="document.sign",
        subject=f"document:{document.pk}",
        actor=intent.signer.ref,
        office_code=document.office_id,
        details={"sha256": document.signed_sha256, "number": document.shown_number, "intent": intent.pk},
    )


def sign_item(*, item: BatchItem, wanted: Callable[[], bool]) -> str:
    """Sign one document of a batch; returns its result and never raises for what a person must hear.

    `wanted` is asked in the transaction that stores the intent, whether the document is to be signed still.
    Only what the signer released is signed. Raises only SignerLocked and SignerUnavailable, which stop the
    batch until the passphrase is given again.
    """
    batch = item.batch
    try:
        document = _lean().select_related("office").get(pk=item.document_id)
        if document.signed_sha256:
            return _finish_item(item, BatchItem.Result.SIGNED)
        if queries.has_live_intent(document):
            return _finish_item(item, BatchItem.Result.IN_DOUBT, BEING_SIGNED)
        if document.unsigned_sha256 != item.unsigned_sha256:
            raise ContentChanged()
        anchor_numbers()  # of every number committed so far, this document's among them
        intent = _open_intent(document, batch, wanted)
        if intent is None:
            return _finish_item(item, BatchItem.Result.IN_DOUBT, BEING_SIGNED)
        signed, facts = _call(intent, document, batch)
        with transaction.atomic():
            _store(intent, document, signed, facts)
            return _finish_item(item, BatchItem.Result.SIGNED)
    except (base.SignerLocked, base.SignerUnavailable):
        raise
    except base.SignerInDoubt as error:
        return _finish_item(item, BatchItem.Result.IN_DOUBT, error.message)
    except LoketError as error:
        return _finish_item(item, BatchItem.Result.FAILED, error.message)


def _finish_item(item: BatchItem, result: object, message: str = "") -> str:
    item.result, item.message = result, message[:300]
    item.save(update_fields=["result", "message"])
    return str(result)


def finish_batch(*, batch_id: uuid.UUID, locked: bool) -> None:
    """Note that a batch is through, or that it waits for the passphrase (`locked`)."""
    with transaction.atomic():
        batch = SigningBatch.objects.select_for_update().get(pk=batch_id)
        batch.state = SigningBatch.State.LOCKED if locked else SigningBatch.State.DONE
        batch.finished_at = None if locked else clock.now()
        batch.save()
        record(
            action=f"batch.{batch.state}",
            subject=f"batch:{batch.pk}",
            actor="system",
            office_code=batch.office_id,
        )
    if not locked:
        try:
            queries.signer().lock(batch_id.hex)
        except base.SignerUnavailable:
            return  # a signer that is gone holds no session either


def doubt_stale_intents() -> int:
    """Put calls whose worker is gone in doubt; returns how many."""
    old = clock.now() - STALE_CALL
    with transaction.atomic():
        stale = SigningIntent.objects.select_for_update(of=("self",), skip_locked=True).select_related(
            "document"
        )
        found = list(stale.filter(state=SigningIntent.State.CALLING, created_at__lt=old))
        for intent in found:
            _settle(intent, SigningIntent.State.IN_DOUBT, "Jawaban penanda tangan hilang bersama prosesnya")
    return len(found)


@transaction.atomic
def settle_doubt(*, intent_id: int, reason: str, by: Actor) -> SigningIntent:
    """A named person decides that a doubtful signing did not count; the document can be signed again.

    The voided intent stays for ever with the reason. Raises NotFoundError, NotAllowedError, NotInDoubt.
    """
    intent = (
        SigningIntent.objects.select_for_update(of=("self",))
        .select_related("document")
        .filter(pk=intent_id)
        .first()
    )
    if intent is None or not by.may("signatures", intent.document.office_id):
        raise NotFoundError()
    if intent.state != SigningIntent.State.IN_DOUBT:
        raise NotInDoubt()
    if not reason.strip():
        raise LoketError("Tulis alasan keputusan ini.", field="reason")
    _settle(intent, SigningIntent.State.VOID, reason, by=by.ref)
    return intent
