"""The town of the journeys."""

from tests.journeys.fixtures import running_signer, town

__all__ = ["running_signer", "town"]
