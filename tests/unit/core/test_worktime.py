"""The working-time clock on a calendar as offices have it: lunch, short Fridays, feasts, three zones."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from loket.core.worktime import NeverOpen, WorkCalendar

WIB, WITA, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar"), ZoneInfo("Asia/Jayapura")
FULL = ((time(8), time(12)), (time(13), time(16)))
FRIDAY = ((time(8), time(11, 30)), (time(14), time(16)))
WEEK = {0: FULL, 1: FULL, 2: FULL, 3: FULL, 4: FRIDAY}
INDEPENDENCE_DAY = date(2026, 8, 17)  # a Monday


def office(zone: ZoneInfo = WITA, **more) -> WorkCalendar:
    return WorkCalendar(zone, WEEK, **more)


def at(text: str, zone: ZoneInfo = WITA) -> datetime:
    """`2026-08-03 10:00` at the office."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def shown(moment: datetime, zone: ZoneInfo = WITA) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-08-03 08:00", 1, "2026-08-03 08:01"),
        ("2026-08-03 11:50", 10, "2026-08-03 12:00"),  # to the last minute before lunch
        ("2026-08-03 11:50", 11, "2026-08-03 13:01"),
        ("2026-08-03 12:30", 30, "2026-08-03 13:30"),  # lunch does not count
        ("2026-08-03 15:30", 60, "2026-08-04 08:30"),
        ("2026-08-03 06:00", 30, "2026-08-03 08:30"),
        ("2026-08-03 16:00", 30, "2026-08-04 08:30"),
        ("2026-08-02 10:00", 30, "2026-08-03 08:30"),  # complete on a Sunday
        ("2026-08-07 11:20", 20, "2026-08-07 14:10"),  # the long break of a Friday
        ("2026-08-07 15:00", 120, "2026-08-10 09:00"),  # over a weekend
        ("2026-08-07 08:00", 330, "2026-08-07 16:00"),  # the whole of a Friday
        ("2026-08-14 15:30", 60, "2026-08-18 08:30"),  # over a weekend and a holiday
        ("2026-12-31 15:00", 120, "2027-01-04 09:00"),  # over New Year (a Friday) and a weekend
        ("2026-08-03 10:00", 0, "2026-08-03 10:00"),
        ("2026-08-02 10:00", 0, "2026-08-03 08:00"),
    ],
)
def test_minutes_are_added_within_working_time(start: str, minutes: int, end: str) -> None:
    calendar = office(closed=frozenset({INDEPENDENCE_DAY, date(2027, 1, 1)}))
    assert shown(calendar.add_minutes(at(start), minutes)) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-08-03 10:00", 1, "2026-08-04 10:00"),
        ("2026-08-03 10:00", 3, "2026-08-06 10:00"),
        ("2026-08-03 12:30", 1, "2026-08-04 13:00"),  # complete at lunch: counts from 13.00
        ("2026-08-03 17:00", 1, "2026-08-05 08:00"),  # complete in the evening: counts from Tuesday 08.00
        ("2026-08-02 10:00", 1, "2026-08-04 08:00"),  # complete on a Sunday: counts from Monday 08.00
        ("2026-08-06 10:00", 1, "2026-08-07 10:00"),
        ("2026-08-06 15:30", 1, "2026-08-07 15:30"),
        ("2026-08-06 13:30", 1, "2026-08-07 11:30"),  # within the break of the Friday
        ("2026-08-07 15:00", 1, "2026-08-10 15:00"),
        ("2026-08-14 10:00", 1, "2026-08-18 10:00"),  # the Monday is a holiday
        ("2026-08-17 10:00", 1, "2026-08-19 08:00"),  # complete on a holiday: counts from Tuesday 08.00
        ("2026-12-31 10:00", 1, "2027-01-04 10:00"),
        ("2026-12-30 10:00", 5, "2027-01-07 10:00"),
    ],
)
def test_days_are_working_days_at_the_same_time(start: str, days: int, end: str) -> None:
    calendar = office(closed=frozenset({INDEPENDENCE_DAY, date(2027, 1, 1)}))
    assert shown(calendar.add_days(at(start), days)) == end


def test_a_day_that_closes_early_ends_the_deadline_at_its_closing() -> None:
    calendar = office(special={date(2026, 8, 4): ((time(8), time(11)),)})
    assert shown(calendar.add_days(at("2026-08-03 15:00"), 1)) == "2026-08-04 11:00"


def test_special_hours_replace_those_of_the_week() -> None:
    ramadan = {date(2026, 2, 23): ((time(8), time(15)),)}
    calendar = office(special=ramadan)
    assert calendar.hours(date(2026, 2, 23)) == ((time(8), time(15)),)
    assert calendar.minutes_between(at("2026-02-23 00:00"), at("2026-02-24 00:00")) == 420
    assert not calendar.is_open(at("2026-02-23 15:30"))


def test_a_closed_day_is_closed_even_where_it_has_special_hours() -> None:
    day = INDEPENDENCE_DAY
    calendar = office(closed=frozenset({day}), special={day: FULL})
    assert calendar.hours(day) == ()


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-08-03 09:00", "2026-08-03 10:30", 90),
        ("2026-08-03 11:30", "2026-08-03 13:30", 60),
        ("2026-08-03 00:00", "2026-08-04 00:00", 420),
        ("2026-08-07 00:00", "2026-08-08 00:00", 330),
        ("2026-08-03 00:00", "2026-08-10 00:00", 4 * 420 + 330),
        ("2026-08-08 00:00", "2026-08-10 08:00", 0),
        ("2026-08-14 15:00", "2026-08-18 09:00", 120),  # the Monday is a holiday
        ("2026-08-03 10:00", "2026-08-03 10:00", 0),
        ("2026-08-03 11:00", "2026-08-03 10:00", 0),  # never negative
    ],
)
def test_minutes_between(start: str, end: str, minutes: float) -> None:
    calendar = office(closed=frozenset({INDEPENDENCE_DAY}))
    assert calendar.minutes_between(at(start), at(end)) == minutes


def test_seconds_count_too() -> None:
    start = at("2026-08-03 11:59")
    assert office().minutes_between(start.replace(second=30), at("2026-08-03 13:00")) == 0.5


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-08-03 07:59", False),
        ("2026-08-03 08:00", True),
        ("2026-08-03 11:59", True),
        ("2026-08-03 12:00", False),
        ("2026-08-03 13:00", True),
        ("2026-08-03 16:00", False),
        ("2026-08-02 10:00", False),
        ("2026-08-17 10:00", False),
    ],
)
def test_open_up_to_but_not_at_the_closing_moment(moment: str, expected: bool) -> None:
    assert office(closed=frozenset({INDEPENDENCE_DAY})).is_open(at(moment)) is expected


@pytest.mark.parametrize(("zone", "utc_hour"), [(WIB, 1), (WITA, 0), (WIT, 23)])
def test_the_office_opens_by_its_own_zone(zone: ZoneInfo, utc_hour: int) -> None:
    opening = office(zone).next_open(datetime(2026, 8, 2, 10, 0, tzinfo=UTC))
    assert opening.hour == utc_hour
    assert shown(opening, zone) == "2026-08-03 08:00"
    assert opening.tzinfo is UTC


def test_in_wit_the_working_day_begins_before_midnight_utc() -> None:
    calendar = office(WIT)
    start = datetime(2026, 8, 2, 23, 30, tzinfo=UTC)  # Monday 08.30 in Jayapura
    assert calendar.local_date(start) == date(2026, 8, 3)
    assert calendar.minutes_between(start, datetime(2026, 8, 3, 0, 30, tzinfo=UTC)) == 60
    assert shown(calendar.add_days(start, 1), WIT) == "2026-08-04 08:30"


def test_one_moment_is_the_same_whatever_zone_it_is_written_in() -> None:
    calendar, moment = office(WITA), at("2026-08-03 10:00")
    assert calendar.add_minutes(moment.astimezone(WIB), 30) == calendar.add_minutes(moment, 30)
    assert calendar.add_days(moment.astimezone(WIT), 1) == calendar.add_days(moment, 1)


@pytest.mark.parametrize("weekly", [{}, {0: ()}, {2: ((time(9), time(9)),)}])
def test_an_office_that_never_opens_has_no_deadline(weekly) -> None:
    calendar = WorkCalendar(WITA, weekly)
    start = at("2026-08-03 10:00")
    for ask in (calendar.next_open, lambda m: calendar.add_minutes(m, 1), lambda m: calendar.add_days(m, 1)):
        with pytest.raises(NeverOpen, match="tidak memiliki jam kerja"):
            ask(start)
    assert calendar.minutes_between(start, at("2027-08-03 10:00")) == 0


def test_an_office_that_opens_again_after_most_of_a_year() -> None:
    only = {date(2027, 8, 2): FULL}
    calendar = WorkCalendar(WITA, {}, special=only)
    assert shown(calendar.next_open(at("2026-08-03 10:00"))) == "2027-08-02 08:00"
    assert shown(calendar.add_days(at("2027-08-02 09:00"), 0)) == "2027-08-02 09:00"
    with pytest.raises(NeverOpen):
        calendar.add_days(at("2027-08-02 09:00"), 1)
