"""Giving numbers: each once, each with its line in a book, and no line on a day that is closed.

Akta: Permendagri 109/2019; UU 23/2006 art. 66-68 (register akta and kutipan). How a number looks is data of
the office (`loket.catalogue.rules.books`).
"""

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError

from loket.catalogue.rules.books import book_of, counter_of, numbering_on
from loket.core import clock
from loket.core.actors import Actor
from loket.core.numbering import fill, period
from loket.offices.models import Office
from loket.offices.queries import definition, zone
from loket.register.actions.numbers import next_serial, next_serials
from loket.register.models import BookLine, CivilRecord, Origin, Resident
from loket.register.rules.numbering import NumberSource, outside

_HOLD = """
INSERT INTO register_registerbook AS b (office_id, book) VALUES (%s, %s)
ON CONFLICT (office_id, book) DO UPDATE SET book = b.book RETURNING closed_through
"""


def hold(office: Office, book: str) -> date | None:
    """Lock a book until the transaction ends; returns the last day that is closed.

    Whoever takes a number waits for whoever closes a day, and the other way round. Raises
    TransactionManagementError outside of a transaction, where nothing would be held.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a book is held within a transaction only")
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [office.code, book])
        (closed_through,) = cursor.fetchone()
    return closed_through


def open_day(office: Office, book: str, day: date | None = None) -> date:
    """The day under which an entry is made: today, or the day after the last one that is closed. The book
    stays locked."""
    wanted = day or clock.now().astimezone(zone(office)).date()
    closed_through = hold(office, book)
    return wanted if closed_through is None or wanted > closed_through else closed_through + timedelta(days=1)


def take_number(*, office: Office, book: str, ref: str, by: Actor, day: date | None = None) -> BookLine:
    """The next number of a book, with its line; `ref` is the application, "" where there is none.

    A rolled-back transaction gives number and place back. Where the day is closed already, the entry belongs
    to the next one. Raises AnchorUnwritable, and what a source outside raises that gives the number.
    """
    today = open_day(office, book, day)
    numbering = numbering_on(definition(office), book, today)
    if elsewhere := outside():
        number = _number_from(elsewhere, book, _begins(office, book, today))
        entry = next_serial(office=office, key=_places(book, today))
        return _line(office, book, number, (today, entry), ref, by, str(Origin.SIAK))
    key = f"{counter_of(book)}:{period(numbering.reset, today)}"
    serial, entry = next_serials(office=office, keys=[key, _places(book, today)])
    number = fill(numbering.pattern, office=office.code, book=book, day=today, serial=serial)
    return _line(office, book, number, (today, entry), ref, by)


def note_number(*, office: Office, book: str, number: str, ref: str, by: Actor) -> BookLine:
    """The line of a number that was given elsewhere: on a resi of the paper kit, or by another system."""
    day = open_day(office, book)
    entry = next_serial(office=office, key=_places(book, day))
    return _line(office, book, number, (day, entry), ref, by)


def _begins(office: Office, book: str, day: date) -> str:
    """What the numbers of a day begin with, where the serial comes last."""
    numbering = numbering_on(definition(office), book, day)
    first = fill(numbering.pattern, office=office.code, book=book, day=day, serial=1)
    return first.rstrip("0123456789")


def _number_from(source: NumberSource, book: str, prefix: str) -> str:
    return source.record(prefix) if book_of(book).kind == "akta" else source.letter(prefix)


def number_again(*, office: Office, book: str, number: str, day: date) -> str:
    """The number of a line as a source outside gives it now; where it was entered wrongly, the line follows.

    What Loket numbered itself keeps its number for ever.
    """
    elsewhere = outside()
    line = BookLine.objects.filter(office=office, book=book, number=number).exclude(source=Origin.OWN).first()
    if elsewhere is None or line is None:
        return number
    line.number = _number_from(elsewhere, book, _begins(office, book, day))
    line.save(update_fields=["number"])
    return line.number


def _places(book: str, day: date) -> str:
    """The counter of the places in a book's year."""
    return f"book:{book}:{day.year}"


def _line(
    office: Office,
    book: str,
    number: str,
    place: tuple[date, int],
    ref: str,
    by: Actor,
    source: str = str(Origin.OWN),
) -> BookLine:
    day, entry = place
    return BookLine.objects.create(
        office=office,
        book=book,
        year=day.year,
        entry=entry,
        number=number,
        source=source,
        day=day,
        ref=ref,
        given_at=clock.now(),
        given_by=by.ref,
    )


def enter(
    *,
    office: Office,
    book: str,
    day: date,
    resident: Resident | None,
    facts: dict[str, Any],
    case_ref: str,
    by: Actor,
) -> CivilRecord:
    """Write an entry with its gapless place in the book and its akta number.

    An akta of somebody who is not in the register has no `resident`; its facts say who it is. Raises what a
    source outside raises that gives its number.
    """
    line = take_number(office=office, book=book, ref=case_ref, by=by, day=day)
    return CivilRecord.objects.create(
        office=office,
        book=book,
        year=line.year,
        entry=line.entry,
        number=line.number,
        source=line.source,
        recorded_on=line.day,
        resident=resident,
        facts=facts,
        case_ref=case_ref,
        recorded_by=by.ref,
        created_at=line.given_at,
    )
