"""What can be done now, by whom: one table. The server refuses by it and the pages hide by it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from loket.core.actors import Actor

State = Literal["draft", "open", "returned", "done", "rejected", "cancelled", "expired"]
Action = Literal[
    "save", "submit", "repair", "cancel", "complete", "return", "reject", "expire", "stop",
    "correct", "take_over",
]  # fmt: skip

STATE_NAMES: dict[str, str] = {
    "draft": "Belum dikirim",
    "open": "Sedang diproses",
    "returned": "Perlu diperbaiki",
    "done": "Selesai",
    "rejected": "Ditolak",
    "cancelled": "Dibatalkan",
    "expired": "Ditutup karena tidak ada jawaban",
}
FINAL: frozenset[str] = frozenset({"done", "rejected", "cancelled", "expired"})


@dataclass(frozen=True)
class Situation:
    """Where a case stands, as far as the table needs to know.

    `recorded`: the register already holds the event and cannot undo it, so the case can only go forward or
    be corrected.
    `signed`: a document is signed, or may be, so the case can no longer end without it.
    `operator`: at a signing step whose files come from SIAK, the role that entered the case there.
    `counter`: it came over the counter, so an official writes what the applicant says.
    """

    state: str
    office: str
    applicant_ref: str
    counter: bool = False
    step_kind: str = ""
    step_actor: str = ""
    operator: str = ""
    returns_to: tuple[str, ...] = ()
    can_reject: bool = False
    recorded: bool = False
    signed: bool = False

    @property
    def undone(self) -> bool:
        """Whether nothing has come of the case yet that would outlive its end."""
        return not self.recorded and not self.signed


def _owner(situation: Situation, actor: Actor) -> bool:
    """The applicant, or at the counter those who write down what the applicant says."""
    if actor.kind == "staff":
        return situation.counter and actor.may("intake", situation.office)
    return actor.kind == "citizen" and actor.ref == situation.applicant_ref


def _official(situation: Situation, actor: Actor) -> bool:
    return actor.kind == "staff" and actor.office == situation.office and situation.step_actor in actor.roles


def _official_or_signed(situation: Situation, actor: Actor) -> bool:
    """The system may finish a signing step whose documents are all signed."""
    return _official(situation, actor) or (_system(situation, actor) and situation.step_kind == "sign")


def _operator(situation: Situation, actor: Actor) -> bool:
    """Who entered the case in SIAK and brings its files back."""
    return actor.kind == "staff" and actor.office == situation.office and situation.operator in actor.roles


def _bringer(situation: Situation, actor: Actor) -> bool:
    return _operator(situation, actor) or _official(situation, actor) or _system(situation, actor)


def _system(situation: Situation, actor: Actor) -> bool:
    return actor.kind == "system"


_Row = tuple[set[str], Callable[[Situation, Actor], bool], Callable[[Situation], bool]]
# action: states in which it is possible, who may, and what else must hold
_TABLE: dict[Action, _Row] = {
    "save": ({"draft", "returned"}, _owner, lambda s: True),
    "submit": ({"draft"}, _owner, lambda s: True),
    "repair": ({"returned"}, _owner, lambda s: True),
    "cancel": ({"draft", "open", "returned"}, _owner, lambda s: s.undone),
    "complete": ({"open"}, _official_or_signed, lambda s: True),
    "return": ({"open"}, _official, lambda s: bool(s.returns_to)),
    "reject": ({"open"}, _official, lambda s: s.can_reject and s.undone),
    "expire": ({"returned"}, _system, lambda s: s.undone),
    "stop": ({"open"}, _official, lambda s: True),
    # while the files of a case are awaited from SIAK
    "correct": ({"open"}, _operator, lambda s: bool(s.operator) and not s.signed),
    "take_over": ({"open"}, _bringer, lambda s: bool(s.operator)),
}


def allowed(action: Action, situation: Situation, actor: Actor) -> bool:
    """Whether `actor` may do `action` to a case in this situation."""
    states, who, also = _TABLE[action]
    return situation.state in states and who(situation, actor) and also(situation)


def possible(situation: Situation, actor: Actor) -> frozenset[str]:
    """Everything `actor` may do to the case now: what a page shows."""
    return frozenset(action for action in _TABLE if allowed(action, situation, actor))
