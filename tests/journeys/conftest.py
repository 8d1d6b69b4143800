"""The town of the journeys."""

from tests.journeys.fixtures import handed, running_signer, town, travellers
from tests.journeys.playing import always_open, live

__all__ = ["always_open", "handed", "live", "running_signer", "town", "travellers"]
