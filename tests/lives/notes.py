"""What a hamlet knows besides the register: who is bound to whom, letters that count, aktas.

Kept apart from the register, so that what the register says can be compared with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

UNMARRIED, MARRIED, UNRECORDED = "BELUM KAWIN", "KAWIN TERCATAT", "KAWIN BELUM TERCATAT"
DIVORCED, WIDOWED = "CERAI HIDUP TERCATAT", "CERAI MATI"
# How a bond ends.
DEATH, DIVORCE, ANNULMENT = "death", "divorce", "annulment"


@dataclass
class Bond:
    """A marriage: of whom, since when, by which case and akta, and what ended it."""

    husband: int
    wife: int
    day: date | None
    case: str
    number: str = ""
    ended_by: str = ""
    how: str = ""
    ended_on: date | None = None
    divorce_number: str = ""
    dead: int = 0
    # Recorded in this town: by its akta, or by a buku nikah.
    here: bool = False
    # Whether the register could not know whose husband or wife died.
    doubt: bool = False
    recorded: bool = True

    @property
    def pair(self) -> tuple[int, int]:
        return (self.husband, self.wife)

    def other(self, person: int) -> int:
        """Husband or wife of one of the two."""
        return self.wife if person == self.husband else self.husband


def _open(bond: Bond) -> None:
    bond.ended_by, bond.how, bond.ended_on, bond.divorce_number, bond.dead = "", "", None, "", 0
    bond.doubt = False


@dataclass
class Letter:
    """A letter of a move that was given, and the case that used it up."""

    number: str
    kind: str
    case: str
    movers: tuple[int, ...]
    applicant: int
    day: date
    used_by: str = ""


@dataclass
class Akta:
    """An entry of a book: whose, and of which kind."""

    number: str
    kind: str
    case: str
    people: tuple[int, ...]


@dataclass
class Notes:
    """All of it, in the order in which it happened."""

    bonds: list[Bond] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    aktas: list[Akta] = field(default_factory=list)
    before: dict[int, str] = field(default_factory=dict)
    # Deaths for which a letter was given: the case, who, and the report.
    stated: list[tuple[str, int, Any]] = field(default_factory=list)
    # A divorce that was annulled: by which case, and what it had been.
    annulled: dict[str, tuple[Bond, Bond]] = field(default_factory=dict)

    def undo(self, case: str) -> None:
        """Forget what a case did."""
        self.bonds = [bond for bond in self.bonds if bond.case != case]
        self.letters = [letter for letter in self.letters if letter.case != case]
        self.aktas = [akta for akta in self.aktas if akta.case != case]
        self.stated = [one for one in self.stated if one[0] != case]
        for bond in self.bonds:
            if bond.ended_by == case:
                _open(bond)
        if case in self.annulled:
            bond, was = self.annulled.pop(case)
            self.end(bond, how=was.how, case=was.ended_by, day=was.ended_on, number=was.divorce_number)
            bond.dead, bond.doubt = was.dead, was.doubt
        for letter in self.letters:
            if letter.used_by == case:
                letter.used_by = ""

    def bond_of(self, person: int) -> Bond | None:
        """The marriage in which somebody is now."""
        return next((bond for bond in self.bonds if person in bond.pair and not bond.ended_by), None)

    def last_bond(self, person: int) -> Bond | None:
        """The marriage of somebody that is the latest, also where it has ended."""
        return next((bond for bond in reversed(self.bonds) if person in bond.pair), None)

    def end(self, bond: Bond, *, how: str, case: str, day: date | None, number: str = "") -> None:
        bond.how, bond.ended_by, bond.ended_on, bond.divorce_number = how, case, day, number

    def restore(self, bond: Bond, case: str) -> None:
        """Its divorce was annulled by a case."""
        self.annulled[case] = (bond, replace(bond))
        _open(bond)

    def widow(self, dead: Iterable[int], case: str, day: date, known: Iterable[int]) -> None:
        """Whoever was married to one of the dead is so no longer; of `known` the register knew."""
        for person in dead:
            if bond := self.bond_of(person):
                self.end(bond, how=DEATH, case=case, day=day)
                bond.dead, bond.doubt = person, person not in known

    def statuses(self, person: int) -> set[str]:
        """The marital status that follows from the marriages; of the dead, that of the day they died."""
        now = {self.before[person]}
        for bond in self.bonds:
            if person not in bond.pair or bond.how == ANNULMENT:
                continue
            if not bond.ended_by or bond.dead == person:
                now = {MARRIED if bond.recorded else UNRECORDED}
            elif bond.how == DIVORCE:
                now = {DIVORCED}
            else:
                now = {WIDOWED, MARRIED} if bond.doubt else {WIDOWED}
        return now
