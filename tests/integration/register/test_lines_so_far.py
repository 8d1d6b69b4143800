"""What was numbered before there were lines gets its line when the database is brought up to date."""

from importlib import import_module

import pytest
from django.db import connection

from loket.audit.models import UnanchoredNumber
from loket.cases.models import HandoverRecord
from loket.core import clock
from loket.register.actions import take_number
from loket.register.models import BookLine, CivilRecord, RegisterBook, RegisterEvent, Serial
from tests.integration.register.bookkeeping import DAY, MONDAY, NEXT, TUESDAY, first
from tests.integration.register.conftest import Town

REGISTER = import_module("loket.register.migrations.0013_books").LINES_SO_FAR
CASES = import_module("loket.cases.migrations.0011_book_lines").LINES_SO_FAR


@pytest.fixture(autouse=True)
def _on_monday() -> "object":
    with clock.use(MONDAY):
        yield


@pytest.fixture
def _before_the_books(town: Town) -> None:
    """The schema as it was when entries had no lines."""
    brought_up("ALTER TABLE register_civilrecord DISABLE TRIGGER register_civilrecord_line")


def akta_alone(town: Town, entry: int) -> CivilRecord:
    """An entry as code of before writes it: the next one of its book, without a line."""
    return CivilRecord.objects.create(
        office=town.office,
        book="KM",
        year=2026,
        entry=entry,
        number=f"9971-KM-02032026-000{entry}",
        recorded_on=DAY,
        facts={},
        case_ref=f"case:{entry}",
        recorded_by="uji",
        created_at=MONDAY,
    )


def brought_up(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def lines() -> list[tuple[str, int, int, str, object]]:
    found = BookLine.objects.order_by("book", "year", "entry")
    return list(found.values_list("book", "year", "entry", "number", "day"))


@pytest.mark.usefixtures("_before_the_books")
def test_akta_and_letters_of_before(town: Town) -> None:
    for entry in (2, 1):
        akta_alone(town, entry)
    for serial, moment in ((1, MONDAY), (2, TUESDAY)):
        RegisterEvent.objects.create(
            office=town.office,
            kind="move_out",
            case_ref=f"case:S{serial}",
            number=f"SKPWNI/9971/0{serial + 1}032026/0001",
            recorded_by="uji",
            created_at=moment,
            applied_at=moment,
        )
    Serial.objects.create(office=town.office, key="letter:SKPWNI:2026-03-03", last=1)
    brought_up(REGISTER)
    assert lines() == [
        ("KM", 2026, 1, "9971-KM-02032026-0001", DAY),
        ("KM", 2026, 2, "9971-KM-02032026-0002", DAY),
        ("SKPWNI", 2026, 1, "SKPWNI/9971/02032026/0001", DAY),
        ("SKPWNI", 2026, 2, "SKPWNI/9971/03032026/0001", NEXT),
    ]
    places = Serial.objects.filter(key__startswith="book:")
    assert dict(places.values_list("key", "last")) == {"book:KM:2026": 2, "book:SKPWNI:2026": 2}
    assert set(UnanchoredNumber.objects.values_list("key", "value")) == {
        ("book:KM:2026", 2),
        ("book:SKPWNI:2026", 2),
    }
    assert set(RegisterBook.objects.values_list("book", flat=True)) == {"KM", "SKPWNI"}
    with clock.use(TUESDAY):
        following = take_number(office=town.office, book="SKPWNI", ref="", by=first(town.office))
    assert (following.entry, following.number) == (3, "SKPWNI/9971/03032026/0002")


def test_berita_acara_of_before(town: Town) -> None:
    for serial, moment in ((1, MONDAY), (2, TUESDAY)):
        HandoverRecord.objects.create(
            office=town.office,
            number=f"000{serial}/BA/9971/2026",
            destination=f"KUPT {serial}",
            day=moment.date(),
            opened_at=moment,
            opened_by="uji",
        )
    Serial.objects.create(office=town.office, key="berita-acara:2026", last=2)
    brought_up(CASES)
    assert lines() == [
        ("berita-acara", 2026, 1, "0001/BA/9971/2026", DAY),
        ("berita-acara", 2026, 2, "0002/BA/9971/2026", NEXT),
    ]
    following = take_number(office=town.office, book="berita-acara", ref="", by=first(town.office))
    assert (following.entry, following.number) == (3, "0003/BA/9971/2026")


def test_an_entry_that_older_code_writes_meanwhile_has_its_line(town: Town) -> None:
    for entry in (1, 2):
        akta_alone(town, entry)
        Serial.objects.update_or_create(office=town.office, key="book:KM:2026", defaults={"last": entry})
    Serial.objects.create(office=town.office, key=f"akta:KM:{DAY.isoformat()}", last=2)
    line = take_number(office=town.office, book="KM", ref="case:3", by=first(town.office))
    assert (line.entry, line.number) == (3, "9971-KM-02032026-0003")
    assert [(place, number) for _, _, place, number, _ in lines()] == [
        (entry, f"9971-KM-02032026-000{entry}") for entry in (1, 2, 3)
    ]
