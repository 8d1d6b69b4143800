"""What every test may use: a clock, an invented office and its people, a signer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

# Tables whose content no test may leave behind although the database refuses to empty them.
KEPT = {
    "audit_entry": "audit_entry_kept",
    "cases_caseevent": "cases_event_kept",
    "catalogue_servicerevision": "catalogue_revision_kept",
    "register_civilrecord": "register_civilrecord_kept",
}


@pytest.fixture(autouse=True)
def _emptying_allowed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let transactional tests, and only them, empty the append-only tables when they end."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    _switch_triggers(blocker, "DISABLE")
    yield
    _switch_triggers(blocker, "ENABLE")


def _switch_triggers(blocker: object, verb: str) -> None:
    with blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        for table, trigger in KEPT.items():
            cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER {trigger}")


@pytest.fixture(autouse=True)
def _own_directories(tmp_path: Path, settings: object) -> None:
    """Files, keys and anchors of each test in a directory of its own."""
    for name in ("FILES_DIR", "KEYS_DIR", "ANCHORS_DIR"):
        setattr(settings, name, tmp_path / name.lower())
