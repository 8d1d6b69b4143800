"""Deadlines by the million: what a change of the calendar or a stop of the whole office does to open cases.

The change itself is one short transaction with a row of `Recompute`; the work follows in chunks of their own
transactions, at once where it is little and in a job where it is much. Nothing else may happen in between: a
case whose deadline is set meanwhile is set by the new calendar, because whoever sets one holds `the calendar
as it is` until the end of the transaction (`hold_calendar`), and whoever changes it waits for them.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from procrastinate.contrib.django import app

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.actions.common import hold_calendar, locked, set_deadline
from loket.cases.models import ClockStop, Recompute
from loket.cases.rules.deadlines import due_at
from loket.catalogue.models import ServiceRevision
from loket.catalogue.rules import Deadline
from loket.core import clock
from loket.core.workindex import WorkIndex, to_micros
from loket.core.worktime import WorkCalendar
from loket.offices.models import Office
from loket.offices.queries import calendar, zone

# Up to so many cases the change is carried out while the official waits for the page.
AT_ONCE = 2_000
CHUNK = 40_000
# Each in a transaction of its own, with every so-many-th case: few of a page, so that there is room beside
# them, and that of the ones before is free again.
PARTS = 8
_LOCK_NAMESPACE = 0xC10C
LIVE = ("open", "returned")

_PLACES = """
SELECT c.ctid::text, c.id::text, c.version, c.revision_id, c.variant, c.service,
       (date_part('epoch', c.complete_at) * 1e6)::bigint,
       (date_part('epoch', c.deadline_at) * 1e6)::bigint,
       stood.spans
FROM cases_case c
LEFT JOIN (
    SELECT p.case_id, array_agg(ARRAY[
        (date_part('epoch', p.started_at) * 1e6)::bigint, (date_part('epoch', p.ended_at) * 1e6)::bigint
    ]) AS spans
    FROM (
        SELECT case_id, started_at, ended_at FROM cases_pause
        UNION ALL
        SELECT case_id, started_at, ended_at FROM cases_clockstop
        WHERE case_id IS NOT NULL AND started_at IS NOT NULL
    ) p
    JOIN cases_case o ON o.id = p.case_id AND o.office_id = %(office)s AND o.state IN ('open', 'returned')
    GROUP BY p.case_id
) stood ON stood.case_id = c.id
"""
_EXTENT = "SELECT count(*), min(c.complete_at) FROM cases_case c"
_LIVE = " WHERE c.office_id = %(office)s AND c.state IN ('open', 'returned') AND c.complete_at IS NOT NULL"
_OF_SERVICE = " AND c.service = %(service)s"
_BEFORE = " AND c.complete_at < %(until)s"
# A pause may lie after the deadline that it moves.
_AFTER = """ AND (
    c.deadline_at >= %(since)s OR c.state = 'returned'
    OR c.id IN (SELECT p.case_id FROM cases_pause p WHERE p.ended_at >= %(since)s)
    OR c.id IN (SELECT s.case_id FROM cases_clockstop s WHERE s.case_id IS NOT NULL
                AND s.started_at IS NOT NULL AND (s.ended_at IS NULL OR s.ended_at >= %(since)s))
)"""
_TABLE = """
CREATE TEMPORARY TABLE IF NOT EXISTS cases_due (place tid, id text, version integer, due bigint);
TRUNCATE cases_due
"""
# Found by their place in the table: a case changed meanwhile lies elsewhere and is left to `_one_by_one`.
# The rows of the inbox are written by the statement itself, not case by case by the trigger. What a crash
# loses is done again: the commit that ends the work makes all before it durable.
_NESTED = """
SET LOCAL synchronous_commit = off;
SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL loket.inbox_rows = 'mine'
"""
# Reading a run of pages frees what is dead on them; finding a row by its place alone does not.
_MAKE_ROOM = "SELECT count(*) FROM cases_case WHERE ctid >= %s::tid AND ctid <= %s::tid"
_UPDATE = """
WITH moved AS (
    UPDATE cases_case c SET deadline_at = timestamptz 'epoch' + d.due * interval '1 microsecond'
    FROM cases_due d WHERE c.ctid = d.place AND c.id::text = d.id AND c.version = d.version
    RETURNING c.id, c.deadline_at
), shown AS (
    UPDATE cases_inboxrow i SET deadline_at = moved.deadline_at FROM moved WHERE i.case_id = moved.id
)
SELECT count(*) FROM moved
"""
_NO_LONGER = "SET LOCAL loket.inbox_rows = ''"
_MISSED = """
SELECT d.id FROM cases_due d JOIN cases_case c ON c.id = d.id::uuid
WHERE c.deadline_at IS DISTINCT FROM timestamptz 'epoch' + d.due * interval '1 microsecond'
"""


class _Row(NamedTuple):
    place: str
    case: str
    version: int
    revision: int
    variant: str
    service: str
    complete_at: int
    deadline_at: int
    pauses: list[list[int | None]] | None


class _Rules:
    """Deadline and stops of the whole office for each kind of case, read once."""

    def __init__(self, office: Office, now: datetime) -> None:
        self.now = to_micros(now)
        self._office = office
        self._stops: dict[str, list[tuple[int, int | None]]] = {}
        self._deadlines: dict[tuple[int, str], Deadline] = {}

    def stops(self, service: str) -> list[tuple[int, int | None]]:
        if service not in self._stops:
            found = queries.office_stops(self._office, service)
            self._stops[service] = [(to_micros(a), to_micros(b) if b else None) for a, b in found]
        return self._stops[service]

    def deadline(self, revision: int, variant: str) -> Deadline:
        found = self._deadlines.get((revision, variant))
        if found is None:
            rule = queries.definition(ServiceRevision.objects.get(pk=revision)).variant(variant).deadline
            found = self._deadlines[revision, variant] = rule
        return found

    def due(self, row: _Row, index: WorkIndex) -> int:
        pauses: list[Any] = self.stops(row.service)
        if row.pauses:
            pauses = [*pauses, *row.pauses]
        rule = self.deadline(row.revision, row.variant)
        if rule.until:
            return row.deadline_at  # a day that the form names moves with no calendar
        return due_at(rule, index, row.complete_at, pauses, self.now)


def _scope(run: Recompute) -> tuple[str, dict[str, Any]]:
    """The condition for the cases that a change can touch, and its parameters."""
    here = zone(run.office)
    sql, given = _LIVE, {"office": run.office_id, "service": run.service}
    if run.service:
        sql += _OF_SERVICE
    if run.last_day:
        given["until"] = datetime.combine(run.last_day + timedelta(days=1), time(), here)
        sql += _BEFORE
    if run.first_day:
        given["since"] = datetime.combine(run.first_day, time(), here)
        wide = ClockStop.objects.filter(office=run.office, case=None, started_at__isnull=False)
        # A stop of the whole office may lie after the deadline of any case.
        if not wide.exclude(ended_at__lt=given["since"]).exists():
            sql += _AFTER
    return sql, given


def _extent(run: Recompute) -> tuple[int, datetime | None]:
    """How many cases a change can touch, and when the first of them was complete. One query."""
    sql, given = _scope(run)
    with connection.cursor() as cursor:
        cursor.execute(_EXTENT + sql, given)
        count, first = cursor.fetchone()
    return int(count), first


def _chunks(run: Recompute, index: WorkIndex) -> Iterator[list[tuple[_Row, int]]]:
    """The cases that a change can touch, in the order of the table, with the deadline each should have."""
    sql, given = _scope(run)
    rules = _Rules(run.office, clock.now())
    with connection.chunked_cursor() as cursor:
        cursor.execute(_PLACES + sql + " ORDER BY c.ctid", given)
        while rows := cursor.fetchmany(CHUNK):
            yield [(row, rules.due(row, index)) for row in map(_Row._make, rows)]


def _index(office: Office, first: datetime | None, hours: WorkCalendar | None = None) -> WorkIndex:
    """The office's hours from the day on which the first file was complete."""
    hours = hours or calendar(office)
    return WorkIndex(hours, hours.local_date(first or clock.now()))


def would_change(*, office: Office, hours: WorkCalendar, first: date, last: date) -> tuple[int, bool]:
    """How many deadlines would move if the office had these hours between two days; changes nothing.

    Where there are too many to try, the number that could move; the second value says whether it is exact.
    """
    run = Recompute(office=office, first_day=first, last_day=last)
    count, earliest = _extent(run)
    if count > AT_ONCE:
        return count, False
    with transaction.atomic():
        chunks = list(_chunks(run, _index(office, earliest, hours)))
    return sum(row.deadline_at != due for chunk in chunks for row, due in chunk), True


def plan(
    *,
    office: Office,
    cause: str,
    by: str,
    first: date | None = None,
    last: date | None = None,
    service: str = "",
) -> Recompute:
    """Note, in the transaction of a change, that deadlines have to be computed anew; much of it is a job.

    The caller carries the little out itself, with `at_once`, when its transaction is over.
    """
    run = Recompute(
        office=office,
        cause=cause,
        service=service,
        first_day=first,
        last_day=last,
        asked_by=by,
        asked_at=clock.now(),
    )
    run.total, _ = _extent(run)
    run.save()
    if run.total > AT_ONCE:
        # By name: tasks stand above actions and must not be imported here.
        app.configure_task("cases.recompute", lock=f"recompute:{office.code}").defer(recompute_id=run.pk)
    return run


def at_once(run: Recompute) -> Recompute:
    """Carry out what is little; what is much waits for its job."""
    return run if run.total > AT_ONCE else carry_out(recompute_id=run.pk)


def recompute_deadlines(*, office: Office, by: str) -> int:
    """Compute the deadlines of an office's open cases anew, now; returns how many changed."""
    run = Recompute.objects.create(office=office, cause="office", asked_by=by, asked_at=clock.now())
    return carry_out(recompute_id=run.pk).changed


@contextmanager
def _alone(office: str) -> Iterator[bool]:
    """Whether this process is the only one that recomputes this office; ends with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK_NAMESPACE, office])
        (alone,) = cursor.fetchone()
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK_NAMESPACE, office])


def carry_out(*, recompute_id: int) -> Recompute:
    """Compute the deadlines that a change touches anew, in chunks; the end is journaled with the number.

    May be repeated after a crash: what is right already is not written again. Does nothing while another
    process recomputes this office; the sweep comes back to it.
    """
    run = Recompute.objects.select_related("office").get(pk=recompute_id)
    with _alone(run.office_id) as alone:
        if alone:
            run.refresh_from_db()
            if run.finished_at is None:
                _carry_out(run)
    return run


def _carry_out(run: Recompute) -> None:
    with transaction.atomic():
        # Whoever set a deadline by the old calendar has ended when this lock is had.
        hold_calendar(run.office_id, alone=True)
    run.total, first = _extent(run)
    run.done = 0
    run.save(update_fields=["total", "done"])
    for chunk in _chunks(run, _index(run.office, first)):
        for part in range(PARTS):
            _store(run, chunk[part::PARTS])
    with transaction.atomic():
        run.finished_at = clock.now()
        run.save(update_fields=["finished_at"])
        record(
            action="case.recompute_deadlines",
            subject=f"office:{run.office_id}",
            actor=run.asked_by,
            office_code=run.office_id,
            details={"cause": run.cause, "changed": run.changed},
        )


@transaction.atomic
def _store(run: Recompute, chunk: list[tuple[_Row, int]]) -> None:
    """Write the deadlines of a chunk that changed, and how far the work is."""
    changed = [(row, due) for row, due in chunk if due != row.deadline_at]
    missed: list[str] = []
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(_MAKE_ROOM, [changed[0][0].place, changed[-1][0].place])
            cursor.execute(_TABLE)
            cursor.execute(_NESTED)
            with cursor.copy("COPY cases_due (place, id, version, due) FROM STDIN") as copy:
                copy.write(
                    "".join(f"{row.place}\t{row.case}\t{row.version}\t{due}\n" for row, due in changed)
                )
            cursor.execute(_UPDATE)
            (moved,) = cursor.fetchone()
            cursor.execute(_NO_LONGER)
            if moved < len(changed):
                cursor.execute(_MISSED)
                missed = [found for (found,) in cursor.fetchall()]
    run.changed += len(changed) - len(missed) + sum(map(_one_by_one, missed))
    run.done += len(chunk)
    run.save(update_fields=["done", "changed"])


def _one_by_one(case_id: str) -> bool:
    """Set the deadline of a case that somebody changed meanwhile; whether it is another one now."""
    case = locked(uuid.UUID(case_id))
    if case.state not in LIVE:
        return False
    before = case.deadline_at
    set_deadline(case, queries.variant_of(case))
    case.save(update_fields=["deadline_at"])
    return case.deadline_at != before
