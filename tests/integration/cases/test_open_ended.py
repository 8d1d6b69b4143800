"""Steps of which the SOP says "Terbuka", deadlines on a day of the form, and who is told of being late."""

import uuid
from typing import Any

import pytest

from loket.cases import actions, queries
from loket.cases.models import Case, Pause
from loket.offices.queries import calendar
from tests.integration.cases.world import World, at, fresh

pytestmark = pytest.mark.django_db
OWNER = {"pemilik_nik": "9911010101900001", "pemilik_nama": "SITI"}


def begin(world: World, variant: str = "sewaktu") -> Case:
    return actions.open_work(
        revision=world.services["hitung-gudang"],
        variant=variant,
        by=world.actor("pencatat"),
        key=uuid.uuid4(),
    )


def sent(world: World, variant: str = "terbuka", **more: Any) -> Case:
    by = world.actor("siti")
    case = actions.start_case(
        revision=world.services["titip-benih"],
        variant=variant,
        channel="online",
        applicant=world.people["siti"],
        by=by,
        key=uuid.uuid4(),
    )
    actions.save_answers(case_id=case.pk, values=OWNER | more, by=by)
    return actions.submit(case_id=case.pk, by=by, key=uuid.uuid4())


def work(world: World, case: Case, **given: Any) -> Case:
    """The present step, by the role that takes or confirms it."""
    variant = queries.variant_of(fresh(case))
    by = world.actor(variant.role_of(variant.step(fresh(case).step)))
    return fresh(world.work(case, by=by, given=actions.Given(**given)))


def pauses(case: Case) -> list[tuple[Any, Any, str]]:
    return list(
        Pause.objects.filter(case=case).order_by("pk").values_list("started_at", "ended_at", "reason")
    )


def face(case: Case) -> tuple[str, bool]:
    found = queries.clock_face(fresh(case), calendar(case.office))
    return found.words, found.paused


def test_the_clock_of_work_stands_during_an_open_ended_step(world: World) -> None:
    """One day and 90 minutes from Monday 09.00; from 10.00 to Wednesday 10.00 it stands."""
    case = begin(world)
    world.time.set("2026-08-03 10:00")
    case = work(world, case)
    assert (case.step, face(case)) == ("hitung", ("waktu terbuka pada langkah ini", True))
    world.time.set("2026-08-05 10:00")
    case = work(world, case)
    assert pauses(case) == [(at("2026-08-03 10:00"), at("2026-08-05 10:00"), "open_ended")]
    # Tuesday 10.30, and 14 working hours more.
    assert (case.step, case.deadline_at) == ("perbaiki", at("2026-08-06 10:30"))
    assert face(case) == ("sisa 1 hari kerja", False)


def test_work_that_begins_with_an_open_ended_step_waits_at_once(world: World) -> None:
    case = begin(world, "triwulan")
    assert (pauses(case), face(case)) == (
        [(at("2026-08-03 09:00"), None, "open_ended")], ("waktu terbuka pada langkah ini", True),
    )  # fmt: skip
    world.time.set("2026-08-04 09:00")
    case = work(world, case)
    assert (case.step, case.deadline_at) == ("telaah", at("2026-08-05 10:30"))
    world.time.set("2026-08-04 10:00")
    assert work(world, case).state == "done"


def test_back_at_an_open_ended_step_the_clock_stands_again(world: World) -> None:
    case = work(world, work(world, work(world, begin(world))))
    case = work(world, case, text="Semua ada.")
    assert case.step == "periksa"
    case = fresh(world.back(case, "hitung"))
    assert [ended is None for _, ended, _ in pauses(case)] == [False, True]
    assert face(case)[1]
    case = work(world, case)
    assert [ended is None for _, ended, _ in pauses(case)] == [False, False]


def test_an_application_whose_first_step_is_open_ended(world: World) -> None:
    """Two working days from Monday 09.00; it stands until Tuesday 09.00."""
    case = sent(world)
    assert (case.step, pauses(case)) == ("uji", [(at("2026-08-03 09:00"), None, "open_ended")])
    assert face(case) == ("waktu terbuka pada langkah ini", True)
    world.time.set("2026-08-04 09:00")
    assert work(world, case).deadline_at == at("2026-08-06 09:00")


def test_a_repaired_application_comes_to_an_open_ended_step(world: World) -> None:
    case = sent(world)
    world.time.set("2026-08-03 10:00")
    world.back(case, "permohonan")
    world.time.set("2026-08-03 11:00")
    actions.repair(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    assert [(ended, reason) for _, ended, reason in pauses(case)] == [
        (at("2026-08-03 10:00"), "open_ended"),
        (at("2026-08-03 11:00"), "returned"),
        (None, "open_ended"),
    ]
    world.time.set("2026-08-03 15:00")
    # Wednesday 09.00, and the five hours from 09.00 to 15.00 without the one at midday.
    assert work(world, case).deadline_at == at("2026-08-05 15:00")


@pytest.mark.parametrize("end", ["reject", "cancel"])
def test_no_pause_outlives_its_case(world: World, end: str) -> None:
    case = sent(world)
    world.time.set("2026-08-03 10:00")
    if end == "reject":
        actions.reject(
            case_id=case.pk,
            by=world.actor("pencatat"),
            version=case.version,
            key=uuid.uuid4(),
            reason="Hampa",
        )
    else:
        actions.cancel(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    assert pauses(case) == [(at("2026-08-03 09:00"), at("2026-08-03 10:00"), "open_ended")]


def test_a_deadline_on_a_day_of_the_form_ends_with_it(world: World) -> None:
    case = sent(world, "sampai", titip_sampai="2026-09-30")
    assert case.deadline_at == at("2026-09-30 23:59:59")
    world.time.set("2026-08-05 09:00")
    assert work(world, case).deadline_at == at("2026-09-30 23:59:59")  # no pause moves it
    actions.close_office_day(
        office=world.office, day=at("2026-09-30 09:00").date(), name="Libur", by=world.actor("admin")
    )
    assert fresh(case).deadline_at == at("2026-09-30 23:59:59")


def test_a_corrected_day_of_the_form_is_the_new_deadline(world: World) -> None:
    case = sent(world, "sampai", titip_sampai="2026-09-30")
    world.back(case, "permohonan")
    by = world.actor("siti")
    actions.save_answers(case_id=case.pk, values={"titip_sampai": "2026-10-31"}, by=by)
    assert actions.repair(case_id=case.pk, by=by, key=uuid.uuid4()).deadline_at == at("2026-10-31 23:59:59")
