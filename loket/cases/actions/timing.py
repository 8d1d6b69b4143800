"""What time does: reminders, closing of unanswered cases, and deadlines after a change of the calendar."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction

from loket.cases.actions import events, messages
from loket.cases.actions.common import enter_step, locked, note, require
from loket.cases.actions.recomputing import at_once, plan, would_change
from loket.cases.models import Case, Pause, Recompute
from loket.core import clock
from loket.core.actors import SYSTEM, Actor
from loket.core.errors import LoketError
from loket.offices.actions import (
    add_holiday,
    add_special_hours,
    remove_holiday,
    remove_special_hours,
    work_on_holiday,
)
from loket.offices.models import Office, SpecialHours
from loket.offices.queries import calendar
from loket.offices.rules import special_days
from loket.register.actions import ChangedSince

BATCH = 1000
YEARS_AROUND = 2


@transaction.atomic
def _remind(case_id: uuid.UUID) -> bool:
    case = locked(case_id)
    if case.state != "returned" or case.reminded_at is not None:
        return False
    case.reminded_at = clock.now()
    note(case, "remind", SYSTEM, step=case.step)
    messages.tell(case, "reminded")
    return True


@transaction.atomic
def _expire(case_id: uuid.UUID) -> bool:
    case = locked(case_id)
    if case.state != "returned":
        return False
    require("expire", case, SYSTEM)
    step = case.step
    try:
        events.undo_event(case, SYSTEM)
    except ChangedSince:
        # Others have built on what it recorded: a person has to decide.
        return False
    Pause.objects.filter(case=case, ended_at__isnull=True).update(ended_at=clock.now())
    enter_step(case, None, "expired")
    case.returned_at = None
    note(case, "expire", SYSTEM, step=step)
    messages.tell(case, "expired")
    return True


def expire_unanswered() -> tuple[int, int]:
    """Remind applicants who have not answered a return, and close what stayed unanswered too long.

    The days are the office's own settings (`remind_days`, `answer_days`). What the register already holds
    is reminded but never closed. Returns how many were reminded and closed.
    """
    reminded = expired = 0
    now = clock.now()
    for office in Office.objects.order_by("code"):
        asked, closed = (
            now - timedelta(days=office.definition[name]) for name in ("remind_days", "answer_days")
        )
        waiting = Case.objects.filter(office=office, state="returned").order_by("returned_at")
        silent = waiting.filter(returned_at__lte=closed, recorded=False)
        expired += sum(_expire(pk) for pk in silent.values_list("pk", flat=True)[:BATCH])
        asleep = waiting.filter(returned_at__lte=asked, reminded_at__isnull=True)
        reminded += sum(_remind(pk) for pk in asleep.values_list("pk", flat=True)[:BATCH])
    return reminded, expired


def close_office_day(*, office: Office, day: date, name: str, by: Actor) -> Recompute:
    """Declare a day off and move the deadlines it touches, at once or, where there are many, in a job.

    Raises NotAllowedError, HolidayExists, LoketError for an empty name.
    """
    if not name.strip():
        raise LoketError("Tulis nama hari liburnya.", field="name")
    if abs(day.year - clock.now().year) > YEARS_AROUND:
        raise LoketError("Tulis tanggal yang paling jauh dua tahun dari sekarang.", field="day")
    with transaction.atomic():
        add_holiday(office=office, day=day, name=name.strip()[:120], by=by)
        run = plan(office=office, cause="holiday", by=by.ref, first=day, last=day)
    return at_once(run)


def work_office_day(*, office: Office, day: date, by: Actor) -> Recompute:
    """Let the office work on a national holiday; deadlines move. Raises as `offices.work_on_holiday`."""
    with transaction.atomic():
        work_on_holiday(office=office, day=day, by=by)
        run = plan(office=office, cause="holiday", by=by.ref, first=day, last=day)
    return at_once(run)


def open_office_day(*, office: Office, holiday_id: int, by: Actor) -> Recompute:
    """Take back a day off that the office had declared; deadlines move. Raises as `remove_holiday`."""
    with transaction.atomic():
        day = remove_holiday(office=office, holiday_id=holiday_id, by=by)
        run = plan(office=office, cause="holiday", by=by.ref, first=day, last=day)
    return at_once(run)


def set_special_hours(
    *, office: Office, name: str, first: date, last: date, hours: dict[str, list[str]], by: Actor
) -> Recompute:
    """Give the office other hours for a time; deadlines move. Raises as `offices.add_special_hours`."""
    with transaction.atomic():
        add_special_hours(office=office, name=name, first=first, last=last, hours=hours, by=by)
        run = plan(office=office, cause="special_hours", by=by.ref, first=first, last=last)
    return at_once(run)


def drop_special_hours(*, office: Office, special_id: int, by: Actor) -> Recompute:
    """Take special hours back; deadlines move. Raises as `offices.remove_special_hours`."""
    with transaction.atomic():
        gone = remove_special_hours(office=office, special_id=special_id, by=by)
        run = plan(office=office, cause="special_hours", by=by.ref, first=gone.first_day, last=gone.last_day)
    return at_once(run)


def preview_special_hours(*, special: SpecialHours, added: bool) -> tuple[int, bool]:
    """How many deadlines would move if these hours were added or taken away, and whether that is exact."""
    here, first, last = special.office, special.first_day, special.last_day
    now = calendar(here)
    days = special_days(first, last, special.hours)
    others = {day: spans for day, spans in now.special.items() if day not in days}
    then = replace(now, special=others | days if added else others)
    return would_change(office=here, hours=then, first=first, last=last)
