"""A move inside the kabupaten/kota: new address, or new or other family; no letter (matrix of events)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loket.core.errors import LoketError
from loket.register.actions import revert_event
from loket.register.actions.household import NoSuccessor
from loket.register.actions.moveletters import HasLetter
from loket.register.actions.moves import Departure, record_departure
from loket.register.actions.moves_within import MoveWithin, SameAddress, SameFamily, record_move_within
from loket.register.models import Family, HeldDocument, MoveLetter, RegisterEvent, Resident
from tests.integration.register.population import (
    ADDRESS,
    CHILD,
    ELSEWHERE,
    HEAD,
    KIN,
    WIFE,
    Household,
    applicant,
    card_of,
    lines,
    register_state,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
TODAY = date(2026, 3, 2)


def move(
    home: Household, *people: tuple[str, Resident], ref: str = "case:1", **changes: Any
) -> RegisterEvent:
    report = MoveWithin(applicant(home.mother), lines(*people), ADDRESS)
    return record_move_within(
        office=home.town.office, report=replace(report, **changes), case_ref=ref, by=home.town.by
    )


def whole(home: Household) -> list[tuple[str, Resident]]:
    return [(HEAD, home.father), (WIFE, home.mother), (CHILD, home.daughter), (CHILD, home.son)]


def test_a_whole_family_keeps_its_number_at_the_new_address(home: Household) -> None:
    HeldDocument.objects.create(office=home.town.office, resident=home.father, kind="ktp_el", issued_on=TODAY)
    before, card = register_state(), card_of(home.family)
    event = move(home, *whole(home))
    family = Family.objects.get(pk=home.family.pk)
    assert (event.family, family.number, family.address) == (family, home.family.number, ADDRESS.address)
    assert (card_of(family), family.issued_on, event.number) == (card, TODAY, "")
    assert event.facts["destination"].startswith("JL. MELATI NO. 7")
    assert HeldDocument.objects.get().renew_why == "Alamat berubah"
    assert MoveLetter.objects.count() == 0
    with pytest.raises(SameAddress):
        move(home, *whole(home), ref="case:2")
    revert_event(case_ref="case:1", by=home.town.by)
    assert (register_state(), HeldDocument.objects.get().renew_why) == (before, "")


def test_some_begin_a_family_of_their_own(home: Household) -> None:
    before = register_state()
    with pytest.raises(NoSuccessor):
        move(home, (HEAD, home.father), (CHILD, home.son))
    event = move(home, (HEAD, home.father), (CHILD, home.son), successor_nik=home.mother.nik)
    assert event.family is not None
    assert event.family.number != home.family.number
    assert card_of(event.family) == [(HEAD, home.father.nik), (CHILD, home.son.nik)]
    stayers = Family.objects.get(memberships__resident=home.mother, memberships__until=None)
    assert card_of(stayers) == [(HEAD, home.mother.nik), (CHILD, home.daughter.nik)]
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_somebody_goes_to_another_family(home: Household) -> None:
    other, head, _ = home.town.couple()
    before = register_state()
    event = move(home, (KIN, home.daughter), joins=other.number)
    assert event.family == other
    assert card_of(other)[-1] == (KIN, home.daughter.nik)
    assert len(card_of(home.family)) == 3
    with pytest.raises(LoketError):
        move(home, (HEAD, home.son), joins=other.number, ref="case:2")
    with pytest.raises(SameFamily):
        move(home, (CHILD, home.son), joins=home.family.number, ref="case:2")
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before
    assert head.nik in [nik for _, nik in card_of(other)]


def test_who_has_a_letter_does_not_move_otherwise(home: Household) -> None:
    report = Departure(applicant(home.mother), lines((CHILD, home.daughter)), "JL. JAUH NO. 1", ELSEWHERE)
    office, by = home.town.office, home.town.by
    record_departure(office=office, kind="move_out", report=report, case_ref="case:9", by=by)
    with pytest.raises(HasLetter) as caught:
        move(home, *whole(home))
    assert caught.value.field == "anggota_pindah-2-nik"


def test_outside_the_area_it_is_no_move_within(home: Household) -> None:
    with pytest.raises(LoketError) as caught:
        move(home, *whole(home), address=replace(ADDRESS, village="99.72.03.1001"))
    assert caught.value.field is not None
