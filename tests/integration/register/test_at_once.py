"""Many births at the same time: no number is lost, none is given twice."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction

from loket.core import clock
from loket.register.actions import (
    AlreadyRecorded,
    next_family_card_number,
    next_serial,
)
from loket.register.models import CivilRecord, Membership, Resident, Serial
from tests.committed import committed, together
from tests.integration.register.conftest import AT, WEST, Town, record_birth

pytestmark = committed

THREADS, BIRTHS = 8, 10
WORDS = "Satu Dua Tiga Empat Lima Enam Tujuh Delapan Sembilan Sepuluh".split()


@pytest.fixture(autouse=True)
def _at_one_moment() -> "object":
    with clock.use(AT):
        yield


def births_of(town: Town, mother: Resident, father: Resident, number: int) -> Callable[[], None]:
    """One family's ten births, and after each one that is taken back when its numbers were already given."""

    def run() -> None:
        for word in WORDS:
            ref = f"case:{number}-{word}"
            report = town.report(mother, father, child_name=f"{word} Contoh")
            record_birth(office=town.office, report=report, case_ref=ref, by=town.by)
            twin = town.report(mother, father, child_name=f"{word} Kembar")
            with transaction.atomic():
                record_birth(office=town.office, report=twin, case_ref=f"{ref}-kembar", by=town.by)
                transaction.set_rollback(True)
        connection.close()

    return run


def test_eighty_births_at_once_leave_no_gap_and_no_duplicate(town: Town) -> None:
    families = [town.couple() for _ in range(THREADS)]
    calls = [births_of(town, mother, father, number) for number, (_, father, mother) in enumerate(families)]
    assert together(calls) == [None] * THREADS
    found = CivilRecord.objects.order_by("entry")
    wanted = range(1, THREADS * BIRTHS + 1)
    assert [entry.entry for entry in found] == list(wanted)
    assert sorted(entry.number for entry in found) == [f"9971-LU-02032026-{serial:04d}" for serial in wanted]
    niks = Resident.objects.filter(mother_nik__gt="").order_by("nik").values_list("nik", flat=True)
    assert list(niks) == [f"997103600226{9000 + serial}" for serial in wanted]
    for family, _, _ in families:
        rows = Membership.objects.filter(family=family).order_by("position")
        assert [row.position for row in rows] == list(range(1, BIRTHS + 3))
    last = dict(Serial.objects.order_by("key").values_list("key", "last"))
    assert last == {"akta:LU:2026-03-02": 80, "book:LU:2026": 80, "nik:997103600226": 9080}


def test_the_same_birth_reported_many_times_at_once_is_recorded_once(town: Town) -> None:
    family, father, mother = town.couple()
    report = town.report(mother, father)
    calls = [
        partial(record_birth, office=town.office, report=report, case_ref=f"case:{number}", by=town.by)
        for number in range(12)
    ]
    results = together(calls)
    assert [type(result) for result in results].count(CivilRecord) == 1
    assert [type(result) for result in results].count(AlreadyRecorded) == 11
    assert Membership.objects.filter(family=family).count() == 3
    assert CivilRecord.objects.get().entry == 1


def test_corrections_and_births_at_once(town: Town) -> None:
    """Two families exchange a child while both gain others: every card keeps its rows apart."""
    one, father_one, mother_one = town.couple()
    two, father_two, mother_two = town.couple()
    entries = [
        record_birth(
            office=town.office,
            report=town.report(mother, father, child_name=f"{word} Contoh"),
            case_ref=f"case:{word}",
            by=town.by,
        )
        for word, mother, father in (("Satu", mother_one, father_one), ("Dua", mother_two, father_two))
    ]

    def exchange(entry: CivilRecord, mother: Resident, father: Resident) -> None:
        report = town.report(mother, father, child_name="Tukar Contoh")
        record_birth(office=town.office, report=report, case_ref=entry.case_ref, by=town.by)

    def grow(mother: Resident, father: Resident, number: int) -> None:
        for word in WORDS:
            report = town.report(mother, father, child_name=f"{word} Baru")
            record_birth(office=town.office, report=report, case_ref=f"case:{number}-{word}", by=town.by)

    together(
        [
            partial(grow, mother_one, father_one, 1),
            partial(exchange, entries[0], mother_two, father_two),
            partial(grow, mother_two, father_two, 2),
            partial(exchange, entries[1], mother_one, father_one),
        ]
    )
    for family in (one, two):
        positions = Membership.objects.filter(family=family).values_list("position", flat=True)
        assert len(positions) == len(set(positions)) == 13
    assert sorted(CivilRecord.objects.values_list("entry", flat=True)) == list(range(1, 23))


def test_serials_of_one_key_taken_at_once(town: Town) -> None:
    taken = together([lambda: next_serial(office=town.office, key="x")] * 100)
    assert sorted(taken) == list(range(1, 101))


def test_family_card_numbers_taken_at_once(town: Town) -> None:
    day = AT.date()
    numbers = together([lambda: next_family_card_number(office=town.office, district=WEST, issued=day)] * 20)
    assert sorted(numbers) == [f"997103020326{serial}" for serial in range(9001, 9021)]
