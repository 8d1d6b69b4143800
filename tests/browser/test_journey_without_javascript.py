"""The whole journey on a cheap phone without JavaScript, and the officials at their desks."""

import re

import pytest
from playwright.sync_api import Page

from loket.cases.models import Case
from loket.config.demo.journey import paper
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.inspector import fill
from tests.journeys.town import PASSPHRASE, PASSWORD, SERVICE, Town

pytestmark = pytest.mark.browser
EMAIL = "siti@contoh.id"


def press(page: Page, text: str) -> None:
    page.locator("main").get_by_role("button", name=text).first.click()


def sign_in(page: Page, town: Town) -> None:
    page.fill("#f-email", EMAIL)
    press(page, "Kirim kode")
    code = re.search(r"\d{6}", town.newest_mail(EMAIL).get_content())[0]
    page.fill("#f-code", code)
    press(page, "Masuk")
    page.fill("#f-name", "Siti Aminah")
    press(page, "Masuk")


def apply(page: Page, town: Town) -> str:
    page.goto(SERVICE)
    press(page, "Mulai permohonan")
    assert "Sesi Anda sudah berakhir" not in page.locator("main").inner_text()
    sign_in(page, town)
    assert "Tekan Mulai permohonan sekali lagi" in page.locator("main").inner_text()
    press(page, "Mulai permohonan")
    case = page.url
    page.click("text=Lanjut: Pertanyaan awal")
    pages = town.pages()
    for _ in pages:
        fill(page, pages[page.url.rstrip("/").split("/")[-1]])
        press(page, "Simpan dan lanjut")
    page.click("a:has-text('Lanjut: Surat keterangan kelahiran')")
    while page.url != case:
        upload(page, page.url)
        page.locator("main a.btn:has-text('Lanjut')").click()
    page.click("text=Periksa dan kirim")
    press(page, "Kirim permohonan")
    assert "Permohonan Anda sudah terkirim" in page.locator("main").inner_text()
    return case


def upload(page: Page, name: str) -> None:
    page.set_input_files("#f-files", [{"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": paper(name)}])
    press(page, "Unggah")


def official(screen: Open, town: Town, role: str) -> Page:
    page = screen(DESK)
    page.goto("/petugas/masuk/")
    page.fill("#f-email", town.staff[role].email)
    page.fill("#f-password", PASSWORD)
    press(page, "Masuk")
    return page


def take_up(page: Page) -> None:
    page.goto("/petugas/")
    page.locator("table a").first.click()


def return_and_repair(siti: Page, loket: Page, case: str) -> None:
    take_up(loket)
    loket.locator("summary", has_text="Kembalikan").click()
    loket.fill("#f-reason", "Foto KTP-el saksi kedua buram.")
    press(loket, "Kembalikan")
    siti.goto(case)
    assert "Foto KTP-el saksi kedua buram." in siti.locator("main").inner_text()
    siti.click("a:has-text('KTP-el dua orang saksi')")
    press(siti, "Hapus berkas 1")
    upload(siti, "foto baru")
    siti.click("text=Kembali ke daftar bagian")
    siti.click("text=Periksa dan kirim")
    press(siti, "Kirim perbaikan")


def sign(screen: Open, town: Town) -> None:
    town.work()
    head = official(screen, town, "kepala_dinas")
    head.click("text=Tandatangani dokumen")
    fill(head, {"passphrase": PASSPHRASE, "totp": town.totp()})
    press(head, "Tandatangani yang dipilih")
    town.work()
    head.reload()
    assert "2 dari 2 dokumen sudah ditandatangani." in head.locator("main").inner_text()


def test_the_whole_journey(screen: Open, town: Town) -> None:
    siti = screen(PHONE, scripts=False)
    case = apply(siti, town)
    loket = official(screen, town, "petugas_loket")
    return_and_repair(siti, loket, case)
    take_up(loket)
    press(loket, "Lengkap dan benar")
    operator = official(screen, town, "operator_perubahan")
    take_up(operator)
    press(operator, "Catat dan siapkan dokumen")
    sign(screen, town)
    siti.goto(case)
    assert "Dokumen Anda" in siti.locator("main").inner_text()
    with siti.expect_download() as download:
        siti.click("a:has-text('Kutipan Akta Kelahiran (PDF)')")
    siti.goto("/v/")
    siti.set_input_files("#f-file", download.value.path())
    press(siti, "Periksa berkas")
    assert siti.locator("main .note h2").first.inner_text() == "Asli dan berlaku"
    assert Case.objects.get().state == "done"
