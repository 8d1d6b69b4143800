"""What a recorded death changes, whom it makes head, and what keeps it from being recorded."""

from datetime import date
from typing import Any

import pytest

from loket.register import queries
from loket.register.actions import ChangedSince, death, revert_event
from loket.register.actions.household import NoSuccessor, WrongSuccessor
from loket.register.models import CivilRecord, Family, Resident
from tests.integration.register.conftest import MARRIED, SINGLE, Town
from tests.integration.register.vital import DAY, card_of, death_of, people, recorded, refused


@pytest.fixture
def home(town: Town) -> tuple[Family, Resident, Resident, Resident]:
    """Father, mother, and a grown child."""
    father = town.person("L", date(1960, 5, 10))
    mother = town.person("P", date(1962, 6, 11))
    child = town.person("L", date(1990, 7, 12), SINGLE, father_name=father.name, mother_name=mother.name)
    family = town.family(("KEPALA KELUARGA", father), ("ISTRI", mother), ("ANAK", child))
    return family, father, mother, child


def test_a_member_who_dies_leaves_the_card_and_the_number_stays(town: Town, home: Any) -> None:
    family, father, mother, child = home
    event = recorded(town, death.record, death_of(mother))
    mother.refresh_from_db()
    father.refresh_from_db()
    assert (mother.status, mother.death_date) == ("MATI", DAY)
    assert father.marital_status == "CERAI MATI"
    assert card_of(father) == [("KEPALA KELUARGA", father.name), ("ANAK", child.name)]
    assert (event.family, queries.current_family(father)) == (family, family)
    entry = CivilRecord.objects.get(case_ref=event.case_ref)
    assert (entry.book, entry.number, entry.resident) == ("KM", "9971-KM-02032026-0001", mother)
    assert event.number == entry.number
    assert entry.facts["person"]["father_name"] == ""
    assert entry.facts["death_place"] == "KOTA CONTOH"


def test_a_head_who_dies_leaves_a_new_card_under_the_named_successor(town: Town, home: Any) -> None:
    family, father, mother, child = home
    event = recorded(town, death.record, death_of(father, successor_nik=mother.nik))
    assert card_of(mother) == [("KEPALA KELUARGA", mother.name), ("ANAK", child.name)]
    assert event.family == queries.current_family(mother)
    assert event.family.number != family.number
    assert (event.family.address, queries.members(family)) == (family.address, [])
    mother.refresh_from_db()
    assert mother.marital_status == "CERAI MATI"


def test_a_head_without_successor_is_refused_while_others_stay(town: Town, home: Any) -> None:
    _, father, mother, _ = home
    field = "kematian_kepala_baru_nik"
    with pytest.raises(NoSuccessor):
        recorded(town, death.record, death_of(father))
    assert refused(town, death.record, death_of(father)) == field
    other = town.person("L", date(1980, 1, 1))
    with pytest.raises(WrongSuccessor):
        recorded(town, death.record, death_of(father, successor_nik=other.nik))
    young = town.person("L", date(2015, 1, 1), SINGLE)
    grandmother = ("ORANG TUA", town.person("P", date(1950, 1, 1)))
    mother_free = town.person("P", date(1980, 1, 1))
    town.family(("KEPALA KELUARGA", mother_free), ("ANAK", young), grandmother)
    assert refused(town, death.record, death_of(mother_free, successor_nik=young.nik)) == field
    assert mother.marital_status == MARRIED


def test_somebody_alone_leaves_an_empty_card(town: Town) -> None:
    alone = town.person("P", date(1950, 1, 1), SINGLE)
    town.family(("KEPALA KELUARGA", alone))
    event = recorded(town, death.record, death_of(alone))
    assert (event.family, card_of(alone)) == (None, [])


def test_a_man_with_another_wife_on_his_card_stays_married(town: Town) -> None:
    head, first, second = (
        town.person("L", date(1970, 1, 1)),
        town.person("P", date(1972, 1, 1)),
        town.person("P", date(1975, 1, 1)),
    )
    town.family(("KEPALA KELUARGA", head), ("ISTRI", first), ("ISTRI", second))
    recorded(town, death.record, death_of(first))
    assert list(Resident.objects.filter(status="HIDUP").values_list("marital_status", flat=True)) == [
        MARRIED,
        MARRIED,
    ]


def test_a_statement_changes_the_register_and_the_akta_may_follow(town: Town, home: Any) -> None:
    *_, mother, child = home
    stated = recorded(town, death.record_statement, death_of(mother, witness_niks=()))
    assert (stated.number, CivilRecord.objects.count()) == ("SKM/9971/02032026/0001", 0)
    mother.refresh_from_db()
    assert mother.status == "MATI"
    other_day = death_of(mother, day=date(2026, 2, 21))
    assert refused(town, death.record, other_day) == "kematian_tanggal"
    assert recorded(town, death.record, death_of(mother)).number == "9971-KM-02032026-0001"
    assert refused(town, death.record, death_of(mother)) == "kematian_nik"
    assert refused(town, death.record_statement, death_of(mother)) == "kematian_nik"
    with pytest.raises(ChangedSince):
        death.revert_statement(case_ref=stated.case_ref, by=town.by)
    recorded(town, death.record, death_of(child))
    assert refused(town, death.record, death_of(child)) == "kematian_nik"


def test_an_undone_statement_leaves_nothing(town: Town, home: Any) -> None:
    before = people()
    stated = recorded(town, death.record_statement, death_of(home[2]))
    assert people() != before
    death.revert_statement(case_ref=stated.case_ref, by=town.by)
    assert people() == before


def test_somebody_unknown_gets_an_akta_on_a_courts_word(town: Town) -> None:
    unknown = Resident(name="TUAN TANPA NAMA", nik="")
    assert refused(town, death.record, death_of(unknown)) == "kematian_dasar"
    event = recorded(town, death.record, death_of(unknown, basis="Putusan 3/2026", sex="L"))
    entry = CivilRecord.objects.get(case_ref=event.case_ref)
    assert (entry.resident, entry.subject_name, entry.subject_nik) == (None, "TUAN TANPA NAMA", "")
    assert entry.number == "9971-KM-02032026-0001"
    recorded(town, death.record, death_of(unknown, travel_document="PA1234567"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": date(2026, 3, 3)}, "kematian_tanggal"),
        ({"day": date(1950, 1, 1)}, "kematian_tanggal"),
        ({"name": "ORANG LAIN"}, "kematian_nik"),
        ({"witness_niks": ("9971030101800091", "9971030101800091")}, "saksi1_nik"),
        ({"reporter_nik": "9971030101800091"}, "saksi1_nik"),
    ],
)
def test_what_is_plainly_wrong_is_refused(town: Town, home: Any, changes: dict[str, Any], field: str) -> None:
    assert refused(town, death.record, death_of(home[2], **changes)) == field


def test_a_resident_of_another_office_is_refused(town: Town, home: Any) -> None:
    mother = home[2]
    Resident.objects.filter(pk=mother.pk).update(status="PINDAH")
    assert refused(town, death.record, death_of(mother)) == "kematian_nik"


def test_a_corrected_death_keeps_its_number_and_an_undone_one_leaves_nothing(town: Town, home: Any) -> None:
    _, father, mother, child = home
    before = people()
    first = recorded(town, death.record, death_of(father, successor_nik=child.nik), "vital:x")
    again = recorded(town, death.record, death_of(father, successor_nik=mother.nik), "vital:x")
    assert (again.number, CivilRecord.objects.count()) == (first.number, 1)
    assert card_of(child) == [("KEPALA KELUARGA", mother.name), ("ANAK", child.name)]
    # The number of the new card was given once and is kept.
    assert again.facts["numbers"] == first.facts["numbers"]
    revert_event(case_ref="vital:x", by=town.by)
    assert people() == before
