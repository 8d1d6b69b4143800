"""A work calendar as an index, for computing very many deadlines.

The same answers as `WorkCalendar`, from sorted lists of openings and closings with the working time before
each, so that every answer is a binary search. Moments are microseconds since 1970 UTC, spans are
microseconds: the form in which the database can hand them over by the million.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta

from loket.core.worktime import LONGEST_CLOSURE_DAYS, NeverOpen, WorkCalendar

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
# How many days are indexed at once when a moment lies beyond what is known.
_BLOCK_DAYS = 400


def to_micros(moment: datetime) -> int:
    """An aware datetime as microseconds since 1970 UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The datetime, in UTC, of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


class WorkIndex:
    """`calendar` from the local date `first` on; grows as later moments are asked for.

    Only for zones without summer time, as all of Indonesia's are. Moments before `first` raise ValueError;
    a year without one working minute, wherever the index has to look past it, raises NeverOpen.
    """

    def __init__(self, calendar: WorkCalendar, first: date) -> None:
        self._calendar = calendar
        self._day = first  # the first day not indexed yet
        self._closed_days = 0
        self._begin = self._end = self._midnight(first)
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._before: list[int] = []  # working time before each opening
        self._passed: list[int] = []  # working time up to each closing
        self._place: list[int] = []  # of each span: the place of its day in `_first_span` and `_midnights`
        self._first_span: list[int] = []
        self._midnights: list[int] = []

    def _midnight(self, day: date) -> int:
        return to_micros(datetime.combine(day, time(), self._calendar.zone))

    def _grow(self) -> None:
        for _ in range(_BLOCK_DAYS):
            self._add_day(self._day, self._end)
            self._day += timedelta(days=1)
            self._end = self._midnight(self._day)
            if self._closed_days > LONGEST_CLOSURE_DAYS:
                raise NeverOpen(NeverOpen.__doc__)

    def _add_day(self, day: date, midnight: int) -> None:
        spans = [(opens, closes) for opens, closes in self._calendar.hours(day) if opens < closes]
        self._closed_days = 0 if spans else self._closed_days + 1
        if not spans:
            return
        self._first_span.append(len(self._opens))
        self._midnights.append(midnight)
        for opens, closes in spans:
            worked = self._passed[-1] if self._passed else 0
            begin, end = midnight + _since_midnight(opens), midnight + _since_midnight(closes)
            self._opens.append(begin)
            self._closes.append(end)
            self._before.append(worked)
            self._passed.append(worked + end - begin)
            self._place.append(len(self._midnights) - 1)

    def _worked(self, moment: int) -> int:
        """The working time from the beginning of the index up to `moment`."""
        if moment < self._begin:
            raise ValueError("the index of working time begins after this moment")
        while moment > self._end:
            self._grow()
        span = bisect_right(self._opens, moment) - 1
        if span < 0:
            return 0
        return self._before[span] + min(moment, self._closes[span]) - self._opens[span]

    def _open_span(self, moment: int) -> int:
        """The number of the first span that ends after `moment`."""
        if moment < self._begin:
            raise ValueError("the index of working time begins after this moment")
        while not self._closes or self._closes[-1] <= moment:
            self._grow()
        return bisect_right(self._closes, moment)

    def between(self, start: int, end: int) -> int:
        """See WorkCalendar.between."""
        return self._worked(end) - self._worked(start) if end > start else 0

    def add_minutes(self, start: int, minutes: int) -> int:
        """See WorkCalendar.add_minutes."""
        return self.add(start, minutes * MINUTE)

    def add(self, start: int, span: int) -> int:
        """See WorkCalendar.add."""
        if span <= 0:
            return max(self._opens[self._open_span(start)], start)
        wanted = self._worked(start) + span
        while not self._passed or self._passed[-1] < wanted:
            self._grow()
        found = bisect_left(self._passed, wanted)
        return self._opens[found] + wanted - self._before[found]

    def add_days(self, start: int, days: int) -> int:
        """See WorkCalendar.add_days."""
        span = self._open_span(start)
        begin, place = max(self._opens[span], start), self._place[span]
        while place + days >= len(self._midnights):
            self._grow()
        wanted = begin - self._midnights[place] + self._midnights[place + days]
        span = self._first_span[place + days]
        reached = self._opens[span]
        while span < len(self._opens) and self._place[span] == place + days and wanted >= self._opens[span]:
            reached = min(wanted, self._closes[span])
            span += 1
        return reached


def _since_midnight(at: time) -> int:
    return (3600 * at.hour + 60 * at.minute + at.second) * 1_000_000 + at.microsecond
