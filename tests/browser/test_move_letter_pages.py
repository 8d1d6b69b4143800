"""The pages about letters of moves, at a desk and on a phone."""

from collections.abc import Callable

import pytest

from loket.cases.queries import today
from loket.register.models import MoveLetter
from tests.browser.inspector import Inspector
from tests.journeys.travellers import ORIGIN, THERE, Travellers

pytestmark = pytest.mark.browser
Desk = Callable[..., Inspector]
PATH = "/petugas/surat-pindah/"


def test_letters_that_wait(desk: Desk, travellers: Travellers) -> None:
    operator, kabid = travellers.staff[ORIGIN]["operator"], travellers.staff[THERE]["kabid"]
    desk(operator).open(PATH, "surat pindah, kosong")
    case = travellers.take(
        travellers.apply_out(**travellers.leaving("husband", "wife", "son", "mother")), until="sign"
    )
    desk(operator).open(PATH, "surat pindah, terbit di sini")
    desk(kabid).open(PATH, "surat pindah, menuju ke sini")
    number = MoveLetter.objects.get().number
    arriving = travellers.apply_in(number, ("husband", "1"), ("wife", "3"))
    travellers.take(arriving, until="enter_data")
    there = desk(travellers.staff[THERE]["operator"])
    there.open(f"/petugas/permohonan/{arriving.pk}/", "kedatangan dengan surat pindah")
    MoveLetter.objects.filter(case_ref=case.ref).delete()
    far = travellers.apply_out(
        **travellers.leaving("son", kind="4", tujuan_kabupaten="31.71", pindah_kk_pindah="1")
    )
    travellers.take(far, until="sign")
    page = desk(operator).open(PATH, "surat pindah, ke luar layanan")
    page.page.get_by_role("link", name="Catat sudah tiba").click()
    page.look("sudah tiba").press("Catat sudah tiba", "sudah tiba, kesalahan")
    page.fill({"arrived_on": f"{today(travellers.offices[ORIGIN]):%d-%m-%Y}", "proof": "SKDWNI/3171/1"})
    page.press("Catat sudah tiba", "surat pindah, sudah dipakai")
    page.page.get_by_role("link", name="Lihat").click()
    page.look("sudah tiba, tercatat").press("Batalkan pencatatan ini", "surat pindah, dibatalkan lagi")
