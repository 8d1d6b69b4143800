"""A letter between two offices under way at once: arrivals, a cancellation, the job, an end in the middle."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from loket.core import clock
from loket.offices.models import Area
from loket.register.actions import arrivals
from loket.register.actions.letters import record_cancellation
from loket.register.actions.moveletters import LetterCancelled, LetterUsed, expire_letters
from loket.register.actions.moves import Departure, record_departure
from loket.register.models import Membership, MoveLetter, RegisterEvent, Resident
from tests.committed import committed, together
from tests.integration.register.conftest import AT, Town, make_town
from tests.integration.register.population import (
    ADDRESS,
    HEAD,
    WIFE,
    Household,
    applicant,
    lines,
    register_state,
)
from tests.integration.register.test_letter_life import arrive, depart, everybody

pytestmark = committed
THREADS = 6


@pytest.fixture(autouse=True)
def _at_one_moment() -> Iterator[None]:
    with clock.use(AT):
        yield


@pytest.fixture
def there(home: Household) -> Town:
    return make_town("9972")


def outcomes(results: list[Any]) -> dict[str, int]:
    names = [type(result).__name__ for result in results]
    return {name: names.count(name) for name in sorted(set(names))}


def require_whole(home: Household, *offices: str) -> None:
    """Everybody lives at one office, in one family with a head, and nobody twice or nowhere."""
    people = [home.father, home.mother, home.daughter, home.son]
    where = {Resident.objects.get(pk=person.pk).office_id for person in people}
    assert len(where) == 1
    assert where <= set(offices)
    rows = Membership.objects.filter(resident__in=people, until=None).select_related("family")
    assert (len(rows), len({row.family_id for row in rows})) == (4, 1)
    assert {row.family.office_id for row in rows} == where
    assert sorted(row.relation for row in rows).count("KEPALA KELUARGA") == 1


def cancel(home: Household, number: str) -> RegisterEvent:
    return record_cancellation(
        office=home.town.office,
        kind="move_out",
        applicant=applicant(home.father),
        number=number,
        reason="Batal",
        case_ref="case:cancel",
        by=home.town.by,
    )


def test_one_of_many_arrivals_uses_a_letter(home: Household, there: Town) -> None:
    number = depart(home)
    calls = [partial(arrive, there, number, *everybody(home), ref=f"case:a{n}") for n in range(THREADS)]
    results = together(calls)
    assert outcomes(results)[RegisterEvent.__name__] == 1
    # Who waited for the first finds the family changed; who began later finds the letter used.
    assert set(outcomes(results)) <= {RegisterEvent.__name__, "LetterUsed", "MovedMeanwhile"}
    require_whole(home, "9972")
    assert RegisterEvent.objects.filter(kind="move_in").count() == 1
    with pytest.raises(LetterUsed):
        arrive(there, number, *everybody(home), ref="case:later")


@pytest.mark.parametrize("turn", range(4))
def test_cancelled_at_the_origin_while_they_arrive(home: Household, there: Town, turn: int) -> None:
    number = depart(home)
    calls: list[Any] = [partial(arrive, there, number, *everybody(home)), partial(cancel, home, number)]
    results = together(calls if turn % 2 else calls[::-1])
    assert outcomes(results)[RegisterEvent.__name__] == 1
    letter = MoveLetter.objects.get()
    assert letter.state in ("used", "cancelled")
    require_whole(home, "9972" if letter.state == "used" else "9971")


def test_two_families_change_places(home: Household, there: Town) -> None:
    """Each office takes the other's people in at the same moment: nobody waits for the other in a circle."""
    there.residents = there.families = 50  # other numbers than those of the first town
    family, man, woman = there.couple()
    Area.objects.filter(code="99.71").update(level="kota")
    report = Departure(applicant(man), lines((HEAD, man), (WIFE, woman)), "JL. JAUH NO. 1", "99.71")
    office, by = there.office, there.by
    back = record_departure(office=office, kind="move_out", report=report, case_ref="case:b", by=by).number
    number = depart(home, (HEAD, home.father), successor_nik=home.mother.nik)
    here = replace(ADDRESS, village="99.71.03.1001")
    results = together(
        [
            partial(arrive, there, number, (HEAD, home.father), ref="case:1a"),
            partial(arrive, home.town, back, (HEAD, man), (WIFE, woman), ref="case:1b", address=here),
            partial(expire_letters, office=home.town.office),
        ]
    )
    assert outcomes(results) == {RegisterEvent.__name__: 2, "int": 1}
    assert Resident.objects.get(pk=home.father.pk).office_id == "9972"
    assert Resident.objects.get(pk=man.pk).office_id == "9971"
    assert not Membership.objects.filter(family=family, until=None).exists()


class PowerFails(Exception):
    """The machine is gone in the middle of a transaction."""


@pytest.mark.parametrize("point", ["use_letter", "take_in_people", "add_member", "_facts"])
def test_power_fails_in_the_middle_of_an_arrival(
    home: Household, there: Town, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was done before is gone with it: both registers are as before, the arrival can be repeated."""
    number = depart(home)
    before = register_state()
    name = {"take_in_people": "_people"}.get(point, point)
    whole = getattr(arrivals, name)

    def fails(*given: Any, **more: Any) -> None:
        whole(*given, **more)
        raise PowerFails

    with monkeypatch.context() as patched:
        patched.setattr(arrivals, name, fails)
        with pytest.raises(PowerFails):
            arrive(there, number, *everybody(home))
    assert (register_state(), MoveLetter.objects.get().state) == (before, "issued")
    require_whole(home, "9971")
    arrive(there, number, *everybody(home))
    require_whole(home, "9972")


def test_a_connection_that_is_cut_before_the_commit_leaves_nothing(home: Household, there: Town) -> None:
    """The server ends the backend of an arrival that has done everything but commit."""
    number = depart(home)
    before = register_state()
    done, cut = threading.Event(), threading.Event()
    backends: list[int] = []
    failures: list[str] = []

    def half() -> None:
        try:
            with clock.use(AT), transaction.atomic():
                arrive(there, number, *everybody(home))
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    backends.append(cursor.fetchone()[0])
                done.set()
                cut.wait(30)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
        except Exception as error:  # the connection is gone: whatever the driver calls it
            failures.append(type(error).__name__)
        finally:
            connection.close()

    thread = threading.Thread(target=half)
    thread.start()
    assert done.wait(30)
    # Meanwhile everybody else sees them where they were.
    assert register_state() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", backends)
    cut.set()
    thread.join(30)
    assert failures == ["OperationalError"]
    assert (register_state(), MoveLetter.objects.get().state) == (before, "issued")
    arrive(there, number, *everybody(home))
    require_whole(home, "9972")


def test_a_cancelled_letter_is_not_used_by_whoever_read_it_before(home: Household, there: Town) -> None:
    number = depart(home)
    cancel(home, number)
    with pytest.raises(LetterCancelled):
        arrive(there, number, *everybody(home))
    require_whole(home, "9971")
