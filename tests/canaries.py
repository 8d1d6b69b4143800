"""Planted numbers and names, looked for after all tests in everything that must not hold personal data.

Each test process writes what it logs, asks for, queues, journals and shows on error pages into a directory of
the run; the process that started the run searches it at the end. A hit fails the run.
"""

import json
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_started
from django.db.backends.signals import connection_created
from django.test.signals import template_rendered

# The invented family of the journeys, as `tests.journeys.town` makes it (sixteen digits that end in 900x).
CANARIES = {
    "NIK or nomor KK": re.compile(r"(?<!\d)6471\d{8}900[1-9](?!\d)"),
    "mother": re.compile("RINA KUSUMA", re.IGNORECASE),
    "address": re.compile(r"JL\. CONTOH NO", re.IGNORECASE),
    "phone": re.compile(r"0812[ -]?3456[ -]?7890"),
}
# Where personal data may never stand, and which columns of it are looked at.
_TABLES = {
    "audit_entry": None,
    "procrastinate_jobs": None,
    "notices_notice": {"key", "subject", "case_ref", "last_error"},
}
_INSERT = re.compile(r'\s*INSERT INTO "?(\w+)"? \(([^)]*)\)')
# Only written where Django counts queries for a test; no setting of Loket turns it on.
_NOT_OURS = {"django.db.backends"}


def directory() -> Path:
    """Where this run's processes write; beside the data directory that they share."""
    return Path(os.environ["DATA_DIR"]).parent / "seen"


class _Notebook:
    """One file of one process, for one kind of thing."""

    def __init__(self, kind: str) -> None:
        directory().mkdir(exist_ok=True)
        self._file = (directory() / f"{kind}.{os.getpid()}").open("a", buffering=1)

    def write(self, text: str) -> None:
        self._file.write(text.replace("\n", " ") + "\n")


def _watch_logs() -> None:
    book = _Notebook("logs")

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name not in _NOT_OURS:
                book.write(f"{record.name}: {record.getMessage()} {record.exc_text or ''}")

    logging.getLogger().addHandler(Handler(logging.INFO))


def _watch_addresses() -> None:
    book = _Notebook("addresses")

    def note(environ: dict[str, Any], **more: Any) -> None:
        book.write(f"{environ.get('PATH_INFO')}?{environ.get('QUERY_STRING', '')}")

    request_started.connect(note, weak=False, dispatch_uid="canaries")


def _watch_error_pages() -> None:
    book = _Notebook("error-pages")

    def note(template: Any, context: Any, **more: Any) -> None:
        if template.name == "web/error.html":
            book.write(f"{context.get('title')} {context.get('message')}")

    template_rendered.connect(note, weak=False, dispatch_uid="canaries")


def _plain(value: Any) -> str:
    inner = getattr(value, "obj", value)
    return json.dumps(inner, default=str, ensure_ascii=False)


def _watch_tables() -> None:
    book = _Notebook("tables")

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if isinstance(sql, str) and not many and params:
            if "procrastinate_defer" in sql:
                book.write(f"job {_plain(params)}")
            elif (found := _INSERT.match(sql)) and found[1] in _TABLES:
                columns = [name.strip(' "\n') for name in found[2].split(",")]
                wanted = _TABLES[found[1]]
                for place, value in enumerate(params):
                    name = columns[place % len(columns)]
                    if wanted is None or name in wanted:
                        book.write(f"{found[1]}.{name} {_plain(value)}")
        return execute(sql, params, many, context)

    def wrap(connection: Any, **more: Any) -> None:
        if note not in connection.execute_wrappers:
            connection.execute_wrappers.append(note)

    connection_created.connect(wrap, weak=False, dispatch_uid="canaries")


def watch() -> None:
    """Begin to write down what this process says."""
    _watch_logs()
    _watch_addresses()
    _watch_error_pages()
    _watch_tables()


def note_said(report: pytest.TestReport) -> None:
    """What processes that a test started wrote to its standard error, which pytest keeps."""
    if report.capstderr:
        _Notebook("processes").write(report.capstderr)


def files_of(session: pytest.Session) -> list[Path]:
    """Logs that real processes wrote into directories of the tests, and those of the tests' PostgreSQL."""
    factory = session.config._tmp_path_factory  # type: ignore[attr-defined]  # pytest has no other way
    places = [Path(factory.getbasetemp()), directory().parent]
    found = [path for place in places for path in place.rglob("*") if path.suffix in (".log", ".err", ".out")]
    return sorted({path for path in found if path.is_file() and not path.is_symlink()})


def search(where: Path, *files: Path) -> list[str]:
    """Every place under `where`, and in `files`, that holds a canary, once for each kind of thing."""
    found: dict[str, None] = {}
    for path in [*sorted(path for path in where.rglob("*") if path.is_file()), *files]:
        kind = "files" if path in files else path.name.partition(".")[0]
        for line in path.read_text(errors="replace").splitlines():
            for name, canary in CANARIES.items():
                if canary.search(line):
                    hidden = canary.sub("<canary>", line)[:160]
                    found[f"{kind}: {name}: {hidden}"] = None
    return list(found)


def finish(session: pytest.Session) -> None:
    """In the process that started the run: search, and fail the run where something is found."""
    if hasattr(session.config, "workerinput") or not directory().exists():
        return
    hits = search(directory(), *files_of(session))
    if hits:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print("\nPersonal data where none may be:", *hits[:20], sep="\n  ")
