"""The flowchart of an SOP AP as a drawing plan: which symbol stands where, and which lines join them.

PermenPAN-RB 35/2012 knows five symbols: the capsule (begin, end), the box (activity), the diamond
(decision), the line with its arrow, and the pentagon that carries a line to another page. A row is an
activity, a column an actor. What depends on the sizes of texts and pages is left to the template.

Pure functions: the same steps always give the same plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from loket.catalogue.rules import APPLICANT, SYSTEM, Procedure, Service, Step

Shape = Literal["start", "process", "decision", "end"]
Side = Literal["left", "right", "bottom"]
# Lines back that share a lane: the column, the side and the row that they enter.
_Into = tuple[int, Side, int]
ALWAYS_NAMED = {APPLICANT: "Pemohon", SYSTEM: "Sistem"}
YES, NO = "Ya", "Tidak"


@dataclass(frozen=True)
class SopRow:
    """One activity: its symbol stands in `column`."""

    number: int
    step: str
    name: str
    column: int
    shape: Shape
    needs: str
    time: str
    output: str
    remark: str


@dataclass(frozen=True)
class NextLine:
    """The line from a row to the next; `leaves` is the side of the symbol where it begins."""

    origin: int
    target: int
    leaves: Side
    label: str


@dataclass(frozen=True)
class Leaving:
    """Where a line back begins: a row, and the side of its diamond."""

    row: int
    leaves: Side


@dataclass(frozen=True)
class ReturnLine:
    """The lines upward into one side of an earlier row: out of each origin, up one lane, into the symbol.

    The lane lies beside the column of the target; it counts from the symbol outward.
    """

    target: int
    enters: Side
    lane: int
    origins: tuple[Leaving, ...]


@dataclass(frozen=True)
class RefusedLine:
    """A short line to a capsule of its own: a decision that can refuse and never gives back."""

    origin: int
    leaves: Side


@dataclass(frozen=True)
class SopPlan:
    """The chart of one procedure. `closes`: the last activity is a decision, so a capsule follows it."""

    title: str
    actors: tuple[str, ...]
    rows: tuple[SopRow, ...]
    nexts: tuple[NextLine, ...]
    returns: tuple[ReturnLine, ...]
    refused: tuple[RefusedLine, ...]
    closes: bool


def sop_plans(service: Service, role_names: Mapping[str, str]) -> list[SopPlan]:
    """One plan for each procedure of a service that has steps of its own, in the order of its variants."""
    procedures = {item.procedure.procedure: item.procedure for item in service.variants}
    return [plan(procedure, role_names) for procedure in procedures.values()]


def plan(procedure: Procedure, role_names: Mapping[str, str]) -> SopPlan:
    """The chart of a procedure. Actors get columns in the order in which they first act."""
    steps = procedure.steps
    actors = list(dict.fromkeys(step.actor for step in steps))
    columns = [actors.index(step.actor) for step in steps]
    names = {**ALWAYS_NAMED, **role_names}
    returns = _returns(steps, columns)
    refused = [
        RefusedLine(at, _free_side(at, columns))
        for at, step in enumerate(steps)
        if at and step.can_reject and not step.returns_to
    ]
    sides = {(item.row, item.leaves) for line in returns for item in line.origins}
    sides |= {(line.origin, line.leaves) for line in refused}
    return SopPlan(
        title=procedure.name,
        actors=tuple(names.get(actor, actor) for actor in actors),
        rows=tuple(_row(steps, index, columns[index]) for index in range(len(steps))),
        nexts=tuple(_next(index, columns, steps, sides) for index in range(len(steps) - 1)),
        returns=tuple(returns),
        refused=tuple(refused),
        closes=_decides(steps[-1]),
    )


def _decides(step: Step) -> bool:
    return bool(step.returns_to) or step.can_reject


def _shape(steps: Sequence[Step], index: int) -> Shape:
    if index == 0:
        return "start"
    if _decides(steps[index]):
        return "decision"
    return "end" if index == len(steps) - 1 else "process"


def _row(steps: Sequence[Step], index: int, column: int) -> SopRow:
    step = steps[index]
    return SopRow(
        number=index + 1,
        step=step.step,
        name=step.name,
        column=column,
        shape=_shape(steps, index),
        needs=step.needs,
        time=time_words(step),
        output=step.output,
        remark=_remark(step, [item.step for item in steps]),
    )


def time_words(step: Step) -> str:
    """The time that the SOP gives a step: `10 menit`, `2 hari kerja`, `Terbuka`, or nothing."""
    if step.open_ended:
        return "Terbuka"
    days = f"{step.working_days} hari kerja" if step.working_days else ""
    minutes = f"{step.minutes} menit" if step.minutes else ""
    return " ".join(part for part in (days, minutes) if part)


def _remark(step: Step, slugs: Sequence[str]) -> str:
    """The office's remark, and in words what the diamond's way back says, for who cannot see the drawing."""
    numbers = [str(number + 1) for number in sorted(slugs.index(target) for target in step.returns_to)]
    ways = [f"kembali ke nomor {' atau '.join(numbers)}"] if numbers else []
    ways += ["ditolak"] if step.can_reject else []
    remarks = [step.note.rstrip(".")] if step.note else []
    remarks += [f"{NO}: {' atau '.join(ways)}"] if ways else []
    return ". ".join(remarks)


def _returns(steps: Sequence[Step], columns: Sequence[int]) -> list[ReturnLine]:
    slugs = [step.step for step in steps]
    bundles: dict[_Into, list[Leaving]] = {}
    for origin, step in enumerate(steps):
        for target in {slugs.index(slug) for slug in step.returns_to}:
            leaves, enters = _return_sides(origin, target, columns)
            bundles.setdefault((columns[target], enters, target), []).append(Leaving(origin, leaves))
    lanes = _lanes({into: origins[-1].row for into, origins in bundles.items()})
    return [
        ReturnLine(into[2], into[1], lanes[into], tuple(origins))
        for into, origins in sorted(bundles.items(), key=lambda item: (item[0][2], item[0][1]))
    ]


def _return_sides(origin: int, target: int, columns: Sequence[int]) -> tuple[Side, Side]:
    """Where a line back leaves and enters: the sides that face each other.

    Within one column it goes by a side that the line onward does not take.
    """
    here, there = columns[origin], columns[target]
    if there < here:
        return "left", "right"
    if there > here:
        return "right", "left"
    side = _free_side(origin, columns)
    return side, side


def _free_side(row: int, columns: Sequence[int]) -> Side:
    """The side of a symbol that the line onward does not take; at the edge of the chart the inner one."""
    here = columns[row]
    onward = columns[row + 1] if row + 1 < len(columns) else here
    if here == 0:
        return "right"
    if here == max(columns):
        return "left"
    return "right" if onward < here else "left"


def _lanes(furthest: Mapping[_Into, int]) -> dict[_Into, int]:
    """A lane for each bundle, so that no two on the same side of a column run over each other.

    `furthest` is the row from which each comes. Later targets come first: their lanes are the inner ones,
    and the lines that pass them lie outside.
    """
    lanes: dict[_Into, int] = {}
    for key in sorted(furthest, key=lambda into: -into[2]):
        taken = {
            lanes[other]
            for other in lanes
            if other[:2] == key[:2] and other[2] <= furthest[key] and key[2] <= furthest[other]
        }
        lanes[key] = next(lane for lane in range(len(furthest)) if lane not in taken)
    return lanes


def _next(
    origin: int, columns: Sequence[int], steps: Sequence[Step], taken: set[tuple[int, Side]]
) -> NextLine:
    """The line onward leaves towards the next column, or below where another line leaves on that side."""
    here, there = columns[origin], columns[origin + 1]
    leaves: Side = "bottom" if here == there else "right" if there > here else "left"
    if (origin, leaves) in taken:
        leaves = "bottom"
    decides = _shape(steps, origin) == "decision"
    return NextLine(origin, origin + 1, leaves, YES if decides else "")
