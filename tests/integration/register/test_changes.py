"""What an event changes is noted row by row, corrected under its number, and undone exactly or not at all."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from loket.audit.models import Entry
from loket.core.errors import NotFoundError
from loket.register.actions.changes import (
    AnotherPerson,
    ChangedSince,
    Changes,
    Outcome,
    _niks_of,
    record_event,
    revert_event,
)
from loket.register.models import CivilRecord, Family, Membership, RegisterEvent, Resident
from tests.integration.register.conftest import EAST, Town, plain_rows

pytestmark = pytest.mark.django_db
CASE = "case:1"


def renamed(person: Resident, name: str, **facts: Any) -> Callable[[Changes], Outcome]:
    """An event that gives somebody another name."""

    def apply(changes: Changes) -> Outcome:
        changes.change(Resident.objects.get(pk=person.pk), name=name)
        return Outcome(resident=person, facts=facts)

    return apply


def recorded(town: Town, apply: Callable[[Changes], Outcome], **more: Any) -> RegisterEvent:
    given = {"office": town.office, "kind": "uji", "case_ref": CASE, "by": town.by} | more
    return record_event(apply=apply, **given)


def rows() -> list[Any]:
    """Residents, families and memberships as they are now."""
    return [plain_rows(model) for model in (Resident, Family, Membership, CivilRecord)]


def moved(town: Town, person: Resident, home: Family, *, day: date = date(2026, 3, 2)) -> Any:
    """An event that adds a family, closes a membership and opens another one there."""

    def apply(changes: Changes) -> Outcome:
        family = Family(
            office=town.office,
            number="9971030202260099",
            address="JL. MELATI",
            village_id=f"{EAST}.1001",
            issued_on=day,
        )
        changes.add(family)
        old = Membership.objects.get(resident=person, until__isnull=True)
        changes.change(old, until=day)
        new = Membership(family=family, resident=person, relation="KEPALA KELUARGA", position=1, since=day)
        changes.add(new)
        return Outcome(resident=person, family=family)

    return apply


def test_an_event_is_undone_exactly_and_only_once(town: Town) -> None:
    home, _, mother = town.couple()
    before = rows()
    event = recorded(town, moved(town, mother, home), niks=[mother.nik], letter="SKU")
    assert event.family
    assert rows() != before
    undone = revert_event(case_ref=CASE, by=town.by)
    assert (rows(), undone.family, undone.resident) == (before, None, mother)
    assert (undone.number, undone.reverted_at is None) == (event.number, False)
    assert revert_event(case_ref=CASE, by=town.by).reverted_at == undone.reverted_at
    assert Entry.objects.filter(action="register.revert").count() == 1


def test_a_corrected_event_keeps_its_number_and_nothing_of_its_first_form(town: Town) -> None:
    _, father, mother = town.couple()
    first = recorded(town, renamed(father, "SALAH"), letter="SKU")
    second = recorded(town, renamed(mother, "BENAR", why="uji"), letter="SKU")
    assert (second.pk, second.number, second.resident, second.facts) == (
        first.pk, first.number, mother, {"why": "uji"},
    )  # fmt: skip
    father.refresh_from_db()
    mother.refresh_from_db()
    assert (father.name == "SALAH", mother.name) == (False, "BENAR")
    assert [change["id"] for change in second.changes] == [mother.pk]


def test_an_undone_event_may_be_recorded_again_under_its_number(town: Town) -> None:
    _, father, _ = town.couple()
    name = father.name
    first = recorded(town, renamed(father, "LAIN"), letter="SKU")
    revert_event(case_ref=CASE, by=town.by)
    again = recorded(town, renamed(father, "LAIN LAGI"), letter="SKU")
    assert (again.number, again.reverted_at) == (first.number, None)
    assert again.changes[0]["before"] == {"name": name}


def test_nothing_changed_is_nothing_noted(town: Town) -> None:
    _, father, _ = town.couple()
    event = recorded(town, renamed(father, father.name))
    assert event.changes == []
    revert_event(case_ref=CASE, by=town.by)
    assert Resident.objects.get(pk=father.pk).name == father.name


def test_what_went_on_since_is_neither_undone_nor_corrected(town: Town) -> None:
    _, father, _ = town.couple()
    recorded(town, renamed(father, "SATU"))
    recorded(town, renamed(father, "DUA"), case_ref="case:2")
    before = rows()
    with pytest.raises(ChangedSince):
        revert_event(case_ref=CASE, by=town.by)
    with pytest.raises(ChangedSince):
        recorded(town, renamed(father, "TIGA"))
    assert rows() == before
    revert_event(case_ref="case:2", by=town.by)
    revert_event(case_ref=CASE, by=town.by)
    assert Resident.objects.get(pk=father.pk).name == father.name


def test_a_row_on_which_another_stands_does_not_go(town: Town) -> None:
    home, father, mother = town.couple()
    event = recorded(town, moved(town, mother, home))
    assert event.family
    Membership.objects.filter(resident=father).update(family=event.family, relation="SUAMI")
    before = rows()
    with pytest.raises(ChangedSince):
        revert_event(case_ref=CASE, by=town.by)
    assert rows() == before


def test_an_event_that_fails_halfway_leaves_nothing(town: Town) -> None:
    _, father, _ = town.couple()

    def apply(changes: Changes) -> Outcome:
        changes.change(father, name="SETENGAH")
        raise NotFoundError("uji")

    with pytest.raises(NotFoundError):
        recorded(town, apply)
    assert (Resident.objects.filter(name="SETENGAH").count(), RegisterEvent.objects.count()) == (0, 0)


def test_a_correction_that_fails_leaves_the_first_form(town: Town) -> None:
    _, father, _ = town.couple()
    recorded(town, renamed(father, "PERTAMA"))

    def apply(changes: Changes) -> Outcome:
        raise NotFoundError("uji")

    with pytest.raises(NotFoundError):
        recorded(town, apply)
    assert Resident.objects.get(pk=father.pk).name == "PERTAMA"
    assert RegisterEvent.objects.get().changes[0]["after"] == {"name": "PERTAMA"}


def test_an_entry_in_a_book_is_written_once_and_stays_with_its_person(town: Town) -> None:
    _, father, mother = town.couple()
    event = recorded(town, renamed(father, "SATU", a=1), book="KM")
    recorded(town, renamed(father, "DUA", a=2), book="KM")
    entry = CivilRecord.objects.get()
    assert (entry.number, entry.facts, entry.resident) == (event.number, {"a": 2}, father)
    with pytest.raises(AnotherPerson):
        recorded(town, renamed(mother, "TIGA"), book="KM")
    assert (CivilRecord.objects.count(), Resident.objects.get(pk=mother.pk).name) == (1, mother.name)


def test_what_no_case_recorded_is_not_undone(town: Town) -> None:
    with pytest.raises(NotFoundError):
        revert_event(case_ref="case:9", by=town.by)


def test_undoing_locks_everybody_whose_membership_it_puts_back(town: Town) -> None:
    """Also those whose membership was only closed: they are named by no new row."""
    home, _, mother = town.couple()

    def apply(changes: Changes) -> Outcome:
        changes.change(Membership.objects.get(resident=mother, until__isnull=True), until=date(2026, 3, 2))
        return Outcome(family=home)

    event = recorded(town, apply)
    assert _niks_of(event) == [mother.nik]
