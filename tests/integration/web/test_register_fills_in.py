"""What an official leaves empty beside a NIK comes from the register, to be compared and saved."""

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loket.audit.models import Entry
from loket.cases import actions
from loket.cases.models import Case
from loket.catalogue.queries import in_force
from loket.catalogue.rules import FormPart
from loket.offices.queries import actor_of
from loket.register.models import Resident
from loket.register.queries import current_family
from loket.web.known import FromRegister
from tests.journeys.regency import SERVICE, Regency
from tests.journeys.town import Town
from tests.journeys.visitor import Official, Visitor

NOTE = "Diisi dari register"


@pytest.fixture
def front(regency: Regency) -> Official:
    return Official(regency.staff["front_office"])


@pytest.fixture
def case(regency: Regency) -> Case:
    return actions.start_at_counter(
        revision=in_force(regency.office, SERVICE, date(2026, 11, 20)),
        variant="penerbitan",
        contact=actions.Contact("Ramli Hasan"),
        by=actor_of(regency.staff["front_office"]),
        key=uuid.uuid4(),
    )


def page(case: Case, part: str = "pemohon") -> str:
    return f"/petugas/loket/{case.pk}/isi/{part}/"


def post(who: Official, path: str, typed: dict[str, object]) -> tuple[int, str]:
    answer = who.client.post(path, typed)
    return answer.status_code, answer.content.decode()


def marks(body: str) -> list[str]:
    return re.findall(r'name="dari_register" value="([^"]*)"', body)


def value(body: str, name: str) -> str:
    found = re.search(rf'<input value="([^"]*)"[^>]* name="{name}"', body)
    assert found, name
    return found[1]


def answers(case: Case) -> dict[str, object]:
    return Case.objects.get(pk=case.pk).answers


def looks() -> list[tuple[str, str, str]]:
    found = Entry.objects.filter(action="person.look", subject__startswith="resident:").order_by("id")
    return [(row.subject, row.actor, row.details["reason"]) for row in found]


def test_an_empty_name_is_filled_in_shown_once_more_and_saved_by_the_official(
    regency: Regency, front: Official, case: Case
) -> None:
    typed = {"pemohon_nik": regency.husband.nik, "pemohon_nama": "", "alasan": "1"}
    status, body = post(front, page(case), typed)
    assert (status, NOTE in body, value(body, "pemohon_nama")) == (200, True, "RAMLI HASAN")
    assert answers(case)["pemohon_nama"] == ""
    assert marks(body) == [f"pemohon_nik:{regency.husband.nik}:nama"]
    status, _ = post(front, page(case), typed | {"pemohon_nama": "RAMLI HASAN", "dari_register": marks(body)})
    assert (status, answers(case)["pemohon_nama"]) == (302, "RAMLI HASAN")
    account = regency.staff["front_office"]
    assert looks() == [(f"resident:{regency.husband.pk}", account.ref, f"melengkapi isian {case.ref}")]


def test_what_was_typed_is_not_overwritten_and_nobody_is_looked_at(
    regency: Regency, front: Official, case: Case
) -> None:
    typed = {"pemohon_nik": regency.husband.nik, "pemohon_nama": "Ramli", "alasan": "1"}
    status, _ = post(front, page(case), typed)
    assert (status, answers(case)["pemohon_nama"], looks()) == (302, "RAMLI", [])


def test_a_person_of_another_office_or_of_none_is_not_known(
    regency: Regency, front: Official, case: Case
) -> None:
    elsewhere = Resident.objects.get(pk=regency.husband.pk)
    typed = {"pemohon_nik": "2101015507900002", "pemohon_nama": "", "alasan": "1"}
    status, body = post(front, page(case), typed)
    assert (status, NOTE in body, looks()) == (422, False, [])
    other = type(elsewhere.office).objects.exclude(pk=elsewhere.office_id).first() or _office(elsewhere)
    Resident.objects.filter(pk=elsewhere.pk).update(office=other)
    status, body = post(front, page(case), typed | {"pemohon_nik": elsewhere.nik})
    assert (status, NOTE in body, looks()) == (422, False, [])


def _office(resident: Resident) -> object:
    office = type(resident.office).objects.get(pk=resident.office_id)
    office.pk, office.slug = "9911", "lain"
    office.save(force_insert=True)
    return office


def test_a_field_emptied_on_purpose_stays_empty(regency: Regency, front: Official, case: Case) -> None:
    typed = {"pemohon_nik": regency.husband.nik, "pemohon_nama": "", "alasan": "1"}
    _, body = post(front, page(case), typed)
    status, body = post(front, page(case), typed | {"dari_register": marks(body)})
    assert (status, NOTE in body, len(looks())) == (422, False, 1)
    assert marks(body) == [f"pemohon_nik:{regency.husband.nik}:nama"]


def test_another_nik_takes_what_the_first_one_had_filled_in_away(
    regency: Regency, front: Official, case: Case
) -> None:
    typed = {"pemohon_nik": regency.husband.nik, "pemohon_nama": "", "alasan": "1"}
    _, body = post(front, page(case), typed)
    mistaken = typed | {"pemohon_nama": "RAMLI HASAN", "dari_register": marks(body)}
    status, body = post(front, page(case), mistaken | {"pemohon_nik": regency.wife.nik})
    assert (status, value(body, "pemohon_nama")) == (200, "NURUL HUDA")
    assert marks(body) == [f"pemohon_nik:{regency.wife.nik}:nama"]
    assert [subject for subject, *_ in looks()] == [
        f"resident:{regency.husband.pk}", f"resident:{regency.wife.pk}",
    ]  # fmt: skip
    corrected = mistaken | {"pemohon_nik": regency.wife.nik, "pemohon_nama": "NURUL HUDAH"}
    status, _ = post(front, page(case), corrected)
    assert (status, answers(case)["pemohon_nama"]) == (302, "NURUL HUDAH")


def test_the_rows_of_a_table_are_filled_in_alike(regency: Regency, front: Official, case: Case) -> None:
    typed = {
        "jumlah_anggota": "2",
        "anggota-0-nik": regency.husband.nik,
        "anggota-0-nama": "",
        "anggota-0-shdk": "1",
        "anggota-2-nik": regency.wife.nik,
        "anggota-2-nama": "",
        "anggota-2-shdk": "",
    }
    status, body = post(front, page(case, "keluarga"), typed)
    assert (status, value(body, "anggota-0-nama"), value(body, "anggota-1-nama")) == (
        422, "RAMLI HASAN", "NURUL HUDA",
    )  # fmt: skip
    assert '<a href="#f-anggota-1-nama">Anggota ke-2, Nama' in body
    assert "Anggota ke-2, Nama: wajib diisi" not in body
    assert [row["shdk"] for row in answers(case)["anggota"]] == ["1", ""]
    assert len(looks()) == 2
    whole = typed | {
        "anggota-0-nama": "RAMLI HASAN",
        "anggota-1-nik": regency.wife.nik,
        "anggota-1-nama": "NURUL HUDA",
        "anggota-1-shdk": "3",
        "anggota-2-nik": "",
        "dari_register": marks(body),
    }
    status, _ = post(front, page(case, "keluarga"), whole)
    assert (status, [row["nama"] for row in answers(case)["anggota"]], len(looks())) == (
        302, ["RAMLI HASAN", "NURUL HUDA"], 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    "mark", ["x", "pemohon_nik:1:nama", "anggota-9-nik:2101015507900001:nama", "a:b:c" * 99]
)
def test_a_damaged_mark_counts_as_none(regency: Regency, front: Official, case: Case, mark: str) -> None:
    typed = {"pemohon_nik": regency.husband.nik, "pemohon_nama": "", "alasan": "1", "dari_register": mark}
    status, body = post(front, page(case), typed)
    assert (status, value(body, "pemohon_nama")) == (200, "RAMLI HASAN")


def test_also_where_the_application_came_in_a_message(regency: Regency, front: Official, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(channel="whatsapp")
    typed = {"pemohon_nik": regency.wife.nik, "pemohon_nama": "", "alasan": "1"}
    status, body = post(front, page(case), typed)
    assert (status, value(body, "pemohon_nama")) == (200, "NURUL HUDA")


ORANG = FormPart.model_validate(
    {
        "part": "orang",
        "title": "Orang",
        "fields": [
            {"key": "orang_nik", "label": "NIK", "type": "nik"},
            {"key": "orang_nama", "label": "Nama", "type": "name"},
            {"key": "orang_nomor_kk", "label": "Nomor KK", "type": "nomor_kk"},
            {"key": "orang_tempat_lahir", "label": "Tempat lahir", "type": "text"},
            {"key": "orang_tanggal_lahir", "label": "Tanggal lahir", "type": "date"},
            {"key": "orang_jenis_kelamin", "label": "Jenis kelamin", "type": "choice", "options": "sex"},
            {"key": "orang_kewarganegaraan", "label": "Warga", "type": "choice", "options": "warga"},
            {"key": "orang_alamat", "label": "Alamat", "type": "text", "when": {"tanya": "ya"}},
            {"key": "orang_agama", "label": "Agama", "type": "text"},
            {"key": "lain_nama", "label": "Nama lain", "type": "name"},
        ],
    }
)
LISTS = {"sex": {"1": "LAKI-LAKI", "2": "PEREMPUAN"}, "warga": {"a": "WNI", "b": "WNA"}}


@pytest.mark.parametrize("asked", [True, False])
def test_what_is_filled_in_and_what_is_not(regency: Regency, case: Case, asked: bool) -> None:
    wife, family = regency.wife, current_family(regency.wife)
    known = FromRegister(case, actor_of(regency.staff["front_office"]), [])
    empty = {field.key: "" for field in ORANG.fields} | {"orang_nik": wife.nik}
    found = known.complete(ORANG, empty, {"tanya": "ya" if asked else "tidak"}, LISTS)
    assert family
    assert found.values == empty | {
        "orang_nama": "NURUL HUDA",
        "orang_nomor_kk": family.number,
        "orang_tempat_lahir": wife.birth_place,
        "orang_tanggal_lahir": "2001-07-08",
        "orang_jenis_kelamin": "2",
        "orang_kewarganegaraan": "a",
        "orang_alamat": family.address if asked else "",
    }
    assert len(looks()) == 1


def test_a_date_filled_in_for_another_nik_is_taken_away_as_people_see_it(
    regency: Regency, case: Case
) -> None:
    mark = f"orang_nik:{regency.wife.nik}:nama,tanggal_lahir,jenis_kelamin"
    known = FromRegister(case, actor_of(regency.staff["front_office"]), [mark])
    typed = {
        "orang_nik": regency.husband.nik,
        "orang_nama": "NURUL HUDA",
        "orang_nomor_kk": "",
        "orang_tempat_lahir": "BINTAN",
        "orang_tanggal_lahir": "08-07-2001",
        "orang_jenis_kelamin": "1",
    }
    kept = known.without_former(ORANG, typed, {}, LISTS)
    assert kept == typed | {"orang_nama": "", "orang_tanggal_lahir": ""}


def test_the_pages_of_staff_ask_no_more_for_many_people(regency: Regency, case: Case) -> None:
    table = FormPart.model_validate(
        {
            "part": "tabel",
            "title": "Tabel",
            "fields": [
                {
                    "key": "anggota",
                    "label": "Anggota",
                    "type": "rows",
                    "columns": [
                        {"key": "nik", "label": "NIK", "type": "nik"},
                        {"key": "nama", "label": "Nama", "type": "name"},
                    ],
                }
            ],
        }
    )
    by = actor_of(regency.staff["front_office"])
    asked = []
    for people in ([regency.wife], [regency.wife, regency.husband]):
        rows = [{"nik": person.nik, "nama": ""} for person in people]
        with CaptureQueriesContext(connection) as seen:
            FromRegister(case, by, []).complete(table, {"anggota": rows}, {}, {})
        asked.append(len(seen) - len(people))  # each look is a row of the journal
    assert asked == [2, 2]


def test_a_citizen_reads_nothing_of_the_register(town: Town) -> None:
    """Their NIK is not verified: an empty form would tell anybody who somebody is."""
    siti = Visitor(town.citizen())
    start = siti.start()
    typed = town.pages()["pelapor"] | {"pelapor_nama": "", "dari_register": "pelapor_nik:1:nama"}
    answer = siti.client.post(f"{start}isi/pelapor/", typed)
    body = answer.content.decode()
    assert (answer.status_code, NOTE in body, looks()) == (422, False, [])
    assert value(body, "pelapor_nama") == ""
