"""The clock stands while a reason holds that one official asked for and another approved."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from loket.audit.models import Entry
from loket.cases import actions, queries
from loket.cases.models import Case, CaseEvent, ClockStop, Recompute
from loket.core.errors import LoketError, NotAllowedError, NotFoundError
from loket.offices.queries import calendar
from tests.integration.cases.world import World, at, fresh

pytestmark = pytest.mark.django_db


def ask(world: World, case: Case, *, who: str = "penerima", **more: object) -> ClockStop:
    given = {"key": uuid.uuid4(), "reason": "uji_tumbuh"} | more
    return actions.ask_case_stop(case_id=case.pk, by=world.actor(who), **given)


def ask_office(world: World, *, who: str = "penerima", **more: object) -> ClockStop:
    given = {"key": uuid.uuid4(), "reason": "listrik"} | more
    return actions.ask_office_stop(office=world.office, by=world.actor(who), **given)


def approve(world: World, stop: ClockStop, *, who: str = "pengawas", since_asked: bool = True) -> ClockStop:
    return actions.approve_stop(stop_id=stop.pk, by=world.actor(who), since_asked=since_asked)


def end(world: World, stop: ClockStop, *, who: str = "pengawas") -> ClockStop:
    return actions.end_stop(stop_id=stop.pk, by=world.actor(who))


def due(*cases: Case) -> list[str]:
    return [f"{fresh(case).deadline_at.astimezone(calendar(case.office).zone):%d %H:%M}" for case in cases]


def face(case: Case) -> str:
    return queries.clock_face(fresh(case), calendar(case.office)).words


def test_a_stop_of_one_case_moves_its_deadline_from_asking_to_the_end(world: World) -> None:
    case, other = world.sent(), world.sent(penyimpan_nama="TONO")  # Monday 09.00, due on Thursday 09.00
    world.time.set("2026-08-03 10:00")
    stop = ask(world, case, text="Benih lama.")
    assert (due(case), face(case)) == (["06 09:00"], "sisa 2 hari kerja")
    world.time.set("2026-08-03 11:00")
    approve(world, stop)
    assert (due(case), face(case)) == (["06 10:00"], "waktu berhenti: Menunggu uji tumbuh")
    world.time.set("2026-08-03 13:30")
    end(world, stop)
    assert due(case, other) == ["06 11:30", "06 09:00"]
    assert face(case) == "sisa 2 hari kerja"
    events = CaseEvent.objects.filter(case=case, kind__startswith="stop").order_by("seq")
    assert [(event.kind, event.actor_name, event.reason) for event in events] == [
        ("stop_ask", "Penerima", "Menunggu uji tumbuh. Benih lama."),
        ("stop_start", "Pengawas", "Menunggu uji tumbuh"),
        ("stop_end", "Pengawas", ""),
    ]
    rows = Entry.objects.filter(action__startswith="clockstop.").order_by("id")
    assert [row.action for row in rows] == ["clockstop.start", "clockstop.end"]


def test_approved_from_now_on_the_time_before_is_not_given_back(world: World) -> None:
    case = world.sent()
    stop = ask(world, case)
    world.time.set("2026-08-03 11:00")
    approve(world, stop, since_asked=False)
    world.time.set("2026-08-03 11:30")
    end(world, stop)
    assert due(case) == ["06 09:30"]


def test_only_an_approved_stop_moves_a_deadline(world: World) -> None:
    case = world.sent()
    stop = ask(world, case)
    world.time.set("2026-08-03 12:00")
    with pytest.raises(actions.ReasonMissing):
        actions.refuse_stop(stop_id=stop.pk, by=world.actor("pengawas"), reason=" ")
    actions.refuse_stop(stop_id=stop.pk, by=world.actor("pengawas"), reason="Uji tumbuh tidak perlu")
    assert due(case) == ["06 09:00"]
    with pytest.raises(actions.AlreadyDecided, match="oleh Pengawas"):
        approve(world, stop, who="wakil")
    with pytest.raises(actions.NotRunning):
        end(world, stop)
    assert ask(world, case).decided_at is None  # refused ones stand in nobody's way


def test_whoever_asked_never_decides(world: World) -> None:
    stop = ask_office(world, who="pengawas")
    with pytest.raises(actions.OwnRequest):
        approve(world, stop)
    with pytest.raises(actions.OwnRequest):
        actions.refuse_stop(stop_id=stop.pk, by=world.actor("pengawas"), reason="x")
    approve(world, stop, who="wakil")
    with pytest.raises(IntegrityError, match="cases_stop_two_people"), transaction.atomic():
        ClockStop.objects.filter(pk=stop.pk).update(decided_by=stop.asked_by)


def test_only_whoever_has_the_right_decides_and_only_at_the_own_office(world: World) -> None:
    stop = ask_office(world)
    for who, error in (("kepala", NotAllowedError), ("kepala-kebun", NotFoundError), ("siti", NotFoundError)):
        with pytest.raises(error):
            approve(world, stop, who=who)
        with pytest.raises(error):
            end(world, stop, who=who)
    assert ClockStop.objects.get().decided_at is None


def test_only_whoever_works_on_a_case_may_ask(world: World) -> None:
    case = world.sent()
    for who, error in (
        ("kepala", actions.NotPossible),
        ("penerima-kebun", NotFoundError),
        ("tono", NotFoundError),
        ("siti", actions.NotPossible),
    ):
        with pytest.raises(error):
            ask(world, case, who=who)
    returned = world.back(case, "permohonan")
    with pytest.raises(actions.NotPossible):
        ask(world, returned)
    with pytest.raises(NotAllowedError):
        ask_office(world, who="siti")
    with pytest.raises(NotAllowedError):
        ask_office(world, who="kepala-kebun")


def test_reasons_are_those_of_the_office_for_that_scope(world: World) -> None:
    case = world.sent()
    for reason in ("listrik", "lain", ""):
        with pytest.raises(actions.UnknownStopReason):
            ask(world, case, reason=reason)
    with pytest.raises(actions.UnknownStopReason):
        ask_office(world, reason="uji_tumbuh")
    with pytest.raises(NotFoundError, match="Layanan ini"):
        ask_office(world, service="lain")
    with pytest.raises(LoketError, match="1.000 huruf"):
        ask_office(world, text="x" * 1001)
    assert ClockStop.objects.count() == 0


def test_asking_twice_is_once_and_one_stop_of_a_scope_at_a_time(world: World) -> None:
    case, key = world.sent(), uuid.uuid4()
    assert ask(world, case, key=key) == ask(world, case, key=key)
    with pytest.raises(actions.StopExists):
        ask(world, case)
    key = uuid.uuid4()
    whole = ask_office(world, key=key)
    assert ask_office(world, key=key) == whole
    with pytest.raises(actions.StopExists):
        ask_office(world)
    ask_office(world, service=case.service)
    approve(world, whole)
    end(world, whole)
    assert end(world, whole).ended_at == ClockStop.objects.get(pk=whole.pk).ended_at
    ask_office(world)
    assert ClockStop.objects.count() == 4


def test_a_stop_of_the_office_moves_all_clocks_that_run_and_no_minute_twice(world: World) -> None:
    running, returned = world.sent(), world.sent(penyimpan_nama="ANI")
    world.time.set("2026-08-03 09:30")
    returned = world.back(returned, "permohonan")
    world.time.set("2026-08-03 10:00")
    stop = approve(world, ask_office(world))
    world.time.set("2026-08-03 10:30")
    late = world.sent(penyimpan_nama="TONO")  # while the clock of the office stands
    world.time.set("2026-08-03 11:00")
    actions.repair(case_id=returned.pk, by=world.actor("siti"), key=uuid.uuid4())
    assert face(returned) == "waktu berhenti: Listrik padam"
    world.time.set("2026-08-03 11:30")
    end(world, stop)
    after = world.sent("cepat")
    assert due(running, returned, late) == ["06 10:30", "06 11:00", "06 11:30"]
    assert due(after) == ["04 08:30"]
    runs = Recompute.objects.filter(cause="stop").order_by("pk")
    assert [(run.total, run.done, run.changed) for run in runs] == [(3, 3, 3)]


def test_a_stop_of_a_service_and_one_of_another_office_concern_no_other_case(world: World) -> None:
    case = world.sent()
    stop = approve(world, ask_office(world, service=case.service))
    Case.objects.filter(pk=case.pk).update(service="lain")
    world.time.set("2026-08-03 11:00")
    assert queries.running_stops([fresh(case)]) == {}
    end(world, stop)
    assert due(case) == ["06 09:00"]
    Case.objects.filter(pk=case.pk).update(service=stop.service)
    actions.recompute_deadlines(office=world.office, by="system")
    assert due(case) == ["06 11:00"]


def test_the_reason_of_the_case_is_named_before_that_of_the_office(world: World) -> None:
    case, other = world.sent(), world.sent(penyimpan_nama="TONO")
    approve(world, ask_office(world))
    approve(world, ask(world, case))
    found = queries.running_stops([fresh(case), fresh(other), world.draft()])
    assert {pk: stop.reason for pk, stop in found.items()} == {case.pk: "uji_tumbuh", other.pk: "listrik"}


def test_a_case_that_ends_ends_its_stop_and_voids_its_requests(world: World) -> None:
    case, other = world.sent(), world.sent(penyimpan_nama="TONO")
    stop, request = ask(world, case), ask(world, other)
    approve(world, stop)
    world.time.set("2026-08-10 09:00")
    for one in (case, other):
        actions.cancel(case_id=one.pk, by=world.actor("siti"), key=uuid.uuid4())
    stop, request = ClockStop.objects.get(pk=stop.pk), ClockStop.objects.get(pk=request.pk)
    assert (stop.ended_at, stop.ended_by) == (world.time.now, world.people["siti"].ref)
    assert (request.decided_by, request.started_at) == ("system", None)
    assert due(case, other) == ["13 09:00", "06 09:00"]  # a week stood, so it was not late
    assert ask_office(world).decided_at is None


def test_a_case_done_while_the_office_stands_was_not_late(world: World) -> None:
    case = world.sent("cepat")  # due on Monday 14.00
    approve(world, ask_office(world))
    world.time.set("2026-08-05 09:00")
    actions.cancel(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    assert fresh(case).deadline_at > fresh(case).finished_at


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"started_at": at("2026-08-03 08:59")}, "cases_stop_not_before_asked"),
        ({"started_at": at("2026-08-03 09:31")}, "cases_stop_not_before_asked"),
        ({"ended_at": at("2026-08-03 08:00")}, "cases_stop_forward"),
        ({"started_at": None}, "cases_stop_decided_whole"),
        ({"decided_at": None}, "cases_stop_decided_whole"),
        ({"decided_by": ""}, "cases_stop_decided_whole"),
        ({"refused_reason": "tidak"}, "cases_stop_decided_whole"),
        ({"service": "simpan-benih"}, "cases_stop_of_case_or_service"),
    ],
)
def test_the_database_refuses(world: World, change: dict[str, object], constraint: str) -> None:
    stop = ask(world, world.sent())
    world.time.pass_(minutes=30)
    approve(world, stop)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ClockStop.objects.filter(pk=stop.pk).update(**change)


def test_a_stop_while_the_office_is_closed_moves_nothing(world: World) -> None:
    case = world.sent()
    world.time.set("2026-08-03 16:00")
    stop = approve(world, ask_office(world))
    world.time.now += timedelta(hours=16)
    end(world, stop)
    assert due(case) == ["06 09:00"]
