"""A page of any book as people read it: akta and letters from the register, the rest from the cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from loket.cases.models import Case, HandoverRecord
from loket.catalogue.comparing.words import EVENT_NAMES
from loket.catalogue.rules.books import HANDOVER, REGISTRATION, Book
from loket.core.wording import long_date
from loket.offices.models import Office
from loket.offices.queries import zone
from loket.register import bookpages
from loket.register.bookpages import Entry, Gap, Wanted
from loket.register.models import BookLine, CivilRecord, RegisterEvent


@dataclass(frozen=True)
class Row:
    """A row of a book: a number with what bears it, or (`state` is "gap") numbers that a restore lost."""

    state: str
    line_id: int | None
    entry: int | None
    number: str
    day: date | None
    name: str
    nik: str
    what: str
    remarks: list[str]


# What a row is, where it is not simply a number.
STATE_WORDS = {"spoiled": "Batal/rusak", "undone": "Dibatalkan", "gap": "Celah"}


@dataclass(frozen=True)
class BookPage:
    """Rows of a book, the oldest first."""

    rows: list[Row]
    count: int
    more: bool


def book_page(
    office: Office, book: Book, year: int, wanted: Wanted, *, page: int = 1, size: int = bookpages.PAGE
) -> BookPage:
    """A page of a book, counted from its newest line. A fixed number of queries."""
    if wanted.text:
        wanted.also = _numbers_bearing(office, book, wanted.text)
    found = bookpages.page_of(office, book.code, year, wanted, page=page, size=size)
    entries = [item for item in found.rows if isinstance(item, Entry)]
    others = _others(office, book, [entry.line for entry in entries])
    rows = [
        _gap(office, item) if isinstance(item, Gap) else _row(office, item, others) for item in found.rows
    ]
    return BookPage(rows, found.count, found.more)


def book_row(office: Office, book: Book, entry: Entry) -> Row:
    """One line as its page shows it."""
    return _row(office, entry, _others(office, book, [entry.line]))


def _numbers_bearing(office: Office, book: Book, text: str) -> list[str]:
    """Numbers of berita acara and registrations in which the words are. One query at most."""
    if book.code == HANDOVER:
        records = HandoverRecord.objects.filter(office=office, destination__icontains=text)
        return list(records.values_list("number", flat=True))
    if book.code == REGISTRATION:
        cases = Case.objects.filter(
            office=office, applicant_name__icontains=text, registered_at__isnull=False
        )
        return [number for number in cases.values_list("receipt_number", flat=True) if number]
    return []


def _others(office: Office, book: Book, lines: list[BookLine]) -> dict[str, tuple[str, str]]:
    """Who or where, and what, of each number that no entry of the register bears. One query at most."""
    numbers = [line.number for line in lines]
    if book.code == HANDOVER:
        records = HandoverRecord.objects.filter(office=office, number__in=numbers).annotate(
            cases=Count("items")
        )
        return {record.number: (record.destination, f"{record.cases} permohonan") for record in records}
    if book.code == REGISTRATION:
        refs = [line.ref.removeprefix("case:") for line in lines if line.ref]
        cases = Case.objects.filter(office=office, pk__in=refs).select_related("revision")
        named = {
            case.ref: (case.applicant_name, case.revision.name)
            for case in cases.only("applicant_name", "revision", "revision__name")
        }
        return {line.number: named[line.ref] for line in lines if line.ref in named}
    return {}


def _row(office: Office, entry: Entry, others: dict[str, tuple[str, str]]) -> Row:
    line, record, event = entry.line, entry.record, entry.event
    name, nik, what = "", "", ""
    if record is not None:
        name, nik, what = record.subject_name, record.subject_nik, _about(record)
        # An entry that was spoiled, or whose birth was undone, holds its child no longer.
        if not name and event is not None:
            name, nik = _person(event)
    elif event is not None:
        name, nik, what = *_person(event), EVENT_NAMES.get(event.kind, event.kind)  # type: ignore[arg-type]  # stored as text
    elif line.number in others:
        name, what = others[line.number]
    undone = event is not None and event.reverted_at is not None
    state = "spoiled" if line.spoiled_at else "undone" if undone else ""
    remarks = list(_remarks(office, entry))
    return Row(state, line.pk, line.entry, line.number, line.day, name, nik, what, remarks)


def _person(event: RegisterEvent) -> tuple[str, str]:
    """Whom a letter is about, from the register or, where it does not know them, as reported."""
    if event.resident is not None:
        return event.resident.name, event.resident.nik
    people = [event.facts.get(key) for key in ("person", "applicant", "child", "mother")]
    found: dict[str, Any] = next((person for person in people if isinstance(person, dict)), {})
    return str(found.get("name", "")), str(found.get("nik", ""))


def _about(record: CivilRecord) -> str:
    """What else an akta says in a line: the parents of a child, the other of a couple, the day of a death."""
    facts = record.facts
    if wife := facts.get("wife"):
        return f"dengan {wife.get('name', '')}"
    parents = [facts.get(key) for key in ("father", "mother")]
    names = [person["name"] for person in parents if isinstance(person, dict) and person.get("name")]
    return f"anak dari {' dan '.join(names)}" if names else ""


def _remarks(office: Office, entry: Entry) -> Iterable[str]:
    line, record, event = entry.line, entry.record, entry.event
    here = zone(office)
    if line.spoiled_at is not None:
        instead = f" Diganti nomor {line.replaced_by}." if line.replaced_by else ""
        day = long_date(line.spoiled_at.astimezone(here).date())
        yield f"{day}: {line.spoiled_reason.rstrip('.')}.{instead}"
    elif event is not None and event.reverted_at is not None:
        yield f"Pencatatan dibatalkan {long_date(event.reverted_at.astimezone(here).date())}."
    if record is not None:
        for note in record.facts.get("notes", []):
            yield f"Catatan pinggir {long_date(date.fromisoformat(note['day']))}: {note['note']}."
    if entry.notes:
        yield f"Isi dibetulkan {entry.notes} kali sesudah buku ditutup."
    given = line.given_at.astimezone(here).date()
    if given < line.day:
        yield f"Masuk {long_date(given)}, sesudah buku hari itu ditutup."


def _gap(office: Office, gap: Gap) -> Row:
    day = gap.restored_at.astimezone(zone(office)).date()
    lost = "; ".join(gap.lost)
    remark = f"Pemulihan cadangan {long_date(day)}: {lost}. {gap.reason}"
    return Row("gap", None, None, "", day, "", "", "", [remark])
