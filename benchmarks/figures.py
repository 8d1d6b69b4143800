"""What a benchmark reports, and how it counts: percentiles, memory, the machine."""

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured value. `ok` is None where there is no budget; `note` says what it was measured under."""

    name: str
    value: float
    unit: str
    budget: str
    ok: bool | None
    note: str = ""


def at_least(name: str, value: float, unit: str, budget: float, note: str = "") -> Figure:
    """A figure that must not be smaller than its budget."""
    return Figure(name, round(value, 2), unit, f">= {budget:g}", value >= budget, note)


def at_most(name: str, value: float, unit: str, budget: float, note: str = "") -> Figure:
    """A figure that must not be larger than its budget."""
    return Figure(name, round(value, 2), unit, f"<= {budget:g}", value <= budget, note)


def told(name: str, value: float, unit: str, note: str = "") -> Figure:
    """A figure without a budget."""
    return Figure(name, round(value, 2), unit, "", None, note)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def say(text: str) -> None:
    """A line of progress."""
    print(text, file=sys.stderr, flush=True)


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    cpu = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        "",
    )
    total = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    return {"cores": os.cpu_count(), "cpu": cpu, "memory_gb": round(int(total) / 1024**2, 1)}


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


def proportional_memory(pids: Iterable[int]) -> float:
    """Megabytes of these processes together, shared pages divided among those that share them (PSS)."""
    kilobytes = 0
    for pid in pids:
        try:
            lines = _lines(f"/proc/{pid}/smaps_rollup")
        except OSError:  # it ended meanwhile
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024


def processor_seconds(pids: Iterable[int]) -> float:
    """Processor time that these processes have used so far."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
