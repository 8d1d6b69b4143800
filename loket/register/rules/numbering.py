"""Where the numbers of the register come from while an event is recorded.

Events ask for their numbers in one way (`register.actions.numbers` and `books`), whoever gives them. Where
nobody else does, Loket allocates; within `using(source)` the source named there answers instead. Which source
a case has is data of the standards, and is chosen in one place (`register.sources`).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Literal

from loket.core.identity import Sex

Kind = Literal["nik", "family_card", "record", "letter"]


@dataclass(frozen=True)
class Wanted:
    """A number that an event needs from outside.

    `slot` names it within its case, the same each time that the event is recorded. `prefix` is what Loket
    would begin it with; of a NIK the birth date and sex are what the event says. `given` is what was entered
    for it before.
    """

    slot: str
    kind: Kind
    prefix: str
    birth_date: date | None = None
    sex: Sex | None = None
    given: str = ""


class NumberSource(ABC):
    """Who gives numbers instead of Loket."""

    @abstractmethod
    def nik(self, prefix: str, birth_date: date, sex: Sex) -> str:
        """A NIK for somebody born then."""

    @abstractmethod
    def family_card(self, prefix: str) -> str:
        """A nomor KK."""

    @abstractmethod
    def record(self, prefix: str) -> str:
        """The number of an akta."""

    @abstractmethod
    def letter(self, prefix: str) -> str:
        """The number of a letter."""


_outside: ContextVar[NumberSource | None] = ContextVar("numbers_from_outside", default=None)


def outside() -> NumberSource | None:
    """Who gives the numbers now, None where Loket itself does."""
    return _outside.get()


@contextmanager
def using(source: NumberSource) -> Iterator[None]:
    """Within the block numbers come from `source`."""
    token = _outside.set(source)
    try:
        yield
    finally:
        _outside.reset(token)
