"""What time does: reminders, closing, and deadlines after a change of the calendar."""

import uuid
from datetime import date, timedelta

import pytest

from loket.audit.models import Entry
from loket.cases import actions, queries, tasks
from loket.cases.actions import timing
from loket.cases.models import Case, Pause
from loket.core.errors import LoketError, NotAllowedError, NotFoundError
from loket.notices.queries import of_case as notices_of_case
from loket.offices.actions import HolidayExists, NationalHoliday
from loket.offices.models import Holiday
from loket.offices.queries import calendar
from tests.integration.cases.world import World, at, fresh

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def subjects(case: Case) -> list[str]:
    return [notice.subject for notice in notices_of_case(case.ref)]


def test_reminded_after_a_week_and_closed_after_two(world: World) -> None:
    case = world.back(world.sent(), "permohonan")
    for days, expected in ((7, (1, 0)), (14, (0, 1))):
        world.time.now = case.returned_at + timedelta(days=days) - MINUTE
        assert actions.expire_unanswered() == (0, 0)
        world.time.now += MINUTE
        assert actions.expire_unanswered() == expected
        assert actions.expire_unanswered() == (0, 0)
    case = fresh(case)
    assert (case.state, case.step, case.returned_at) == ("expired", "", None)
    assert case.finished_at == world.time.now
    assert Pause.objects.get().ended_at == world.time.now
    assert subjects(case)[2:] == ["Permohonan menunggu perbaikan Anda", "Permohonan ditutup"]
    kinds = [(event.kind, event.step, event.actor_name) for event in queries.events_of(case)]
    assert kinds[2:] == [("remind", "permohonan", "Sistem"), ("expire", "permohonan", "Sistem")]


def test_the_days_are_the_office_s_own(world: World) -> None:
    world.office.definition |= {"remind_days": 2, "answer_days": 3}
    world.office.save()
    world.back(world.sent(), "permohonan")
    found = []
    for _ in range(4):
        world.time.pass_(days=1)
        found.append(actions.expire_unanswered())
    assert found == [(0, 0), (1, 0), (0, 1), (0, 0)]


def test_an_answer_stops_the_count_and_another_return_starts_it_anew(world: World) -> None:
    case = world.back(world.sent(), "permohonan")
    world.time.pass_(days=8)
    assert actions.expire_unanswered() == (1, 0)
    actions.repair(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    world.time.pass_(days=8)
    assert actions.expire_unanswered() == (0, 0)
    world.back(case, "permohonan")
    world.time.pass_(days=7)
    assert actions.expire_unanswered() == (1, 0)
    world.time.pass_(days=7)
    assert actions.expire_unanswered() == (0, 1)


def test_what_the_register_holds_is_reminded_but_never_closed(world: World) -> None:
    case = world.at_step("paraf")
    for to in ("catat", "permohonan"):
        world.back(case, to)
    world.time.pass_(days=30)
    tasks.expire(timestamp=0)
    world.time.pass_(days=30)
    tasks.expire(timestamp=0)
    assert fresh(case).state == "returned"
    assert subjects(case)[2:] == ["Permohonan menunggu perbaikan Anda"]


def test_those_that_have_to_wait_on_keep_nobody_from_being_reminded_or_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many returned cases the sweep can do nothing about, it comes to the others."""
    monkeypatch.setattr(timing, "BATCH", 2)
    for number in range(3):
        held = world.at_step("catat", penyimpan_nama=f"PENYIMPAN {chr(65 + number)}")
        Case.objects.filter(pk=held.pk).update(recorded=True)
        world.back(held, "permohonan")
    world.time.pass_(days=7)
    assert [actions.expire_unanswered() for _ in range(3)] == [(2, 0), (1, 0), (0, 0)]
    late = world.back(world.sent(penyimpan_nama="TONO"), "permohonan")
    world.time.pass_(days=7)
    assert [actions.expire_unanswered() for _ in range(2)] == [(1, 0), (0, 0)]
    world.time.pass_(days=7)
    assert [actions.expire_unanswered() for _ in range(2)] == [(0, 1), (0, 0)]
    assert fresh(late).state == "expired"


def test_other_states_do_not_expire(world: World) -> None:
    cases = [world.draft(), world.sent(), world.at_step("catat", penyimpan_nama="TONO")]
    cancelled = world.back(world.sent(penyimpan_nama="ANI"), "permohonan")
    actions.cancel(case_id=cancelled.pk, by=world.actor("siti"), key=uuid.uuid4())
    world.time.pass_(days=60)
    assert actions.expire_unanswered() == (0, 0)
    assert [fresh(case).state for case in [*cases, cancelled]] == ["draft", "open", "open", "cancelled"]


def test_a_closed_case_cannot_be_repaired(world: World) -> None:
    case = world.back(world.sent(), "permohonan")
    world.time.pass_(days=14)
    actions.expire_unanswered()
    with pytest.raises(actions.NotPossible, match="ditutup karena tidak ada jawaban"):
        actions.repair(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())


def close(world: World, day: str, name: str = "Panen raya") -> int:
    by = world.actor("admin")
    return actions.close_office_day(
        office=world.office, day=date.fromisoformat(day), name=name, by=by
    ).changed


def deadlines(*cases: Case) -> list[object]:
    return [fresh(case).deadline_at for case in cases]


def test_a_day_off_moves_the_deadlines_it_touches_and_taking_it_back_restores_them(world: World) -> None:
    slow = world.sent()  # due on Thursday 09.00
    quick = world.sent("cepat")  # due on Monday 14.00
    paused = world.sent(penyimpan_nama="ANI")
    world.time.set("2026-08-03 10:00")
    world.back(paused, "permohonan")
    world.time.set("2026-08-03 11:00")
    actions.repair(case_id=paused.pk, by=world.actor("siti"), key=uuid.uuid4())
    cancelled = world.sent(penyimpan_nama="TONO")
    actions.cancel(case_id=cancelled.pk, by=world.actor("siti"), key=uuid.uuid4())
    cases = (slow, quick, paused, cancelled)
    before = deadlines(*cases)
    assert before == [at(f"2026-08-0{text}") for text in ("6 09:00", "3 14:00", "6 10:00", "6 11:00")]
    assert close(world, "2026-08-05") == 2
    after = [at("2026-08-07 09:00"), at("2026-08-03 14:00"), at("2026-08-07 10:00"), at("2026-08-06 11:00")]
    assert deadlines(*cases) == after
    world.time.set("2026-08-04 15:00")
    holiday = Holiday.objects.get(office=world.office)
    by = world.actor("admin")
    assert actions.open_office_day(office=world.office, holiday_id=holiday.pk, by=by).changed == 2
    assert deadlines(*cases) == before
    rows = Entry.objects.filter(action="case.recompute_deadlines").order_by("id")
    assert [(row.subject, row.actor, row.details) for row in rows] == [
        ("office:9911", world.people["admin"].ref, {"cause": "holiday", "changed": 2})
    ] * 2


def test_a_day_off_within_a_pause_was_no_working_time_of_it(world: World) -> None:
    case = world.sent()
    world.time.set("2026-08-03 15:00")
    world.back(case, "permohonan")
    world.time.set("2026-08-05 09:00")
    actions.repair(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    assert deadlines(case) == [at("2026-08-07 11:00")]  # Thursday 09.00 and 60 + 420 + 60 minutes
    close(world, "2026-08-04")
    assert deadlines(case) == [at("2026-08-07 11:00")]  # Friday 09.00 and 60 + 60 minutes


def test_while_returned_the_deadline_counts_the_pause_up_to_now(world: World) -> None:
    case = world.back(world.sent(), "permohonan")
    world.time.set("2026-08-03 11:00")
    assert actions.recompute_deadlines(office=world.office, by="system") == 1
    assert deadlines(case) == [at("2026-08-06 11:00")]
    assert actions.recompute_deadlines(office=world.office, by="system") == 0


def test_an_office_s_day_off_binds_no_other_office(world: World) -> None:
    assert close(world, "2026-08-10") == 0
    day = date(2026, 8, 10)
    assert calendar(world.office).hours(day) == ()
    assert len(calendar(world.other_office).hours(day)) == 1


@pytest.mark.parametrize("who", ["kepala", "penerima", "admin-kebun", "siti"])
def test_only_who_keeps_the_calendar_may_change_it(world: World, who: str) -> None:
    close(world, "2026-08-05")
    holiday = Holiday.objects.get()
    by = world.actor(who)
    with pytest.raises(NotAllowedError):
        actions.close_office_day(office=world.office, day=date(2026, 8, 6), name="Libur", by=by)
    with pytest.raises(NotAllowedError):
        actions.open_office_day(office=world.office, holiday_id=holiday.pk, by=by)
    assert list(Holiday.objects.values_list("day", flat=True)) == [date(2026, 8, 5)]


def test_days_off_need_a_name_and_stand_once(world: World) -> None:
    with pytest.raises(LoketError, match="Tulis nama hari liburnya"):
        close(world, "2026-08-05", name="  ")
    close(world, "2026-08-05")
    Holiday.objects.create(office=None, day=date(2026, 8, 17), name="Kemerdekaan", kind="public", source="x")
    for day in ("2026-08-05", "2026-08-17"):
        with pytest.raises(HolidayExists):
            close(world, day)


def test_national_days_and_those_of_other_offices_cannot_be_taken_back(world: World) -> None:
    national = Holiday.objects.create(office=None, day=date(2026, 8, 17), name="x", kind="public", source="x")
    other = Holiday.objects.create(
        office=world.other_office, day=date(2026, 8, 5), name="x", kind="office", source="x"
    )
    by = world.actor("admin")
    for holiday_id, error in ((national.pk, NationalHoliday), (other.pk, NotFoundError), (0, NotFoundError)):
        with pytest.raises(error):
            actions.open_office_day(office=world.office, holiday_id=holiday_id, by=by)
    assert Holiday.objects.count() == 2


def test_complete_on_a_sunday_counts_from_monday(world: World) -> None:
    world.time.set("2026-08-02 10:00")
    assert world.sent().deadline_at == at("2026-08-06 08:00")
    assert world.sent("cepat").deadline_at == at("2026-08-03 12:00")


def test_the_clock_as_people_read_it(world: World) -> None:
    case, hours = world.sent("cepat"), calendar(world.office)  # due on Monday 14.00
    faces = []
    for moment in ("09:00", "12:30", "13:01", "14:00", "14:01", "16:30"):
        world.time.set(f"2026-08-03 {moment}")
        face = queries.clock_face(case, hours)
        faces.append((face.words, face.late))
    assert faces == [
        ("sisa 4 jam", False),
        ("sisa 1 jam", False),
        ("sisa 59 menit", False),
        ("sisa 0 menit", False),
        ("lewat 1 menit", True),
        ("lewat 2 jam", True),
    ]
