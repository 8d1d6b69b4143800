"""Files that come back from SIAK: each finds its document by what it says, or waits for a person.

Three things have to agree: the signature (whole, from SIAK's roots), the official it names, and the text
(number, name, NIK). A bad signature is refused for good. Where only the rest differs, a person may match the
file with a reason. A file is never changed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.conf import settings
from django.db import transaction

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.actions import uploads
from loket.cases.actions.common import required_reason
from loket.cases.actions.signing import finish_signing
from loket.cases.models import Case, SiakFile
from loket.cases.rules.siak import disagreements, possible_numbers, same_official, with_title
from loket.cases.rules.states import allowed
from loket.core import clock, filestore
from loket.core.actors import SYSTEM, Actor
from loket.core.errors import ConflictError, LoketError, NotAllowedError, NotFoundError
from loket.core.inspection.client import inspect
from loket.core.inspection.findings import Reason, Unacceptable
from loket.documents import actions as documents
from loket.documents import queries as document_queries
from loket.documents.actions import SignedElsewhere
from loket.documents.models import Document
from loket.offices.models import Office
from loket.offices.queries import holder_of_role

AtOnce = Literal["taken", "again", "waiting", "refused"]
MANY = "Berkas ini memuat nomor dari beberapa dokumen. Minta berkas tersendiri untuk setiap dokumen."
SEVERAL = "Dokumen dengan nomor ini ditunggu oleh beberapa permohonan. Pilih permohonannya."
UNKNOWN = "Tidak ada permohonan yang menunggu dokumen dengan nomor pada berkas ini."
_UNREADABLE: dict[Reason, str] = {
    "empty": "Berkas ini kosong.",
    "too_large": "Berkas ini terlalu besar untuk dokumen kependudukan.",
    "encrypted_pdf": "PDF ini dikunci, sehingga tidak dapat diperiksa. Unduh lagi dari SIAK tanpa kunci.",
    "too_many_pages": "PDF ini terlalu banyak halaman untuk satu dokumen.",
    "too_heavy": "PDF ini terlalu berat untuk diperiksa.",
    "broken_pdf": "PDF ini rusak atau terpotong. Unduh lagi dari SIAK.",
}
_NO_PDF = "Berkas ini bukan PDF. Ambil berkas PDF yang ditandatangani dari SIAK."


class NotWaiting(ConflictError):
    """Berkas ini sudah dicocokkan atau disisihkan oleh orang lain."""


class NotReady(ConflictError):
    """Permohonan berkas ini belum sampai pada langkah tanda tangan. Berkasnya disimpan, dan dipasang sendiri
    begitu permohonannya sampai di sana."""


class OtherRole(NotAllowedError):
    """Berkas ini milik permohonan yang dientri ke SIAK oleh peran lain. Serahkan kepada petugas itu."""


@dataclass(frozen=True)
class Taken:
    """What became of one file: whether it is in its place, the sentence, and the case where one is known."""

    outcome: AtOnce
    sentence: str
    case: Case | None = None


def take_files(*, office: Office, contents: Sequence[bytes], by: Actor) -> list[Taken]:
    """Put each of these files in its place; what became of it, in the same order. Never raises for a file.

    Raises InspectionBusy where too many are looked into at once.
    """
    return [_take(office, content, by) for content in contents]


def _take(office: Office, content: bytes, by: Actor) -> Taken:
    known = document_queries.by_file(hashlib.sha256(content).hexdigest())
    if known is not None and known.office_id == office.code:
        case = queries.case_by_ref(known.case_ref)
        return Taken("again", f"{known.title}: berkas ini sudah diterima sebelumnya.", case)
    try:
        text = text_of(content)
        signed = documents.check_siak_file(content)
        return _place(office, signed, text, by)
    except LoketError as refusal:
        _journal(office, "siak.refuse_file", by, hashlib.sha256(content).hexdigest())
        return Taken("refused", refusal.message)


def text_of(content: bytes) -> str:
    """The text of a PDF as somebody would read it. Raises RefusedFile, InspectionBusy."""
    limits = replace(uploads.limits(), max_bytes=settings.VERIFY_MAX_BYTES, text=True)
    try:
        return inspect(content, limits).served.decode()
    except Unacceptable as refusal:
        raise uploads.RefusedFile(_UNREADABLE.get(refusal.reason, _NO_PDF)) from refusal


def _place(office: Office, signed: SignedElsewhere, text: str, by: Actor) -> Taken:
    found = _named(office, text)
    if len({document.number for document in found}) > 1:
        raise LoketError(MANY)
    if len(found) != 1:
        why = SEVERAL if found else UNKNOWN
        return _keep(office, signed, why, None, by)
    document = found[0]
    wrong = disagreements(text, queries.expected(document)) + _other_signer(document, signed)
    if wrong:
        why = f"{document.title} {document.shown_number}: {'; '.join(wrong)}."
        return _keep(office, signed, why, document, by)
    try:
        return Taken("taken", f"{document.title}: diterima.", _give(document, signed, by))
    except NotReady as early:
        return _keep(office, signed, early.message, document, by, early=True)


def _named(office: Office, text: str) -> list[Document]:
    """The awaited documents whose number stands on a file; of several those whose title does, too."""
    waiting = document_queries.waiting_for_siak(office).filter(number__in=possible_numbers(text))
    found = list(waiting[:50])
    titles = with_title(text, [document.title for document in found])
    found = [document for document in found if document.title in titles] or found
    return _fullest(found, text) if len({document.number for document in found}) == 1 else found


def _fullest(found: list[Document], text: str) -> list[Document]:
    """Of documents with one number, as cards of a family that changes twice: those that name the most people
    of the file, and nobody who is not on it."""
    seen = set(possible_numbers(text))
    niks = {document.pk: queries.expected(document).niks for document in found}
    whole = [document for document in found if niks[document.pk] <= seen]
    most = max((len(niks[document.pk]) for document in whole), default=0)
    return [document for document in whole if len(niks[document.pk]) == most] or found


def _other_signer(document: Document, signed: SignedElsewhere) -> list[str]:
    """A sentence where the certificate names somebody else than the official whose step it is."""
    case = queries.case_by_ref(document.case_ref)
    official = holder_of_role(case.office, queries.variant_of(case).signed_by) if case else None
    named = signed.facts.common_name
    if official is None or same_official(named, official.name):
        return []
    return [f"ditandatangani oleh {named}, sedangkan penanda tangannya {official.name}"]


@transaction.atomic
def _give(document: Document, signed: SignedElsewhere, by: Actor, *, reason: str = "") -> Case:
    """The file becomes the document; with the last one its case goes on.

    Raises NotReady, OtherRole, and as `documents.actions.take_over`.
    """
    case = queries.case_by_ref(document.case_ref, lock=True)
    situation = queries.situation(case) if case else None
    if case is None or situation is None or not situation.operator:
        raise NotReady()
    if not allowed("take_over", situation, by):
        raise OtherRole()
    documents.take_over(document_id=document.pk, file=signed, by=by, by_hand=bool(reason))
    finish_signing(case.ref, None)
    return case


@transaction.atomic
def _keep(
    office: Office,
    signed: SignedElsewhere,
    why: str,
    document: Document | None,
    by: Actor,
    *,
    early: bool = False,
) -> Taken:
    """Put a file by until a person says whose it is, or its case is ready for it."""
    filestore.put(settings.FILES_DIR, signed.content)
    row, fresh = SiakFile.objects.get_or_create(
        office=office,
        sha256=signed.digest,
        defaults={"received_at": clock.now(), "received_by": by.ref, "why": why[:500]},
    )
    row.why, row.document, row.early = why[:500], document, early
    row.state, row.settled_at, row.settled_by, row.reason = SiakFile.State.WAITING, None, "", ""
    row.save()
    if fresh:
        _journal(office, "siak.keep_file", by, signed.digest)
    return Taken("waiting", why, queries.case_by_ref(document.case_ref) if document else None)


def _journal(office: Office, action: str, by: Actor, digest: str, **details: str) -> None:
    record(
        action=action,
        subject=f"office:{office.code}",
        actor=by.ref,
        office_code=office.code,
        details={"sha256": digest, **details},
    )


def _waiting(file_id: int, office: Office) -> SiakFile:
    row = SiakFile.objects.select_for_update().filter(pk=file_id, office=office).first()
    if row is None:
        raise NotFoundError("Berkas ini tidak ditemukan.")
    if row.state != SiakFile.State.WAITING:
        raise NotWaiting()
    return row


def _settle(row: SiakFile, state: str, by: Actor, reason: str) -> None:
    row.state, row.settled_at, row.settled_by, row.reason = state, clock.now(), by.ref, reason[:300]
    row.save()
    document = row.document_id or ""
    _journal(row.office, f"siak.file_{row.state}", by, row.sha256, document=document)


@transaction.atomic
def match_file(*, office: Office, file_id: int, document_id: str, reason: str, by: Actor) -> Case:
    """A person says which awaited document a file is, and why. Its signature was found good when it came.

    Raises NotFoundError, NotWaiting, NotReady, LoketError for a missing reason or another document's number,
    and as `documents.actions.take_over`.
    """
    row = _waiting(file_id, office)
    document = document_queries.waiting_for_siak(office).filter(pk=document_id).first()
    if document is None:
        raise LoketError("Pilih dokumen yang berkasnya ini.", field="document")
    text = required_reason(reason)
    content = filestore.get(settings.FILES_DIR, row.sha256)
    named = _named(office, text_of(content))
    if named and document not in named:
        raise LoketError("Berkas ini memuat nomor dokumen lain yang sedang ditunggu.", field="document")
    signed = documents.check_siak_file(content, moment=row.received_at)
    case = _give(document, signed, by, reason=text)
    row.document = document
    _settle(row, str(SiakFile.State.MATCHED), by, text)
    return case


@transaction.atomic
def discard_file(*, office: Office, file_id: int, reason: str, by: Actor) -> None:
    """A person says that a file is nobody's here. It stays in the store. Raises NotFoundError, NotWaiting."""
    text = required_reason(reason)
    _settle(_waiting(file_id, office), str(SiakFile.State.DISCARDED), by, text)


def take_early_files() -> int:
    """Put files in their place whose case was not ready for them when they came; returns how many."""
    count = 0
    waiting = SiakFile.objects.filter(state=SiakFile.State.WAITING, early=True)
    for row in waiting.select_related("office", "document").order_by("received_at")[:200]:
        if row.document is None or not may_bring(document=row.document, by=SYSTEM):
            continue
        try:
            content = filestore.get(settings.FILES_DIR, row.sha256)
            signed = documents.check_siak_file(content, moment=row.received_at)
            with transaction.atomic():
                _give(row.document, signed, SYSTEM)
                _settle(_waiting(row.pk, row.office), str(SiakFile.State.MATCHED), SYSTEM, "")
            count += 1
        except (LoketError, OSError):
            continue  # not yet, somebody was faster, or its file is damaged: that is for the check of files
    return count


def may_bring(*, document: Document, by: Actor) -> bool:
    """Whether bringing the file of this document is somebody's task now."""
    case = queries.case_by_ref(document.case_ref)
    return case is not None and allowed("take_over", queries.situation(case), by)


def file_for(*, office: Office, file_id: int) -> tuple[SiakFile, bytes]:
    """A kept file of an office, to be read. Raises NotFoundError."""
    row = SiakFile.objects.filter(pk=file_id, office=office).select_related("document").first()
    if row is None:
        raise NotFoundError("Berkas ini tidak ditemukan.")
    return row, filestore.get(settings.FILES_DIR, row.sha256)
