"""Books on paper: the pages of a register as they were written by hand, and the berita acara of a close."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from loket.cases.queries.books import STATE_WORDS, Row, book_page
from loket.catalogue.rules.books import Book, BookKind, book_of
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import LoketError, NotFoundError
from loket.core.identity import mask_number
from loket.core.wording import day_name, local_moment, long_date
from loket.documents.queries import template, working_frame
from loket.documents.rendering import Frame, render
from loket.offices.models import Office
from loket.offices.queries import definition, zone
from loket.register import bookpages
from loket.register.bookpages import Wanted
from loket.register.models import BookClose

# About fifty pages, made in two seconds: more is a book of a month.
MOST_ROWS = 1000
# What the columns of names and beside it are called.
COLUMNS: dict[BookKind, tuple[str, str]] = {
    "akta": ("Nama", "Uraian"),
    "surat": ("Nama", "Peristiwa"),
    "berita-acara": ("Tujuan", "Isi"),
    "registrasi": ("Pemohon", "Layanan"),
}


class BookTooThick(LoketError):
    """Buku ini terlalu tebal untuk satu berkas. Pilih satu bulan."""

    status = 422


def has_niks(book: Book) -> bool:
    """Whether the entries of a book are about residents."""
    return book.kind in ("akta", "surat")


def register_pdf(*, office: Office, book: Book, year: int, month: int | None, by: Actor) -> bytes:
    """The pages of a book's year, or of one month of it, NIKs masked, with sums as on paper.

    The caller records the look. Raises BookTooThick, NotFoundError where the book has no such year.
    """
    wanted = Wanted(first=date(year, month or 1, 1), last=_end(year, month))
    found = book_page(office, book, year, wanted, size=MOST_ROWS)
    if found.more:
        raise BookTooThick()
    whole = book_page(office, book, year, Wanted(last=wanted.last), size=1) if month else found
    if not found.rows and not whole.count:
        raise NotFoundError("Buku ini tidak ada.")
    closed = next(
        (item.closed_through for item in bookpages.waiting_to_close(office) if item.book == book), None
    )
    who, what = COLUMNS[book.kind]
    context = {
        "book": book.title,
        "code": book.code,
        "year": str(year),
        "span": f"{long_date(wanted.first or date(year, 1, 1))} sampai {long_date(_end(year, month))}",
        "who": who,
        "what": what,
        "with_nik": "yes" if has_niks(book) else "no",
        "carried": whole.count - found.count,
        "closed": f"Ditutup sampai {long_date(closed)}" if closed else "",
        "official": by.name,
        "rows": [_printed(row) for row in found.rows],
    }
    return render(template("buku-register"), context, frame=_frame(office, f"{book.code} {year}"))


def _end(year: int, month: int | None) -> date:
    """The last day of a month, or of the year."""
    if month in (None, 12):
        return date(year, 12, 31)
    return date.fromordinal(date(year, (month or 0) + 1, 1).toordinal() - 1)


def _printed(row: Row) -> dict[str, Any]:
    return {
        "state": row.state,
        "entry": str(row.entry) if row.entry else "",
        "number": row.number,
        "day": row.day,
        "name": row.name,
        "nik": mask_number(row.nik) if row.nik else "",
        "what": row.what,
        "remark": " ".join([*([f"{STATE_WORDS[row.state]}."] if row.state else []), *row.remarks]),
    }


def _frame(office: Office, number: str) -> Frame:
    """That of a working paper, with the title of whoever signs at the office."""
    head = next((role.title or role.name for role in definition(office).roles if "sign" in role.rights), "")
    return replace(working_frame(office, number, clock.now()), signer_title=head or "Kepala kantor")


def close_pdf(*, office: Office, close_id: int) -> bytes:
    """The berita acara of all books that were closed for the same day (or year) as this close.

    Raises NotFoundError; a close that was opened again has none any more.
    """
    close = bookpages.close_of(office, close_id)
    if close is None or close.reopened_at is not None:
        raise NotFoundError("Penutupan ini tidak ditemukan, atau bukunya sudah dibuka lagi.")
    closes = bookpages.closes_of_day(office, close.kind, close.day)
    last = max(closes, key=lambda item: (item.journal_seq, item.closed_at))
    context = {
        "kind": close.get_kind_display(),
        "day": close.day,
        "weekday": day_name(close.day),
        "closed_at": local_moment(last.closed_at, zone(office)),
        "closed_by": ", ".join(sorted({item.closed_by_name for item in closes})),
        "journal_seq": str(last.journal_seq),
        "journal_hash": last.journal_hash,
        "books": [_closed(item) for item in closes],
        "notes": [{"text": text} for item in closes for text in _notes(item)],
    }
    number = f"{'TBT' if close.kind == 'year' else 'TBH'}/{office.code}/{close.day:%d%m%Y}"
    return render(template("tutup-buku"), context, frame=_frame(office, number))


def _closed(close: BookClose) -> dict[str, Any]:
    return {
        "title": book_of(close.book).title,
        "code": close.book,
        "entries": close.entries,
        "of_year": close.entries_of_year,
        "first": close.first_number,
        "last": close.last_number,
        "spoiled": len(close.details["spoiled"]),
        "undone": len(close.details["undone"]),
    }


def _notes(close: BookClose) -> Iterator[str]:
    for item in close.details["spoiled"]:
        yield f"{item['number']} batal/rusak: {item['reason'].rstrip('.')}."
    for number in close.details["undone"]:
        yield f"{number}: pencatatannya dibatalkan."
    for gap in close.details["gaps"]:
        yield f"{book_of(close.book).title}, {gap_words(gap)}."


def gap_words(gap: dict[str, Any]) -> str:
    """A gap of a close in words."""
    span = f"{gap['first']}" if gap["first"] == gap["last"] else f"{gap['first']} sampai {gap['last']}"
    return f"urutan {span} hilang karena pemulihan cadangan: {gap['reason'].rstrip('.')}"
