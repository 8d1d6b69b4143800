"""Releasing documents with passphrase and code, and signing them one after the other."""

import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from procrastinate.contrib.django.models import ProcrastinateJob

from loket.audit.queries import history
from loket.cases import actions, tasks
from loket.cases.queries import events_of
from loket.core import clock, filestore
from loket.core.errors import LoketError, NotAllowedError, NotFoundError
from loket.documents import queries
from loket.documents.actions import NothingToSign, release_batch, sign_item
from loket.documents.actions.signing import BatchTooLong
from loket.documents.models import BatchItem, Document, SigningBatch, SigningIntent
from loket.documents.signers.base import SignerLocked, SignerUnavailable, WrongPassphrase
from loket.documents.signers.local import create_signer_key
from loket.documents.signers.validate import check_signed
from loket.offices.actions import TooManyTries, WrongTotp
from loket.offices.models import Assignment
from tests.integration.cases.fixtures import SECRET, SignerThread
from tests.integration.cases.world import PASSPHRASE, World, at, fresh
from tests.integration.documents.batches import ready, results, run, states

pytestmark = pytest.mark.django_db
SIGNED, FAILED, WAITING = "signed", "failed", "waiting"


def test_several_documents_of_several_cases(world: World, signer: SignerThread, settings: Any) -> None:
    cases, documents = ready(world, 3)
    batch = world.release(*documents)
    assert (batch.state, results(batch)) == ("running", [WAITING] * 6)
    assert states(documents) == ["rendered"] * 6
    batch = run(batch)
    assert (batch.state, batch.finished_at, results(batch)) == ("done", world.time.now, [SIGNED] * 6)
    for document in Document.objects.all():
        signed = filestore.get(settings.FILES_DIR, document.signed_sha256)
        unsigned = filestore.get(settings.FILES_DIR, document.unsigned_sha256)
        facts = check_signed(signed, trust_roots=queries.trust_roots(), expected_unsigned=unsigned)
        assert (facts.common_name, facts.signing_time) == ("kepala", world.time.now.replace(microsecond=0))
        assert (document.signature_digest, document.signed_at) == (facts.signature_digest, world.time.now)
    assert [fresh(case).state for case in cases] == ["done"] * 3
    assert list(SigningIntent.objects.values_list("state", flat=True)) == ["done"] * 6


def test_a_case_goes_on_only_when_its_last_document_is_signed(world: World, signer: SignerThread) -> None:
    (case,), (first, second) = ready(world)
    run(world.release(first))
    assert (fresh(case).step, states([first, second])) == ("tanda-tangan", ["signed", "rendered"])
    run(world.release(second))
    assert fresh(case).state == "done"


def test_the_job_that_was_deferred_signs(world: World, signer: SignerThread) -> None:
    _, documents = ready(world)
    tasks.sign_batch(batch_id=str(world.release(*documents).pk))
    assert states(documents) == ["signed"] * 2


def test_a_lost_job_is_taken_up_by_the_sweep(world: World, signer: SignerThread) -> None:
    cases, documents = ready(world, 2)
    batch = world.release(*documents)
    ProcrastinateJob.objects.all().delete()
    tasks.sweep(timestamp=0)
    jobs = ProcrastinateJob.objects.filter(task_name="cases.sign_batch").values_list("args", flat=True)
    assert list(jobs) == [{"batch_id": str(batch.pk)}]
    tasks.sign_batch(batch_id=str(batch.pk))
    assert (states(documents), [fresh(case).state for case in cases]) == (["signed"] * 4, ["done"] * 2)


@pytest.mark.parametrize(("variant", "then"), [("lengkap", ""), ("cepat", "arsip")])
def test_a_case_left_behind_by_a_crash_goes_on_with_the_sweep(
    world: World, signer: SignerThread, variant: str, then: str
) -> None:
    """The worker died after the last signature was stored, before the case was told of it."""
    case = world.at_step("tanda-tangan", variant)
    batch = world.release(*world.render(case))
    for item in batch.items.order_by("position"):
        from_documents_alone(item)
    assert fresh(case).step == "tanda-tangan"
    actions.run_batch(batch_id=batch.pk)
    assert fresh(case).step == "tanda-tangan"
    tasks.sweep(timestamp=0)
    assert fresh(case).step == then
    signing = [event for event in events_of(case) if event.step == "tanda-tangan"]
    assert [(event.kind, event.actor_name) for event in signing] == [("complete", "Kepala")]


def from_documents_alone(item: BatchItem) -> str:
    """One document signed, and nobody told its case."""
    return sign_item(item=item, wanted=lambda: True)


def test_a_finished_batch_does_nothing_more(world: World, signer: SignerThread) -> None:
    _, documents = ready(world)
    batch = run(world.release(*documents))
    before = [Document.objects.get(pk=document.pk).signed_sha256 for document in documents]
    run(batch)
    assert [Document.objects.get(pk=document.pk).signed_sha256 for document in documents] == before
    assert SigningIntent.objects.count() == 2


def test_the_session_ends_with_the_batch(world: World, signer: SignerThread) -> None:
    _, (first, second) = ready(world)
    batch = run(world.release(first))
    with pytest.raises(SignerLocked):
        queries.signer().sign(
            "9911-991101",
            batch.pk.hex,
            queries.unsigned_file(second),
            field_name="TTE",
            reason="",
            location="",
            signing_time=world.time.now,
        )


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"passphrase": "kata sandi TTE yang salah"}, WrongPassphrase),
        ({"passphrase": ""}, WrongPassphrase),
        ({"totp": "000000"}, WrongTotp),
        ({"totp": ""}, WrongTotp),
    ],
    ids=["passphrase", "no-passphrase", "code", "no-code"],
)
def test_nothing_is_released_without_passphrase_and_code(
    world: World, signer: SignerThread, more: dict, error: type[LoketError]
) -> None:
    _, documents = ready(world)
    with pytest.raises(error):
        world.release(*documents, **more)
    assert (SigningBatch.objects.count(), states(documents)) == (0, ["rendered"] * 2)
    run(world.release(*documents))
    assert states(documents) == ["signed"] * 2


def test_a_code_works_once_even_with_a_wrong_passphrase(world: World, signer: SignerThread) -> None:
    _, (first, second) = ready(world)
    code = world.totp()
    with pytest.raises(WrongPassphrase):
        world.release(first, totp=code, passphrase="kata sandi TTE yang salah")
    with pytest.raises(WrongTotp):
        world.release(first, totp=code)
    code = world.totp()
    world.release(first, totp=code)
    with pytest.raises(WrongTotp):
        world.release(second, totp=code)


def test_codes_that_are_old_or_somebody_else_s(world: World, signer: SignerThread) -> None:
    _, documents = ready(world)
    with pytest.raises(WrongTotp):
        world.release(*documents, totp=world.totp("wakil"))
    code = world.totp()
    world.time.pass_(seconds=90)
    with pytest.raises(WrongTotp):
        world.release(*documents, totp=code)


def test_five_wrong_codes_and_then_a_quarter_of_an_hour(world: World, signer: SignerThread) -> None:
    _, documents = ready(world)
    for _ in range(5):
        with pytest.raises(WrongTotp):
            world.release(*documents, totp="000000")
    with pytest.raises(TooManyTries):
        world.release(*documents)
    world.time.pass_(minutes=15)
    assert world.release(*documents).state == "running"


def test_the_same_form_twice_is_one_batch(world: World, signer: SignerThread) -> None:
    _, documents = ready(world)
    key = uuid.uuid4()
    first = world.release(*documents, key=key)
    again = world.release(*documents, key=key, totp="000000", passphrase="")
    assert (again.pk, SigningBatch.objects.count()) == (first.pk, 1)
    assert len(history(f"batch:{first.pk}")) == 1
    run(first)
    assert world.release(*documents, key=key, totp="000000").pk == first.pk


@pytest.mark.parametrize("who", ["pencatat", "admin"])
def test_only_who_has_the_right_may_release(world: World, signer: SignerThread, who: str) -> None:
    _, documents = ready(world)
    with pytest.raises(NotAllowedError):
        world.release(*documents, name=who)


@pytest.mark.parametrize("who", ["wakil", "kepala-kebun"])
def test_nobody_signs_what_waits_for_somebody_else(world: World, signer: SignerThread, who: str) -> None:
    """Another signer of the office whom the standard does not name, and the head of another office."""
    _, documents = ready(world)
    with pytest.raises(NothingToSign):
        world.release(*documents, name=who)
    assert states(documents) == ["rendered"] * 2


def test_what_cannot_be_chosen(world: World, signer: SignerThread) -> None:
    cases, documents = ready(world)
    with pytest.raises(NothingToSign):
        world.release()
    too_early = world.at_step("paraf", penyimpan_nama="ANI", peti="P-9")
    with pytest.raises(NothingToSign):
        world.release(*world.render(too_early))
    run(world.release(*documents))
    with pytest.raises(NothingToSign):
        world.release(*documents)
    assert [fresh(case).state for case in cases] == ["done"]


def test_no_more_than_200_at_once(world: World, signer: SignerThread, monkeypatch: Any) -> None:
    monkeypatch.setattr("loket.documents.actions.signing.MAX_BATCH", 3)
    _, documents = ready(world, 2)
    with pytest.raises(BatchTooLong):
        world.release(*documents)
    assert world.release(*documents[:3]).items.count() == 3


def test_a_signer_that_is_not_running_signs_nothing(world: World, signer: SignerThread) -> None:
    (case,), documents = ready(world)
    batch = world.release(*documents)
    signer.stop()
    try:
        batch = run(batch)
        with pytest.raises(SignerUnavailable):
            world.release(*documents)
    finally:
        signer.start()
    assert (batch.state, results(batch), states(documents)) == ("locked", ["waiting"] * 2, ["rendered"] * 2)
    assert fresh(case).step == "tanda-tangan"
    run(world.release(*documents))
    assert fresh(case).state == "done"
    states_of_intents = SigningIntent.objects.order_by("pk").values_list("state", flat=True)
    assert list(states_of_intents) == ["failed", "done", "done"]


def stop_after(world: World, signer: SignerThread, batch: SigningBatch, count: int) -> None:
    """The first `count` documents of a batch signed, then the signer restarted."""
    for item in batch.items.order_by("position")[:count]:
        from_documents_alone(item)
    signer.restart()


def test_a_signer_that_was_restarted_asks_again_and_the_batch_goes_on(
    world: World, signer: SignerThread
) -> None:
    cases, documents = ready(world, 2)
    batch = world.release(*documents)
    stop_after(world, signer, batch, 1)
    batch = run(batch)
    assert (batch.state, batch.finished_at) == ("locked", None)
    assert results(batch) == [SIGNED, WAITING, WAITING, WAITING]
    assert run(batch).state == "locked"  # it waits for a person, whoever wakes it
    with pytest.raises(WrongPassphrase):
        release(world, batch, passphrase="kata sandi TTE yang salah")
    assert SigningBatch.objects.get().state == "locked"
    assert release(world, batch).state == "running"
    batch = run(batch)
    assert (batch.state, results(batch)) == ("done", [SIGNED] * 4)
    tasks.sweep(timestamp=0)
    assert [fresh(case).state for case in cases] == ["done"] * 2


def release(world: World, batch: SigningBatch, *, name: str = "kepala", **more: Any) -> SigningBatch:
    given = {"passphrase": "kata sandi TTE yang panjang", "totp": world.totp(name)} | more
    return actions.release_signing(batch_id=batch.pk, account=world.people[name], **given)


def test_a_locked_batch_is_released_by_its_own_signer_who_may_still_sign(
    world: World, signer: SignerThread
) -> None:
    _, documents = ready(world)
    batch = world.release(*documents)
    stop_after(world, signer, batch, 0)
    run(batch)
    with pytest.raises(NotFoundError):
        release(world, batch, name="wakil")
    with pytest.raises(WrongTotp):
        release(world, batch, totp="000000")
    Assignment.objects.filter(account=world.people["kepala"]).update(until=world.time.now)
    with pytest.raises(NotAllowedError):
        release(world, batch)
    assert (SigningBatch.objects.get().state, states(documents)) == ("locked", ["rendered"] * 2)


def test_what_left_the_signing_step_is_not_signed(world: World, signer: SignerThread) -> None:
    """Sent back after it was released, before the job came to it."""
    cases, documents = ready(world, 2)
    batch = world.release(*documents)
    world.back(cases[0], "catat")
    batch = run(batch)
    expected = {cases[0].ref: FAILED, cases[1].ref: SIGNED}
    assert {item.document_id: item.result for item in batch.items.all()} == {
        document.pk: expected[document.case_ref] for document in documents
    }
    assert [fresh(case).step for case in cases] == ["catat", ""]
    assert {document.state for document in queries.of_case(cases[0].ref)} == {"rendered"}


def test_a_document_that_cannot_be_made_keeps_no_other_from_being_signed(
    world: World, signer: SignerThread, settings: Any
) -> None:
    _, documents = ready(world, 2)
    broken = documents[0]
    # Asked to be made again, with a letter that no font of the template has.
    context = {**broken.context, "nama": "\U000f0000"}
    Document.objects.filter(pk=broken.pk).update(state="prepared", unsigned_sha256="", context=context)
    batch = world.release(*documents[1:])
    batch.items.update(position=F("position") + 1)
    BatchItem.objects.create(batch=batch, document=broken, position=0)
    batch = run(batch)
    assert (batch.state, results(batch)) == ("done", [FAILED, SIGNED, SIGNED, SIGNED])


def test_a_lost_or_damaged_file_keeps_no_other_from_being_signed(
    world: World, signer: SignerThread, settings: Any
) -> None:
    _, documents = ready(world, 2)
    lost, damaged = (filestore.path_of(settings.FILES_DIR, d.unsigned_sha256) for d in documents[:2])
    batch = world.release(*documents)
    lost.unlink()
    damaged.write_bytes(b"%PDF-1.7 lain")
    batch = run(batch)
    expected = {documents[0].pk: FAILED, documents[1].pk: FAILED}
    assert {item.document_id: item.result for item in batch.items.all()} == {
        document.pk: expected.get(document.pk, SIGNED) for document in documents
    }
    failed = SigningIntent.objects.filter(state="failed")
    assert {intent.document_id for intent in failed} == set(expected)
    assert SigningIntent.objects.filter(state__in=["calling", "in_doubt"]).count() == 0


def test_a_new_key_in_the_middle_of_a_batch_leaves_no_doubt(
    world: World, signer: SignerThread, signing_keys: Path, settings: Any, tmp_path: Path
) -> None:
    """The next document is signed with another certificate than the one that the batch began with."""
    keys = shutil.copytree(signing_keys, tmp_path / "keys")
    own = SignerThread(tmp_path / "signer.sock", keys)
    settings.KEYS_DIR, settings.SIGNER_SOCKET = keys, str(own.socket_path)
    queries.signer.cache_clear()
    try:
        _, documents = ready(world)
        batch = world.release(*documents)
        first, second = batch.items.order_by("position")
        before = from_documents_alone(first)
        with clock.use(at("2026-01-05 09:00")):
            create_signer_key(
                keys,
                SECRET,
                "9911-991101",
                "kepala",
                "9911",
                PASSPHRASE,
                algorithm="ecdsa-p256",
                replace=True,
            )
        own.restart()
        given = {"passphrase": PASSPHRASE, "totp": world.totp()}
        release_batch(batch_id=batch.pk, account=world.people["kepala"], **given)
        assert (before, from_documents_alone(second)) == (SIGNED, SIGNED)
    finally:
        own.stop()
