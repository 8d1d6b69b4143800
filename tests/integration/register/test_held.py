"""Documents that people hold: given, ended, made due anew by an event, and given back when it is undone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from loket.register.actions import Changes, Outcome, held, record_event, revert_event
from loket.register.models import HeldDocument, RegisterEvent, Resident
from loket.register.queries import held as held_by
from tests.integration.register.population import Household, register_state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
TODAY = date(2026, 3, 2)
LATER = date(2031, 3, 1)


def event(
    home: Household, what: Callable[[Changes], Any], ref: str = "case:1", letter: str = ""
) -> RegisterEvent:
    def apply(changes: Changes) -> Outcome:
        what(changes)
        return Outcome(resident=home.mother)

    return record_event(
        office=home.town.office,
        kind="invented",
        case_ref=ref,
        by=home.town.by,
        niks=[home.mother.nik, home.son.nik],
        apply=apply,
        letter=letter,
    )


def shown(person: Resident) -> list[tuple[Any, ...]]:
    rows = held_by(person)
    return [(row.kind, row.number, row.issued_on, row.valid_until, row.state, row.ended_why) for row in rows]


def test_what_is_given_takes_the_place_of_the_one_before_and_is_undone(home: Household) -> None:
    event(home, lambda changes: held.give(changes, home.son, "kia", TODAY, "A-1", LATER))
    before = register_state()
    event(
        home, lambda changes: held.give(changes, home.son, "ktp_el", TODAY, why="Berusia 17 tahun"), "case:2"
    )
    assert shown(home.son) == [
        ("ktp_el", "", TODAY, None, "in_force", ""),
        ("kia", "A-1", TODAY, LATER, "replaced", "Berusia 17 tahun"),
    ]
    assert Resident.objects.get(pk=home.son.pk).id_card_issued_on == TODAY
    revert_event(case_ref="case:2", by=home.town.by)
    assert register_state() == before
    revert_event(case_ref="case:1", by=home.town.by)
    assert shown(home.son) == []


def test_an_itap_takes_the_place_of_an_itas_and_leaves_the_passport(home: Household) -> None:
    def permits(changes: Changes) -> None:
        held.give(changes, home.mother, "passport", TODAY, "P 1", LATER)
        held.give(changes, home.mother, "itas", TODAY, "T 1", LATER)
        held.give(changes, home.mother, "itap", TODAY, "P 2", LATER)

    event(home, permits)
    assert {(kind, state) for kind, _, _, _, state, _ in shown(home.mother)} == {
        ("passport", "in_force"),
        ("itas", "replaced"),
        ("itap", "in_force"),
    }


def test_what_is_ended_says_when_and_why_and_only_what_was_held(home: Household) -> None:
    event(home, lambda changes: held.give(changes, home.mother, "ktp_el", TODAY))
    before = register_state()
    both = [home.mother, home.son]
    event(home, lambda changes: held.end(changes, both, held.CARDS, "void", TODAY, "Meninggal"), "case:2")
    (card,) = held_by(home.mother)
    assert (card.state, card.ended_on, card.ended_why) == ("void", TODAY, "Meninggal")
    assert held_by(home.son) == []
    revert_event(case_ref="case:2", by=home.town.by)
    assert register_state() == before


def test_a_card_that_is_due_anew_counts_until_the_next_one(home: Household) -> None:
    event(home, lambda changes: held.give(changes, home.mother, "ktp_el", TODAY))
    event(home, lambda changes: held.outdate(changes, [home.mother], held.CARDS, "Kawin"), "case:2")
    (card,) = held_by(home.mother)
    assert (card.state, card.renew_why) == ("in_force", "Kawin")
    event(home, lambda changes: held.give(changes, home.mother, "ktp_el", TODAY), "case:3")
    new, old = held_by(home.mother)
    assert (new.state, new.renew_why, old.state, old.renew_why) == ("in_force", "", "replaced", "Kawin")


def test_a_letter_gets_the_number_of_its_event_and_keeps_it_when_corrected(home: Household) -> None:
    before = register_state()

    def letter(changes: Changes) -> None:
        held.give(changes, home.mother, "sktt", TODAY, valid_until=LATER, letter=True)

    first = event(home, letter, letter="SKTT").number
    assert [row[1] for row in shown(home.mother)] == [first]
    assert first == "SKTT/9971/02032026/0001"
    event(home, letter, letter="SKTT")
    assert [row[1] for row in shown(home.mother)] == [first]
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


@pytest.mark.parametrize(
    "wrong",
    [
        [{"kind": "ktp_el"}, {"kind": "ktp_el"}],
        [{"kind": "ktp_el"}, {"kind": "kia"}],
        [{"kind": "itap"}, {"kind": "itas"}],
        [{"kind": "sktt"}, {"kind": "sktt"}],
        [{"kind": "other"}],
        [{"kind": "kia", "state": "void"}],
        [{"kind": "kia", "state": "void", "ended_on": TODAY}],
        [{"kind": "kia", "ended_on": TODAY, "ended_why": "Hilang"}],
        [{"kind": "kia", "valid_until": date(2026, 3, 1)}],
    ],
)
def test_the_database_refuses(home: Household, wrong: list[dict[str, Any]]) -> None:
    given = {"office": home.town.office, "resident": home.mother, "issued_on": TODAY}
    for row in wrong[:-1]:
        HeldDocument.objects.create(**(given | row))
    with pytest.raises(IntegrityError), transaction.atomic():
        HeldDocument.objects.create(**(given | wrong[-1]))
    assert HeldDocument.objects.count() == len(wrong) - 1


def test_what_ended_may_be_there_many_times(home: Household) -> None:
    given = {"office": home.town.office, "resident": home.mother, "issued_on": TODAY, "kind": "ktp_el"}
    ended = {"state": "void", "ended_on": TODAY, "ended_why": "Hilang"}
    for row in (ended, ended, {}):
        HeldDocument.objects.create(**(given | row))
    assert [row.state for row in held_by(home.mother)] == ["in_force", "void", "void"]


def test_a_period_is_over_on_the_day_after(home: Household) -> None:
    card = HeldDocument(kind="kia", issued_on=TODAY, valid_until=LATER)
    assert (card.expired(LATER), card.expired(date(2031, 3, 2))) == (False, True)
    assert HeldDocument(kind="ktp_el", issued_on=TODAY).expired(LATER) is False


def test_a_doubt_stands_only_behind_a_recording(home: Household) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Resident.objects.filter(pk=home.mother.pk).update(
            biometrics_doubt="duplicate", biometrics_recorded_on=None
        )
    changed = Resident.objects.filter(pk=home.mother.pk).update(
        biometrics_doubt="duplicate", biometrics_recorded_on=TODAY
    )
    assert changed == 1


def test_cards_of_a_loaded_population_are_noted_once(home: Household) -> None:
    Resident.objects.filter(pk=home.mother.pk).update(id_card_issued_on=TODAY)
    assert [held.take_over_cards(home.town.office) for _ in range(2)] == [1, 0]
    assert shown(home.mother) == [("ktp_el", "", TODAY, None, "in_force", "")]
