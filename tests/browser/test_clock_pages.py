"""Every state of the pages about the clock: stops and special hours."""

from collections.abc import Callable

import pytest

from loket.cases.models import ClockStop
from tests.browser.inspector import Inspector
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser
Desk = Callable[..., Inspector]
STOPS, SPECIAL = "/petugas/waktu-berhenti/", "/petugas/hari-libur/jam-khusus/"


def test_stops(desk: Desk, town: Town) -> None:
    case = Visitor(town.citizen()).apply(town)
    loket, head = desk(town.staff["petugas_loket"]), desk(town.staff["kepala_dinas"])
    loket.open(STOPS, "waktu berhenti kosong").press("Minta waktu berhenti", "waktu berhenti, kesalahan")
    loket.page.select_option("#f-stop_reason", "siak_terganggu")
    loket.press("Minta waktu berhenti", "waktu berhenti diminta")
    head.open(STOPS, "waktu berhenti menunggu")
    head.page.locator("summary", has_text="Tolak").click()
    head.press("Tolak permintaan", "tolak waktu berhenti, kesalahan")
    head.press("Setujui", "waktu berhenti berjalan")
    loket.open(f"/petugas{case}", "kasus yang waktunya berhenti").open(
        "/petugas/", "tugas yang waktunya berhenti"
    )
    head.open(STOPS).press("Jalankan waktu lagi", "waktu berhenti sebelumnya")
    loket.open(f"/petugas{case}").page.locator("summary", has_text="Minta waktu berhenti").click()
    loket.press("Minta waktu berhenti", "minta untuk satu kasus, kesalahan")
    loket.page.select_option("#f-stop_reason", "adjudikasi")
    loket.press("Minta waktu berhenti", "kasus dengan permintaan")
    assert ClockStop.objects.count() == 2


def test_special_hours(desk: Desk, town: Town) -> None:
    admin = desk(town.staff["admin_kantor"]).open(SPECIAL, "jam khusus kosong")
    admin.press("Simpan", "jam khusus, kesalahan")
    admin.fill({"name": "Ramadan", "first": "08-02-2027", "last": "09-03-2027", "jumat": "08.00-15.30"})
    admin.press("Hitung dulu", "jam khusus, hitungan").press("Simpan", "jam khusus")
    admin.page.locator("td a", has_text="Hapus").click()
    admin.look("jam khusus, hapus")
    admin.press("Hapus jam khusus", "jam khusus dihapus")
