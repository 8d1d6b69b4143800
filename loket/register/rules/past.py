"""Asking what was true on a day, and telling what changed: pure functions over what the register kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from loket.register.rules import RuleBroken
from loket.register.rules.finding import read_day


class DayAhead(RuleBroken):
    """Tanggal ini belum tiba. Isi hari ini atau tanggal sebelumnya."""


@dataclass(frozen=True)
class State:
    """What was true of a row on the days from `valid_from` until before `valid_to`, as known in between."""

    data: dict[str, Any]
    valid_from: date
    valid_to: date | None
    recorded_from: datetime
    recorded_to: datetime | None


@dataclass(frozen=True)
class Difference:
    """One column that became something else: from which day, and since when (and until when) it is known."""

    column: str
    before: Any
    after: Any
    since: date
    learned: datetime
    forgotten: datetime | None = None


def read_times(typed: Mapping[str, str], today: date) -> tuple[date, date]:
    """The day asked for and the day up to whose records it is answered, both today where left empty.

    Raises NoSuchDay and DayAhead with the field (`pada`, `menurut`).
    """
    found = []
    for field in ("pada", "menurut"):
        day = read_day(typed, field) or today
        if day > today:
            raise DayAhead(field=field)
        found.append(day)
    return found[0], found[1]


def differences(states: Iterable[State]) -> list[Difference]:
    """What changed, the latest day first; then also what was once recorded and holds no longer.

    A state that was known and is not any more is compared with what is known now of its first day.
    """
    ordered = list(states)
    now = sorted((state for state in ordered if state.recorded_to is None), key=lambda one: one.valid_from)
    changed = [
        difference
        for earlier, later in zip(now, now[1:], strict=False)
        for difference in _between(earlier.data, later, None)
    ]
    once = [
        difference
        for state in ordered
        if state.recorded_to is not None
        for difference in _between(_known_now(now, state.valid_from), state, state.recorded_to)
    ]
    return sorted([*changed, *once], key=lambda one: (one.since, one.learned), reverse=True)


def _known_now(now: list[State], day: date) -> dict[str, Any]:
    """What is known now of a day; of a day of which nothing is, what is known of the first one."""
    return [state.data for state in now[:1] + [one for one in now if one.valid_from <= day]][-1]


def _between(before: dict[str, Any], state: State, forgotten: datetime | None) -> list[Difference]:
    return [
        Difference(name, before.get(name), value, state.valid_from, state.recorded_from, forgotten)
        for name, value in state.data.items()
        if before.get(name) != value
    ]
