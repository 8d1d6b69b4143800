"""The sheet for SIAK and the page of its files, at a desk and on a phone; one key copies."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from loket.cases.models import Case
from loket.documents import queries as documents
from loket.documents.models import Document
from tests.browser.conftest import DESK, PHONE
from tests.browser.inspector import Inspector
from tests.journeys.handed import DROP, Handed

pytestmark = pytest.mark.browser
Desk = Callable[..., Inspector]
AKTA = "kutipan-akta-kelahiran"


def sheet_of(case: Case) -> str:
    return f"/petugas/permohonan/{case.pk}/siak/"


def pictured(page: Page, name: str) -> None:
    """Keep a picture of the page where the environment names a directory for them."""
    if directory := os.environ.get("LOKET_TEST_PICTURES"):
        page.screenshot(path=str(Path(directory) / f"{name}.png"), full_page=True)


def file_of(handed: Handed, document: Document) -> dict[str, object]:
    return {"name": "x.pdf", "mimeType": "application/pdf", "buffer": handed.file(document)}


def test_entering_and_bringing_back(desk: Desk, handed: Handed) -> None:
    case = handed.applied()
    numbers = handed.operator.numbers(case, handed.siak)
    clerk = desk(handed.town.staff["operator_perubahan"])
    clerk.open(f"/petugas/permohonan/{case.pk}/", "permohonan pada langkah entri")
    clerk.page.get_by_role("link", name="Buka lembar SIAK").click()
    clerk.look("lembar SIAK")
    pictured(clerk.page, "sheet-1280")
    clerk.fill({**numbers, "nik-1": "123"}).press("Sudah dientri", "lembar SIAK, kesalahan")
    clerk.fill(numbers).press("Sudah dientri")
    clerk.open(f"/petugas/permohonan/{case.pk}/", "permohonan menunggu berkas")
    pictured(clerk.page, "case-1280")
    clerk.open(sheet_of(case), "lembar SIAK, perbaikan").press("Perbaiki nomor", "perbaikan, kesalahan")
    clerk.open(DROP, "berkas dari SIAK").press("Terima berkas", "berkas dari SIAK, kesalahan")
    awaited = handed.awaited(case)
    stranger = handed.file(awaited["kartu-keluarga"], "PEJABAT LAIN")
    wrong = {"name": "y.pdf", "mimeType": "application/pdf", "buffer": stranger}
    no_pdf = {"name": "z.pdf", "mimeType": "application/pdf", "buffer": b"bukan pdf"}
    clerk.page.set_input_files("#f-file", [file_of(handed, awaited[AKTA]), wrong, no_pdf])
    clerk.press("Terima berkas", "berkas dari SIAK, tiga macam")
    pictured(clerk.page, "drop-1280")
    assert clerk.says("Diterima")
    assert clerk.says("ditandatangani oleh PEJABAT LAIN")
    clerk.page.get_by_text("Cocokkan atau sisihkan").click()
    clerk.press("Cocokkan", "mencocokkan, kesalahan")
    clerk.page.locator("input[name=reason]").fill("pelaksana harian")
    clerk.press("Cocokkan", "berkas dari SIAK, semua di tempatnya")
    case.refresh_from_db()
    assert case.state == "done"
    anybody = desk().open(f"/v/{awaited[AKTA].pk}", "diterima dari SIAK")
    pictured(anybody.page, "verify-1280")
    assert anybody.says("Diterima dari SIAK")
    assert documents.of_case(case.ref)[0].signed_sha256


def test_on_a_phone(screen: Callable[..., Page], handed: Handed) -> None:
    case = handed.applied()
    phone = Inspector(screen(PHONE, handed.town.staff["operator_perubahan"]), public=False)
    phone.open(sheet_of(case), "lembar SIAK di ponsel")
    pictured(phone.page, "sheet-360")
    handed.entered(case)
    phone.open(DROP, "berkas dari SIAK di ponsel")
    pictured(phone.page, "drop-360")
    assert phone.problems == []


def test_one_key_copies_and_goes_on(screen: Callable[..., Page], handed: Handed) -> None:
    case = handed.applied()
    page = screen(DESK, handed.town.staff["operator_perubahan"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(sheet_of(case))
    first, second = page.locator("[data-copy]").nth(0), page.locator("[data-copy]").nth(1)
    first.focus()
    page.keyboard.press("Enter")
    page.locator("#tersalin", has_text="Tersalin").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == first.input_value()
    assert second.evaluate("field => document.activeElement === field")
    page.get_by_role("button", name="Salin").nth(1).click()
    page.locator(".copies .done").nth(1).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == second.input_value()


def test_without_any_script(screen: Callable[..., Page], handed: Handed) -> None:
    case = handed.applied()
    page = screen(DESK, handed.town.staff["operator_perubahan"], scripts=False)
    page.goto(sheet_of(case))
    field = page.locator("[data-copy]").nth(0)
    assert field.input_value() == case.answers["anak_nama"]
    assert page.get_by_role("button", name="Salin").count() == 0
    numbers = handed.operator.numbers(case, handed.siak)
    for slot, number in numbers.items():
        page.fill(f"#f-{slot}", number)
    page.get_by_role("button", name="Sudah dientri").click()
    page.get_by_role("status").get_by_text("Nomor dari SIAK dicatat").wait_for()
    files = [file_of(handed, document) for document in handed.awaited(case).values()]
    page.goto(DROP)
    page.set_input_files("#f-file", files)
    page.get_by_role("button", name="Terima berkas").click()
    assert page.locator(".tag.ok").all_inner_texts() == ["Diterima", "Diterima"]
