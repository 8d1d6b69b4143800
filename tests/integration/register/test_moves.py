"""Pindah and datang: who leaves, with which letter, and that the letter counts once."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from loket.core.errors import LoketError
from loket.register.actions import revert_event
from loket.register.actions.household import NoSuccessor
from loket.register.actions.letters import OtherPeople, record_letter_again
from loket.register.actions.moveletters import (
    HasLetter,
    LetterCancelled,
    LetterReplaced,
    NotOnLetter,
    UnknownLetter,
)
from loket.register.actions.moves import (
    KindDisagrees,
    SameRegency,
    StayersHaveNoHome,
)
from loket.register.models import Family, LetterPerson, MoveLetter, RegisterEvent, Resident
from tests.integration.register.population import (
    CHILD,
    ELSEWHERE,
    FAR,
    HEAD,
    WIFE,
    Household,
    applicant,
    card_of,
    lines,
    register_state,
)
from tests.integration.register.travel import (
    EVERYBODY,
    HEAD_ALONE,
    HEAD_AND_SOME,
    LETTER,
    MEMBERS,
    TODAY,
    about,
    again,
    arrival,
    arrive,
    cancel,
    depart,
    leaving,
    offices,
    residence,
    statuses,
    whole,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]


def test_a_whole_family_gets_a_numbered_letter_and_stays_until_it_arrives(home: Household) -> None:
    before, places = register_state(), residence()
    event = depart(home, leaving(home, whole(home), EVERYBODY))
    assert event.number == LETTER
    assert statuses(home) == ["HIDUP"] * 4
    assert residence() == places
    letter = MoveLetter.objects.get()
    assert (letter.number, letter.state, letter.destination) == (LETTER, "issued", ELSEWHERE)
    assert (letter.issued_on, letter.valid_until) == (TODAY, date(2026, 6, 10))
    niks = [person.nik for person in (home.father, home.mother, home.daughter, home.son)]
    assert list(letter.people.order_by("position").values_list("nik", "waiting")) == [(n, True) for n in niks]
    facts = event.facts
    assert facts["origin"] == (
        "JL. MAWAR NO. 3, KELURAHAN ILIR, KECAMATAN BARAT, KOTA CONTOH, PROVINSI CONTOH"
    )
    assert (facts["classification"], facts["head_name"]) == ("ANTAR KAB/KOTA", home.father.name)
    assert [mover["relation"] for mover in facts["movers"]] == [HEAD, WIFE, CHILD, CHILD]
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before
    assert (MoveLetter.objects.count(), LetterPerson.objects.count()) == (0, 0)


def test_into_another_province_it_is_so_classified(home: Household) -> None:
    event = depart(home, leaving(home, whole(home), EVERYBODY, regency=FAR))
    assert event.facts["classification"] == "ANTAR PROVINSI"


def test_those_left_behind_get_a_head_and_a_new_number_at_the_arrival(home: Household) -> None:
    report = leaving(home, lines((HEAD, home.father)), HEAD_ALONE, successor_nik=home.mother.nik)
    card = card_of(home.family)
    depart(home, report)
    assert card_of(home.family) == card
    before = register_state()
    arrive(home, arrival((HEAD, home.father)))
    reserved = MoveLetter.objects.get().stayers_number
    stayers = Family.objects.get(number=reserved)
    assert reserved != home.family.number
    assert card_of(stayers) == [
        (HEAD, home.mother.nik),
        (CHILD, home.daughter.nik),
        (CHILD, home.son.nik),
    ]
    assert (stayers.office, stayers.address) == (home.town.office, home.family.address)
    assert card_of(home.family) == []
    assert offices(home) == ["9972", "9971", "9971", "9971"]
    revert_event(case_ref="case:9", by=home.town.by)
    assert register_state() == before


def test_a_member_leaves_and_the_card_keeps_its_number(home: Household) -> None:
    depart(home, leaving(home, lines((CHILD, home.daughter)), MEMBERS))
    arrive(home, arrival((HEAD, home.daughter)))
    assert card_of(home.family) == [(HEAD, home.father.nik), (WIFE, home.mother.nik), (CHILD, home.son.nik)]
    assert offices(home) == ["9971", "9971", "9972", "9971"]


@pytest.mark.parametrize(
    ("kind", "who", "fits"),
    [
        (HEAD_ALONE, "father", True),
        (HEAD_ALONE, "father mother", False),
        (EVERYBODY, "father mother", False),
        (EVERYBODY, "father mother daughter son", True),
        (HEAD_AND_SOME, "father mother", True),
        (HEAD_AND_SOME, "father", False),
        (HEAD_AND_SOME, "mother", False),
        (MEMBERS, "mother son", True),
        (MEMBERS, "father", False),
    ],
)
def test_who_moves_must_be_whom_the_kind_names(home: Household, kind: str, who: str, fits: bool) -> None:
    people = lines(*(("", getattr(home, name)) for name in who.split()))
    report = leaving(home, people, kind, successor_nik=home.daughter.nik if "father" in who else "")
    if fits:
        moved = [mover["nik"] for mover in depart(home, report).facts["movers"]]
        assert moved == [getattr(home, name).nik for name in who.split()]
    else:
        before = register_state()
        with pytest.raises(KindDisagrees):
            depart(home, report)
        assert register_state() == before


def test_what_a_move_must_not_be(home: Household) -> None:
    before = register_state()
    father = lines((HEAD, home.father))
    with pytest.raises(NoSuccessor):
        depart(home, leaving(home, father, HEAD_ALONE))
    with pytest.raises(StayersHaveNoHome):
        depart(home, leaving(home, father, HEAD_ALONE, stayers_join=True))
    with pytest.raises(SameRegency):
        depart(home, leaving(home, whole(home), EVERYBODY, regency="99.71"))
    with pytest.raises(LoketError, match="tidak dikenal"):
        depart(home, leaving(home, whole(home), EVERYBODY, regency="00.00"))
    with pytest.raises(LoketError, match="bukan anggota"):
        depart(home, leaving(home, lines(("", home.town.couple()[1])), MEMBERS))
    assert RegisterEvent.objects.count() == 0
    assert register_state()["Membership"][: len(before["Membership"])] == before["Membership"]


def test_nobody_waits_with_two_letters(home: Household) -> None:
    depart(home, leaving(home, lines((CHILD, home.daughter)), MEMBERS))
    with pytest.raises(HasLetter) as caught:
        depart(home, leaving(home, lines((CHILD, home.daughter)), MEMBERS), ref="case:2")
    assert caught.value.field == "anggota_pindah-0-nik"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "MATI", "death_date": TODAY}, "sudah meninggal"),
        ({"status": "PINDAH"}, "tidak tercatat sebagai penduduk"),
        ({"nationality": "WNA"}, "hanya untuk warga negara Indonesia"),
    ],
    ids=["dead", "moved", "foreigner"],
)
@pytest.mark.parametrize("kind", ["move_out", "move_abroad"])
def test_who_gets_no_letter(home: Household, kind: str, changes: dict[str, Any], said: str) -> None:
    Resident.objects.filter(pk=home.daughter.pk).update(**changes)
    before = register_state()
    report = leaving(home, lines((CHILD, home.daughter)), MEMBERS)
    if kind == "move_abroad":
        report = replace(report, kind="", country="JEPANG", regency="", planned_on=TODAY)
    with pytest.raises(LoketError, match=said):
        depart(home, report, kind)
    assert (register_state(), MoveLetter.objects.count()) == (before, 0)


def test_a_move_abroad_needs_a_country_and_a_day_to_come(home: Household) -> None:
    report = leaving(home, whole(home), "", country="JEPANG", regency="", planned_on=TODAY)
    event = depart(home, report, "move_abroad")
    assert (event.number, event.facts["country"]) == ("SKPLN/9971/02032026/0001", "JEPANG")
    assert statuses(home) == ["PINDAH LN"] * 4
    assert card_of(home.family) == []
    revert_event(case_ref="case:1", by=home.town.by)
    with pytest.raises(LoketError, match="tidak boleh sudah lewat"):
        depart(home, replace(report, planned_on=TODAY - timedelta(days=1)), "move_abroad", "case:2")


def test_a_lost_letter_is_given_again_once(home: Household) -> None:
    depart(home, leaving(home, whole(home), EVERYBODY))
    before = residence()
    second = again(home, " skpwni / 9971/02032026/0001", None)
    assert second.number == "SKPWNI/9971/02032026/0002"
    assert second.facts["uses"] == LETTER
    assert second.facts["destination"] == "JL. JAUH NO. 1"
    assert residence() == before
    with pytest.raises(LetterReplaced):
        again(home, LETTER, None, "case:3")
    # What replaced it may be lost too; and when that is undone, the first counts again.
    third = again(home, second.number, None, "case:3")
    assert third.facts["root"] == "case:1"
    revert_event(case_ref="case:3", by=home.town.by)
    again(home, second.number, None, "case:4")


def test_a_letter_is_replaced_with_another_destination(home: Household) -> None:
    depart(home, leaving(home, whole(home), EVERYBODY))
    other = leaving(home, (), "", destination="JL. LEBIH JAUH", regency=FAR)
    second = again(home, LETTER, other)
    assert (second.facts["destination"], second.facts["classification"]) == (
        "JL. LEBIH JAUH",
        "ANTAR PROVINSI",
    )
    assert [mover["nik"] for mover in second.facts["movers"]][0] == home.father.nik
    # Nobody has left yet: the letter that takes its place may name others.
    fewer = replace(other, people=lines((HEAD, home.father)), successor_nik=home.mother.nik, kind=HEAD_ALONE)
    third = again(home, second.number, fewer, "case:3")
    states = dict(MoveLetter.objects.values_list("number", "state"))
    assert states == {LETTER: "replaced", second.number: "replaced", third.number: "issued"}
    waiting = LetterPerson.objects.filter(waiting=True)
    assert list(waiting.values_list("nik", "letter__number")) == [(home.father.nik, third.number)]


def test_a_letter_abroad_is_given_again_for_the_same_people(home: Household) -> None:
    report = leaving(home, whole(home), "", country="JEPANG", regency="", planned_on=TODAY)
    first = depart(home, report, "move_abroad")
    values = {"kind": "move_abroad", "applicant": applicant(home.father), "number": first.number}
    fewer = replace(report, people=lines((HEAD, home.father)))
    with pytest.raises(OtherPeople):
        record_letter_again(**values, report=fewer, **about(home, "case:2"))
    second = record_letter_again(**values, report=replace(report, country="KOREA"), **about(home, "case:2"))
    assert (second.facts["country"], second.facts["uses"]) == ("KOREA", first.number)
    assert statuses(home) == ["PINDAH LN"] * 4


def test_a_letter_of_before_this_register_is_replaced_by_a_whole_form(home: Household) -> None:
    old = "SKPWNI/9971/01012020/0007"
    with pytest.raises(UnknownLetter):
        again(home, old, None)
    event = again(home, old, leaving(home, whole(home), EVERYBODY))
    assert (event.number, event.facts["uses"]) == (LETTER, old)
    assert dict(MoveLetter.objects.values_list("number", "state")) == {old: "replaced", LETTER: "issued"}


@pytest.mark.parametrize("alone", [False, True], ids=["everybody", "the head alone"])
def test_a_cancelled_move_leaves_everybody_where_they_are(home: Household, alone: bool) -> None:
    before = residence()
    people = lines((HEAD, home.father)) if alone else whole(home)
    successor = home.mother.nik if alone else ""
    depart(home, leaving(home, people, HEAD_ALONE if alone else EVERYBODY, successor_nik=successor))
    event = cancel(home)
    assert (event.family, residence()) == (home.family, before)
    assert (MoveLetter.objects.get().state, LetterPerson.objects.filter(waiting=True).count()) == (
        "cancelled",
        0,
    )
    with pytest.raises(LetterCancelled):
        arrive(home, arrival(*((line.relation, Resident.objects.get(nik=line.nik)) for line in people)))
    revert_event(case_ref="case:2", by=home.town.by)
    assert MoveLetter.objects.get().state == "issued"


@pytest.mark.parametrize("alone", [False, True], ids=["everybody", "the head alone"])
def test_a_cancelled_move_abroad_brings_everybody_back(home: Household, alone: bool) -> None:
    card = card_of(home.family)
    people = lines((HEAD, home.father)) if alone else whole(home)
    successor = home.mother.nik if alone else ""
    report = leaving(home, people, "", successor_nik=successor, country="JEPANG", regency="")
    number = depart(home, report, "move_abroad").number
    moved = register_state()
    event = cancel(home, number, kind="move_abroad")
    assert event.family == home.family
    assert card_of(home.family) == card
    assert statuses(home) == ["HIDUP"] * 4
    revert_event(case_ref="case:2", by=home.town.by)
    assert register_state() == moved


def test_a_letter_is_cancelled_by_one_it_names_and_once(home: Household) -> None:
    depart(home, leaving(home, lines((CHILD, home.daughter)), MEMBERS))
    with pytest.raises(NotOnLetter):
        cancel(home)
    mother = applicant(home.mother)
    with pytest.raises(UnknownLetter):
        cancel(home, "SKPWNI/9971/02032026/0099", applicant=mother)
    with pytest.raises(UnknownLetter):
        cancel(home, kind="move_abroad", applicant=mother)
    number = cancel(home, applicant=mother).number
    with pytest.raises(LetterCancelled):
        cancel(home, ref="case:3", applicant=mother)
    with pytest.raises(UnknownLetter):
        cancel(home, number, ref="case:3", applicant=mother)
