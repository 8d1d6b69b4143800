"""Invented offices, for what must hold of working time at each of them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from loket.core.worktime import Interval, WorkCalendar

ZONES = [ZoneInfo(name) for name in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")]
# Over the end of a year, the second time into a leap year.
PERIODS = [(date(2026, 11, 1), date(2027, 3, 31)), (date(2027, 11, 1), date(2028, 3, 31))]


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
def office_hours(draw: st.DrawFn) -> dict[int, tuple[Interval, ...]]:
    """The week of an office: a break at noon or none, a Friday of two halves, a short one or a usual one."""
    opens, closes = draw(st.integers(7 * 60, 9 * 60)), draw(st.integers(15 * 60, 17 * 60))
    noon = draw(st.integers(0, 90))
    usual = ((opens, closes),) if not noon else ((opens, 12 * 60), (12 * 60 + noon, closes))
    halves = ((opens, draw(st.integers(11 * 60, 690))), (draw(st.integers(13 * 60, 14 * 60)), closes))
    friday = draw(st.sampled_from([usual, halves, ((opens + 30, 10 * 60 + 30),)]))
    week = dict.fromkeys(range(4), usual) | {4: friday}
    if draw(st.booleans()):
        week[5] = ((opens, 12 * 60),)
    return {day: tuple((of_minute(a), of_minute(b)) for a, b in spans) for day, spans in week.items()}


@st.composite
def ramadan(draw: st.DrawFn, first: date, last: date) -> dict[date, tuple[Interval, ...]]:
    """Shorter hours for a month, as an office sets them: days of the week not named are closed."""
    begin = draw(st.dates(first, last - timedelta(days=30)))
    week = dict.fromkeys(range(4), ((time(8), time(15)),)) | {4: ((time(8), time(15, 30)),)}
    days = [begin + timedelta(days=day) for day in range(draw(st.integers(1, 30)))]
    return {day: week.get(day.weekday(), ()) for day in days}


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """An office that might be, or hours that only a tester would think of."""
    first, last = draw(st.sampled_from(PERIODS))
    days = st.dates(first, last)
    closed = frozenset(draw(st.lists(days, max_size=8)))
    zone = draw(st.sampled_from(ZONES))
    if draw(st.booleans()):
        special = draw(st.one_of(st.just({}), ramadan(first, last)))
        return WorkCalendar(zone, draw(office_hours()), closed, special)
    weekly = {day: draw(hours()) for day in range(6)} | {6: draw(hours(least=1))}
    return WorkCalendar(zone, weekly, closed, draw(st.dictionaries(days, hours(), max_size=4)))


def moments_of(calendar: WorkCalendar) -> st.SearchStrategy[datetime]:
    """Moments to the microsecond, often at an opening or a closing, near the year's end and leap days."""
    edges = sorted({edge for spans in calendar.weekly.values() for span in spans for edge in span})
    times = st.one_of(st.times(), st.sampled_from(edges))
    days = st.one_of(
        *(st.dates(first, last) for first, last in PERIODS),
        st.sampled_from([date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29), date(2027, 12, 31)]),
        st.sampled_from(sorted(calendar.closed | set(calendar.special)) or [date(2027, 1, 1)]),
    )
    return st.builds(lambda day, at: datetime.combine(day, at, calendar.zone), days, times)


moments = st.builds(
    lambda naive, zone: naive.replace(second=0, microsecond=0, tzinfo=zone),
    st.datetimes(datetime(2026, 11, 1), datetime(2028, 3, 31)),  # noqa: DTZ001 (the zone comes after)
    st.sampled_from(ZONES),
)
