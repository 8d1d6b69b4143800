"""Family cards: a new household, a card lost, a card corrected; and everything that is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from loket.audit.models import Entry
from loket.core import clock
from loket.register import rules
from loket.register.actions import (
    CardAlreadyIssued,
    FamilyCardReport,
    NoFamilyCard,
    UnknownPerson,
    issue_family_card,
)
from loket.register.models import Family, FamilyChange, Membership, Resident
from loket.register.queries import family_of_case
from loket.register.rules import RuleBroken
from tests.integration.register.conftest import AT, EAST, SINGLE, Town, make_town
from tests.integration.register.households import (
    CHILD,
    HEAD,
    NEXT_VILLAGE,
    OTHER,
    WIFE,
    line,
    report_of,
    retire,
    rows_of,
    state,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _at_one_moment() -> Iterator[None]:
    with clock.use(AT):
        yield


@pytest.fixture
def household(town: Town) -> tuple[Family, list[Resident]]:
    """A couple with a daughter of 20 and a son of 10."""
    family, father, mother = town.couple()
    daughter = town.person("P", date(2006, 1, 15), SINGLE)
    son = town.person("L", date(2016, 1, 15), SINGLE)
    for position, child in enumerate((daughter, son), start=3):
        Membership.objects.create(
            family=family, resident=child, relation=CHILD, position=position, since=child.birth_date
        )
    return family, [father, mother, daughter, son]


def issue(town: Town, report: FamilyCardReport, ref: str = "case:1") -> FamilyChange:
    return issue_family_card(office=town.office, report=report, case_ref=ref, by=town.by)


def refusal(town: Town, report: FamilyCardReport) -> tuple[str, str | None]:
    """The rule's sentence and field; nothing in the register has changed, and no number was used."""
    before = state()
    with pytest.raises(RuleBroken) as refused:
        issue(town, report)
    assert state() == before
    assert FamilyChange.objects.count() == 0
    return refused.value.message, refused.value.field


def sentence(rule: object) -> str:
    return " ".join((rule.__doc__ or "").split())


def test_a_new_household_takes_its_members_out_of_their_families(
    town: Town, household: tuple[Family, list[Resident]]
) -> None:
    family, (father, mother, daughter, son) = household
    change = issue(town, report_of((HEAD, daughter), (OTHER, son), village=NEXT_VILLAGE))
    new = change.family
    assert (new.number, new.address, new.rt, new.rw, new.postal_code, new.village_id, new.issued_on) == (
        f"{EAST.replace('.', '')}0203269001",
        "JL. MELATI NO. 7",
        "004",
        "",
        "99710",
        NEXT_VILLAGE,
        TODAY,
    )
    assert rows_of(new) == [(HEAD, daughter.nik), (OTHER, son.nik)]
    assert rows_of(family) == [(HEAD, father.nik), (WIFE, mother.nik)]
    ended = Membership.objects.filter(family=family, until=TODAY).order_by("position")
    assert [row.resident_id for row in ended] == [daughter.pk, son.pk]
    assert set(Membership.objects.filter(family=new).values_list("since", flat=True)) == {TODAY}
    assert family_of_case("case:1") == new


def test_the_journal_names_no_person(town: Town, household: tuple[Family, list[Resident]]) -> None:
    _, people = household
    change = issue(town, report_of((HEAD, people[2])))
    entry = Entry.objects.get(action="register.family_card")
    assert entry.subject == f"family:{change.family_id}"
    assert entry.details == {"kind": "new_household", "case": "case:1"}


def test_couples_from_two_families_found_one(town: Town) -> None:
    one, son, _ = town.couple()
    two, _, daughter = town.couple()
    # Their heads may leave only with everybody; here the wife of one and the head of the other stay alone.
    Membership.objects.filter(family=one).exclude(resident=son).update(until=TODAY)
    change = issue(town, report_of((HEAD, son), (WIFE, daughter)))
    assert rows_of(change.family) == [(HEAD, son.nik), (WIFE, daughter.nik)]
    assert [relation for relation, _ in rows_of(two)] == [HEAD]
    assert rows_of(one) == []


def test_somebody_without_a_card_gets_the_first_one(town: Town) -> None:
    alone = town.person("P", date(1990, 1, 15))
    assert rows_of(issue(town, report_of((HEAD, alone))).family) == [(HEAD, alone.nik)]


def test_numbers_follow_each_other(town: Town) -> None:
    numbers = [
        issue(town, report_of((HEAD, town.person("L", date(1990, 1, 1)))), f"case:{number}").family.number
        for number in range(3)
    ]
    assert numbers == [f"997103020326{serial}" for serial in (9001, 9002, 9003)]


@pytest.mark.parametrize("reason", ["lost_or_damaged", "other"])
def test_a_card_again_keeps_its_number_and_members(
    town: Town, household: tuple[Family, list[Resident]], reason: str
) -> None:
    family, people = household
    rows = [*zip((HEAD, WIFE, CHILD, CHILD), people, strict=True)]
    before = state()
    change = issue(town, report_of(*rows, reason=reason, family_number=family.number))
    assert change.family == family
    assert rows_of(family) == [(relation, person.nik) for relation, person in rows]
    after = state()
    assert after["memberships"] == before["memberships"]
    assert change.family.issued_on == TODAY
    corrected = {"address": "JL. MELATI NO. 7", "rt": "004", "rw": "", "postal_code": "99710"}
    changed = corrected if reason == "other" else {}
    assert after["families"] == [{**before["families"][0], "issued_on": TODAY, **changed}]


def test_a_corrected_card_has_other_relations(town: Town, household: tuple[Family, list[Resident]]) -> None:
    family, (father, _, daughter, _) = household
    # Members who are not named stay as they are.
    issue(town, report_of((HEAD, father), ("MENANTU", daughter), reason="other"))
    assert [relation for relation, _ in rows_of(family)] == [HEAD, WIFE, "MENANTU", CHILD]


def test_an_unknown_member_is_refused(town: Town, household: tuple[Family, list[Resident]]) -> None:
    _, people = household
    good = report_of((HEAD, people[2]))
    stranger = replace(good.members[0], nik="9971030101900999", relation=OTHER)
    report = replace(good, members=(*good.members, stranger))
    assert refusal(town, report) == (sentence(UnknownPerson), "anggota-1-nik")


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"status": "MATI", "death_date": date(2025, 1, 1)}, rules.still_alive, "anggota-1-nik"),
        ({"status": "PINDAH"}, rules.lives_at_office, "anggota-1-nik"),
        ({"name": "ORANG LAIN"}, rules.name_agrees, "anggota-1-nik"),
    ],
)
def test_members_who_cannot_be_on_a_card(
    town: Town, household: tuple[Family, list[Resident]], changes: dict, rule: object, field: str
) -> None:
    _, (_, _, daughter, son) = household
    report = report_of((HEAD, daughter), (OTHER, son))
    Resident.objects.filter(pk=son.pk).update(**changes)
    assert refusal(town, report) == (sentence(rule), field)


def test_members_of_another_office_are_refused(town: Town, household: tuple[Family, list[Resident]]) -> None:
    _, people = household
    elsewhere = make_town("9972").person("L", date(1990, 1, 1), nik="9972030101900001")
    report = report_of((HEAD, people[2]), (OTHER, elsewhere))
    assert refusal(town, report) == (sentence(rules.lives_at_office), "anggota-1-nik")


def test_the_applicant_is_checked_like_a_member(town: Town, household: tuple[Family, list[Resident]]) -> None:
    _, (father, _, daughter, _) = household
    report = report_of((HEAD, daughter))
    wrong_name = replace(report, applicant_name="ORANG LAIN")
    assert refusal(town, wrong_name) == (sentence(rules.name_agrees), "pemohon_nik")
    for_others = replace(report, applicant_nik=father.nik, applicant_name=father.name)
    assert refusal(town, for_others) == (sentence(rules.applicant_is_member), "pemohon_nik")
    wrong_number = replace(report, family_number="9971030101209999")
    assert refusal(town, wrong_number) == (sentence(rules.number_is_theirs), "kk_semula")


def test_signs_and_case_of_a_name_make_no_difference(
    town: Town, household: tuple[Family, list[Resident]]
) -> None:
    _, people = household
    Resident.objects.filter(pk=people[2].pk).update(name="NUR'AINI S. PD")
    people[2].name = "Nuraini SPd"
    assert rows_of(issue(town, report_of((HEAD, people[2]))).family) == [(HEAD, people[2].nik)]


def test_somebody_named_twice(town: Town, household: tuple[Family, list[Resident]]) -> None:
    _, people = household
    report = report_of((HEAD, people[2]), (CHILD, people[3]), (OTHER, people[3]))
    assert refusal(town, report) == (sentence(rules.named_once), "anggota")


@pytest.mark.parametrize("relations", [(OTHER, OTHER), (HEAD, HEAD)])
def test_exactly_one_head(
    town: Town, household: tuple[Family, list[Resident]], relations: tuple[str, str]
) -> None:
    _, people = household
    report = report_of(*zip(relations, people[2:], strict=True))
    assert refusal(town, report) == (sentence(rules.one_head), "anggota")


def test_a_child_cannot_be_the_head(town: Town, household: tuple[Family, list[Resident]]) -> None:
    _, (_, _, daughter, son) = household
    report = report_of((OTHER, daughter), (HEAD, son))
    assert refusal(town, report) == (sentence(rules.head_of_age), "anggota-1-shdk")


def test_a_head_cannot_leave_others_behind(town: Town, household: tuple[Family, list[Resident]]) -> None:
    family, (father, mother, daughter, son) = household
    report = report_of((HEAD, daughter), (OTHER, father), (OTHER, mother))
    assert refusal(town, report) == (sentence(rules.head_leaves_nobody), "anggota-1-nik")
    everybody = report_of((HEAD, daughter), (OTHER, father), (OTHER, mother), (OTHER, son))
    issue(town, everybody)
    assert rows_of(family) == []


@pytest.mark.parametrize("reason", ["lost_or_damaged", "other"])
def test_a_card_again_takes_nobody_in(
    town: Town, household: tuple[Family, list[Resident]], reason: str
) -> None:
    _, people = household
    guest = town.person("L", date(1990, 1, 1))
    report = report_of((HEAD, people[0]), (OTHER, guest), reason=reason)
    assert refusal(town, report) == (sentence(rules.member_recorded), "anggota-1-nik")


@pytest.mark.parametrize("reason", ["lost_or_damaged", "other"])
def test_a_card_again_only_for_whoever_has_one(town: Town, reason: str) -> None:
    alone = town.person("L", date(1990, 1, 1))
    assert refusal(town, report_of((HEAD, alone), reason=reason)) == (sentence(NoFamilyCard), "pemohon_nik")


def test_a_lost_card_changes_no_relation(town: Town, household: tuple[Family, list[Resident]]) -> None:
    _, (father, _, daughter, _) = household
    report = report_of((HEAD, father), ("MENANTU", daughter), reason="lost_or_damaged")
    assert refusal(town, report) == (sentence(rules.relation_unchanged), "anggota-1-shdk")


def test_a_corrected_card_keeps_head_and_village(
    town: Town, household: tuple[Family, list[Resident]]
) -> None:
    _, (father, mother, _, _) = household
    other_head = report_of((OTHER, father), (HEAD, mother), reason="other")
    assert refusal(town, other_head) == (sentence(rules.head_stays), "anggota-0-shdk")
    moved = report_of((HEAD, father), reason="other", village=NEXT_VILLAGE)
    assert refusal(town, moved) == (sentence(rules.same_village), "desa")


def test_a_village_of_another_office_or_of_the_past(
    town: Town, household: tuple[Family, list[Resident]]
) -> None:
    _, people = household
    make_town("9972")
    wanted = (sentence(rules.village_of_office), "desa")
    for village in ("99.72.03.1001", "99.71.03.9999", "99.71"):
        assert refusal(town, report_of((HEAD, people[2]), village=village)) == wanted
    retire(NEXT_VILLAGE)
    assert refusal(town, report_of((HEAD, people[2]), village=NEXT_VILLAGE)) == wanted


def test_one_card_for_each_case(town: Town, household: tuple[Family, list[Resident]]) -> None:
    _, people = household
    issue(town, report_of((HEAD, people[2])))
    before = state()
    with pytest.raises(CardAlreadyIssued):
        issue(town, report_of((HEAD, people[3]), members=(line(HEAD, people[2]),)))
    assert state() == before


def test_the_database_keeps_changes(town: Town, household: tuple[Family, list[Resident]]) -> None:
    _, people = household
    change = issue(town, report_of((HEAD, people[2])))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE is refused for another reason
    for statement in (
        "DELETE FROM register_familychange",
        "TRUNCATE register_familychange CASCADE",
        "UPDATE register_familychange SET case_ref = 'case:other'",
        "UPDATE register_familychange SET created_at = created_at - interval '1 day'",
    ):
        with (
            pytest.raises(DatabaseError, match="changes of families stay"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with pytest.raises(DatabaseError, match="register_family_change_kind"), transaction.atomic():
        FamilyChange.objects.filter(pk=change.pk).update(kind="gift")
    with pytest.raises(DatabaseError, match="register_family_change_case_once"), transaction.atomic():
        FamilyChange.objects.create(
            office=town.office,
            kind="other",
            case_ref="case:1",
            family=change.family,
            facts={},
            recorded_by="-",
            created_at=AT,
            applied_at=AT + timedelta(days=1),
        )
