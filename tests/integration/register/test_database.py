"""What the database itself refuses, whoever asks."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from loket.core import clock
from loket.core.errors import NotFoundError
from loket.register import queries
from loket.register.models import CivilRecord, Family, Membership, Resident, Serial
from tests.integration.register.conftest import AT, BORN, Town, record_birth


@pytest.fixture
def entry(town: Town) -> CivilRecord:
    _, father, mother = town.couple()
    with clock.use(AT):
        return record_birth(
            office=town.office, report=town.report(mother, father), case_ref="case:1", by=town.by
        )


def again(instance: Any, **changes: Any) -> None:
    """The same row once more."""
    instance.pk = None
    for field, value in changes.items():
        setattr(instance, field, value)
    with transaction.atomic():
        instance.save(force_insert=True)


@pytest.mark.parametrize("nik", ["", "997103010180001", "99710301018000001", "997103010180000x", " " * 16])
def test_a_nik_has_sixteen_digits(town: Town, nik: str) -> None:
    person = town.person("L", date(1980, 1, 1))
    with pytest.raises(DatabaseError, match=r"register_nik_digits|varying\(16\)"):
        again(person, nik=nik)


@pytest.mark.parametrize("number", ["997103010120000", "9971030101200x01"])
def test_a_nomor_kk_has_sixteen_digits(town: Town, number: str) -> None:
    family, _, _ = town.couple()
    with pytest.raises(IntegrityError, match="register_kk_digits"):
        again(family, number=number)


def test_numbers_belong_to_one(town: Town) -> None:
    family, father, _ = town.couple()
    with pytest.raises(IntegrityError, match="nik"):
        again(father)
    with pytest.raises(IntegrityError, match="number"):
        again(family)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"sex": "X"}, "register_resident_sex"),
        ({"status": "MATI"}, "register_dead_has_date"),
        ({"death_date": BORN}, "register_dead_has_date"),
        ({"status": "PINDAH", "death_date": BORN}, "register_dead_has_date"),
    ],
)
def test_a_resident_is_consistent(town: Town, changes: dict[str, Any], constraint: str) -> None:
    person = town.person("L", date(1980, 1, 1))
    with pytest.raises(IntegrityError, match=constraint):
        again(person, nik="9971030101809999", **changes)


def test_a_family_has_one_head(town: Town) -> None:
    family, father, _ = town.couple()
    brother = town.person("L", date(1980, 1, 1))
    head = Membership.objects.get(resident=father)
    with pytest.raises(IntegrityError, match="register_one_head_each"):
        again(head, resident=brother, position=3)
    Membership.objects.filter(resident=father).update(until=date(2026, 1, 1))
    again(head, resident=brother, position=3)
    assert [row.resident for row in queries.members(family) if row.relation == "KEPALA KELUARGA"] == [brother]


def test_somebody_is_in_one_family(town: Town) -> None:
    _, _, mother = town.couple()
    other, _, _ = town.couple()
    row = Membership.objects.get(resident=mother)
    with pytest.raises(IntegrityError, match="register_one_family_each"):
        again(row, family=other)
    Membership.objects.filter(resident=mother).update(until=date(2026, 1, 1))
    again(row, family=other)
    assert queries.current_family(mother) == other


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"number": "9971-LU-02032026-0002", "case_ref": "case:2"}, "register_entry_once"),
        ({"entry": 2, "case_ref": "case:2"}, "register_number_once"),
        ({"entry": 2, "number": "9971-LU-02032026-0002"}, "register_case_once"),
    ],
)
def test_an_entry_has_a_place_a_number_and_a_case_of_its_own(
    entry: CivilRecord, changes: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        again(entry, **changes)


def test_a_serial_is_kept_once(town: Town) -> None:
    with pytest.raises(IntegrityError, match="register_serial_once"):
        Serial.objects.bulk_create([Serial(office=town.office, key="x", last=1) for _ in range(2)])


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM register_civilrecord",
        "UPDATE register_civilrecord SET entry = 2",
        "UPDATE register_civilrecord SET number = 'x'",
        "UPDATE register_civilrecord SET year = 2025",
        "UPDATE register_civilrecord SET book = 'LT'",
        "UPDATE register_civilrecord SET id = id + 1",
        "TRUNCATE register_civilrecord",
    ],
)
def test_an_entry_stays_where_it_is(entry: CivilRecord, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="entries of the register stay"), transaction.atomic():
            cursor.execute(statement)
    assert CivilRecord.objects.get() == entry


def test_an_entrys_facts_may_be_corrected(entry: CivilRecord) -> None:
    entry.facts = {"birth_order": 2}
    entry.save(update_fields=["facts"])
    assert CivilRecord.objects.get().facts == {"birth_order": 2}


# Reading


def test_a_family_card_as_plain_data(entry: CivilRecord, town: Town) -> None:
    family = Family.objects.get()
    card = queries.family_card(family)
    members = card.pop("members")
    assert card == {
        "number": family.number,
        "head": members[0][1].name,
        "address": "JL. MAWAR NO. 3",
        "rt": "",
        "rw": "",
        "postal_code": "",
        "village": "Ilir",
        "district": "",
        "regency": "",
        "province": "",
    }
    assert [relation for relation, _ in members] == ["KEPALA KELUARGA", "ISTRI", "ANAK"]


def test_what_the_rules_are_told_of_somebody(town: Town) -> None:
    family, _, mother = town.couple()
    facts = queries.facts_of(mother.nik)
    assert facts is not None
    assert (facts.nik, facts.sex, facts.alive, facts.death_date) == (mother.nik, "P", True, None)
    assert (facts.ever_married, facts.family_number, facts.office) == (True, family.number, "9971")
    assert queries.facts_of("9971030101809999") is None
    assert queries.people_by_nik(town.office, [mother.nik, "", "9971030101809999"]) == {mother.nik: mother}


@pytest.mark.parametrize("families", [1, 10])
def test_members_take_one_query(town: Town, families: int, django_assert_num_queries: Any) -> None:
    found = [town.couple()[0] for _ in range(families)]
    with django_assert_num_queries(1):
        assert [row.resident.sex for row in queries.members(found[0])] == ["L", "P"]


def test_a_family_is_found_at_its_office_only(town: Town) -> None:
    family, _, _ = town.couple()
    assert queries.family_by_number(town.office, family.number) == family
    Family.objects.update(office=Resident.objects.first().office)
    with pytest.raises(NotFoundError):
        queries.family_by_number(town.office, "9971030101200099")
