"""A spoiled number is followed to every row that says it, and its event is still undone exactly."""

import pytest

from loket.register.actions import revert_event, spoil_number
from loket.register.models import BookLine, HeldDocument, MoveLetter, RegisterEvent
from tests.integration.register.bookkeeping import first
from tests.integration.register.population import Household, register_state
from tests.integration.register.travel import (
    EVERYBODY,
    LETTER,
    arrival,
    arrive,
    depart,
    everybody,
    leaving,
    whole,
)

pytestmark = pytest.mark.usefixtures("at_office")
WHY = "kertas surat sobek sebelum ditandatangani"


def spoiled(home: Household, number: str) -> str:
    """The number that is given instead."""
    line = BookLine.objects.get(number=number)
    _, instead = spoil_number(
        office=home.town.office, line_id=line.pk, reason=WHY, by=first(home.town.office)
    )
    return instead


def test_a_letter_of_a_move_and_what_its_people_hold(home: Household) -> None:
    before = register_state()
    depart(home, leaving(home, whole(home), EVERYBODY))
    number = spoiled(home, LETTER)
    assert number != LETTER
    assert MoveLetter.objects.get().number == number
    assert set(HeldDocument.objects.exclude(number="").values_list("number", flat=True)) <= {number}
    event = RegisterEvent.objects.get()
    assert (event.number, LETTER in str(event.changes), number in str(event.changes)) == (number, False, True)
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before
    assert MoveLetter.objects.count() == 0


def test_the_new_letter_is_used_at_the_arrival(home: Household) -> None:
    depart(home, leaving(home, whole(home), EVERYBODY))
    number = spoiled(home, LETTER)
    arrive(home, arrival(*everybody(home), letter=number))
    assert MoveLetter.objects.get().state == "used"
