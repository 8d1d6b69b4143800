"""Every state of the pages of merging and of odd numbers, at a desk and as narrow as a phone."""

from collections.abc import Callable
from datetime import date

import pytest

from loket.register.models import MergeRequest
from tests.browser.inspector import Inspector
from tests.integration.web.test_odd_numbers import WHY as ACCEPTED
from tests.integration.web.test_odd_numbers import pages
from tests.integration.web.test_residents import PATH, PURPOSE, somebody
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser
Desk = Callable[..., Inspector]
LIST = f"{PATH}penggabungan/"
WHY = "sidik jarinya sama menurut ajudikasi"


def test_merging_and_parting(desk: Desk, town: Town) -> None:
    born = date(1960, 1, 1)
    one = somebody(town.office, "MUHAMMAD IQBAL", born, 1)
    other = somebody(town.office, "MOH. IKBAL", born, 22, religion="KRISTEN")
    clerk = desk(town.staff["operator_perubahan"]).open(LIST, "penggabungan, kosong")
    clerk.open(f"{PATH}{one.pk}/gabung/{other.pk}/", "keperluan membandingkan")
    clerk.fill({"purpose": PURPOSE}).press("Buka", "dua data dibandingkan")
    clerk.press("Usulkan", "usulan, kesalahan NIK")
    clerk.fill({"survivor": str(one.pk)}).press("Usulkan", "usulan, kesalahan alasan")
    clerk.fill({"survivor": str(one.pk), "reason": WHY}).press("Usulkan", "usulan dicatat")
    request = MergeRequest.objects.get()
    head = desk(town.staff["kepala_dinas"]).open(LIST, "penggabungan, satu menunggu")
    head.open(f"{LIST}{request.pk}/", "usulan untuk diputuskan")
    head.page.locator("summary", has_text="Tolak").click()
    head.press("Tolak usulan", "usulan, kesalahan penolakan")
    head.press("Setujui", "penggabungan, dilaksanakan")
    clerk.open(PATH).fill({"cari": other.nik}).press("Cari", "cari NIK yang ditutup")
    clerk.open(f"{PATH}{other.pk}/").fill({"purpose": PURPOSE}).press("Buka", "NIK yang ditutup")
    clerk.open(f"{PATH}{one.pk}/").fill({"purpose": PURPOSE}).press("Buka", "NIK yang berlaku")
    clerk.open(f"{LIST}{request.pk}/", "penggabungan yang berlaku")
    clerk.page.locator("summary", has_text="Usulkan pembatalan").click()
    clerk.fill({"reason": "ternyata saudara kembar"}).press("Usulkan pembatalan", "pembatalan diusulkan")


def test_a_number_that_cannot_be_one(desk: Desk, phone: Desk, town: Town) -> None:
    citizen = town.citizen()
    visitor = Visitor(citizen)
    case = visitor.start()
    visitor.fill(case, pages(town))
    phone(citizen).open(f"{case}periksa/", "periksa, nomor tidak biasa")
    visitor.send(f"{case}periksa/", {})
    clerk = desk(town.staff["petugas_loket"]).open(f"/petugas{case}", "nomor tidak mungkin, petugas")
    clerk.press("Lengkap dan benar", "nomor tidak mungkin, kesalahan")
    head = desk(town.staff["kepala_dinas"]).open(f"/petugas{case}", "nomor tidak mungkin, atasan")
    head.press("Terima nomor ini", "alasan, kesalahan")
    head.fill({"accept_reason": ACCEPTED}).press("Terima nomor ini", "nomor diterima")
    clerk.open(f"/petugas{case}", "nomor diterima, petugas")
