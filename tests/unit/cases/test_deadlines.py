"""When a case has to be done, and how that is said."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from loket.cases.rules.deadlines import due_at, remaining_words
from loket.catalogue.rules import Deadline
from loket.core.worktime import WorkCalendar

ZONE = ZoneInfo("Asia/Makassar")
FULL, FRIDAY = ((time(8), time(12)), (time(13), time(16))), ((time(8), time(11, 30)), (time(14), time(16)))
CALENDAR = WorkCalendar(
    ZONE, {0: FULL, 1: FULL, 2: FULL, 3: FULL, 4: FRIDAY}, frozenset({date(2026, 8, 17), date(2027, 1, 1)})
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def days(count: int) -> Deadline:
    return Deadline(text="x", working_days=count)


def minutes(count: int) -> Deadline:
    return Deadline(text="x", working_minutes=count)


def due(
    deadline: Deadline, complete: str, *pauses: tuple[str, str | None], now: str = "2026-08-03 08:00"
) -> str:
    spans = [(at(start), end and at(end)) for start, end in pauses]
    found = due_at(deadline, CALENDAR, at(complete), spans, at(now))
    return f"{found.astimezone(ZONE):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("deadline", "complete", "expected"),
    [
        (days(1), "2026-08-03 10:00", "2026-08-04 10:00"),
        (days(1), "2026-08-02 10:00", "2026-08-04 08:00"),  # complete on a Sunday
        (days(3), "2026-08-13 10:00", "2026-08-19 10:00"),
        (days(5), "2026-12-30 10:00", "2027-01-07 10:00"),
        (minutes(30), "2026-08-03 11:45", "2026-08-03 13:15"),
        (minutes(30), "2026-08-02 10:00", "2026-08-03 08:30"),
        # A deadline at a closing moment stays there: the next opening is a promise of hours more.
        (minutes(240), "2026-08-03 08:00", "2026-08-03 12:00"),
        (minutes(60), "2026-08-07 15:00", "2026-08-07 16:00"),
        (days(1), "2026-08-06 13:00", "2026-08-07 11:30"),
    ],
)
def test_without_a_pause(deadline: Deadline, complete: str, expected: str) -> None:
    assert due(deadline, complete) == expected


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([("2026-08-03 11:00", "2026-08-03 11:30")], "2026-08-04 10:30"),
        ([("2026-08-03 11:30", "2026-08-03 13:30")], "2026-08-04 11:00"),  # over lunch
        ([("2026-08-03 16:00", "2026-08-04 08:00")], "2026-08-04 10:00"),  # over the night: no minute of work
        ([("2026-08-03 15:00", "2026-08-04 09:00")], "2026-08-04 12:00"),
        (
            [("2026-08-03 11:00", "2026-08-03 11:30"), ("2026-08-03 15:00", "2026-08-03 15:30")],
            "2026-08-04 11:00",
        ),
        ([("2026-08-04 09:00", "2026-08-10 09:00")], "2026-08-10 10:00"),
        ([("2026-08-03 14:00", None)], "2026-08-04 12:00"),  # still open, and it is 16.30
    ],
)
def test_pauses_move_it(pauses: list[tuple[str, str | None]], expected: str) -> None:
    assert due(days(1), "2026-08-03 10:00", *pauses, now="2026-08-03 16:30") == expected


moments = st.integers(0, 30 * 24 * 60).map(lambda n: at("2026-12-10 00:00") + timedelta(minutes=n))
deadlines = st.one_of(st.integers(1, 10).map(days), st.integers(1, 3000).map(minutes))


@given(deadlines, moments, moments, moments)
def test_a_pause_of_n_minutes_moves_the_deadline_by_n_working_minutes(deadline, complete, start, end) -> None:
    assume(complete <= start <= end)
    before = due_at(deadline, CALENDAR, complete, [], end)
    after = due_at(deadline, CALENDAR, complete, [(start, end)], end)
    assert CALENDAR.minutes_between(before, after) == CALENDAR.minutes_between(start, end)


@given(deadlines, moments, st.lists(moments, min_size=3, max_size=3, unique=True).map(sorted))
def test_one_pause_or_two_that_touch_are_the_same(deadline, complete, marks) -> None:
    start, middle, end = marks
    whole = due_at(deadline, CALENDAR, complete, [(start, end)], end)
    assert due_at(deadline, CALENDAR, complete, [(start, middle), (middle, end)], end) == whole
    assert due_at(deadline, CALENDAR, complete, [(start, middle), (middle, None)], end) == whole


@given(deadlines, moments)
def test_a_deadline_is_never_outside_working_time(deadline, complete) -> None:
    found = due_at(deadline, CALENDAR, complete, [], complete).astimezone(ZONE)
    assert any(opens <= found.time() <= closes for opens, closes in CALENDAR.hours(found.date()))


@pytest.mark.parametrize(
    ("minutes_left", "words"),
    [
        (420, "sisa 1 hari kerja"),
        (840, "sisa 2 hari kerja"),
        (2100, "sisa 5 hari kerja"),
        (419, "sisa 6 jam"),
        (60, "sisa 1 jam"),
        (59, "sisa 59 menit"),
        (1, "sisa 1 menit"),
        (0, "sisa 0 menit"),
        (-1, "lewat 1 menit"),
        (-60, "lewat 1 jam"),
        (-420, "lewat 1 hari kerja"),
        # Never more than there is: a day and a half left is not two days.
        (630, "sisa 1 hari kerja"),
        (839, "sisa 1 hari kerja"),
        (119, "sisa 1 jam"),
        (59.9, "sisa 59 menit"),
    ],
)
def test_how_much_is_left_in_words(minutes_left: float, words: str) -> None:
    assert remaining_words(minutes_left, 420) == words
