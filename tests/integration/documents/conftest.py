"""The invented seed bank for the tests of documents, and somebody who meddles with its signer."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loket.documents import queries
from tests.integration.cases.fixtures import (
    SignerThread,
    running_signer,
    signer,
    signing_keys,
    time,
    world,
)
from tests.integration.documents.meddling import Meddler

__all__ = ["running_signer", "signer", "signing_keys", "time", "world"]


@pytest.fixture
def meddler(signer: SignerThread, settings: Any) -> Iterator[Meddler]:
    """Stands between the settings of this test and the real signer."""
    directory = Path(tempfile.mkdtemp(prefix="loket-"))
    settings.SIGNER_SOCKET = str(directory / "meddler.sock")
    queries.signer.cache_clear()
    between = Meddler(directory / "meddler.sock", signer.socket_path)
    yield between
    between.close()
    queries.signer.cache_clear()
    shutil.rmtree(directory)
