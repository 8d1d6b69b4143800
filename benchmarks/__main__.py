"""`python -m benchmarks [--only NAME] [--size N]`: one JSON line for each figure, progress on standard error.

A benchmark is a module with `run(size)` that returns figures (`benchmarks.figures`). Each runs in a process
of its own, because Django is set up once in a process and every installation has its own database.
"""

import argparse
import dataclasses
import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import machine, say

ROOT = Path(__file__).resolve().parents[1]


def names() -> list[str]:
    """The benchmarks there are: every module here that has a `run`."""
    folder = Path(__file__).parent
    return sorted(path.stem for path in folder.glob("*.py") if "\ndef run(" in path.read_text())


def _one(name: str, size: int | None) -> None:
    say(f"{name}: started")
    begun = time.monotonic()
    for figure in importlib.import_module(f"benchmarks.{name}").run(size):
        line = figure if isinstance(figure, dict) else dataclasses.asdict(figure)
        print(json.dumps({**line, "machine": machine()}, ensure_ascii=False), flush=True)
    say(f"{name}: done in {time.monotonic() - begun:.0f} s")


def _all(size: int | None) -> int:
    """Exit code 1 where a benchmark itself failed; a missed budget is a figure, no failure."""
    more = ["--size", str(size)] if size else []
    commands = [[sys.executable, "-m", "benchmarks", "--only", name, *more] for name in names()]
    return max(bool(subprocess.run(command, cwd=ROOT, check=False).returncode) for command in commands)


def main() -> int:
    """Run one benchmark here, or all of them one after the other."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--only", choices=names(), help="this benchmark only")
    environment = os.environ.get("BENCH_SIZE")
    parser.add_argument(
        "--size",
        type=int,
        default=int(environment) if environment else None,
        help="how many cases, documents... instead of the number the budget speaks of",
    )
    given = parser.parse_args()
    if not given.only:
        return _all(given.size)
    _one(given.only, given.size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
