"""Signing on paper: the official writes under the printed file, Loket notes that it was done."""

from django.db import transaction

from loket.audit.actions import record
from loket.core import clock
from loket.core.errors import ConflictError
from loket.documents.actions.standing import lock_subject, supersede_older
from loket.documents.models import Document
from loket.offices.models import Account


class NotPrintable(ConflictError):
    """Dokumen ini belum selesai disiapkan, jadi belum dapat dicetak dan ditandatangani."""


class OtherNamePrinted(ConflictError):
    """Nama pejabat lain tercetak pada dokumen ini. Kembalikan ke langkah penyiapan supaya dicetak ulang."""


@transaction.atomic
def sign_on_paper(*, document_id: str, signer: Account) -> Document:
    """Note that `signer` has signed the printed document; it is in force from now on.

    A document already signed stays as it is. Raises NotPrintable, OtherNamePrinted.
    """
    document = Document.objects.select_related("office").get(pk=document_id)
    lock_subject(document)
    document = Document.objects.select_for_update(of=("self",)).get(pk=document_id)
    if document.signed_at is not None:
        return document
    printed_elsewhere = document.source != "own" and document.state == Document.State.PREPARED
    if document.signature != "wet" or not (printed_elsewhere or document.state == Document.State.RENDERED):
        raise NotPrintable()
    if printed_elsewhere:
        document.signer = signer  # whose name SIAK printed, the official sees on the paper
    if document.signer_id != signer.pk:
        raise OtherNamePrinted()
    supersede_older(document, signer)
    document.signed_at, document.state = clock.now(), Document.State.SIGNED
    document.save(update_fields=["signed_at", "state", "signer"])
    record(
        action="document.sign_on_paper",
        subject=f"document:{document.pk}",
        actor=signer.ref,
        office_code=document.office_id,
        details={"sha256": document.unsigned_sha256, "number": document.shown_number},
    )
    return document
