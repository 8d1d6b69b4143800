"""The fixtures of a town, for journeys and browser tests: their conftest files import them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import neighbours as neighbouring
from tests.journeys import regency as regencies
from tests.journeys import town as towns
from tests.journeys import travellers as travelling
from tests.journeys.handed import Handed, open_handed

__all__ = [
    "committed_handed",
    "committed_neighbours",
    "committed_regency",
    "committed_town",
    "committed_travellers",
    "handed",
    "regency",
    "running_signer",
    "town",
    "travellers",
]


@pytest.fixture(scope="session")
def running_signer() -> Iterator[towns.Signer]:
    """One signer for all tests of a process."""
    running = towns.Signer()
    yield running
    running.end()


def _opened(
    settings: Any, monkeypatch: pytest.MonkeyPatch, signer: towns.Signer, *, committed: bool
) -> Iterator[towns.Town]:
    settings.KEYS_DIR, settings.SIGNER_SOCKET = signer.keys, str(signer.socket)
    settings.STANDARDS_DIR = towns.STANDARDS
    with towns.opened(monkeypatch, committed=committed) as opened:
        yield opened


@pytest.fixture
def town(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, running_signer: towns.Signer
) -> Iterator[towns.Town]:
    """Balikpapan, with an empty list of applications; rolled back after the test."""
    yield from _opened(settings, monkeypatch, running_signer, committed=False)


@pytest.fixture
def handed(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, running_signer: towns.Signer, tmp_path: Path
) -> Iterator[Handed]:
    """Balikpapan as an office whose numbers and documents come from SIAK."""
    settings.KEYS_DIR, settings.SIGNER_SOCKET = running_signer.keys, str(running_signer.socket)
    settings.STANDARDS_DIR = towns.STANDARDS
    yield from open_handed(monkeypatch, settings, tmp_path)


@pytest.fixture
def committed_handed(
    emptying_allowed: None,
    transactional_db: None,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    running_signer: towns.Signer,
    tmp_path: Path,
) -> Iterator[Handed]:
    """The same, committed, so that a server in another thread sees it."""
    settings.KEYS_DIR, settings.SIGNER_SOCKET = running_signer.keys, str(running_signer.socket)
    settings.STANDARDS_DIR = towns.STANDARDS
    yield from open_handed(monkeypatch, settings, tmp_path, committed=True)


@pytest.fixture
def committed_town(
    emptying_allowed: None,
    transactional_db: None,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    running_signer: towns.Signer,
) -> Iterator[towns.Town]:
    """The same, committed, so that a server in another thread sees it."""
    yield from _opened(settings, monkeypatch, running_signer, committed=True)


@pytest.fixture
def committed_neighbours(
    emptying_allowed: None,
    transactional_db: None,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    running_signer: towns.Signer,
) -> Iterator[neighbouring.Neighbours]:
    """Tanggamus and Bintan, committed, so that a server in another thread sees them."""
    settings.KEYS_DIR, settings.SIGNER_SOCKET = running_signer.keys, str(running_signer.socket)
    settings.STANDARDS_DIR = towns.STANDARDS
    with neighbouring.opened(monkeypatch, running_signer) as opened:
        yield opened


@pytest.fixture
def committed_regency(
    emptying_allowed: None, transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[regencies.Regency]:
    """Bintan, committed, so that a server in another thread sees it."""
    settings.STANDARDS_DIR = towns.STANDARDS
    with regencies.opened(monkeypatch) as opened:
        yield opened


@pytest.fixture
def regency(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[regencies.Regency]:
    """Bintan; rolled back after the test."""
    settings.STANDARDS_DIR = towns.STANDARDS
    with regencies.opened(monkeypatch) as opened:
        yield opened


def _travelling(
    settings: Any, monkeypatch: pytest.MonkeyPatch, signer: towns.Signer
) -> Iterator[travelling.Travellers]:
    settings.KEYS_DIR, settings.SIGNER_SOCKET = signer.keys, str(signer.socket)
    settings.STANDARDS_DIR = towns.STANDARDS
    with travelling.opened(monkeypatch, signer) as opened:
        yield opened


@pytest.fixture
def travellers(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, running_signer: towns.Signer
) -> Iterator[travelling.Travellers]:
    """Balikpapan and Tanggamus, and a family that goes there; rolled back after the test."""
    yield from _travelling(settings, monkeypatch, running_signer)


@pytest.fixture
def committed_travellers(
    emptying_allowed: None,
    transactional_db: None,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    running_signer: towns.Signer,
) -> Iterator[travelling.Travellers]:
    """The same, committed, so that a server in another thread sees it."""
    yield from _travelling(settings, monkeypatch, running_signer)
