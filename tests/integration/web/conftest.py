"""The town of the journeys, for the doors."""

from tests.journeys.fixtures import regency, running_signer, town, travellers

__all__ = ["regency", "running_signer", "town", "travellers"]
