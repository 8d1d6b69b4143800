"""The fixtures around `world.World`, for the tests of cases and of documents."""

import shutil
import tempfile
import threading
import time as system_time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from loket.cases.actions.events import EVENTS
from loket.cases.actions.products import BUILDERS
from loket.core import clock
from loket.documents import queries
from loket.documents.signers import local
from loket.documents.signers.client import LocalSigner
from loket.documents.signers.process import serve
from tests.integration.cases.world import (
    INVENTED_BUILDERS,
    PASSPHRASE,
    SIGNER_IDS,
    STANDARDS,
    Time,
    World,
    at,
    write_into_the_book,
)

SECRET = b"instance secret of the tests, 32 bytes or more"


@pytest.fixture
def time() -> Iterator[Time]:
    moment = Time()
    with clock.use(moment):
        yield moment


@pytest.fixture
def world(db: None, time: Time, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The seed bank, published and staffed; its event and its papers known to the engine."""
    settings.STANDARDS_DIR = STANDARDS
    queries.template.cache_clear()
    monkeypatch.setitem(EVENTS, "birth", write_into_the_book)
    for kind, build in INVENTED_BUILDERS.items():
        monkeypatch.setitem(BUILDERS, kind, build)
    yield World(time)
    queries.template.cache_clear()


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA and a key for each official who signs, valid all through 2026 and 2027."""
    directory = tmp_path_factory.mktemp("signing") / "keys"
    with clock.use(at("2026-01-05 09:00")):
        local.ensure_ca(directory, SECRET)
        for name, number in SIGNER_IDS.items():
            office = "9912" if name == "kepala-kebun" else "9911"
            local.create_signer_key(
                directory, SECRET, f"{office}-{number}", name, office, PASSPHRASE, algorithm="ecdsa-p256"
            )
    return directory


class SignerThread:
    """A real signer, in a thread, that can be stopped and started again; a restart forgets every session."""

    def __init__(self, socket_path: Path, keys_dir: Path) -> None:
        self.socket_path, self._keys_dir = socket_path, keys_dir
        self.start()

    def start(self) -> None:
        self._stop = threading.Event()
        arguments = {"clock": lambda: at("2026-08-03 09:00"), "stop": self._stop}
        self._thread = threading.Thread(
            target=serve, args=(self.socket_path, self._keys_dir), kwargs=arguments
        )
        self._thread.start()
        wait_until(LocalSigner(self.socket_path).reachable)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()

    def restart(self) -> None:
        self.stop()
        self.start()


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = system_time.monotonic() + seconds
    while not condition():
        assert system_time.monotonic() < deadline, "waited in vain"
        system_time.sleep(0.01)


@pytest.fixture(scope="session")
def running_signer(signing_keys: Path) -> Iterator[SignerThread]:
    directory = Path(tempfile.mkdtemp(prefix="loket-"))
    running = SignerThread(directory / "signer.sock", signing_keys)
    yield running
    running.stop()
    shutil.rmtree(directory)


@pytest.fixture
def signer(
    world: World, running_signer: SignerThread, signing_keys: Path, settings: Any
) -> Iterator[SignerThread]:
    """The signer that the settings of this test name."""
    settings.KEYS_DIR, settings.SIGNER_SOCKET = signing_keys, str(running_signer.socket_path)
    queries.signer.cache_clear()
    yield running_signer
    queries.signer.cache_clear()
