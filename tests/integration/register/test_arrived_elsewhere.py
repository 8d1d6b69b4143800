"""What officials see of letters that wait, and their word that somebody arrived at a place elsewhere."""

from datetime import date, timedelta
from typing import Any

import pytest

from loket.core.errors import NotFoundError
from loket.register.actions.elsewhere import (
    ArrivesHere,
    ImpossibleDay,
    NoProof,
    NumberInProof,
    record_arrival_elsewhere,
    undo_arrival_elsewhere,
)
from loket.register.actions.letters import record_letter_again
from loket.register.actions.moveletters import (
    LetterReplaced,
    LetterUsed,
)
from loket.register.actions.moves import Departure
from loket.register.models import (
    Family,
    MoveLetter,
    RegisterEvent,
    Resident,
)
from loket.register.moving import coming, leaving, used_lately
from tests.integration.register.conftest import Town, make_town
from tests.integration.register.population import (
    ELSEWHERE,
    FAR,
    HEAD,
    Household,
    applicant,
    card_of,
    register_state,
)
from tests.integration.register.test_letter_life import arrive, depart, later, states

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
TODAY = date(2026, 3, 2)


@pytest.fixture
def there(home: Household) -> Town:
    """The office to which they go."""
    return make_town("9972")


def test_both_offices_see_the_letter_until_it_is_used(home: Household, there: Town) -> None:
    number = depart(home, (HEAD, home.father), successor_nik=home.mother.nik)
    assert [row.letter.number for row in leaving(home.town.office)] == [number]
    assert [row.letter.number for row in coming(there.office)] == [number]
    assert (leaving(there.office), coming(home.town.office)) == ([], [])
    assert used_lately(home.town.office, TODAY) == []
    arrive(there, number, (HEAD, home.father))
    assert (leaving(home.town.office), coming(there.office)) == ([], [])
    stayers = [row.number for row in used_lately(home.town.office, TODAY)]
    assert stayers == [Family.objects.exclude(office=there.office).latest("pk").number]


def go_far(home: Household, **changes: Any) -> MoveLetter:
    """A SKPWNI to a place whose office is not on this installation."""
    depart(home, regency=FAR, **changes)
    return MoveLetter.objects.get()


def tell(home: Household, letter: MoveLetter, day: date = TODAY, proof: str = "SKDWNI/1") -> RegisterEvent:
    return record_arrival_elsewhere(
        office=home.town.office, letter_id=letter.pk, arrived_on=day, proof=proof, by=home.town.by
    )


def test_who_arrived_elsewhere_leaves_by_an_officials_word(home: Household) -> None:
    letter = go_far(home)
    before = register_state()
    with later(3):
        tell(home, letter, date(2026, 3, 4))
    people = Resident.objects.filter(office=home.town.office)
    assert set(people.values_list("status", flat=True)) == {"PINDAH"}
    assert card_of(home.family) == []
    letter.refresh_from_db()
    assert (letter.state, letter.ended_on, letter.used_at) == ("used", date(2026, 3, 4), None)
    with pytest.raises(LetterUsed):
        tell(home, letter)
    assert [(row.number, row.elsewhere) for row in used_lately(home.town.office, TODAY)] == [("", True)]
    undo_arrival_elsewhere(office=home.town.office, letter_id=letter.pk, by=home.town.by)
    assert register_state() == before
    assert states() == ["issued"]


def test_what_an_officials_word_must_not_be(home: Household, there: Town) -> None:
    letter = go_far(home)
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(ImpossibleDay):
            tell(home, letter, day)
    with pytest.raises(NoProof):
        tell(home, letter, proof=" ")
    with pytest.raises(NumberInProof):
        tell(home, letter, proof=f"atas nama {home.father.nik}")
    with pytest.raises(NotFoundError):
        record_arrival_elsewhere(
            office=there.office, letter_id=letter.pk, arrived_on=TODAY, proof="X", by=there.by
        )
    about = {"office": home.town.office, "kind": "move_out", "by": home.town.by, "number": letter.number}
    about["applicant"] = applicant(home.father)
    report = Departure(applicant(home.father), (), "JL. JAUH NO. 1", ELSEWHERE)
    record_letter_again(**about, report=report, case_ref="case:2")
    with pytest.raises(LetterReplaced):
        tell(home, letter)
    with pytest.raises(ArrivesHere):
        tell(home, MoveLetter.objects.get(state="issued"))
