"""What must hold of working time on every calendar."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loket.core.workindex import WorkIndex, from_micros, to_micros
from loket.core.worktime import NeverOpen, WorkCalendar
from tests.unit.core.calendars import PERIODS, calendars, moments, moments_of, of_minute

ALWAYS = WorkCalendar(ZoneInfo("Asia/Jakarta"), dict.fromkeys(range(7), ((of_minute(0), of_minute(1439)),)))

minutes = st.integers(0, 4000)


def within_working_time(calendar: WorkCalendar, moment: datetime) -> bool:
    """Open, or the closing moment of a span; said without any code of the clock's but the hours."""
    local = moment.astimezone(calendar.zone)
    return any(opens <= local.time() <= closes for opens, closes in calendar.hours(local.date()))


@given(calendars(), moments, minutes)
def test_a_deadline_is_never_outside_working_time(calendar, start, n) -> None:
    end = calendar.add_minutes(start, n)
    assert end >= start
    assert within_working_time(calendar, end)


@given(calendars(), moments, minutes)
def test_added_minutes_can_be_counted_again(calendar, start, n) -> None:
    assert calendar.minutes_between(start, calendar.add_minutes(start, n)) == n


@given(calendars(), moments, minutes, st.integers(1, 4000))
def test_minutes_may_be_added_in_parts(calendar, start, first, second) -> None:
    in_parts = calendar.add_minutes(calendar.add_minutes(start, first), second)
    assert in_parts == calendar.add_minutes(start, first + second)


@given(calendars(), st.lists(moments, min_size=3, max_size=6).map(sorted))
def test_splitting_an_interval_never_changes_the_sum(calendar, marks) -> None:
    parts = [calendar.minutes_between(a, b) for a, b in zip(marks, marks[1:], strict=False)]
    assert sum(parts) == calendar.minutes_between(marks[0], marks[-1])


@given(calendars(), moments, moments)
def test_working_minutes_are_never_more_than_minutes(calendar, a, b) -> None:
    counted = calendar.minutes_between(a, b)
    assert 0 <= counted <= max(0, (b - a) / timedelta(minutes=1))


@settings(max_examples=30)
@given(calendars(), moments, st.integers(0, 36 * 60))
def test_counting_one_minute_after_the_other_gives_the_same(calendar, start, length) -> None:
    end = start + timedelta(minutes=length)
    ticks = [start + timedelta(minutes=n) for n in range(length)]
    assert calendar.minutes_between(start, end) == sum(calendar.is_open(tick) for tick in ticks)


@given(calendars(), moments)
def test_next_open_is_the_first_open_moment(calendar, start) -> None:
    opening = calendar.next_open(start)
    assert opening >= start
    assert calendar.is_open(opening)
    assert calendar.minutes_between(start, opening) == 0


@given(calendars(), moments, st.integers(1, 12))
def test_days_count_the_dates_on_which_the_office_is_open(calendar, start, n) -> None:
    begin, end = calendar.next_open(start), calendar.add_days(start, n)
    assert within_working_time(calendar, end)
    first, last = calendar.local_date(begin), calendar.local_date(end)
    dates = [first + timedelta(days=day) for day in range(1, (last - first).days + 1)]
    assert sum(bool(calendar.hours(day)) for day in dates) == n
    assert calendar.hours(last) != ()


@given(calendars(), moments, st.integers(1, 12))
def test_a_deadline_in_days_is_not_after_the_time_of_day_unless_it_must(calendar, start, n) -> None:
    """At the time of day of the beginning, else at the last closing before it, else at the first opening."""
    begin = calendar.next_open(start).astimezone(calendar.zone)
    end = calendar.add_days(start, n).astimezone(calendar.zone)
    spans = calendar.hours(end.date())
    earlier = [closes for _, closes in spans if closes <= begin.time()]
    inside = any(opens <= begin.time() <= closes for opens, closes in spans)
    assert end.time() == (begin.time() if inside else max(earlier, default=spans[0][0]))


@given(st.data(), calendars(), st.integers(0, 4000))
def test_minutes_added_to_a_later_start_end_no_earlier(data, calendar, n) -> None:
    start, later = sorted(data.draw(st.lists(moments_of(calendar), min_size=2, max_size=2)))
    assert calendar.add_minutes(start, n) <= calendar.add_minutes(later, n)


@given(st.data(), calendars(), st.integers(0, 12))
def test_days_added_to_a_later_start_end_no_earlier(data, calendar, n) -> None:
    start, later = sorted(data.draw(st.lists(moments_of(calendar), min_size=2, max_size=2)))
    assert calendar.add_days(start, n) <= calendar.add_days(later, n)


@given(st.data(), calendars(), st.integers(1, 12))
def test_days_give_the_same_time_of_day_wherever_the_office_is_open_then(data, calendar, n) -> None:
    start = data.draw(moments_of(calendar))
    end = calendar.add_days(start, n).astimezone(calendar.zone)
    wanted = calendar.next_open(start).astimezone(calendar.zone).time()
    is_open = any(opens <= wanted <= closes for opens, closes in calendar.hours(end.date()))
    assert (end.time() == wanted) is is_open


@given(st.data(), calendars(), st.timedeltas(timedelta(0), timedelta(days=20)))
def test_any_span_added_can_be_counted_again(data, calendar, span) -> None:
    start = data.draw(moments_of(calendar))
    assert calendar.between(start, calendar.add(start, span)) == span


def indexed(calendar: WorkCalendar) -> WorkIndex:
    return WorkIndex(calendar, PERIODS[0][0] - timedelta(days=1))


@given(calendars(), moments, st.timedeltas(timedelta(0), timedelta(days=500)))
def test_long_times_are_the_sum_of_their_days(calendar, start, length) -> None:
    end = start + length
    day, total = calendar.local_date(start), timedelta()
    while day <= calendar.local_date(end):
        for opens, closes in calendar.hours(day):
            begin, close = (datetime.combine(day, at, calendar.zone) for at in (opens, closes))
            total += max(min(close, end) - max(begin, start), timedelta())
        day += timedelta(days=1)
    assert calendar.between(start, end) == total


@given(st.data(), calendars(), st.timedeltas(timedelta(0), timedelta(days=20)), st.integers(0, 400))
def test_the_index_says_what_the_calendar_says(data, calendar, span, days) -> None:
    index, asked = indexed(calendar), moments_of(calendar)
    for start in data.draw(st.lists(asked, min_size=1, max_size=3)):
        other, begin = data.draw(asked), to_micros(start)
        assert from_micros(begin) == start
        assert from_micros(index.add(begin, span // timedelta(microseconds=1))) == calendar.add(start, span)
        assert from_micros(index.add_minutes(begin, days)) == calendar.add_minutes(start, days)
        assert from_micros(index.add_days(begin, days)) == calendar.add_days(start, days)
        between = timedelta(microseconds=index.between(begin, to_micros(other)))
        assert between == calendar.between(start, other)


def test_the_index_knows_no_time_before_its_first_day() -> None:
    index = WorkIndex(ALWAYS, datetime(2026, 11, 1, tzinfo=ALWAYS.zone).date())
    early = to_micros(datetime(2026, 10, 31, 23, 59, tzinfo=ALWAYS.zone))
    for ask in (lambda: index.add_days(early, 1), lambda: index.between(early, early + 1)):
        with pytest.raises(ValueError, match="begins after"):
            ask()


def test_an_index_of_an_office_that_never_opens_says_so() -> None:
    index = indexed(WorkCalendar(ZoneInfo("Asia/Jakarta"), {}))
    with pytest.raises(NeverOpen):
        index.add_minutes(to_micros(datetime(2026, 11, 2, tzinfo=ZoneInfo("Asia/Jakarta"))), 1)
