"""Random legal lives: families through years of events, and what must be true after each of them.

What is looked at stands in `living` and `checks`; here is that nothing breaks, and that a break is seen.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from loket.register.actions import revert_event
from loket.register.actions.changes import Changes, Outcome, record_event
from loket.register.models import Resident
from tests.lives import checks, living
from tests.lives.deeds import Deed, Kind
from tests.lives.hamlet import Hamlet
from tests.lives.living import BrokenLife, Life
from tests.lives.running import Years
from tests.lives.size import Size

pytestmark = pytest.mark.django_db
SEED = int(os.environ.get("LIVES_SEED", "1"))


@pytest.mark.parametrize("first", [1, 3, 5])
def test_the_lives_of_some_families(first: int) -> None:
    figures = Years(Size(seed=SEED, first=first, hamlets=1, years=3, families=15, pace=3)).live()
    assert sum(figures.done.values()) > 40
    assert sum(figures.refused.values()) > 2


@pytest.fixture
def life() -> Life:
    """A hamlet in which nothing has happened yet."""
    return Years(Size(seed=SEED, first=1, hamlets=1, years=1, families=3)).lives[0]


def lived(
    life: Life, monkeypatch: pytest.MonkeyPatch, draw: Callable[[Hamlet], Deed], **of_ten: float
) -> None:
    """One step in which only this can happen."""
    kinds = "WRONG" if of_ten.get("WRONG_OF_TEN") else "KINDS"
    monkeypatch.setattr(living, kinds, (Kind("uji", 1, draw),))
    monkeypatch.setattr(living, f"_{'WRONG_' if kinds == 'WRONG' else ''}WEIGHTS", [1])
    for name in ("WRONG_OF_TEN", "UNDO_OF_TEN", "AGAIN_OF_TEN", "OTHER_OF_TEN", "LATER_OF_TEN"):
        monkeypatch.setattr(living, name, of_ten.get(name, 0))
    life.step()


def changing(h: Hamlet, *, undo: Any = None, **columns: Any) -> Deed:
    """An event that changes the first resident of a hamlet without asking any rule."""
    person = h.here()[0]

    def apply(changes: Changes) -> Outcome:
        changes.change(Resident.objects.get(pk=person.pk), **columns)
        return Outcome(resident=person_row(person.pk))

    def record(case: str) -> Any:
        return record_event(office=h.town.office, kind="uji", case_ref=case, by=h.town.by, apply=apply)

    return Deed(f"something about {person}", record, undo=undo)


def person_row(pk: int) -> Resident:
    return Resident.objects.get(pk=pk)


def test_who_is_gone_and_yet_in_a_family_is_seen_and_told(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BrokenLife) as broken:
        lived(life, monkeypatch, lambda h: Deed(**{**vars(changing(h, status="PINDAH")), "went": 1}))
    first, *_, again = str(broken.value).splitlines()
    person = life.hamlet.people[min(life.hamlet.places)]
    assert first == f"{person} is PINDAH at 9971 and yet in family {life.hamlet.places[person.pk].family}"
    assert f"2026-01-05 life:1-1: something about {person}" in str(broken.value).splitlines()
    assert again == f"Again: {Size(SEED, 1, 1, 1, 3).again(1)}"


def test_a_population_that_grows_by_nothing_is_seen(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BrokenLife, match="the population changed by -1 here and 0 at the neighbour"):
        lived(life, monkeypatch, lambda h: changing(h, status="PINDAH"))


def test_a_status_that_no_marriage_explains_is_seen(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BrokenLife, match="is CERAI HIDUP TERCATAT, not "):
        lived(life, monkeypatch, lambda h: changing(h, marital_status="CERAI HIDUP TERCATAT"))


def test_an_undoing_that_forgets_something_is_seen(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(case: str) -> None:
        revert_event(case_ref=case, by=life.hamlet.town.by)
        Resident.objects.filter(pk=min(life.hamlet.places)).update(education="LAIN")

    with pytest.raises(BrokenLife, match="undone, it is not as it was before"):
        lived(life, monkeypatch, lambda h: changing(h, name="NAMA BARU", undo=half), UNDO_OF_TEN=10)


def test_what_must_be_refused_and_is_accepted_is_seen(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BrokenLife, match="uji: accepted, though it must be refused"):
        lived(life, monkeypatch, lambda h: changing(h, name="NAMA BARU"), WRONG_OF_TEN=10)


def test_an_event_that_gives_something_else_the_second_time_is_seen(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = iter(("NAMA SATU", "NAMA DUA"))

    def draw(h: Hamlet) -> Deed:
        deed = changing(h, name="NAMA")
        person = h.here()[0]

        def apply(changes: Changes) -> Outcome:
            changes.change(person_row(person.pk), name=next(names))
            return Outcome(resident=person_row(person.pk))

        def record(case: str) -> Any:
            return record_event(office=h.town.office, kind="uji", case_ref=case, by=h.town.by, apply=apply)

        return Deed(deed.story, record)

    with pytest.raises(BrokenLife, match="recorded again, it is not as when recorded once"):
        lived(life, monkeypatch, draw, AGAIN_OF_TEN=10)


def test_nothing_is_wrong_anywhere_at_the_beginning(life: Life) -> None:
    assert checks.wrong_everywhere(life.hamlet.today) == []


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE register_resident SET status = 'PINDAH'", "somebody dead or gone in a family"),
        ("UPDATE register_resident SET marital_status = 'LAIN'", "an unknown marital status"),
        ("UPDATE register_resident SET birth_date = '2200-01-01'", "born in the future, or dead before"),
        ("UPDATE register_membership SET until = since - 1", "a place that ends before it begins"),
        (
            "UPDATE register_membership SET relation = 'ANAK'",
            "a family with members and not exactly one head",
        ),
        (
            "UPDATE register_resident SET marital_status = 'BELUM KAWIN', marriage_date = '2020-01-01'",
            "somebody never married with a wedding day",
        ),
    ],
)
def test_what_is_wrong_anywhere_is_found(life: Life, statement: str, sentence: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    found = checks.wrong_everywhere(life.hamlet.today)
    assert [line.split(":")[0] for line in found] == [sentence]
