"""The working-hours clock: minutes that count are those in which the office is open.

Plain arithmetic on a calendar; where the calendar comes from (office data, the holiday table) is not its
concern. All moments are aware datetimes; results are in UTC. For a million deadlines at once there is
`workindex`, which answers the same from an index.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate
from zoneinfo import ZoneInfo

Interval = tuple[time, time]
# A year without one working minute means that the calendar is wrong, not that the deadline is far.
LONGEST_CLOSURE_DAYS = 366


class NeverOpen(ValueError):
    """Kalender kantor tidak memiliki jam kerja dalam satu tahun. Periksa jam kerja dan hari libur."""


def _length(hours: tuple[Interval, ...]) -> timedelta:
    """How long these intervals are together; no office is open while its zone changes the hour."""
    minutes = (
        datetime.combine(date.min, closes) - datetime.combine(date.min, opens)
        for opens, closes in hours
        if opens < closes
    )
    return sum(minutes, timedelta())


@dataclass(frozen=True)
class WorkCalendar:
    """When an office is open.

    `weekly` maps weekday (Monday is 0) to its intervals, in order and not overlapping; `closed` are dates
    without any; `special` replaces the weekly hours of single dates (Ramadan, the day before a feast).
    """

    zone: ZoneInfo
    weekly: Mapping[int, tuple[Interval, ...]]
    closed: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)

    def hours(self, day: date) -> tuple[Interval, ...]:
        """The intervals in which the office is open on `day`, local time; empty when closed."""
        if day in self.closed:
            return ()
        return self.special.get(day, self.weekly.get(day.weekday(), ()))

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        return [
            (self._moment(day, opens), self._moment(day, closes))
            for opens, closes in self.hours(day)
            if opens < closes
        ]

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def local_date(self, moment: datetime) -> date:
        """The date at the office when it is `moment`."""
        return moment.astimezone(self.zone).date()

    def spans_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The working spans from `moment` on, the first one cut at `moment`. Raises NeverOpen."""
        day = self.local_date(moment)
        empty = 0
        while empty <= LONGEST_CLOSURE_DAYS:
            spans = self._spans(day)
            empty = 0 if spans else empty + 1
            for opens, closes in spans:
                if closes > moment:
                    yield max(opens, moment), closes
            day += timedelta(days=1)
        raise NeverOpen(NeverOpen.__doc__)

    def is_open(self, moment: datetime) -> bool:
        """Whether the office works at `moment` (the closing moment itself no longer counts)."""
        return any(opens <= moment < closes for opens, closes in self._spans(self.local_date(moment)))

    def next_open(self, moment: datetime) -> datetime:
        """`moment` itself if the office is open then, else the next opening. Raises NeverOpen."""
        return next(self.spans_from(moment))[0]

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """The moment when `minutes` working minutes have passed since `start`. Raises NeverOpen."""
        return self.add(start, timedelta(minutes=minutes))

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The moment when `span` of working time has passed since `start`; of none, the next opening.

        A span that ends at a closing ends there, not at the next opening. Raises NeverOpen.
        """
        left = span
        for opens, closes in self.spans_from(start):
            if closes - opens >= left:
                return (opens + left).astimezone(UTC)
            left -= closes - opens
        raise AssertionError("spans_from never ends without raising")

    def minutes_between(self, start: datetime, end: datetime) -> float:
        """The working minutes between two moments; 0 where `end` is not after `start`."""
        return self.between(start, end) / timedelta(minutes=1)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments, exactly; none where `end` is not after `start`."""
        if end <= start:
            return timedelta()
        first, last = self.local_date(start), self.local_date(end)
        if first == last:
            return self._within(first, start, end)
        return (
            self._within(first, start, end) + self._days_between(first, last) + self._within(last, start, end)
        )

    def _within(self, day: date, start: datetime, end: datetime) -> timedelta:
        """The working time of one day that lies between two moments."""
        cuts = (min(closes, end) - max(opens, start) for opens, closes in self._spans(day))
        return sum((max(cut, timedelta()) for cut in cuts), timedelta())

    def _days_between(self, first: date, last: date) -> timedelta:
        """The working time of the whole days between two dates: weeks as usual, then what days differ by.

        Counted by weeks because a list shows deadlines that were missed years ago.
        """
        weeks, rest = divmod((last - first).days - 1, 7)
        usual = weeks * sum(self._usual, timedelta())
        usual += sum((self._usual[(first.weekday() + 1 + day) % 7] for day in range(rest)), timedelta())
        days, sums = self._unusual
        return usual + sums[bisect_left(days, last)] - sums[bisect_right(days, first)]

    @cached_property
    def _usual(self) -> list[timedelta]:
        """The working time of each weekday."""
        return [_length(self.weekly.get(weekday, ())) for weekday in range(7)]

    @cached_property
    def _unusual(self) -> tuple[list[date], list[timedelta]]:
        """The dates unlike their weekday, in order; by how much all before each of them differ, and all."""
        days = sorted(self.closed | self.special.keys())
        differences = (_length(self.hours(day)) - self._usual[day.weekday()] for day in days)
        return days, list(accumulate(differences, initial=timedelta()))

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same time of day `days` working days later, never outside working time.

        "24 jam (1 hari kerja)" of a file complete on Monday 10:00 is Tuesday 10:00. A file complete while
        the office is closed counts from the next opening; where the last day closes earlier than the time
        of day (a Friday), its closing is the deadline. Raises NeverOpen.
        """
        begin = self.next_open(start)
        day, left, empty = self.local_date(begin), days, 0
        while left:
            day += timedelta(days=1)
            spans = self._spans(day)
            empty = 0 if spans else empty + 1
            if empty > LONGEST_CLOSURE_DAYS:
                raise NeverOpen(NeverOpen.__doc__)
            left -= bool(spans)
        return self._nearest_working(day, begin)

    def _nearest_working(self, day: date, like: datetime) -> datetime:
        wanted = self._moment(day, like.astimezone(self.zone).time())
        reached = self._spans(day)[0][0]
        for opens, closes in self._spans(day):
            if wanted >= opens:
                reached = min(wanted, closes)
        return reached.astimezone(UTC)
