"""The invented seed bank, for files sent to its door."""

from tests.integration.cases.fixtures import time, world

__all__ = ["time", "world"]
