"""The invented seed bank for the tests of cases."""

from tests.integration.cases.fixtures import (
    _emptying_allowed,
    emptying,
    running_signer,
    signer,
    signing_keys,
    time,
    world,
)

__all__ = ["_emptying_allowed", "emptying", "running_signer", "signer", "signing_keys", "time", "world"]
