"""Every state of the officials' pages at 1280 px, and that they also reflow at 320 px."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from loket.documents.models import Document, SigningBatch, SigningIntent
from tests.browser.inspector import Inspector
from tests.journeys.town import PASSPHRASE, Town
from tests.journeys.visitor import Official, Visitor

pytestmark = pytest.mark.browser
Desk = Callable[..., Inspector]


def test_signing_in_and_empty_pages(desk: Desk, town: Town) -> None:
    anybody = desk().open("/petugas/", "masuk").fill({"email": "x@contoh.id", "password": "salah"})
    anybody.press("Masuk", "masuk, kesalahan")
    head = desk(town.staff["kepala_dinas"])
    head.open("/petugas/", "tugas kosong").open("/petugas/permohonan/", "permohonan kosong")
    head.open("/petugas/permohonan/?kode=XXXX", "permohonan tidak ditemukan")
    head.open("/petugas/tanda-tangan/", "tanda tangan kosong").open("/petugas/register/", "register kosong")
    head.open("/petugas/tanda-tangan/diragukan/", "diragukan kosong")
    head.open("/petugas/ruang-cetak/", "404 untuk peran ini")
    desk(town.staff["petugas_cetak"]).open("/petugas/ruang-cetak/", "ruang cetak kosong")


def test_holidays(desk: Desk, town: Town) -> None:
    admin = desk(town.staff["admin_kantor"]).open("/petugas/hari-libur/", "hari libur kosong")
    admin.press("Simpan", "hari libur, kesalahan tanggal")
    admin.fill({"day": "17-08-2027"}).press("Simpan", "hari libur, kesalahan nama")
    admin.fill({"day": "17-08-2027", "name": "Hari jadi kota"}).press("Simpan", "hari libur")


def test_a_case_at_the_counter(desk: Desk, town: Town) -> None:
    first = Visitor(town.citizen()).apply(town)
    second = Visitor(town.citizen("lain@contoh.id", "ORANG LAIN")).apply(town)
    path = f"/petugas{second}"
    desk(town.staff["petugas_informasi"]).open(path, "kasus tersamar")
    loket = desk(town.staff["petugas_loket"])
    loket.open("/petugas/", "tugas").open("/petugas/permohonan/", "permohonan").open(path, "kasus ganda")
    loket.page.locator(".papers summary").first.click()
    loket.page.locator(".papers img").first.wait_for()
    loket.look("kasus, berkas terbuka")
    assert papers_are_beside_the_form(loket.page)
    loket.press("Lengkap dan benar", "ganda, kesalahan")
    loket.page.check("#f-distinct")
    loket.press("Lengkap dan benar", "ganda tanpa alasan, kesalahan")
    loket.open(path).page.locator("summary", has_text="Kembalikan").click()
    loket.press("Kembalikan", "kembali, kesalahan")
    loket.open(path).page.locator("summary", has_text="Tolak").click()
    loket.press("Tolak permohonan", "tolak, kesalahan")
    loket.open(path)
    Official(town.staff["petugas_loket"]).reject(second, "Sudah dilaporkan.")
    loket.press("Lengkap dan benar", "keduluan, kesalahan")
    loket.open(f"/petugas{first}").press("Lengkap dan benar", "tugas selesai")
    desk(town.staff["operator_perubahan"]).open(f"/petugas{first}", "kasus entri")


def papers_are_beside_the_form(page: Page) -> bool:
    """Whether the papers stand right of the form and not below it."""
    form, papers = (page.locator(f".cols > div:nth-child({n})").bounding_box() for n in (1, 2))
    return papers["x"] >= form["x"] + form["width"] and papers["y"] == form["y"]


def test_what_the_register_refuses(desk: Desk, town: Town) -> None:
    siti = Visitor(town.citizen())
    case, pages = siti.start(), town.pages()
    pages["ibu"]["ibu_nik"] = "6471014101909999"
    siti.fill(case, pages)
    siti.send(f"{case}periksa/", {})
    Official(town.staff["petugas_loket"]).complete(case)
    operator = desk(town.staff["operator_perubahan"]).open(f"/petugas{case}")
    operator.press("Catat", "register menolak, kesalahan")


def recorded(town: Town) -> str:
    case = Visitor(town.citizen()).apply(town)
    Official(town.staff["petugas_loket"]).complete(case)
    Official(town.staff["operator_perubahan"]).complete(case)
    town.work()
    return case


def test_signing(desk: Desk, town: Town) -> None:
    case = recorded(town)
    head = desk(town.staff["kepala_dinas"]).open(f"/petugas{case}", "kasus tanda tangan")
    head.open("/petugas/tanda-tangan/", "tanda tangan")
    head.fill({"passphrase": PASSPHRASE, "totp": "000000"}).press("Tandatangani", "kode, kesalahan")
    head.fill({"passphrase": "bukan frasa yang benar", "totp": town.totp()})
    head.press("Tandatangani", "frasa, kesalahan")
    head.fill({"passphrase": PASSPHRASE, "totp": town.totp()}).press("Tandatangani", "kumpulan berjalan")
    batch = SigningBatch.objects.get()
    SigningBatch.objects.update(state="locked")
    head.open(f"/petugas/tanda-tangan/{batch.pk}/", "kumpulan terkunci")
    SigningBatch.objects.update(state="running")
    town.work()
    head.open(f"/petugas/tanda-tangan/{batch.pk}/", "kumpulan selesai")
    head.open(f"/petugas{case}", "kasus selesai").open("/petugas/register/", "register")
    room = desk(town.staff["petugas_cetak"]).open("/petugas/ruang-cetak/", "ruang cetak")
    room.press("Sudah dicetak", "ruang cetak, kesalahan")
    room.fill({"blanko": "KIA0012345"}).press("Sudah dicetak", "ruang cetak, tercetak")


def test_doubt(desk: Desk, town: Town) -> None:
    recorded(town)
    head = town.staff["kepala_dinas"]
    batch = SigningBatch.objects.create(
        office=town.office, signer=head, key=uuid.uuid4(), created_at=head.created_at
    )
    SigningIntent.objects.create(
        document=Document.objects.first(),
        batch=batch,
        signer=head,
        unsigned_sha256="0" * 64,
        state="in_doubt",
        reason="Jawaban hilang",
        created_at=head.created_at,
    )
    page = desk(head).open("/petugas/tanda-tangan/", "tanda tangan dengan keraguan")
    page.open("/petugas/tanda-tangan/diragukan/", "diragukan")
    page.press("Tanda tangan itu tidak dipakai", "diragukan, kesalahan")
    page.fill({"reason": "Tidak ada di layanan."}).press("Tanda tangan itu tidak dipakai", "diputuskan")
