"""The list of letters of moves, the word that somebody arrived elsewhere, and what a letter fills in."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest

from loket.audit.models import Entry
from loket.cases import actions, queries
from loket.cases.models import Case
from loket.catalogue.queries import in_force
from loket.core import clock
from loket.core.identity import mask_number
from loket.register.models import LetterPerson, MoveLetter, RegisterEvent, Resident
from tests.journeys.town import Town
from tests.journeys.travellers import ARRIVING, ORIGIN, THERE, Travellers
from tests.journeys.visitor import Official

PATH = "/petugas/surat-pindah/"


@pytest.fixture
def family(travellers: Travellers) -> Travellers:
    return travellers


def letter(family: Travellers, *who: str, **answers: Any) -> MoveLetter:
    """A SKPWNI of these people, by the desk of Balikpapan; not yet signed."""
    case = family.apply_out(**family.leaving(*who, **answers))
    family.take(case, until="sign")
    return MoveLetter.objects.latest("pk")


def everybody(family: Travellers, **answers: Any) -> MoveLetter:
    return letter(family, "husband", "wife", "son", "mother", **answers)


def looks() -> list[tuple[str, str]]:
    found = Entry.objects.filter(action="person.look").order_by("id")
    return [(row.subject, row.details["reason"]) for row in found]


def looks_at(letter: MoveLetter) -> int:
    """How often the letter was looked at."""
    return [subject for subject, _ in looks()].count(f"move-letter:{letter.pk}")


def test_both_offices_see_a_letter_that_waits_masked(family: Travellers) -> None:
    found, wife = everybody(family), family.people["wife"]
    at_origin = Official(family.staff[ORIGIN]["operator"]).open(PATH)
    there = Official(family.staff[THERE]["kabid"]).open(PATH)
    for page in (at_origin, there):
        assert found.number in page
        assert wife.name in page
        assert mask_number(wife.nik) in page
        assert wife.nik not in page
    assert "Menunggu laporan datang" in at_origin
    assert family.offices[ORIGIN].short_name in there
    assert looks()[-2:] == [(f"office:{code}", "surat pindah yang belum dipakai") for code in (ORIGIN, THERE)]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_as_often_for_many(
    family: Travellers, rows: int, django_assert_num_queries: Any
) -> None:
    for index in range(rows):
        made = MoveLetter.objects.create(
            office=family.offices[ORIGIN],
            kind="skpwni",
            number=f"SKPWNI/6471/{index}",
            case_ref=f"case:{index}",
            issued_on="2026-11-01",
            valid_until="2027-01-01",
            destination="31.71",
        )
        LetterPerson.objects.create(
            letter=made, nik=f"{index:016d}", name="A", relation="ANAK", position=1, waiting=True
        )
    official = Official(family.staff[ORIGIN]["operator"])
    official.open(PATH)
    with django_assert_num_queries(12):
        page = official.open(PATH)
    assert page.count("Catat sudah tiba") == rows


def test_an_official_notes_an_arrival_elsewhere(family: Travellers) -> None:
    found = everybody(family, tujuan_kabupaten="31.71")
    operator = Official(family.staff[ORIGIN]["operator"])
    path = f"{PATH}{found.pk}/tiba/"
    page = operator.send(path, {"arrived_on": "kemarin", "proof": ""}, status=422)
    assert 'id="e-arrived_on"' in page
    today = queries.today(family.offices[ORIGIN])
    page = operator.send(path, {"arrived_on": f"{today:%d-%m-%Y}", "proof": ""}, status=422)
    assert "Tulis nomor SKDWNI" in page
    late = today + timedelta(days=2)
    operator.send(path, {"arrived_on": f"{late:%d-%m-%Y}", "proof": "SKDWNI/1"}, status=422)
    page = operator.send(path, {"arrived_on": f"{today:%d-%m-%Y}", "proof": "SKDWNI/3171/1"})
    assert "bukan lagi penduduk di sini" in page
    assert set(Resident.objects.values_list("status", flat=True)) == {"PINDAH"}
    event = RegisterEvent.objects.get(kind="moved_away")
    assert (event.facts["proof"], event.recorded_by) == ("SKDWNI/3171/1", operator.account.ref)
    assert "Catat sudah tiba" not in operator.open(path)
    assert "Sudah tiba, 30 hari terakhir" in operator.open(PATH)
    page = operator.send(path, {"undo": "ya"})
    assert "penduduk di sini seperti semula" in page
    assert set(Resident.objects.values_list("status", flat=True)) == {"HIDUP"}
    assert "Catat sudah tiba" in operator.open(path)


def test_a_letter_of_another_office_is_not_there(family: Travellers) -> None:
    found = everybody(family)
    answer = Official(family.staff[THERE]["kabid"]).client.get(f"{PATH}{found.pk}/tiba/")
    assert answer.status_code == 404


def draft(family: Travellers) -> Case:
    """An arrival that an official of Tanggamus begins to key in."""
    office = family.offices[THERE]
    contact = actions.Contact(
        "ARIF", sender_name="SAMSUL", sender_phone="081200009001", mandate=family._mandate().pk
    )
    return actions.start_at_counter(
        revision=in_force(office, ARRIVING, queries.today(office)),
        variant="permohonan",
        contact=contact,
        by=family.by(THERE, "operator_penerima"),
        key=uuid.uuid4(),
        channel="whatsapp",
    )


def fill(
    family: Travellers, case: Case, part: str, typed: dict[str, Any], role: str = "operator_penerima"
) -> tuple[int, str]:
    official = Official(family.staff[THERE][role])
    answer = official.client.post(f"/petugas/loket/{case.pk}/isi/{part}/", typed)
    return answer.status_code, answer.content.decode()


def value(body: str, name: str) -> str:
    found = re.search(rf'<input value="([^"]*)"[^>]* name="{name}"', body)
    assert found, name
    return found[1]


def test_the_letter_fills_in_what_was_left_empty(family: Travellers) -> None:
    found, case = everybody(family), draft(family)
    status, body = fill(family, case, "skpwni", {"skpwni_nomor": found.number.lower(), "skpwni_tanggal": ""})
    today = queries.today(family.offices[ORIGIN])
    assert (status, value(body, "skpwni_tanggal")) == (200, f"{today:%d-%m-%Y}")
    assert looks()[-1] == (f"move-letter:{found.pk}", f"melengkapi isian {case.ref} dari surat pindah")
    typed = {"skpwni_nomor": found.number, "skpwni_tanggal": f"{today:%d-%m-%Y}"}
    assert fill(family, case, "skpwni", typed)[0] == 302
    status, body = fill(family, case, "asal", {"asal_alamat": "JL. LAIN"})
    assert value(body, "asal_alamat") == "JL. LAIN"
    assert found.family is not None
    assert value(body, "asal_nomor_kk") == found.family.number
    assert value(body, "asal_desa") == found.family.village.name
    status, body = fill(family, case, "kedatangan", {"datang_kk": "2"})
    names = [value(body, f"anggota_datang-{index}-nama") for index in range(4)]
    assert names == [family.people[who].name for who in ("husband", "wife", "son", "mother")]
    before = looks_at(found)
    marks = re.findall(r'name="dari_register" value="([^"]*)"', body)
    assert "surat_pindah" in marks
    status, body = fill(family, case, "kedatangan", {"datang_kk": "2", "dari_register": marks})
    assert (status, looks_at(found)) == (422, before)


@pytest.mark.parametrize("why", ["another destination", "expired", "unknown"])
def test_a_letter_that_leads_elsewhere_or_is_over_says_nothing(family: Travellers, why: str) -> None:
    if why == "another destination":
        number = everybody(family, tujuan_kabupaten="31.71").number
    else:
        number = everybody(family).number
    if why == "expired":
        MoveLetter.objects.update(state="expired", ended_on=clock.now().date())
    if why == "unknown":
        number = "SKPWNI/6471/01012020/0001"
    case = draft(family)
    status, body = fill(family, case, "skpwni", {"skpwni_nomor": number, "skpwni_tanggal": ""})
    assert (status, value(body, "skpwni_tanggal")) == (422, "")
    assert [subject for subject, _ in looks() if subject.startswith("move-letter")] == []


def test_whoever_works_on_an_arrival_sees_its_letter(family: Travellers) -> None:
    number = family.letter(
        family.take(family.apply_out(**family.leaving("husband", "wife", "son", "mother")))
    ).number
    case = family.apply_in(number, ("husband", "1"), ("wife", "3"))
    family.take(case, until="enter_data")
    page = Official(family.staff[THERE]["operator"]).open(f"/petugas/permohonan/{case.pk}/")
    assert "Terdaftar dan berlaku" in page
    assert "Tercantum dalam surat tetapi tidak dalam permohonan: SRI REKAAN WAHYUNI." in page
    assert "KOTA BALIKPAPAN" in page
    other = Official(family.staff[THERE]["kabid"]).open(f"/petugas/permohonan/{case.pk}/")
    assert family.people["mother"].nik not in other
    assert "SRI REKAAN WAHYUNI" not in other


def test_a_letter_of_another_place_is_to_be_checked_there(family: Travellers) -> None:
    case = family.apply_in("SKPWNI/3506/01112026/0001", ("husband", "1"))
    family.take(case, until="enter_data")
    page = Official(family.staff[THERE]["operator"]).open(f"/petugas/permohonan/{case.pk}/")
    assert "Periksa keasliannya pada kantor asal" in page


def test_the_list_is_empty_at_first(town: Town) -> None:
    page = Official(town.staff["operator"]).open(PATH)
    assert "Tidak ada surat pindah yang menunggu" in page
