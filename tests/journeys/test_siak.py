"""A birth at an office that works in SIAK: nothing is typed twice, the signed files come back as they are."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from loket.audit.models import Entry
from loket.cases.models import Case
from loket.config.health.contents import siak_certificates
from loket.documents import queries as documents
from loket.register.models import CivilRecord, OutsideNumber, Resident
from tests.journeys.handed import DROP, HEAD, Handed, outcomes
from tests.journeys.town import Town
from tests.journeys.visitor import ABSENT, CONFLICT, UNPROCESSABLE, Official, Visitor, text_of


def test_from_the_operator_to_the_applicant(handed: Handed) -> None:
    case = handed.applied()
    page = handed.operator.open(f"/petugas/permohonan/{case.pk}/")
    assert "Buka lembar SIAK" in page
    sheet = handed.operator.open(f"/petugas/permohonan/{case.pk}/siak/")
    mother = handed.town.people.mother
    assert f'value="{mother.nik}" readonly' in sheet
    assert sheet.index("Data anak") < sheet.index("Data ibu") < sheet.index("Data pelapor")
    case = handed.entered(case)
    assert (case.state, case.step_kind) == ("open", "sign")
    awaited = handed.awaited(case)
    assert {item.state for item in awaited.values()} == {"prepared"}
    handed.town.work()
    assert {item.unsigned_sha256 for item in handed.awaited(case).values()} == {""}
    akta, card = awaited["kutipan-akta-kelahiran"], awaited["kartu-keluarga"]
    entry = CivilRecord.objects.get()
    assert (entry.number, entry.source) == (akta.number, "siak")
    child = Resident.objects.get(pk=entry.resident_id)
    assert child.birth_certificate == akta.number
    files = {document.kind: handed.file(document) for document in (akta, card)}
    assert outcomes(handed.operator.drop(*files.values())) == ["Diterima", "Diterima"]
    case.refresh_from_db()
    assert case.state == "done"
    for kind, content in files.items():
        assert documents.signed_file(handed.awaited(case)[kind]) == content
    assert Visitor(case.applicant).open(f"/permohonan/{case.pk}/").count("(PDF)") == len(files)


def test_anybody_can_check_the_file_and_is_told_where_it_is_from(handed: Handed) -> None:
    case = handed.entered(handed.applied())
    akta = handed.awaited(case)["kutipan-akta-kelahiran"]
    content = handed.file(akta)
    handed.operator.drop(content)
    anybody = Visitor()
    page = anybody.open(f"/v/{akta.pk}")
    assert "Diterima dari SIAK" in page
    # The stand-in signs nothing that counts.
    assert "SPECIMEN." in page
    assert f"oleh {HEAD}" in page
    assert documents.verify_file(content).verdict == "genuine"
    assert documents.verify_file(content + b"\n").verdict == "mismatch"
    assert documents.verify_number(akta.number).verdict == "genuine"


def test_the_head_signs_nothing_here(handed: Handed) -> None:
    case = handed.entered(handed.applied())
    head = Official(handed.town.staff["kepala_dinas"])
    assert 'id="d-' not in head.open("/petugas/tanda-tangan/")
    page = head.open(f"/petugas/permohonan/{case.pk}/")
    assert "ditandatangani dalam SIAK" in page
    assert "/petugas/tanda-tangan/" not in page.partition("<main")[2]


def test_the_sheet_as_a_file(handed: Handed) -> None:
    case = handed.applied()
    place = f"/petugas/permohonan/{case.pk}/siak/data"
    before = Entry.objects.filter(action="person.look").count()
    rows = list(csv.reader(io.StringIO(handed.operator.open(f"{place}.csv"))))
    mother = handed.town.people.mother
    # The apostrophe keeps all sixteen digits in a spreadsheet.
    assert ["Data ibu", "NIK", f"'{mother.nik}"] in rows
    found = json.loads(handed.operator.open(f"{place}.json"))
    assert {"kolom": "NIK", "isi": mother.nik} in found["data"][1]["isian"]
    assert f"NIK: {mother.nik}\n" in handed.operator.open(f"{place}.txt").replace("\r", "")
    assert Entry.objects.filter(action="person.look").count() == before + 3
    handed.operator.open(f"{place}.exe", ABSENT)


def test_who_does_not_enter_it_sees_no_sheet(handed: Handed) -> None:
    case = handed.applied()
    others = Official(handed.town.staff["petugas_loket"])
    before = Entry.objects.filter(action="person.look").count()
    for path in ("", "data.csv"):
        assert handed.town.people.mother.nik not in others.open(
            f"/petugas/permohonan/{case.pk}/siak/{path}", CONFLICT
        )
    assert Entry.objects.filter(action="person.look").count() == before
    Official(handed.town.outsider).open(f"/petugas/permohonan/{case.pk}/siak/", ABSENT)


def test_wrong_numbers_change_nothing(handed: Handed) -> None:
    case = handed.applied()
    sheet = f"/petugas/permohonan/{case.pk}/siak/"
    good = handed.operator.numbers(case, handed.siak)
    assert sorted(good) == ["nik-1", "record-1"]
    other = f"{good['nik-1'][:10]}99{good['nik-1'][12:]}"
    for slot, wrong, sentence, status in (
        ("nik-1", "", "NIK belum diisi.", UNPROCESSABLE),
        ("nik-1", "123", "NIK harus terdiri dari 16 angka.", UNPROCESSABLE),
        ("nik-1", other, "Tanggal lahir pada NIK tidak sama dengan data.", UNPROCESSABLE),
        ("record-1", "6471-LU-1", "tidak seperti yang diterbitkan SIAK", UNPROCESSABLE),
    ):
        page = handed.operator.send(sheet, {**good, slot: wrong}, status=status)
        assert sentence in page, (slot, wrong)
        assert f'name="{slot}" class="mono" value="{wrong}"' in page
    assert (CivilRecord.objects.count(), OutsideNumber.objects.count()) == (0, 0)
    assert Case.objects.get(pk=case.pk).step_kind == "enter_data"


def test_what_the_register_refuses_is_told_before_anything_is_entered(handed: Handed) -> None:
    case = handed.applied()
    mother = handed.town.people.mother
    Resident.objects.filter(pk=mother.pk).update(status="MATI", death_date="2020-01-01")
    page = handed.operator.open(f"/petugas/permohonan/{case.pk}/siak/")
    assert "Jangan dientri dulu" in page
    assert 'name="nik-1"' not in page


def test_the_drop_page_asks_for_a_file(handed: Handed) -> None:
    response = handed.operator.client.post(DROP, handed.operator.form(DROP, DROP).fields)
    assert response.status_code == UNPROCESSABLE
    assert "Pilih paling sedikit satu berkas" in text_of(response)


def test_the_doctor_asks_for_the_certificates(handed: Handed, settings: Any, tmp_path: Path) -> None:
    levels = []
    for roots in (settings.SIAK_ROOTS, [], [tmp_path / "none.pem"]):
        settings.SIAK_ROOTS = roots
        levels += [(check.name, check.level) for check in siak_certificates()]
    assert levels == [("SIAK of 6471", "ok"), ("SIAK of 6471", "warn"), ("SIAK of 6471", "fail")]


def test_a_town_of_its_own_needs_none(town: Town) -> None:
    assert list(siak_certificates()) == []


def test_what_was_typed_when_the_session_ended_is_there_again(handed: Handed) -> None:
    case = handed.applied()
    sheet = f"/petugas/permohonan/{case.pk}/siak/"
    session = handed.operator.client.session
    session["unsent"] = {"path": sheet, "typed": {"record-1": "6471-LU-01012026-0042"}}
    session.save()
    assert 'value="6471-LU-01012026-0042"' in handed.operator.open(sheet)
