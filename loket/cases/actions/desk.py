"""What the steps of a counter do: papers arrive, a receipt is given, documents are handed over."""

from loket.cases import queries
from loket.cases.actions import messages, papers
from loket.cases.actions.common import Given, required_text, set_deadline, stop_clock
from loket.cases.models import Case, CaseProduct, HandOver
from loket.catalogue.rules import Variant
from loket.catalogue.rules.books import REGISTRATION
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import LoketError
from loket.documents import actions as documents
from loket.documents import queries as document_queries
from loket.offices.models import Account
from loket.register.actions import note_number, take_number


class NotSignedOnPaper(LoketError):
    """Nyatakan dahulu bahwa semua dokumen permohonan ini sudah Anda tanda tangani."""


class WrongReceipt(LoketError):
    """Nomor resi ini bukan milik permohonan ini. Periksa resinya, atau tulis mengapa resi tidak ada."""


class NotAcknowledged(LoketError):
    """Nyatakan dahulu bahwa pemohon sudah menandatangani bukti penerimaan."""


def receive(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """The papers of the case are now where the official works, wherever they were taken in."""
    papers.bring_here(case, by)


def register(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """Enter a complete application in the registration book and give it its receipt number, once.

    One that was received on a paper resi keeps its number, and the time at which it was registered by hand.
    Raises PapersMissing.
    """
    papers.require_papers(case)
    if case.receipt_number is not None:
        return
    if paper := queries.paper_receipt(case):
        note_number(office=case.office, book=REGISTRATION, number=paper.number, ref=case.ref, by=by)
        case.receipt_number, case.registered_at = paper.number, paper.registered_at or clock.now()
    else:
        line = take_number(office=case.office, book=REGISTRATION, ref=case.ref, by=by)
        case.receipt_number, case.registered_at = line.number, line.given_at
    if variant.deadline.starts == "registered":
        case.complete_at = case.registered_at
        set_deadline(case, variant)


def sign_on_paper(case: Case, by: Actor, given: Given) -> None:
    """Note that the official has signed every document of the case with a pen.

    Raises NotSignedOnPaper, and what `documents.actions.sign_on_paper` raises.
    """
    if not given.signed_on_paper:
        raise NotSignedOnPaper(field="signed_on_paper")
    signer = Account.objects.get(pk=by.ref.removeprefix("account:"))
    for document in document_queries.of_case(case.ref):
        documents.sign_on_paper(document_id=document.pk, signer=signer)


def hand_over(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """Give the documents to a person against the receipt, and their originals back with them.

    A standard without a registration gives no receipt, so none is asked. Raises WrongReceipt, and LoketError
    where a name, a reason or one of the published ways is missing.
    """
    if given.way not in variant.pickup and variant.pickup:
        raise LoketError("Pilih cara pengambilan dokumen.", field="way")
    case.pickup = given.way if variant.pickup else ""
    registered = any(step.kind == "register" for step in variant.procedure.steps)
    excuse = " ".join(given.without_receipt.split())[:300]
    if registered and not excuse and not given.receipt.strip():
        raise LoketError("Ketik nomor resi, atau tulis mengapa resi tidak ada.", field="receipt")
    if registered and not excuse and queries.case_by_receipt(case.office, given.receipt) != case:
        raise WrongReceipt(field="receipt")
    person = required_text(given.received_by, "Tulis nama orang yang menerima dokumen.", field="received_by")
    HandOver.objects.update_or_create(
        case=case,
        defaults={
            "received_by": person,
            "relation": " ".join(given.relation.split())[:60],
            "without_receipt": excuse,
            "at": clock.now(),
            "actor_ref": by.ref,
            "acknowledged_at": None,
        },
    )
    papers.settle_papers(case, keep=given.keep, to=person, by=by)
    CaseProduct.objects.filter(case=case, released_at__isnull=True).update(released_at=clock.now())
    stop_clock(case, variant, "handed_over")
    messages.tell(case, "handed_over")


def acknowledge(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """The applicant has signed for the documents, in the book or on the receipt. Raises NotAcknowledged."""
    if not given.acknowledged:
        raise NotAcknowledged(field="acknowledged")
    HandOver.objects.filter(case=case, acknowledged_at__isnull=True).update(acknowledged_at=clock.now())
