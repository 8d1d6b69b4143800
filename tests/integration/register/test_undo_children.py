"""Undoing and correcting what is recorded of children: recognition, legitimation, letters of a birth."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loket.register.actions import acknowledgement, birth_letters, legitimation, marriage, revert_event
from loket.register.actions.parties import record_numbered
from loket.register.models import CivilRecord, RegisterEvent, Resident
from tests.integration.register.conftest import SINGLE, Town, plain_rows, record_birth
from tests.integration.register.test_children import report_of
from tests.integration.register.vital import (
    COURT,
    REPORTED,
    WITNESSES,
    party,
    people,
    recorded,
    state,
)

CASE = "vital:x"


@pytest.fixture
def mother(town: Town) -> Resident:
    woman = town.person("P", date(1992, 6, 11), SINGLE, name="IBU CONTOH")
    town.family(("KEPALA KELUARGA", woman))
    return woman


@pytest.fixture
def father(town: Town) -> Resident:
    man = town.person("L", date(1990, 5, 10), SINGLE, name="AYAH CONTOH")
    town.family(("KEPALA KELUARGA", man))
    return man


@pytest.fixture
def child(town: Town, mother: Resident) -> Resident:
    """A child of a mother alone."""
    report = town.report(mother, None, reported_on=REPORTED)
    return record_birth(office=town.office, report=report, case_ref="case:birth", by=town.by).resident


def notes() -> list[Any]:
    return [row["facts"].get("notes") for row in plain_rows(CivilRecord)]


def test_a_recognition_undone_and_recorded_again(
    town: Town, child: Resident, father: Resident, mother: Resident
) -> None:
    before, said = people(), notes()
    first = recorded(town, acknowledgement.record, report_of(child, father, mother), CASE)
    revert_event(case_ref=CASE, by=town.by)
    assert (people(), notes()) == (before, [*said, None])
    # Undone, it is no akta that a kutipan or a note could be made of.
    assert record_numbered(town.office, first.number) is None
    # The place in the book stays taken, by this case alone.
    again = recorded(town, acknowledgement.record, report_of(child, father, mother), CASE)
    assert (again.pk, again.number) == (first.pk, first.number)
    child.refresh_from_db()
    assert (child.father_nik, child.father_name) == (father.nik, "AYAH CONTOH")


def test_a_corrected_recognition_names_the_other_father(
    town: Town, child: Resident, father: Resident, mother: Resident
) -> None:
    other = town.person("L", date(1989, 1, 1), SINGLE, name="AYAH LAIN")
    first = recorded(town, acknowledgement.record, report_of(child, other, mother), CASE)
    again = recorded(town, acknowledgement.record, report_of(child, father, mother), CASE)
    assert again.number == first.number
    akta = CivilRecord.objects.get(case_ref="case:birth")
    assert [note["note"] for note in akta.facts["notes"]] == [
        "Anak diakui oleh AYAH CONTOH, ayahnya, dengan persetujuan ibu kandungnya."
    ]
    assert CivilRecord.objects.get(number=again.number).facts["father"]["name"] == "AYAH CONTOH"


def test_a_legitimation_undone(town: Town, child: Resident, father: Resident, mother: Resident) -> None:
    wedding = marriage.Report(
        husband=party(father),
        wife=party(mother),
        day=date(2026, 3, 1),
        place="Kota Contoh",
        religion="HINDU",
        officiant="PANDITA CONTOH",
        dispensation=replace(COURT, court=""),
        witness_niks=WITNESSES,
        reported_on=REPORTED,
        abroad=False,
        details={},
    )
    number = recorded(town, marriage.record, wedding).number
    before, said = people(), notes()
    report = report_of(
        child,
        father,
        mother,
        field="pengesahan",
        wedding_day=date(2026, 3, 1),
        marriage_number=number,
        marriage_recorded=REPORTED,
        decision=COURT,
    )
    event = recorded(town, legitimation.record, report, CASE)
    assert event.number == "9971-PS-02032026-0001"
    revert_event(case_ref=CASE, by=town.by)
    assert (people(), notes()) == (before, [*said, None])


@pytest.mark.parametrize("kind", ["stillbirth", "birth_statement"])
def test_a_letter_of_a_birth_changes_nobody_and_keeps_its_number(
    town: Town, mother: Resident, father: Resident, kind: str
) -> None:
    """By the matrix of events a stillbirth gives no NIK, no row in a family and no akta."""
    record = getattr(birth_letters, f"record_{kind}")
    report = birth_letters.Report(
        mother_nik=mother.nik,
        mother_name=mother.name,
        father_nik="",
        father_name="",
        reporter_nik=mother.nik,
        sex="P",
        day=date(2026, 2, 20),
        place="Kota Contoh",
        order=1,
        reported_on=REPORTED,
        field="lahir_mati_tanggal",
        details={},
    )
    before = [*people(), plain_rows(CivilRecord)]
    first = recorded(town, record, report, CASE)
    again = recorded(town, record, replace(report, order=2), CASE)
    assert (again.number, again.facts["child_order"]) == (first.number, 2)
    assert [*people(), plain_rows(CivilRecord)] == before
    revert_event(case_ref=CASE, by=town.by)
    assert RegisterEvent.objects.get(case_ref=CASE).number == first.number
    assert [*people(), plain_rows(CivilRecord)] == before
    undone = state()
    revert_event(case_ref=CASE, by=town.by)
    assert state() == undone
