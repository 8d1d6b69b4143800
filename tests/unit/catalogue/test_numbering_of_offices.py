"""What an office lays down about its books: what is right, what is refused, and how a change is told."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from loket.catalogue.comparing.offices import office_changes
from loket.catalogue.loader import load
from loket.catalogue.rules.books import (
    book_of,
    is_gapless,
    numbering_on,
    numbering_problems,
)
from loket.core.numbering import fill
from tests.integration.offices.invented import office_file

LIBRARY = Path(__file__).parent / "library"
OFFICE = "offices/9901-perpustakaan/office.yaml"
DAY = date(2026, 11, 20)


def rule(book: str, pattern: str, reset: str = "year", since: str = "2026-01-01") -> dict[str, str]:
    return {"book": book, "pattern": pattern, "reset": reset, "effective_from": since}


def problems(*rules: dict[str, str], **changes: object) -> list[str]:
    return [message for _, message in numbering_problems(office_file(numbers=list(rules), **changes))]


def test_the_usual_patterns_give_no_number_twice() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("rules", "part"),
    [
        ([rule("surat", "{serial:04d}/{year}")], "buku SKPWNI dan SKDWNI dapat memberi nomor yang sama"),
        ([rule("akta", "{serial:04d}/{office}/{year}")], "buku LU dan LT dapat memberi nomor yang sama"),
        ([rule("KM", "{office}-LU-{date}-{serial:04d}", "day")], "buku LU dan KM dapat memberi"),
        ([rule("berita-acara", "{serial:05d}/RESI/{year}")], "berita-acara dan registrasi dapat memberi"),
        ([rule("SKTT", "{book}/{serial}/{year}"), rule("SKTT", "{book}/{year}/{serial}", since="2026-06-01")],
         "dua pola buku SKTT dapat memberi nomor yang sama"),
        ([rule("SKTT", "TT/{date}/{serial}", "day"), rule("SKTT", "TT/{date}/{serial}", since="2026-06-01")],
         "dua pola buku SKTT dapat memberi nomor yang sama"),
        ([rule("registrasi", "K1/{serial}/{year}")], "itu milik resi kertas"),
        ([rule("skpwni", "A/{serial}/{year}")], "buku 'skpwni' tidak dikenal"),
        ([rule("SKTT", "A/{serial}/{year}"), rule("SKTT", "B/{serial}/{year}")], "tertulis dua kali"),
    ],
)  # fmt: skip
def test_what_could_give_a_number_twice_is_told(rules: list[dict[str, str]], part: str) -> None:
    assert [message for message in problems(*rules) if part in message] != []


def test_more_zeros_in_mid_year_are_right() -> None:
    later = rule("berita-acara", "{serial:06d}/BA/{office}/{year}", since="2026-07-01")
    assert problems(later) == []
    office = office_file(numbers=[later])
    shown = []
    for day in (date(2026, 6, 30), date(2026, 7, 1)):
        pattern = numbering_on(office, "berita-acara", day).pattern
        shown.append(fill(pattern, office="9971", book="berita-acara", day=day, serial=7))
    assert shown == ["0007/BA/9971/2026", "000007/BA/9971/2026"]


def test_the_day_decides_and_the_very_book_goes_before_its_kind() -> None:
    office = office_file(
        numbers=[
            rule("surat", "{book}/{serial}/{year}", since="2026-03-01"),
            rule("surat", "{book}.{serial}.{year}", since="2026-05-01"),
            rule("SKTT", "TT/{serial}/{year}", since="2026-04-01"),
        ]
    )
    shown = {}
    for month in (2, 3, 4, 6):
        day = date(2026, month, 2)
        shown[month] = [
            fill(numbering_on(office, book, day).pattern, office="9971", book=book, day=day, serial=1)
            for book in ("SKPLN", "SKTT")
        ]
    assert shown == {
        2: ["SKPLN/9971/02022026/0001", "SKTT/9971/02022026/0001"],
        3: ["SKPLN/1/2026", "SKTT/1/2026"],
        4: ["SKPLN/1/2026", "TT/1/2026"],
        6: ["SKPLN.1.2026", "TT/1/2026"],
    }


def test_which_books_are_gapless_is_data() -> None:
    office = office_file(gapless=["akta", "SKPWNI"])
    told = {book: is_gapless(office, book) for book in ("LU", "SKPWNI", "SKTT", "berita-acara", "registrasi")}
    assert told == {"LU": True, "SKPWNI": True, "SKTT": False, "berita-acara": False, "registrasi": False}


def test_a_letter_that_is_not_known_is_called_by_its_code() -> None:
    assert (book_of("SKBARU").title, book_of("SKBARU").kind) == ("SKBARU", "surat")


def test_mistakes_are_found_where_they_stand(tmp_path: Path) -> None:
    root = tmp_path / "standards"
    shutil.copytree(LIBRARY, root)
    text = (root / OFFICE).read_text()
    lines = len(text.splitlines())
    bad = '  - {book: SKTT, pattern: "{serial}/SKTT", reset: year, effective_from: 2026-01-01}\n'
    odd = '  - {book: sktt, pattern: "{serial}/TT/{year}", reset: year, effective_from: 2026-01-01}\n'
    (root / OFFICE).write_text(f"{text}numbers:\n{bad}")
    (first,) = load(root).errors
    assert (first.file, first.line) == (OFFICE, lines + 2)
    assert "pola nomor harus memuat {year} atau {date}" in first.message
    (root / OFFICE).write_text(f"{text}numbers:\n{odd}")
    (second,) = load(root).errors
    assert (second.line, second.message) == (lines + 2, "buku 'sktt' tidak dikenal.")


def test_a_change_is_told_in_words() -> None:
    before = office_file()
    after = office_file(
        numbers=[rule("SKTT", "TT/{serial}/{year}")], gapless=["akta"], close_books="after_hours"
    )
    assert list(office_changes(before, after)) == [
        "Pola nomor, baru: SKTT mulai 01-01-2026: TT/{serial}/{year}, urut dari awal setiap tahun.",
        "Buku tanpa celah, tidak lagi: surat.",
        "Buku tanpa celah, tidak lagi: berita-acara.",
        "Buku harian sekarang ditutup sendiri sesudah jam kerja.",
    ]
