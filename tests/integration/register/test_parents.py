"""When the kutipan names the parents as a couple whose marriage is recorded."""

from datetime import date

import pytest

from loket.register.models import Membership, Resident
from loket.register.queries import members
from tests.integration.register.conftest import BORN, MARRIED, SINGLE, Town
from tests.integration.register.test_birth import recorded, refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("status", "expected"), [(MARRIED, "married"), (SINGLE, "unrecorded")])
def test_a_husband_on_another_card_counts_where_the_mothers_card_shows_none(
    town: Town, status: str, expected: str
) -> None:
    _, _, mother = town.couple()
    Membership.objects.filter(family__memberships__resident=mother).exclude(resident=mother).update(
        until=BORN
    )
    Membership.objects.filter(resident=mother).update(relation="KEPALA KELUARGA")
    father = town.person("L", date(1988, 3, 10), status)
    declared = (father.nik, mother.nik) if status == SINGLE else None
    entry = recorded(town, mother, father, declared_couple=declared)
    assert entry.facts["parents_kind"] == expected


def test_a_father_is_named_where_something_shows_that_the_parents_are_a_couple(town: Town) -> None:
    """Neither marriage nor couple on the KK nor F-2.04: the child is its mother's."""
    mother = town.person("P", date(1995, 1, 1), SINGLE)
    father = town.person("L", date(1990, 1, 1), SINGLE)
    town.family(("KEPALA KELUARGA", mother))
    assert refused(town, mother, father) == "ayah_nik"
    assert recorded(town, mother, None).facts["parents_kind"] == "mother_only"
    couple = town.couple()[1:]
    Resident.objects.filter(pk__in=[one.pk for one in couple]).update(marital_status="KAWIN BELUM TERCATAT")
    together = recorded(town, couple[1], couple[0])
    assert together.facts["parents_kind"] == "unrecorded"


def test_who_declares_a_birth_lives_and_is_no_witness(town: Town) -> None:
    """F-2.03, where there is no letter of birth."""
    _, father, mother = town.couple()
    dead = town.person("L", date(1950, 1, 1), status="MATI", death_date=date(2020, 1, 1))
    assert refused(town, mother, father, declarant_nik=dead.nik) == "sptjm_kelahiran_nik"
    assert refused(town, mother, father, declarant_nik="9971030101800091") == "saksi1_nik"
    assert recorded(town, mother, father, declarant_nik=father.nik).facts["declarant_nik"] == father.nik


def test_triplets_are_three_children_of_one_day(town: Town) -> None:
    family, father, mother = town.couple()
    names = ("Ayu Satu", "Ayu Dua", "Ayu Tiga")
    entries = [
        recorded(town, mother, father, child_name=name, birth_order=order, birth_kind="KEMBAR 3")
        for order, name in enumerate(names, start=1)
    ]
    assert [entry.facts["birth_order"] for entry in entries] == [1, 2, 3]
    assert [row.resident.name for row in members(family)[2:]] == list(names)
    assert len({entry.resident.nik for entry in entries}) == 3
