"""An invented office with the real F-2.01 and documents: every note beside an akta, from form to paper."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loket.catalogue.loader import load, read_areas
from loket.config.scenario import databases, preparing, running
from loket.config.scenario.reading import Library, Planned, read_scenario
from loket.documents import queries as documents

CAPIL = Path(__file__).parent / "capil"
NATIONAL = Path(__file__).parents[3] / "standards" / "national"
SCENARIOS = sorted((CAPIL / "scenarios").glob("*.yaml"))


@pytest.fixture
def standards(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """The national standards with the invented office alone."""
    (tmp_path / "national").symlink_to(NATIONAL)
    (tmp_path / "offices").symlink_to(CAPIL / "offices")
    place = Path(tempfile.mkdtemp(prefix="loket-"))
    settings.STANDARDS_DIR = tmp_path
    settings.SIGNER_SOCKET = str(place / "signer.sock")
    settings.SMTP_PORT = 9
    for cache in (documents.template, documents.signer):
        cache.cache_clear()
    yield tmp_path
    for cache in (documents.template, documents.signer):
        cache.cache_clear()
    shutil.rmtree(place)


def planned(path: Path, standards: Path) -> Planned:
    plan, found = read_scenario(path, Library.of(load(standards), read_areas(standards)))
    assert found == []
    assert plan is not None
    return plan


def test_from_a_birth_to_its_withdrawal(standards: Path, django_db_blocker: Any, tmp_path: Path) -> None:
    """Each scenario happens after the one before it, in one register; whatever differs in any is told."""
    plan = planned(SCENARIOS[-1], standards)
    assert [earlier.path for earlier in plan.in_order] == SCENARIOS
    with databases.on(os.environ["DATABASE_URL"]) as temporary, django_db_blocker.unblock():
        template = temporary.name("capil")
        temporary.create(template)
        with preparing.working_on(template):
            preparing.prepare_template([plan], [])
        (result,) = running.run_all([plan], temporary, template, tmp_path / "out")
    assert (result.differences, result.refused, result.outcome) == ([], None, "done")
    (note,) = result.documents
    assert (note.kind, note.number, note.verdict) == ("catatan-pinggir", "CP/6471/03082026/0006", "genuine")
