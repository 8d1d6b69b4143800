"""Numbers of an invented town's books, and people who may close them."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from loket.core.actors import Actor
from loket.offices.actions import sync_office
from loket.offices.models import Office
from loket.register import bookpages
from loket.register.actions import enter, take_number
from loket.register.models import BookLine, CivilRecord
from tests.integration.offices.invented import office_file, staff

# A Monday in March, 11:00 and after hours at the office, and the days after it.
MONDAY = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
EVENING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
DAY, NEXT = MONDAY.date(), TUESDAY.date()


def first(office: Office) -> Actor:
    """Somebody who keeps the books."""
    return staff(office, "books", ref="account:7")


def second(office: Office) -> Actor:
    """Somebody else who does."""
    return staff(office, "books", ref="account:8")


@transaction.atomic
def numbers(office: Office, book: str, count: int) -> list[BookLine]:
    """So many numbers more, each of an application."""
    before = BookLine.objects.filter(office=office, book=book).count()
    return [
        take_number(office=office, book=book, ref=f"case:{book}-{before + step}", by=first(office))
        for step in range(count)
    ]


def books_of(office: Office) -> list[tuple[str, int]]:
    """The books that the office has lines in."""
    return [(book.code, year) for book, year in bookpages.books_of(office)]


@transaction.atomic
def akta(office: Office, book: str, ref: str, **facts: Any) -> CivilRecord:
    """An entry of somebody whom the register does not know."""
    return enter(
        office=office,
        book=book,
        day=DAY,
        resident=None,
        facts={"person": {"name": "WAYAN CONTOH", "nik": ""}, **facts},
        case_ref=ref,
        by=first(office),
    )


def office_with(office: Office, **changes: Any) -> Office:
    """The same office with other data in its `office.yaml`."""
    return sync_office(file=office_file(office.code, **changes), by="system")
