"""Seed 003, service 15, variant 1: Pencatatan Kelahiran WNI at Kota Balikpapan, through the doors."""

import hashlib
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loket.cases.models import Attachment, Case
from loket.config.demo.journey import paper
from loket.delivery.models import PrintTicket
from loket.documents.models import Document
from loket.notices.models import Notice
from loket.register.models import CivilRecord, Resident
from tests.journeys.town import SERVICE, VARIANT, Town
from tests.journeys.visitor import (
    ABSENT,
    CONFLICT,
    FOUND,
    UNPROCESSABLE,
    Official,
    Visitor,
    finish,
    text_of,
)

pytestmark = pytest.mark.django_db
LETTER = ["surat_keterangan_kelahiran", "buku_nikah", "kk_dan_ktp", "ktp_saksi"]
SPTJM = ["buku_nikah", "kk_dan_ktp", "ktp_saksi", "sptjm_kelahiran", "buku_nikah_atau_ijazah"]


def case_of(path: str) -> Case:
    return Case.objects.get(pk=path.strip("/").split("/")[-1])


@pytest.fixture
def siti(town: Town) -> Visitor:
    return Visitor(town.citizen())


@pytest.fixture
def loket(town: Town) -> Official:
    return Official(town.staff["petugas_loket"])


@pytest.fixture
def operator(town: Town) -> Official:
    return Official(town.staff["operator_perubahan"])


def asked(siti: Visitor, case: str) -> list[str]:
    return [path.strip("/").split("/")[-1] for path in siti.papers(case)]


@pytest.mark.parametrize(("letter", "papers"), [(True, LETTER), (False, SPTJM)])
def test_each_answer_asks_for_its_own_papers(
    town: Town, siti: Visitor, letter: bool, papers: list[str]
) -> None:
    case = siti.start()
    siti.send(f"{case}isi/pertanyaan/", town.pages(letter=letter)["pertanyaan"])
    assert asked(siti, case) == papers


@pytest.mark.parametrize("letter", [True, False])
def test_from_application_to_documents(town: Town, siti: Visitor, letter: bool) -> None:
    case = siti.apply(town, letter=letter)
    assert "Memverifikasi permohonan dan berkas" in siti.open(case)
    finish(town, case)
    page = siti.open(case)
    assert re.findall(r"\.pdf\">([^<]+) \(PDF\)", page) == ["Kutipan Akta Kelahiran", "Kartu Keluarga"]
    assert case_of(case).state == "done"
    child = Resident.objects.get(name="BINTANG CAHAYA NUSANTARA")
    assert CivilRecord.objects.get().resident == child
    assert child.nik[-4] == "9"


def test_files_from_the_history_are_those_of_the_email_and_verify_as_genuine(
    town: Town, siti: Visitor
) -> None:
    case = siti.apply(town)
    finish(town, case)
    files = [siti.client.get(path) for path in re.findall(r'"(/dokumen/[0-9A-Z]{26}\.pdf)"', siti.open(case))]
    contents = [response.content for response in files]
    assert [response.headers["Content-Type"] for response in files] == ["application/pdf"] * 2
    notice = Notice.objects.get(case_ref=case_of(case).ref, subject="Dokumen Anda sudah selesai")
    assert notice.state == "sent"
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    assert [item["sha256"] for item in notice.attachments] == digests
    mail = town.newest_mail("siti@contoh.id")
    assert [part.get_content() for part in mail.iter_attachments()] == contents
    public = Visitor()
    for content in contents:
        assert "Asli dan berlaku" in verdict(public, content)
        changed = bytearray(content)
        changed[len(changed) // 2] ^= 1
        assert "Tidak cocok" in verdict(public, bytes(changed))


def verdict(public: Visitor, content: bytes) -> str:
    upload = SimpleUploadedFile("berkas.pdf", content, "application/pdf")
    return text_of(public.client.post("/v/", {"file": upload}))


def test_qr_and_number_only_say_registered(town: Town, siti: Visitor) -> None:
    finish(town, siti.apply(town))
    certificate = Document.objects.get(kind="kutipan-akta-kelahiran")
    public = Visitor()
    by_qr = public.open(f"/v/{certificate.pk}")
    by_number = text_of(public.client.post("/v/", {"nomor": certificate.number.lower()}))
    for page in (by_qr, by_number):
        assert "Terdaftar dan berlaku; cocokkan dengan kertas" in page
        assert "Asli" not in page
        assert "B****** C***** N********" in page
        assert "SPECIMEN" in page
    assert "Tidak dikenal" in text_of(public.client.post("/v/", {"nomor": "6471-LU-01012026-9999"}))


def test_the_child_card_becomes_a_ticket_of_the_print_room(town: Town, siti: Visitor) -> None:
    case = siti.apply(town)
    finish(town, case)
    ticket = PrintTicket.objects.get()
    assert "Menunggu dicetak" in siti.open(case)
    room = Official(town.staff["petugas_cetak"])
    pdf = room.client.get(f"/petugas/ruang-cetak/{ticket.pk}/tiket.pdf")
    assert pdf.content.startswith(b"%PDF-")
    path = "/petugas/ruang-cetak/"
    assert "Tulis nomor blanko" in room.send(path, {"blanko": "x"}, part=f"/{ticket.pk}/", status=400)
    room.send(path, {"blanko": "kia0012345"}, part=f"/{ticket.pk}/")
    assert "Sudah dicetak, siap diambil" in siti.open(case)
    room.send(path, {"received_by": "RINA KUSUMA"}, part=f"/{ticket.pk}/")
    assert "Tidak ada kartu yang menunggu" in room.open(path)
    assert "Sudah diserahkan" in siti.open(case)


def test_return_and_repair(town: Town, siti: Visitor, loket: Official) -> None:
    case = siti.apply(town)
    before = Attachment.objects.filter(requirement="ktp_saksi").get()
    loket.send_back(case, "Foto KTP-el saksi kedua buram.")
    assert "Foto KTP-el saksi kedua buram." in siti.open(case)
    assert "Foto KTP-el saksi kedua buram." in town.newest_mail("siti@contoh.id").get_content()
    siti.upload(f"{case}berkas/ktp_saksi/", paper("foto baru"))
    siti.client.post(f"/berkas/{before.pk}/hapus/")
    assert "Perbaikan Anda sudah terkirim." in siti.send(f"{case}periksa/", {})
    assert case_of(case).state == "open"
    finish(town, case)
    assert case_of(case).state == "done"


def test_returns_between_officials_are_not_shown_to_the_applicant(
    town: Town, siti: Visitor, loket: Official, operator: Official
) -> None:
    case = siti.apply(town)
    loket.complete(case)
    operator.send_back(case, "Periksa lagi tanda tangan bidan.")
    page = siti.open(case)
    assert "Diperiksa ulang oleh petugas" in page
    assert "tanda tangan bidan" not in page
    assert "tanda tangan bidan" in loket.open(f"/petugas{case}")


def test_rejection(town: Town, siti: Visitor, loket: Official) -> None:
    case = siti.apply(town)
    loket.reject(case, "Anak ini sudah mempunyai akta kelahiran.")
    page = siti.open(case)
    assert "Ditolak" in page
    assert "Anak ini sudah mempunyai akta kelahiran." in page
    assert "Ajukan permohonan baru" in page
    assert "Anak ini sudah" in town.newest_mail("siti@contoh.id").get_content()
    assert not CivilRecord.objects.exists()


def test_cancellation_by_the_applicant(town: Town, siti: Visitor, loket: Official) -> None:
    case = siti.apply(town)
    siti.send(f"{case}batal/", {})
    assert case_of(case).state == "cancelled"
    assert "Dibatalkan" in siti.open(case)
    assert "Tidak ada permohonan yang menunggu Anda." in loket.open("/petugas/")
    assert "tidak dapat dibatalkan lagi" in siti.open(f"{case}batal/", CONFLICT)


def test_a_recorded_birth_can_no_longer_be_cancelled(
    town: Town, siti: Visitor, loket: Official, operator: Official
) -> None:
    case = siti.apply(town)
    form = siti.form(f"{case}batal/")
    loket.complete(case)
    operator.complete(case)
    assert siti.client.post(f"{case}batal/", form.fields).status_code == CONFLICT
    assert case_of(case).state == "open"


WRONG = {
    "pertanyaan": ({}, "Pilih salah satu."),
    "pelapor": ({"pelapor_nik": "6471-123"}, "NIK harus terdiri dari 16 angka."),
    "anak": ({"anak_tanggal_lahir": "31-02-2026"}, "Tulis tanggal seperti 17-08-2026."),
    "ibu": ({"ibu_tanggal_lahir": "kemarin"}, "Tulis tanggal seperti 17-08-2026."),
    "ayah": ({"ayah_nik": "6471-99"}, "NIK harus terdiri dari 16 angka."),
    "saksi1": ({"saksi1_nomor_kk": "satu dua"}, "Nomor KK harus terdiri dari 16 angka."),
    "saksi2": ({"saksi2_nama": ""}, "Wajib diisi."),
}


@pytest.mark.parametrize("part", WRONG)
def test_wrong_input_is_kept_and_answered_with_what_to_do(town: Town, siti: Visitor, part: str) -> None:
    case = siti.start()
    right = town.pages()[part]
    wrong, sentence = WRONG[part]
    values = {**right, **wrong} if wrong else {}
    page = siti.send(f"{case}isi/{part}/", values, status=UNPROCESSABLE)
    assert "<title>Kesalahan:" in page
    assert sentence in page
    for text in [*wrong.values(), values.get(f"{part}_nama", "")]:
        assert text.upper() in page.upper()
    # What was typed is also kept for the next visit.
    assert all(text.upper() in siti.open(f"{case}isi/{part}/").upper() for text in wrong.values())


def test_dates_and_times_may_be_written_without_signs(town: Town, siti: Visitor) -> None:
    case = siti.start()
    siti.send(
        f"{case}isi/anak/", {**town.pages()["anak"], "anak_tanggal_lahir": "01022026", "anak_pukul": "0730"}
    )
    kept = case_of(case).answers
    assert (kept["anak_tanggal_lahir"], kept["anak_pukul"]) == ("2026-02-01", "07:30")


def test_an_incomplete_application_is_not_sent(town: Town, siti: Visitor) -> None:
    case = siti.start()
    page = siti.open(f"{case}periksa/")
    assert "Data anak: 9 isian belum lengkap" in page
    assert "KTP-el dua orang saksi: belum diunggah" in page
    assert "Kirim permohonan" not in page
    response = siti.client.post(f"{case}periksa/", {"key": uuid.uuid4().hex})
    assert response.status_code == UNPROCESSABLE
    assert case_of(case).state == "draft"


def test_refused_files(town: Town, siti: Visitor) -> None:
    case = siti.start()
    path = f"{case}berkas/ktp_saksi/"
    assert "Pilih berkas terlebih dahulu." in siti.send(path, {}, status=UNPROCESSABLE)
    assert "Unggah foto (JPEG, PNG, HEIC) atau PDF." in siti.upload(path, b"halo", status=UNPROCESSABLE)
    page = siti.upload(path, paper("satu"), b"%PDF-1.7 terpotong", status=UNPROCESSABLE)
    assert "Berkas ke-2: PDF ini terpotong." in page
    assert Attachment.objects.count() == 1


def test_two_officials_at_once(town: Town, siti: Visitor, loket: Official) -> None:
    case = siti.apply(town)
    seen = loket.form(f"/petugas{case}", "/selesai/")
    loket.complete(case)
    second = loket.client.post(seen.action, {**seen.fields, "key": uuid.uuid4().hex})
    assert second.status_code == CONFLICT
    assert "baru saja dikerjakan oleh orang lain" in text_of(second)


def test_sending_twice_with_one_key_is_one_application(town: Town, siti: Visitor) -> None:
    form = siti.form(SERVICE, f"/{VARIANT}/mulai/")
    first, second = (siti.client.post(form.action, form.fields).headers["Location"] for _ in range(2))
    assert first == second
    siti.fill(first, town.pages())
    send = siti.form(f"{first}periksa/")
    answers = [siti.client.post(f"{first}periksa/", send.fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [FOUND, FOUND]
    assert Case.objects.count() == 1
    assert Notice.objects.filter(subject="Permohonan diterima").count() == 1


def test_a_step_taken_twice_with_one_key_is_taken_once(
    town: Town, siti: Visitor, loket: Official, operator: Official
) -> None:
    case = siti.apply(town)
    loket.complete(case)
    form = operator.form(f"/petugas{case}", "/selesai/")
    answers = [operator.client.post(form.action, form.fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [FOUND, FOUND]
    assert CivilRecord.objects.count() == 1


def test_a_second_report_of_the_birth_is_noticed(town: Town, siti: Visitor, loket: Official) -> None:
    siti.apply(town)
    other = Visitor(town.citizen("lain@contoh.id", "ORANG LAIN"))
    case = other.apply(town, twin="Bulan Cahaya Nusantara")
    assert "Mungkin laporan ganda" in loket.open(f"/petugas{case}")
    assert "centang pernyataannya" in loket.complete(case, CONFLICT)
    assert "Tulis mengapa" in loket.complete(case, 400, distinct="ya")
    loket.complete(case, distinct="ya", distinct_reason="Anak kembar.")
    assert case_of(case).step == "entri"
    assert "Anak kembar." not in other.open(case)


def test_what_the_register_refuses_is_said_at_the_answer(
    town: Town, siti: Visitor, loket: Official, operator: Official
) -> None:
    case = siti.start()
    pages = town.pages()
    pages["ibu"]["ibu_nik"] = "6471014101909999"
    siti.fill(case, pages)
    siti.send(f"{case}periksa/", {})
    loket.complete(case)
    page = operator.complete(case, UNPROCESSABLE)
    assert 'href="#f-a-ibu_nik"' in page
    assert "NIK ini tidak tercatat" in page
    assert "Belum ada yang dicatat." in page
    assert case_of(case).step == "entri"


def test_a_closed_application_cannot_be_changed(town: Town, siti: Visitor) -> None:
    case = siti.apply(town)
    for path in (f"{case}isi/anak/", f"{case}berkas/ktp_saksi/"):
        page = text_of(siti.client.get(path, follow=True))
        assert "tidak dapat diubah lagi" in page
        assert siti.client.post(path, {}).status_code == CONFLICT
    paper_id = Attachment.objects.first().pk
    assert siti.client.post(f"/berkas/{paper_id}/hapus/").status_code == CONFLICT
    assert Attachment.objects.filter(removed_at__isnull=False).count() == 0


def test_another_citizen_sees_nothing(town: Town, siti: Visitor) -> None:
    case = siti.apply(town)
    finish(town, case)
    stranger = Visitor(town.citizen("lain@contoh.id", "ORANG LAIN"))
    absent = f"/permohonan/{uuid.uuid4()}/"
    paths = [case, f"{case}isi/anak/", f"{case}berkas/ktp_saksi/", f"{case}periksa/", f"{case}batal/"]
    for path in paths:
        assert same_page(stranger.open(path, ABSENT), stranger.open(path.replace(case, absent), ABSENT))
        refused = 405 if path == case else ABSENT
        assert stranger.client.post(path, {"key": uuid.uuid4().hex}).status_code == refused
    paper_id = Attachment.objects.first().pk
    document = Document.objects.first().pk
    for mine, none in (
        (f"/berkas/{paper_id}/", "/berkas/999999/"),
        (f"/dokumen/{document}.pdf", f"/dokumen/{'0' * 26}.pdf"),
    ):
        assert siti.client.get(mine).status_code == 200
        assert same_page(stranger.open(mine, ABSENT), stranger.open(none, ABSENT))
    assert stranger.client.post(f"/berkas/{paper_id}/hapus/").status_code == ABSENT


def same_page(one: str, other: str) -> bool:
    """Whether two pages are alike but for their CSRF tokens."""
    pages = [re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", page) for page in (one, other)]
    return pages[0] == pages[1]


def test_another_office_and_the_wrong_role(town: Town, siti: Visitor) -> None:
    case = siti.apply(town)
    elsewhere = Official(town.outsider)
    absent = f"/petugas/permohonan/{uuid.uuid4()}/"
    assert same_page(elsewhere.open(f"/petugas{case}", ABSENT), elsewhere.open(absent, ABSENT))
    paper_id = Attachment.objects.first().pk
    assert elsewhere.client.get(f"/petugas/berkas/{paper_id}/").status_code == ABSENT
    informant = Official(town.staff["petugas_informasi"])
    page = informant.open(f"/petugas{case}")
    assert "/selesai/" not in page
    fields = Official(town.staff["petugas_loket"]).form(f"/petugas{case}", "/selesai/").fields
    assert informant.client.post(f"/petugas{case}selesai/", fields).status_code == CONFLICT
    assert elsewhere.client.post(f"/petugas{case}selesai/", fields).status_code == ABSENT
    assert case_of(case).step == "verifikasi"


def test_typed_data_outlive_the_session(town: Town, siti: Visitor) -> None:
    case = siti.start()
    path = f"{case}isi/pelapor/"
    form = siti.form(path)
    siti.client.logout()
    values = town.pages()["pelapor"]
    answer = siti.client.post(path, {**form.fields, **values})
    assert answer.headers["Location"].startswith("/masuk/?lanjut=")
    assert "yang sudah Anda isi tidak hilang" in siti.open(answer.headers["Location"])
    siti.send(answer.headers["Location"], {"email": "siti@contoh.id"})
    code = re.search(r"\d{6}", town.newest_mail("siti@contoh.id").get_content())[0]
    page = siti.send("/masuk/kode/", {"code": code})
    assert "kirim sekali lagi" in page
    assert values["pelapor_nik"] in page
    siti.send(path, values)
    assert case_of(case).answers["pelapor_nik"] == values["pelapor_nik"]


def test_an_officials_reason_outlives_the_session(town: Town, siti: Visitor, loket: Official) -> None:
    case = siti.apply(town)
    form = loket.form(f"/petugas{case}", "/kembalikan/")
    loket.client.logout()
    answer = loket.client.post(form.action, {**form.fields, "reason": "Buku nikah terbalik."})
    assert answer.headers["Location"].startswith("/petugas/masuk/?lanjut=%2Fpetugas%2Fpermohonan%2F")
    page = loket.send(
        answer.headers["Location"], {"email": loket.account.email, "password": "kata sandi petugas"}
    )
    assert "Buku nikah terbalik." in page
    assert case_of(case).state == "open"
