"""Living a life: one deed after the other, each looked at, now and then undone or recorded again."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError

from loket.core import clock
from loket.core.errors import LoketError
from loket.register.actions import AlreadyRecorded, ChangedSince
from loket.register.actions.biometrics import NotHere
from loket.register.rules import RuleBroken
from tests.lives import checks
from tests.lives.deeds import Deed, Kind
from tests.lives.hamlet import Hamlet
from tests.lives.table import KINDS, WRONG
from tests.lives.watching import Net, Seen, net

# Of ten deeds: how many are wrong ones; of those that were done, how many are undone at once, recorded again,
# corrected to another of their kind; and in how many of ten steps an older one is undone.
WRONG_OF_TEN, UNDO_OF_TEN, AGAIN_OF_TEN, OTHER_OF_TEN, LATER_OF_TEN = 1.5, 0.7, 0.7, 0.4, 0.3
REMEMBERED = 25
# How many kinds are tried until there is somebody to whom one can happen.
TRIES = 4
STORY_LINES = 40
# How a refusal may be called: the rules of law, and that somebody is there already or no more.
REFUSALS = (RuleBroken, AlreadyRecorded, NotHere)
_WEIGHTS = [kind.weight for kind in KINDS]
_WRONG_WEIGHTS = [kind.weight for kind in WRONG]


class BrokenLife(AssertionError):
    """A life that the register does not bear, with its story."""


class TooLate(Exception):
    """The register has gone on, so that this can be done no more."""


@dataclass
class Done:
    """A case that stands: what it was, and what it changed."""

    case: str
    kind: Kind
    deed: Deed
    changes: Net

    def undo(self) -> None:
        """Put it back. Raises ChangedSince."""
        if self.deed.undo is None:
            raise ValueError("what cannot be undone is not remembered")
        self.deed.undo(self.case)


@dataclass
class Line:
    """One line of the story."""

    day: date
    case: str
    text: str
    people: frozenset[int]


@dataclass
class Life:
    """A hamlet and what has happened in it."""

    hamlet: Hamlet
    seed: int
    reproduce: str
    story: list[Line] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)

    def step(self) -> None:
        """One thing happens. Raises BrokenLife."""
        h = self.hamlet
        with clock.use(h.town.moment):
            if h.chance(LATER_OF_TEN) and self.done:
                self._undo_later(h.rng.choice(self.done))
            elif h.chance(WRONG_OF_TEN):
                self._try_wrong(h.rng.choices(WRONG, _WRONG_WEIGHTS)[0])
            else:
                found = (self._do(kind) for kind in h.rng.choices(KINDS, _WEIGHTS, k=TRIES))
                next((one for one in found if one), None)

    # One kind of step each

    def _do(self, kind: Kind) -> bool:
        """Whether there was somebody to whom it could happen."""
        h = self.hamlet
        deed = kind.draw(h)
        if deed is None:
            return False
        corrected = deed.undo and not (deed.akta or deed.again or deed.once) and h.chance(OTHER_OF_TEN)
        other = kind.draw(h) if corrected else None
        h.cases += 1
        case = f"life:{h.number}-{h.cases}"
        try:
            event, changes = self._record(case, deed)
        except TooLate:
            h.town.figures.refused[f"{kind.name}, too late"] += 1
            return True
        h.town.figures.done[kind.name] += 1
        if other is not None:
            deed, event, changes = self._correct(case, kind, deed, other, event, changes)
        elif not deed.once and h.chance(AGAIN_OF_TEN):
            event, changes = self._repeat(case, kind, deed, event, changes)
        deed.note(h, case, event)
        self._look(case, deed.story, changes)
        self._count(deed, 1)
        if deed.undo and h.chance(UNDO_OF_TEN):
            self._undo(Done(case, kind, deed, changes))
        elif deed.undo:
            self.done = [*self.done[-REMEMBERED:], Done(case, kind, deed, changes)]
        return True

    def _record(self, case: str, deed: Deed) -> tuple[Any, Net]:
        """What was recorded and changed. Raises BrokenLife where refused, TooLate if that may be."""
        h = self.hamlet
        try:
            event = deed.record(case)
        except (LoketError, IntegrityError) as error:
            if deed.late and isinstance(error, (ChangedSince, *deed.late_of)) and not h.town.watch.read():
                raise TooLate from error
            self._note(case, deed.story, {})
            self._break(f"refused, though nothing speaks against it: {type(error).__name__}: {error}"
                        f" (field {getattr(error, 'field', '')})")  # fmt: skip
        changes = net(h.town.watch.read())
        self._note(case, deed.story, changes)
        if wrong := checks.strangers(h, changes):
            self._break(*wrong)
        h.take(changes)
        grown = checks.living(changes, h.town.office.code)
        there = checks.living(changes, h.town.neighbour.code)
        if (grown, there) != (deed.growth, deed.there):
            wanted = f"{deed.growth} here and {deed.there} at the neighbour"
            self._break(
                f"the population changed by {grown} here and {there} at the neighbour, not by {wanted}"
            )
        return event, changes

    def _repeat(self, case: str, kind: Kind, deed: Deed, event: Any, changes: Net) -> tuple[Any, Net]:
        """Recorded again for the same case, nothing is different."""
        h = self.hamlet
        before = checks.whole(h)
        act, args = (deed.again, (case, event)) if deed.again else (deed.record, (case,))
        event, again = self._anew(case, "the same again", act, *args)
        self._same(before, checks.whole(h), "recorded again, it is not as when recorded once")
        h.town.figures.again[kind.name] += 1
        return event, _joined(changes, again)

    def _correct(
        self, case: str, kind: Kind, deed: Deed, other: Deed, event: Any, changes: Net
    ) -> tuple[Deed, Any, Net]:
        """Corrected to another of its kind, undone, and recorded so at once: the last is like the first."""
        h = self.hamlet
        try:
            _, second = self._anew(case, f"corrected: {other.story}", other.record, case, late=other.late)
        except TooLate:
            h.town.figures.refused[f"{kind.name}, too late"] += 1
            return deed, event, changes
        corrected = checks.whole(h)
        self._undo_now(Done(case, kind, other, _joined(changes, second)))
        event, direct = self._anew(case, f"at once: {other.story}", other.record, case)
        self._same(corrected, checks.whole(h), "corrected, it is not as when recorded so at once")
        h.town.figures.again[f"{kind.name}, corrected"] += 1
        return other, event, direct

    def _anew(self, case: str, story: str, act: Any, *args: Any, late: bool = False) -> tuple[Any, Net]:
        h = self.hamlet
        try:
            event = act(*args)
        except (LoketError, IntegrityError) as error:
            if late and isinstance(error, ChangedSince) and not h.town.watch.read():
                raise TooLate from error
            self._note(case, story, {})
            self._break(f"not recorded for the same case: {type(error).__name__}: {error}")
        changes = net(h.town.watch.read())
        self._note(case, story, changes)
        h.take(changes)
        return event, changes

    def _same(self, one: set[Any], other: set[Any], sentence: str) -> None:
        if one != other:
            lost, new = sorted(one - other, key=str)[:4], sorted(other - one, key=str)[:4]
            self._break(sentence, *(f"- {row}" for row in lost), *(f"+ {row}" for row in new))

    def _try_wrong(self, kind: Kind) -> None:
        h = self.hamlet
        deed = kind.draw(h)
        if deed is None:
            return
        h.cases += 1
        case = f"life:{h.number}-{h.cases}"
        try:
            deed.record(case)
        except REFUSALS as refusal:
            changed: list[Seen] = h.town.watch.read()
            if changed:
                self._note(case, deed.story, {})
                self._break(f"refused ({refusal}), and yet something changed: {changed[:3]}")
            h.town.figures.refused[kind.name] += 1
        except (LoketError, IntegrityError) as error:
            self._note(case, deed.story, {})
            self._break(f"no rule refused it, but {type(error).__name__}: {error}")
        else:
            self._note(case, deed.story, net(h.town.watch.read()))
            self._break(f"{kind.name}: accepted, though it must be refused")

    # Undoing

    def _undo(self, done: Done) -> None:
        """Undone at once, everything is as it was."""
        self._undo_now(done)
        self._undone(done)

    def _undo_now(self, done: Done) -> None:
        try:
            done.undo()
        except (LoketError, IntegrityError) as error:
            self._note(done.case, "undone", done.changes)
            self._break(f"cannot be undone: {type(error).__name__}: {error}")
        self._put_back(done)

    def _undo_later(self, done: Done) -> None:
        """Undone after other things happened: as it was, or refused because of them."""
        h = self.hamlet
        try:
            done.undo()
        except ChangedSince:
            if h.town.watch.read():
                self._note(done.case, "undone", done.changes)
                self._break("could not be undone any more, and yet something changed")
            h.town.figures.refused["undone too late"] += 1
            return
        except (LoketError, IntegrityError) as error:
            self._note(done.case, "undone", done.changes)
            self._break(f"cannot be undone: {type(error).__name__}: {error}")
        self._put_back(done)
        self._undone(done)

    def _put_back(self, done: Done) -> None:
        """Every row that the case changed is as before; no other row is touched."""
        h = self.hamlet
        back = net(h.town.watch.read())
        self._note(done.case, "undone", back)
        # An entry stays in its book, of nobody where it was about somebody who is not there any more.
        stay = {key for key, (old, _) in done.changes.items() if old is None and key[0] in done.deed.stay}
        wanted = {key: _turned(old, new) for key, (old, new) in done.changes.items() if key not in stay}
        found = {key: _turned(new, old) for key, (old, new) in back.items() if key not in stay}
        if wanted != found:
            differing = [key for key in {*wanted, *found} if wanted.get(key) != found.get(key)]
            told = (f"{key}: {wanted.get(key)} / {found.get(key)}" for key in differing[:4])
            self._break("undone, it is not as it was before", *told)
        h.take(back)

    def _undone(self, done: Done) -> None:
        h = self.hamlet
        h.notes.undo(done.case)
        self.done = [one for one in self.done if one.case != done.case]
        self._look(done.case, "undone", done.changes)
        self._count(done.deed, -1)
        h.town.figures.undone[done.kind.name] += 1

    # What is kept

    def _look(self, case: str, story: str, changes: Net) -> None:
        if wrong := checks.wrong_after(self.hamlet, changes):
            self._break(*wrong)

    def _count(self, deed: Deed, sign: int) -> None:
        for name in ("born", "died", "came", "went", "there"):
            self.hamlet.town.figures.population[name] += sign * getattr(deed, name)

    def _note(self, case: str, text: str, changes: Net) -> None:
        rows = [row for both in changes.values() for row in both if row]
        people = {row["resident_id"] for row in rows if row.get("resident_id")}
        people |= {row["id"] for row in rows if "nik" in row} | {
            int(pk) for pk in re.findall(r"#(\d+)", text)
        }
        self.story.append(Line(self.hamlet.today, case, text, frozenset(people)))

    def _break(self, *wrong: str) -> None:
        """Tell the story of those concerned, by its end."""
        last = self.story[-1]
        concerned = set(last.people)
        lines = [one for one in self.story if one is last or one.people & concerned or one.case == last.case]
        told = [f"{one.day} {one.case}: {one.text}" for one in lines[-STORY_LINES:]]
        raise BrokenLife("\n".join([*wrong, "", *told, "", f"Again: {self.reproduce}"]))


def _joined(first: Net, second: Net) -> Net:
    """Two changes one after the other as one."""
    seen = [Seen(key, old, new) for part in (first, second) for key, (old, new) in part.items()]
    return net(seen)


def _turned(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Any:
    """What differs between a row before and after: all of it where it came or went."""
    if before is None or after is None:
        return ("all", before, after)
    return {name: (before[name], after[name]) for name in before if before[name] != after.get(name)}
