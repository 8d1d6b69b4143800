"""Every state of the pages of a field team and of permits that run out, on a phone and at a desk."""

from collections.abc import Callable
from datetime import date

import pytest

from loket.register.models import HeldDocument, Resident
from tests.browser.inspector import Inspector
from tests.journeys.town import VILLAGE, Town

pytestmark = pytest.mark.browser
Desk = Callable[..., Inspector]
PATH = "/petugas/pendataan/"
OUTING = {
    "occasion": "natural",
    "happened": "Banjir Sungai Contoh",
    "village": VILLAGE,
    "place": "Posko SD 001",
    "order_number": "800/1/2026",
}


def test_a_team_writes_people_down(desk: Desk, town: Town) -> None:
    clerk = desk(town.staff["petugas_loket"]).open(PATH, "pendataan, kosong")
    clerk.press("Buka daftar", "pendataan, kesalahan").fill(OUTING).press("Buka daftar", "daftar, kosong")
    clerk.press("Simpan, lanjut", "daftar, kesalahan")
    clerk.fill({"name": "Upik", "sex": "P", "estimated_age": "60"}).press("Simpan, lanjut", "daftar")
    clerk.fill({"name": "Boedi Santosso", "sex": "L", "birth_date": "04-03-1990"})
    clerk.press("Simpan, lanjut", "orang yang mirip")
    clerk.fill({"name": ""}).press("Simpan perbaikan", "orang, kesalahan")
    clerk.open(PATH, "pendataan").open(
        clerk.page.get_by_role("link", name="Posko").get_attribute("href") or ""
    )
    clerk.look("daftar, mirip").page.get_by_role("link", name="1. UPIK").click()
    clerk.look("orang").press("Jadikan permohonan", "permohonan dari daftar")
    clerk.page.go_back()
    clerk.page.reload()
    clerk.look("orang dengan permohonan")
    clerk.open(PATH).page.get_by_role("link", name="Posko").click()
    clerk.press("Tutup daftar", "daftar, ditutup")


def test_permits_and_what_a_resident_holds(desk: Desk, town: Town) -> None:
    clerk = desk(town.staff["operator_perubahan"]).open("/petugas/izin-tinggal/", "izin tinggal, kosong")
    person = town.people.father
    Resident.objects.filter(pk=person.pk).update(nationality="WNA", biometrics_recorded_on=date(2026, 1, 5))
    for kind, number in (("itas", "2D11JD9001-W"), ("sktt", "SKTT/6471/03082026/0001")):
        HeldDocument.objects.create(
            office=town.office,
            resident=person,
            kind=kind,
            number=number,
            issued_on=date(2025, 1, 1),
            valid_until=date(2026, 1, 1),
        )
    clerk.open("/petugas/izin-tinggal/", "izin tinggal").open(f"/petugas/penduduk/{person.pk}/")
    clerk.fill({"purpose": "menanyakan SKTT di loket"}).press("Buka", "penduduk dengan dokumen")
    clerk.page.locator("summary", has_text="hasil pemeriksaan").click()
    clerk.look("hasil pemeriksaan perekaman")
