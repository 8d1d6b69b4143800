"""When a case has to be done: from the complete file, without the time in which its clock stood."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from loket.catalogue.rules import Deadline

# Datetimes with a WorkCalendar, microseconds with a WorkIndex: one rule for one case and for a million.
Moment = TypeVar("Moment", datetime, int)


class Hours(Protocol[Moment]):
    """What a deadline needs of a calendar: WorkCalendar and WorkIndex have it."""

    def add_days(self, start: Moment, days: int) -> Moment:
        """The same time of day so many working days later."""

    def add_minutes(self, start: Moment, minutes: int) -> Moment:
        """So many working minutes later."""

    def add(self, start: Moment, span: Any) -> Moment:
        """A span of working time later."""

    def between(self, start: Moment, end: Moment) -> Any:
        """The span of working time between two moments."""


def standing(
    pauses: Iterable[tuple[Moment, Moment | None]], since: Moment, now: Moment
) -> list[tuple[Moment, Moment]]:
    """The times in which a clock that began at `since` stood, in order, each moment once.

    Pauses may overlap (returned to the applicant while SIAK is down), come in any order, and begin before the
    clock did. One still open counts until `now`.
    """
    cut = sorted((max(start, since), now if end is None else end) for start, end in pauses)
    found: list[tuple[Moment, Moment]] = []
    for start, end in cut:
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def due_at(
    deadline: Deadline,
    calendar: Hours[Moment],
    complete_at: Moment,
    pauses: Iterable[tuple[Moment, Moment | None]],
    now: Moment,
) -> Moment:
    """The moment when the promised time is over; a pause still open counts until `now`.

    All working time of the pauses together moves the deadline by exactly as much, also one in days: after a
    pause of two hours there are two hours more. A pause outside working time moves nothing.
    """
    due = complete_at
    if deadline.working_days is not None:
        due = calendar.add_days(due, deadline.working_days)
    if deadline.working_minutes is not None:
        due = calendar.add_minutes(due, deadline.working_minutes)
    for start, end in standing(pauses, complete_at, now):
        # Adding nothing would move a deadline at a closing moment to the next opening.
        if paused := calendar.between(start, end):
            due = calendar.add(due, paused)
    return due


def remaining_words(minutes: float, day_minutes: float) -> str:
    """`sisa 3 jam`, `lewat 2 hari kerja`: working time left (or over, when negative) in whole units.

    `day_minutes` is how long a usual working day is.
    """
    size = abs(minutes)
    if size >= day_minutes:
        amount = f"{size // day_minutes:.0f} hari kerja"
    elif size >= 60:
        amount = f"{size // 60:.0f} jam"
    else:
        amount = f"{size // 1:.0f} menit"
    return f"lewat {amount}" if minutes < 0 else f"sisa {amount}"
