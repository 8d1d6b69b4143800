"""A family begins: by marriage, after a divorce, by members who part; refused, corrected, undone."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loket.core.errors import LoketError
from loket.register.actions import revert_event
from loket.register.actions.family_couples import (
    Divorce,
    Marriage,
    MarriedToAnother,
    NeverMarried,
    NoCouple,
    StillTogether,
)
from loket.register.actions.family_events import (
    Newcomers,
    NewFamily,
    NoLetterOfOrigin,
    record_new_family,
)
from loket.register.actions.household import NoSuccessor, WrongSuccessor
from loket.register.actions.moveletters import LetterUsed
from loket.register.actions.newcomers import NotGone
from loket.register.models import RegisterEvent, Resident
from loket.register.queries import event_of_case
from loket.register.rules import RuleBroken
from tests.integration.register.conftest import MARRIED, SINGLE, make_town
from tests.integration.register.population import (
    ADDRESS,
    CHILD,
    HEAD,
    KIN,
    WIFE,
    Household,
    applicant,
    card_of,
    lines,
    newcomer,
    register_state,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
DAY = date(2026, 2, 14)
WEDDING = Marriage(DAY, recorded=True, number="123/45/II/2026")


def record(
    home: Household, report: NewFamily, kind: str = "family_split", ref: str = "case:1"
) -> RegisterEvent:
    return record_new_family(office=home.town.office, kind=kind, report=report, case_ref=ref, by=home.town.by)


def groom(home: Household) -> Resident:
    """A single man with a family of his own."""
    man = home.town.person("L", date(2000, 5, 10), SINGLE)
    home.town.family((HEAD, man))
    return man


def wedding(home: Household, man: Resident, **changes: Any) -> NewFamily:
    report = NewFamily(applicant(man), ADDRESS, lines((HEAD, man), (WIFE, home.daughter)), marriage=WEDDING)
    return replace(report, **changes)


def split(home: Household, *members: tuple[str, Resident], **changes: Any) -> NewFamily:
    return replace(NewFamily(applicant(members[0][1]), ADDRESS, lines(*members)), **changes)


def test_who_marries_gets_a_card_of_their_own_and_becomes_married(home: Household) -> None:
    man, before = groom(home), register_state()
    event = record(home, wedding(home, man), "family_new")
    assert event.family is not None
    assert event.family.number == "9971030203269001"
    assert (event.family.address, event.family.village_id) == ("JL. MELATI NO. 7", "99.71.03.1001")
    assert card_of(event.family) == [(HEAD, man.nik), (WIFE, home.daughter.nik)]
    married = Resident.objects.filter(pk__in=[man.pk, home.daughter.pk])
    assert set(married.values_list("marital_status", "marriage_date")) == {(MARRIED, DAY)}
    # The parents' card keeps its number and loses her.
    assert card_of(home.family) == [(HEAD, home.father.nik), (WIFE, home.mother.nik), (CHILD, home.son.nik)]
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before
    assert event_of_case("case:1") is None


def test_a_marriage_that_is_only_declared_is_not_recorded(home: Household) -> None:
    man = groom(home)
    record(home, wedding(home, man, marriage=Marriage(DAY, recorded=False, number="")), "family_new")
    home.daughter.refresh_from_db()
    assert home.daughter.marital_status == "KAWIN BELUM TERCATAT"


def test_a_corrected_application_keeps_the_number_that_it_was_given(home: Household) -> None:
    man = groom(home)
    first = record(home, wedding(home, man), "family_new")
    assert first.family is not None
    number = first.family.number
    moved = replace(ADDRESS, address="JL. DAHLIA NO. 9")
    again = record(home, wedding(home, man, address=moved), "family_new")
    assert again.family is not None
    assert (again.family.number, again.family.address) == (number, "JL. DAHLIA NO. 9")
    assert card_of(again.family) == [(HEAD, man.nik), (WIFE, home.daughter.nik)]
    other = record(home, split(home, (HEAD, home.mother), successor_nik=""), "family_split", "case:2")
    assert other.family is not None
    assert other.family.number == "9971030203269002"


def with_letter(home: Household, man: Resident, **changes: Any) -> NewFamily:
    """The bride comes from elsewhere with a SKPWNI."""
    data = newcomer(nik="9972014403959001")
    bride = Resident(nik=data.nik, name=data.name)
    came = Newcomers("SKPWNI/9972/01022026/0001", date(2026, 2, 1), {data.nik: data})
    return wedding(home, man, **({"members": lines((HEAD, man), (WIFE, bride)), "newcomers": came} | changes))


def test_a_bride_from_elsewhere_becomes_a_resident_by_her_letter(home: Household) -> None:
    man, other = groom(home), groom(home)
    before = register_state()
    event = record(home, with_letter(home, man), "family_new")
    assert event.family is not None
    assert card_of(event.family) == [(HEAD, man.nik), (WIFE, "9972014403959001")]
    bride = Resident.objects.get(nik="9972014403959001")
    assert (bride.office, bride.marital_status, bride.marriage_date) == (home.town.office, MARRIED, DAY)
    assert (event.facts["letter_date"], event.facts["uses"]) == ("2026-02-01", "SKPWNI/9972/01022026/0001")
    # Corrected in the same case; in another one the letter has been used.
    record(home, with_letter(home, man), "family_new")
    data = newcomer(nik="9972015204969001", name="DEWI REKAAN")
    her = Resident(nik=data.nik, name=data.name)
    again = Newcomers("skpwni/9972/01022026/0001", date(2026, 2, 1), {data.nik: data})
    second = with_letter(home, other, members=lines((HEAD, other), (WIFE, her)), newcomers=again)
    with pytest.raises(LetterUsed):
        record(home, second, "family_new", "case:2")
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_nobody_comes_without_a_letter_or_before_they_have_left(home: Household) -> None:
    man, neighbour = groom(home), make_town("9972").person("P", date(1996, 1, 1), SINGLE)
    before = register_state()
    with pytest.raises(NoLetterOfOrigin) as caught:
        record(home, with_letter(home, man, newcomers=Newcomers("", None, {})), "family_new")
    assert caught.value.field == "keluarga_anggota-1-nik"
    # Where the form asks for no letter, a NIK that is not known is a mistake.
    with pytest.raises(LoketError, match="tidak tercatat di register penduduk"):
        record(home, with_letter(home, man, newcomers=None), "family_new")
    with pytest.raises(NotGone):
        record(home, with_letter(home, man, members=lines((HEAD, man), (WIFE, neighbour))), "family_new")
    assert register_state() == before


def test_a_couple_is_a_man_and_a_woman(home: Household) -> None:
    man, before = groom(home), register_state()
    for members in (lines((HEAD, man)), lines((HEAD, man), (CHILD, home.daughter))):
        with pytest.raises(NoCouple):
            record(home, wedding(home, man, members=members), "family_new")
    assert register_state() == before


def test_who_is_on_a_card_with_a_spouse_marries_nobody_else(home: Household) -> None:
    man = groom(home)
    with pytest.raises(MarriedToAnother):
        record(home, wedding(home, man, members=lines((HEAD, man), (WIFE, home.mother))), "family_new")


def test_who_divorced_leaves_with_a_child_and_both_are_divorced(home: Household) -> None:
    before = register_state()
    divorce = Divorce(home.father.nik, home.father.name, DAY, recorded=True, number="6471-CR-01012026-0001")
    report = split(home, (HEAD, home.mother), (CHILD, home.son), divorce=divorce)
    event = record(home, report, "family_divorced")
    assert card_of(event.family) == [(HEAD, home.mother.nik), (CHILD, home.son.nik)]
    assert card_of(home.family) == [(HEAD, home.father.nik), (CHILD, home.daughter.nik)]
    couple = Resident.objects.filter(pk__in=[home.father.pk, home.mother.pk])
    assert set(couple.values_list("marital_status", flat=True)) == {"CERAI HIDUP TERCATAT"}
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_a_head_who_divorces_leaves_the_card_to_the_former_spouse(home: Household) -> None:
    divorce = Divorce(home.mother.nik, home.mother.name, DAY, recorded=True, number="1")
    event = record(home, split(home, (HEAD, home.father), divorce=divorce), "family_divorced")
    assert card_of(event.family) == [(HEAD, home.father.nik)]
    # A new head is a new nomor KK; the old one is empty.
    assert card_of(home.family) == []
    mother = home.mother.memberships.get(until__isnull=True)
    assert card_of(mother.family) == [
        (HEAD, home.mother.nik),
        (CHILD, home.daughter.nik),
        (CHILD, home.son.nik),
    ]
    assert mother.family.address == home.family.address


def test_a_divorce_needs_a_marriage_and_two_homes(home: Household) -> None:
    divorce = Divorce(home.father.nik, home.father.name, DAY, recorded=True, number="1")
    with pytest.raises(StillTogether):
        record(home, split(home, (HEAD, home.mother), (KIN, home.father), divorce=divorce), "family_divorced")
    with pytest.raises(NeverMarried) as caught:
        record(home, split(home, (HEAD, home.daughter), divorce=divorce), "family_divorced")
    assert caught.value.field == "pemohon_nik"


def test_members_part_and_the_head_names_who_follows(home: Household) -> None:
    before = register_state()
    with pytest.raises(NoSuccessor):
        record(home, split(home, (HEAD, home.father)))
    with pytest.raises(WrongSuccessor):
        record(home, split(home, (HEAD, home.father), successor_nik=groom(home).nik), ref="case:2")
    with pytest.raises(RuleBroken, match="17 tahun"):
        record(home, split(home, (HEAD, home.father), successor_nik=home.son.nik))
    record(home, split(home, (HEAD, home.father), successor_nik=home.daughter.nik))
    now = home.daughter.memberships.get(until__isnull=True).family
    assert card_of(now) == [(HEAD, home.daughter.nik), ("ORANG TUA", home.mother.nik), (KIN, home.son.nik)]
    revert_event(case_ref="case:1", by=home.town.by)
    assert {name: rows for name, rows in register_state().items() if name == "Membership"}["Membership"][
        : len(before["Membership"])
    ] == before["Membership"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"applicant": "stranger"}, "pemohon_nik"),
        ({"applicant": "number"}, "pemohon_nomor_kk"),
        ({"members": "no head"}, "keluarga_anggota"),
        ({"members": "child as head"}, "keluarga_anggota-0-shdk"),
        ({"members": "twice"}, "keluarga_anggota"),
        ({"members": "wrong name"}, "keluarga_anggota-0-nik"),
        ({"address": "elsewhere"}, "desa"),
    ],
)
def test_what_is_refused_names_the_field_and_changes_nothing(
    home: Household, change: dict[str, str], field: str
) -> None:
    report = split(home, (HEAD, home.daughter))
    before = register_state()
    bad = {
        "stranger": replace(report, applicant=applicant(home.mother)),
        "number": replace(report, applicant=applicant(home.daughter, "9971030101209999")),
        "no head": replace(report, members=lines((CHILD, home.daughter))),
        "child as head": split(home, (HEAD, home.son)),
        "twice": replace(report, members=lines((HEAD, home.daughter), (CHILD, home.daughter))),
        "wrong name": replace(
            report, members=tuple(replace(line, name="ORANG LAIN") for line in report.members)
        ),
        "elsewhere": replace(report, address=replace(ADDRESS, village="99.72.01.1001")),
    }[next(iter(change.values()))]
    if change == {"members": "wrong name"}:
        bad = replace(bad, applicant=applicant(home.daughter))
    with pytest.raises(LoketError) as caught:
        record(home, bad)
    assert caught.value.field == field
    assert register_state() == before
    assert RegisterEvent.objects.count() == 0
