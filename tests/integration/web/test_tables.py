"""Tables of rows on pages: filled in without JavaScript, kept, mended, read by officials; signed cards."""

import re
import uuid
from typing import Any

import pytest

from loket.cases.actions.events import undo_event
from loket.cases.models import Case
from loket.core.actors import SYSTEM
from loket.core.identity import mask_number
from loket.documents.models import Document
from loket.register.models import CivilRecord, Family, FamilyChange, Membership
from loket.web.guards import MAX_UNSENT_FIELDS
from tests.integration.web import household
from tests.journeys.town import VILLAGE, Town
from tests.journeys.visitor import UNPROCESSABLE, Official, Visitor, finish

pytestmark = pytest.mark.django_db
TABLE = "isi/keluarga/"


@pytest.fixture
def rina(town: Town) -> Visitor:
    household.open_service()
    return Visitor(town.citizen())


@pytest.fixture
def case(rina: Visitor) -> str:
    return household.start(rina)


def stored(path: str) -> Case:
    return Case.objects.get(pk=path.strip("/").split("/")[-1])


def lines(page: str) -> list[str]:
    """The rows that a page shows, by name."""
    return re.findall(r"<legend>(Anggota ke-\d+)</legend>", page)


def value_of(page: str, name: str) -> str:
    (found,) = re.findall(rf'<input value="([^"]*)"[^>]* name="{name}"', page)
    return str(found)


def change(page: dict[str, str], **changes: str) -> dict[str, str]:
    return page | {key.replace("__", "-"): value for key, value in changes.items()}


def send_all(town: Town, visitor: Visitor, **changes: Any) -> str:
    """An application for a card of their own, sent."""
    case = household.start(visitor)
    for part, values in household.pages(town).items():
        visitor.send(f"{case}isi/{part}/", {**values, **changes.get(part, {})})
    visitor.send(f"{case}periksa/", {})
    return case


def test_rows_are_kept_in_shape_and_blank_ones_dropped(town: Town, rina: Visitor, case: str) -> None:
    rina.send(f"{case}{TABLE}", household.pages(town)["keluarga"])
    father, mother = town.people.father, town.people.mother
    assert stored(case).answers["anggota"] == [
        {"nik": father.nik, "nama": father.name, "shdk": "1"},
        {"nik": mother.nik, "nama": mother.name, "shdk": "3"},
    ]
    page = rina.open(f"{case}{TABLE}")
    assert len(lines(page)) == 3
    assert value_of(page, "anggota-1-nik") == mother.nik
    assert '<option value="3" selected>ISTRI</option>' in page


def test_another_row_keeps_what_was_typed(town: Town, rina: Visitor, case: str) -> None:
    typed = change(
        household.pages(town)["keluarga"], jumlah_anggota="lima", anggota__1__nik="12", tambah="anggota"
    )
    response = rina.client.post(f"{case}{TABLE}", typed)
    # Three rows were shown at first and are filled in now; the address names none of what was typed.
    assert response.headers["Location"] == f"{case}{TABLE}?baris=4#b-anggota-3"
    page = rina.open(f"{case}{TABLE}?baris=4")
    assert len(lines(page)) == 4
    assert 'id="b-anggota-3"' in page
    assert value_of(page, "jumlah_anggota") == "lima"
    assert [value_of(page, f"anggota-{row}-nik") for row in range(4)] == [
        town.people.father.nik,
        "12",
        town.people.mother.nik,
        "",
    ]
    assert "Perbaiki dulu" not in page


def test_rows_up_to_the_most_there_may_be(rina: Visitor, case: str) -> None:
    for asked, shown in (("20", 20), ("21", 20), ("999999999999", 3), ("-1", 3), ("x", 3), ("²", 3)):
        assert len(lines(rina.open(f"{case}{TABLE}?baris={asked}"))) == shown
    page = rina.open(f"{case}{TABLE}")
    assert '<button class="second" name="tambah" value="anggota">Tambah baris</button>' in page
    assert "<script" not in page
    page = rina.open(f"{case}{TABLE}?baris=20")
    assert "Tambah baris" not in page
    assert "Paling banyak 20 baris." in page
    # The whole page still waits in the session while somebody signs in again.
    assert len(re.findall(r' name="', page)) <= MAX_UNSENT_FIELDS


def test_faults_name_row_and_column(town: Town, rina: Visitor, case: str) -> None:
    typed = change(household.pages(town)["keluarga"], anggota__0__shdk="", anggota__2__nik="123")
    page = rina.send(f"{case}{TABLE}", typed, status=UNPROCESSABLE)
    links = re.findall(r'<li><a href="(#f-[^"]*)">([^<]*)</a>', page)
    assert links == [
        (
            "#f-anggota-0-shdk",
            "Anggota ke-1, Hubungan dalam keluarga (SHDK): pilih salah satu.",
        ),
        ("#f-anggota-1-nik", "Anggota ke-2, NIK: NIK harus terdiri dari 16 angka."),
    ]
    for anchor, _ in links:
        assert f'id="{anchor[1:]}"' in page
    assert '<span class="err" id="e-anggota-1-nik">NIK harus terdiri dari 16 angka.</span>' in page
    assert value_of(page, "anggota-1-nik") == "123"
    page = rina.send(f"{case}{TABLE}", {"jumlah_anggota": "2"}, status=UNPROCESSABLE)
    assert '<a href="#f-anggota">Anggota: isi paling sedikit 1 baris.</a>' in page
    assert '<span class="err" id="e-anggota">Isi paling sedikit 1 baris.</span>' in page


def test_rules_over_the_rows_hold_the_application_back(town: Town, rina: Visitor, case: str) -> None:
    for part, values in household.pages(town).items():
        rina.send(f"{case}isi/{part}/", values)
    rina.send(f"{case}{TABLE}", household.pages(town)["keluarga"] | {"anggota-0-shdk": "4"})
    page = rina.open(f"{case}periksa/")
    assert re.findall(rf'<li><a href="{case}{TABLE}\?kembali=periksa#([a-z_-]*)">([^<]*)', page) == [
        ("f-anggota", "Daftar anggota keluarga. Anggota: pilih tepat satu orang sebagai kepala keluarga.")
    ]
    assert "Anggota: pilih tepat satu orang" in rina.open(f"{case}{TABLE}?kembali=periksa")


def test_only_villages_of_the_office_can_be_chosen(town: Town, rina: Visitor, case: str) -> None:
    page = rina.open(f"{case}isi/alamat/")
    found = re.findall(r'<option value="(\d\d\.\d\d\.\d\d\.\d{4})">([^<]+)</option>', page)
    assert len(found) == 34
    assert {code[:5] for code, _ in found} == {"64.71"}
    assert all(", Kecamatan " in words for _, words in found)
    assert [words for _, words in found] == sorted(words for _, words in found)
    elsewhere = household.pages(town)["alamat"] | {"desa": "21.01.01.1001"}
    page = rina.send(f"{case}isi/alamat/", elsewhere, status=UNPROCESSABLE)
    assert "Desa atau kelurahan: pilih salah satu." in page


def test_the_session_ends_while_a_table_is_filled_in(town: Town, rina: Visitor, case: str) -> None:
    typed = household.pages(town)["keluarga"]
    outside = Visitor()
    response = outside.client.post(f"{case}{TABLE}", typed)
    assert response.status_code == 302
    session = outside.client.session
    kept = session["unsent"]
    rina_session = rina.client.session
    rina_session["unsent"] = kept
    rina_session.save()
    page = rina.open(f"{case}{TABLE}")
    assert "Sesi Anda sempat berakhir" in page
    assert value_of(page, "anggota-0-nik") == town.people.father.nik


def test_the_check_page_shows_the_rows(town: Town, rina: Visitor, case: str) -> None:
    for part, values in household.pages(town).items():
        rina.send(f"{case}isi/{part}/", values)
    page = rina.open(f"{case}periksa/")
    assert "Belum dapat dikirim" not in page
    assert re.findall(r"<b>(Anggota ke-\d)</b>", page) == ["Anggota ke-1", "Anggota ke-2"]
    assert f'<span class="mono">{town.people.mother.nik}</span>' in page
    assert "ISTRI" in page
    assert re.search(r"<dd>[^<]*, Kecamatan [^<]*</dd>", page)


def test_officials_see_the_rows_beside_the_register(town: Town, rina: Visitor) -> None:
    case = send_all(town, rina, keluarga={"anggota-2-nama": "ORANG LAIN"})
    father, mother = town.people.father, town.people.mother
    page = Official(town.staff["petugas_loket"]).open(f"/petugas{case}")
    (row,) = re.findall(r'<li id="f-a-anggota-0-nik">(.*?)</li>', page)
    assert father.nik in row
    assert "sesuai register" in row
    (row,) = re.findall(r'<li id="f-a-anggota-1-nik">(.*?)</li>', page)
    assert f"di register: {mother.name}" in row
    other = Official(town.staff["operator_perubahan"]).open(f"/petugas{case}")
    for nik in (father.nik, mother.nik, town.people.family_number):
        assert nik not in other
        assert mask_number(nik) in other


def test_what_the_register_refuses_points_at_the_row(town: Town, rina: Visitor) -> None:
    case = send_all(town, rina, keluarga={"anggota-2-nama": "ORANG LAIN"})
    Official(town.staff["petugas_loket"]).complete(case)
    page = Official(town.staff["operator_perubahan"]).complete(case, status=UNPROCESSABLE)
    assert "Nama yang ditulis bukan nama pemilik NIK ini" in page
    assert 'href="#f-a-anggota-1-nik"' in page
    assert FamilyChange.objects.count() == 0


def test_from_application_to_the_signed_card(town: Town, rina: Visitor) -> None:
    case = send_all(town, rina)
    finish(town, case)
    assert stored(case).state == "done"
    family = FamilyChange.objects.get().family
    assert (family.address, family.rt, family.rw, family.village_id) == (
        "JL. MELATI NO. 7",
        "004",
        "",
        VILLAGE,
    )
    card = Document.objects.get()
    assert (card.kind, card.state, card.subject_key) == ("kartu-keluarga", "signed", f"kk:{family.number}")
    assert [row["nik"] for row in card.context["members"]] == [
        town.people.father.nik,
        town.people.mother.nik,
    ]


def test_a_returned_case_is_amended_on_the_same_number(town: Town, rina: Visitor) -> None:
    case = send_all(town, rina)
    loket, operator = (Official(town.staff[slug]) for slug in ("petugas_loket", "operator_perubahan"))
    loket.complete(case)
    operator.complete(case)
    number = FamilyChange.objects.get().family.number
    head = Official(town.staff["kepala_dinas"])
    head.send_back(case, "Alamatnya salah.")
    operator.send_back(case, "Alamatnya salah.")
    loket.send_back(case, "Alamatnya salah.")
    typed = household.pages(town)["alamat"] | {"alamat": "Jl. Kenanga No. 9"}
    rina.send(f"{case}isi/alamat/", typed)
    rina.send(f"{case}periksa/", {})
    finish(town, case)
    change = FamilyChange.objects.get()
    assert (change.family.number, change.family.address) == (number, "JL. KENANGA NO. 9")
    assert Document.objects.get().context["address"] == "JL. KENANGA NO. 9"


def test_a_recorded_case_is_undone(town: Town, rina: Visitor) -> None:
    case = send_all(town, rina)
    before = list(Membership.objects.order_by("pk").values())
    Official(town.staff["petugas_loket"]).complete(case)
    Official(town.staff["operator_perubahan"]).complete(case)
    found = stored(case)
    assert found.recorded is False
    undo_event(found, SYSTEM)
    assert found.recorded is False
    assert list(Membership.objects.order_by("pk").values()) == before
    undo_event(found, SYSTEM)  # nothing is recorded any more


def test_a_birth_is_not_undone(town: Town) -> None:
    case = Visitor(town.citizen("tono@contoh.id")).apply(town)
    Official(town.staff["petugas_loket"]).complete(case)
    found = stored(case)
    undo_event(found, SYSTEM)  # nothing is recorded yet
    Official(town.staff["operator_perubahan"]).complete(case)
    found = stored(case)
    undo_event(found, SYSTEM)
    assert (found.recorded, CivilRecord.objects.count()) == (True, 1)


def test_a_corrected_card_keeps_its_number(town: Town, rina: Visitor) -> None:
    case = send_all(town, rina, pemohon={"alasan": "3"})
    Official(town.staff["petugas_loket"]).complete(case)
    Official(town.staff["operator_perubahan"]).complete(case)
    card = Document.objects.get()
    assert card.subject_key == f"kk:{town.people.family_number}"
    assert card.context["address"] == "JL. MELATI NO. 7"
    assert Family.objects.count() == 3


def test_answers_are_stored_as_rows_only(rina: Visitor, case: str) -> None:
    """Keys that are no column, rows beyond the table and text in its place leave no trace."""
    typed = {
        "jumlah_anggota": "1",
        "anggota": "x",
        "anggota-0-nik": "1",
        "anggota-0-lain": "x",
        "anggota-20-nik": "1",
        "anggota--1-nik": "1",
        f"anggota-{uuid.uuid4()}-nik": "1",
    }
    rina.client.post(f"{case}{TABLE}", typed)
    assert stored(case).answers["anggota"] == [{"nik": "1", "nama": "", "shdk": ""}]
