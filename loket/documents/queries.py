"""Reading documents, and verifying a file, an id or a number."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from django.conf import settings
from django.db.models import Q, QuerySet

from loket.core import filestore
from loket.core.errors import NotFoundError
from loket.documents.models import BatchItem, Document, SigningBatch, SigningIntent
from loket.documents.rendering import Frame, Template, load_template
from loket.documents.signers import base, local, validate
from loket.offices.models import Account, Office
from loket.offices.queries import definition, zone

VerdictName = Literal["genuine", "superseded", "revoked", "mismatch", "unknown"]
_ID = r"[023456789A-HJKMNP-TV-Z]{26}"
# Where our files carry their id: the keywords of the metadata and the verify address beside the QR.
_MARKS = re.compile(rb"(?:loket:|/v/)(" + _ID.encode() + rb")")


@lru_cache(maxsize=64)
def template(kind: str) -> Template:
    """The template of a kind of document, read once per process."""
    return load_template(settings.STANDARDS_DIR / "national" / "documents" / kind)


@lru_cache(maxsize=1)
def signer() -> base.Signer:
    """The signer that the settings name."""
    return base.get(settings.SIGNER, socket_path=settings.SIGNER_SOCKET)


def signs_in_law() -> bool:
    """Whether the signer of this installation counts in law; where not, everything says SPECIMEN."""
    return base.SIGNERS[settings.SIGNER].production


def trust_roots() -> list[Any]:
    """The certificates that our signatures must lead to."""
    return [local.ca_certificate(settings.KEYS_DIR)]


def siak_roots() -> list[bytes]:
    """The certificates that signatures made in SIAK must lead to, as the settings name their files.

    Empty where nothing is set up: then no file is accepted. Raises OSError for a file that cannot be read.
    """
    return [path.read_bytes() for path in settings.SIAK_ROOTS]


def waiting_for_siak(office: Office) -> QuerySet[Document]:
    """The documents of an office that are signed in SIAK and not here yet, oldest first."""
    waiting = Document.objects.filter(office=office, source="siak", state=Document.State.PREPARED)
    return waiting.filter(signature="electronic").order_by("issued_at", "pk")


def working_frame(office: Office, number: str, at: datetime) -> Frame:
    """What surrounds a working paper (ticket, receipt): nobody signs it and it has no verify QR."""
    file = definition(office)
    return Frame(
        document_id="",
        number=number,
        verify_url="",
        office_name=office.name,
        region=file.region,
        place=file.place,
        issued_on=at.astimezone(zone(office)).date(),
        issued_at=at,
        signer_name="",
        signer_title="",
        signer_id="",
        specimen=not signs_in_law(),
        signed_electronically=False,
    )


def ready_to_sign(office: Office, ids: list[str]) -> list[Document]:
    """Of these documents, those of the office that wait for a signature, oldest first. One query."""
    waiting = Document.objects.filter(office=office, state=Document.State.RENDERED, pk__in=ids)
    waiting = waiting.filter(signature="electronic")
    return list(waiting.order_by("issued_at", "pk"))


def waiting_for_signature(office: Office, case_refs: list[str]) -> list[Document]:
    """The documents of these cases that wait for a signature and are not in doubt, oldest first."""
    doubtful = SigningIntent.objects.filter(state=SigningIntent.State.IN_DOUBT).values("document")
    waiting = Document.objects.filter(office=office, state=Document.State.RENDERED, case_ref__in=case_refs)
    waiting = waiting.filter(signature="electronic")
    return list(waiting.exclude(pk__in=doubtful).order_by("issued_at", "pk"))


def of_case(case_ref: str) -> list[Document]:
    """The documents of a case in the order they were issued."""
    return list(
        Document.objects.filter(case_ref=case_ref).select_related("signer").order_by("issued_at", "kind")
    )


def of_cases(office: Office, case_refs: list[str]) -> list[Document]:
    """The documents of these cases of an office, the newest first, without what they say. One query."""
    found = Document.objects.filter(office=office, case_ref__in=case_refs).defer("context", "shown")
    return list(found.order_by("-issued_at", "kind"))


def states_of_case(case_ref: str) -> list[str]:
    """The states of the documents of a case. One query, without what they say."""
    return list(Document.objects.filter(case_ref=case_ref).values_list("state", flat=True))


def has_live_intent(document: Document) -> bool:
    """Whether a signer was asked about this document and nobody decided that it did not sign."""
    return SigningIntent.objects.filter(document=document, state__in=SigningIntent.LIVE).exists()


def perhaps_signed(case_ref: str) -> bool:
    """Whether a document of a case is signed, on paper or electronically, or may be."""
    elsewhere = Q(signature="wet") | ~Q(source="own")
    if Document.objects.filter(elsewhere, case_ref=case_ref, signed_at__isnull=False).exists():
        return True
    return SigningIntent.objects.filter(document__case_ref=case_ref, state__in=SigningIntent.LIVE).exists()


def by_id(document_id: str) -> Document:
    """A document by its public id. Raises NotFoundError."""
    document = Document.objects.filter(pk=document_id).select_related("office", "signer").first()
    if document is None:
        raise NotFoundError("Dokumen ini tidak ditemukan.")
    return document


def signed_file(document: Document) -> bytes:
    """The signed file. Raises NotFoundError where there is none, DamagedFile where it was changed."""
    if not document.signed_sha256:
        raise NotFoundError("Dokumen ini belum ditandatangani.")
    return filestore.get(settings.FILES_DIR, document.signed_sha256)


def by_file(digest: str) -> Document | None:
    """The document whose signed file has this SHA-256, or None."""
    return Document.objects.filter(signed_sha256=digest).first()


def unsigned_file(document: Document) -> bytes:
    """The file as it will be signed, for the signer to read. Raises NotFoundError, DamagedFile."""
    if not document.unsigned_sha256:
        raise NotFoundError("Dokumen ini belum selesai disiapkan.")
    return filestore.get(settings.FILES_DIR, document.unsigned_sha256)


def batch_of(batch_id: object, account: Account) -> SigningBatch:
    """A batch of this signer. Raises NotFoundError."""
    batch = SigningBatch.objects.filter(pk=batch_id, signer=account).first()
    if batch is None:
        raise NotFoundError()
    return batch


def batch_items(batch: SigningBatch) -> list[BatchItem]:
    """The documents of a batch in order. One query."""
    return list(batch.items.select_related("document").order_by("position"))


def in_doubt(office: Office) -> list[SigningIntent]:
    """Signings of an office that a person has to decide."""
    return list(
        SigningIntent.objects.filter(document__office=office, state=SigningIntent.State.IN_DOUBT)
        .select_related("document", "signer")
        .order_by("created_at")
    )


@dataclass(frozen=True)
class Verification:
    """The answer about a file, an id or a number; `document` is what it is about, where known."""

    verdict: VerdictName
    document: Document | None = None
    sha256: str = ""
    others: list[Document] = field(default_factory=list)


_VERDICT_OF_STATE: dict[str, VerdictName] = {
    Document.State.SIGNED: "genuine",
    Document.State.SUPERSEDED: "superseded",
    Document.State.REVOKED: "revoked",
}


def verify_file(content: bytes) -> Verification:
    """Whether a file is one that Loket issued.

    `genuine` only where it is byte-identical to the file stored for a document in force. A file that carries
    our marks or our signature but differs in any byte is a `mismatch`; anything else is `unknown`.
    """
    digest = hashlib.sha256(content).hexdigest()
    exact = Document.objects.filter(signed_sha256=digest).select_related("office", "signer").first()
    if exact is not None:
        return Verification(_VERDICT_OF_STATE[exact.state], exact, digest)
    like = _resembled(content)
    return Verification("mismatch" if like else "unknown", like, digest)


def _signed() -> QuerySet[Document]:
    """The documents that were ever signed, electronically or on paper."""
    return Document.objects.filter(signed_at__isnull=False)


def _resembled(content: bytes) -> Document | None:
    """The document whose id or signature a foreign file carries."""
    ids = {match.decode() for match in _MARKS.findall(content)}
    known = _signed().select_related("office", "signer")
    found = known.filter(pk__in=ids).first() if ids else None
    if found is None and (digest := validate.signature_digest(content)):
        found = known.filter(signature_digest=digest).first()
    return found


def verify_id(document_id: str) -> Verification:
    """What is known of the id in a QR. `genuine` here only means registered and in force."""
    found = (
        _signed()
        .filter(pk=document_id.strip().upper())
        .select_related("office", "signer", "superseded_by")
        .first()
    )
    if found is None:
        return Verification("unknown")
    return Verification(_VERDICT_OF_STATE[found.state], found, found.signed_sha256)


def verify_number(number: str) -> Verification:
    """What is known of a document's number, the one in force first."""
    # As people type it: spaces or dashes between the parts.
    wanted = "-".join(number.upper().replace("-", " ").split())
    if wanted.replace("-", "").isdigit():
        wanted = wanted.replace("-", "")
    found = list(
        _signed()
        .filter(number=wanted)
        .select_related("office", "signer", "superseded_by")
        .order_by("-signed_at")[:5]
    )
    found.sort(key=lambda document: document.state != Document.State.SIGNED)
    if not found:
        return Verification("unknown")
    return Verification(_VERDICT_OF_STATE[found[0].state], found[0], found[0].signed_sha256, found[1:])
