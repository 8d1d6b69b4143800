"""Undoing a birth: the child leaves the register as if it had never been there, its entry stays."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from loket.core import clock
from loket.register import queries
from loket.register.actions import ChangedSince, NumberAlreadyGiven, births, revert_event
from loket.register.models import CivilRecord, RegisterEvent, Resident, Serial
from tests.integration.register.conftest import AT, BORN, Town, record_birth
from tests.integration.register.vital import people

CASE = "case:1"


@pytest.fixture
def parents(town: Town) -> tuple[Resident, Resident]:
    """Mother and father."""
    _, father, mother = town.couple()
    return mother, father


def born(town: Town, parents: tuple[Resident, Resident], case: str = CASE, **changes: object) -> CivilRecord:
    with clock.use(AT):
        report = replace(town.report(*parents), **changes)
        return record_birth(office=town.office, report=report, case_ref=case, by=town.by)


def test_a_birth_is_an_event_with_every_row_it_added(town: Town, parents: tuple[Resident, Resident]) -> None:
    entry = born(town, parents)
    event = RegisterEvent.objects.get(case_ref=CASE)
    assert (event.kind, event.resident, event.number) == ("birth", entry.resident, entry.number)
    assert (event.family, event.happened_on) == (queries.current_family(parents[0]), BORN)
    told = [(row["model"], row["before"] is None) for row in event.changes]
    assert told == [("resident", True), ("membership", True), ("resident", False)]
    assert event.facts == entry.facts


def test_undone_the_register_is_as_before_and_the_book_keeps_its_entry(
    town: Town, parents: tuple[Resident, Resident]
) -> None:
    before = people()
    entry = born(town, parents)
    nik = entry.resident.nik
    event = revert_event(case_ref=CASE, by=town.by)
    assert people() == before
    entry.refresh_from_db()
    assert (entry.resident, entry.subject_name, entry.subject_nik) == (None, "Ayu Lestari", nik)
    assert (entry.entry, entry.number) == (1, "9971-LU-02032026-0001")
    assert (event.reverted_at is None, event.number) == (False, entry.number)
    assert queries.event_of_case(CASE) is None
    # Neither NIK nor akta number is given again.
    other = born(town, parents, "case:2")
    assert (other.entry, other.number) == (2, "9971-LU-02032026-0002")
    assert other.resident.nik == "9971036002269002"


def test_recorded_again_it_has_its_place_its_number_and_its_nik(
    town: Town, parents: tuple[Resident, Resident]
) -> None:
    entry = born(town, parents)
    revert_event(case_ref=CASE, by=town.by)
    again = born(town, parents, child_name="Ayu Melati")
    assert (again.pk, again.number, again.resident.name) == (entry.pk, entry.number, "Ayu Melati")
    assert (again.resident.pk, again.resident.nik) == (entry.resident_id, entry.resident.nik)
    assert again.resident.birth_certificate == entry.number
    assert dict(Serial.objects.values_list("key", "last")) == {
        "akta:LU:2026-03-02": 1,
        "book:LU:2026": 1,
        "nik:997103600226": 9001,
    }


def test_what_the_register_built_on_a_birth_keeps_it(town: Town, parents: tuple[Resident, Resident]) -> None:
    entry = born(town, parents)
    Resident.objects.filter(pk=entry.resident_id).update(blood_type="O")
    kept = people()
    with pytest.raises(ChangedSince):
        revert_event(case_ref=CASE, by=town.by)
    with pytest.raises(ChangedSince):
        born(town, parents, child_name="Ayu Melati")
    entry.refresh_from_db()
    assert (people(), entry.resident.name) == (kept, "Ayu Lestari")


def test_another_book_is_refused_also_after_undoing(town: Town, parents: tuple[Resident, Resident]) -> None:
    born(town, parents)
    revert_event(case_ref=CASE, by=town.by)
    before = people()
    with pytest.raises(NumberAlreadyGiven):
        born(town, parents, birth_date=date(2025, 12, 1))
    assert people() == before


def test_notes_beside_an_akta_outlive_a_correction(town: Town, parents: tuple[Resident, Resident]) -> None:
    entry = born(town, parents)
    notes = [{"day": "2026-03-02", "note": "Catatan.", "basis": "putusan"}]
    entry.facts = {**entry.facts, "notes": notes}
    entry.save()
    again = born(town, parents, child_name="Ayu Melati")
    assert (again.facts["notes"], again.facts["child"]["name"]) == (notes, "Ayu Melati")


def test_an_entry_is_nobody_elses(town: Town, parents: tuple[Resident, Resident]) -> None:
    entry = born(town, parents)
    other = born(town, parents, "case:2", child_name="Ayu Melati")
    for resident in (other.resident, parents[0]):
        with pytest.raises(DatabaseError, match="entries of the register stay"), transaction.atomic():
            CivilRecord.objects.filter(pk=entry.pk).update(resident=resident)
    revert_event(case_ref=CASE, by=town.by)
    with pytest.raises(DatabaseError, match="entries of the register stay"), transaction.atomic():
        CivilRecord.objects.filter(pk=entry.pk).update(resident=other.resident)


def test_the_state_on_a_past_day_knows_the_child_from_its_birth(
    town: Town, parents: tuple[Resident, Resident]
) -> None:
    entry = born(town, parents, birth_date=BORN - timedelta(days=10))
    child = Resident.objects.get(pk=entry.resident_id)
    assert child.valid_from == BORN - timedelta(days=10)


def test_a_birth_asks_the_database_no_more_than_before(
    town: Town, parents: tuple[Resident, Resident], django_assert_max_num_queries: object
) -> None:
    """24 before births were events; two more are the lock of the book and the line in it."""
    with clock.use(AT):
        report = town.report(*parents)
        with django_assert_max_num_queries(26):  # type: ignore[operator]  # a fixture of pytest-django
            births.record(office=town.office, report=report, case_ref=CASE, by=town.by)


def test_a_birth_whose_akta_is_the_childs_no_longer_is_not_undone(
    town: Town, parents: tuple[Resident, Resident]
) -> None:
    entry = born(town, parents)
    Resident.objects.filter(pk=entry.resident_id).update(birth_certificate="")
    before = people()
    with pytest.raises(ChangedSince):
        revert_event(case_ref=CASE, by=town.by)
    assert people() == before
