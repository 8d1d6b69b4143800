"""Two residents who are one person: proposed by one, decided by another, undone exactly, never half."""

import uuid
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from loket.audit.models import Entry
from loket.core.actors import Actor
from loket.core.errors import LoketError, NotAllowedError, NotFoundError
from loket.register.actions import ChangedSince, held
from loket.register.actions.changes import Changes
from loket.register.actions.merging import (
    MergeDecided,
    MergeWaits,
    NotMerged,
    OwnMerge,
    WhyMissing,
    agree_to_merge,
    ask_merge,
    ask_undoing,
    in_force,
    refuse_merge,
)
from loket.register.finding import find_residents, suspected, whole
from loket.register.models import Membership, MergeRequest, RegisterEvent, Resident
from loket.register.queries import ClosedNik, facts_of
from loket.register.rules.finding import Wanted
from loket.register.rules.merging import (
    AlreadyMerged,
    DeadOneStays,
    HeadOfOthers,
    NoPlaceForTheGone,
    Relatives,
    SamePerson,
    UnknownChoice,
)
from tests.integration.offices.invented import staff
from tests.integration.register.conftest import AT, SINGLE, make_town
from tests.integration.register.population import CHILD, HEAD, KIN, Household, card_of, register_state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
TODAY = date(2026, 3, 2)
WHY = "sidik jarinya sama, menurut ajudikasi"


@pytest.fixture
def twice(home: Household) -> Resident:
    """The daughter once more, at her uncle's, under another NIK."""
    uncle = home.town.person("L", date(1970, 5, 10))
    other = home.town.person("P", date(2004, 1, 16), SINGLE, name=home.daughter.name, religion="ISLAM")
    home.town.family((HEAD, uncle), (KIN, other))
    return other


def clerk(home: Household) -> Actor:
    return staff(home.town.office, "register", "supervise", ref="account:71")


def head(home: Household, ref: str = "account:72") -> Actor:
    return staff(home.town.office, "register", "supervise", ref=ref)


def ask(home: Household, survivor: Resident, merged: Resident, **more: Any) -> MergeRequest:
    values = {"take": [], "place": "survivor", "reason": WHY, "key": uuid.uuid4(), "by": clerk(home)} | more
    return ask_merge(office=home.town.office, survivor=survivor.pk, merged=merged.pk, **values)


def done(home: Household, survivor: Resident, merged: Resident, **more: Any) -> MergeRequest:
    return agree_to_merge(request_id=ask(home, survivor, merged, **more).pk, by=head(home))


def test_nothing_happens_before_another_person_agrees(home: Household, twice: Resident) -> None:
    before = register_state()
    request = ask(home, home.daughter, twice)
    assert (request.state, register_state()) == ("waiting", before)
    with pytest.raises(OwnMerge):
        agree_to_merge(request_id=request.pk, by=clerk(home))
    with pytest.raises(NotAllowedError):
        agree_to_merge(request_id=request.pk, by=staff(home.town.office, "register"))
    with pytest.raises(NotAllowedError):
        ask(home, home.daughter, twice, by=staff(home.town.office, "supervise"))
    with pytest.raises(NotFoundError):
        agree_to_merge(request_id=request.pk, by=staff(make_town("9972").office, "supervise"))
    assert register_state() == before


def test_the_database_wants_two_people_too(home: Household, twice: Resident) -> None:
    request = ask(home, home.daughter, twice)
    rows = MergeRequest.objects.filter(pk=request.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="agreed", decided_by=request.asked_by, decided_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Resident.objects.filter(pk=twice.pk).update(status="GABUNG")


def test_one_nik_is_closed_and_points_to_the_other(home: Household, twice: Resident) -> None:
    before = register_state()
    request = done(home, home.daughter, twice, take=["birth_date", "religion"])
    daughter, closed = Resident.objects.get(pk=home.daughter.pk), Resident.objects.get(pk=twice.pk)
    assert (daughter.nik, daughter.birth_date, daughter.religion) == (
        home.daughter.nik,
        date(2004, 1, 16),
        "ISLAM",
    )
    assert (closed.status, closed.merged_into, closed.nik) == ("GABUNG", daughter, twice.nik)
    assert card_of(home.family)[2] == (CHILD, daughter.nik)
    assert not Membership.objects.filter(resident=closed, until__isnull=True).exists()
    event = RegisterEvent.objects.get()
    assert (event.kind, event.case_ref, event.resident) == ("merge", request.ref, daughter)
    assert list(Entry.objects.filter(subject=request.ref).values_list("action", "actor")) == [
        ("register.merge.ask", "account:71"),
        ("register.merge.agree", "account:72"),
    ]
    # Undone by two as well, to the last column.
    undoing = ask_undoing(merge_id=request.pk, reason=WHY, key=uuid.uuid4(), by=head(home))
    with pytest.raises(OwnMerge):
        agree_to_merge(request_id=undoing.pk, by=head(home))
    agree_to_merge(request_id=undoing.pk, by=clerk(home))
    assert register_state() == before
    assert not in_force(request)
    with pytest.raises(NotMerged):
        ask_undoing(merge_id=request.pk, reason=WHY, key=uuid.uuid4(), by=head(home))
    # And it may be proposed again.
    assert done(home, twice, home.daughter).state == "agreed"


def test_the_closed_nik_finds_the_one_in_force_and_says_so(home: Household, twice: Resident) -> None:
    child = home.town.person("L", date(2024, 2, 3), SINGLE, mother_nik=twice.nik, mother_name=twice.name)
    done(home, home.daughter, twice)
    with pytest.raises(ClosedNik, match=r"9971\*{8}\d{4}") as caught:
        facts_of(twice.nik)
    assert home.daughter.nik[-4:] in caught.value.message
    found, _ = find_residents(home.town.office, Wanted(number=twice.nik))
    assert [(row.person.pk, row.closed) for row in found] == [(home.daughter.pk, True)]
    found, _ = find_residents(home.town.office, Wanted(name=twice.name, born_from=twice.birth_date))
    assert twice.pk not in [row.person.pk for row in found]
    assert twice.pk not in [one.found.person.pk for one in suspected(home.daughter)]
    child.refresh_from_db()
    assert child.mother_nik == home.daughter.nik
    everything = whole(Resident.objects.get(pk=home.daughter.pk))
    assert (everything.merged, len(everything.earlier), everything.family) == ([twice], 1, home.family)


def test_a_nik_that_was_closed_is_never_given_again(home: Household, twice: Resident) -> None:
    done(home, home.daughter, twice)
    with pytest.raises(IntegrityError), transaction.atomic():
        home.town.person("P", date(2004, 1, 16), nik=twice.nik)


def test_the_place_of_the_closed_nik_may_be_the_one_that_stays(home: Household, twice: Resident) -> None:
    before = register_state()
    family = Membership.objects.get(resident=twice).family
    request = done(home, home.daughter, twice, place="merged")
    assert card_of(family)[1] == (KIN, home.daughter.nik)
    assert [nik for _, nik in card_of(home.family)] == [home.father.nik, home.mother.nik, home.son.nik]
    undoing = ask_undoing(merge_id=request.pk, reason=WHY, key=uuid.uuid4(), by=clerk(home))
    agree_to_merge(request_id=undoing.pk, by=head(home))
    assert register_state() == before


def test_twice_on_one_card_the_head_stays_head(home: Household) -> None:
    """The head stands on his card once more; whichever NIK stays, the card keeps head and number."""
    before_number = home.family.number
    again = home.town.person("L", date(1990, 5, 11), name=home.father.name)
    Membership.objects.create(family=home.family, resident=again, relation=KIN, position=5, since=TODAY)
    before = register_state()
    request = done(home, again, home.father)
    assert card_of(home.family)[0] == (HEAD, again.nik)
    home.family.refresh_from_db()
    assert home.family.number == before_number
    undoing = ask_undoing(merge_id=request.pk, reason=WHY, key=uuid.uuid4(), by=clerk(home))
    agree_to_merge(request_id=undoing.pk, by=head(home))
    assert register_state() == before


def test_what_the_closed_nik_held_is_withdrawn(home: Household, twice: Resident) -> None:
    held.give(Changes(), twice, "ktp_el", TODAY)
    request = done(home, home.daughter, twice)
    assert [row.state for row in twice.held.all()] == ["withdrawn"]
    undoing = ask_undoing(merge_id=request.pk, reason=WHY, key=uuid.uuid4(), by=clerk(home))
    agree_to_merge(request_id=undoing.pk, by=head(home))
    assert [row.state for row in twice.held.all()] == ["in_force"]


def test_a_chain_is_never_longer_than_one(home: Household, twice: Resident) -> None:
    third = home.town.person("P", date(2004, 1, 15), SINGLE, name=home.daughter.name)
    done(home, twice, home.daughter)
    done(home, third, twice)
    assert set(Resident.objects.filter(merged_into=third)) == {twice, home.daughter}
    with pytest.raises(AlreadyMerged):
        ask(home, home.daughter, third)


def test_undoing_stops_where_the_register_went_on(home: Household, twice: Resident) -> None:
    request = done(home, home.daughter, twice, take=["religion"])
    Resident.objects.filter(pk=home.daughter.pk).update(religion="KRISTEN")
    undoing = ask_undoing(merge_id=request.pk, reason=WHY, key=uuid.uuid4(), by=clerk(home))
    after = register_state()
    with pytest.raises(ChangedSince):
        agree_to_merge(request_id=undoing.pk, by=head(home))
    assert register_state() == after
    assert (
        refuse_merge(request_id=undoing.pk, reason="register berubah lagi", by=head(home)).state == "refused"
    )
    assert in_force(request)


def test_a_refusal_has_a_reason_and_changes_nothing(home: Household, twice: Resident) -> None:
    before, request = register_state(), ask(home, home.daughter, twice)
    with pytest.raises(WhyMissing):
        refuse_merge(request_id=request.pk, reason="tidak", by=head(home))
    refused = refuse_merge(request_id=request.pk, reason="ibunya berbeda orang", by=head(home))
    assert (refused.state, register_state()) == ("refused", before)
    with pytest.raises(MergeDecided):
        agree_to_merge(request_id=request.pk, by=head(home))


def test_one_proposal_waits_and_a_form_counts_once(home: Household, twice: Resident) -> None:
    key = uuid.uuid4()
    first = ask(home, home.daughter, twice, key=key)
    assert ask(home, home.daughter, twice, key=key) == first
    with pytest.raises(MergeWaits):
        ask(home, home.daughter, twice)


def married(home: Household) -> tuple[Resident, Resident]:
    return home.father, home.mother


def parent_and_child(home: Household) -> tuple[Resident, Resident]:
    Resident.objects.filter(pk=home.son.pk).update(mother_nik=home.mother.nik)
    return home.mother, home.son


def dead(home: Household) -> tuple[Resident, Resident]:
    gone = home.town.person("L", date(2018, 1, 15), SINGLE, status="MATI", death_date=TODAY)
    return home.son, gone


def head_of_others(home: Household) -> tuple[Resident, Resident]:
    return home.town.person("L", date(1990, 5, 10)), home.father


@pytest.mark.parametrize(
    ("people", "more", "error"),
    [
        (lambda home: (home.son, home.son), {}, SamePerson),
        (married, {}, Relatives),
        (parent_and_child, {}, Relatives),
        (dead, {}, DeadOneStays),
        (head_of_others, {}, HeadOfOthers),
        (lambda home: dead(home)[::-1], {"place": "merged"}, NoPlaceForTheGone),
        (lambda home: (home.daughter, home.son), {"take": ["nik"]}, UnknownChoice),
        (lambda home: (home.daughter, home.son), {"reason": "sama"}, WhyMissing),
    ],
)
def test_what_is_refused_changes_nothing(
    home: Household, people: Any, more: dict[str, Any], error: type
) -> None:
    one, other = people(home)
    before = register_state()
    with pytest.raises(error) as caught:
        ask(home, one, other, **more)
    assert isinstance(caught.value, LoketError)
    assert (register_state(), MergeRequest.objects.count()) == (before, 0)


def test_what_changed_while_it_waited_is_seen(home: Household, twice: Resident) -> None:
    request = ask(home, home.daughter, twice)
    Resident.objects.filter(pk=twice.pk).update(status="MATI", death_date=TODAY)
    with pytest.raises(DeadOneStays):
        agree_to_merge(request_id=request.pk, by=head(home))
    assert MergeRequest.objects.get().state == "waiting"
