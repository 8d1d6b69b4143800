"""Births whose report is of another kind: a child that was found, a birth that another country recorded."""

from datetime import date, timedelta
from typing import Any

import pytest

from loket.core import clock
from loket.register import queries
from loket.register.actions import AlreadyRecorded, births_abroad, foundlings, revert_event
from loket.register.models import CivilRecord, RegisterEvent, Resident
from tests.integration.register.conftest import AT, BORN, SINGLE, Town, plain_rows
from tests.integration.register.vital import REPORTED, WITNESSES, people, recorded, refused

CASE = "vital:x"


@pytest.fixture
def guardian(town: Town) -> Resident:
    """Who cares for the child: the head of a family."""
    _, man, _ = town.couple()
    return man


def foundling(guardian: Resident, **changes: Any) -> foundlings.Report:
    values: dict[str, Any] = {
        "child_name": "Putri Harapan",
        "child_sex": "P",
        "birth_date": BORN,
        "birth_place": "KOTA CONTOH",
        "found_on": BORN + timedelta(days=1),
        "found_at": "Teras Puskesmas Ilir",
        "police": "Polsek Ilir",
        "police_number": "BA/12/II/2026",
        "police_date": BORN + timedelta(days=2),
        "guardian_nik": guardian.nik,
        "guardian_name": guardian.name,
        "reporter_nik": "9971030101800093",
        "declarant_nik": "",
        "religion": "HINDU",
        "witness_niks": WITNESSES,
        "reported_on": REPORTED,
        "details": {},
    }
    return foundlings.Report(**(values | changes))


def test_a_foundling_has_a_nik_an_akta_and_a_place_but_no_parents(town: Town, guardian: Resident) -> None:
    before = people()
    event = recorded(town, foundlings.record, foundling(guardian), CASE)
    child = Resident.objects.get(pk=event.resident_id)
    assert (child.nik, child.birth_certificate) == ("9971036002269001", "9971-LU-02032026-0001")
    assert (child.nationality, child.religion, child.marital_status) == ("WNI", "HINDU", "BELUM KAWIN")
    assert (child.father_nik, child.father_name, child.mother_nik, child.mother_name) == ("", "", "", "")
    family = queries.current_family(guardian)
    assert family is not None
    assert [row.relation for row in queries.members(family)] == ["KEPALA KELUARGA", "ISTRI", "FAMILI LAIN"]
    assert (event.kind, event.family, child.valid_from) == ("birth", family, BORN)
    facts = CivilRecord.objects.get(number=event.number).facts
    assert (facts["parents_kind"], facts["police_number"]) == ("unknown", "BA/12/II/2026")
    revert_event(case_ref=CASE, by=town.by)
    assert people() == before
    entry = CivilRecord.objects.get(number=event.number)
    assert (entry.resident, entry.subject_name) == (None, "Putri Harapan")


def test_a_corrected_foundling_is_the_same_child(town: Town, guardian: Resident) -> None:
    first = recorded(town, foundlings.record, foundling(guardian), CASE)
    again = recorded(town, foundlings.record, foundling(guardian, child_name="Putri Mentari"), CASE)
    assert (again.resident_id, again.number) == (first.resident_id, first.number)
    child = Resident.objects.get(pk=again.resident_id)
    assert (child.name, child.nik) == ("Putri Mentari", "9971036002269001")


def test_found_late_it_is_in_the_other_book(town: Town, guardian: Resident) -> None:
    old = date(2025, 6, 1)
    event = recorded(town, foundlings.record, foundling(guardian, birth_date=old, found_on=old))
    assert event.number == "9971-LT-02032026-0001"


def test_foundlings_that_cannot_be(town: Town, guardian: Resident) -> None:
    alone = town.person("L", date(1980, 1, 1))
    young = town.person("P", date(2010, 1, 1), SINGLE)
    town.family(("KEPALA KELUARGA", young))
    dead = town.person("L", date(1950, 1, 1), status="MATI", death_date=date(2020, 1, 1))
    for changes, field in (
        ({"child_name": "Putri"}, "anak_nama"),
        ({"birth_date": date(2026, 3, 3)}, "anak_tanggal_lahir"),
        ({"found_on": BORN - timedelta(days=1)}, "temuan_tanggal"),
        ({"found_on": date(2026, 3, 3)}, "temuan_tanggal"),
        ({"police_number": ""}, "temuan_nomor_polisi"),
        ({"guardian_nik": alone.nik, "guardian_name": alone.name}, "temuan_wali_nik"),
        ({"guardian_nik": young.nik, "guardian_name": young.name}, "temuan_wali_nik"),
        ({"guardian_nik": dead.nik, "guardian_name": dead.name}, "temuan_wali_nik"),
        ({"guardian_nik": "9971030101990099"}, "temuan_wali_nik"),
        ({"guardian_name": "ORANG LAIN"}, "temuan_wali_nik"),
        ({"reporter_nik": dead.nik}, "pelapor_nik"),
        ({"reporter_nik": WITNESSES[0]}, "saksi1_nik"),
        ({"police_number": "", "declarant_nik": dead.nik}, "sptjm_kelahiran_nik"),
    ):
        assert refused(town, foundlings.record, foundling(guardian, **changes)) == field
    recorded(town, foundlings.record, foundling(guardian, police_number="", declarant_nik=alone.nik))
    with pytest.raises(AlreadyRecorded):
        recorded(town, foundlings.record, foundling(guardian))


# Abroad


def abroad(town: Town, *parents: Resident, **changes: Any) -> births_abroad.Report:
    with clock.use(AT):
        birth = town.report(*parents, birth_place="PERTH", **changes.pop("birth", {}))
    values: dict[str, Any] = {
        "birth": birth,
        "country": "Australia",
        "proof_number": "wa-2026-001",
        "proof_date": BORN + timedelta(days=3),
        "mission": "KJRI Perth",
        "mission_number": "12/KONS/2026",
        "mission_date": BORN + timedelta(days=4),
        "returned_on": BORN + timedelta(days=5),
    }
    return births_abroad.Report(**(values | changes))


def test_a_birth_abroad_gives_a_nik_a_place_and_a_letter_but_no_akta(town: Town) -> None:
    family, father, mother = town.couple()
    before, books = people(), plain_rows(CivilRecord)
    event = recorded(town, births_abroad.record, abroad(town, mother, father), CASE)
    child = Resident.objects.get(pk=event.resident_id)
    assert (child.nik, child.birth_certificate) == ("9971036002269001", "WA-2026-001")
    assert (event.kind, event.number, event.family) == ("birth_abroad", "SPLN/9971/02032026/0001", family)
    assert [row.resident.name for row in queries.members(family)][2:] == ["Ayu Lestari"]
    assert plain_rows(CivilRecord) == books
    assert (event.facts["country"], event.facts["days_late"]) == ("AUSTRALIA", 0)
    again = recorded(town, births_abroad.record, abroad(town, mother, father, country="Selandia Baru"), CASE)
    assert (again.resident_id, again.number) == (child.pk, event.number)
    assert Resident.objects.get(pk=child.pk).nik == child.nik
    revert_event(case_ref=CASE, by=town.by)
    assert people() == before


def test_births_abroad_that_cannot_be(town: Town) -> None:
    _, father, mother = town.couple()
    for changes, field in (
        ({"proof_date": BORN - timedelta(days=1)}, "luar_negeri_tanggal_terbit"),
        ({"proof_date": date(2026, 3, 3)}, "luar_negeri_tanggal_terbit"),
        ({"birth": {"birth_date": date(2026, 3, 3)}}, "luar_negeri_tanggal_terbit"),
        ({"birth": {"mother_nik": "9971035106929999"}}, "ibu_nik"),
    ):
        assert refused(town, births_abroad.record, abroad(town, mother, father, **changes)) == field
    late = abroad(town, mother, father, returned_on=date(2026, 1, 1))
    assert recorded(town, births_abroad.record, late).facts["days_late"] == 30
    with pytest.raises(AlreadyRecorded):
        recorded(town, births_abroad.record, abroad(town, mother, father))
    assert RegisterEvent.objects.filter(kind="birth_abroad").count() == 1
