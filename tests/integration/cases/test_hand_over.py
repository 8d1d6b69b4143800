"""Signatures on paper, and giving the documents to a person against the receipt."""

import uuid

import pytest

from loket.audit.models import Entry
from loket.cases import actions, queries
from loket.cases.models import Case, HandOver
from loket.catalogue.rules import Variant
from loket.core.errors import LoketError
from loket.documents.models import Document
from loket.documents.queries import of_case, verify_number, waiting_for_signature
from loket.notices.models import Notice
from tests.integration.cases.desk import Counter
from tests.integration.cases.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)


def test_a_signature_on_paper_puts_the_document_in_force(world: World, counter: Counter) -> None:
    case = counter.at_step("tanda-tangan")
    (document,) = world.render(case)
    assert (document.signature, document.state) == ("wet", "rendered")
    assert waiting_for_signature(world.office, [case.ref]) == []
    counter.work(case)
    document = Document.objects.get(pk=document.pk)
    assert (document.state, document.signed_at, document.signed_sha256) == ("signed", world.time(), "")
    assert verify_number(document.number).verdict == "genuine"
    assert Entry.objects.filter(action="document.sign_on_paper").count() == 1


def test_a_signature_on_paper_has_to_be_stated(world: World, counter: Counter) -> None:
    case = counter.at_step("tanda-tangan")
    world.render(case)
    with pytest.raises(LoketError) as refused:
        counter.work(case, signed_on_paper=False)
    assert refused.value.field == "signed_on_paper"
    assert of_case(case.ref)[0].signed_at is None


def test_nothing_is_signed_on_paper_before_it_can_be_printed(counter: Counter) -> None:
    case = counter.at_step("tanda-tangan")
    Document.objects.filter(case_ref=case.ref).update(state="prepared", unsigned_sha256="")
    with pytest.raises(LoketError) as refused:
        counter.work(case)
    assert refused.value.message.startswith("Dokumen ini belum selesai disiapkan")


def test_only_the_official_whose_name_is_printed_signs(world: World, counter: Counter) -> None:
    case = counter.at_step("tanda-tangan")
    world.render(case)
    Document.objects.filter(case_ref=case.ref).update(signer=world.people["wakil"])
    with pytest.raises(LoketError) as refused:
        counter.work(case)
    assert refused.value.message.startswith("Nama pejabat lain tercetak")


def test_a_case_signed_on_paper_cannot_be_rejected_or_made_anew(world: World, counter: Counter) -> None:
    case = counter.at_step("cap")
    assert queries.situation(case).signed is True
    with pytest.raises(LoketError):
        actions.cancel(case_id=case.pk, by=world.actor("penerima"), key=uuid.uuid4())


def card_to_approve(counter: Counter) -> Case:
    """An application for nothing but a card, where the head approves it."""
    case = counter.send(counter.fill(counter.start(variant="kunci", email="siti@contoh.example")))
    for _ in range(3):
        case = counter.work(case)
    assert case.step == "setuju"
    return case


def test_a_card_is_approved_without_a_document_to_sign(counter: Counter) -> None:
    case = card_to_approve(counter)
    assert of_case(case.ref) == []
    assert counter.work(case).step == "kabari"


def test_what_waits_for_its_owner_is_ready_before_it_is_activated(world: World, counter: Counter) -> None:
    case = counter.work(counter.work(card_to_approve(counter)))
    ready = world.time()
    assert (case.step, case.stopped_at) == ("pasang", ready)
    world.time.pass_(days=30)
    with pytest.raises(LoketError) as refused:
        counter.work(case)
    assert refused.value.field == "present"
    case = counter.work(case, present=True)
    # Told once, and the days in which nobody came are not the office's.
    assert (case.step, case.stopped_at) == ("serah", ready)
    assert Notice.objects.filter(subject="Dokumen Anda siap diambil").count() == 1


@pytest.mark.parametrize("receipt", ["", "R-2026-999", "R-2026-001x"])
def test_documents_are_not_given_away_on_a_wrong_receipt(counter: Counter, receipt: str) -> None:
    case = counter.at_step("serah")
    with pytest.raises(LoketError) as refused:
        counter.work(case, receipt=receipt)
    assert refused.value.field == "receipt"
    assert HandOver.objects.count() == 0


def test_another_ones_receipt_gives_nothing(counter: Counter) -> None:
    other = counter.registered()
    case = counter.at_step("serah")
    with pytest.raises(LoketError):
        counter.work(case, receipt=other.receipt_number)


def test_the_tracking_code_or_its_address_counts_as_the_receipt(counter: Counter) -> None:
    for typed in ("{code}", "http://127.0.0.1:8000/lacak/?kode={code}"):
        case = counter.at_step("serah")
        case = counter.work(case, receipt=typed.format(code=case.tracking_code))
        assert case.step == "tanda-terima"


def test_a_lost_receipt_needs_a_reason_which_stays(counter: Counter) -> None:
    case = counter.at_step("serah")
    counter.work(case, receipt="", without_receipt="Resi hilang; KTP-el diperiksa")
    assert HandOver.objects.get(case=case).without_receipt == "Resi hilang; KTP-el diperiksa"


def test_somebody_has_to_receive_the_documents(counter: Counter) -> None:
    case = counter.at_step("serah")
    with pytest.raises(LoketError) as refused:
        counter.work(case, received_by="")
    assert refused.value.field == "received_by"


def test_the_applicant_must_have_signed_the_book(counter: Counter) -> None:
    case = counter.at_step("tanda-terima")
    with pytest.raises(LoketError) as refused:
        counter.work(case, acknowledged=False)
    assert refused.value.field == "acknowledged"
    assert HandOver.objects.get(case=case).acknowledged_at is None


def test_mail_goes_only_to_those_who_gave_an_address(counter: Counter) -> None:
    counter.registered()
    assert Notice.objects.count() == 0
    counter.registered(email="siti@contoh.id")
    sent = Notice.objects.values_list("to", "subject")
    assert [recipient for recipient, _ in sent] == ["siti@contoh.id"]


def test_the_desk_of_a_variant_confirms_what_the_applicant_does(counter: Counter) -> None:
    case = counter.at_step("tanda-terima")
    variant: Variant = queries.variant_of(case)
    assert (case.step_role, variant.step("tanda-terima").actor) == ("penerima", "pemohon")
