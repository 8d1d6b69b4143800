"""Correcting a recorded birth before its kutipan is signed: the akta keeps its number and its place."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from loket.audit.models import Entry
from loket.core import clock
from loket.register import queries
from loket.register.actions import AlreadyRecorded, NumberAlreadyGiven
from loket.register.models import CivilRecord, Membership, Resident
from loket.register.rules import RuleBroken
from tests.integration.offices.invented import make_office
from tests.integration.register.conftest import AT, BORN, SINGLE, Town, plain_rows, record_birth

LATER = AT + timedelta(days=30)


@pytest.fixture
def parents(town: Town) -> tuple[Resident, Resident]:
    """Mother and father."""
    _, father, mother = town.couple()
    return mother, father


def recorded(town: Town, *parents: Any, case: str = "case:1", **changes: Any) -> CivilRecord:
    with clock.use(AT):
        return record_birth(
            office=town.office, report=town.report(*parents, **changes), case_ref=case, by=town.by
        )


def amended(town: Town, entry: CivilRecord, *parents: Any, **changes: Any) -> CivilRecord:
    with clock.use(LATER):
        report = town.report(*parents, **changes)
        return record_birth(office=town.office, report=report, case_ref=entry.case_ref, by=town.by)


def everything() -> list[Any]:
    models = (Resident, Membership, CivilRecord, Entry)
    return [plain_rows(model) for model in models]


def test_a_corrected_name(town: Town, parents: tuple[Resident, Resident]) -> None:
    entry = recorded(town, *parents)
    corrected = amended(town, entry, *parents, child_name="Ayu Melati", birth_place="KOTA LAIN")
    child = corrected.resident
    assert (child.name, child.birth_place) == ("Ayu Melati", "KOTA LAIN")
    assert (child.pk, child.nik) == (entry.resident.pk, entry.resident.nik)
    assert child.birth_certificate == entry.number
    for field in ("book", "year", "entry", "number", "recorded_on", "recorded_by", "created_at", "case_ref"):
        assert getattr(corrected, field) == getattr(entry, field)
    assert (CivilRecord.objects.count(), Resident.objects.count()) == (1, 3)
    told = Entry.objects.latest("id")
    assert (told.action, told.subject, told.actor, told.details) == (
        "register.birth",
        f"resident:{child.pk}",
        "account:7",
        {"kind": "birth", "number": entry.number, "case": "case:1"},
    )


def test_corrected_circumstances_are_in_the_book(town: Town, parents: tuple[Resident, Resident]) -> None:
    entry = recorded(town, *parents)
    corrected = amended(town, entry, *parents, weight_grams=2900, birth_order=2, birth_time=None)
    changed = {"weight_grams": 2900, "birth_order": 2, "birth_time": ""}
    assert corrected.facts == entry.facts | changed


def test_a_corrected_sex_gives_a_new_nik(town: Town, parents: tuple[Resident, Resident]) -> None:
    entry = recorded(town, *parents, child_sex="P")
    child = amended(town, entry, *parents, child_sex="L").resident
    assert (entry.resident.nik, child.nik, child.sex) == ("9971036002269001", "9971032002269001", "L")
    # Nobody else ever gets the number that was never given out.
    sister = recorded(town, *parents, case="case:2", child_name="Dewi Contoh", child_sex="P")
    assert sister.resident.nik == "9971036002269002"


def test_a_corrected_birth_date_gives_a_new_nik(town: Town, parents: tuple[Resident, Resident]) -> None:
    entry = recorded(town, *parents)
    child = amended(town, entry, *parents, birth_date=BORN - timedelta(days=1)).resident
    assert child.nik == "9971035902269001"
    assert child.birth_date == BORN - timedelta(days=1)
    assert Membership.objects.get(resident=child).since == child.birth_date


def test_a_correction_keeps_the_book_by_the_day_of_recording(
    town: Town, parents: tuple[Resident, Resident]
) -> None:
    """Thirty days later the birth is more than 60 days ago; what counts is the day it was reported."""
    recorded_on = date(2026, 3, 2)
    entry = recorded(town, *parents)
    child = amended(
        town, entry, *parents, birth_date=recorded_on - timedelta(days=60), reported_on=recorded_on
    ).resident
    assert child.birth_date == date(2026, 1, 1)


@pytest.mark.parametrize(("before", "after"), [(60, 61), (61, 60)])
def test_a_correction_into_another_book_is_refused(
    town: Town, parents: tuple[Resident, Resident], before: int, after: int
) -> None:
    recorded_on = date(2026, 3, 2)
    entry = recorded(town, *parents, birth_date=recorded_on - timedelta(days=before))
    kept = everything()
    with pytest.raises(NumberAlreadyGiven):
        amended(
            town,
            entry,
            *parents,
            birth_date=recorded_on - timedelta(days=after),
            reported_on=recorded_on,
        )
    assert everything() == kept


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"child_name": "Ayu"}, "anak_nama"),
        ({"birth_date": date(2026, 3, 3), "reported_on": date(2026, 3, 2)}, "anak_tanggal_lahir"),
        ({"mother_nik": "9971035106929999"}, "ibu_nik"),
        ({"reporter_nik": "9971030101800091"}, "saksi1_nik"),
    ],
)
def test_a_correction_obeys_the_same_rules(
    town: Town, parents: tuple[Resident, Resident], changes: dict[str, Any], field: str
) -> None:
    entry = recorded(town, *parents)
    kept = everything()
    with pytest.raises(RuleBroken) as refused:
        amended(town, entry, *parents, **changes)
    assert refused.value.field == field
    assert everything() == kept


def test_a_correction_to_a_mother_of_another_office_is_refused(
    town: Town, parents: tuple[Resident, Resident]
) -> None:
    entry = recorded(town, *parents)
    Resident.objects.filter(pk=parents[0].pk).update(office=make_office("9972"))
    with pytest.raises(RuleBroken) as refused:
        amended(town, entry, *parents)
    assert refused.value.field == "ibu_nik"


def test_a_correction_cannot_make_a_child_its_own_twin(
    town: Town, parents: tuple[Resident, Resident]
) -> None:
    recorded(town, *parents, child_name="Ayu Lestari")
    twin = recorded(town, *parents, case="case:2", child_name="Ayu Melati")
    kept = everything()
    with pytest.raises(AlreadyRecorded):
        amended(town, twin, *parents, child_name="AYU  LESTARI")
    assert everything() == kept


def test_a_correction_may_change_nothing(town: Town, parents: tuple[Resident, Resident]) -> None:
    entry = recorded(town, *parents)
    assert amended(town, entry, *parents).resident.nik == entry.resident.nik


def test_another_mother_takes_the_child_into_her_family(
    town: Town, parents: tuple[Resident, Resident]
) -> None:
    """As the last row of that card, in the place that follows from hers."""
    entry = recorded(town, *parents)
    grandmother = town.person("P", date(1970, 1, 1), religion="KRISTEN")
    mother = town.person("P", date(2001, 1, 1), SINGLE, religion="KRISTEN")
    brother = town.person("L", date(2003, 1, 1), SINGLE)
    family = town.family(("KEPALA KELUARGA", grandmother), ("ANAK", mother), ("ANAK", brother))
    corrected = amended(town, entry, mother, None)
    child = corrected.resident
    row = Membership.objects.get(resident=child)
    assert (row.family, row.relation, row.position, row.until) == (family, "CUCU", 4, None)
    assert (child.mother_nik, child.mother_name, child.religion) == (mother.nik, mother.name, "KRISTEN")
    assert (child.father_nik, child.father_name) == ("", "")
    assert corrected.facts["parents_kind"] == "mother_only"
    assert child.nik == entry.resident.nik


def test_another_mother_in_the_same_family(town: Town) -> None:
    """The daughter's child was taken for her mother's."""
    father, mother = town.person("L", date(1970, 1, 1)), town.person("P", date(1972, 1, 1))
    daughter = town.person("P", date(2001, 1, 1), SINGLE)
    family = town.family(("KEPALA KELUARGA", father), ("ISTRI", mother), ("ANAK", daughter))
    entry = recorded(town, mother, father)
    corrected = amended(town, entry, daughter, None)
    places = [(row.position, row.relation) for row in queries.members(family)]
    assert places == [(1, "KEPALA KELUARGA"), (2, "ISTRI"), (3, "ANAK"), (4, "CUCU")]
    assert corrected.facts["parents_kind"] == "mother_only"


def test_the_document_date_of_a_late_evening_correction(
    town: Town, parents: tuple[Resident, Resident]
) -> None:
    """A child born on the day of recording stays possible however late the correction comes."""
    entry = recorded(town, *parents)
    with clock.use(datetime(2026, 3, 2, 15, 59, tzinfo=UTC)):
        report = town.report(*parents, birth_date=date(2026, 3, 2))
        corrected = record_birth(office=town.office, report=report, case_ref=entry.case_ref, by=town.by)
    assert corrected.resident.birth_date == date(2026, 3, 2)
