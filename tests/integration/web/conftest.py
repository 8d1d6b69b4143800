"""The town of the journeys, for the doors."""

from tests.journeys.fixtures import regency, running_signer, town

__all__ = ["regency", "running_signer", "town"]
