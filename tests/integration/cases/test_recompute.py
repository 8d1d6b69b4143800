"""Deadlines computed anew by the many: the same as one by one, whatever happens meanwhile."""

import uuid
from datetime import date, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from loket.audit.models import Entry
from loket.cases import actions, queries, tasks
from loket.cases.actions import recomputing
from loket.cases.actions.recomputing import _chunks, _extent, _index, _store, plan
from loket.cases.models import Case, Recompute
from loket.cases.rules.deadlines import due_at
from loket.core import clock
from loket.offices.actions import checked_special_hours
from loket.offices.models import Holiday, Office
from loket.offices.queries import calendar
from tests.integration.cases.world import World, at, fresh

pytestmark = pytest.mark.django_db
DAY = date(2026, 8, 5)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def town(world: World) -> list[Case]:
    """Cases of every kind: quick and slow, returned, repaired, stopped alone and with the office."""
    cases = [world.sent(penyimpan_nama=f"PENYIMPAN {chr(65 + number)}") for number in range(4)]
    cases.append(world.sent("cepat"))
    Case.objects.filter(pk=cases[1].pk).update(complete_at=world.time.now + MICROSECOND * 123_457)
    world.time.set("2026-08-03 10:00:07.5")
    for case in cases[:2]:
        world.back(case, "permohonan")
    stop = actions.ask_case_stop(
        case_id=cases[2].pk, by=world.actor("penerima"), key=uuid.uuid4(), reason="uji_tumbuh"
    )
    actions.approve_stop(stop_id=stop.pk, by=world.actor("pengawas"), since_asked=True)
    world.time.set("2026-08-03 11:00")
    actions.repair(case_id=cases[0].pk, by=world.actor("siti"), key=uuid.uuid4())
    wide = actions.ask_office_stop(
        office=world.office, by=world.actor("penerima"), key=uuid.uuid4(), reason="listrik"
    )
    actions.approve_stop(stop_id=wide.pk, by=world.actor("pengawas"), since_asked=True)
    world.time.set("2026-08-03 14:00")
    actions.end_stop(stop_id=wide.pk, by=world.actor("pengawas"))
    return cases


def one_by_one(office: Office) -> dict[uuid.UUID, object]:
    """What the rule says of every open case, with the simple calendar."""
    hours = calendar(office)
    return {
        case.pk: due_at(
            queries.variant_of(case).deadline, hours, case.complete_at, queries.pauses_of(case), clock.now()
        )
        for case in Case.objects.filter(office=office, state__in=["open", "returned"])
    }


def stored(office: Office) -> dict[uuid.UUID, object]:
    return dict(
        Case.objects.filter(office=office, state__in=["open", "returned"]).values_list("pk", "deadline_at")
    )


def close(world: World, day: date = DAY) -> Recompute:
    return actions.close_office_day(office=world.office, day=day, name="Libur", by=world.actor("admin"))


def test_many_are_computed_as_one_is(world: World, town: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputing, "CHUNK", 2)
    world.time.set("2026-08-04 09:00")
    Case.objects.filter(office=world.office).update(deadline_at=at("2026-01-01 00:00"))
    assert actions.recompute_deadlines(office=world.office, by="system") == len(town)
    assert stored(world.office) == one_by_one(world.office)
    assert actions.recompute_deadlines(office=world.office, by="system") == 0


def test_a_holiday_with_many_cases_is_a_job_with_its_progress(
    world: World, town: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "AT_ONCE", 2)
    monkeypatch.setattr(recomputing, "CHUNK", 2)
    actions.recompute_deadlines(office=world.office, by="system")
    before = stored(world.office)
    run = close(world)
    assert (run.total, run.done, run.finished_at) == (4, 0, None)
    assert stored(world.office) == before
    job = ProcrastinateJob.objects.get(task_name="cases.recompute")
    assert (job.args, job.lock) == ({"recompute_id": run.pk}, "recompute:9911")
    tasks.recompute(recompute_id=run.pk)
    run.refresh_from_db()
    assert (run.done, run.changed, run.finished_at) == (4, 4, world.time.now)
    assert stored(world.office) == one_by_one(world.office)
    tasks.recompute(recompute_id=run.pk)
    journal = Entry.objects.filter(action="case.recompute_deadlines", details__cause="holiday")
    assert [row.details for row in journal] == [{"cause": "holiday", "changed": 4}]


def test_a_crash_in_the_middle_is_taken_up_by_the_sweep(
    world: World, town: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "AT_ONCE", 0)
    monkeypatch.setattr(recomputing, "CHUNK", 2)
    actions.recompute_deadlines(office=world.office, by="system")
    run = close(world)
    chunks = _chunks(run, _index(world.office, _extent(run)[1]))
    _store(run, next(chunks))
    chunks.close()
    ProcrastinateJob.objects.all().delete()
    tasks.sweep(timestamp=0)
    (job,) = ProcrastinateJob.objects.filter(task_name="cases.recompute")
    tasks.recompute(**job.args)
    run.refresh_from_db()
    assert (run.done, run.changed, run.finished_at is None) == (4, 4, False)
    assert stored(world.office) == one_by_one(world.office)
    ProcrastinateJob.objects.all().delete()
    tasks.sweep(timestamp=0)
    assert not ProcrastinateJob.objects.filter(task_name="cases.recompute").exists()


def test_what_changed_meanwhile_is_not_overwritten(world: World, town: list[Case]) -> None:
    """Returned, ended, or rewritten under the same version between reading and writing."""
    Holiday.objects.create(office=world.office, day=DAY, name="x", kind="office", source="x")
    run = plan(office=world.office, cause="holiday", by="system", first=DAY, last=DAY)
    (chunk,) = _chunks(run, _index(world.office, _extent(run)[1]))
    world.time.set("2026-08-03 15:00")
    world.back(town[3], "permohonan")
    world.time.set("2026-08-03 15:30")
    actions.repair(case_id=town[3].pk, by=world.actor("siti"), key=uuid.uuid4())
    actions.cancel(case_id=town[0].pk, by=world.actor("siti"), key=uuid.uuid4())
    ended = fresh(town[0]).deadline_at
    Case.objects.filter(pk=town[2].pk).update(applicant_name="LAIN")  # lies elsewhere now
    _store(run, chunk)
    world.time.now = run.asked_at
    expected = one_by_one(world.office)
    assert {pk: due for pk, due in stored(world.office).items() if pk != town[2].pk} == {
        pk: due for pk, due in expected.items() if pk != town[2].pk
    }
    assert fresh(town[2]).applicant_name == "LAIN"
    assert fresh(town[2]).deadline_at == expected[town[2].pk] + timedelta(minutes=90)  # its clock stands
    assert fresh(town[0]).deadline_at == ended


def test_only_cases_that_the_day_can_touch_are_looked_at(world: World) -> None:
    slow, quick = world.sent(), world.sent("cepat")  # due on Thursday 09.00 and on Monday 14.00
    looked = {day: close(world, date(2026, 8, day)).total for day in (2, 3, 4, 7, 10)}
    assert looked == {2: 0, 3: 2, 4: 2, 7: 1, 10: 1}
    assert stored(world.office) == one_by_one(world.office)
    assert fresh(slow).deadline_at > fresh(quick).deadline_at


def test_a_day_within_a_pause_after_the_deadline_still_counts(world: World) -> None:
    case = world.sent("cepat")  # due on Monday 14.00
    world.time.set("2026-08-04 15:00")
    world.back(case, "permohonan")
    world.time.set("2026-08-05 10:00")
    actions.repair(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    assert fresh(case).deadline_at == at("2026-08-04 09:00")  # 60 and 120 minutes later
    run = close(world)
    assert (run.total, run.changed) == (1, 1)
    assert fresh(case).deadline_at == at("2026-08-03 15:00")
    assert stored(world.office) == one_by_one(world.office)


def test_the_other_office_s_cases_are_left_alone(world: World, town: list[Case]) -> None:
    Case.objects.filter(pk=town[3].pk).update(office=world.other_office)
    before = fresh(town[3]).deadline_at
    assert close(world).total == 3
    assert fresh(town[3]).deadline_at == before


def test_special_hours_move_deadlines_as_the_preview_said(world: World, town: list[Case]) -> None:
    given = {
        "office": world.office,
        "name": "Ramadan",
        "first": DAY,
        "last": DAY + timedelta(days=20),
        "hours": {day: ["08.00-09.30"] for day in ("senin", "selasa", "rabu", "kamis", "jumat")},
    }
    actions.recompute_deadlines(office=world.office, by="system")
    special = checked_special_hours(**given)
    preview = actions.preview_special_hours(special=special, added=True)
    before = stored(world.office)
    run = actions.set_special_hours(by=world.actor("admin"), **given)
    assert preview == (run.changed, True)
    assert run.changed > 0
    assert stored(world.office) == one_by_one(world.office) != before
    kept = world.office.special_hours.get()
    assert actions.preview_special_hours(special=kept, added=False) == preview
    by = world.actor("admin")
    assert actions.drop_special_hours(office=world.office, special_id=kept.pk, by=by).changed == run.changed
    assert stored(world.office) == before
    assert calendar(world.office).special == {}


def test_a_preview_of_too_many_says_how_many_it_could_be(
    world: World, town: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "AT_ONCE", 2)
    given = {
        "office": world.office,
        "name": "x",
        "first": DAY,
        "last": DAY,
        "hours": {"rabu": ["08.00-09.00"]},
    }
    assert actions.preview_special_hours(special=checked_special_hours(**given), added=True) == (4, False)
