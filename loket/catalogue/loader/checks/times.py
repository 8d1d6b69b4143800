"""What is wrong with a deadline: units, what starts and stops it, steps that take longer."""

from collections.abc import Iterator, Mapping, Sequence

from loket.catalogue.loader.problems import Path, Problem
from loket.catalogue.loader.source import SourceFile
from loket.catalogue.rules import Deadline, Step, Variant
from loket.core.worktime import Interval


def deadline_problems(
    source: SourceFile,
    at: Path,
    variant: Variant,
    hours: Mapping[str, Sequence[Interval]] | None,
    *,
    internal: bool = False,
) -> Iterator[Problem]:
    """A deadline in two units or none, one that no step can stop, or one shorter than the steps.

    The office's own work may be measured in days and minutes, or by its steps alone.
    """
    deadline, here = variant.deadline, (*at, "deadline")
    if not internal and [deadline.working_minutes, deadline.working_days, deadline.until].count(None) != 2:
        yield source.problem(
            here, "jangka waktu harus menyebut satu: working_minutes, working_days, atau until."
        )
        return
    kinds = {step.kind for step in variant.procedure.steps}
    for key, value, kind in (
        ("stops", "sent", "send"),
        ("stops", "ready", "hand_over"),
        ("stops", "handed_over", "hand_over"),
        ("starts", "registered", "register"),
    ):
        if getattr(deadline, key) == value and kind not in kinds:
            message = f"jangka waktu memakai {key}: {value}, tetapi alurnya tidak punya langkah {kind}."
            yield source.problem((*here, key), message)
    yield from _too_slow(source, here, variant, hours)


def _too_slow(
    source: SourceFile, here: Path, variant: Variant, hours: Mapping[str, Sequence[Interval]] | None
) -> Iterator[Problem]:
    """Steps that by their own times cannot fit into what is promised. A working day is the longest one."""
    deadline = variant.deadline
    steps = [step for step in _counted(variant) if step.minutes or step.working_days]
    in_days = deadline.working_days or any(step.working_days for step in steps)
    if not (deadline.working_minutes or deadline.working_days) or (hours is None and in_days):
        return
    day = max(map(_open_minutes, (hours or {}).values()), default=0)
    needed = sum((step.minutes or 0) + (step.working_days or 0) * day for step in steps)
    allowed = (deadline.working_minutes or 0) + (deadline.working_days or 0) * day
    if needed > allowed:
        message = (
            f"waktu langkah-langkahnya {' + '.join(map(_time, steps))} = {needed} menit kerja, lebih lama"
            f" daripada janji {_promise(deadline, allowed)}."
        )
        yield source.problem(here, message, severity="warning")


def _counted(variant: Variant) -> list[Step]:
    """The steps during which the clock of the deadline runs."""
    steps, deadline = variant.procedure.steps, variant.deadline
    kinds = [step.kind for step in steps]
    first = kinds.index("register") + 1 if deadline.starts == "registered" and "register" in kinds else 0
    first = max(first, 1 if kinds[0] == "apply" else 0)
    last = len(steps)
    if deadline.stops == "sent" and "send" in kinds:
        last = kinds.index("send") + 1
    elif deadline.stops in ("ready", "handed_over") and "hand_over" in kinds:
        last = kinds.index("hand_over") + (deadline.stops == "handed_over")
    return steps[first:last]


def _time(step: Step) -> str:
    days = [f"{step.working_days} hari kerja"] if step.working_days else []
    return " + ".join([*days, *([str(step.minutes)] if step.minutes else [])])


def _promise(deadline: Deadline, allowed: int) -> str:
    """`1 hari kerja (420 menit kerja)`."""
    if deadline.working_days and not deadline.working_minutes:
        return f"{deadline.working_days} hari kerja ({allowed} menit kerja)"
    return f"{allowed} menit kerja"


def _open_minutes(spans: Sequence[Interval]) -> int:
    return sum((closes.hour - opens.hour) * 60 + closes.minute - opens.minute for opens, closes in spans)
