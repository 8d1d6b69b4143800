"""When it is not certain whether a document was signed: nobody signs it again before a person has decided."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from loket.audit.queries import history
from loket.cases import actions
from loket.cases.actions import NotPossible
from loket.cases.models import Case
from loket.cases.queries import waiting_for_signature
from loket.core.errors import LoketError, NotFoundError
from loket.documents import queries, tasks
from loket.documents.actions import settle_doubt
from loket.documents.actions.signing import NotInDoubt
from loket.documents.models import Document, SigningBatch, SigningIntent
from loket.documents.signers.client import LocalSigner
from tests.integration.cases.fixtures import SignerThread
from tests.integration.cases.world import PASSPHRASE, World, fresh
from tests.integration.documents.meddling import Meddler

pytestmark = pytest.mark.django_db
LOST = "Jawaban layanan tanda tangan tidak diterima utuh. Dokumen mungkin sudah ditandatangani."


def ready(world: World, variant: str = "cepat") -> tuple[Case, Document]:
    case = world.at_step("tanda-tangan", variant)
    return case, world.render(case)[0]


def run(world: World, *documents: Document) -> list[tuple[str, str]]:
    """What became of each document of a new batch, and why."""
    batch = world.release(*documents)
    actions.run_batch(batch_id=batch.pk)
    assert SigningBatch.objects.get(pk=batch.pk).state == "done"
    return [(item.result, item.message) for item in batch.items.order_by("position")]


def intents(document: Document) -> list[str]:
    return list(document.intents.order_by("pk").values_list("state", flat=True))


def state(document: Document) -> str:
    return Document.objects.get(pk=document.pk).state


def settle(world: World, document: Document, *, who: str = "pengawas", reason: str = "Log kosong") -> Any:
    intent = document.intents.get(state="in_doubt")
    return settle_doubt(intent_id=intent.pk, reason=reason, by=world.actor(who))


@pytest.fixture
def doubtful(world: World, meddler: Meddler) -> tuple[Case, Document]:
    """A document that was signed without its file ever coming back."""
    case, document = ready(world)
    meddler.lose()
    assert run(world, document) == [("in_doubt", LOST)]
    meddler.be_honest()
    return case, document


def test_a_lost_answer_leaves_a_doubt(world: World, meddler: Meddler, doubtful: Any) -> None:
    case, document = doubtful
    assert (state(document), intents(document), fresh(case).step) == (
        "rendered",
        ["in_doubt"],
        "tanda-tangan",
    )
    assert len(meddler.signed) == 1
    (intent,) = queries.in_doubt(world.office)
    assert (intent.document, intent.reason, intent.signer) == (document, LOST, world.people["kepala"])
    assert queries.in_doubt(world.other_office) == []


def test_what_is_in_doubt_is_not_offered_and_not_signed_again(
    world: World, meddler: Meddler, doubtful: Any
) -> None:
    case, document = doubtful
    assert waiting_for_signature(world.office, world.actor("kepala")) == []
    with pytest.raises(LoketError):
        run(world, document)
    # Also not where it got into a batch before the doubt was known.
    other = world.at_step("tanda-tangan", "cepat", peti="P-2")
    batch = world.release(*world.render(other))
    batch.items.update(document=document)
    actions.run_batch(batch_id=batch.pk)
    assert [(item.result, item.message) for item in batch.items.all()] == [
        ("in_doubt", "Sedang atau masih diragukan")
    ]
    assert (len(meddler.signed), intents(document), state(document)) == (1, ["in_doubt"], "rendered")


def test_a_case_in_doubt_stays_where_it_is(world: World, doubtful: Any) -> None:
    case, _ = doubtful
    for attempt in (
        lambda: world.back(case, "catat"),
        lambda: actions.cancel(case_id=case.pk, by=world.actor("siti"), key=case.pk),
        lambda: actions.reject(
            case_id=case.pk, by=world.actor("kepala"), version=case.version, key=case.pk, reason="x"
        ),
    ):
        with pytest.raises(NotPossible, match="sudah atau sedang ditandatangani"):
            attempt()
    with pytest.raises(actions.NotSignedYet):
        world.work(case)
    assert fresh(case).version == case.version


def test_a_named_person_decides_and_then_it_can_be_signed(
    world: World, meddler: Meddler, doubtful: Any
) -> None:
    case, document = doubtful
    intent = settle(world, document, reason="Log kosong")
    pengawas = world.people["pengawas"].ref
    assert (intent.state, intent.reason, intent.settled_by) == ("void", "Log kosong", pengawas)
    assert intent.settled_at == world.time.now
    row = history(f"document:{document.pk}")[-1]
    assert (row.action, row.actor, row.details) == ("signature.void", pengawas, {"intent": intent.pk})
    assert waiting_for_signature(world.office, world.actor("kepala")) == [document]
    assert run(world, document) == [("signed", "")]
    assert (intents(document), fresh(case).step) == (["void", "done"], "arsip")
    assert Document.objects.get().signed_sha256 != ""


def test_after_the_decision_it_may_also_go_back(world: World, doubtful: Any) -> None:
    case, document = doubtful
    settle(world, document)
    assert world.back(case, "catat").step == "catat"
    assert world.work(case).step == "tanda-tangan"
    assert state(document) == "prepared"


@pytest.mark.parametrize("who", ["kepala", "pencatat", "admin", "kepala-kebun", "siti"])
def test_nobody_else_may_decide(world: World, doubtful: Any, who: str) -> None:
    _, document = doubtful
    with pytest.raises(NotFoundError):
        settle(world, document, who=who)
    assert intents(document) == ["in_doubt"]


def test_a_decision_needs_a_reason_and_is_made_once(world: World, doubtful: Any) -> None:
    _, document = doubtful
    for reason in ("", "  "):
        with pytest.raises(LoketError, match="Tulis alasan") as refused:
            settle(world, document, reason=reason)
        assert refused.value.field == "reason"
    intent = settle(world, document)
    with pytest.raises(NotInDoubt):
        settle_doubt(intent_id=intent.pk, reason="lagi", by=world.actor("pengawas"))
    with pytest.raises(NotFoundError):
        settle_doubt(intent_id=0, reason="x", by=world.actor("pengawas"))


def test_what_was_signed_or_failed_is_nothing_to_decide(world: World, signer: SignerThread) -> None:
    _, document = ready(world)
    run(world, document)
    intent = document.intents.get()
    with pytest.raises(NotInDoubt):
        settle_doubt(intent_id=intent.pk, reason="x", by=world.actor("pengawas"))


def changed(signed: bytes) -> bytes:
    """One byte of the content is another one."""
    place = len(signed) // 2
    return signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]


@pytest.mark.parametrize(
    "answer",
    [
        changed,
        lambda signed: signed[:-1],
        lambda signed: signed + b"\n",
        lambda signed: b"%PDF-1.7\n%%EOF\n",
        lambda signed: b"bukan PDF",
        lambda signed: b"",
    ],
    ids=["changed", "cut", "longer", "another", "no-pdf", "empty"],
)
def test_a_file_that_is_not_the_one_asked_for_leaves_a_doubt(
    world: World, meddler: Meddler, answer: Any
) -> None:
    _, document = ready(world)
    meddler.answer = answer
    ((result, _),) = run(world, document)
    assert (result, state(document), intents(document)) == ("in_doubt", "rendered", ["in_doubt"])


def test_another_document_s_signed_file_leaves_a_doubt(world: World, meddler: Meddler) -> None:
    case = world.at_step("tanda-tangan")
    first, second = world.render(case)
    assert run(world, first) == [("signed", "")]
    meddler.answer = lambda _: meddler.signed[0]
    ((result, message),) = run(world, second)
    assert (result, state(second)) == ("in_doubt", "rendered")
    assert "isinya bukan dokumen yang dimintakan tanda tangan" in message


def test_a_signature_by_somebody_else_leaves_a_doubt(world: World, meddler: Meddler) -> None:
    _, document = ready(world)
    batch = world.release(document)
    LocalSigner(queries.signer()._socket_path).unlock("9911-991102", batch.pk.hex, PASSPHRASE)
    meddler.header = lambda header: {**header, "signer": "9911-991102"} if header["op"] == "sign" else header
    actions.run_batch(batch_id=batch.pk)
    item = batch.items.get()
    assert (item.result, state(document)) == ("in_doubt", "rendered")
    assert "sertifikat orang lain" in item.message


def test_what_was_signed_but_cannot_be_checked_leaves_a_doubt(
    world: World, meddler: Meddler, settings: Any, tmp_path: Path
) -> None:
    """The certificate of the CA is gone: the file may be good, and must not be made a second time."""
    settings.KEYS_DIR = shutil.copytree(settings.KEYS_DIR, tmp_path / "keys")

    def lose_certificate(signed: bytes) -> bytes:
        (settings.KEYS_DIR / "ca" / "certificate.pem").unlink(missing_ok=True)
        return signed

    _, document = ready(world)
    meddler.answer = lose_certificate
    assert run(world, document) == [("in_doubt", "Otoritas sertifikat belum dibuat.")]
    assert intents(document) == ["in_doubt"]


def calling(world: World, document: Document, batch: SigningBatch) -> SigningIntent:
    """The trace of a worker that died between the request and the answer."""
    return SigningIntent.objects.create(
        document=document,
        batch=batch,
        signer=batch.signer,
        unsigned_sha256=document.unsigned_sha256,
        created_at=world.time.now,
    )


def test_a_call_without_a_caller_becomes_a_doubt_after_two_minutes(
    world: World, signer: SignerThread
) -> None:
    _, document = ready(world)
    intent = calling(world, document, world.release(document))
    for passed, expected in ((timedelta(minutes=2), "calling"), (timedelta(seconds=1), "in_doubt")):
        world.time.now += passed
        tasks.sweep(timestamp=0)
        assert intents(document) == [expected]
    assert [found.pk for found in queries.in_doubt(world.office)] == [intent.pk]
    settle(world, document)
    assert run(world, document) == [("signed", "")]


def test_the_database_holds_one_live_intent_for_a_document(world: World, signer: SignerThread) -> None:
    _, document = ready(world)
    batch = world.release(document)
    first = calling(world, document, batch)
    for live in ("calling", "in_doubt", "done"):
        SigningIntent.objects.filter(pk=first.pk).update(state=live)
        with pytest.raises(IntegrityError), transaction.atomic():
            calling(world, document, batch)
    for dead in ("failed", "void"):
        SigningIntent.objects.filter(pk=first.pk).update(state=dead)
        with transaction.atomic():
            calling(world, document, batch).delete()
    assert intents(document) == ["void"]
