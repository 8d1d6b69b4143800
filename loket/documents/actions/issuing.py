"""Deciding what a document says (issue) and making its unsigned file (render)."""

from typing import Any

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from loket.audit.actions import record
from loket.catalogue.rules import RegisterSource, Signature
from loket.core import clock, filestore
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError
from loket.documents import queries
from loket.documents.models import Document
from loket.documents.rendering import Frame, check_context, render
from loket.offices.models import Account, Office
from loket.offices.queries import actor_of, definition, holder_of_right, title_of, zone


class AlreadySigned(ConflictError):
    """Dokumen ini sudah ditandatangani dan tidak dapat diubah lagi."""


class NoSigner(LoketError):
    """Kantor ini belum memiliki pejabat yang dapat menandatangani dokumen."""

    status = 409


def _unsigned(office: Office, kind: str, case_ref: str) -> Document:
    """The document of this kind of a case, locked and still open to change. Raises AlreadySigned."""
    present = Document.objects.select_for_update().filter(case_ref=case_ref, kind=kind).first()
    if present is None:
        return Document(office=office, case_ref=case_ref, kind=kind)
    if present.state not in (Document.State.PREPARED, Document.State.RENDERED):
        raise AlreadySigned()
    if queries.has_live_intent(present):
        raise AlreadySigned("Dokumen ini sedang ditandatangani dan tidak dapat diubah sekarang.")
    return present


@transaction.atomic
def issue(
    *,
    office: Office,
    kind: str,
    title: str,
    number: str,
    subject_name: str,
    subject_key: str,
    context: dict[str, Any],
    shown: dict[str, str],
    case_ref: str,
    by: Actor,
    signature: Signature = "electronic",
    signer: Account | None = None,
    source: RegisterSource = "own",
) -> Document:
    """Store what a document of a case says; its file is made by a job deferred in this transaction.

    `signer` is the official whose step it is to sign it: several at an office may, each their own kind. What
    is made and signed in SIAK (`source`) has no file of ours; it waits for the one that comes back.
    Issuing the same kind for the same case again replaces the content as long as it is not signed (the
    application came back for correction). Raises AlreadySigned, ContextError.
    """
    check_context(queries.template(kind), context)
    document = _unsigned(office, kind, case_ref)
    document.title, document.number, document.subject_key = title, number, subject_key
    document.subject_name = subject_name[:100]
    document.context, document.shown, document.signature = context, shown, signature
    document.state, document.unsigned_sha256, document.signer = Document.State.PREPARED, "", signer
    document.issued_at = clock.now()
    document.source = source
    # What comes back says itself whether it counts in law.
    document.specimen = source == "own" and not queries.signs_in_law()
    document.save()
    _issued(document, by)
    return document


def _issued(document: Document, by: Actor) -> None:
    """Journal it, and have its file made where that is ours to do."""
    record(
        action="document.issue",
        subject=f"document:{document.pk}",
        actor=by.ref,
        office_code=document.office_id,
        details={"kind": document.kind, "number": document.shown_number, "case": document.case_ref},
    )
    if document.source == "own":
        app.configure_task("documents.render").defer(document_id=document.pk)


def frame_of(document: Document, signer: Account) -> Frame:
    """Everything around the content: numbers, QR address, office, the official who will sign.

    A document signed with a pen carries no verify QR, because nothing in it could be checked by one.
    """
    electronic = document.signature == "electronic"
    office = document.office
    file = definition(office)
    return Frame(
        document_id=document.pk,
        number=document.number,
        verify_url=f"{settings.BASE_URL}/v/{document.pk}" if electronic else "",
        office_name=office.name,
        region=file.region,
        place=file.place,
        issued_on=document.issued_at.astimezone(zone(office)).date(),
        issued_at=document.issued_at,
        signer_name=signer.name,
        signer_title=title_of(signer),
        signer_id=signer.employee_number,
        specimen=document.specimen,
        signed_electronically=electronic,
    )


def _signer_of(document: Document) -> Account | None:
    """Whose name goes on it: the official it was issued for, as long as they may sign."""
    named = document.signer
    if named is not None and actor_of(named).may("sign", document.office_id):
        return named
    return holder_of_right(document.office, "sign")


@transaction.atomic
def render_document(*, document_id: str, signer: Account | None = None) -> Document:
    """Make and store the unsigned file of a prepared document; does nothing where it is made already.

    `signer` is the official named on it, by default the one for whom it was issued, or else whoever may sign
    at the office now; another one's name needs another file, unless a signer was already asked about the
    first. Raises NoSigner; a repeated call after a crash makes the same file.
    """
    document = Document.objects.select_for_update(of=("self",)).select_related("office").get(pk=document_id)
    wanted = signer or _signer_of(document)
    if wanted is None:
        raise NoSigner()
    fresh = document.state == Document.State.PREPARED
    if document.source != "own":
        return document  # its file is made elsewhere
    if not fresh and (document.state != Document.State.RENDERED or document.signer_id == wanted.pk):
        return document
    if queries.has_live_intent(document):
        return document
    template = queries.template(document.kind)
    content = render(template, document.context, frame=frame_of(document, wanted))
    document.unsigned_sha256 = filestore.put(settings.FILES_DIR, content)
    document.template_hash = template.content_hash
    document.signer = wanted
    document.state = Document.State.RENDERED
    document.save(update_fields=["unsigned_sha256", "template_hash", "signer", "state"])
    record(
        action="document.render",
        subject=f"document:{document.pk}",
        actor="system",
        office_code=document.office_id,
        details={"sha256": document.unsigned_sha256, "template": document.template_hash},
    )
    return document
