"""The town of the journeys."""

from tests.journeys.fixtures import running_signer, town
from tests.journeys.playing import live

__all__ = ["live", "running_signer", "town"]
