"""Every state of the pages of accounts: at a desk, and on a phone what people open there."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Page

from loket.core import clock
from loket.offices.actions.passwords import new_password_code
from loket.offices.models import Account, StaffChange
from tests.browser.inspector import Inspector
from tests.journeys.town import PASSWORD, Town

pytestmark = pytest.mark.browser
Desk = Callable[..., Inspector]
NEW = "lampu kuning di dermaga"


def test_asking_for_and_deciding_a_change(desk: Desk, town: Town) -> None:
    clerk = town.staff["petugas_loket"]
    admin = desk(town.staff["admin_kantor"]).open("/petugas/pegawai/", "pegawai, tanpa permintaan")
    admin.open(f"/petugas/pegawai/{clerk.pk}/", "pegawai seorang").press("Ajukan", "minta, tanpa jenis")
    admin.page.check("input[value=give_role]")
    admin.press("Ajukan", "minta, tanpa peran")
    admin.page.select_option("#f-role", "petugas_cetak")
    admin.press("Ajukan", "minta, tanpa golongan alasan")
    admin.page.select_option("#f-category", "stands_in")
    admin.press("Ajukan", "minta, tanpa alasan").fill({"reason": "Cuti melahirkan"})
    admin.press("Ajukan", "pegawai, satu permintaan")
    path = f"/petugas/pegawai/permintaan/{StaffChange.objects.get().pk}/"
    admin.open(path, "permintaan sendiri").open(f"/petugas/pegawai/{admin_of(town).pk}/", "diri sendiri")
    head = desk(town.staff["kepala_dinas"]).open(path, "permintaan")
    head.page.locator("summary", has_text="Tolak").click()
    head.press("Tolak permintaan", "tolak, tanpa alasan")
    head.fill({"reason": "Tidak perlu"}).press("Tolak permintaan", "ditolak").open(path, "permintaan ditolak")
    Account.objects.filter(pk=clerk.pk).update(is_active=False)
    head.open(f"/petugas/pegawai/{clerk.pk}/", "pegawai, akun ditutup").open("/petugas/pegawai/", "pegawai")


def admin_of(town: Town) -> Account:
    return town.staff["admin_kantor"]


def test_somebody_new(desk: Desk, town: Town) -> None:
    admin = desk(admin_of(town)).open("/petugas/pegawai/baru/", "akun baru")
    admin.press("Ajukan", "akun baru, tanpa nama").fill({"name": "Baru Sekali", "email": "baru@uji"})
    admin.press("Ajukan", "akun baru, surel salah").fill({"email": admin_of(town).email})
    admin.page.select_option("#f-role", "petugas_cetak")
    admin.page.select_option("#f-category", "arrives")
    admin.fill({"reason": "Pegawai baru"}).press("Ajukan", "akun baru, surel terpakai")
    admin.fill({"email": "baru@balikpapan.test"}).press("Ajukan", "akun baru diminta")
    change = StaffChange.objects.get()
    StaffChange.objects.update(expires_at=change.asked_at + timedelta(seconds=1))
    head = desk(town.staff["kepala_dinas"])
    head.open(f"/petugas/pegawai/permintaan/{change.pk}/", "permintaan kedaluwarsa")


def test_ones_own_account(desk: Desk, town: Town) -> None:
    clerk = town.staff["petugas_loket"]
    mine = desk(clerk).open("/petugas/akun/", "akun saya")
    mine.press("Ganti kata sandi", "akun saya, kata sandi lama salah")
    wrong = {"old_password": PASSWORD, "password": NEW, "password_again": "lain"}
    mine.fill(wrong).press("Ganti kata sandi", "akun saya, tidak sama")
    mine.fill(dict.fromkeys(("password", "password_again"), "pendek") | {"old_password": PASSWORD})
    mine.press("Ganti kata sandi", "akun saya, lemah")
    again = {"old_password": PASSWORD, "password": NEW, "password_again": NEW}
    mine.fill(again).press("Ganti kata sandi", "akun saya, diganti")
    mine.open("/petugas/akun/autentikator/", "autentikator").press("Pasang", "autentikator, kata sandi salah")
    mine.fill({"old_password": NEW, "totp": "000000"}).press("Pasang", "autentikator, kode salah")
    mine.fill({"old_password": NEW, "totp": code_of(mine.page)}).press("Pasang", "autentikator terpasang")
    mine.open("/petugas/akun/autentikator/", "autentikator, ganti")
    mine.fill({"old_password": NEW, "totp": code_of(mine.page), "present": "000000"})
    mine.press("Pasang", "autentikator, kode lama salah")


def code_of(page: Page) -> str:
    """A code of the seed that the page shows."""
    seed = re.search(r"\b[A-Z2-7]{32}\b", page.inner_text("main"))[0]
    return pyotp.TOTP(seed).at(clock.now())


def test_who_signs_sets_up_an_authenticator_first(desk: Desk, town: Town) -> None:
    head = town.staff["kepala_dinas"]
    Account.objects.filter(pk=head.pk).update(totp_secret="")
    page = desk(head).open("/petugas/tanda-tangan/", "autentikator sebelum tanda tangan")
    page.fill({"old_password": PASSWORD, "totp": code_of(page.page)}).press(
        "Pasang", "kembali ke tanda tangan"
    )
    assert page.page.url.endswith("/petugas/tanda-tangan/")


def test_a_password_by_code(desk: Desk, town: Town) -> None:
    clerk = town.staff["petugas_loket"]
    anybody = desk().open("/petugas/kata-sandi/", "buat kata sandi")
    form = {"email": clerk.email, "code": "AAAA-BBBB-CCCC-DDDD", "password": NEW, "password_again": NEW}
    anybody.fill(form).press("Simpan kata sandi", "buat kata sandi, kode salah")
    anybody.fill({"code": "X", "password": NEW, "password_again": "lain"})
    anybody.press("Simpan kata sandi", "buat kata sandi, tidak sama")
    anybody.fill(form | dict.fromkeys(("password", "password_again"), "pendek"))
    anybody.press("Simpan kata sandi", "buat kata sandi, lemah")
    code = new_password_code(account=clerk)
    anybody.fill(form | {"code": code}).press("Simpan kata sandi", "kata sandi tersimpan, masuk")
