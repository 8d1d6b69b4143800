"""Every state of the public pages at 360 px: axe WCAG 2.2 AA, 320 px reflow, weight, requests, console."""

import json
import os
import re
from collections.abc import Callable

import pytest

from loket.config.demo.journey import paper
from loket.documents.models import Document
from loket.web.public.views import pages as public_pages
from tests.browser.inspector import Inspector
from tests.journeys.town import SERVICE, Town
from tests.journeys.visitor import Official, Visitor, finish

pytestmark = pytest.mark.browser
Phone = Callable[..., Inspector]


def report(inspector: Inspector) -> None:
    """With WEIGHTS set to a file, add what each state weighed."""
    if path := os.environ.get("WEIGHTS"):
        with open(path, "a") as file:
            file.write(json.dumps(inspector.weights) + "\n")


def test_anybodys_pages(phone: Phone, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_pages, "TRACK_TRIES", 1)
    anybody = phone()
    anybody.open("/", "beranda")
    anybody.open("/kantor/balikpapan/", "kantor").open("/kantor/bintan/", "kantor tanpa layanan")
    anybody.open(SERVICE, "layanan")
    anybody.page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    anybody.look("layanan, semua terbuka")
    anybody.open("/lacak/", "lacak").open("/lacak/?kode=ABCD", "lacak, kesalahan")
    anybody.open("/lacak/?kode=ABCD", "429").open("/tidak-ada/", "404").open("/keluar/", "405")
    anybody.open("/masuk/", "masuk").fill({"email": "salah", "phone": "1"}).press("Kirim", "masuk, kesalahan")
    anybody.page.context.clear_cookies()
    anybody.press("Kirim", "403")
    anybody.open("/riwayat/", "masuk dulu")
    anybody.open("/demo/", "akun percobaan").open("/demo/kotak-surat/", "kotak surat kosong")
    report(anybody)


def test_signing_in(phone: Phone, town: Town) -> None:
    citizen = phone().open("/masuk/").fill({"email": "baru@contoh.id"}).press("Kirim kode", "kode")
    citizen.fill({"code": "000000"}).press("Masuk", "kode, kesalahan")
    code = re.search(r"\d{6}", town.newest_mail("baru@contoh.id").get_content())[0]
    citizen.fill({"code": code}).press("Masuk", "nama").press("Masuk", "nama, kesalahan")
    citizen.fill({"name": "Orang Baru"}).press("Masuk", "riwayat kosong")
    citizen.page.get_by_role("button", name="Keluar").click()
    citizen.look("sudah keluar")
    report(citizen)


def test_filling_in(phone: Phone, town: Town) -> None:
    account = town.citizen()
    case = Visitor(account).start()
    siti = phone(account).open(case, "permohonan baru").open(f"{case}periksa/", "periksa, belum lengkap")
    for part, values in town.pages().items():
        path = f"{case}isi/{part}/"
        # A mother may report alone, so nothing at all of the father is no mistake; half a NIK is.
        begun = {"ayah_nik": "64710"} if part == "ayah" else {}
        siti.open(path, f"isi {part}").fill(begun).press("Simpan", f"isi {part}, kesalahan")
        siti.fill(values).press("Simpan")
        siti.open(path, f"isi {part}, terisi")
    path = f"{case}berkas/ktp_saksi/"
    siti.open(path, "unggah").press("Unggah", "unggah, kesalahan")
    for number in range(5):
        photo = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": paper(f"foto {number}")}
        siti.page.set_input_files("#f-files", [photo])
        siti.press("Unggah")
        if number == 0:
            siti.look("unggah, satu berkas")
    siti.look("unggah, penuh")
    siti.open(case, "permohonan setengah jadi").open("/riwayat/", "riwayat, draf")
    report(siti)


def test_from_sent_to_repaired(phone: Phone, town: Town) -> None:
    account = town.citizen()
    visitor = Visitor(account)
    case = visitor.start()
    visitor.fill(case, town.pages())
    siti = phone(account).open(f"{case}periksa/", "periksa, lengkap").press("Kirim permohonan", "terkirim")
    code = siti.page.locator(".code").inner_text()
    siti.open(f"/lacak/?kode={code}", "lacak, ditemukan").open(f"{case}batal/", "batalkan?")
    second = Visitor(account).start()
    Visitor(account).fill(second, town.pages(twin="Bulan Cahaya Nusantara"))
    siti.open(f"{second}periksa/", "periksa, peristiwa yang sama")
    loket = Official(town.staff["petugas_loket"])
    loket.send_back(case, "Foto KTP-el saksi kedua buram.")
    siti.open(case, "dikembalikan").open(f"/lacak/?kode={code}", "lacak, dikembalikan")
    siti.open(f"{case}periksa/", "periksa perbaikan").press("Kirim perbaikan", "perbaikan terkirim")
    siti.open(f"{case}isi/anak/", "tidak dapat diubah lagi")
    siti.open("/riwayat/", "riwayat")
    report(siti)


def test_the_ends_of_a_case(phone: Phone, town: Town) -> None:
    account = town.citizen()
    visitor = Visitor(account)
    siti = phone(account)
    cancelled = visitor.apply(town)
    siti.open(f"{cancelled}batal/").press("Ya, batalkan", "dibatalkan")
    siti.open(f"{cancelled}batal/", "409")
    rejected = visitor.apply(town)
    Official(town.staff["petugas_loket"]).reject(rejected, "Anak ini sudah mempunyai akta kelahiran.")
    siti.open(rejected, "ditolak")
    done = visitor.apply(town)
    finish(town, done)
    assert siti.open(done, "selesai dengan dokumen").says("Kutipan Akta Kelahiran (PDF)")
    siti.open(f"/lacak/?kode={siti.page.locator('.code').inner_text()}", "lacak, selesai")
    report(siti)


def test_verifying(phone: Phone, town: Town) -> None:
    account = town.citizen()
    visitor = Visitor(account)
    finish(town, visitor.apply(town))
    document = Document.objects.get(kind="kutipan-akta-kelahiran")
    content = visitor.client.get(f"/dokumen/{document.pk}.pdf").content
    changed = bytearray(content)
    changed[len(changed) // 2] ^= 1
    anybody = phone().open("/v/", "periksa dokumen").press("Periksa berkas", "tanpa berkas, kesalahan")
    anybody.open("/v/").press("Periksa nomor", "tanpa nomor, kesalahan")
    files = {"asli": content, "tidak cocok": bytes(changed), "tidak dikenal": b"%PDF-1.7"}
    for name, file in files.items():
        anybody.open("/v/")
        upload = {"name": "berkas.pdf", "mimeType": "application/pdf", "buffer": file}
        anybody.page.set_input_files("#f-file", [upload])
        assert anybody.press("Periksa berkas", f"berkas {name}").says(name.capitalize())
    assert anybody.open(f"/v/{document.pk}", "QR").says("Terdaftar dan berlaku")
    anybody.open(f"/v/{'0' * 26}", "QR tidak dikenal")
    for number in (document.number, "6471-LU-0"):
        anybody.open("/v/").fill({"nomor": number}).press("Periksa nomor", f"nomor {number}")
    report(anybody)
