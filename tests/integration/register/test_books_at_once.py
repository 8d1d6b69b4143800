"""Books under many hands: entries while a day is closed, two who close it, transactions that fail."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from loket.core import clock
from loket.register.actions import ask_reopen, close_books, close_day, decide, spoil_number, take_number
from loket.register.actions.bookrequests import RequestDecided, RequestWaiting, SpoiledAlready
from loket.register.actions.closing import ClosedAlready
from loket.register.models import BookClose, BookLine
from tests.committed import committed, together
from tests.integration.register.bookkeeping import DAY, MONDAY, NEXT, akta, first, numbers, second
from tests.integration.register.conftest import Town

pytestmark = committed

THREADS, EACH = 8, 12
WHY = "kertas register sobek sebelum ditandatangani"


@pytest.fixture(autouse=True)
def _at_one_moment() -> "object":
    with clock.use(MONDAY):
        yield


def taking(town: Town, thread: int) -> Callable[[], None]:
    """Entries one after the other; every third transaction fails after it took its number."""

    def run() -> None:
        for step in range(EACH):
            with transaction.atomic():
                akta(town.office, "LU", f"case:{thread}-{step}")
                if step % 3 == 2:
                    transaction.set_rollback(True)
        connection.close()

    return run


def test_many_entries_of_which_some_fail_leave_no_gap(town: Town) -> None:
    assert together([taking(town, thread) for thread in range(THREADS)]) == [None] * THREADS
    kept = THREADS * EACH * 2 // 3
    lines = BookLine.objects.order_by("entry")
    assert [line.entry for line in lines] == list(range(1, kept + 1))
    assert [line.number for line in lines] == [
        f"9971-LU-02032026-{entry:04d}" for entry in range(1, kept + 1)
    ]


def test_entries_that_come_while_a_day_is_closed_are_in_it_or_in_the_next(town: Town) -> None:
    numbers(town.office, "LU", 1)
    close = partial(close_day, office=town.office, book="LU", day=DAY, by=first(town.office))
    done = together(
        [*(taking(town, thread) for thread in range(4)), close, *(taking(town, t) for t in (5, 6))]
    )
    (closed,) = next(result for result in done if result is not None)
    within = BookLine.objects.filter(day=DAY)
    assert (closed.entries, closed.last_entry) == (within.count(), within.count())
    assert closed.last_number == within.order_by("-entry")[0].number
    entries = list(BookLine.objects.order_by("entry").values_list("entry", "day"))
    assert [entry for entry, _ in entries] == list(range(1, 1 + 1 + 6 * EACH * 2 // 3))
    assert [day for _, day in entries] == sorted(day for _, day in entries)
    assert {day for _, day in entries} <= {DAY, NEXT}


def test_two_who_close_the_same_day(town: Town) -> None:
    numbers(town.office, "LU", 3)
    close = partial(close_day, office=town.office, book="LU", day=DAY, by=first(town.office))
    done = together([close] * 6)
    assert sorted(type(result).__name__ for result in done) == ["ClosedAlready"] * 5 + ["list"]
    assert BookClose.objects.count() == 1


def test_two_who_close_all_books(town: Town) -> None:
    for book in ("LU", "KM", "SKTT"):
        numbers(town.office, book, 2)
    done = together([partial(close_books, office=town.office, day=DAY, by=first(town.office))] * 4)
    assert sorted(close.book for closes in done for close in closes) == ["KM", "LU", "SKTT"]
    assert not any(isinstance(result, ClosedAlready) for result in done)


def test_a_number_is_spoiled_once_by_many(town: Town) -> None:
    spoiled = akta(town.office, "LU", "case:1")
    line = BookLine.objects.get(number=spoiled.number)
    spoil = partial(spoil_number, office=town.office, line_id=line.pk, reason=WHY, by=first(town.office))
    done = together([spoil] * 5)
    assert sorted(type(result) is SpoiledAlready for result in done) == [False, True, True, True, True]
    assert BookLine.objects.count() == 2


def test_a_close_is_opened_once_by_many(town: Town) -> None:
    (closed,) = close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    ask = partial(ask_reopen, office=town.office, close_id=closed.pk, reason=WHY, by=first(town.office))
    asked = together([ask] * 4)
    assert [type(result) for result in asked].count(RequestWaiting) == 3
    request = next(result for result in asked if not isinstance(result, RequestWaiting))
    approve = partial(decide, office=town.office, request_id=request.pk, approve=True, by=second(town.office))
    done = together([approve] * 4)
    assert [type(result) for result in done].count(RequestDecided) == 3


def test_numbers_of_different_books_do_not_wait_for_each_other_for_ever(town: Town) -> None:
    def both(one: str, other: str) -> Callable[[], None]:
        def run() -> None:
            for _ in range(EACH):
                for book in (one, other):
                    with transaction.atomic():
                        take_number(office=town.office, book=book, ref="", by=first(town.office))
            connection.close()

        return run

    assert together([both("LU", "KM"), both("KM", "LU")] * 2) == [None] * 4
    assert BookLine.objects.count() == 4 * EACH * 2


def test_a_number_is_not_taken_outside_of_a_transaction(town: Town) -> None:
    with pytest.raises(TransactionManagementError, match="within a transaction only"):
        take_number(office=town.office, book="LU", ref="", by=first(town.office))
    assert BookLine.objects.count() == 0
