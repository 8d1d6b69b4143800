"""The invented seed bank, for files sent to its door; the marker of tests that kill a real installation."""

import pytest

from tests.integration.cases.fixtures import time, world

__all__ = ["time", "world"]


def pytest_configure(config: pytest.Config) -> None:
    """So that `-m "not crash"` leaves them out."""
    config.addinivalue_line("markers", "crash: kills processes of an installation of its own (a minute)")
