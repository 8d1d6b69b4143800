"""When the kutipan names the parents as a couple whose marriage is recorded."""

from datetime import date

import pytest

from loket.register.actions import AlreadyRecorded
from loket.register.actions.births import citizenship_of
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


def of_foreigner(**changes: object) -> dict[str, object]:
    """A mother whom the register does not know."""
    values: dict[str, object] = {
        "mother_foreign": True,
        "mother_nik": "",
        "mother_name": "JANE EXAMPLE",
        "mother_birth_date": date(1992, 1, 2),
    }
    return values | changes


def test_the_child_of_an_indonesian_and_a_visitor_joins_its_fathers_card(town: Town) -> None:
    family, father, wife = town.couple()
    # On his card he has another wife: this one needs a SPTJM.
    assert refused(town, wife, father, **of_foreigner()) == "ayah_nik"
    Membership.objects.filter(resident=wife).update(until=BORN)
    entry = recorded(town, wife, father, **of_foreigner(reporter_nik=father.nik))
    child = entry.resident
    assert (child.mother_name, child.mother_nik, child.father_nik) == ("JANE EXAMPLE", "", father.nik)
    assert [(row.relation, row.resident) for row in members(family)][1:] == [("ANAK", child)]
    assert (entry.facts["parents_kind"], child.nationality, child.religion) == ("married", "WNI", "HINDU")
    with pytest.raises(AlreadyRecorded):
        recorded(town, wife, father, **of_foreigner())


def test_a_foreign_mother_needs_a_father_with_a_card_here(town: Town) -> None:
    _, father, wife = town.couple()
    alone = town.person("L", date(1990, 1, 1))
    assert refused(town, wife, alone, **of_foreigner()) == "ayah_nik"
    assert refused(town, wife, None, **of_foreigner()) == "ibu_nik"
    assert refused(town, wife, father, **of_foreigner(mother_birth_date=date(2020, 1, 1))) == "ibu_nik"


def test_a_foreign_father_without_nik_is_named_too(town: Town) -> None:
    _, _, mother = town.couple()
    Membership.objects.filter(family__memberships__resident=mother).exclude(resident=mother).update(
        until=BORN
    )
    Membership.objects.filter(resident=mother).update(relation="KEPALA KELUARGA")
    entry = recorded(town, mother, None, father_name="JOHN EXAMPLE", father_birth_date=date(1980, 1, 1))
    assert entry.facts["father"] == {"nik": "", "name": "JOHN EXAMPLE"}
    assert (entry.facts["parents_kind"], entry.resident.father_name) == ("married", "JOHN EXAMPLE")


@pytest.mark.parametrize(
    ("mother", "father", "child"),
    [
        ("WNI", "WNI", "WNI"),
        ("WNI", "WNA", "WNI"),
        ("WNA", "WNI", "WNI"),
        ("WNI", "", "WNI"),
        ("WNA", "WNA", "WNA"),
        ("WNA", "", "WNA"),
    ],
)
def test_citizenship_of_a_child(mother: str, father: str, child: str) -> None:
    assert citizenship_of(mother, father) == child
