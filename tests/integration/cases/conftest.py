"""The invented seed bank for the tests of cases."""

from tests.integration.cases.fixtures import (
    running_signer,
    signer,
    signing_keys,
    time,
    world,
)

__all__ = ["running_signer", "signer", "signing_keys", "time", "world"]
