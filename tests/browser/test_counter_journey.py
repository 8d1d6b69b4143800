"""The Kartu Keluarga of Bintan at the counter: from the papers on the desk to the signature in the book."""

import pytest
from playwright.sync_api import Page

from loket.cases.models import Case, HandedPaper, HandOver
from loket.documents.models import Document
from loket.register.models import Membership
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.inspector import Inspector, fill
from tests.journeys.regency import START, Regency

pytestmark = pytest.mark.browser


def press(page: Page, text: str) -> None:
    page.locator("main").get_by_role("button", name=text).first.click()


def text_of(page: Page) -> str:
    return page.locator("main").inner_text()


def write_down(page: Page, regency: Regency, look: Inspector) -> str:
    """The front office writes the application; returns its address at the counter."""
    page.goto("/petugas/loket/")
    look.look("the counter")
    page.goto(START)
    press(page, "Mulai permohonan")
    assert "Tulis nama pemohon." in text_of(page)
    fill(page, {"applicant_name": "Ramli Hasan", "phone": "0812 3456 7890"})
    press(page, "Mulai permohonan")
    intake = page.url
    look.look("intake")
    page.locator(".head a", has_text="Isi").first.click()
    for values in regency.pages().values():
        fill(page, values)
        look.look(page.url.rstrip("/").split("/")[-1])
        press(page, "Simpan dan lanjut")
    assert page.url == intake
    return intake


def note_papers(page: Page, intake: str, look: Inspector) -> None:
    page.goto(f"{intake}berkas/")
    for box in page.locator("input[name=papers]").all():
        box.check()
    press(page, "Catat yang dipilih")
    page.locator("summary", has_text="Tambah berkas di luar daftar").click()
    page.fill("#f-other", "Kartu Keluarga lama")
    press(page, "Tambah")
    look.look("papers")


def take_up(page: Page) -> None:
    page.goto("/petugas/")
    page.locator("table a").first.click()


def done(page: Page, button: str, look: Inspector | None = None) -> None:
    take_up(page)
    if look:
        look.look(button)
    press(page, button)


def test_the_whole_journey(screen: Open, regency: Regency) -> None:
    pages = {role: screen(DESK, account) for role, account in regency.staff.items()}
    looks = {role: Inspector(page, public=False) for role, page in pages.items()}
    front = pages["front_office"]
    intake = write_down(front, regency, looks["front_office"])
    note_papers(front, intake, looks["front_office"])
    front.goto(intake)
    press(front, "Pemohon menyerahkan berkas")
    press(front, "Berkas sudah diterima")
    done(front, "Lengkap, daftarkan dan beri resi", looks["front_office"])
    case = Case.objects.get()
    assert case.receipt_number == f"00001/RESI/{case.registered_at.year}"
    done(pages["petugas_pelayanan"], "Catat dan siapkan dokumen")
    regency.work()
    # The section head sends it back once, to the front office as the SOP says.
    section = pages["kepala_seksi"]
    take_up(section)
    section.locator("summary", has_text="Kembalikan").click()
    section.fill("#f-reason", "Nomor RT salah.")
    press(section, "Kembalikan")
    done(front, "Lengkap, daftarkan dan beri resi")
    done(pages["petugas_pelayanan"], "Catat dan siapkan dokumen")
    regency.work()
    done(section, "Paraf, teruskan", looks["kepala_seksi"])
    done(pages["kepala_bidang"], "Paraf, teruskan")
    head = pages["kepala_dinas"]
    done(head, "Sudah ditandatangani, teruskan", looks["kepala_dinas"])
    assert "Nyatakan dahulu" in text_of(head)
    head.check("#f-signed_on_paper")
    press(head, "Sudah ditandatangani, teruskan")
    done(pages["petugas_pelayanan"], "Sudah diregistrasi dan dicap")
    hand_over(front, case, looks["front_office"])
    assert [look.problems for look in looks.values()] == [[] for _ in looks]
    result(regency)


def hand_over(front: Page, case: Case, look: Inspector) -> None:
    front.goto("/petugas/loket/")
    assert "Siap diambil" in text_of(front)
    front.fill("#f-resi", "00009/RESI/2026")
    press(front, "Buka")
    assert "tidak dikenal" in text_of(front)
    front.fill("#f-resi", case.receipt_number or "")
    press(front, "Buka")
    look.look("hand-over")
    press(front, "Serahkan kepada penerima")
    assert "Ketik nomor resi, atau tulis mengapa resi tidak ada." in text_of(front)
    fill(front, {"receipt": "00009/RESI/2026"})
    press(front, "Serahkan kepada penerima")
    assert "Nomor resi ini bukan milik permohonan ini." in text_of(front)
    fill(front, {"receipt": case.receipt_number or "", "received_by": "Ramli Hasan"})
    press(front, "Serahkan kepada penerima")
    done(front, "Selesai")
    assert "Nyatakan dahulu bahwa pemohon sudah menandatangani" in text_of(front)
    front.check("#f-acknowledged")
    press(front, "Selesai")
    front.goto("/petugas/buku-registrasi/")
    look.look("registration book")
    assert "sudah menandatangani" in text_of(front)
    front.goto("/petugas/berkas-asli/")
    look.look("originals")
    assert "Tidak ada berkas asli" in text_of(front)


def result(regency: Regency) -> None:
    case = Case.objects.get()
    assert (case.state, HandOver.objects.get().received_by) == ("done", "Ramli Hasan")
    (document,) = Document.objects.all()
    assert (document.kind, document.signature, document.state) == ("kartu-keluarga", "wet", "signed")
    papers = dict(HandedPaper.objects.filter(nature="original").values_list("label", "state"))
    assert papers == {"Kartu Keluarga lama": "returned"}
    couple = Membership.objects.filter(until__isnull=True, family__number=document.number)
    assert set(couple.values_list("resident__name", flat=True)) == {"RAMLI HASAN", "NURUL HUDA"}


def test_the_counter_on_a_phone(screen: Open, regency: Regency) -> None:
    page = screen(PHONE, regency.staff["petugas_kecamatan"])
    look = Inspector(page, public=False)
    intake = write_down(page, regency, look)
    note_papers(page, intake, look)
    page.goto(intake)
    assert "Kecamatan Bintan Timur" in text_of(page)
    press(page, "Pemohon menyerahkan berkas")
    assert "Permohonan masuk." in text_of(page)
    assert look.problems == []
