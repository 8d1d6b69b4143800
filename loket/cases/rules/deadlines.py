"""When a case has to be done: from the complete file, without the time it waited for the applicant."""

from collections.abc import Iterable
from datetime import datetime

from loket.catalogue.rules import Deadline
from loket.core.worktime import WorkCalendar

Pause = tuple[datetime, datetime | None]


def due_at(
    deadline: Deadline, calendar: WorkCalendar, complete_at: datetime, pauses: Iterable[Pause], now: datetime
) -> datetime:
    """The moment when the promised time is over; a pause still open counts until `now`.

    Every working minute of a pause moves the deadline by one working minute.
    """
    if deadline.working_days is not None:
        base = calendar.add_days(complete_at, deadline.working_days)
    else:
        base = calendar.add_minutes(complete_at, deadline.working_minutes or 0)
    paused = round(sum(calendar.minutes_between(start, end or now) for start, end in pauses))
    # Adding nothing would move a deadline at a closing moment to the next opening.
    return calendar.add_minutes(base, paused) if paused else base


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
