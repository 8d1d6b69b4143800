"""Pindah and datang: who arrives leaves the place of origin, and the letter counts once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from loket.core.errors import LoketError
from loket.register.actions import ChangedSince, revert_event
from loket.register.actions.births import UnknownPerson
from loket.register.actions.moveletters import (
    LetterUsed,
    NotEverybody,
    NotOnLetter,
)
from loket.register.actions.moves import (
    Departure,
)
from loket.register.actions.newcomers import LivesHere, NotGone
from loket.register.models import LetterPerson, MoveLetter, Resident
from loket.register.moving import Movements, movements
from tests.integration.register.conftest import make_town
from tests.integration.register.population import (
    ELSEWHERE,
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
from tests.integration.register.travel import (
    EVERYBODY,
    LETTER,
    MEMBERS,
    TODAY,
    again,
    arrival,
    arrive,
    cancel,
    come_here,
    depart,
    everybody,
    leaving,
    neighbour,
    offices,
    statuses,
    whole,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]


def test_who_arrives_leaves_the_origin_in_the_same_moment(home: Household) -> None:
    depart(home, leaving(home, whole(home), EVERYBODY))
    before = register_state()
    event = arrive(home, arrival(*everybody(home)))
    assert event.number == "SKDWNI/9972/02032026/0001"
    assert event.family is not None
    assert (event.family.office_id, len(card_of(event.family))) == ("9972", 4)
    assert event.facts["destination"].startswith("JL. MELATI NO. 7, RT 004/RW 000, KELURAHAN ILIR")
    assert (offices(home), statuses(home), card_of(home.family)) == (["9972"] * 4, ["HIDUP"] * 4, [])
    letter = MoveLetter.objects.get()
    assert (letter.state, letter.ended_by, letter.used_at_id) == ("used", "case:9", "9972")
    assert (movements(home.town.office, TODAY, TODAY), movements(neighbour(home).office, TODAY, TODAY)) == (
        Movements(arrived=0, left=4),
        Movements(arrived=4, left=0),
    )
    with pytest.raises(LetterUsed):
        arrive(home, arrival(*everybody(home)), "case:10")
    revert_event(case_ref="case:9", by=home.town.by)
    assert register_state() == before
    assert (MoveLetter.objects.get().state, LetterPerson.objects.filter(waiting=True).count()) == (
        "issued",
        4,
    )
    arrive(home, arrival(*everybody(home)), "case:10")


def test_a_used_letter_is_neither_cancelled_nor_replaced_nor_its_case_undone(home: Household) -> None:
    depart(home, leaving(home, whole(home), EVERYBODY))
    arrive(home, arrival(*everybody(home)))
    before = register_state()
    with pytest.raises(LetterUsed):
        cancel(home)
    with pytest.raises(LetterUsed):
        again(home, LETTER, None)
    with pytest.raises(ChangedSince):
        revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_everybody_on_a_letter_comes_and_nobody_else(home: Household) -> None:
    _, man, wife = home.town.couple()
    report = Departure(applicant(man), lines((WIFE, wife)), "JL. JAUH NO. 1", ELSEWHERE, kind=MEMBERS)
    number = depart(home, report, ref="case:5").number
    second = depart(home, leaving(home, whole(home), EVERYBODY)).number
    with pytest.raises(NotOnLetter):
        arrive(home, arrival((HEAD, home.father), letter=number), "case:10")
    with pytest.raises(NotEverybody):
        arrive(home, arrival((HEAD, home.father), (WIFE, home.mother), letter=second), "case:10")


def test_somebody_unknown_brings_their_biodata(home: Household) -> None:
    data = newcomer(nik="9972014403959001")
    someone = Resident(nik=data.nik, name=data.name)
    report = arrival((HEAD, someone), letter="SKPWNI/9972/01032026/0004")
    with pytest.raises(UnknownPerson, match="Isi biodatanya"):
        come_here(home, report)
    before = register_state()
    event = come_here(home, replace(report, biodata={data.nik: data}))
    assert event.resident is not None
    assert (event.resident.nik, event.resident.birth_place) == (data.nik, "KOTA TETANGGA")
    assert event.resident.office == home.town.office
    revert_event(case_ref="case:9", by=home.town.by)
    assert register_state() == before


def test_they_may_join_a_family(home: Household) -> None:
    data = newcomer(nik="9972014403959001")
    someone = Resident(nik=data.nik, name=data.name)
    report = arrival((KIN, someone), letter="X/1", joins=home.family.number, biodata={data.nik: data})
    event = come_here(home, report)
    assert event.family == home.family
    assert card_of(home.family)[-1] == (KIN, data.nik)
    revert_event(case_ref="case:9", by=home.town.by)
    with pytest.raises(LoketError) as caught:
        come_here(home, replace(report, joins="9971030101209999"), "case:10")
    assert caught.value.field == "datang_nomor_kk"
    with pytest.raises(LoketError, match="tepat satu kepala keluarga"):
        come_here(home, replace(report, people=lines((HEAD, someone))), "case:10")


def test_who_did_not_leave_does_not_come_here(home: Household) -> None:
    with pytest.raises(LivesHere):
        come_here(home, arrival((HEAD, home.father), letter="X/1"))
    neighbour = home.town.person("L", date(1980, 1, 1), office=make_town("9972").office)
    with pytest.raises(NotGone):
        come_here(home, arrival((HEAD, neighbour), letter="X/1"))
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(LoketError, match="sesudah hari ini"):
        come_here(home, arrival((HEAD, home.father), letter="X/1", letter_date=tomorrow))


def test_who_returns_from_abroad_uses_their_letter_too(home: Household) -> None:
    report = leaving(home, whole(home), "", country="JEPANG", regency="", planned_on=TODAY)
    number = depart(home, report, "move_abroad").number
    back = arrival(
        *everybody(home), letter=number, country="JEPANG", arrived_on=TODAY, passport="X1", origin="JEPANG"
    )
    event = come_here(home, back, kind="return_from_abroad")
    assert event.number == "SKDLN/9971/02032026/0001"
    assert (event.facts["country"], event.facts["passport"]) == ("JEPANG", "X1")
    assert statuses(home) == ["HIDUP"] * 4
    assert movements(home.town.office, TODAY, TODAY) == Movements(arrived=4, left=4)
    with pytest.raises(LetterUsed):
        come_here(home, back, "case:10", "return_from_abroad")
