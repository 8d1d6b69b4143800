"""Deciding what a document says and making its file: two steps, each of which may be repeated."""

import io
from typing import Any

import pikepdf
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from loket.core import filestore
from loket.documents import actions, queries
from loket.documents.actions.issuing import AlreadySigned, NoSigner
from loket.documents.models import Document, SigningIntent
from loket.documents.rendering import ContextError
from loket.offices.models import Assignment
from loket.offices.queries import holder_of_right
from tests.integration.cases.world import World

pytestmark = pytest.mark.django_db
CONTEXT = {"nama": "SITI AMINAH", "jenis": "PADI", "panen": "2026-07-01", "peti": "P-7"}


def issue(world: World, **more: Any) -> Document:
    given = {
        "office": world.office,
        "kind": "sertifikat-benih",
        "title": "Sertifikat Benih",
        "number": "9911-SB-0007",
        "subject_name": "ANI",
        "subject_key": "peti:P-7",
        "context": CONTEXT,
        "shown": {"Peti": "P-7"},
        "case_ref": "case:7",
        "by": world.actor("pencatat"),
    }
    return actions.issue(**(given | more))


def jobs() -> list[dict[str, str]]:
    """What the queue holds for rendering, oldest first."""
    waiting = ProcrastinateJob.objects.filter(task_name="documents.render", status="todo").order_by("id")
    return [job.args for job in waiting]


def test_issuing_decides_and_leaves_the_file_to_a_job(world: World) -> None:
    document = issue(world)
    assert (document.state, document.unsigned_sha256, document.signer) == (Document.State.PREPARED, "", None)
    assert (document.specimen, document.issued_at) == (True, world.time.now)
    assert jobs() == [{"document_id": document.pk}]


def test_what_a_template_does_not_take_is_not_issued(world: World) -> None:
    for wrong in ({**CONTEXT, "lain": "x"}, {**CONTEXT, "panen": "besok"}, {"nama": "SITI"}):
        with pytest.raises(ContextError):
            issue(world, context=wrong)
    assert (Document.objects.count(), jobs()) == (0, [])


def test_issuing_again_replaces_the_content_and_keeps_the_id(world: World) -> None:
    first = actions.render_document(document_id=issue(world).pk)
    world.time.pass_(minutes=5)
    again = issue(world, context={**CONTEXT, "jenis": "JAGUNG"})
    assert (again.pk, again.state, again.unsigned_sha256) == (first.pk, Document.State.PREPARED, "")
    assert again.context["jenis"] == "JAGUNG"
    rendered = actions.render_document(document_id=again.pk)
    assert rendered.unsigned_sha256 != first.unsigned_sha256
    assert Document.objects.count() == 1


def test_rendering_makes_the_file_once(world: World, settings: Any) -> None:
    document = actions.render_document(document_id=issue(world).pk)
    assert (document.state, document.signer) == (Document.State.RENDERED, world.people["kepala"])
    content = filestore.get(settings.FILES_DIR, document.unsigned_sha256)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.docinfo["/Keywords"]) == f"loket:{document.pk}"
        assert str(pdf.docinfo["/Title"]) == "Sertifikat Benih 9911-SB-0007"
    template = queries.template("sertifikat-benih")
    assert document.template_hash == template.content_hash
    world.time.pass_(hours=1)
    again = actions.render_document(document_id=document.pk)
    assert again.unsigned_sha256 == document.unsigned_sha256


def test_rendering_after_a_crash_makes_the_same_file(world: World) -> None:
    document = actions.render_document(document_id=issue(world).pk)
    # The file was stored, the row was not.
    Document.objects.filter(pk=document.pk).update(state="prepared", unsigned_sha256="", signer=None)
    world.time.pass_(hours=1)
    assert actions.render_document(document_id=document.pk).unsigned_sha256 == document.unsigned_sha256


def test_the_file_names_who_signs(world: World) -> None:
    document = issue(world)
    for name in ("kepala", "wakil", "kepala"):
        rendered = actions.render_document(document_id=document.pk, signer=world.people[name])
        assert rendered.signer == world.people[name]
    files = {
        name: actions.render_document(document_id=document.pk, signer=world.people[name]).unsigned_sha256
        for name in ("kepala", "wakil")
    }
    assert files["kepala"] != files["wakil"]


def test_a_document_is_issued_in_the_name_of_the_official_whose_step_it_is(world: World) -> None:
    """Several may sign at an office, each their own kind."""
    assert holder_of_right(world.office, "sign") == world.people["kepala"]
    document = issue(world, signer=world.people["wakil"])
    assert actions.render_document(document_id=document.pk).signer == world.people["wakil"]
    # Who may not sign any more is not named on a new file.
    Assignment.objects.filter(role__slug="wakil").update(until=world.time.now)
    again = issue(world, signer=world.people["wakil"])
    assert actions.render_document(document_id=again.pk).signer == world.people["kepala"]


def test_without_anybody_who_may_sign_there_is_no_file(world: World) -> None:
    Assignment.objects.filter(role__slug__in=["kepala", "wakil"]).update(until=world.time.now)
    document = issue(world)
    with pytest.raises(NoSigner):
        actions.render_document(document_id=document.pk)
    assert Document.objects.get().state == Document.State.PREPARED


def asked(world: World, document: Document, state: str) -> SigningIntent:
    """The trace that a signer was asked about a document."""
    batch = world.release(document)
    return SigningIntent.objects.create(
        document=document,
        batch=batch,
        signer=batch.signer,
        unsigned_sha256=document.unsigned_sha256,
        state=state,
        created_at=world.time.now,
    )


@pytest.mark.parametrize("state", ["calling", "in_doubt"])
def test_while_a_signer_may_be_signing_the_content_stays(world: World, signer: object, state: str) -> None:
    document = world.render(world.at_step("tanda-tangan"))[0]
    asked(world, document, state)
    with pytest.raises(AlreadySigned, match="sedang ditandatangani"):
        issue(world, case_ref=document.case_ref, kind=document.kind, context={**CONTEXT, "jenis": "JAGUNG"})
    other = actions.render_document(document_id=document.pk, signer=world.people["wakil"])
    assert (other.unsigned_sha256, other.signer_id) == (document.unsigned_sha256, document.signer_id)


def test_what_changes_just_before_the_signer_is_asked_is_not_signed(world: World, signer: object) -> None:
    """The official has released a content; another one must not be signed in its place."""
    document = world.render(world.at_step("tanda-tangan"))[0]
    item = world.release(document).items.get()

    def correct() -> bool:
        changed = {**CONTEXT, "jenis": "JAGUNG"}
        return bool(issue(world, case_ref=document.case_ref, kind=document.kind, context=changed))

    assert actions.sign_item(item=item, wanted=correct) == "failed"
    assert item.message.startswith("Isi dokumen ini baru saja diubah.")
    assert SigningIntent.objects.count() == 0


@pytest.mark.parametrize("state", ["failed", "void"])
def test_after_a_call_that_surely_signed_nothing_it_may_change(
    world: World, signer: object, state: str
) -> None:
    document = world.render(world.at_step("tanda-tangan"))[0]
    asked(world, document, state)
    again = issue(
        world, case_ref=document.case_ref, kind=document.kind, context={**CONTEXT, "jenis": "JAGUNG"}
    )
    assert (again.pk, again.state) == (document.pk, Document.State.PREPARED)


def test_what_is_signed_never_changes(world: World, signer: object) -> None:
    case = world.at_step("tanda-tangan")
    world.sign(case)
    document = queries.of_case(case.ref)[0]
    with pytest.raises(AlreadySigned, match="tidak dapat diubah lagi"):
        issue(world, case_ref=case.ref, kind=document.kind)
    rendered = actions.render_document(document_id=document.pk, signer=world.people["wakil"])
    assert (rendered.signed_sha256, rendered.signer_id) == (document.signed_sha256, document.signer_id)
