"""KTP-el and KIA: who gets which card, until when, and what becomes of the one before, by the matrix."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from loket.core import clock
from loket.core.errors import LoketError
from loket.offices.actions import sync_office
from loket.register.actions import revert_event
from loket.register.actions.cards import (
    CardOrder,
    HasCard,
    HasChildCard,
    NoPermanentPermit,
    NotRecordedYet,
    NotTheirChild,
    RecordedTwice,
    RecordInDoubt,
    TooOld,
    TooYoung,
    WithoutFamily,
    record_card,
)
from loket.register.actions.permits import NotAForeigner, Permit, PermitExpired
from loket.register.models import HeldDocument, Membership, RegisterEvent, Resident
from loket.register.queries import held
from loket.register.rules import RuleBroken
from tests.integration.offices.invented import office_file
from tests.integration.register.conftest import AT
from tests.integration.register.population import Household, register_state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
TODAY = date(2026, 3, 2)
CARDS = ["id_card_new", "id_card_replaced", "id_card_changed"]
ITAP = Permit("IZIN TINGGAL TETAP (ITAP)", "2D11", date(2030, 5, 6), document="itap")


def order(home: Household, kind: str, person: Resident, ref: str = "case:1", **changes: Any) -> RegisterEvent:
    wanted = CardOrder(kind=kind, nik=person.nik, name=person.name, field="pemohon_nik")
    return record_card(
        office=home.town.office, order=replace(wanted, **changes), case_ref=ref, by=home.town.by
    )


def recorded(person: Resident, **changes: Any) -> Resident:
    Resident.objects.filter(pk=person.pk).update(**({"biometrics_recorded_on": TODAY} | changes))
    person.refresh_from_db()
    return person


def cards_of(person: Resident) -> list[tuple[str, date | None, str, str]]:
    return [(row.kind, row.valid_until, row.state, row.ended_why) for row in held(person)]


@pytest.mark.parametrize("kind", CARDS)
def test_a_card_is_held_for_life_and_that_can_be_undone(home: Household, kind: str) -> None:
    person = recorded(home.daughter)
    before = register_state()
    event = order(home, kind, person)
    person.refresh_from_db()
    assert (event.family, person.id_card_issued_on, event.facts["valid_until"]) == (home.family, TODAY, "")
    assert cards_of(person) == [("ktp_el", None, "in_force", "")]
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


@pytest.mark.parametrize("kind", CARDS)
def test_a_ktp_el_is_for_those_of_17_or_married(home: Household, kind: str) -> None:
    born = date(TODAY.year - 17, TODAY.month, TODAY.day)
    person = recorded(home.son, birth_date=born + timedelta(days=1))
    with pytest.raises(TooYoung) as caught:
        order(home, kind, person)
    assert (caught.value.field, held(person)) == ("pemohon_nik", [])
    order(home, kind, recorded(person, birth_date=born))
    revert_event(case_ref="case:1", by=home.town.by)
    married = recorded(person, birth_date=born + timedelta(days=1), marital_status="KAWIN TERCATAT")
    order(home, kind, married, "case:2")
    assert cards_of(married) == [("ktp_el", None, "in_force", "")]


def test_a_first_card_is_first_and_after_the_recording(home: Household) -> None:
    with pytest.raises(NotRecordedYet):
        order(home, "id_card_new", home.mother)
    order(home, "id_card_new", recorded(home.mother))
    # The same case again gives the same card; another case is another card.
    order(home, "id_card_new", home.mother)
    assert len(held(home.mother)) == 1
    with pytest.raises(HasCard):
        order(home, "id_card_new", home.mother, "case:2")


def test_who_had_a_card_before_loket_gets_no_first_one(home: Household) -> None:
    with pytest.raises(HasCard):
        order(home, "id_card_new", recorded(home.mother, id_card_issued_on=date(2015, 1, 1)))


@pytest.mark.parametrize(("doubt", "refusal"), [("adjudicate", RecordInDoubt), ("duplicate", RecordedTwice)])
def test_no_first_card_while_the_record_is_in_doubt(
    home: Household, doubt: str, refusal: type[RuleBroken]
) -> None:
    with pytest.raises(refusal):
        order(home, "id_card_new", recorded(home.mother, biometrics_doubt=doubt))
    order(home, "id_card_new", recorded(home.mother, biometrics_doubt=""))


@pytest.mark.parametrize(
    ("kind", "cause", "state", "why", "reason"),
    [
        ("id_card_replaced", "lost", "void", "Hilang", "Hilang"),
        ("id_card_replaced", "damaged", "void", "Rusak", "Rusak"),
        ("id_card_replaced", None, "void", "Hilang atau rusak", "Hilang atau rusak"),
        ("id_card_changed", None, "replaced", "Perubahan data", "Perubahan data"),
    ],
)
def test_the_next_card_ends_the_one_before(
    home: Household, kind: str, cause: Any, state: str, why: str, reason: str
) -> None:
    order(home, "id_card_new", recorded(home.mother))
    before = register_state()
    event = order(home, kind, home.mother, "case:2", cause=cause)
    assert event.facts["reason"] == reason
    assert cards_of(home.mother) == [("ktp_el", None, "in_force", ""), ("ktp_el", None, state, why)]
    revert_event(case_ref="case:2", by=home.town.by)
    assert register_state() == before


def test_the_first_ktp_el_takes_the_place_of_the_kia_and_of_the_letter(home: Household) -> None:
    person = recorded(home.daughter)
    for kind in ("kia", "skpti"):
        HeldDocument.objects.create(office=home.town.office, resident=person, kind=kind, issued_on=TODAY)
    order(home, "id_card_new", person)
    assert {(kind, state) for kind, _, state, _ in cards_of(person)} == {
        ("ktp_el", "in_force"), ("kia", "replaced"), ("skpti", "replaced"),
    }  # fmt: skip


# born; valid until, with a photo
AGES = [
    (date(2026, 3, 2), date(2031, 3, 2), "tidak"),
    (date(2021, 3, 3), date(2026, 3, 3), "tidak"),
    (date(2021, 3, 2), date(2038, 3, 1), "ya"),
    (date(2020, 2, 29), date(2037, 2, 28), "ya"),
    (date(2009, 3, 3), date(2026, 3, 2), "ya"),
]


@pytest.mark.parametrize(("born", "until", "photo"), AGES)
def test_a_kia_of_each_age_and_until_when(home: Household, born: date, until: date, photo: str) -> None:
    before = register_state()
    Resident.objects.filter(pk=home.son.pk).update(birth_date=born)
    event = order(home, "child_card", home.son, field="kia_nik")
    assert (event.facts["valid_until"], event.facts["photo"]) == (until.isoformat(), photo)
    assert cards_of(home.son) == [("kia", until, "in_force", "")]
    revert_event(case_ref="case:1", by=home.town.by)
    Resident.objects.filter(pk=home.son.pk).update(birth_date=home.son.birth_date)
    assert register_state() == before


def test_the_ages_of_the_kia_are_the_office_s(home: Household) -> None:
    sync_office(file=office_file(cards={"child_first_until": 6, "child_photo_from": 4}), by="system")
    home.town.office.refresh_from_db()
    Resident.objects.filter(pk=home.son.pk).update(birth_date=date(2021, 3, 2))
    event = order(home, "child_card", home.son)
    assert (event.facts["valid_until"], event.facts["photo"]) == ("2027-03-02", "ya")


@pytest.mark.parametrize("changes", [{"birth_date": date(2009, 3, 2)}, {"marital_status": "CERAI HIDUP"}])
def test_no_kia_from_17_on_or_once_married(home: Household, changes: dict[str, Any]) -> None:
    Resident.objects.filter(pk=home.son.pk).update(**changes)
    with pytest.raises(TooOld) as caught:
        order(home, "child_card", home.son, field="kia_nik")
    assert caught.value.field == "kia_nik"


@pytest.mark.parametrize(("cause", "state"), [("lost", "void"), ("damaged", "void"), ("changed", "replaced")])
def test_a_kia_is_given_again_only_for_a_reason(home: Household, cause: Any, state: str) -> None:
    order(home, "child_card", home.son)
    with pytest.raises(HasChildCard):
        order(home, "child_card", home.son, "case:2")
    order(home, "child_card", home.son, "case:2", cause=cause)
    assert [row[2] for row in cards_of(home.son)] == ["in_force", state]


def test_the_second_kia_follows_when_the_first_has_ended_or_is_untrue(home: Household) -> None:
    Resident.objects.filter(pk=home.son.pk).update(birth_date=date(2021, 3, 3))
    order(home, "child_card", home.son)
    with clock.use(AT + timedelta(days=1)):
        order(home, "child_card", home.son, "case:2")
        with pytest.raises(HasChildCard):
            order(home, "child_card", home.son, "case:3")
        HeldDocument.objects.filter(resident=home.son, state="in_force").update(renew_why="Pindah")
        order(home, "child_card", home.son, "case:3")
    assert [row[2] for row in cards_of(home.son)] == ["in_force", "replaced", "replaced"]


def test_a_kia_is_asked_for_by_a_parent_or_who_lives_with_the_child(home: Household) -> None:
    stranger = home.town.person("P", date(1980, 1, 1))
    for nik in (stranger.nik, home.son.nik, "9971030101800099"):
        with pytest.raises(NotTheirChild) as caught:
            order(home, "child_card", home.son, parent=nik)
        assert caught.value.field == "pemohon_nik"
    order(home, "child_card", home.son, parent=home.daughter.nik)
    Resident.objects.filter(pk=home.son.pk).update(mother_nik=stranger.nik)
    order(home, "child_card", home.son, "case:2", parent=stranger.nik, cause="lost")


def test_a_card_is_for_a_resident_with_a_family_by_the_right_name(home: Household) -> None:
    lone = recorded(home.town.person("L", date(1990, 1, 1)))
    with pytest.raises(WithoutFamily):
        order(home, "id_card_new", lone)
    with pytest.raises(LoketError, match="bukan nama pemilik NIK"):
        order(home, "id_card_replaced", home.mother, name="ORANG LAIN")
    order(home, "id_card_replaced", home.mother, name=None)
    with pytest.raises(LoketError, match="tidak tercatat di register"):
        order(home, "id_card_replaced", home.mother, "case:2", nik="9971030101900099", name=None)


@pytest.fixture
def foreigner(home: Household) -> Resident:
    person = home.town.person("L", date(1980, 1, 1), nationality="WNA", biometrics_recorded_on=TODAY)
    Membership.objects.create(
        family=home.family, resident=person, relation="LAINNYA", position=9, since=TODAY
    )
    return person


def test_a_foreigner_s_card_ends_with_the_permanent_permit(home: Household, foreigner: Resident) -> None:
    before = register_state()
    with pytest.raises(NoPermanentPermit):
        order(home, "id_card_new", foreigner)
    order(home, "id_card_new", foreigner, permit=ITAP)
    assert cards_of(foreigner) == [
        ("ktp_el", date(2030, 5, 6), "in_force", ""),
        ("itap", date(2030, 5, 6), "in_force", ""),
    ]
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_a_longer_permit_gives_a_longer_card(home: Household, foreigner: Resident) -> None:
    order(home, "id_card_new", foreigner, permit=ITAP)
    longer = replace(ITAP, number="2D12", valid_until=date(2035, 5, 6))
    order(home, "id_card_changed", foreigner, "case:2", permit=longer)
    in_force = {(kind, until) for kind, until, state, _ in cards_of(foreigner) if state == "in_force"}
    assert in_force == {("ktp_el", date(2035, 5, 6)), ("itap", date(2035, 5, 6))}


def test_when_the_permit_is_over_a_new_one_brings_a_first_card_again(
    home: Household, foreigner: Resident
) -> None:
    order(home, "id_card_new", foreigner, permit=ITAP)
    with clock.use(AT.replace(year=2031)):
        with pytest.raises(NoPermanentPermit):
            order(home, "id_card_replaced", foreigner, "case:2")
        order(home, "id_card_new", foreigner, "case:2", permit=replace(ITAP, valid_until=date(2036, 1, 1)))
    assert cards_of(foreigner)[0] == ("ktp_el", date(2036, 1, 1), "in_force", "")


def test_a_limited_or_ended_permit_gives_no_card(home: Household, foreigner: Resident) -> None:
    with pytest.raises(NoPermanentPermit):
        order(home, "id_card_new", foreigner, permit=replace(ITAP, document="itas"))
    with pytest.raises(PermitExpired):
        order(home, "id_card_new", foreigner, permit=replace(ITAP, valid_until=date(2026, 3, 1)))
    with pytest.raises(NotAForeigner):
        order(home, "id_card_new", recorded(home.mother), permit=ITAP)
    assert HeldDocument.objects.count() == 0


def test_a_foreign_child_s_card_ends_with_the_permit(home: Household) -> None:
    Resident.objects.filter(pk=home.son.pk).update(nationality="WNA")
    event = order(home, "child_card", home.son, permit=replace(ITAP, valid_until=date(2028, 1, 1)))
    assert event.facts["valid_until"] == "2028-01-01"
