"""A field team on its pages: a list, many people quickly, who may be known, and their applications."""

import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loket.audit.models import Entry
from loket.cases import actions
from loket.cases.models import Case, FieldLine, FieldList
from loket.cases.rules.field import read_said
from loket.offices.queries import actor_of
from tests.journeys.town import VILLAGE, Town
from tests.journeys.visitor import Official

PATH = "/petugas/pendataan/"
OUTING = {
    "occasion": "natural",
    "happened": "Banjir",
    "village": VILLAGE,
    "place": "Posko SD 001",
    "team": "Sari, Budi",
    "order_number": "800/1/2026",
    "day": "03-08-2026",
}
UPIK = {"name": "Upik Rekaan", "sex": "P", "estimated_age": "60", "lost": ["kk", "ktp_el"]}
BUDI = {"name": "Boedi Santosso", "sex": "L", "birth_date": "04-03-1990", "mother_name": "Siti"}


@pytest.fixture
def clerk(town: Town) -> Official:
    return Official(town.staff["petugas_loket"])


@pytest.fixture
def opened(clerk: Official) -> FieldList:
    clerk.send(PATH, OUTING)
    return FieldList.objects.get()


def page_of(found: FieldList) -> str:
    return f"{PATH}{found.pk}/"


def test_a_list_is_opened_once_with_everything_it_needs(clerk: Official) -> None:
    for field in ("occasion", "village", "place", "team", "order_number"):
        page = clerk.send(
            PATH, OUTING | {field: ""}, status=422 if field in ("occasion", "village", "team") else 400
        )
        assert f'id="e-{field}"' in page
    assert clerk.send(PATH, OUTING | {"day": "31-02-2026"}, status=422).count('id="e-day"') == 1
    form = clerk.form(PATH)
    for _ in range(2):
        clerk.client.post(PATH, {**form.fields, **OUTING})
    found = FieldList.objects.get()
    assert (found.place, found.village_id, found.closed_at) == ("Posko SD 001", VILLAGE, None)
    assert list(Entry.objects.filter(subject=found.ref).values_list("action", flat=True)) == ["field.open"]


def test_people_are_written_down_one_after_another_and_each_once(clerk: Official, opened: FieldList) -> None:
    form = clerk.form(page_of(opened))
    for _ in range(2):
        assert clerk.client.post(page_of(opened), {**form.fields, **UPIK}).status_code == 302
    page = clerk.send(page_of(opened), {"name": "Buyung", "sex": "L", "birth_date": "1-2-2015"})
    first, second = FieldLine.objects.order_by("number")
    assert (first.name, first.estimated_age, first.lost) == ("UPIK REKAAN", 60, ["kk", "ktp_el"])
    assert (second.number, second.birth_date, second.alike) == (2, date(2015, 2, 1), 0)
    assert page.index("2. BUYUNG") < page.index("1. UPIK REKAAN")


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"name": ""}, "name"),
        ({"sex": ""}, "sex"),
        ({"estimated_age": ""}, "birth_date"),
        ({"birth_date": "17-08-1960"}, "estimated_age"),
        ({"estimated_age": "enam puluh"}, "estimated_age"),
        ({"estimated_age": "", "birth_date": "01-01-2099"}, "birth_date"),
        ({"checked": "found"}, "nik"),
        ({"nik": "6471010403909001"}, "nik"),
        ({"checked": "found", "nik": "123"}, "nik"),
        ({"checked": "perhaps"}, "checked"),
    ],
)
def test_what_is_unclear_is_asked_again_and_nothing_is_kept(
    clerk: Official, opened: FieldList, typed: dict[str, str], at: str
) -> None:
    page = clerk.send(page_of(opened), UPIK | typed, status=422)
    assert (f'id="e-{at}"' in page, FieldLine.objects.count()) == (True, 0)
    assert 'value="ktp_el" checked' in page


def test_who_may_be_known_already_is_shown_with_the_reason(
    town: Town, clerk: Official, opened: FieldList
) -> None:
    page = clerk.send(page_of(opened), BUDI)
    father = town.people.father
    assert "Mungkin sudah tercatat" in page
    assert "Nama berbunyi sama dan tanggal lahir sama." in page
    assert (father.name in page, father.nik in page) == (True, False)
    assert "Mirip 1 penduduk" in clerk.open(page_of(opened))
    # What the biometrics found is the same person, however the name sounds.
    line = FieldLine.objects.get()
    page = clerk.send(
        f"{PATH}orang/{line.pk}/", BUDI | {"name": "Orang Lain", "checked": "found", "nik": father.nik}
    )
    assert (page.count("NIK yang ditemukan biometrik."), father.nik in page) == (1, True)


def test_an_age_that_is_guessed_finds_who_may_be_five_years_older_or_younger(
    clerk: Official, opened: FieldList, town: Town
) -> None:
    age = opened.day.year - town.people.father.birth_date.year
    guessed = {"name": "Budi Santoso", "sex": "L", "birth_date": ""}
    for number, (guess, alike) in enumerate(
        [(age + 5, 1), (age - 4, 1), (age + 8, 0), (age - 8, 0)], start=1
    ):
        clerk.send(page_of(opened), guessed | {"estimated_age": str(guess)})
        assert FieldLine.objects.get(number=number).alike == alike


def test_a_line_becomes_an_application_once_with_what_is_known(
    town: Town, clerk: Official, opened: FieldList
) -> None:
    clerk.send(
        page_of(opened),
        {"name": "Upik Rekaan", "sex": "P", "birth_date": "17-08-1960", "birth_place": "Kota Jauh",
         "mother_name": "Siti Rekaan", "checked": "not_found"},
    )  # fmt: skip
    line = FieldLine.objects.get()
    path = f"{PATH}orang/{line.pk}/"
    for _ in range(2):
        clerk.client.post(f"{path}permohonan/")
    case = Case.objects.get()
    assert (case.service, case.channel, case.state) == ("pengganti-identitas", "counter", "draft")
    assert case.answers == {
        "orang_nama": "UPIK REKAAN",
        "orang_jenis_kelamin": "2",
        "orang_tempat_lahir": "KOTA JAUH",
        "orang_tanggal_lahir": "1960-08-17",
        "orang_ibu_nama": "SITI REKAAN",
        "tiba_alamat": "Posko SD 001",
        "tiba_desa": VILLAGE,
        "biometrik_hasil": "not_found",
        "biometrik_nik": "",
    }
    line.refresh_from_db()
    assert line.case == case
    assert f"/petugas/loket/{case.pk}/" in clerk.open(path)
    # It is settled: neither corrected nor struck out.
    by = actor_of(town.staff["petugas_loket"])
    said = read_said({"name": "Lain", "sex": "P", "estimated_age": "50"}, [], opened.day)
    with pytest.raises(actions.LineSettled):
        actions.change_field_line(office=town.office, line_id=line.pk, said=said, by=by)
    with pytest.raises(actions.LineSettled):
        actions.strike_field_line(office=town.office, line_id=line.pk, why="salah", by=by)


def test_a_line_is_struck_out_with_its_reason_and_becomes_nothing(
    town: Town, clerk: Official, opened: FieldList
) -> None:
    clerk.send(page_of(opened), UPIK)
    line = FieldLine.objects.get()
    path = f"{PATH}orang/{line.pk}/"
    assert clerk.client.post(f"{path}coret/", {"why": " "}).status_code == 400
    assert "Dicoret" in clerk.send(path, {"why": "tercatat dua kali"}, part="/coret/")
    assert "tercatat dua kali" in clerk.open(path)
    with pytest.raises(actions.LineSettled):
        actions.make_field_case(office=town.office, line_id=line.pk, by=actor_of(town.staff["petugas_loket"]))
    assert Case.objects.count() == 0


def test_a_closed_list_takes_nobody_more_but_still_gives_applications(
    town: Town, clerk: Official, opened: FieldList
) -> None:
    clerk.send(page_of(opened), UPIK)
    for _ in range(2):
        clerk.client.post(f"{page_of(opened)}tutup/")
    assert Entry.objects.filter(action="field.close").count() == 1
    said = read_said({"name": "Lain", "sex": "P", "estimated_age": "50"}, [], opened.day)
    by, line = actor_of(town.staff["petugas_loket"]), FieldLine.objects.get()
    with pytest.raises(actions.ListClosed):
        actions.add_field_line(office=town.office, list_id=opened.pk, said=said, by=by, key=uuid.uuid4())
    with pytest.raises(actions.ListClosed):
        actions.change_field_line(office=town.office, line_id=line.pk, said=said, by=by)
    assert actions.make_field_case(office=town.office, line_id=line.pk, by=by) == Case.objects.get()


def test_the_list_is_printed_and_each_look_is_kept(clerk: Official, opened: FieldList) -> None:
    clerk.send(page_of(opened), UPIK)
    before = Entry.objects.count()
    answer = clerk.client.get(f"{page_of(opened)}daftar.pdf")
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    looks = Entry.objects.order_by("pk")[before:]
    assert [(row.subject, row.details) for row in looks] == [
        (opened.ref, {"reason": "mencetak daftar pendataan"})
    ]


def test_a_long_list_asks_no_more(clerk: Official, opened: FieldList) -> None:
    asked = []
    for numbers in (range(1, 2), range(2, 41)):
        for number in numbers:
            FieldLine.objects.create(
                field_list=opened, number=number, create_key=uuid.uuid4(), name="ORANG", sex="L",
                estimated_age=30, added_by="uji", added_at=opened.opened_at,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            page = clerk.open(page_of(opened))
        asked.append(len(queries))
    assert page.count("/petugas/pendataan/orang/") == 30
    assert asked[0] == asked[1]
