"""Applications about the same people at once: never two families for one person, never a deadlock."""

from collections.abc import Iterator
from datetime import date
from functools import partial

import pytest
from django.db import IntegrityError

from loket.core import clock
from loket.core.errors import LoketError
from loket.register.actions import (
    MovedMeanwhile,
    amend_family_card,
    issue_family_card,
    revert_family_card,
)
from loket.register.models import CivilRecord, Family, FamilyChange, Membership, Resident
from tests.committed import committed, together
from tests.integration.register.conftest import AT, SINGLE, Town, record_birth
from tests.integration.register.households import CHILD, HEAD, OTHER, WIFE, report_of, rows_of, state

pytestmark = committed
THREADS = 8


@pytest.fixture(autouse=True)
def _at_one_moment() -> Iterator[None]:
    with clock.use(AT):
        yield


def family_of_four(town: Town) -> list[Resident]:
    father = town.person("L", date(1980, 5, 10))
    mother = town.person("P", date(1982, 5, 10))
    children = [town.person("L", date(2004, 1, 15), SINGLE), town.person("P", date(2005, 1, 15), SINGLE)]
    town.family((HEAD, father), (WIFE, mother), *((CHILD, child) for child in children))
    return [father, mother, *children]


def kinds(results: list[object]) -> list[str]:
    return sorted({type(result).__name__ for result in results})


@pytest.mark.parametrize("with_card", [True, False])
def test_one_of_many_households_of_one_person(town: Town, with_card: bool) -> None:
    person = town.person("P", date(1990, 1, 15))
    if with_card:
        town.family((HEAD, person))
    calls = [
        partial(
            issue_family_card,
            office=town.office,
            report=report_of((HEAD, person)),
            case_ref=f"case:{number}",
            by=town.by,
        )
        for number in range(THREADS)
    ]
    results = together(calls)
    issued = [result for result in results if isinstance(result, FamilyChange)]
    refused = [result for result in results if isinstance(result, MovedMeanwhile)]
    # Who came after the first had finished is a later application; who waited for it is refused.
    assert len(issued) + len(refused) == THREADS
    current = Membership.objects.get(resident=person, until=None)
    assert [change.family_id for change in issued].count(current.family_id) == 1
    assert FamilyChange.objects.count() == len(issued)


def test_two_who_saw_the_same_family_cannot_both_move_a_person(town: Town) -> None:
    """One has passed its checks and holds the locks, the other begins then: only the first succeeds."""
    father, mother, son, _ = family_of_four(town)
    results = together(
        [
            partial(
                issue_family_card,
                office=town.office,
                report=report_of((HEAD, son), *others),
                case_ref=f"case:{number}",
                by=town.by,
            )
            for number, others in enumerate([[], [(OTHER, mother)]] * 4)
        ]
    )
    assert all(isinstance(result, FamilyChange | LoketError) for result in results)
    open_rows = Membership.objects.filter(until=None)
    assert len({row.resident_id for row in open_rows}) == len(open_rows) == 4
    assert Membership.objects.get(resident=father, until=None).relation == HEAD


def test_members_of_two_families_exchanged_at_once_do_not_deadlock(town: Town) -> None:
    families = [family_of_four(town) for _ in range(4)]

    def exchange(number: int) -> None:
        one, other = families[number % 4], families[(number + 1) % 4]
        rows = [(HEAD, one[2]), (OTHER, other[3])]
        if number % 2:
            rows = [(HEAD, other[3]), (OTHER, one[2])]
        ref = f"case:{number}"
        change = issue_family_card(office=town.office, report=report_of(*rows), case_ref=ref, by=town.by)
        amend_family_card(change=change, report=report_of(rows[0]), by=town.by)
        revert_family_card(case_ref=ref, by=town.by)

    results = together([partial(exchange, number) for number in range(THREADS)])
    # No OperationalError: `together` lets only expected failures through.
    assert set(kinds(results)) <= {"NoneType", "MovedMeanwhile", "ChangedSince"}
    open_rows = Membership.objects.filter(until=None)
    assert len({row.resident_id for row in open_rows}) == len(open_rows) == 16


def test_births_and_households_at_once(town: Town) -> None:
    father, mother, son, daughter = family_of_four(town)

    def move(number: int) -> None:
        for person in (son, daughter):
            ref = f"case:{number}-{person.pk}"
            issue_family_card(office=town.office, report=report_of((HEAD, person)), case_ref=ref, by=town.by)
            revert_family_card(case_ref=ref, by=town.by)

    def grow(number: int) -> None:
        report = town.report(mother, father, child_name=f"Anak {'ABCDEFGH'[number]}")
        record_birth(office=town.office, report=report, case_ref=f"case:b{number}", by=town.by)

    results = together([partial((move, grow)[number % 2], number) for number in range(THREADS)])
    assert set(kinds(results)) <= {"NoneType", "MovedMeanwhile", "ChangedSince"}
    assert CivilRecord.objects.count() == THREADS // 2
    family = Membership.objects.get(resident=father, until=None).family
    assert len(rows_of(family)) + Membership.objects.filter(until=None).exclude(family=family).count() == 8


def test_a_mother_who_moves_while_her_child_is_recorded(town: Town) -> None:
    family, father, mother = town.couple()
    results = together(
        [
            partial(
                issue_family_card,
                office=town.office,
                report=report_of((HEAD, father), (WIFE, mother)),
                case_ref="case:1",
                by=town.by,
            ),
            *(
                partial(
                    record_birth,
                    office=town.office,
                    report=town.report(mother, father, child_name=f"Anak {'ABCDEFGH'[number]}"),
                    case_ref=f"case:b{number}",
                    by=town.by,
                )
                for number in range(THREADS - 1)
            ),
        ]
    )
    assert set(kinds(results)) <= {"FamilyChange", "CivilRecord", "MovedMeanwhile", "RuleBroken"}
    born = CivilRecord.objects.count()
    children = Membership.objects.filter(resident__mother_nik=mother.nik)
    assert children.count() == born
    assert Membership.objects.filter(until=None).count() == 2 + born
    assert Membership.objects.get(resident=mother, until=None).family_id in {
        family.pk,
        *Family.objects.exclude(pk=family.pk).values_list("pk", flat=True),
    }


def test_undone_and_corrected_at_once(town: Town) -> None:
    _, _, son, daughter = family_of_four(town)
    before = state()
    change = issue_family_card(
        office=town.office, report=report_of((HEAD, son)), case_ref="case:1", by=town.by
    )
    corrected = report_of((HEAD, daughter))
    calls = [
        partial(amend_family_card, change=change, report=corrected, by=town.by),
        partial(revert_family_card, case_ref="case:1", by=town.by),
    ]
    results = together(calls * 4)
    assert kinds(results) == ["FamilyChange"]
    final = FamilyChange.objects.get()
    if final.reverted_at:
        assert state(without=final.family) == before
    else:
        assert rows_of(final.family) == [(HEAD, daughter.nik)]


def test_the_database_has_the_last_word(town: Town) -> None:
    family, _, mother = town.couple()
    row = Membership(family=family, resident=mother, relation=OTHER, position=9, since=AT.date())
    with pytest.raises(IntegrityError, match="register_one_family_each"):
        row.save()
