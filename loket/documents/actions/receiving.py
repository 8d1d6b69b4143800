"""Taking over a file that was signed in SIAK: it becomes the document, byte for byte as it came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from loket.audit.actions import record
from loket.core import clock, filestore
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError
from loket.documents import queries
from loket.documents.actions.standing import lock_subject, supersede_older
from loket.documents.models import Document
from loket.documents.signers import validate
from loket.documents.signers.facts import NotProperlySigned, SignatureFacts

# Clocks of the machines that sign are not quite ours.
_CLOCK_SKEW = timedelta(minutes=10)


class NoSiakRoots(LoketError):
    """Sertifikat akar penanda tangan SIAK belum dipasang pada layanan ini, sehingga tanda tangan berkasnya
    tidak dapat diperiksa. Minta pengelola sistem mengisi LOKET_SIAK_ROOTS."""

    status = 409


class AlreadyTakenOver(ConflictError):
    """Dokumen ini sudah diterima dari SIAK dengan berkas yang lain, sehingga berkas ini tidak dipakai."""


class FileOfAnother(ConflictError):
    """Berkas ini sudah diterima sebagai dokumen yang lain."""


class NotExpected(ConflictError):
    """Dokumen ini tidak sedang menunggu berkas dari SIAK."""


_TAKEN_OVER = [
    "signed_sha256", "signature_digest", "specimen", "signed_by", "signed_at", "state", "superseded_by",
]  # fmt: skip


@dataclass(frozen=True)
class SignedElsewhere:
    """A file whose signature was found to be good: the file, its hash, what the signature says."""

    content: bytes
    digest: str
    facts: SignatureFacts


def check_siak_file(content: bytes, *, moment: datetime | None = None) -> SignedElsewhere:
    """Whether a file carries one good signature that leads to SIAK's roots. Nothing is stored.

    `moment` is when the certificate must be valid: now, or when the file came.
    Raises NoSiakRoots and NotProperlySigned with the reason.
    """
    roots = queries.siak_roots()
    if not roots:
        raise NoSiakRoots()
    facts = validate.check_received(content, trust_roots=roots, moment=moment)
    if facts.signing_time > clock.now() + _CLOCK_SKEW:
        raise NotProperlySigned("waktu tanda tangannya belum tiba")
    return SignedElsewhere(content, sha256(content).hexdigest(), facts)


def _signed_later(document: Document, file: SignedElsewhere) -> Document | None:
    """The document in force of the same kind and subject, where it was signed after this file."""
    same = Document.objects.filter(
        office=document.office, kind=document.kind, subject_key=document.subject_key
    )
    in_force = same.filter(state=Document.State.SIGNED, signed_at__gt=file.facts.signing_time)
    return in_force.first()


@transaction.atomic
def take_over(*, document_id: str, file: SignedElsewhere, by: Actor, by_hand: bool = False) -> Document:
    """Make a checked file the document and end the one it replaces; it is never signed or stamped again.

    `by_hand`: a person said whose it is. The same file again changes nothing. Raises AlreadyTakenOver,
    FileOfAnother, NotExpected.
    """
    document = Document.objects.select_related("office").get(pk=document_id)
    lock_subject(document)
    document = Document.objects.select_for_update(of=("self",)).get(pk=document_id)
    if document.signed_sha256 == file.digest:
        return document
    if queries.by_file(file.digest) is not None:
        raise FileOfAnother()
    if document.signed_at is not None and document.source != "own":
        raise AlreadyTakenOver()
    if document.source == "own" or document.state != Document.State.PREPARED:
        raise NotExpected()
    newer = _signed_later(document, file)
    if newer is None:
        supersede_older(document, by)
    document.signed_sha256 = filestore.put(settings.FILES_DIR, file.content)
    document.signature_digest, document.specimen = file.facts.signature_digest, file.facts.specimen
    document.signed_by, document.signed_at = file.facts.common_name[:100], file.facts.signing_time
    # Files come back in any order: what was signed last counts.
    document.state = Document.State.SUPERSEDED if newer else Document.State.SIGNED
    document.superseded_by = newer
    document.save(update_fields=_TAKEN_OVER)
    details = {"sha256": document.signed_sha256, "number": document.shown_number}
    record(
        action="document.take_over",
        subject=f"document:{document.pk}",
        actor=by.ref,
        office_code=document.office_id,
        details={**details, "certificate": file.facts.certificate_sha256, "by_hand": by_hand},
    )
    return document
