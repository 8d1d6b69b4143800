"""Two whole ways through an office: a message of a village officer to the archive, and work for itself."""

import re

import pytest
from playwright.sync_api import Page

from loket.cases.models import Case, HandoverRecord, SenderMandate
from loket.documents.models import Document
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.inspector import Inspector, fill
from tests.journeys.neighbours import INTERNAL, KUPT, SENDING, VILLAGE, Neighbours
from tests.journeys.town import PASSPHRASE
from tests.journeys.visitor import paper

pytestmark = pytest.mark.browser
START = "/petugas/loket/baru/kolektif-kk/hilang/?lewat=whatsapp"


class Office:
    """The screens of an office's officials, each inspected where a name is given."""

    def __init__(self, screen: Open, neighbours: Neighbours, office: str) -> None:
        self.screen, self.staff = screen, neighbours.everybody[office]
        self.looks: dict[str, Inspector] = {}

    def at(self, role: str, kind: dict[str, object] = DESK) -> Page:
        if role not in self.looks:
            self.looks[role] = Inspector(self.screen(kind, self.staff[role]), public=False)
        return self.looks[role].page

    def take_up(self, role: str, name: str = "") -> Page:
        page = self.at(role)
        page.goto("/petugas/")
        page.locator("table a").first.click()
        if name:
            self.looks[role].look(name)
        return page

    def done(self, role: str, button: str, name: str = "") -> Page:
        page = self.take_up(role, name)
        press(page, button)
        return page

    def send_back(self, role: str, reason: str) -> None:
        page = self.take_up(role)
        page.locator("summary", has_text="Kembalikan").click()
        page.fill("#f-reason", reason)
        press(page, "Kembalikan")

    def problems(self) -> list[str]:
        return [problem for look in self.looks.values() for problem in look.problems]


def press(page: Page, text: str) -> None:
    page.locator("main").get_by_role("button", name=text).first.click()


def text_of(page: Page) -> str:
    return page.locator("main").inner_text()


def note_officer(page: Page, look: Inspector) -> None:
    page.goto(START)
    assert "Belum ada aparat dengan SPT yang berlaku." in text_of(page)
    page.goto("/petugas/pengirim/")
    press(page, "Catat pengirim")
    assert "Tulis nama pengirim." in text_of(page)
    look.look("kesalahan pengirim")
    values = {"name": "Sugeng Riyadi", "phone": "0812-7777-8888", "village": VILLAGE, "agreement": "12/PKS"}
    fill(page, values | {"order": "21/SPT", "valid_from": "1 Jan 2026", "valid_until": "31 Desember 2099"})
    press(page, "Catat pengirim")
    assert SenderMandate.objects.get().village_id == VILLAGE


def key_in(page: Page, neighbours: Neighbours, look: Inspector) -> str:
    """An application from a message; what it lacks is named, one picture after the other is there."""
    page.goto(START)
    page.fill("#f-applicant_name", "Satria Kusuma")
    press(page, "Mulai permohonan")
    assert "Pengirim harus aparat yang memiliki PKS dan SPT" in text_of(page)
    look.look("kesalahan mulai")
    page.locator("#f-mandate").select_option(index=1)
    press(page, "Mulai permohonan")
    intake = page.url
    page.locator(".head a", has_text="Isi").first.click()
    assert page.input_value("#f-pemohon_nama") == "SATRIA KUSUMA"
    page.fill("#f-pemohon_nik", neighbours.husband.nik)
    press(page, "Simpan dan lanjut")
    assert "Diisi dari register" in text_of(page)
    press(page, "Simpan dan lanjut")
    press(page, "Terima permohonan")
    assert page.locator(".note.bad li").all_inner_texts() == [
        "Surat Kehilangan dari Kepolisian: belum diunggah.",
        "Fotocopy KK: belum diunggah.",
        "Fotocopy Buku Nikah/Akte Perkawinan: belum diunggah.",
    ]
    look.look("kesalahan belum lengkap")
    page.locator(".note.bad a").first.click()
    attach_everything(page, look)
    assert page.url == intake
    press(page, "Terima permohonan")
    assert f"kode pelacakannya: {Case.objects.get().tracking_code}." in text_of(page)
    return intake


def attach(page: Page, name: str) -> None:
    picture = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": paper(name)}
    page.set_input_files("#f-files", [picture])
    press(page, "Simpan berkas")


def attach_everything(page: Page, look: Inspector) -> None:
    for number in range(3):
        attach(page, f"berkas {number}")
        look.look(f"berkas {number}")
        page.locator("main a.btn").click()


def return_and_repair(office: Office, intake: str) -> None:
    """The section head sends it back, the desk sends it on to the officer, who sends a better picture."""
    office.send_back("kasi", "Foto surat kehilangan buram.")
    assert "Foto surat kehilangan buram." in text_of(office.take_up("petugas_loket", "dikembalikan Kasi"))
    office.send_back("petugas_loket", "Minta foto surat kehilangan yang baru.")
    page = office.at("operator_penerima")
    page.goto("/petugas/loket/")
    office.looks["operator_penerima"].look("loket")
    page.get_by_role("link", name=re.compile("SATRIA")).click()
    assert page.url == intake
    assert "Minta foto surat kehilangan yang baru." in text_of(page)
    assert "SUGENG RIYADI (081277778888)" in text_of(page)
    office.looks["operator_penerima"].look("perbaikan")
    page.goto(f"{intake}unggah/surat_hilang/")
    press(page, "Hapus")
    attach(page, "foto baru")
    page.goto(intake)
    press(page, "Perbaikan sudah lengkap")
    assert "Perbaikan diterima; permohonan diperiksa kembali." in text_of(page)


def to_registration(office: Office) -> None:
    office.done("operator_penerima", "Sudah diperiksa, teruskan")
    office.done("operator_penerima", "Berkas sudah diterima")
    office.done("operator_pengangkat", "Berkas sudah diangkat")
    office.done("operator_cetak", "Berkas sudah dicetak", "cetak berkas")
    office.done("petugas_loket", "Lengkap, daftarkan dan beri resi")


def sign(office: Office, neighbours: Neighbours) -> None:
    neighbours.work()
    page = office.at("kepala_dinas", PHONE)
    page.goto("/petugas/tanda-tangan/")
    office.looks["kepala_dinas"].look("tanda tangan")
    fill(page, {"passphrase": PASSPHRASE, "totp": neighbours.totp()})
    press(page, "Tandatangani yang dipilih")
    neighbours.work()
    page.reload()
    assert "1 dari 1 dokumen sudah ditandatangani." in text_of(page)


def to_archive(office: Office) -> None:
    office.done("operator", "Dokumen sudah dicetak")
    office.done("kabid", "Paraf, teruskan")
    assert KUPT in text_of(office.take_up("petugas_pemilah", "pilah"))
    office.done("petugas_pemilah", "Sudah dipilah")
    assert "kirim lewat WhatsApp ke 081277778888" in text_of(office.take_up("operator_pengirim"))
    office.done("operator_pengirim", "Kirim dokumen", "kirim")
    page = office.done("kasi_inovasi", "Masukkan ke berita acara")
    page.goto("/petugas/berita-acara/")
    office.looks["kasi_inovasi"].look("berita acara")
    printed = page.request.get(page.locator("td a").first.get_attribute("href") or "")
    assert (printed.status, printed.body()[:5]) == (200, b"%PDF-")
    press(page, "Tutup")
    office.done("petugas_kupt", "Sudah diserahkan", "distribusi")
    office.done("petugas_registrasi", "Berkas sudah diarsipkan")


def test_from_a_message_to_the_archive(screen: Open, neighbours: Neighbours) -> None:
    office = Office(screen, neighbours, SENDING)
    page = office.at("operator_penerima", PHONE)
    look = office.looks["operator_penerima"]
    note_officer(page, look)
    intake = key_in(page, neighbours, look)
    to_registration(office)
    return_and_repair(office, intake)
    to_registration(office)
    office.done("kasi", "Lengkap dan benar", "kasi")
    office.done("operator", "Catat dan siapkan dokumen")
    sign(office, neighbours)
    to_archive(office)
    assert office.problems() == []
    case, record = Case.objects.get(), HandoverRecord.objects.get()
    assert (case.state, case.sender_name, case.mandate) == (
        "done",
        "SUGENG RIYADI",
        SenderMandate.objects.get(),
    )
    assert (record.destination, record.closed_at is not None) == (KUPT, True)
    assert Document.objects.get().state == "signed"


def write_report(page: Page, text: str) -> None:
    page.fill("#f-text", text)
    press(page, "Simpan laporan")


def test_work_of_the_office_itself(screen: Open, neighbours: Neighbours) -> None:
    office = Office(screen, neighbours, INTERNAL)
    page = office.at("administrator_database")
    page.goto("/petugas/pekerjaan/")
    office.looks["administrator_database"].look("pekerjaan")
    press(page, "Buka pekerjaan")
    assert "Pekerjaan dibuka" in text_of(page)
    press(page, "Selesai, teruskan")
    assert "waktu terbuka pada langkah ini" in text_of(office.take_up("administrator_database", "terbuka"))
    office.done("administrator_database", "Selesai, teruskan")
    page = office.take_up("kasi_pengolahan_data", "laporan")
    write_report(page, "")
    assert "Tulis dahulu hasilnya." in text_of(page)
    office.looks["kasi_pengolahan_data"].look("kesalahan laporan")
    write_report(page, "Jumlah penduduk naik.\n\nYang datang dan yang pindah seimbang.")
    neighbours.work()
    office.send_back("kabid_piak", "Tambahkan angka kelahiran.")
    page = office.take_up("kasi_pengolahan_data", "laporan kembali")
    assert "Tambahkan angka kelahiran." in text_of(page)
    write_report(page, page.input_value("#f-text") + "\nKelahiran: 412.")
    neighbours.work()
    office.done("kabid_piak", "Sudah diperiksa, teruskan", "kabid")
    office.done("sekretaris", "Paraf, teruskan")
    page = office.take_up("kepala_dinas", "tanda tangan basah")
    page.check("#f-signed_on_paper")
    press(page, "Sudah ditandatangani, teruskan")
    office.done("kasi_pengolahan_data", "Selesai, teruskan")
    office.done("administrator_database", "Sudah diberi nomor dan dikirim")
    assert office.problems() == []
    case = Case.objects.get()
    assert (case.state, case.channel, case.answers["laporan"].splitlines()[-1]) == (
        "done",
        "internal",
        "Kelahiran: 412.",
    )
    assert (Document.objects.get().kind, Document.objects.get().state) == ("laporan-internal", "signed")
