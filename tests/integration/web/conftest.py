"""The town of the journeys, for the doors."""

from tests.journeys.fixtures import running_signer, town

__all__ = ["running_signer", "town"]
