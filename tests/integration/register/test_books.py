"""Numbers and their lines: patterns from a day on, places without a gap, days that are closed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from loket.audit.models import Entry
from loket.audit.queries import head
from loket.core import clock
from loket.core.actors import SYSTEM
from loket.register import bookpages, tasks
from loket.register.actions import (
    close_after_hours,
    close_books,
    close_day,
    close_year,
    note_number,
    take_number,
)
from loket.register.actions.closing import ClosedAlready, DayNotOver, YearNotOver
from loket.register.models import BookClose, BookLine, BookNote, CivilRecord, NumberGap, RegisterBook, Serial
from tests.integration.register.bookkeeping import (
    DAY,
    EVENING,
    MONDAY,
    NEXT,
    TUESDAY,
    akta,
    first,
    numbers,
    office_with,
)
from tests.integration.register.conftest import Town

PATTERN = {"book": "surat", "pattern": "{serial:03d}/{book}/{roman}/{year}", "reset": "month"}


@pytest.fixture(autouse=True)
def _on_monday() -> "object":
    with clock.use(MONDAY):
        yield


def places(book: str) -> list[tuple[int, int, str]]:
    return list(BookLine.objects.filter(book=book).order_by("pk").values_list("year", "entry", "number"))


# Numbers


def test_the_usual_numbers(town: Town) -> None:
    given = [
        take_number(office=town.office, book=book, ref="case:1", by=town.by).number
        for book in ("LU", "LU", "SKPWNI", "SKTT", "berita-acara", "registrasi")
    ]
    assert given == [
        "9971-LU-02032026-0001",
        "9971-LU-02032026-0002",
        "SKPWNI/9971/02032026/0001",
        "SKTT/9971/02032026/0001",
        "0001/BA/9971/2026",
        "00001/RESI/2026",
    ]


def test_serials_begin_anew_each_day_and_places_each_year(town: Town) -> None:
    for moment in (MONDAY, MONDAY, TUESDAY, datetime(2027, 1, 4, 3, tzinfo=UTC)):
        with clock.use(moment):
            numbers(town.office, "KM", 1)
    assert places("KM") == [
        (2026, 1, "9971-KM-02032026-0001"),
        (2026, 2, "9971-KM-02032026-0002"),
        (2026, 3, "9971-KM-03032026-0001"),
        (2027, 1, "9971-KM-04012027-0001"),
    ]


def test_a_new_pattern_in_mid_year_leaves_old_numbers(town: Town) -> None:
    numbers(town.office, "SKPWNI", 2)
    office = office_with(town.office, numbers=[PATTERN | {"effective_from": "2026-03-03"}])
    numbers(office, "SKPWNI", 1)
    with clock.use(TUESDAY):
        numbers(office, "SKPWNI", 2)
    assert places("SKPWNI") == [
        (2026, 1, "SKPWNI/9971/02032026/0001"),
        (2026, 2, "SKPWNI/9971/02032026/0002"),
        (2026, 3, "SKPWNI/9971/02032026/0003"),
        (2026, 4, "001/SKPWNI/III/2026"),
        (2026, 5, "002/SKPWNI/III/2026"),
    ]


def test_what_is_laid_down_for_one_book_goes_before_what_is_for_its_kind(town: Town) -> None:
    own = {"book": "SKTT", "pattern": "{serial}/SKTT/{year}", "reset": "year", "effective_from": "2026-01-01"}
    office = office_with(town.office, numbers=[PATTERN | {"effective_from": "2026-03-01"}, own])
    found = [line.number for book in ("SKTT", "SKPLN") for line in numbers(office, book, 1)]
    assert found == ["1/SKTT/2026", "001/SKPLN/III/2026"]


def test_a_number_that_was_given_elsewhere_has_its_place(town: Town) -> None:
    numbers(town.office, "registrasi", 1)
    note_number(office=town.office, book="registrasi", number="K9971-1", ref="case:2", by=town.by)
    numbers(town.office, "registrasi", 1)
    assert places("registrasi") == [
        (2026, 1, "00001/RESI/2026"),
        (2026, 2, "K9971-1"),
        (2026, 3, "00002/RESI/2026"),
    ]


def test_a_rolled_back_number_is_given_again(town: Town) -> None:
    numbers(town.office, "LU", 1)
    with transaction.atomic():
        numbers(town.office, "LU", 3)
        transaction.set_rollback(True)
    numbers(town.office, "LU", 1)
    assert places("LU") == [(2026, 1, "9971-LU-02032026-0001"), (2026, 2, "9971-LU-02032026-0002")]


# What the database refuses


def line_of(town: Town, **changes: object) -> BookLine:
    values = {
        "office": town.office,
        "book": "LU",
        "year": 2026,
        "entry": 1,
        "number": "X",
        "day": DAY,
        "given_at": MONDAY,
        "given_by": "uji",
    }
    return BookLine(**(values | changes))


def refused_by(line: BookLine) -> str:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        line.save(force_insert=True)
    return str(refusal.value.__cause__.diag.constraint_name)


def test_a_gap_is_refused_where_no_restore_explains_it(town: Town) -> None:
    numbers(town.office, "LU", 1)
    assert refused_by(line_of(town, entry=3)) == "register_line_no_gap"
    NumberGap.objects.create(
        office=town.office,
        key="book:LU:2026",
        first=2,
        last=4,
        reason="peladen rusak",
        last_issued_at=MONDAY,
        restored_at=MONDAY,
        by="cli",
    )
    line_of(town, entry=5).save()
    assert refused_by(line_of(town, entry=7, number="Y")) == "register_line_no_gap"


def test_a_line_belongs_to_the_year_of_its_day_and_stands_once(town: Town) -> None:
    (line,) = numbers(town.office, "LU", 1)
    assert refused_by(line_of(town, year=2025)) == "register_line_year"
    assert refused_by(line_of(town)) == "register_line_place_once"
    assert refused_by(line_of(town, entry=2, number=line.number)) == "register_line_number_once"


@pytest.mark.parametrize("change", [{"entry": 9}, {"number": "Y"}, {"day": NEXT}, {"ref": "case:9"}])
def test_a_line_stays_as_it_is(town: Town, change: dict[str, object]) -> None:
    (line,) = numbers(town.office, "LU", 1)
    with pytest.raises(ProgrammingError, match="stay: UPDATE refused"), transaction.atomic():
        BookLine.objects.filter(pk=line.pk).update(**change)
    with pytest.raises(ProgrammingError, match="stay: DELETE refused"), transaction.atomic():
        BookLine.objects.filter(pk=line.pk).delete()


# Closing a day


def test_a_close_says_what_stood_in_the_book(town: Town) -> None:
    numbers(town.office, "LU", 3)
    with clock.use(EVENING):
        (closed,) = close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    closed.refresh_from_db()
    told = (closed.entries, closed.first_entry, closed.last_entry, closed.entries_of_year)
    assert told == (3, 1, 3, 3)
    assert (closed.first_number, closed.last_number) == ("9971-LU-02032026-0001", "9971-LU-02032026-0003")
    assert closed.details == {"spoiled": [], "undone": [], "gaps": []}
    assert (closed.closed_by, closed.closed_by_name, closed.closed_at) == ("account:7", "Petugas", EVENING)
    assert RegisterBook.objects.get(book="LU").closed_through == DAY
    row = Entry.objects.filter(action="book.close").get()
    assert (row.subject, row.actor, row.details["entries"]) == (f"close:{closed.pk}", "account:7", 3)


def test_a_close_keeps_the_end_of_the_journal(town: Town) -> None:
    numbers(town.office, "LU", 1)
    rows = Entry.objects.filter(office_code=town.office.code).count()
    (closed,) = close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    end = head(town.office.code)
    assert end is not None
    assert (closed.journal_seq, closed.journal_hash) == (end.seq, end.hash)
    assert closed.journal_seq == rows


def test_a_late_entry_belongs_to_the_next_day(town: Town) -> None:
    numbers(town.office, "LU", 1)
    close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    late = akta(town.office, "LU", "case:late")
    assert (late.recorded_on, late.number, late.entry) == (NEXT, "9971-LU-03032026-0001", 2)
    (line,) = numbers(town.office, "KM", 1)
    assert line.day == DAY


def test_the_entry_after_the_close_of_a_year_belongs_to_the_next_one(town: Town) -> None:
    with clock.use(datetime(2026, 12, 31, 3, tzinfo=UTC)):
        numbers(town.office, "LU", 1)
        close_year(office=town.office, book="LU", year=2026, by=first(town.office))
        (late,) = numbers(town.office, "LU", 1)
    assert (late.year, late.entry, late.number) == (2027, 1, "9971-LU-01012027-0001")


def test_the_database_refuses_what_would_come_on_a_closed_day(town: Town) -> None:
    numbers(town.office, "LU", 1)
    close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    assert refused_by(line_of(town, entry=2)) == "register_line_open_day"
    assert refused_by(line_of(town, entry=2, day=DAY - timedelta(days=1))) == "register_line_open_day"
    entry = CivilRecord(
        office=town.office,
        book="LU",
        year=2026,
        entry=2,
        number="X",
        recorded_on=DAY,
        facts={},
        case_ref="case:x",
        recorded_by="uji",
        created_at=MONDAY,
    )
    assert refused_by(entry) == "register_entry_open_day"  # type: ignore[arg-type]  # any row that is refused


def test_days_that_nobody_closed_are_closed_before_it(town: Town) -> None:
    numbers(town.office, "LU", 2)
    with clock.use(TUESDAY):
        numbers(town.office, "LU", 1)
        closed = close_day(office=town.office, book="LU", day=NEXT, by=first(town.office))
    told = [(close.day, close.entries, close.entries_of_year) for close in closed]
    assert told == [(DAY, 2, 2), (NEXT, 1, 3)]


def test_a_day_without_entries_is_nihil(town: Town) -> None:
    (closed,) = close_day(office=town.office, book="SKTT", day=DAY, by=first(town.office))
    assert (closed.entries, closed.first_entry, closed.first_number) == (0, None, "")


def test_a_day_is_closed_once_and_not_before_it_comes(town: Town) -> None:
    with pytest.raises(DayNotOver):
        close_day(office=town.office, book="LU", day=NEXT, by=first(town.office))
    close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    for day in (DAY, DAY - timedelta(days=3)):
        with pytest.raises(ClosedAlready):
            close_day(office=town.office, book="LU", day=day, by=first(town.office))
    assert BookClose.objects.count() == 1


def test_a_correction_after_the_close_is_a_note_beside_what_it_said(town: Town) -> None:
    entry = akta(town.office, "LU", "case:1", weight=3100)
    entry.facts = {**entry.facts, "weight": 3200}
    entry.save(update_fields=["facts"])
    assert BookNote.objects.count() == 0
    close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    entry.facts = {**entry.facts, "weight": 3300}
    entry.save(update_fields=["facts"])
    note = BookNote.objects.get()
    assert (note.line.number, note.before["facts"]["weight"]) == (entry.number, 3200)
    with pytest.raises(ProgrammingError, match="notes of the books stay"), transaction.atomic():
        note.delete()
    found = bookpages.entry_of(town.office, note.line_id)
    assert found is not None
    assert found.notes == 1


# Years, all books, the daily job


def test_a_year_is_closed_with_its_last_days(town: Town) -> None:
    numbers(town.office, "LU", 2)
    with pytest.raises(YearNotOver):
        close_year(office=town.office, book="LU", year=2026, by=first(town.office))
    with clock.use(datetime(2027, 1, 4, 3, tzinfo=UTC)):
        numbers(town.office, "LU", 1)
        assert [(book.code, year) for book, year in bookpages.years_to_close(town.office, 2027)] == [
            ("LU", 2026)
        ]
        closed = close_year(office=town.office, book="LU", year=2026, by=first(town.office))
        with pytest.raises(ClosedAlready):
            close_year(office=town.office, book="LU", year=2026, by=first(town.office))
        assert bookpages.years_to_close(town.office, 2027) == []
    assert (closed.kind, closed.entries, closed.last_number) == ("year", 2, "9971-LU-02032026-0002")
    found = list(BookClose.objects.order_by("pk").values_list("kind", "day", "entries"))
    last = date(2026, 12, 31)
    assert found == [("day", DAY, 2), ("day", last, 0), ("year", last, 2)]


def test_a_year_is_closed_also_when_days_of_the_next_one_are(town: Town) -> None:
    numbers(town.office, "LU", 2)
    with clock.use(datetime(2027, 1, 4, 3, tzinfo=UTC)):
        numbers(town.office, "LU", 1)
        close_day(office=town.office, book="LU", day=date(2027, 1, 4), by=first(town.office))
        closed = close_year(office=town.office, book="LU", year=2026, by=first(town.office))
    assert (closed.entries, RegisterBook.objects.get(book="LU").closed_through) == (2, date(2027, 1, 4))


def test_all_books_with_entries_are_closed_at_once(town: Town) -> None:
    for book in ("LU", "SKTT", "registrasi"):
        numbers(town.office, book, 1)
    closed = close_books(office=town.office, day=DAY, by=first(town.office))
    assert [close.book for close in closed] == ["LU", "SKTT", "registrasi"]
    assert close_books(office=town.office, day=DAY, by=first(town.office)) == []


@pytest.mark.parametrize(
    ("at", "closes"),
    [
        (MONDAY, 0),
        (datetime(2026, 3, 2, 7, 59, tzinfo=UTC), 0),
        (datetime(2026, 3, 2, 8, 0, tzinfo=UTC), 1),
        (datetime(2026, 3, 7, 9, 0, tzinfo=UTC), 0),
        (datetime(2026, 3, 9, 9, 0, tzinfo=UTC), 2),
    ],
    ids=["in the morning", "just before it closes", "just after", "on a Saturday", "the Monday after"],
)
def test_the_daily_job_closes_after_the_office_has(town: Town, at: datetime, closes: int) -> None:
    office = office_with(town.office, close_books="after_hours")
    numbers(office, "LU", 1)
    with clock.use(at):
        closed = close_after_hours(office=office)
    assert (len(closed), {close.closed_by for close in closed}) == (closes, {SYSTEM.ref} if closes else set())


def test_the_job_of_an_office_closes_its_books(town: Town) -> None:
    numbers(office_with(town.office, close_books="after_hours"), "LU", 1)
    with clock.use(EVENING):
        tasks.close_books_of(office_code=town.office.code)
        tasks.close_books_of(office_code=town.office.code)
    assert BookClose.objects.get().day == DAY
    assert tasks.close_books.name == "register.close_books"


def test_the_daily_job_leaves_an_office_alone_that_closes_by_hand(town: Town) -> None:
    numbers(town.office, "LU", 1)
    with clock.use(EVENING):
        assert close_after_hours(office=town.office) == []


def test_counters_of_before_go_on(town: Town) -> None:
    numbers(town.office, "SKPWNI", 1)
    keys = dict(Serial.objects.values_list("key", "last"))
    assert keys == {"letter:SKPWNI:2026-03-02": 1, "book:SKPWNI:2026": 1}
