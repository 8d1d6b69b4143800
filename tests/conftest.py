"""What every test may use: directories of its own, and tables that can be emptied where a test commits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from loket.core import filekeys
from tests import canaries

# Tables whose TRUNCATE the database refuses, so that no test could clean up after itself.
KEPT = {
    "audit_entry": "audit_entry_kept",
    "cases_caseevent": "cases_event_kept",
    "cases_papermove": "cases_paper_move_kept",
    "catalogue_servicerevision": "catalogue_revision_kept",
    "register_bookclose": "register_bookclose_kept",
    "register_bookline": "register_bookline_kept",
    "register_civilrecord": "register_civilrecord_kept",
    "register_familychange": "register_familychange_kept",
    "register_registerevent": "register_event_kept",
}


@pytest.fixture
def emptying_allowed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let the test's tables be emptied when it ends. Must be asked for before `transactional_db`."""
    _switch_triggers(django_db_blocker, "DISABLE")
    yield
    _switch_triggers(django_db_blocker, "ENABLE")


def _switch_triggers(blocker: Any, verb: str) -> None:
    with blocker.unblock(), connection.cursor() as cursor:
        for table, trigger in KEPT.items():
            cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER {trigger}")
        # Not a table of ours, so Django does not empty it.
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture(autouse=True)
def _own_directories(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, settings: Any) -> None:
    """Files, keys and anchors of each test in a directory of its own."""
    settings.ANCHOR_COPIES = []
    for name in ("FILES_DIR", "KEYS_DIR", "ANCHORS_DIR"):
        setattr(settings, name, tmp_path / name.lower())
    # Elsewhere, so that a test finds its own directory empty.
    settings.FILE_KEYS_DIR = tmp_path_factory.mktemp("ring")
    filekeys.ensure(settings.FILE_KEYS_DIR)


def pytest_configure(config: pytest.Config) -> None:
    """Write down what this process logs, asks for and stores, for `pytest_sessionfinish`."""
    canaries.watch()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """What processes of a test said is searched too."""
    canaries.note_said(report)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Look for planted personal data once all processes are done."""
    canaries.finish(session)
