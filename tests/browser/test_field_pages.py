"""Every state of the pages of a field team and of permits that run out, on a phone and at a desk."""

import uuid
from collections.abc import Callable
from datetime import date

import pytest

from loket.cases import actions
from loket.cases.models import Case
from loket.cases.rules.field import read_said
from loket.offices.queries import actor_of
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


def _at_the_check(town: Town) -> Case:
    """An application for the letter of somebody who was listed, interviewed, and not compared yet."""
    by = actor_of(town.staff["petugas_loket"])
    outing = actions.Outing("remote", "", VILLAGE, "Kampung Hulu", "Sari", "800/2/2026", date(2026, 8, 3))
    found = actions.open_field_list(office=town.office, outing=outing, by=by, key=uuid.uuid4())
    typed = {"name": "Upik Rekaan", "sex": "P", "birth_date": "17-08-1960", "birth_place": "Kota Jauh"}
    said = read_said(typed, [], date(2026, 8, 3))
    line = actions.add_field_line(office=town.office, list_id=found.pk, said=said, by=by, key=uuid.uuid4())
    case = actions.make_field_case(office=town.office, line_id=line.pk, by=by)
    rest = {
        "orang_agama": "1", "orang_status_kawin": "1", "orang_pendidikan": "1", "orang_pekerjaan": "1",
        "orang_shdk": "1", "tiba_rt": 1, "tiba_rw": 2,
    }  # fmt: skip
    actions.save_answers(case_id=case.pk, values=rest, by=by)
    case, _ = actions.send(case_id=case.pk, by=by, key=uuid.uuid4())
    given = actions.Given(present=True, text="Kehilangan semua surat karena banjir.")
    return actions.take_step(
        case_id=case.pk, by=by, version=case.version, key=uuid.uuid4(), step=case.step, given=given
    )


def test_biometrics_are_compared(desk: Desk, town: Town) -> None:
    case = _at_the_check(town)
    clerk = desk(town.staff["operator_perubahan"]).open(f"/petugas/permohonan/{case.pk}/", "pemeriksaan")
    clerk.press("Simpan hasil pemeriksaan", "pemeriksaan, kesalahan")
    clerk.fill({"checked": "found"}).press("Simpan hasil pemeriksaan", "pemeriksaan tanpa NIK, kesalahan")
    clerk.fill({"checked": "not_found"}).press("Simpan hasil pemeriksaan")
    clerk.page.wait_for_load_state()
    case.refresh_from_db()
    assert (case.step, case.answers["biometrik_hasil"]) == ("resi", "not_found")
