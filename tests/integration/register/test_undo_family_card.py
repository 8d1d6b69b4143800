"""A family card that is corrected or refused later: what the case did is undone exactly, or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loket.audit.models import Entry
from loket.core import clock
from loket.core.errors import LoketError, NotFoundError
from loket.register.actions import (
    ChangedSince,
    FamilyCardReport,
    amend_family_card,
    issue_family_card,
    revert_family_card,
)
from loket.register.models import Family, FamilyChange, Membership, Resident
from loket.register.queries import family_of_case
from loket.register.rules import RuleBroken
from tests.integration.register.conftest import AT, SINGLE, Town, record_birth
from tests.integration.register.households import (
    CHILD,
    HEAD,
    NEXT_VILLAGE,
    OTHER,
    WIFE,
    report_of,
    rows_of,
    state,
)

pytestmark = pytest.mark.django_db


class Moments:
    """Every look at the clock is a minute later."""

    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> Any:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture(autouse=True)
def _passing_time() -> Iterator[None]:
    with clock.use(Moments()):
        yield


@pytest.fixture
def people(town: Town) -> list[Resident]:
    """Father, mother and two grown children of one family, then a couple of another, then one without any."""
    family, father, mother = town.couple()
    grown = [town.person(sex, date(2004, 1, 15), SINGLE) for sex in ("P", "L")]
    for position, child in enumerate(grown, start=3):
        Membership.objects.create(
            family=family, resident=child, relation=CHILD, position=position, since=child.birth_date
        )
    _, husband, wife = town.couple()
    return [father, mother, *grown, husband, wife, town.person("P", date(1999, 1, 15))]


def issue(town: Town, report: FamilyCardReport, ref: str = "case:1") -> FamilyChange:
    return issue_family_card(office=town.office, report=report, case_ref=ref, by=town.by)


def undo(town: Town, ref: str = "case:1") -> FamilyChange:
    return revert_family_card(case_ref=ref, by=town.by)


def test_a_new_household_undone_leaves_only_its_number(town: Town, people: list[Resident]) -> None:
    before = state()
    change = issue(town, report_of((HEAD, people[2]), (OTHER, people[6])))
    undone = undo(town)
    assert state(without=change.family) == before
    assert rows_of(change.family) == []
    assert undone.reverted_at is not None
    assert family_of_case("case:1") is None
    # Again it does nothing.
    assert undo(town).reverted_at == undone.reverted_at
    actions = Entry.objects.filter(subject=f"family:{change.family_id}").values_list("action", flat=True)
    assert sorted(actions) == ["register.family_card", "register.revert_family_card"]


@pytest.mark.parametrize("reason", ["lost_or_damaged", "other"])
def test_a_card_again_undone(town: Town, people: list[Resident], reason: str) -> None:
    before = state()
    relation = "MENANTU" if reason == "other" else CHILD
    issue(town, report_of((HEAD, people[0]), (relation, people[2]), reason=reason))
    assert state() != before
    undo(town)
    assert state() == before


def test_nothing_to_undo(town: Town) -> None:
    with pytest.raises(NotFoundError):
        undo(town)


def test_a_correction_keeps_the_new_number(town: Town, people: list[Resident]) -> None:
    """Somebody else is on the card after the correction, at another address; who left it is back home."""
    first = issue(town, report_of((HEAD, people[2]), (OTHER, people[3])))
    home = Membership.objects.get(resident=people[1], until=None).family
    amended = amend_family_card(
        change=first,
        report=report_of((HEAD, people[2]), (OTHER, people[6]), village=NEXT_VILLAGE, rt="009"),
        by=town.by,
    )
    assert amended.pk == first.pk
    assert amended.family == first.family
    family = Family.objects.get(pk=first.family_id)
    assert (family.number, family.village_id, family.rt) == (first.family.number, NEXT_VILLAGE, "009")
    assert rows_of(family) == [(HEAD, people[2].nik), (OTHER, people[6].nik)]
    assert rows_of(home) == [(HEAD, people[0].nik), (WIFE, people[1].nik), (CHILD, people[3].nik)]
    assert Family.objects.count() == 3


def test_a_refused_correction_leaves_the_first_report_in_force(town: Town, people: list[Resident]) -> None:
    first = issue(town, report_of((HEAD, people[2])))
    before, kept = state(), FamilyChange.objects.values().get()
    with pytest.raises(RuleBroken), transaction.atomic():
        amend_family_card(change=first, report=report_of((OTHER, people[2])), by=town.by)
    assert state() == before
    assert FamilyChange.objects.values().get() == kept


def test_a_correction_may_change_the_reason_and_come_back(town: Town, people: list[Resident]) -> None:
    before = state()
    report = report_of((HEAD, people[2]))
    change = issue(town, report)
    new = change.family
    lost = report_of((HEAD, people[0]), reason="lost_or_damaged")
    change = amend_family_card(change=change, report=lost, by=town.by)
    assert family_of_case("case:1") != new
    assert rows_of(new) == []
    change = amend_family_card(change=change, report=report, by=town.by)
    assert change.family == new  # the number is given once
    undo(town)
    assert state(without=new) == before


def test_an_undone_case_can_be_applied_again(town: Town, people: list[Resident]) -> None:
    change = issue(town, report_of((HEAD, people[2])))
    undone = undo(town)
    again = amend_family_card(change=undone, report=report_of((HEAD, people[3])), by=town.by)
    assert again.family == change.family
    assert rows_of(again.family) == [(HEAD, people[3].nik)]
    assert family_of_case("case:1") == change.family


def test_what_others_built_on_cannot_be_undone(town: Town, people: list[Resident]) -> None:
    first = issue(town, report_of((HEAD, people[2]), (OTHER, people[3])), "case:1")
    issue(town, report_of((HEAD, people[3])), "case:2")
    before = state()
    with pytest.raises(ChangedSince):
        undo(town, "case:1")
    with pytest.raises(ChangedSince):
        amend_family_card(change=first, report=report_of((HEAD, people[2])), by=town.by)
    assert state() == before
    undo(town, "case:2")
    undo(town, "case:1")  # in the other order it goes


def test_a_later_replacement_of_the_old_card_is_respected(town: Town, people: list[Resident]) -> None:
    issue(town, report_of((HEAD, people[2])), "case:1")
    issue(town, report_of((HEAD, people[0]), reason="lost_or_damaged"), "case:2")
    with pytest.raises(ChangedSince):
        undo(town, "case:1")


def test_a_child_born_into_the_new_household_keeps_it(town: Town, people: list[Resident]) -> None:
    change = issue(town, report_of((HEAD, people[4]), (WIFE, people[5])))
    birth = town.report(people[5], people[4])
    record_birth(office=town.office, report=birth, case_ref="case:2", by=town.by)
    before = state()
    with pytest.raises(ChangedSince):
        undo(town)
    assert state() == before
    assert len(rows_of(change.family)) == 3


def test_a_child_born_into_the_old_family_hinders_nothing(town: Town, people: list[Resident]) -> None:
    change = issue(town, report_of((HEAD, people[2])))
    birth = town.report(people[1], people[0])
    record_birth(office=town.office, report=birth, case_ref="case:2", by=town.by)
    before = state()["memberships"]
    undo(town)
    kept = [row for row in before if row["family_id"] != change.family_id]
    restored = [{**row, "until": None} for row in kept]
    assert state()["memberships"] == restored


@pytest.mark.parametrize("changes", [{"relation": "LAINNYA"}, {"until": date(2026, 3, 2)}, {"position": 9}])
def test_rows_changed_by_hand_are_respected(town: Town, people: list[Resident], changes: dict) -> None:
    change = issue(town, report_of((HEAD, people[2])))
    Membership.objects.filter(family=change.family).update(**changes)
    with pytest.raises(ChangedSince):
        undo(town)


def test_an_address_changed_by_hand_is_respected(town: Town, people: list[Resident]) -> None:
    change = issue(town, report_of((HEAD, people[0]), reason="lost_or_damaged"))
    Family.objects.filter(pk=change.family_id).update(address="JL. LAIN")
    with pytest.raises(ChangedSince):
        undo(town)


RELATIONS = st.lists(st.sampled_from((WIFE, CHILD, OTHER, "MENANTU")), min_size=4, max_size=4)


def _members(places: list[int], relations: list[str]) -> list[tuple[str, int]]:
    """One head first, then the others with their relations."""
    return list(zip((HEAD, *relations), places, strict=False))


# New households of anybody; cards again of the first family (places 0 to 3), whose head is named first.
NEW = st.lists(st.integers(0, 6), min_size=1, max_size=5, unique=True)
AGAIN = st.lists(st.integers(1, 3), max_size=3, unique=True).map(lambda places: [0, *places])
DRAWN = st.one_of(
    st.tuples(st.just("new_household"), st.builds(_members, NEW, RELATIONS)),
    st.tuples(st.sampled_from(("lost_or_damaged", "other")), st.builds(_members, AGAIN, RELATIONS)),
)


def _tried(town: Town, change: FamilyChange | None, drawn: tuple[str, list]) -> FamilyChange | None:
    """The case with this report issued or corrected, or as it was where the register refuses."""
    reason, members = drawn
    everybody = list(Resident.objects.order_by("pk"))
    rows = [(relation, everybody[place]) for relation, place in members]
    report = replace(report_of(*rows), reason=reason)
    if reason != "new_household":
        # The village of every family here, so that corrections are not all refused.
        report = replace(report, village="99.71.03.1001")
    try:
        with transaction.atomic():
            if change is None:
                return issue(town, report)
            return amend_family_card(change=change, report=report, by=town.by)
    except LoketError:
        return change


def _each_in_one_family() -> bool:
    open_rows = Membership.objects.filter(until=None).values_list("resident", flat=True)
    return len(open_rows) == len(set(open_rows))


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(reports=st.lists(DRAWN, min_size=1, max_size=5))
def test_however_often_corrected_it_is_undone_exactly(
    town: Town, people: list[Resident], reports: list[tuple[str, list]]
) -> None:
    with transaction.atomic():
        before = state()
        families = Family.objects.count()
        change: FamilyChange | None = None
        for drawn in reports:
            change = _tried(town, change, drawn)
            assert _each_in_one_family()
        if change is not None:
            assert Family.objects.count() <= families + 1  # one number for each case
            undo(town)
            given = Family.objects.filter(pk=change.facts["given"]).first()
            assert state(without=given) == before
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "drawn",
    [
        ("new_household", [(HEAD, 2), (OTHER, 3)]),
        ("new_household", [(HEAD, 4), (WIFE, 5), (OTHER, 6)]),
        ("lost_or_damaged", [(HEAD, 0), (CHILD, 3)]),
        ("other", [(HEAD, 0), ("MENANTU", 1)]),
    ],
)
def test_reports_as_drawn_are_not_all_refused(town: Town, people: list[Resident], drawn: tuple) -> None:
    """The property above says something only where reports like its own are accepted."""
    assert _tried(town, None, drawn) is not None
