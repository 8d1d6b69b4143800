"""Every state of the pages of the books, at a desk and on a phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from loket.core import clock
from loket.core.actors import SYSTEM
from loket.register.actions import close_day, close_year, take_number
from loket.register.models import BookLine, NumberGap, Serial
from tests.browser.inspector import Inspector
from tests.journeys.town import Town
from tests.journeys.visitor import Official, Visitor

pytestmark = pytest.mark.browser
Desk = Callable[..., Inspector]
BOOK, CLOSING = "/petugas/register/", "/petugas/register/tutup/"
WHY = "kertas register sobek sebelum ditandatangani"


def taken(town: Town, *, book: str) -> None:
    """The next number of a book."""
    with transaction.atomic():
        take_number(office=town.office, book=book, ref="", by=SYSTEM)


def furnished(town: Town) -> BookLine:
    """An akta, a restore that lost two, letters of now and of last year."""
    case = Visitor(town.citizen()).apply(town)
    Official(town.staff["petugas_loket"]).complete(case)
    Official(town.staff["operator_perubahan"]).complete(case)
    line = BookLine.objects.get()
    with clock.use(clock.now() - timedelta(days=366)):
        taken(town, book="SKPWNI")
    taken(town, book="SKPWNI")
    NumberGap.objects.create(
        office=town.office,
        key=f"book:LU:{line.year}",
        first=2,
        last=3,
        reason="Peladen rusak",
        last_issued_at=clock.now(),
        restored_at=clock.now(),
        by="cli",
    )
    Serial.objects.filter(office=town.office, key=f"book:LU:{line.year}").update(last=3)
    taken(town, book="LU")
    return line


def test_books_and_closing(desk: Desk, town: Town) -> None:
    line = furnished(town)
    head = desk(town.staff["kepala_dinas"]).open(BOOK, "buku register")
    head.fill({"cari": "budi"}).press("Cari di buku ini", "cari di buku")
    head.fill({"cari": "tidak siapa siapa"}).press("Cari di buku ini", "cari di buku, tidak ada")
    head.open(f"{BOOK}?buku=LU&keadaan=celah", "celah")
    head.open(f"{BOOK}nomor/{line.pk}/", "nomor").press("Nyatakan batal", "nomor, kesalahan")
    head.fill({"reason": WHY}).press("Nyatakan batal", "nomor, diminta")
    head.open(CLOSING, "tutup buku").press("Catat nomor batal", "tutup buku, kesalahan")
    head.press("Tutup semua buku hari ini", "tutup buku, ditutup")
    head.page.locator("summary", has_text="Buka lagi").first.click()
    head.look("buka lagi")
    other = desk(town.staff["operator_verifikasi"]).open(CLOSING, "tutup buku, permintaan")
    other.press("Setujui", "tutup buku, disetujui")
    other.open(BOOK, "buku register, nomor batal")


def test_an_office_without_books(desk: Desk, town: Town) -> None:
    desk(town.staff["kepala_dinas"]).open(BOOK, "buku register kosong").open(CLOSING, "tutup buku kosong")


def test_closed_years(desk: Desk, town: Town) -> None:
    year = clock.now().year - 1
    with clock.use(clock.now() - timedelta(days=366)):
        taken(town, book="SKTT")
    head = desk(town.staff["kepala_dinas"]).open(CLOSING, "tahun belum ditutup")
    close_year(office=town.office, book="SKTT", year=year, by=SYSTEM)
    close_day(office=town.office, book="SKTT", day=clock.now().date(), by=SYSTEM)
    head.open(CLOSING, "tahun ditutup")
