"""Closing the books of a day (tutup buku harian) and of a year.

After a close no entry of that day can be added: a late one belongs to the next day; what corrects an entry is
kept as a note beside what it said. The database holds to it (migration books). Only the latest close of a
book can be opened again, by two people (`bookrequests`).
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from loket.audit import queries as journal
from loket.audit.actions import record, seal
from loket.audit.rules import GENESIS
from loket.core import clock
from loket.core.actors import SYSTEM, Actor
from loket.core.errors import ConflictError, LoketError, NotAllowedError
from loket.offices.models import Office
from loket.offices.queries import calendar, definition, zone
from loket.register.actions.books import hold
from loket.register.models import BookClose, BookLine, NumberGap, RegisterEvent

DECEMBER, LAST = 12, 31


class DayNotOver(LoketError):
    """Buku hanya dapat ditutup sampai hari ini."""

    status = 409


class YearNotOver(LoketError):
    """Buku satu tahun baru dapat ditutup mulai 31 Desember tahun itu."""

    status = 409


class ClosedAlready(ConflictError):
    """Buku ini sudah ditutup untuk tanggal itu."""


_OF_DAY = """
SELECT count(*), min(entry), max(entry),
       (array_agg(number ORDER BY entry))[1], (array_agg(number ORDER BY entry DESC))[1]
  FROM register_bookline WHERE office_id = %s AND book = %s AND day BETWEEN %s AND %s
"""
_OF_YEAR = """
SELECT count(*) FROM register_bookline WHERE office_id = %s AND book = %s AND year = %s AND day <= %s
"""
_TO_CLOSE = """
SELECT b.book FROM register_registerbook b
 WHERE b.office_id = %s AND EXISTS (
       SELECT FROM register_bookline l
        WHERE (l.office_id, l.book) = (b.office_id, b.book) AND l.day <= %s
          AND (b.closed_through IS NULL OR l.day > b.closed_through))
 ORDER BY b.book
"""


def today_of(office: Office) -> date:
    """The date at the office now."""
    return clock.now().astimezone(zone(office)).date()


@transaction.atomic
def close_day(*, office: Office, book: str, day: date, by: Actor) -> list[BookClose]:
    """Close a book for a day, and before it each earlier day with entries that nobody has closed.

    Entries that are being made at this moment are waited for. Raises NotAllowedError, DayNotOver,
    ClosedAlready.
    """
    _may_close(office, by)
    closed_through = hold(office, book)
    if day > today_of(office):
        raise DayNotOver()
    if closed_through is not None and day <= closed_through:
        raise ClosedAlready()
    head = _journal_head(office)
    return [
        _close(office, book, "day", (one, one), head, by) for one in _days(office, book, closed_through, day)
    ]


def _may_close(office: Office, by: Actor) -> None:
    """Whoever keeps the books of this office, the daily job, and whoever may type commands."""
    if by.kind != "system" and not by.may("books", office.code):
        raise NotAllowedError()


def _days(office: Office, book: str, closed_through: date | None, day: date) -> list[date]:
    """The days to close in order: those with entries, and `day` itself."""
    lines = BookLine.objects.filter(office=office, book=book, day__lt=day)
    if closed_through is not None:
        lines = lines.filter(day__gt=closed_through)
    return [*lines.order_by("day").values_list("day", flat=True).distinct(), day]


@transaction.atomic
def close_year(*, office: Office, book: str, year: int, by: Actor) -> BookClose:
    """Close a book for a year, its last days with it. Raises NotAllowedError, YearNotOver, ClosedAlready."""
    _may_close(office, by)
    last = date(year, DECEMBER, LAST)
    closed_through = hold(office, book)
    if last > today_of(office):
        raise YearNotOver()
    if BookClose.objects.filter(
        office=office, book=book, kind="year", day__gte=last, reopened_at__isnull=True
    ).exists():
        raise ClosedAlready()
    if closed_through is None or closed_through < last:
        close_day(office=office, book=book, day=last, by=by)
    return _close(office, book, "year", (date(year, 1, 1), last), _journal_head(office), by)


def close_books(*, office: Office, day: date, by: Actor) -> list[BookClose]:
    """Close every book in which entries wait to be closed, up to `day`, each by itself."""
    closed: list[BookClose] = []
    for book in books_to_close(office, day):
        try:
            closed += close_day(office=office, book=book, day=day, by=by)
        except ClosedAlready:  # somebody else, a moment earlier
            continue
    return closed


def books_to_close(office: Office, day: date) -> list[str]:
    """The books with entries up to `day` on days that are not closed. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_CLOSE, [office.code, day])
        return [book for (book,) in cursor.fetchall()]


def close_after_hours(*, office: Office) -> list[BookClose]:
    """The daily job: close what waits once the office has closed, where the office wants it so.

    What came in on a day off is closed in the evening of the next working day.
    """
    if definition(office).close_books != "after_hours":
        return []
    now, today = clock.now(), today_of(office)
    hours = calendar(office).hours(today)
    if not hours or now < datetime.combine(today, hours[-1][1], zone(office)):
        return []
    return close_books(office=office, day=today, by=SYSTEM)


def _journal_head(office: Office) -> tuple[int, str]:
    """The end of the office's journal at this moment; what waited for its place gets it now."""
    while seal(office_code=office.code):
        pass
    head = journal.head(office.code)
    return (head.seq, head.hash) if head else (0, GENESIS)


def _close(
    office: Office, book: str, kind: str, span: tuple[date, date], head: tuple[int, str], by: Actor
) -> BookClose:
    first, day = span
    with connection.cursor() as cursor:
        cursor.execute(_OF_DAY, [office.code, book, first, day])
        entries, first_entry, last_entry, first_number, last_number = cursor.fetchone()
        cursor.execute(_OF_YEAR, [office.code, book, day.year, day])
        (of_year,) = cursor.fetchone()
    closed = BookClose.objects.create(
        office=office,
        book=book,
        kind=kind,
        day=day,
        entries=entries,
        first_entry=first_entry,
        last_entry=last_entry,
        first_number=first_number or "",
        last_number=last_number or "",
        entries_of_year=of_year,
        details=_details(office, book, span),
        journal_seq=head[0],
        journal_hash=head[1],
        closed_at=clock.now(),
        closed_by=by.ref,
        closed_by_name=by.name[:100],
    )
    journal_close(closed, "book.close", by)
    return closed


def _details(office: Office, book: str, span: tuple[date, date]) -> dict[str, Any]:
    """What happened to numbers of the book on these days: spoiled, undone, lost by a restore."""
    here = zone(office)
    begin = datetime.combine(span[0], time.min, here)
    end = datetime.combine(span[1] + timedelta(days=1), time.min, here)
    lines = BookLine.objects.filter(office=office, book=book)
    spoiled = lines.filter(spoiled_at__gte=begin, spoiled_at__lt=end).order_by("year", "entry")
    undone = RegisterEvent.objects.filter(office=office, reverted_at__gte=begin, reverted_at__lt=end)
    numbers = undone.exclude(number="").values_list("number", flat=True)
    gaps = NumberGap.objects.filter(
        office=office, key__startswith=f"book:{book}:", restored_at__gte=begin, restored_at__lt=end
    )
    return {
        "spoiled": [{"number": line.number, "reason": line.spoiled_reason} for line in spoiled],
        "undone": list(
            lines.filter(number__in=list(numbers)).order_by("year", "entry").values_list("number", flat=True)
        ),
        "gaps": [{"first": gap.first, "last": gap.last, "reason": gap.reason} for gap in gaps.order_by("pk")],
    }


def journal_close(close: BookClose, action: str, by: Actor) -> None:
    """The journal's row of a close that was made or opened again."""
    record(
        action=action,
        subject=f"close:{close.pk}",
        actor=by.ref,
        office_code=close.office_id,
        details={
            "book": close.book,
            "kind": close.kind,
            "day": close.day.isoformat(),
            "entries": close.entries,
            "journal": close.journal_seq,
        },
    )
