"""What others do while the signer is being asked, and two who sign at once; with real transactions."""

import contextvars
import threading
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from loket.cases import actions
from loket.cases.actions import NotPossible
from loket.core import filestore
from loket.core.errors import LoketError
from loket.documents import actions as documents
from loket.documents import queries
from loket.documents.actions.issuing import AlreadySigned
from loket.documents.models import Document, SigningBatch, SigningIntent
from loket.documents.signers.validate import check_signed
from tests.committed import committed
from tests.integration.cases.fixtures import SignerThread
from tests.integration.cases.world import World, fresh, together
from tests.integration.documents.meddling import Meddler

pytestmark = committed


def ready(world: World, **changes: Any) -> tuple[Any, Document]:
    case = world.at_step("tanda-tangan", "cepat", **changes)
    return case, world.render(case)[0]


def meanwhile(meddler: Meddler, act: Callable[[], Any]) -> list[Any]:
    """`act` is done once, when the signer has signed and before Loket hears of it; what came of it."""
    outcomes: list[Any] = []
    context = contextvars.copy_context()

    def answer(signed: bytes) -> bytes:
        meddler.be_honest()
        try:
            outcomes.append(context.run(act))
        except LoketError as error:
            outcomes.append(error)
        return signed

    meddler.answer = answer
    return outcomes


def run(world: World, document: Document) -> list[str]:
    batch = world.release(document)
    actions.run_batch(batch_id=batch.pk)
    return list(batch.items.values_list("result", flat=True))


def test_the_content_cannot_be_changed_while_it_is_being_signed(world: World, meddler: Meddler) -> None:
    case, document = ready(world)
    outcomes = meanwhile(
        meddler,
        lambda: documents.issue(
            office=world.office,
            kind=document.kind,
            title=document.title,
            number=document.number,
            subject_name=document.subject_name,
            subject_key=document.subject_key,
            context={**document.context, "jenis": "JAGUNG"},
            shown={},
            case_ref=case.ref,
            by=world.actor("pencatat"),
        ),
    )
    assert run(world, document) == ["signed"]
    assert [type(outcome) for outcome in outcomes] == [AlreadySigned]
    assert Document.objects.get().context == document.context


def test_a_case_cannot_be_sent_back_while_it_is_being_signed(world: World, meddler: Meddler) -> None:
    case, document = ready(world)
    outcomes = meanwhile(meddler, lambda: world.back(case, "catat"))
    assert run(world, document) == ["signed"]
    assert [type(outcome) for outcome in outcomes] == [NotPossible]
    assert fresh(case).step == "arsip"


def test_an_answer_that_comes_after_the_decision_changes_nothing(world: World, meddler: Meddler) -> None:
    """The worker slept for minutes; a person has settled the doubt, so its file is not taken."""
    case, document = ready(world)

    def decide() -> None:
        world.time.pass_(minutes=3)
        documents.doubt_stale_intents()
        documents.settle_doubt(
            intent_id=document.intents.get().pk, reason="Log kosong", by=world.actor("pengawas")
        )

    meanwhile(meddler, decide)
    assert run(world, document) == ["failed"]
    document.refresh_from_db()
    assert (document.state, document.signed_sha256) == ("rendered", "")
    assert [intent.state for intent in document.intents.all()] == ["void"]
    assert run(world, document) == ["signed"]
    assert fresh(case).step == "arsip"


def test_an_answer_that_comes_before_the_decision_ends_the_doubt(world: World, meddler: Meddler) -> None:
    _, document = ready(world)

    def doubt() -> None:
        world.time.pass_(minutes=3)
        assert documents.doubt_stale_intents() == 1

    meanwhile(meddler, doubt)
    assert run(world, document) == ["signed"]
    assert [intent.state for intent in document.intents.all()] == ["done"]
    assert queries.in_doubt(world.office) == []


def test_two_workers_on_one_batch_sign_everything_once(world: World, meddler: Meddler) -> None:
    made = [ready(world, peti=f"P-{number}") for number in range(4)]
    batch = world.release(*(document for _, document in made))
    work = partial(actions.run_batch, batch_id=batch.pk)
    assert together(work, work, work) == [None] * 3
    assert list(batch.items.values_list("result", flat=True)) == ["signed"] * 4
    assert (len(meddler.signed), SigningIntent.objects.count()) == (4, 4)
    assert [fresh(case).step for case, _ in made] == ["arsip"] * 4


def test_a_second_worker_leaves_a_batch_alone(world: World, meddler: Meddler) -> None:
    """Not even what the first one is busy with becomes doubtful by it."""
    _, document = ready(world)
    batch = world.release(document)

    def work() -> list[str]:
        actions.run_batch(batch_id=batch.pk)
        return list(batch.items.values_list("result", flat=True))

    outcomes = meanwhile(meddler, work)
    assert work() == ["signed"]
    assert outcomes == [["waiting"]]


def test_two_batches_with_one_document_make_one_file(world: World, meddler: Meddler, settings: Any) -> None:
    """Of the same signer, released twice; one of the two may say that it is being signed elsewhere."""
    case, document = ready(world)
    batches = [world.release(document) for _ in range(2)]
    together(*(partial(actions.run_batch, batch_id=batch.pk) for batch in batches))
    assert len(meddler.signed) == 1
    outcomes = sorted(batch.items.get().result for batch in batches)
    assert outcomes[1] == "signed"
    assert outcomes[0] in ("in_doubt", "signed")
    assert [intent.state for intent in document.intents.all()] == ["done"]
    assert fresh(case).step == "arsip"


def test_two_signers_of_one_document(world: World, meddler: Meddler, settings: Any) -> None:
    """Each batch renders it with its own signer's name; what is stored is signed by the one it names."""
    _, document = ready(world)
    batches = [world.release(document), other_signer_s(world, document)]
    together(*(partial(actions.run_batch, batch_id=batch.pk) for batch in batches))
    signed = Document.objects.get()
    assert (signed.state, len(meddler.signed)) == ("signed", 1)
    facts = check_signed(
        filestore.get(settings.FILES_DIR, signed.signed_sha256),
        trust_roots=queries.trust_roots(),
        expected_unsigned=filestore.get(settings.FILES_DIR, signed.unsigned_sha256),
    )
    assert signed.signer is not None
    assert facts.common_name == signed.signer.name.lower()
    assert signed.intents.get(state="done").signer == signed.signer


def other_signer_s(world: World, document: Document) -> SigningBatch:
    """A batch of the deputy, as it would be where the standard names both."""
    return documents.start_batch(
        office=world.office,
        account=world.people["wakil"],
        by=world.actor("wakil"),
        document_ids=[document.pk],
        passphrase="kata sandi TTE yang panjang",
        totp=world.totp("wakil"),
        key=uuid.uuid4(),
    )


def test_documents_of_one_subject_signed_at_once(world: World, meddler: Meddler) -> None:
    """Both answers arrive at the same moment: one document is in force, the other is replaced."""
    (_, first), (_, second) = ready(world, peti="P-1"), ready(world, peti="P-1")
    gate = threading.Barrier(2)

    def answer(signed: bytes) -> bytes:
        gate.wait(timeout=20)
        return signed

    meddler.answer = answer
    batches = [world.release(document) for document in (first, second)]
    together(*(partial(actions.run_batch, batch_id=batch.pk) for batch in batches))
    assert [batch.items.get().result for batch in batches] == ["signed", "signed"]
    found = sorted((document.state, document.superseded_by_id) for document in Document.objects.all())
    in_force = Document.objects.get(state="signed")
    assert found == [("signed", None), ("superseded", in_force.pk)]


def test_a_worker_of_the_queue_does_it_all(world: World, signer: SignerThread, settings: Any) -> None:
    """From the entry to the end by nothing but the jobs that were deferred; the queue is left empty."""
    settings.SMTP_HOST, settings.SMTP_PORT = "127.0.0.1", 1  # nobody listens there
    ProcrastinateJob.objects.all().delete()
    case = world.at_step("tanda-tangan")
    waiting = ["documents.render", "documents.render"]
    assert job_names("todo") == ["notices.send_one", *waiting]
    work_off()
    assert {document.state for document in queries.of_case(case.ref)} == {"rendered"}
    world.release(*queries.of_case(case.ref))
    assert job_names("todo") == ["cases.sign_batch"]
    work_off()
    assert fresh(case).state == "done"
    assert job_names("succeeded")[-1] == "notices.send_one"
    assert (job_names("todo"), job_names("failed")) == ([], [])


def job_names(status: str) -> list[str]:
    jobs = ProcrastinateJob.objects.filter(status=status).order_by("id")
    return [job.task_name for job in jobs]


def work_off() -> None:
    """A worker that ends when nothing is left to do, and its connections with it."""
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # the base class lacks it
    with worker_app.open():
        worker_app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
