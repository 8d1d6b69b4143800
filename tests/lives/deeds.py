"""A deed: one event that somebody reports, with what must follow from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loket.core.errors import LoketError

if TYPE_CHECKING:
    from tests.lives.hamlet import Hamlet

Note = Callable[["Hamlet", str, Any], None]


def nothing(hamlet: "Hamlet", case: str, event: Any) -> None:
    """Nothing to note."""


@dataclass(frozen=True)
class Deed:
    """What happens, in a sentence, and how it is recorded for a case; how the population changes by it.

    `undo` puts it back, where the register can. `akta`: it has an entry in a book, which stays, with its book
    and person. `again` records it once more for the same case, where `record` does not; `once`: nothing does.
    `stay` are tables whose added rows stay when it is undone. `late`: it is refused where the register has
    gone on since, by ChangedSince or by one of `late_of`. `there` is by how many the neighbouring office
    grows. `note` is told what was recorded.
    """

    story: str
    record: Callable[[str], Any]
    born: int = 0
    died: int = 0
    came: int = 0
    went: int = 0
    there: int = 0
    undo: Callable[[str], Any] | None = None
    again: Callable[[str, Any], Any] | None = None
    akta: bool = False
    once: bool = False
    late: bool = False
    late_of: tuple[type[LoketError], ...] = ()
    stay: frozenset[str] = frozenset({"register_civilrecord"})
    note: Note = nothing

    @property
    def growth(self) -> int:
        return self.born - self.died + self.came - self.went


@dataclass(frozen=True)
class Kind:
    """A kind of event: how often it happens beside the others, and somebody to whom it can happen now.

    `draw` gives None where there is nobody. A wrong one must be refused.
    """

    name: str
    weight: int
    draw: Callable[["Hamlet"], Deed | None]
