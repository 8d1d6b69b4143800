"""Every state of the pages that find and show residents, at a desk and on a phone; and by keyboard alone."""

from collections.abc import Callable
from datetime import date

import pytest

from loket.register.models import Marriage, Resident
from tests.browser.inspector import Inspector
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor, finish

pytestmark = pytest.mark.browser
Desk = Callable[..., Inspector]
PATH = "/petugas/penduduk/"
PURPOSE = "warga menanyakan datanya di loket"


def test_finding_and_showing(desk: Desk, town: Town) -> None:
    finish(town, Visitor(town.citizen()).apply(town))
    child = Resident.objects.latest("pk")
    Resident.objects.create(
        office=town.office,
        nik="6471030101600001",
        name=child.name,
        sex=child.sex,
        birth_place="BALIKPAPAN",
        birth_date=child.birth_date,
        religion="ISLAM",
        education="TIDAK/BELUM SEKOLAH",
        occupation="BELUM/TIDAK BEKERJA",
        marital_status="BELUM KAWIN",
    )
    clerk = desk(town.staff["operator_perubahan"]).open(PATH, "cari penduduk")
    clerk.press("Cari", "cari penduduk, kosong").fill({"cari": "12345"}).press("Cari", "cari, kesalahan")
    clerk.fill({"cari": "tidak siapa siapa"}).press("Cari", "cari penduduk, tidak ada")
    clerk.fill({"cari": "boedi"}).press("Cari", "cari penduduk, hasil")
    clerk.page.locator("summary", has_text="Cari lebih sempit").click()
    clerk.fill({"lahir_dari": "salah"}).press("Cari", "cari lebih sempit, kesalahan")
    clerk.open(f"{PATH}{child.pk}/", "keperluan penduduk").press("Buka", "keperluan penduduk, kesalahan")
    clerk.fill({"purpose": PURPOSE}).press("Buka", "penduduk, dengan dugaan ganda")
    clerk.open(f"{PATH}{child.pk}/riwayat/", "keadaan pada tanggal").press("Tampilkan", "keadaan, kesalahan")
    clerk.fill({"purpose": PURPOSE, "pada": "01-01-2020"}).press("Tampilkan", "keadaan, belum diketahui")
    clerk.fill({"purpose": PURPOSE, "pada": ""}).press("Tampilkan", "keadaan hari ini")


def test_marriages_of_somebody(desk: Desk, town: Town) -> None:
    """One that holds, and one that ended by a long number, with somebody whom the register does not know."""
    mother, father = town.people.mother, town.people.father
    both = {"office": town.office, "wife": mother, "wife_name": mother.name}
    both |= {"proof": "buku_nikah", "number": "12/3"}
    Marriage.objects.create(husband=father, husband_name=father.name, since=date(2018, 2, 3), **both)
    ended = {"until": date(2017, 5, 6), "ended_why": "divorce"}
    ended |= {"ended_number": "0123/AC/2017/PA.Balikpapan-Selatan"}
    Marriage.objects.create(husband_name="JOHN EXAMPLE", since=date(2012, 1, 2), **both, **ended)
    clerk = desk(town.staff["operator_perubahan"]).open(f"{PATH}{mother.pk}/", "keperluan penduduk, kawin")
    clerk.fill({"purpose": PURPOSE}).press("Buka", "penduduk, dengan perkawinan")


def test_by_keyboard_alone(desk: Desk, town: Town) -> None:
    page = desk(town.staff["operator_perubahan"]).open(PATH, "cari penduduk, papan ketik").page
    page.keyboard.type("budi santoso")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="BUDI SANTOSO").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Untuk keperluan apa?").focus()
    page.keyboard.type(PURPOSE)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="BUDI SANTOSO").wait_for()
    assert town.people.father.nik not in page.url
