"""What must hold of working time on every calendar."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from loket.core.worktime import Interval, WorkCalendar

ZONES = [ZoneInfo(name) for name in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")]
FIRST, LAST = date(2026, 11, 1), date(2027, 3, 31)  # over the end of a year


def of_minute(minute: int) -> time:
    return time(minute // 60, minute % 60)


@st.composite
def hours(draw: st.DrawFn, least: int = 0) -> tuple[Interval, ...]:
    """Up to three intervals of a day, in order, never overlapping, some touching."""
    count = draw(st.integers(least, 3))
    marks = draw(
        st.lists(st.integers(0, 24 * 60 - 1), min_size=2 * count, max_size=2 * count, unique=True).map(sorted)
    )
    return tuple((of_minute(marks[n]), of_minute(marks[n + 1])) for n in range(0, 2 * count, 2))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    weekly = {day: draw(hours()) for day in range(6)} | {6: draw(hours(least=1))}
    days = st.dates(FIRST, LAST)
    closed = frozenset(draw(st.lists(days, max_size=8)))
    special = draw(st.dictionaries(days, hours(), max_size=4))
    return WorkCalendar(draw(st.sampled_from(ZONES)), weekly, closed, special)


moments = st.builds(
    lambda naive, zone: naive.replace(second=0, microsecond=0, tzinfo=zone),
    st.datetimes(datetime(2026, 11, 1), datetime(2027, 3, 31)),  # noqa: DTZ001 (the zone comes after)
    st.sampled_from(ZONES),
)
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
