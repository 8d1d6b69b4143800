"""Tests that really commit: several connections at once, each in a thread of its own."""

import contextvars
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from loket.core.errors import LoketError

# Their TRUNCATE is refused, so that no test could clean up after itself.
KEPT = {
    "audit_entry": "audit_entry_kept",
    "cases_caseevent": "cases_event_kept",
    "catalogue_servicerevision": "catalogue_revision_kept",
    "register_civilrecord": "register_civilrecord_kept",
}
# Two test processes share a server with 60 connections.
MOST_CONNECTIONS = 16

committed = pytest.mark.usefixtures("emptying_allowed", "transactional_db")


@pytest.fixture
def emptying_allowed(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Let the test's tables be emptied when it ends. Must be asked for before `transactional_db`."""
    _prepare_emptying(django_db_blocker, "DISABLE")
    yield
    _prepare_emptying(django_db_blocker, "ENABLE")


def _prepare_emptying(blocker: object, verb: str) -> None:
    with blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        for table, trigger in KEPT.items():
            cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER {trigger}")
        # Not a table of ours, so Django does not empty it.
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def together(calls: Sequence[Callable[[], object]]) -> list[object]:
    """What each call returned, or the LoketError it raised; all run at the same time.

    The threads see the caller's clock. Every other exception ends the test.
    """
    workers = min(len(calls), MOST_CONNECTIONS)
    start = threading.Barrier(workers)
    with ThreadPoolExecutor(workers, initializer=start.wait) as pool:
        futures = [pool.submit(contextvars.copy_context().run, _alone, call) for call in calls]
        return [future.result() for future in futures]


def _alone(call: Callable[[], object]) -> object:
    try:
        return call()
    except LoketError as error:
        return error
    finally:
        connection.close()
