"""Files that come back from SIAK and are not what is awaited; and numbers that turn out to be wrong."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from loket.audit.models import Entry
from loket.cases import actions
from loket.cases.actions import NotPossible
from loket.cases.models import Case, SiakFile
from loket.cases.rules.siak import Expected
from loket.config.scenario.siak import StandIn, lines_of, paper
from loket.core import clock
from loket.core.actors import SYSTEM
from loket.documents import actions as document_actions
from loket.documents import queries as documents
from loket.documents.models import Document
from loket.offices.queries import actor_of
from loket.register.models import BookLine, CivilRecord, OutsideNumber, Resident
from loket.register.sources import NumberTaken
from tests.journeys.handed import DROP, HEAD, Handed, outcomes
from tests.journeys.visitor import CONFLICT, FOUND, Official

AKTA, CARD = "kutipan-akta-kelahiran", "kartu-keluarga"


@pytest.fixture
def waiting(handed: Handed) -> Case:
    """A birth whose akta and card are being signed in SIAK."""
    return handed.entered(handed.applied())


def akta_of(handed: Handed, case: Case) -> Document:
    return handed.awaited(case)[AKTA]


def sentence_of(page: str) -> str:
    """What the page says of the one file that was dropped."""
    (found,) = re.findall(r"Berkas 1: ([^<]+?)(?: <|</span>)", page)
    return found


def refused(handed: Handed, content: bytes, sentence: str) -> None:
    """The file is refused with this sentence and nothing is kept of it."""
    page = handed.operator.drop(content)
    assert outcomes(page)[:1] == ["Ditolak"]
    assert sentence in sentence_of(page)
    assert SiakFile.objects.count() == 0
    assert not Document.objects.exclude(signed_sha256="").exists()


def kept(handed: Handed, content: bytes, sentence: str) -> SiakFile:
    """The file waits for a person, with this sentence."""
    page = handed.operator.drop(content)
    assert outcomes(page)[:1] == ["Menunggu petugas"]
    assert sentence in sentence_of(page)
    return SiakFile.objects.get()


def test_not_signed(handed: Handed, waiting: Case) -> None:
    akta = akta_of(handed, waiting)
    refused(handed, paper(akta.title, [akta.number, akta.subject_name]), "belum ditandatangani")


def test_altered_after_it_was_signed(handed: Handed, waiting: Case) -> None:
    good = handed.file(akta_of(handed, waiting))
    place = good.index(b"stream") + 20
    refused(handed, good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :], "")


def test_saved_again_by_another_program(handed: Handed, waiting: Case) -> None:
    out = BytesIO()
    with pikepdf.Pdf.open(BytesIO(handed.file(akta_of(handed, waiting)))) as pdf:
        pdf.save(out)
    refused(handed, out.getvalue(), "tidak bertanda tangan elektronik yang sah")


def test_certificate_that_has_ended(handed: Handed, waiting: Case) -> None:
    akta = akta_of(handed, waiting)
    now = clock.now()
    unsigned = paper(akta.title, lines_of(Expected(akta.number, akta.subject_name, frozenset())))
    past = now - timedelta(days=2)
    refused(handed, handed.siak.signed(unsigned, HEAD, past, now - timedelta(days=1)), "sertifikatnya")


def test_signed_under_another_authority(handed: Handed, waiting: Case, tmp_path: Path) -> None:
    stranger = StandIn(tmp_path / "lain.pem", clock.now())
    refused(handed, stranger.document(akta_of(handed, waiting), HEAD, clock.now()), "penerbit yang dipercaya")


def test_no_roots_set_up(handed: Handed, waiting: Case, settings: Any) -> None:
    settings.SIAK_ROOTS = []
    refused(
        handed, handed.file(akta_of(handed, waiting)), "Sertifikat akar penanda tangan SIAK belum dipasang"
    )


def test_no_pdf_locked_or_cut_off(handed: Handed, waiting: Case) -> None:
    good = handed.file(akta_of(handed, waiting))
    locked = BytesIO()
    with pikepdf.Pdf.open(BytesIO(good)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="x", user="y"))
    refused(handed, b"GIF89a", "bukan PDF")
    refused(handed, locked.getvalue(), "dikunci")
    refused(handed, good[:2000], "rusak atau terpotong")


def test_huge(handed: Handed, waiting: Case, settings: Any) -> None:
    settings.VERIFY_MAX_BYTES = 1000
    refused(handed, handed.file(akta_of(handed, waiting)), "terlalu besar")


def test_two_documents_in_one_file(handed: Handed, waiting: Case) -> None:
    akta, card = (handed.awaited(waiting)[kind] for kind in (AKTA, CARD))
    both = [akta.title, akta.number, akta.subject_name, card.title, card.number, card.subject_name]
    refused(
        handed, handed.siak.signed(paper("Berkas", both), HEAD, clock.now()), "nomor dari beberapa dokumen"
    )


def test_the_right_number_on_another_persons_paper(handed: Handed, waiting: Case) -> None:
    akta = akta_of(handed, waiting)
    wrong = paper(akta.title, [akta.number, "ORANG YANG LAIN", "6471010101010009"])
    row = kept(handed, handed.siak.signed(wrong, HEAD, clock.now()), f"nama {akta.subject_name} tidak ada")
    assert "NIK orangnya tidak ada pada berkas" in row.why
    assert row.document == akta


def test_signed_by_another_official(handed: Handed, waiting: Case) -> None:
    akta = akta_of(handed, waiting)
    row = kept(handed, handed.file(akta, "PEJABAT LAIN"), "ditandatangani oleh PEJABAT LAIN")
    # A person may know why: somebody acts for the head these days.
    handed.operator.open(DROP)
    settle(handed, row, akta, "pelaksana harian sejak kemarin")
    assert akta_of(handed, waiting).signed_by == "PEJABAT LAIN"
    row.refresh_from_db()
    assert (row.state, row.reason) == ("matched", "pelaksana harian sejak kemarin")


def settle(handed: Handed, row: SiakFile, document: Document, reason: str, status: int = FOUND) -> str:
    """Match a kept file by hand."""
    path = f"{DROP}{row.pk}/"
    form = handed.operator.form(DROP, path)
    data = {**form.fields, "do": "match", "document": document.pk, "reason": reason}
    response = handed.operator.client.post(path, data)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def test_a_person_must_say_why_and_cannot_take_a_strangers_number(handed: Handed, waiting: Case) -> None:
    akta, card = (handed.awaited(waiting)[kind] for kind in (AKTA, CARD))
    row = kept(handed, handed.file(akta, "PEJABAT LAIN"), "PEJABAT LAIN")
    assert "alasan" in settle(handed, row, akta, "", 400).lower()
    assert "nomor dokumen lain" in settle(handed, row, card, "keliru", 400)
    assert akta_of(handed, waiting).state == "prepared"


def test_nobody_waits_for_it(handed: Handed, waiting: Case) -> None:
    other = paper("Kutipan Akta Kelahiran", ["6471-LU-01012026-0099", "ORANG LAIN"])
    row = kept(handed, handed.siak.signed(other, HEAD, clock.now()), "Tidak ada permohonan yang menunggu")
    actions.discard_file(
        office=handed.town.office, file_id=row.pk, reason="salah unduh", by=actor_of(handed.operator.account)
    )
    row.refresh_from_db()
    assert row.state == "discarded"


def test_a_file_of_another_case_goes_to_that_case(handed: Handed, waiting: Case) -> None:
    second = handed.entered(handed.applied("dua@contoh.id", twin="ANAK KEDUA SANTOSO"))
    files = [
        handed.file(document) for case in (second, waiting) for document in handed.awaited(case).values()
    ]
    assert outcomes(handed.operator.drop(*files))[:4] == ["Diterima"] * 4
    assert [Case.objects.get(pk=case.pk).state for case in (waiting, second)] == ["done", "done"]


def test_the_same_file_twice(handed: Handed, waiting: Case) -> None:
    content = handed.file(akta_of(handed, waiting))
    assert outcomes(handed.operator.drop(content, content))[:2] == ["Diterima", "Sudah ada"]
    before = Entry.objects.filter(action="document.take_over").count()
    assert outcomes(handed.operator.drop(content))[:1] == ["Sudah ada"]
    assert Entry.objects.filter(action="document.take_over").count() == before == 1
    assert Case.objects.get(pk=waiting.pk).step_kind == "sign"  # the card is not here yet


def test_another_file_for_a_document_that_is_here(handed: Handed, waiting: Case) -> None:
    akta = akta_of(handed, waiting)
    handed.operator.drop(handed.file(akta))
    first = akta_of(handed, waiting).signed_sha256
    kept(handed, handed.siak.document(akta, HEAD, clock.now() - timedelta(hours=1)), "Tidak ada permohonan")
    assert akta_of(handed, waiting).signed_sha256 == first
    signed = document_actions.check_siak_file(handed.file(akta))
    with pytest.raises(document_actions.AlreadyTakenOver):
        document_actions.take_over(document_id=akta.pk, file=signed, by=SYSTEM)


def test_by_an_official_who_does_not_enter_it(handed: Handed, waiting: Case) -> None:
    content = handed.file(akta_of(handed, waiting))
    desk = type(handed.operator)(handed.town.staff["petugas_loket"])
    page = desk.drop(content)
    assert outcomes(page)[:1] == ["Ditolak"]
    assert "oleh peran lain" in page
    assert SiakFile.objects.count() == 0


def test_before_its_case_is_ready(handed: Handed, waiting: Case) -> None:
    content = handed.file(akta_of(handed, waiting))
    head = Official(handed.town.staff["kepala_dinas"])
    head.send_back(f"/permohonan/{waiting.pk}/", "nama anak salah eja")
    row = kept(handed, content, "belum sampai pada langkah tanda tangan")
    assert row.early
    assert actions.take_early_files() == 0
    again = handed.entered(Case.objects.get(pk=waiting.pk))
    assert actions.take_early_files() == 1
    assert documents.signed_file(akta_of(handed, again)) == content


def test_a_case_that_came_back_keeps_its_numbers(handed: Handed, waiting: Case) -> None:
    before = {document.kind: document.number for document in handed.awaited(waiting).values()}
    nik = Resident.objects.latest("pk").nik
    Official(handed.town.staff["kepala_dinas"]).send_back(f"/permohonan/{waiting.pk}/", "periksa nama anak")
    sheet = handed.operator.open(f"/petugas/permohonan/{waiting.pk}/siak/")
    assert f'value="{nik}"' in sheet.partition('id="nomor"')[2]
    handed.entered(Case.objects.get(pk=waiting.pk))
    assert {document.kind: document.number for document in handed.awaited(waiting).values()} == before
    assert Resident.objects.latest("pk").nik == nik
    assert CivilRecord.objects.count() == 1


def test_a_number_that_was_typed_wrongly_is_corrected(handed: Handed, waiting: Case) -> None:
    good = {row.slot: row.number for row in OutsideNumber.objects.all()}
    right = {"nik-1": f"{good['nik-1'][:12]}8123", "record-1": f"{good['record-1'][:-4]}0456"}
    sheet = f"/petugas/permohonan/{waiting.pk}/siak/"
    assert "Perbaiki nomor" in handed.operator.open(sheet)
    page = handed.operator.send(sheet, {**right, "reason": ""}, status=400)
    assert right["nik-1"] in page
    handed.operator.send(sheet, {**right, "reason": "tertukar angka"})
    child = Resident.objects.latest("pk")
    assert (child.nik, child.birth_certificate) == (right["nik-1"], right["record-1"])
    assert CivilRecord.objects.get().number == right["record-1"]
    assert BookLine.objects.get(ref=waiting.ref, book="LU").number == right["record-1"]
    assert akta_of(handed, waiting).number == right["record-1"]
    assert {row.slot: row.number for row in OutsideNumber.objects.all()} == right
    case = Case.objects.get(pk=waiting.pk)
    assert case.step_kind == "sign"
    files = [handed.file(document) for document in handed.awaited(case).values()]
    assert outcomes(handed.operator.drop(*files))[:2] == ["Diterima", "Diterima"]
    with pytest.raises(NotPossible):
        handed.corrected(Case.objects.get(pk=waiting.pk), good)


def test_no_correction_once_a_file_is_here(handed: Handed, waiting: Case) -> None:
    good = {row.slot: row.number for row in OutsideNumber.objects.all()}
    handed.operator.drop(handed.file(akta_of(handed, waiting)))
    with pytest.raises(NotPossible):
        handed.corrected(waiting, good)
    handed.operator.open(f"/petugas/permohonan/{waiting.pk}/siak/", CONFLICT)


def test_a_number_that_somebody_has(handed: Handed, waiting: Case) -> None:
    second = handed.applied("dua@contoh.id", twin="ANAK KEDUA SANTOSO")
    taken = {row.slot: row.number for row in OutsideNumber.objects.all()}
    sheet = f"/petugas/permohonan/{second.pk}/siak/"
    fresh = handed.operator.numbers(second, handed.siak)
    for slot, number in taken.items():
        page = handed.operator.send(sheet, {**fresh, slot: number}, status=CONFLICT)
        assert "sudah dipakai" in page
    somebody = handed.town.people.father
    somebody.pk, somebody.nik = None, f"{taken['nik-1'][:12]}9777"
    somebody.save(force_insert=True)
    with pytest.raises(NumberTaken):
        handed.corrected(waiting, {**taken, "nik-1": somebody.nik})
