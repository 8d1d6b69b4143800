"""Tables of rows on a cheap phone: every state without fault, and filled in without JavaScript."""

from collections.abc import Callable

import pytest

from loket.cases.models import Case
from tests.browser.conftest import PHONE, Open
from tests.browser.inspector import Inspector, fill
from tests.integration.web import household
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser
TABLE = "isi/keluarga/"


def test_every_state_of_a_table(
    phone: Callable[..., Inspector], desk: Callable[..., Inspector], town: Town
) -> None:
    household.open_service()
    account = town.citizen()
    visitor = Visitor(account)
    case = household.start(visitor)
    pages = household.pages(town)
    rina = phone(account).open(f"{case}{TABLE}", "tabel kosong").press("Simpan", "tabel, kesalahan")
    rina.fill({"anggota-1-nik": "123", "anggota-1-shdk": "3"}).press("Simpan", "baris, kesalahan")
    rina.open(f"{case}{TABLE}?baris=20", "tabel penuh")
    rina.open(f"{case}isi/alamat/", "desa")
    for part, values in pages.items():
        visitor.send(f"{case}isi/{part}/", values)
    rina.open(f"{case}periksa/", "periksa")
    visitor.send(f"{case}periksa/", {})
    desk(town.staff["petugas_loket"]).open(f"/petugas{case}", "petugas")
    desk(town.staff["operator_perubahan"]).open(f"/petugas{case}", "petugas lain")


def test_rows_are_added_without_javascript(screen: Open, town: Town) -> None:
    household.open_service()
    account = town.citizen()
    case = household.start(Visitor(account))
    page = screen(PHONE, account, scripts=False)
    page.goto(f"{case}{TABLE}")
    mother = town.people.mother
    fill(page, {"anggota-2-nik": mother.nik, "anggota-2-nama": "Rina Kusuma"})
    page.get_by_role("button", name="Tambah baris").click()
    # What was typed has moved up to the first row, and the new row is in view.
    assert page.url.endswith(f"{TABLE}?baris=4#b-anggota-3")
    assert page.locator("fieldset.line").count() == 4
    assert page.input_value("[name=anggota-0-nik]") == mother.nik
    assert page.locator("#b-anggota-3").bounding_box()["y"] < PHONE["viewport"]["height"]
    fill(page, {"anggota-3-nama": "Anak Baru"})
    page.get_by_role("button", name="Simpan dan lanjut").click()
    found = Case.objects.get().answers["anggota"]
    assert [row["nama"] for row in found] == ["RINA KUSUMA", "ANAK BARU"]
    page.get_by_role("link", name="Anggota ke-2, NIK: wajib diisi.").click()
    assert page.url.endswith("#f-anggota-1-nik")
