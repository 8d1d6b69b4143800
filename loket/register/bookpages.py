"""Reading the books: which there are, their lines with what bears the numbers, what waits to be closed.

A page costs the same number of queries whatever its length.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, Q, QuerySet

from loket.catalogue.rules.books import Book, book_of, counter_of, numbering_on
from loket.core.numbering import fill
from loket.offices.models import Office
from loket.offices.queries import definition
from loket.register.models import (
    BookClose,
    BookLine,
    BookRequest,
    CivilRecord,
    NumberGap,
    RegisterBook,
    RegisterEvent,
)

PAGE = 50
ONE_RESTORE = timedelta(minutes=1)
# What a page may show alone.
STATES = {"batal": "nomor batal", "dibatalkan": "pencatatan dibatalkan", "celah": "celah"}


@dataclass(frozen=True)
class Entry:
    """A line with the akta or event that bears its number, and how often it was corrected after a close."""

    line: BookLine
    record: CivilRecord | None
    event: RegisterEvent | None
    notes: int


@dataclass(frozen=True)
class Gap:
    """Numbers that a restore lost, all of one restore together."""

    reason: str
    restored_at: datetime
    lost: tuple[str, ...]


@dataclass
class Wanted:
    """Which lines of a book's year: some days of it, a state, words that were looked for.

    `also`: numbers that bear these words elsewhere than in the register.
    """

    state: str = ""
    text: str = ""
    also: list[str] = field(default_factory=list)
    first: date | None = None
    last: date | None = None

    @property
    def everything(self) -> bool:
        """Whether gaps have their place between the lines."""
        return not self.state and not self.text


@dataclass(frozen=True)
class Page:
    """Lines and gaps, the oldest first; how many lines there are in all, and whether older ones follow."""

    rows: list[Entry | Gap]
    count: int
    more: bool


# From the ends of the index, so that no line is read: a million of them have few books and years.
_BOOKS = """
SELECT b.book, y.year
  FROM register_registerbook b
 CROSS JOIN LATERAL (SELECT min(l.year) AS first, max(l.year) AS last FROM register_bookline l
                      WHERE (l.office_id, l.book) = (b.office_id, b.book)) AS span
 CROSS JOIN LATERAL generate_series(span.first::int, span.last::int) AS y (year)
 WHERE b.office_id = %s AND EXISTS (
       SELECT FROM register_bookline l WHERE (l.office_id, l.book, l.year) = (b.office_id, b.book, y.year))
"""


def books_of(office: Office) -> list[tuple[Book, int]]:
    """The books that an office has lines in, with their years, the newest year first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOKS, [office.code])
        named = [(book_of(code), year) for code, year in cursor.fetchall()]
    return sorted(named, key=lambda item: (-item[1], item[0].kind, item[0].title))


def _lines(office: Office, book: str, year: int, wanted: Wanted) -> QuerySet[BookLine]:
    lines = BookLine.objects.filter(office=office, book=book, year=year)
    if wanted.first:
        lines = lines.filter(day__gte=wanted.first)
    if wanted.last:
        lines = lines.filter(day__lte=wanted.last)
    if wanted.state == "batal":
        lines = lines.filter(spoiled_at__isnull=False)
    elif wanted.state == "dibatalkan":
        undone = RegisterEvent.objects.filter(office=office, reverted_at__isnull=False)
        lines = lines.filter(number__in=undone.exclude(number="").values("number"))
    elif wanted.state == "celah":
        lines = lines.none()
    return lines.filter(_bearing(office, book, year, wanted)) if wanted.text else lines


def _bearing(office: Office, book: str, year: int, wanted: Wanted) -> Q:
    """Lines whose number or whose people the words are part of."""
    text = wanted.text
    person = Q(resident__name__icontains=text) | Q(resident__nik=text)
    for who in ("person", "husband", "wife", "child", "mother", "father"):
        person |= Q(**{f"facts__{who}__name__icontains": text})
    akta = CivilRecord.every.filter(person, office=office, book=book, year=year)
    events = RegisterEvent.objects.filter(person, office=office).exclude(number="")
    return (
        Q(number__icontains=text)
        | Q(number__in=akta.values("number"))
        | Q(number__in=events.values("number"))
        | Q(number__in=wanted.also)
    )


def page_of(office: Office, book: str, year: int, wanted: Wanted, *, page: int = 1, size: int = PAGE) -> Page:
    """A page of a book, counted from its newest line. A fixed number of queries."""
    lines = _lines(office, book, year, wanted)
    start = (page - 1) * size
    # One more on each side tells between which lines a gap belongs.
    around = list(lines.order_by("-entry")[max(0, start - 1) : start + size + 1])
    newer = around.pop(0) if start and around else None
    older = around.pop() if len(around) > size else None
    here = around[::-1]
    rows: list[Entry | Gap] = list(_entries(office, here))
    if wanted.everything or wanted.state == "celah":
        for gap in gaps_of(office, book, year)[::-1]:
            if (place := _place(gap.restored_at, here, older, newer)) is not None:
                rows.insert(place, gap)
    return Page(rows, lines.count(), older is not None)


def _place(at: datetime, here: list[BookLine], older: BookLine | None, newer: BookLine | None) -> int | None:
    """Where among these lines a gap of that moment belongs: before the first later one. None: elsewhere."""
    before = sum(line.given_at <= at for line in here)
    if before == 0 and older is not None and older.given_at > at:
        return None
    return None if before == len(here) and newer is not None else before


def _entries(office: Office, lines: list[BookLine]) -> Iterable[Entry]:
    """The lines with what bears their numbers. Three queries."""
    numbers = [line.number for line in lines]
    records = CivilRecord.every.filter(office=office, number__in=numbers).select_related("resident")
    events = RegisterEvent.objects.filter(office=office, number__in=numbers).select_related("resident")
    # A spoiled letter belongs to the event that bears another number now.
    spoiled = [line.ref for line in lines if line.spoiled_at and line.ref]
    events = events | RegisterEvent.objects.filter(office=office, case_ref__in=spoiled).select_related(
        "resident"
    )
    notes = dict(
        BookLine.objects.filter(pk__in=[line.pk for line in lines], notes__isnull=False)
        .annotate(times=Count("notes"))
        .values_list("pk", "times")
    )
    akta = {record.number: record for record in records}
    found = list(events)
    by_number = {event.number: event for event in found}
    by_case = {event.case_ref: event for event in found}
    for line in lines:
        event = by_number.get(line.number) or (by_case.get(line.ref) if line.spoiled_at else None)
        yield Entry(line, akta.get(line.number), event, notes.get(line.pk, 0))


def entry_of(office: Office, line_id: int) -> Entry | None:
    """One line of an office with what bears its number, or None."""
    line = BookLine.objects.filter(office=office, pk=line_id).first()
    return next(iter(_entries(office, [line])), None) if line else None


def gaps_of(office: Office, book: str, year: int) -> list[Gap]:
    """What restores lost of a book's year, the earliest first. One query."""
    places, serials = f"book:{book}:{year}", f"{counter_of(book)}:{year}"
    found = NumberGap.objects.filter(Q(key=places) | Q(key__startswith=serials), office=office)
    restores: list[list[NumberGap]] = []
    for gap in found.order_by("restored_at", "pk"):
        if restores and _together(restores[-1][-1], gap):
            restores[-1].append(gap)
        else:
            restores.append([gap])
    return [
        Gap(
            gaps[0].reason,
            gaps[-1].restored_at,
            tuple(_lost_words(office, book, gap, place=gap.key == places) for gap in gaps),
        )
        for gaps in restores
    ]


def _together(one: NumberGap, other: NumberGap) -> bool:
    """Whether two gaps come from the same restore, which writes one after the other."""
    return one.reason == other.reason and other.restored_at - one.restored_at < ONE_RESTORE


def _lost_words(office: Office, book: str, gap: NumberGap, *, place: bool) -> str:
    """Which places or numbers a gap is about."""
    if place:
        names = [str(gap.first), str(gap.last)]
        what = "urutan"
    else:
        day = _day_of(gap.key)
        pattern = numbering_on(definition(office), book, day).pattern
        names = [
            fill(pattern, office=office.code, book=book, day=day, serial=serial)
            for serial in (gap.first, gap.last)
        ]
        what = "nomor"
    return f"{what} {names[0]}" if gap.first == gap.last else f"{what} {names[0]} sampai {names[1]}"


def _day_of(key: str) -> date:
    """The first day of the period in a counter's key."""
    parts = [int(part) for part in key.rpartition(":")[2].split("-") if part.isdigit()]
    return date(*(parts + [1, 1])[:3])


@dataclass(frozen=True)
class Waiting:
    """A book as the page of closing shows it: how far it is closed, and what waits."""

    book: Book
    closed_through: date | None
    entries: int
    first_day: date | None


_WAITING = """
SELECT b.book, b.closed_through, count(l.id), min(l.day)
  FROM register_registerbook b
  LEFT JOIN register_bookline l ON (l.office_id, l.book) = (b.office_id, b.book)
       AND (b.closed_through IS NULL OR l.day > b.closed_through)
 WHERE b.office_id = %s GROUP BY b.id ORDER BY b.book
"""


def waiting_to_close(office: Office) -> list[Waiting]:
    """The books of an office with what is not closed yet. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [office.code])
        found = [Waiting(book_of(code), *rest) for code, *rest in cursor.fetchall()]
    return sorted(found, key=lambda item: (item.book.kind, item.book.title))


def closes(office: Office, *, limit: int = 60) -> list[BookClose]:
    """The last closes of an office, the newest first, each with `open_request` where one waits. One query."""
    waits = Count("requests", filter=Q(requests__state="waiting"))
    return list(
        BookClose.objects.filter(office=office)
        .annotate(open_requests=waits)
        .order_by("-closed_at", "-pk")[:limit]
    )


def latest_closes(office: Office) -> set[int]:
    """The keys of the closes that could be opened again: the latest of each book. One query."""
    found = BookClose.objects.filter(office=office, reopened_at__isnull=True)
    return set(found.order_by("book", "-day", "-kind").distinct("book").values_list("pk", flat=True))


def closes_of_day(office: Office, kind: str, day: date) -> list[BookClose]:
    """The closes of a day that stand, by book. One query."""
    found = BookClose.objects.filter(office=office, kind=kind, day=day, reopened_at__isnull=True)
    return sorted(found, key=lambda close: (book_of(close.book).kind, book_of(close.book).title))


def close_of(office: Office, close_id: int) -> BookClose | None:
    """A close of this office, or None."""
    return BookClose.objects.filter(office=office, pk=close_id).first()


def requests_waiting(office: Office) -> list[BookRequest]:
    """What waits for a second person, the oldest first. One query."""
    found = BookRequest.objects.filter(office=office, state="waiting")
    return list(found.select_related("line", "close").order_by("asked_at", "pk"))


def years_to_close(office: Office, before: int) -> list[tuple[Book, int]]:
    """Books of past years that nobody has closed. Two queries."""
    closed = BookClose.objects.filter(office=office, kind="year", reopened_at__isnull=True)
    done = {(book, day.year) for book, day in closed.values_list("book", "day")}
    found = [item for item in books_of(office) if item[1] < before and (item[0].code, item[1]) not in done]
    return sorted(found, key=lambda item: (item[1], item[0].title))


def is_closed(office: Office, book: str, day: date) -> bool:
    """Whether entries of that day are closed. One query."""
    return RegisterBook.objects.filter(office=office, book=book, closed_through__gte=day).exists()


def request_for(line: BookLine) -> BookRequest | None:
    """The request about a line that waits for a second person, or None. One query."""
    return BookRequest.objects.filter(line=line, state="waiting").first()
