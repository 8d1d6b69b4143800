"""The books that an office keeps, and how their numbers look.

Each thing that gets a number stands in a book: an akta, a letter, a berita acara, a registration at the
counter. The patterns here are those of today; an office lays others down in `office.yaml` (`numbers`), each
from a day on. Akta: Permendagri 109/2019. What is marked [G] is general knowledge whose text was not at hand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Literal

from loket.core.numbering import Pattern, Reset, overlap, read_pattern
from loket.offices.rules import OfficeFile

BookKind = Literal["akta", "surat", "berita-acara", "registrasi"]
REGISTRATION, HANDOVER = "registrasi", "berita-acara"
# LU, LT, KM, KW and CR are widely attested; the other codes vary. [G]
AKTA = {
    "LU": "Akta Kelahiran (umum)",
    "LT": "Akta Kelahiran (terlambat)",
    "KM": "Akta Kematian",
    "KW": "Akta Perkawinan",
    "CR": "Akta Perceraian",
    "PA": "Akta Pengakuan Anak",
    "PS": "Akta Pengesahan Anak",
}
# SKPWNI as found on real letters; the other codes follow it. [G]
LETTERS = {
    "SKPWNI": "Surat Keterangan Pindah WNI",
    "SKDWNI": "Surat Keterangan Datang WNI",
    "SKPLN": "Surat Keterangan Pindah ke Luar Negeri",
    "SKDLN": "Surat Keterangan Datang dari Luar Negeri",
    "SKTT": "Surat Keterangan Tempat Tinggal",
    "SKPTI": "Surat Keterangan Pengganti Tanda Identitas",
    "SKL": "Surat Keterangan Kelahiran",
    "SKLM": "Surat Keterangan Lahir Mati",
    "SKM": "Surat Keterangan Kematian",
    "SKPP": "Surat Keterangan Pembatalan Perkawinan",
    "SKPC": "Surat Keterangan Pembatalan Perceraian",
    "SKPA": "Surat Keterangan Pengangkatan Anak",
    "SKPK": "Surat Keterangan Pelepasan Kewarganegaraan",
    "SKPS": "Surat Keterangan Pencatatan Sipil",
    "SPLN": "Surat Keterangan Pelaporan Kelahiran di Luar Negeri",
    "CP": "Catatan Pinggir",
    "BA-AKSES": "Berita Acara Hak Akses Data",
}
# Pattern, and when its serial begins anew.
_USUAL: dict[BookKind, tuple[str, Reset]] = {
    "akta": ("{office}-{book}-{date}-{serial:04d}", "day"),
    "surat": ("{book}/{office}/{date}/{serial:04d}", "day"),
    "berita-acara": ("{serial:04d}/BA/{office}/{year}", "year"),
}
_COUNTERS: dict[BookKind, str] = {
    "akta": "akta:{}",
    "surat": "letter:{}",
    "berita-acara": "berita-acara",
    "registrasi": "resi",
}
_CODE = re.compile(r"[A-Z]{2,8}(-[A-Z]{2,8})?")
# Such a number is one of a resi from the paper kit.
_PAPER_RESI = re.compile(r"K\d")


@dataclass(frozen=True)
class Book:
    """A book by its code: what it is called and what stands in it."""

    code: str
    title: str
    kind: BookKind


@dataclass(frozen=True)
class Numbering:
    """How numbers look on a day: the pattern, and when the serial begins anew."""

    pattern: Pattern
    reset: Reset


def book_of(code: str) -> Book:
    """The book with this code. A letter that this list does not know is called by its code."""
    if code in AKTA:
        return Book(code, AKTA[code], "akta")
    if code == REGISTRATION:
        return Book(code, "Buku Registrasi", "registrasi")
    if code == HANDOVER:
        return Book(code, "Berita Acara Pengiriman", "berita-acara")
    return Book(code, LETTERS.get(code, code), "surat")


def all_books() -> list[Book]:
    """Every book that is known, in the order in which lists show them."""
    return [book_of(code) for code in (*AKTA, *LETTERS, HANDOVER, REGISTRATION)]


def is_gapless(office: OfficeFile, code: str) -> bool:
    """Whether every number of a book must be accounted for at this office."""
    return bool({code, book_of(code).kind} & set(office.gapless))


def numbering_on(office: OfficeFile, code: str, day: date) -> Numbering:
    """How the numbers of a book look at an office on a day.

    What is laid down for this very book goes before what is laid down for its kind, and the later day before
    the earlier one.
    """
    for name in (code, book_of(code).kind):
        begun = [rule for rule in office.numbers if rule.book == name and rule.effective_from <= day]
        if begun:
            rule = max(begun, key=lambda item: item.effective_from)
            return Numbering(read_pattern(rule.pattern, rule.reset), rule.reset)
    return _usual(office, code)


def _usual(office: OfficeFile, code: str) -> Numbering:
    kind = book_of(code).kind
    pattern, reset = _USUAL.get(kind, (office.receipt_number, "year"))
    return Numbering(read_pattern(pattern, reset), reset)


def counter_of(code: str) -> str:
    """What the keys of a book's serials begin with."""
    return _COUNTERS[book_of(code).kind].format(code)


def numbering_problems(office: OfficeFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with the numbers that an office lays down, each with its place in `office.yaml`.

    No pattern may make a number that another book makes, nor one that the same book made under an earlier
    pattern. Where only the zeros in front change, the serial goes on and nothing repeats.
    """
    kinds = {book.kind for book in all_books()}
    seen: set[tuple[str, date]] = set()
    for place, rule in enumerate(office.numbers):
        if rule.book not in kinds and not _CODE.fullmatch(rule.book):
            yield ("numbers", place, "book"), f"buku '{rule.book}' tidak dikenal."
        if (rule.book, rule.effective_from) in seen:
            yield (
                ("numbers", place),
                f"pola buku '{rule.book}' mulai {rule.effective_from} tertulis dua kali.",
            )
        seen.add((rule.book, rule.effective_from))
    for place, name in enumerate(office.gapless):
        if name not in kinds and not _CODE.fullmatch(name):
            yield ("gapless", place), f"buku '{name}' tidak dikenal."
    yield from _repeated_numbers(office)


def _repeated_numbers(office: OfficeFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    ever = [(book, numbering) for book in _books_of(office) for numbering in _ever(office, book.code)]
    for book, numbering in ever:
        starts = numbering.pattern.pieces[0]
        if book.code == REGISTRATION and starts[0] == "literal" and _PAPER_RESI.match(starts[1]):
            yield ("numbers",), "nomor resi tidak boleh dimulai dengan K dan angka; itu milik resi kertas."
    for (book, one), (also, other) in combinations(ever, 2):
        if book == also and (one.pattern.pieces, one.reset) == (other.pattern.pieces, other.reset):
            continue
        number = overlap(one.pattern, other.pattern, office=office.office, books=(book.code, also.code))
        if number:
            which = f"buku {book.code} dan {also.code}" if book != also else f"dua pola buku {book.code}"
            yield ("numbers",), f"{which} dapat memberi nomor yang sama, misalnya {number}."


def _books_of(office: OfficeFile) -> list[Book]:
    """The known books and those that only this office's rules name."""
    known = all_books()
    codes, kinds = {book.code for book in known}, {book.kind for book in known}
    return known + [book_of(rule.book) for rule in office.numbers if rule.book not in codes | kinds]


def _ever(office: OfficeFile, code: str) -> list[Numbering]:
    """Each way in which numbers of a book look at some time, the usual one first."""
    kind = book_of(code).kind
    days = {rule.effective_from for rule in office.numbers if rule.book in (code, kind)}
    found = [_usual(office, code), *(numbering_on(office, code, day) for day in sorted(days))]
    return [numbering for place, numbering in enumerate(found) if numbering not in found[:place]]
