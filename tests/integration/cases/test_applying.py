"""What the applicant does: start, fill in, upload, send, repair, cancel."""

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loket.cases import actions, queries
from loket.cases.actions import IncompleteApplication, NotPossible
from loket.cases.actions.applying import ChannelClosed
from loket.cases.actions.common import AlreadyChanged
from loket.cases.models import Attachment, Case, CaseEvent, EventMark, Pause
from loket.cases.rules.answers import Fault
from loket.catalogue.actions import publish
from loket.catalogue.loader import load
from loket.core.errors import NotFoundError
from loket.documents.models import Document
from loket.documents.queries import of_case
from loket.notices.queries import of_case as notices_of_case
from tests.integration.cases.world import ANSWERS, STANDARDS, World, fresh, photo

pytestmark = pytest.mark.django_db


def start(world: World, who: str = "siti", **more) -> Case:
    given = {"variant": "lengkap", "channel": "online", "key": uuid.uuid4()} | more
    revision, account = world.revision, world.people[who]
    return actions.start_case(revision=revision, applicant=account, by=world.actor(who), **given)


def submit(world: World, case: Case, who: str = "siti") -> Case:
    return actions.submit(case_id=case.pk, by=world.actor(who), key=uuid.uuid4())


def test_a_draft(world: World) -> None:
    case = start(world)
    assert (case.state, case.step, case.version, case.channel) == ("draft", "", 1, "online")
    assert (case.tracking_code, case.submitted_at, case.deadline_at) == (None, None, None)
    assert case.revision == world.revision
    assert queries.events_of(case) == []


def test_the_same_form_twice_is_one_draft(world: World) -> None:
    key = uuid.uuid4()
    assert start(world, key=key).pk == start(world, key=key).pk
    assert Case.objects.count() == 1


def test_somebody_else_s_key_finds_nothing(world: World) -> None:
    key = uuid.uuid4()
    start(world, key=key)
    with pytest.raises(NotFoundError):
        start(world, who="tono", key=key)


def test_only_through_the_channels_of_the_standard(world: World) -> None:
    assert start(world, channel="counter").channel == "counter"
    for variant, channel in (("cepat", "counter"), ("lengkap", "whatsapp"), ("lengkap", "")):
        with pytest.raises(ChannelClosed, match="tidak dapat diajukan lewat saluran ini"):
            start(world, variant=variant, channel=channel)


def test_a_case_keeps_the_revision_it_was_opened_under(world: World, tmp_path: Path) -> None:
    old = world.at_step("periksa", "cepat")
    standards = Path(shutil.copytree(STANDARDS, tmp_path / "standards"))
    service = standards / "offices/9911-bank-benih/services/1-simpan-benih.yaml"
    service.write_text(service.read_text().replace("procedure: cepat", "procedure: bertahap"))
    (world.revision,) = publish(loaded=load(standards), by="system", at=world.time.now).revisions
    new = world.sent("cepat")
    assert (world.revision.number, new.step) == (2, "terima")
    assert world.work(old).step == "catat"


def test_answers_are_kept_while_incomplete_and_unknown_keys_dropped(world: World) -> None:
    case = start(world)
    by = world.actor("siti")
    actions.save_answers(case_id=case.pk, values={"peti": "P-9", "lain": "x"}, by=by)
    actions.save_answers(case_id=case.pk, values={"benih_panen": "besok?", "titipan": "ya"}, by=by)
    assert fresh(case).answers == {"peti": "P-9", "benih_panen": "besok?", "titipan": "ya"}
    assert fresh(case).version == 1


def test_an_incomplete_application_is_refused_with_all_that_is_missing(world: World) -> None:
    case = start(world)
    by = world.actor("siti")
    values = {"titipan": "ya", "benih_jenis": "9", "benih_panen": "31-02-2026", "penyimpan_nama": "Siti"}
    actions.save_answers(case_id=case.pk, values=values, by=by)
    with pytest.raises(IncompleteApplication) as refused:
        submit(world, case)
    assert refused.value.faults == [
        Fault("benih_jenis_lain", "Nama benih: wajib diisi.", "benih"),
        Fault("benih_panen", "Tanggal panen: tulis tanggal seperti 17-08-2026.", "benih"),
        Fault("benih_simpan", "Tanggal simpan: wajib diisi.", "benih"),
        Fault("benih_berat", "Berat: wajib diisi.", "benih"),
        Fault("peti", "Nomor peti: wajib diisi.", "benih"),
        Fault("saksi_nama", "Nama saksi: wajib diisi.", "orang"),
        Fault("foto_benih", "Foto benih: belum diunggah.", "berkas"),
        Fault("surat_titipan", "Surat titipan: belum diunggah.", "berkas"),
    ]
    assert (fresh(case).state, fresh(case).answers) == ("draft", values)
    assert CaseEvent.objects.count() == EventMark.objects.count() == 0
    assert notices_of_case(case.ref) == []


def test_a_paper_for_an_answer_that_was_changed_is_not_asked_for(world: World) -> None:
    case = world.fill(start(world), titipan="ya")
    actions.save_answers(case_id=case.pk, values={"titipan": "tidak"}, by=world.actor("siti"))
    assert submit(world, case).step == "terima"


def test_what_is_sent_is_canonical_and_without_what_no_longer_applies(world: World) -> None:
    case = world.fill(start(world), benih_jenis="9", benih_jenis_lain="Kelor", penyimpan_nama=" siti  aminah")
    changed = {"benih_jenis": "2", "benih_panen": "1 Juli 2026", "penyimpan_telepon": "+62 812-0000-0001"}
    actions.save_answers(case_id=case.pk, values=changed, by=world.actor("siti"))
    submit(world, case)
    expected = {**ANSWERS, "titipan": "tidak", "benih_jenis": "2", "benih_jenis_lain": ""}
    assert fresh(case).answers == expected


def test_the_same_sending_twice_is_one(world: World) -> None:
    case, key = world.fill(start(world)), uuid.uuid4()
    first = actions.submit(case_id=case.pk, by=world.actor("siti"), key=key)
    world.time.pass_(hours=5)
    again = actions.submit(case_id=case.pk, by=world.actor("siti"), key=key)
    assert (again.tracking_code, again.deadline_at) == (first.tracking_code, first.deadline_at)
    assert [event.kind for event in queries.events_of(case)] == ["submit"]
    assert len(notices_of_case(case.ref)) == 1
    with pytest.raises(NotPossible, match="permohonan sekarang sedang diproses"):
        submit(world, case)


def test_what_was_sent_can_no_longer_be_changed(world: World) -> None:
    case = world.sent()
    by = world.actor("siti")
    paper = case.attachments.get()
    for change in (
        lambda: actions.save_answers(case_id=case.pk, values={"peti": "P-2"}, by=by),
        lambda: actions.attach(case_id=case.pk, requirement="foto_benih", content=photo(9), by=by),
        lambda: actions.detach(case_id=case.pk, attachment_id=paper.pk, by=by),
        lambda: actions.repair(case_id=case.pk, by=by, key=uuid.uuid4()),
    ):
        with pytest.raises(NotPossible):
            change()
    assert fresh(case).answers["peti"] == "P-1"


def test_a_returned_application_can_be_changed_and_sent_again(world: World) -> None:
    case = world.sent()
    world.back(case, "permohonan")
    by = world.actor("siti")
    actions.save_answers(case_id=case.pk, values={"peti": ""}, by=by)
    with pytest.raises(IncompleteApplication):
        actions.repair(case_id=case.pk, by=by, key=uuid.uuid4())
    assert fresh(case).state == "returned"
    actions.save_answers(case_id=case.pk, values={"peti": "P-2"}, by=by)
    key = uuid.uuid4()
    for _ in range(2):
        actions.repair(case_id=case.pk, by=by, key=key)
    assert [event.kind for event in queries.events_of(case)] == ["submit", "return", "repair"]
    assert (fresh(case).state, fresh(case).step) == ("open", "terima")


def draft(world: World) -> Case:
    return start(world)


def just_sent(world: World) -> Case:
    return world.sent()


def being_worked_on(world: World) -> Case:
    return world.at_step("catat")


def returned(world: World) -> Case:
    return world.back(world.sent(), "permohonan")


@pytest.mark.parametrize(
    ("make", "told"),
    [(draft, []), (just_sent, 1), (being_worked_on, 1), (returned, 2)],
    ids=["draft", "sent", "worked-on", "returned"],
)
def test_cancelling(world: World, make: Callable[[World], Case], told: int | list) -> None:
    case, key = make(world), uuid.uuid4()
    step = case.step
    for _ in range(2):
        actions.cancel(case_id=case.pk, by=world.actor("siti"), key=key)
    case = fresh(case)
    assert (case.state, case.step, case.returned_at, case.finished_at) == (
        "cancelled",
        "",
        None,
        world.time.now,
    )
    last = queries.events_of(case)[-1]
    assert (last.kind, last.step, last.next_step, last.actor_name) == ("cancel", step, "", "Siti")
    assert Pause.objects.filter(case=case, ended_at=None).count() == 0
    subjects = [notice.subject for notice in notices_of_case(case.ref)]
    # Nobody was told of a draft, so nobody is told of its end.
    assert subjects.count("Permohonan dibatalkan") == (1 if told else 0)


@pytest.mark.parametrize("step", ["paraf", "tanda-tangan"])
def test_what_the_register_holds_cannot_be_cancelled(world: World, step: str) -> None:
    case = world.at_step(step)
    with pytest.raises(NotPossible, match="permohonan sekarang sedang diproses"):
        actions.cancel(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    world.back(case, "catat")
    world.back(case, "permohonan")
    with pytest.raises(NotPossible, match="permohonan sekarang perlu diperbaiki"):
        actions.cancel(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())


def test_what_has_ended_cannot_be_cancelled(world: World) -> None:
    case = world.sent()
    actions.cancel(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    with pytest.raises(NotPossible, match="permohonan sekarang dibatalkan"):
        actions.cancel(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())


def test_documents_that_were_signed_keep_a_case_from_being_cancelled(world: World, signer: object) -> None:
    """Also where the standard has no book that would hold the event."""
    case = world.at_step("arsip", "cepat")
    with pytest.raises(NotPossible, match="ditandatangani"):
        actions.cancel(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    assert [document.state for document in of_case(case.ref)] == [Document.State.SIGNED]
    assert fresh(case).state == "open"


def test_papers(world: World) -> None:
    case, by = start(world), world.actor("siti")
    first = actions.attach(case_id=case.pk, requirement="foto_benih", content=photo(8), by=by)
    second = actions.attach(case_id=case.pk, requirement="foto_benih", content=photo(9), by=by)
    same = actions.attach(case_id=case.pk, requirement="foto_benih", content=photo(8), by=by)
    assert same == first
    assert queries.attachments_of(case) == {"foto_benih": [first, second]}
    actions.detach(case_id=case.pk, attachment_id=first.pk, by=by)
    assert queries.attachments_of(case) == {"foto_benih": [second]}
    assert Attachment.objects.get(pk=first.pk).removed_at == world.time.now
    with pytest.raises(NotFoundError):
        actions.detach(case_id=case.pk, attachment_id=first.pk, by=by)
    again = actions.attach(case_id=case.pk, requirement="foto_benih", content=photo(8), by=by)
    assert again.sha256 == first.sha256
    assert queries.attached_keys(case) == {"foto_benih"}


@pytest.mark.parametrize("requirement", ["surat_titipan", "formulir", "lain", ""])
def test_papers_that_nobody_asked_for(world: World, requirement: str) -> None:
    case = start(world)
    with pytest.raises(NotFoundError, match="tidak ada pada permohonan"):
        actions.attach(case_id=case.pk, requirement=requirement, content=photo(), by=world.actor("siti"))


def test_a_paper_of_another_case_cannot_be_taken_away(world: World) -> None:
    mine, other = start(world), start(world)
    by = world.actor("siti")
    paper = actions.attach(case_id=other.pk, requirement="foto_benih", content=photo(), by=by)
    with pytest.raises(NotFoundError):
        actions.detach(case_id=mine.pk, attachment_id=paper.pk, by=by)
    assert queries.attached_keys(other) == {"foto_benih"}


def test_sending_is_a_submission_or_after_a_return_a_repair(world: World) -> None:
    case = world.fill(world.draft())
    by, first, second = world.actor("siti"), uuid.uuid4(), uuid.uuid4()
    with pytest.raises(NotFoundError):
        actions.send(case_id=case.pk, by=world.actor("tono"), key=first)
    assert [actions.send(case_id=case.pk, by=by, key=first)[1] for _ in range(2)] == ["submit", "submit"]
    assert (fresh(case).state, fresh(case).version) == ("open", 2)
    world.back(case, "permohonan")
    with pytest.raises(AlreadyChanged):
        actions.send(case_id=case.pk, by=by, key=first)
    assert actions.send(case_id=case.pk, by=by, key=second)[1] == "repair"
    assert [(event.seq, event.kind) for event in queries.events_of(case)] == [
        (1, "submit"),
        (2, "return"),
        (3, "repair"),
    ]


def test_an_incomplete_application_is_not_sent(world: World) -> None:
    case = world.draft()
    with pytest.raises(IncompleteApplication):
        actions.send(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    assert (fresh(case).state, fresh(case).version, queries.events_of(case)) == ("draft", 1, [])


def test_a_submission_asks_the_database_little(world: World) -> None:
    world.sent()  # what is read once in a process
    case = world.fill(world.draft())
    with CaptureQueriesContext(connection) as seen:
        actions.submit(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    assert len(seen) == 13
