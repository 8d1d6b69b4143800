"""How long the check of a journal takes, and what anchoring a number costs.

`python -m benchmarks.journal` prints the figures; `run()` is for the harness. PostgreSQL is its own.
"""
# ruff: noqa: PLC0415 (Django can be imported only after its database is there)

import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.figures import processor_seconds

ROWS = 1_000_000
NUMBERS, THREADS = 2000, 8
OFFICE = "9971"
VERIFY_BUDGET_SECONDS = 15.0
NUMBERS_BUDGET = 120.0  # three for each of the 40 lifecycles that a second must hold


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def _result(name: str, value: float, unit: str, budget: float, ok: bool) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "budget": budget,
        "ok": ok,
        "machine": _machine(),
    }


def _told(seq: int) -> tuple[str, str, str, dict[str, Any]]:
    """A step as many cases take it, or, every other time, a look whose reason is like no other."""
    subject, actor = f"case:{seq:032x}", f"account:{seq % 40}"
    if seq % 2:
        return "case.step", subject, actor, {"step": f"langkah-{seq % 9}", "next": "periksa", "state": "open"}
    return "person.look", subject, actor, {"reason": f"case:{seq * 7:032x}"}


def _lines(rows: int) -> Iterator[tuple[Any, ...]]:
    """Sealed journal rows as an office writes them."""
    from datetime import UTC, datetime, timedelta

    from loket.audit.rules import GENESIS, chained

    begin, digest = datetime(2026, 1, 1, tzinfo=UTC), GENESIS
    for seq in range(1, rows + 1):
        at = begin + timedelta(seconds=seq, microseconds=seq)
        told = _told(seq)
        digest = chained(digest, seq, seq, at, OFFICE, *told)
        yield (seq, at, OFFICE, *told[:3], json.dumps(told[3]), seq, digest)


def _verify(rows: int) -> Iterator[dict[str, Any]]:
    from django.db import connection

    from loket.audit import queries

    with connection.cursor() as cursor:
        columns = "id, at, office_code, action, subject, actor, details, seq, hash"
        with cursor.copy(f"COPY audit_entry ({columns}) FROM STDIN") as copy:
            for line in _lines(rows):
                copy.write_row(line)
        cursor.execute("ANALYZE audit_entry")
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    head = queries.head(OFFICE)
    begun, own, server = time.perf_counter(), time.process_time(), processor_seconds([backend])
    verdict = queries.verify(OFFICE, [head] if head else [])
    taken, own = time.perf_counter() - begun, time.process_time() - own
    server = processor_seconds([backend]) - server
    assert (verdict.rows, verdict.broken) == (rows, "")  # noqa: S101 (a figure of a broken check is none)
    budget = VERIFY_BUDGET_SECONDS * rows / ROWS
    yield _result(f"journal.verify {rows} rows", taken, "s", budget, taken <= budget)
    # On a machine that does other things too, these are the figures to compare.
    yield _result(f"journal.verify {rows} rows, own processor time", own, "s", budget, own <= budget)
    yield _result(f"journal.verify {rows} rows, PostgreSQL's", server, "s", budget, server <= budget)


def _issue(key: str, count: int) -> None:
    from django.db import connection, transaction

    from loket.offices.models import Office
    from loket.register.actions import next_serial

    office = Office.objects.get(code=OFFICE)
    for _ in range(count):
        with transaction.atomic():
            next_serial(office=office, key=key)
    connection.close()


def _numbers() -> Iterator[dict[str, Any]]:
    """Numbers per second, one transaction each, anchored: one book, then a book for each thread."""
    for name, keys in (("one book", ["book:A"] * THREADS), ("eight books", [f"book:{n}" for n in range(8)])):
        begun = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(_issue, keys, [NUMBERS // THREADS] * THREADS))
        rate = NUMBERS / (time.perf_counter() - begun)
        yield _result(f"numbers anchored, {name}", rate, "1/s", NUMBERS_BUDGET, rate >= NUMBERS_BUDGET)


def run(size: int | None = None) -> list[dict[str, Any]]:
    """Measure on a server and in directories of its own."""
    place = Path(tempfile.mkdtemp(prefix="loket-bench-"))
    place.chmod(0o755)
    os.environ.pop("DATABASE_URL", None)
    os.environ["DATA_DIR"] = str(place / "data")
    from loket.config import embedded
    from loket.config.start import database

    try:
        with database():
            from django.core.management import call_command

            from loket.offices.models import Office

            call_command("migrate", verbosity=0)
            Office.objects.create(code=OFFICE, slug="bench", name="Bench", short_name="B", definition={})
            return [*_numbers(), *_verify(size or ROWS)]
    finally:
        embedded.destroy(place / "data")
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))  # noqa: T201 (its answer)
