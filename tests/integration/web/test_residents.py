"""Finding residents, and one of them whole: what is shown, to whom, and what is kept of the looking."""

import logging
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loket.audit.models import Entry
from loket.cases.models import Case
from loket.core.identity import mask_number
from loket.offices.models import Office
from loket.register.models import Marriage, Membership, Resident
from tests.journeys.town import Town
from tests.journeys.visitor import Official, Visitor, finish

PATH = "/petugas/penduduk/"
PURPOSE = "warga menanyakan datanya di loket"
MANY = 30


def clerk(town: Town) -> Official:
    return Official(town.staff["operator_perubahan"])


def somebody(office: Office, name: str, born: date, serial: int, **changes: Any) -> Resident:
    values: dict[str, Any] = {
        "office": office,
        "nik": f"647103{born:%d%m%y}{serial:04d}",
        "name": name,
        "sex": "L",
        "birth_place": "BALIKPAPAN",
        "birth_date": born,
        "religion": "ISLAM",
        "education": "SLTA/SEDERAJAT",
        "occupation": "WIRASWASTA",
        "marital_status": "BELUM KAWIN",
    }
    return Resident.objects.create(**(values | changes))


def names(page: str) -> list[str]:
    """Who is in the table of results, in its order."""
    return [row.partition(">")[2].partition("<")[0] for row in page.split(f'<td><a href="{PATH}')[1:]]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"cari": "BUDI SANTOSO"}, ["BUDI SANTOSO"]),
        ({"cari": "santosso boedi"}, ["BUDI SANTOSO"]),
        ({"cari": "budisantoso"}, ["BUDI SANTOSO"]),
        ({"cari": "Rienna"}, ["RINA KUSUMA"]),
        ({"cari": "04-03-1990"}, ["BUDI SANTOSO"]),
        ({"cari": "budi 4 Maret 1990"}, ["BUDI SANTOSO"]),
        ({"cari": "budi 05-03-1990"}, []),
        ({"lahir_dari": "01-01-1985", "lahir_sampai": "31-12-1986"}, ["AGUS WIJAYA", "EKO SAPUTRA"]),
        ({"cari": "eko", "desa": "64.71.01.1001"}, ["EKO SAPUTRA"]),
        ({"cari": "eko", "desa": "64.71.01.9999"}, []),
        ({"cari": "orang lain"}, []),
    ],
)
def test_residents_are_found(town: Town, typed: dict[str, str], found: list[str]) -> None:
    page = clerk(town).send(PATH, typed)
    assert names(page) == found
    assert ("Tidak ada penduduk kantor ini yang cocok" in page) == (not found)


def test_a_number_finds_its_person_or_its_family(town: Town) -> None:
    father, number = town.people.father, town.people.family_number
    assert names(clerk(town).send(PATH, {"cari": f"{father.nik[:6]} {father.nik[6:]}"})) == [father.name]
    assert names(clerk(town).send(PATH, {"cari": number})) == ["BUDI SANTOSO", "RINA KUSUMA"]


def test_mother_and_address(town: Town) -> None:
    Resident.objects.filter(pk=town.people.father.pk).update(mother_name="SITI DJULAEHA")
    assert names(clerk(town).send(PATH, {"nama_ibu": "St. Yulaeha"})) == ["BUDI SANTOSO"]
    family = Membership.objects.get(resident=town.people.father).family
    family.address = "JL. MELATI RAYA NO. 007"
    family.save()
    assert names(clerk(town).send(PATH, {"alamat": "melati 7"})) == ["BUDI SANTOSO", "RINA KUSUMA"]
    assert names(clerk(town).send(PATH, {"alamat": "melati 8"})) == []


def test_results_are_masked_and_of_this_office_only(town: Town) -> None:
    somebody(town.other, "BUDI SANTOSO", date(1970, 1, 1), 1)
    page = clerk(town).send(PATH, {"cari": "budi santoso"})
    father = town.people.father
    assert (names(page), father.nik in page, mask_number(father.nik) in page) == (
        ["BUDI SANTOSO"],
        False,
        True,
    )
    assert "04-03-1990" not in page
    assert "4 Maret 1990" not in page


def test_more_than_a_page_asks_to_narrow_down(town: Town) -> None:
    for serial in range(1, 53):
        somebody(town.office, f"WARGA MUHAMAD {serial % 3 * 'X'}", date(1960, 1, 1), serial)
    page = clerk(town).send(PATH, {"cari": "moh. warga"})
    assert len(names(page)) == 50
    assert "Lebih dari 50 orang cocok" in page
    assert "persempit" in page


def test_what_is_written_as_typed_comes_first(town: Town) -> None:
    for serial, name in enumerate(("DEWI YULI", "DEWY JULI", "DEWI JULI"), start=1):
        somebody(town.office, name, date(1960, 1, 1), serial)
    assert names(clerk(town).send(PATH, {"cari": "dewy juli"})) == ["DEWY JULI", "DEWI JULI", "DEWI YULI"]


@pytest.mark.parametrize(
    ("typed", "at", "words"),
    [
        ({}, "cari", "Isi dulu yang dicari"),
        ({"cari": "123456"}, "cari", "16 angka"),
        ({"lahir_dari": "99-99-1990"}, "lahir_dari", "Tanggal ini tidak ada"),
        ({"desa": "64.71.01.1001"}, "cari", "terlalu luas"),
    ],
)
def test_mistakes_stand_at_their_field(town: Town, typed: dict[str, str], at: str, words: str) -> None:
    before = Entry.objects.count()
    page = clerk(town).send(PATH, typed, status=422)
    assert words in page.split(f'id="e-{at}">')[1].partition("</span>")[0]
    assert all(f'value="{value}"' in page for value in typed.values())
    assert Entry.objects.count() == before


def test_each_search_is_kept_without_what_was_typed(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="django.db.backends")
    official = clerk(town)
    official.open(PATH)
    before = Entry.objects.count()
    response = official.client.post(PATH, {"cari": town.people.father.nik, "nama_ibu": "Aminah"})
    official.client.post(PATH, {"cari": "budi santoso"})
    assert response.status_code == 200
    looks = list(Entry.objects.order_by("pk")[before:].values_list("action", "subject", "actor", "details"))
    who, office = f"account:{official.account.pk}", f"office:{town.office.code}"
    assert looks == [
        ("person.look", office, who, {"reason": f"mencari penduduk menurut {words}"})
        for words in ("NIK atau nomor KK, nama ibu: 0 orang", "nama: 1 orang")
    ]
    assert "budi santoso" not in caplog.text.lower()
    assert town.people.father.nik not in caplog.text


def test_a_person_opens_whole_for_a_stated_purpose_only(town: Town) -> None:
    finish(town, Visitor(town.citizen()).apply(town))
    mother, official = town.people.mother, clerk(town)
    path = f"{PATH}{mother.pk}/"
    asked = official.open(path)
    assert (mother.name in asked, mother.nik in asked) == (False, False)
    assert "Untuk keperluan apa?" in asked
    assert "bukan tugas Anda" not in asked
    official.send(path, {"purpose": "ingin"}, status=422)
    before = Entry.objects.count()
    page = official.send(path, {"purpose": PURPOSE})
    rows = list(Entry.objects.order_by("pk")[before:].values_list("action", "subject", "details"))
    assert rows == [("person.look", f"resident:{mother.pk}", {"reason": PURPOSE, "stated": True})]
    case = Case.objects.get()
    assert (mother.nik in page, town.people.family_number in page) == (True, True)
    assert town.people.father.nik not in page
    # The birth and the akta of her child, and the case that led to them.
    assert page.count(f'href="/petugas/permohonan/{case.pk}/"') == 3


def test_a_child_shows_its_akta_case_and_documents(town: Town) -> None:
    finish(town, Visitor(town.citizen()).apply(town))
    child = Resident.objects.latest("pk")
    page = clerk(town).send(f"{PATH}{child.pk}/", {"purpose": PURPOSE})
    entry, case = child.civil_records.get(), Case.objects.get()
    assert entry.number in page
    assert "<td>KIA</td>" in page
    assert page.count(f'href="/petugas/permohonan/{case.pk}/"') == 3
    assert page.count('href="/petugas/dokumen/') == 2
    assert page.count(f'href="{PATH}') == 5  # the way back, the menu, the past, both parents


def test_marriages_stand_on_the_page_and_lead_to_partners_of_this_office_only(town: Town) -> None:
    born = date(1970, 1, 1)
    man = somebody(town.office, "SUAMI CONTOH", born, 31)
    first = somebody(town.office, "ISTRI PERTAMA", born, 32, sex="P")
    second = somebody(town.other, "ISTRI KEDUA", born, 33, sex="P", nik="2171014101700033")
    rows: list[dict[str, Any]] = [
        {"wife": first, "since": date(1995, 5, 1), "until": date(2001, 2, 3)}
        | {"ended_why": "divorce", "ended_number": "77/AC/2001"},
        {"wife": second, "since": date(2005, 6, 7)},
        {"wife": None, "wife_name": "JANE EXAMPLE", "since": date(2010, 1, 2)},
    ]
    for row in rows:
        name = row["wife"].name if row["wife"] else row["wife_name"]
        fixed = {"office": town.office, "husband": man, "husband_name": man.name, "wife_name": name}
        Marriage.objects.create(**(fixed | {"proof": "buku_nikah", "number": "12/3"} | row))
    page = clerk(town).send(f"{PATH}{man.pk}/", {"purpose": PURPOSE})
    section = page.partition("<h2>Perkawinan</h2>")[2].partition("<h2>")[0]
    for words, times in (("Buku nikah", 3), ("Berlangsung", 2), ("Cerai hidup", 1), ("77/AC/2001", 1)):
        assert section.count(words) == times
    assert [name in section for name in ("ISTRI PERTAMA", "ISTRI KEDUA", "JANE EXAMPLE")] == [True] * 3
    assert section.count("<a ") == section.count(f'href="{PATH}{first.pk}/"') == 1
    assert "1 Mei 1995 sampai 3 Februari 2001" in section
    # The other one sees the same from the other side.
    page = clerk(town).send(f"{PATH}{first.pk}/", {"purpose": PURPOSE})
    assert page.partition("<h2>Perkawinan</h2>")[2].count("SUAMI CONTOH") == 1


def test_nobody_without_family_or_events(town: Town) -> None:
    alone = somebody(town.office, "SEORANG DIRI", date(1960, 1, 1), 1)
    page = clerk(town).send(f"{PATH}{alone.pk}/", {"purpose": PURPOSE})
    for words in (
        "tidak tercatat dalam Kartu Keluarga mana pun",
        "Belum ada peristiwa yang dicatat",
        "Belum ada akta tentang orang ini",
        "Belum ada permohonan yang mengubah",
        "Belum ada dokumen",
    ):
        assert page.count(words) == 1
    assert "Mungkin orang yang sama" not in page


def test_a_child_at_the_head_of_a_family_is_pointed_out(town: Town) -> None:
    row = Membership.objects.get(resident=town.people.father)
    words = "Walinya perlu ditetapkan"
    assert words not in clerk(town).send(f"{PATH}{town.people.mother.pk}/", {"purpose": PURPOSE})
    Membership.objects.filter(pk=row.pk).update(until=date(2026, 1, 1))
    child = somebody(town.office, "ANAK SENDIRI", date(2015, 1, 1), 7)
    Membership.objects.create(
        family=row.family, resident=child, relation="KEPALA KELUARGA", position=3, since=date(2026, 1, 1)
    )
    assert words in clerk(town).send(f"{PATH}{town.people.mother.pk}/", {"purpose": PURPOSE})


def test_a_number_that_cannot_be_one_says_so_where_it_is_not_found(town: Town) -> None:
    page = clerk(town).send(PATH, {"cari": "6471013213900001"})
    assert "NIK ini tidak mungkin" in page
    assert "NIK ini tidak mungkin" not in clerk(town).send(PATH, {"cari": "6471011203909999"})


def test_suspected_duplicates_stand_on_the_page_with_the_reason(town: Town) -> None:
    born = date(1960, 1, 1)
    one = somebody(town.office, "MUHAMMAD IQBAL", born, 1, mother_nik="6471010101400001")
    somebody(town.office, "MOH. IKBAL", born, 22)
    somebody(town.office, "M. IQBAL", date(1950, 5, 5), 9, nik=f"{one.nik[:-1]}3")
    somebody(town.office, "BUDI", date(1960, 1, 5), 44, mother_nik="6471010101400001")
    somebody(town.office, "AGUS", born, 55)
    somebody(town.other, "MUHAMMAD IQBAL", born, 66)
    page = clerk(town).send(f"{PATH}{one.pk}/", {"purpose": PURPOSE})
    lines = page.split("Mungkin orang yang sama")[1].partition("</ul>")[0].split("<li>")[1:]
    assert [line.partition('/">')[2].partition("<")[0] for line in lines] == [
        "MOH. IKBAL",
        "M. IQBAL",
        "BUDI",
    ]
    reasons = [line.partition(").")[2].partition("<a ")[0].strip() for line in lines]
    assert reasons == [
        "Nama berbunyi sama dan tanggal lahir sama.",
        "Nama berbunyi sama dan NIK berbeda satu angka.",
        "NIK ibu sama, tanggal lahir berselisih 4 hari.",
    ]


def _asked(official: Official, path: str, data: dict[str, str]) -> int:
    official.client.post(path, data)  # what is read once in a process
    with CaptureQueriesContext(connection) as seen:
        official.client.post(path, data)
    return len(seen)


def test_thirty_ask_the_database_as_often_as_one(town: Town) -> None:
    finish(town, Visitor(town.citizen()).apply(town))
    child, official = Resident.objects.latest("pk"), clerk(town)
    somebody(town.office, child.name, child.birth_date, 9000)
    path, purpose = f"{PATH}{child.pk}/", {"purpose": PURPOSE}
    one = _asked(official, PATH, {"cari": child.name}), _asked(official, path, purpose)
    family = Membership.objects.get(resident=child).family
    for serial in range(1, MANY):
        twin = somebody(town.office, child.name, child.birth_date, serial)
        Membership.objects.create(
            family=family, resident=twin, relation="ANAK", position=9, since=twin.birth_date
        )
    assert (_asked(official, PATH, {"cari": child.name}), _asked(official, path, purpose)) == one
