"""Pindah and datang: who leaves, with which letter, and that the letter counts once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from loket.core import clock
from loket.core.errors import LoketError
from loket.register.actions import ChangedSince, revert_event
from loket.register.actions.arrivals import Arrival, record_arrival
from loket.register.actions.births import UnknownPerson
from loket.register.actions.household import NoSuccessor
from loket.register.actions.letters import (
    LetterUsed,
    NotOnLetter,
    OtherPeople,
    UnknownLetter,
    record_cancellation,
    record_letter_again,
)
from loket.register.actions.moves import (
    Departure,
    KindDisagrees,
    SameRegency,
    StayersHaveNoHome,
    record_departure,
)
from loket.register.actions.newcomers import LivesHere, NotGone
from loket.register.models import RegisterEvent, Resident
from tests.integration.register.conftest import AT, Town, make_town
from tests.integration.register.population import (
    ADDRESS,
    CHILD,
    ELSEWHERE,
    FAR,
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

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
LETTER = "SKPWNI/9971/02032026/0001"
EVERYBODY, HEAD_ALONE, HEAD_AND_SOME, MEMBERS = "2", "1", "3", "4"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.use(AT):
        yield


@pytest.fixture
def home(town: Town) -> Household:
    return Household(town)


def about(home: Household, ref: str = "case:1") -> dict[str, Any]:
    return {"office": home.town.office, "case_ref": ref, "by": home.town.by}


def whole(home: Household) -> tuple[Any, ...]:
    return lines((HEAD, home.father), (WIFE, home.mother), (CHILD, home.daughter), (CHILD, home.son))


def leaving(home: Household, people: Any, kind: str, **changes: Any) -> Departure:
    report = Departure(
        applicant(home.mother), people, "JL. JAUH NO. 1", ELSEWHERE, reason="PEKERJAAN", kind=kind
    )
    return replace(report, **changes)


def depart(home: Household, report: Departure, kind: str = "move_out", ref: str = "case:1") -> RegisterEvent:
    return record_departure(kind=kind, report=report, **about(home, ref))


def statuses(home: Household) -> list[str]:
    people = [home.father, home.mother, home.daughter, home.son]
    return [Resident.objects.get(pk=person.pk).status for person in people]


def test_a_whole_family_leaves_with_a_numbered_letter(home: Household) -> None:
    before = register_state()
    event = depart(home, leaving(home, whole(home), EVERYBODY))
    assert event.number == LETTER
    assert statuses(home) == ["PINDAH"] * 4
    assert card_of(home.family) == []
    facts = event.facts
    assert facts["origin"] == (
        "JL. MAWAR NO. 3, KELURAHAN ILIR, KECAMATAN BARAT, KOTA CONTOH, PROVINSI CONTOH"
    )
    assert (facts["classification"], facts["head_name"]) == ("ANTAR KAB/KOTA", home.father.name)
    assert [mover["relation"] for mover in facts["movers"]] == [HEAD, WIFE, CHILD, CHILD]
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_into_another_province_it_is_so_classified(home: Household) -> None:
    event = depart(home, leaving(home, whole(home), EVERYBODY, regency=FAR))
    assert event.facts["classification"] == "ANTAR PROVINSI"


def test_those_left_behind_get_a_head_and_a_new_number(home: Household) -> None:
    report = leaving(home, lines((HEAD, home.father)), HEAD_ALONE, successor_nik=home.mother.nik)
    before = register_state()
    event = depart(home, report)
    assert event.family is not None
    assert event.family.number != home.family.number
    assert card_of(event.family) == [
        (HEAD, home.mother.nik),
        (CHILD, home.daughter.nik),
        (CHILD, home.son.nik),
    ]
    assert statuses(home) == ["PINDAH", "HIDUP", "HIDUP", "HIDUP"]
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_a_member_leaves_and_the_card_keeps_its_number(home: Household) -> None:
    event = depart(home, leaving(home, lines((CHILD, home.daughter)), MEMBERS))
    assert event.family == home.family
    assert card_of(home.family) == [(HEAD, home.father.nik), (WIFE, home.mother.nik), (CHILD, home.son.nik)]


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


def test_nobody_leaves_twice(home: Household) -> None:
    depart(home, leaving(home, lines((CHILD, home.daughter)), MEMBERS))
    with pytest.raises(LoketError) as caught:
        depart(home, leaving(home, lines((CHILD, home.daughter)), MEMBERS), ref="case:2")
    assert caught.value.field == "anggota_pindah-0-nik"


def test_a_move_abroad_needs_a_country_and_a_day_to_come(home: Household) -> None:
    report = leaving(home, whole(home), "", country="JEPANG", regency="", planned_on=TODAY)
    event = depart(home, report, "move_abroad")
    assert (event.number, event.facts["country"]) == ("SKPLN/9971/02032026/0001", "JEPANG")
    assert statuses(home) == ["PINDAH"] * 4
    revert_event(case_ref="case:1", by=home.town.by)
    with pytest.raises(LoketError, match="tidak boleh sudah lewat"):
        depart(home, replace(report, planned_on=TODAY - timedelta(days=1)), "move_abroad", "case:2")


def again(home: Household, number: str, report: Departure | None, ref: str = "case:2") -> RegisterEvent:
    return record_letter_again(
        kind="move_out", applicant=applicant(home.father), number=number, report=report, **about(home, ref)
    )


def test_a_lost_letter_is_given_again_once(home: Household) -> None:
    depart(home, leaving(home, whole(home), EVERYBODY))
    before = register_state()
    second = again(home, " skpwni / 9971/02032026/0001", None)
    assert second.number == "SKPWNI/9971/02032026/0002"
    assert second.facts["uses"] == LETTER
    assert second.facts["destination"] == "JL. JAUH NO. 1"
    assert register_state() == before
    with pytest.raises(LetterUsed):
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
    with pytest.raises(OtherPeople):
        again(home, second.number, replace(other, people=lines((HEAD, home.father))), "case:3")
    again(home, second.number, replace(other, people=whole(home)), "case:3")


def test_a_letter_of_before_this_register_is_replaced_by_a_whole_form(home: Household) -> None:
    old = "SKPWNI/9971/01012020/0007"
    with pytest.raises(UnknownLetter):
        again(home, old, None)
    event = again(home, old, leaving(home, whole(home), EVERYBODY))
    assert (event.number, event.facts["uses"]) == (LETTER, old)
    assert statuses(home) == ["PINDAH"] * 4


def cancel(home: Household, number: str = LETTER, ref: str = "case:2", **changes: Any) -> RegisterEvent:
    values = {"kind": "move_out", "applicant": applicant(home.father), "number": number, "reason": "Batal"}
    return record_cancellation(**(values | about(home, ref) | changes))


@pytest.mark.parametrize("alone", [False, True], ids=["everybody", "the head alone"])
def test_a_cancelled_move_brings_everybody_back(home: Household, alone: bool) -> None:
    card = card_of(home.family)
    people = lines((HEAD, home.father)) if alone else whole(home)
    successor = home.mother.nik if alone else ""
    depart(home, leaving(home, people, HEAD_ALONE if alone else EVERYBODY, successor_nik=successor))
    moved = register_state()
    event = cancel(home)
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
    with pytest.raises(LetterUsed):
        cancel(home, ref="case:3", applicant=mother)
    with pytest.raises(LetterUsed):
        cancel(home, number, ref="case:3", applicant=mother)


def arrival(*people: tuple[str, Resident], **changes: Any) -> Arrival:
    report = Arrival(
        applicant=applicant(people[0][1]) if people else applicant(changes.pop("who")),
        people=lines(*people),
        table="anggota_datang",
        letter=LETTER,
        letter_field="skpwni_nomor",
        letter_date=TODAY,
        origin="JL. JAUH NO. 1, KOTA TETANGGA",
        address=ADDRESS,
    )
    return replace(report, **changes)


def arrive(home: Household, report: Arrival, ref: str = "case:9", kind: str = "move_in") -> RegisterEvent:
    return record_arrival(kind=kind, report=report, **about(home, ref))


def test_who_moved_away_comes_back_with_a_new_number_of_family(home: Household) -> None:
    depart(home, leaving(home, whole(home), EVERYBODY))
    moved = register_state()
    event = arrive(home, arrival((HEAD, home.father), (WIFE, home.mother)))
    assert event.number == "SKDWNI/9971/02032026/0001"
    assert event.family is not None
    assert card_of(event.family) == [(HEAD, home.father.nik), (WIFE, home.mother.nik)]
    assert statuses(home) == ["HIDUP", "HIDUP", "PINDAH", "PINDAH"]
    assert event.facts["destination"].startswith("JL. MELATI NO. 7, RT 004/RW 000, KELURAHAN ILIR")
    with pytest.raises(LetterUsed):
        arrive(home, arrival((HEAD, home.daughter)), "case:10")
    revert_event(case_ref="case:9", by=home.town.by)
    assert register_state() == moved
    arrive(home, arrival((HEAD, home.daughter)), "case:10")


def test_a_used_letter_is_neither_cancelled_nor_its_move_undone(home: Household) -> None:
    depart(home, leaving(home, whole(home), EVERYBODY))
    arrive(home, arrival((HEAD, home.father), (WIFE, home.mother)))
    with pytest.raises(LetterUsed):
        cancel(home)
    before = register_state()
    with pytest.raises(ChangedSince):
        revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_at_another_office_they_become_its_residents(home: Household) -> None:
    depart(home, leaving(home, whole(home), EVERYBODY))
    other = make_town("9972")
    address = replace(ADDRESS, village="99.72.03.1001")
    event = record_arrival(
        kind="move_in",
        report=arrival((HEAD, home.father), address=address),
        office=other.office,
        case_ref="case:9",
        by=other.by,
    )
    father = Resident.objects.get(pk=home.father.pk)
    assert (father.office_id, father.status) == ("9972", "HIDUP")
    assert event.number == "SKDWNI/9972/02032026/0001"


def test_only_those_whom_a_letter_names_arrive_with_it(home: Household) -> None:
    _, man, wife = home.town.couple()
    report = Departure(applicant(man), lines((WIFE, wife)), "JL. JAUH NO. 1", ELSEWHERE, kind=MEMBERS)
    number = depart(home, report, ref="case:5").number
    depart(home, leaving(home, whole(home), EVERYBODY))
    with pytest.raises(NotOnLetter):
        arrive(home, arrival((HEAD, home.father), letter=number), "case:10")


def test_somebody_unknown_brings_their_biodata(home: Household) -> None:
    data = newcomer(nik="9972014403959001")
    someone = Resident(nik=data.nik, name=data.name)
    report = arrival((HEAD, someone), letter="SKPWNI/9972/01032026/0004")
    with pytest.raises(UnknownPerson, match="Isi biodatanya"):
        arrive(home, report)
    before = register_state()
    event = arrive(home, replace(report, biodata={data.nik: data}))
    assert event.resident is not None
    assert (event.resident.nik, event.resident.birth_place) == (data.nik, "KOTA TETANGGA")
    assert event.resident.office == home.town.office
    revert_event(case_ref="case:9", by=home.town.by)
    assert register_state() == before


def test_they_may_join_a_family(home: Household) -> None:
    data = newcomer(nik="9972014403959001")
    someone = Resident(nik=data.nik, name=data.name)
    report = arrival(
        (KIN, someone), letter="X/1", address=None, joins=home.family.number, biodata={data.nik: data}
    )
    event = arrive(home, report)
    assert event.family == home.family
    assert card_of(home.family)[-1] == (KIN, data.nik)
    revert_event(case_ref="case:9", by=home.town.by)
    with pytest.raises(LoketError) as caught:
        arrive(home, replace(report, joins="9971030101209999"), "case:10")
    assert caught.value.field == "datang_nomor_kk"
    with pytest.raises(LoketError, match="tepat satu kepala keluarga"):
        arrive(home, replace(report, people=lines((HEAD, someone))), "case:10")


def test_who_did_not_leave_does_not_arrive(home: Household) -> None:
    with pytest.raises(LivesHere):
        arrive(home, arrival((HEAD, home.father), letter="X/1"))
    neighbour = home.town.person("L", date(1980, 1, 1), office=make_town("9972").office)
    with pytest.raises(NotGone):
        arrive(home, arrival((HEAD, neighbour), letter="X/1"))
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(LoketError, match="sesudah hari ini"):
        arrive(home, arrival((HEAD, home.father), letter="X/1", letter_date=tomorrow))


def test_who_returns_from_abroad_uses_their_letter_too(home: Household) -> None:
    report = leaving(home, whole(home), "", country="JEPANG", regency="", planned_on=TODAY)
    number = depart(home, report, "move_abroad").number
    back = arrival(
        (HEAD, home.father), letter=number, country="JEPANG", arrived_on=TODAY, passport="X1", origin="JEPANG"
    )
    event = arrive(home, back, kind="return_from_abroad")
    assert event.number == "SKDLN/9971/02032026/0001"
    assert (event.facts["country"], event.facts["passport"]) == ("JEPANG", "X1")
    with pytest.raises(LetterUsed):
        arrive(home, replace(back, people=lines((HEAD, home.mother))), "case:10", "return_from_abroad")
