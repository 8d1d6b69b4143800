"""Playing scenarios by the command, as an office plays them, on an installation of the tests."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loket.catalogue.loader import load, read_areas
from loket.config.scenario import databases, preparing
from loket.config.scenario.reading import Library, read_scenario
from loket.offices.models import Holiday

ROOT = Path(__file__).parents[2]
BALIKPAPAN = ROOT / "scenarios" / "balikpapan-akta-kelahiran-wni.yaml"
ROW = {
    "type": "object",
    "required": ["step", "kind", "actor", "sop_minutes", "working_minutes", "within_time"],
    "properties": {
        "step": {"type": "string"},
        "kind": {"type": "string"},
        "actor": {"type": "string"},
        "sop_minutes": {"type": ["integer", "null"]},
        "working_minutes": {"type": "number", "minimum": 0},
        "within_time": {"type": ["boolean", "null"]},
    },
}
DOCUMENT = {
    "type": "object",
    "required": ["kind", "number", "path", "signature", "verdict"],
    "properties": {
        "kind": {"type": "string"},
        "number": {"type": "string"},
        "path": {"type": ["string", "null"]},
        "signature": {"enum": ["electronic", "wet"]},
        "verdict": {"type": "string"},
    },
}
RESULT = {
    "type": "object",
    "required": ["scenario", "outcome", "as_expected", "timeline", "documents"],
    "properties": {
        "scenario": {"type": "string"},
        "outcome": {"type": "string"},
        "as_expected": {"type": "boolean"},
        "timeline": {"type": "array", "items": ROW},
        "documents": {"type": "array", "items": DOCUMENT},
    },
}
RESULTS = {
    "type": "object",
    "required": ["results"],
    "properties": {"results": {"type": "array", "items": RESULT}},
}


def loket(*arguments: str, url: str, longest: int = 120, **more: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, on an installation whose database is at `url`."""
    inherited = {name: text for name, text in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        [sys.executable, "-m", "loket", "scenario", *arguments],
        cwd=ROOT,
        env=inherited | {"DATABASE_URL": url, "STANDARDS_DIR": str(ROOT / "standards")} | more,
        capture_output=True,
        text=True,
        timeout=longest,
    )


def _installed(blocker: Any, closed_on: str = "") -> Iterator[str]:
    standards = ROOT / "standards"
    plan, _ = read_scenario(BALIKPAPAN, Library.of(load(standards), read_areas(standards)))
    assert plan is not None
    with databases.on(os.environ["DATABASE_URL"]) as temporary, blocker.unblock():
        name = temporary.name("nyata")
        temporary.create(name)
        with preparing.working_on(name):
            preparing.prepare_template([plan], [])
            if closed_on:
                Holiday.objects.create(office_id="6471", day=closed_on, name="HUT", kind="office", source="-")
        yield temporary.url(name)


@pytest.fixture(scope="module")
def live(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of an installation of Balikpapan that is closed on 4 August 2026."""
    yield from _installed(django_db_blocker, "2026-08-04")


@pytest.fixture(scope="module")
def always_open(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of an installation that has set no day off of its own."""
    yield from _installed(django_db_blocker)
