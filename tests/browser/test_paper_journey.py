"""A day on paper at the counter: the kit is printed, the power is back, a resi becomes a case."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from loket.cases.models import Case, PaperPack, PaperReceipt
from loket.core import clock
from loket.offices.queries import zone
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.inspector import Inspector, fill
from tests.browser.test_counter_journey import note_papers, press, text_of
from tests.journeys.regency import START, Regency

pytestmark = pytest.mark.browser


def prepare(page: Page, look: Inspector) -> str:
    """A block of resi; returns the first number, as if it had been printed an hour ago."""
    page.goto("/petugas/loket/kertas/")
    look.look("no kit yet")
    page.fill("#f-count", "0")
    press(page, "Siapkan resi")
    look.look("refused count")
    page.fill("#f-count", "3")
    press(page, "Siapkan resi")
    look.look("a block")
    PaperPack.objects.update(printed_at=clock.now() - timedelta(hours=1))
    return PaperPack.objects.get().first


def begin(page: Page, regency: Regency, number: str, look: Inspector) -> str:
    """Type in the resi, wrongly at first; returns the address of the draft."""
    at = (clock.now() - timedelta(minutes=30)).astimezone(zone(regency.office))
    page.goto("/petugas/loket/")
    page.fill("#f-resi", number)
    press(page, "Buka")
    assert "belum dimasukkan ke sistem" in text_of(page)
    look.look("the counter knows the resi")
    page.locator(f"a[href^='{START}']").click()
    look.look("a new application from paper")
    fill(page, {"applicant_name": "Ramli Hasan", "received_date": "kemarin"})
    press(page, "Mulai permohonan")
    look.look("refused date")
    fill(page, {"received_date": f"{at:%d-%m-%Y}", "received_time": f"{at:%H.%M}"})
    press(page, "Mulai permohonan")
    look.look("registration not said")
    page.check("#f-registered")
    press(page, "Mulai permohonan")
    look.look("draft from paper")
    return page.url


@pytest.mark.parametrize("kind", [DESK, PHONE], ids=["desk", "phone"])
def test_from_the_kit_to_the_case(screen: Open, regency: Regency, kind: dict[str, object]) -> None:
    page = screen(kind, regency.staff["front_office"])
    look = Inspector(page, public=False)
    number = prepare(page, look)
    intake = begin(page, regency, number, look)
    page.goto(f"{intake}kertas/")
    look.look("the resi of a draft")
    page.goto(intake)
    page.locator(".head a", has_text="Isi").first.click()
    for values in regency.pages().values():
        fill(page, values)
        press(page, "Simpan dan lanjut")
    press(page, "Masukkan ke sistem")
    assert "Berkas belum lengkap" in text_of(page)
    look.look("papers missing")
    note_papers(page, intake, look)
    page.goto(intake)
    press(page, "Masukkan ke sistem")
    assert f"nomor resi kertas {number}" in text_of(page)
    look.look("the case")
    assert Case.objects.get().receipt_number == number
    public_sees(screen(kind), number)
    assert look.problems == []


def public_sees(page: Page, number: str) -> None:
    look = Inspector(page, public=True)
    codes = list(PaperReceipt.objects.order_by("number").values_list("tracking_code", flat=True))
    page.goto(f"/lacak/?kode={codes[0]}")
    assert f"resi {number}; dimasukkan ke sistem kemudian." in text_of(page)
    look.look("entered")
    page.goto(f"/lacak/?kode={codes[1]}")
    assert "Diterima di atas kertas, belum dimasukkan ke sistem" in text_of(page)
    look.look("not entered yet")
    assert look.problems == []
