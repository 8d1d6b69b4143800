"""`python -m tests.lives`: the lives of many families, in several processes, each with a database of its own.

Prints the progress and, at the end, what happened. A life that breaks is told as a story, with the command
that lives it again by itself: a hamlet depends on the seed and its own number alone.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests import cluster  # noqa: F401 (gives us a PostgreSQL and a data directory before Django is set up)
from tests.lives.size import FAMILIES_EACH, PACE, Size

ROOT = Path(__file__).resolve().parents[2]
NAME = f"loket_lives_{os.getpid()}"
TRIES = 30


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.lives", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=1, help="number of the first hamlet")
    parser.add_argument("--hamlets", type=int, default=1)
    parser.add_argument("--years", type=float, default=10)
    parser.add_argument("--families-each", type=int, default=FAMILIES_EACH, help="families of a hamlet")
    parser.add_argument("--pace", type=float, default=PACE, help="things a year for each family")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--figures", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _size(given: argparse.Namespace) -> Size:
    return Size(given.seed, given.first, given.hamlets, given.years, given.families_each, given.pace)


def _with_database(name: str) -> str:
    return make_conninfo(os.environ["DATABASE_URL"], dbname=name)


def _administer(*statements: sql.Composed) -> None:
    with psycopg.connect(_with_database("postgres"), autocommit=True) as administrator:
        for statement in statements:
            administrator.execute(statement)


def _drop(name: str) -> None:
    """The autovacuum may be in it just now, which we may not send away: then once more."""
    for _ in range(TRIES):
        try:
            _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            return
        except psycopg.errors.InsufficientPrivilege:
            time.sleep(1)


def _child(given: argparse.Namespace) -> int:
    """Live in the database of DATABASE_URL, which is empty but for its tables."""
    import django  # noqa: PLC0415 (settings are known only now)

    django.setup()
    from tests.lives.living import BrokenLife  # noqa: PLC0415 (needs Django)
    from tests.lives.running import Years  # noqa: PLC0415 (needs Django)

    size = _size(given)
    last = size.first + size.hamlets - 1
    years = Years(size, lambda line: print(f"hamlets {size.first}-{last}, {line}", flush=True))
    try:
        figures = years.live()
    except BrokenLife as broken:
        print(f"\nA life broke:\n{broken}", flush=True)
        return 1
    given.figures.write_text(json.dumps(vars(figures)))
    return 0


def _migrated() -> None:
    """The tables, in a database that is copied for each process."""
    environment = {**os.environ, "DATABASE_URL": _with_database(NAME)}
    _administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _shares(size: Size, processes: int) -> list[tuple[int, int]]:
    """First hamlet and number of hamlets of each process."""
    each, more = divmod(size.hamlets, processes)
    counts = [each + (place < more) for place in range(processes)]
    return [(size.first + sum(counts[:place]), counts[place]) for place in range(processes) if counts[place]]


def _start(given: argparse.Namespace, first: int, hamlets: int, figures: Path) -> "subprocess.Popen[bytes]":
    name = f"{NAME}_{first}"
    _administer(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, NAME))))
    command = [sys.executable, "-m", "tests.lives", "--seed", given.seed, "--first", first]
    command += ["--hamlets", hamlets, "--years", given.years, "--families-each", given.families_each]
    command += ["--pace", given.pace, "--figures", figures]
    environment = {**os.environ, "DATABASE_URL": _with_database(name)}
    return subprocess.Popen([str(part) for part in command], cwd=ROOT, env=environment)


def _told(given: argparse.Namespace, files: list[Path], seconds: float) -> None:
    """One line for each kind of figure, and a last one with the sums."""
    total: dict[str, Counter[str]] = {}
    for file in files:
        for name, figures in json.loads(file.read_text()).items():
            total.setdefault(name, Counter()).update(figures)
    for name, figures in total.items():
        print(f"{name}: " + ", ".join(f"{kind} {count}" for kind, count in sorted(figures.items())))
    sums = {name: sum(figures.values()) for name, figures in total.items()}
    print(
        f"{given.hamlets * given.families_each} families, {given.years:g} years, seed {given.seed}:"
        f" {sums['done']} events, {sums['refused']} refusals, {sums['undone']} undone,"
        f" {sums['again']} recorded again, {seconds:.0f} s in {given.processes} processes"
    )


def main() -> int:
    """Exit code 1 where a life broke."""
    given = _arguments()
    if given.figures:
        return _child(given)
    begun = time.monotonic()
    directory = Path(os.environ["DATA_DIR"])
    shares = _shares(_size(given), given.processes)
    names = [NAME, *(f"{NAME}_{first}" for first, _ in shares)]
    try:
        _migrated()
        files = [directory / f"lives-{first}.json" for first, _ in shares]
        running = [_start(given, *share, file) for share, file in zip(shares, files, strict=True)]
        codes = [process.wait() for process in running]
        if any(codes):
            return 1
        _told(given, files, time.monotonic() - begun)
    finally:
        for name in names:
            _drop(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
