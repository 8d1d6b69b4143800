"""Sending back: within the office, and to the applicant, when the clock stands still."""

import uuid

import pytest

from loket.cases import actions, queries
from loket.cases.actions import NotPossible
from loket.cases.models import Case, Pause
from loket.core.errors import LoketError
from loket.documents.models import Document
from loket.documents.queries import of_case
from loket.notices.queries import of_case as notices_of_case
from loket.offices.queries import calendar
from loket.register.models import CivilRecord
from tests.integration.cases.world import World, at, fresh

pytestmark = pytest.mark.django_db


def repair(world: World, case: Case) -> Case:
    return actions.repair(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())


def test_to_an_earlier_step_of_the_office_the_clock_runs_on(world: World) -> None:
    case = world.at_step("periksa")
    deadline = case.deadline_at
    world.time.pass_(hours=2)
    case = world.back(case, "terima")
    assert (case.state, case.step, case.deadline_at) == ("open", "terima", deadline)
    assert Pause.objects.count() == 0
    assert [notice.subject for notice in notices_of_case(case.ref)] == ["Permohonan diterima"]
    assert world.work(case).step == "periksa"


@pytest.mark.parametrize("to", ["terima", "catat", "kirim", "periksa", "lain", ""])
def test_only_to_the_steps_that_the_standard_names(world: World, to: str) -> None:
    case = world.sent()
    with pytest.raises(NotPossible, match="Standar layanan tidak mengizinkan"):
        world.back(case, to)
    assert fresh(case).step == "terima"


def test_not_where_the_standard_has_no_return(world: World) -> None:
    case = world.at_step("catat", "cepat")
    with pytest.raises(NotPossible, match="permohonan sekarang sedang diproses"):
        world.back(case, "periksa")


def test_to_the_applicant_the_clock_stands_still(world: World) -> None:
    case = world.sent()
    world.time.set("2026-08-03 14:00")
    case = world.back(case, "permohonan")
    assert (case.state, case.step, case.returned_at) == ("returned", "permohonan", at("2026-08-03 14:00"))
    assert list(Pause.objects.values_list("started_at", "ended_at", "reason")) == [
        (at("2026-08-03 14:00"), None, "returned")
    ]
    face = queries.clock_face(case, calendar(world.office))
    assert (face.words, face.late, face.paused) == ("jeda, menunggu pemohon", False, True)


@pytest.mark.parametrize(
    ("returned", "repaired", "deadline"),
    [
        # Complete on Monday 09.00, three working days: Thursday 09.00.
        ("2026-08-03 10:00", "2026-08-03 10:45", "2026-08-06 09:45"),
        ("2026-08-03 10:00", "2026-08-03 10:00", "2026-08-06 09:00"),
        ("2026-08-03 11:30", "2026-08-03 13:30", "2026-08-06 10:00"),  # lunch is no working time
        ("2026-08-03 18:00", "2026-08-03 23:00", "2026-08-06 09:00"),  # nor is the evening
        ("2026-08-03 15:00", "2026-08-04 09:00", "2026-08-06 11:00"),
        ("2026-08-05 12:00", "2026-08-09 20:00", "2026-08-10 12:00"),  # 180 + 420 + 330 minutes
        ("2026-08-07 09:00", "2026-08-10 09:00", "2026-08-06 15:30"),
    ],
)
def test_repairing_moves_the_deadline_by_the_working_minutes_of_the_pause(
    world: World, returned: str, repaired: str, deadline: str
) -> None:
    case = world.sent()
    before = case.deadline_at
    world.time.set(returned)
    world.back(case, "permohonan")
    world.time.set(repaired)
    case = repair(world, case)
    hours = calendar(world.office)
    paused = hours.minutes_between(at(returned), at(repaired))
    assert hours.minutes_between(before, case.deadline_at) == paused
    assert case.deadline_at == at(deadline)
    assert (case.state, case.step, case.returned_at) == ("open", "terima", None)
    assert Pause.objects.get().ended_at == at(repaired)


def test_two_pauses_add_up(world: World) -> None:
    case = world.sent()
    for day in ("2026-08-03", "2026-08-04"):
        world.time.set(f"{day} 10:00")
        world.back(case, "permohonan")
        world.time.set(f"{day} 11:00")
        case = repair(world, case)
    assert case.deadline_at == at("2026-08-06 11:00")
    assert case.complete_at == at("2026-08-03 09:00")
    assert Pause.objects.filter(case=case).count() == 2


def test_a_correction_of_what_the_register_holds_amends_the_same_entry(world: World) -> None:
    case = world.at_step("paraf")
    numbers = [document.number for document in of_case(case.ref)]
    ids = [document.pk for document in world.render(case)]
    for to in ("catat", "permohonan"):
        world.back(case, to)
    actions.save_answers(case_id=case.pk, values={"benih_berat": "99"}, by=world.actor("siti"))
    repair(world, case)
    for _ in ("terima", "periksa", "catat"):
        case = world.work(case)
    assert (case.step, case.recorded) == ("paraf", True)
    entry = CivilRecord.objects.get()
    assert (entry.entry, entry.facts["benih_berat"]) == (1, 99.0)
    again = of_case(case.ref)
    assert [document.pk for document in again] == ids
    assert [document.number for document in again] == numbers
    assert {document.state for document in again} == {Document.State.PREPARED}
    assert [product.document for product in queries.products_of(case)] == [
        "sertifikat-benih",
        "label-peti",
        "kartu-penyimpan",
    ]


def test_what_was_signed_cannot_be_sent_back_to_be_made_again(world: World, signer: object) -> None:
    """The documents are in force: a case that had to make them anew could never go on."""
    case = world.at_step("arsip", "cepat")
    for to in ("permohonan", "catat"):
        with pytest.raises(NotPossible, match="ditandatangani"):
            world.back(case, to)
    assert world.back(case, "tanda-tangan").step == "tanda-tangan"
    assert world.work(case).step == "arsip"
    assert world.work(case).state == "done"


def test_half_of_the_documents_signed_is_enough_to_keep_it(world: World, signer: object) -> None:
    case = world.at_step("tanda-tangan")
    first, _ = world.render(case)
    actions.run_batch(batch_id=world.release(first).pk)
    assert fresh(case).step == "tanda-tangan"
    with pytest.raises(NotPossible, match="ditandatangani"):
        world.back(case, "catat")
    assert world.back(case, "paraf").step == "paraf"  # the papers stay as they are


def test_a_return_asks_for_a_reason_before_anything_changes(world: World) -> None:
    case = world.sent()
    with pytest.raises(LoketError, match="Tulis alasannya"):
        world.back(case, "permohonan", reason="  ")
    assert (fresh(case).state, Pause.objects.count()) == ("open", 0)
