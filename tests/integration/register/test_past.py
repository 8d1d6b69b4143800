"""What was true on a day, as known at a moment: nothing that the register once knew is lost."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loket.core import clock
from loket.register.actions.changes import Changes, Outcome, record_event, revert_event, true_from
from loket.register.models import Membership, Resident, Version
from loket.register.past import (
    family_of_resident_on,
    family_on,
    resident_history,
    resident_on,
)
from tests.integration.register.conftest import Town

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 1)
MOMENT = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
DAYS = 12
FIELDS = ("name", "occupation", "religion")
NEVER = datetime(2000, 1, 1, tzinfo=UTC)

# The day from which it is true, the column, its value, and how many hours after the change before.
Change = tuple[int, str, str, int]
changes = st.lists(
    st.tuples(
        st.integers(-3, DAYS), st.sampled_from(FIELDS), st.sampled_from("ABC"), st.sampled_from([0, 1])
    ),
    max_size=7,
)


def day_of(number: int) -> date:
    return DAY + timedelta(days=number)


class Model:
    """What should be known: for each moment, the value of every day, kept day by day."""

    def __init__(self, row: Resident) -> None:
        born = {name: getattr(row, name) for name in FIELDS}
        self.days: dict[int, dict[str, str] | None] = {
            day: dict(born) if day >= 0 else None for day in range(-5, DAYS + 3)
        }
        self.known = [(MOMENT, dict(self.days))]

    def learn(self, moment: datetime, change: Change) -> None:
        since, name, value, _ = change
        first = next(state for state in self.days.values() if state is not None)
        self.days = {
            day: state if day < since else {**(first if state is None else state), name: value}
            for day, state in self.days.items()
        }
        self.known.append((moment, self.days))

    def at(self, moment: datetime) -> dict[int, dict[str, str] | None]:
        return [days for learned, days in self.known if learned <= moment][-1]


def told(row: Resident, day: int, moment: datetime) -> dict[str, str] | None:
    found = resident_on(row.pk, day_of(day), moment)
    return {name: found[name] for name in FIELDS} if found else None


@pytest.fixture
def person(town: Town) -> Callable[[], Resident]:
    """Makes somebody who is known since DAY, as of MOMENT."""

    def make() -> Resident:
        with transaction.atomic(), clock.use(MOMENT), true_from(DAY):
            return town.person("P", date(1990, 1, 2))

    return make


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=changes)
def test_every_day_as_known_at_every_moment(person: Callable[[], Resident], changes: list[Change]) -> None:
    row, moment = person(), MOMENT
    model = Model(row)
    for change in changes:
        moment += timedelta(hours=change[3])
        with transaction.atomic(), clock.use(moment), true_from(day_of(change[0])):
            Resident.objects.filter(pk=row.pk).update(**{change[1]: change[2]})
        if getattr(row, change[1]) != change[2]:
            model.learn(moment, change)
        setattr(row, change[1], change[2])
    for learned, _ in model.known:
        for day, state in model.at(learned).items():
            assert told(row, day, learned) == state, (day, learned)
    assert told(row, DAYS, NEVER) is None


def recorded(town: Town, row: Resident, case: str, on: date | None = None, **values: Any) -> None:
    def apply(changed: Changes) -> Outcome:
        changed.change(row, **values)
        return Outcome(resident=row)

    record_event(office=town.office, kind="test", case_ref=case, by=town.by, apply=apply, on=on)


def test_an_event_is_true_from_the_day_it_happened_and_known_from_its_recording(
    town: Town, person: Callable[[], Resident]
) -> None:
    row, learned = person(), MOMENT + timedelta(days=20)
    with clock.use(learned):
        recorded(town, row, "case:a", on=day_of(3), status="MATI", death_date=day_of(3))
    before = learned - timedelta(seconds=1)
    states = [resident_on(row.pk, day_of(day), known) for known in (before, learned) for day in (2, 3)]
    assert [state and state["status"] for state in states] == ["HIDUP", "HIDUP", "HIDUP", "MATI"]


def test_an_undone_event_was_known_and_is_no_more(town: Town, person: Callable[[], Resident]) -> None:
    row = person()
    times = [MOMENT + timedelta(days=n) for n in (1, 2)]
    with clock.use(times[0]):
        recorded(town, row, "case:b", on=day_of(3), occupation="PETANI")
    with clock.use(times[1]):
        revert_event(case_ref="case:b", by=town.by)
    told_then = [told(row, 4, known) or {} for known in times]
    assert [state["occupation"] for state in told_then] == ["PETANI", "WIRASWASTA"]
    row.refresh_from_db()
    assert (row.valid_from, row.recorded_from) == (DAY, times[1])
    assert [(state.valid_from, state.recorded_from) for state in resident_history(row.pk)] == [
        (DAY, MOMENT),
        (DAY, times[0]),
        (DAY, times[1]),
        (day_of(3), times[0]),
    ]


def test_who_belonged_to_a_family_on_a_day(town: Town) -> None:
    with clock.use(MOMENT), transaction.atomic(), true_from(date(2020, 1, 1)):
        family, father, mother = town.couple()
    left, learned = day_of(5), MOMENT + timedelta(days=9)

    def leaves(changed: Changes) -> Outcome:
        changed.change(Membership.objects.get(resident=mother), until=left)
        return Outcome(resident=mother, family=family)

    with clock.use(learned):
        record_event(office=town.office, kind="test", case_ref="case:c", by=town.by, apply=leaves, on=left)
    before = learned - timedelta(seconds=1)

    def members(day: int, known: datetime) -> list[tuple[int, str]]:
        found = family_on(family.pk, day_of(day), known)
        assert found is not None
        return [(one.resident_id, one.relation) for one in found.members]

    both = [(father.pk, "KEPALA KELUARGA"), (mother.pk, "ISTRI")]
    assert [members(4, learned), members(5, learned), members(5, before)] == [both, both[:1], both]
    found = family_of_resident_on(mother.pk, day_of(4), learned)
    assert found is not None
    assert found.data["number"] == family.number
    assert family_of_resident_on(mother.pk, day_of(5), learned) is None
    assert family_on(family.pk, date(2019, 1, 1), learned) is None


def test_a_row_that_is_taken_away_stays_known(town: Town, person: Callable[[], Resident]) -> None:
    row, gone = person(), MOMENT + timedelta(days=1)
    with transaction.atomic(), clock.use(gone), true_from(day_of(1)):
        Resident.objects.filter(pk=row.pk).delete()
    assert told(row, 2, gone) is None
    assert told(row, 2, gone - timedelta(seconds=1)) == {
        "name": row.name,
        "occupation": "WIRASWASTA",
        "religion": "HINDU",
    }


def test_nothing_is_known_in_two_ways(person: Callable[[], Resident]) -> None:
    row = person()
    values = {"kind": "resident", "row_id": row.pk, "data": {}, "valid_from": DAY, "recorded_from": MOMENT}
    Version.objects.create(**values)
    with pytest.raises(IntegrityError, match="register_version_one_truth"), transaction.atomic():
        Version.objects.create(**values | {"valid_from": day_of(3)})


def test_without_an_event_a_change_is_true_from_today(town: Town) -> None:
    row = town.person("L", date(1990, 1, 2))
    Resident.objects.filter(pk=row.pk).update(name="LAIN")
    with connection.cursor() as cursor:
        cursor.execute("SELECT register_valid_day(), register_moment() = now()")
        (today, now) = cursor.fetchone()
    row.refresh_from_db()
    assert (row.valid_from, now) == (today, True)
