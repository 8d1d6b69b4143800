"""How long a second start takes until the first page, and what all processes hold in memory when idle."""

import time

from benchmarks.figures import Figure, at_most, proportional_memory
from benchmarks.installation import installation

STARTS = 3
IDLE_SECONDS = 15


def run(size: int | None = None) -> list[Figure]:
    """The slowest of `size` starts of a prepared installation; memory after a while of rest."""
    seconds = []
    with installation("start") as place:
        for _ in range(size or STARTS):
            seconds.append(place.start())
            time.sleep(0 if len(seconds) < (size or STARTS) else IDLE_SECONDS)
            parts = {name: proportional_memory(pids) for name, pids in place.pids().items()}
            place.stop()
    note = ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in parts.items())
    return [
        at_most("second_start", max(seconds), "seconds", 6, f"the slowest of {len(seconds)}"),
        at_most("idle_memory", sum(parts.values()), "MB (PSS)", 1024, note),
    ]
