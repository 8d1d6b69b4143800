"""What must hold of deadlines at every office, whenever its clock stood still."""

from datetime import datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from loket.cases.rules.deadlines import due_at, standing
from loket.catalogue.rules import Deadline
from loket.core.workindex import WorkIndex, from_micros, to_micros
from loket.core.worktime import WorkCalendar
from tests.unit.core.calendars import PERIODS, calendars, moments_of

few = settings(max_examples=50)  # each is a whole office with a whole case
Pause = tuple[datetime, datetime | None]
deadlines = st.one_of(
    st.builds(lambda n: Deadline(text="x", working_days=n), st.integers(1, 14)),
    st.builds(lambda n: Deadline(text="x", working_minutes=n), st.integers(1, 3000)),
)


class Situation(NamedTuple):
    """A case whose file was complete, and when its clock stood, up to now."""

    calendar: WorkCalendar
    deadline: Deadline
    complete_at: datetime
    pauses: list[Pause]
    now: datetime

    def due(self, *more: Pause) -> datetime:
        """Its deadline, with these pauses as well."""
        return due_at(self.deadline, self.calendar, self.complete_at, [*self.pauses, *more], self.now)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Returned to the applicant, stopped alone or with the office: overlapping, in any order, some still
    open, some from before the file was complete."""
    calendar = draw(calendars())
    complete = draw(moments_of(calendar))
    near = st.timedeltas(timedelta(days=-3), timedelta(days=20)).map(lambda span: complete + span)
    spans = draw(st.lists(st.tuples(near, near).map(sorted), max_size=4))
    pauses: list[Pause] = [(start, None if draw(st.booleans()) else end) for start, end in spans]
    latest = max([complete, *(end for _, end in spans)])
    return Situation(calendar, draw(deadlines), complete, pauses, latest)


@few
@given(situations())
def test_a_deadline_is_never_outside_working_time(case) -> None:
    due = case.due().astimezone(case.calendar.zone)
    assert any(opens <= due.time() <= closes for opens, closes in case.calendar.hours(due.date()))


@few
@given(situations(), st.data())
def test_a_pause_moves_the_deadline_by_its_working_time(case, data) -> None:
    """Of n minutes by exactly n working minutes: those in which the clock did not stand already."""
    near = st.timedeltas(timedelta(days=-2), timedelta(days=20)).map(lambda span: case.complete_at + span)
    start, end = sorted((data.draw(near), data.draw(near)))
    now = max(case.now, end)
    before = due_at(case.deadline, case.calendar, case.complete_at, case.pauses, now)
    after = due_at(case.deadline, case.calendar, case.complete_at, [*case.pauses, (start, end)], now)
    stood = [
        sum((case.calendar.between(*span) for span in standing(pauses, case.complete_at, now)), timedelta())
        for pauses in (case.pauses, [*case.pauses, (start, end)])
    ]
    assert case.calendar.between(before, after) == stood[1] - stood[0]
    if not case.pauses and start >= case.complete_at:
        assert case.calendar.between(before, after) == case.calendar.between(start, end)


@few
@given(situations())
def test_all_time_is_either_counted_or_stood(case) -> None:
    """From the complete file to the deadline: what was promised and what was paused, nothing twice."""
    promised = due_at(case.deadline, case.calendar, case.complete_at, [], case.now)
    paused = sum(
        (case.calendar.between(*span) for span in standing(case.pauses, case.complete_at, case.now)),
        timedelta(),
    )
    between = case.calendar.between
    assert between(case.complete_at, case.due()) == between(case.complete_at, promised) + paused


@few
@given(situations(), st.randoms())
def test_the_order_of_the_pauses_does_not_matter(case, random) -> None:
    mixed = list(case.pauses)
    random.shuffle(mixed)
    assert case._replace(pauses=mixed).due() == case.due()


@few
@given(situations())
def test_a_pause_within_another_or_told_twice_moves_nothing(case) -> None:
    assert case.due(*case.pauses) == case.due()
    stood = standing(case.pauses, case.complete_at, case.now)
    assert case.due(*stood) == case.due()
    assert case._replace(pauses=stood).due() == case.due()


@few
@given(situations(), st.data())
def test_a_pause_told_in_two_parts_is_the_same(case, data) -> None:
    for start, end in standing(case.pauses, case.complete_at, case.now):
        middle = start + (end - start) * data.draw(st.floats(0, 1))
        apart = standing([(start, middle), (middle, end)], case.complete_at, case.now)
        assert apart == [(start, end)]


@few
@given(situations(), st.data())
def test_a_pause_while_the_office_is_closed_moves_nothing(case, data) -> None:
    """Between a closing and the next opening, over lunch, a night, a holiday, the end of a year."""
    spans = case.calendar.spans_from(case.complete_at)
    found = [next(spans) for _ in range(data.draw(st.integers(2, 8)))]
    gaps = [(earlier[1], later[0]) for earlier, later in zip(found, found[1:], strict=False)]
    case = case._replace(now=max(case.now, gaps[-1][1]), pauses=[(a, b or case.now) for a, b in case.pauses])
    assert case.due(*gaps) == case.due()


@few
@given(situations())
def test_the_clock_never_stood_before_it_ran_or_after_now(case) -> None:
    stood = standing(case.pauses, case.complete_at, case.now)
    marks = [mark for span in stood for mark in span]
    assert marks == sorted(set(marks))
    assert all(case.complete_at <= mark <= case.now for mark in marks)


@few
@given(situations())
def test_an_open_pause_is_one_that_ends_now(case) -> None:
    closed = [(start, end or max(start, case.now)) for start, end in case.pauses]
    assert case._replace(pauses=closed).due() == case.due()


@few
@given(calendars(), deadlines, st.data())
def test_without_a_pause_a_later_file_is_due_no_earlier(calendar, deadline, data) -> None:
    first, second = sorted(data.draw(st.lists(moments_of(calendar), min_size=2, max_size=2)))
    assert due_at(deadline, calendar, first, [], first) <= due_at(deadline, calendar, second, [], second)


@few
@given(situations(), st.data())
def test_a_holiday_declared_late_never_makes_a_case_due_earlier_without_pauses(case, data) -> None:
    """Declared when the case runs already; of a pause it may take working time away, so those stand apart."""
    day = data.draw(
        st.sampled_from([case.calendar.local_date(case.complete_at) + timedelta(days=n) for n in range(15)])
    )
    closed = WorkCalendar(
        case.calendar.zone, case.calendar.weekly, case.calendar.closed | {day}, case.calendar.special
    )
    before, after = (
        due_at(case.deadline, calendar, case.complete_at, [], case.now)
        for calendar in (case.calendar, closed)
    )
    assert after >= before
    assert closed.local_date(after) != day
    if not case.calendar.hours(day) or day > case.calendar.local_date(before):
        assert after == before


@few
@given(situations())
def test_a_million_deadlines_follow_the_same_rule(case) -> None:
    index = WorkIndex(case.calendar, PERIODS[0][0] - timedelta(days=40))
    pauses = [(to_micros(start), end and to_micros(end)) for start, end in case.pauses]
    found = due_at(case.deadline, index, to_micros(case.complete_at), pauses, to_micros(case.now))
    assert from_micros(found) == case.due()
