"""A signer process with real keys, in directories short enough for a socket."""

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typst

from loket.documents.signers import local
from loket.documents.signers.client import LocalSigner
from loket.documents.signers.process import serve

SECRET = b"instance secret of the tests, 32 bytes or more"
PASSPHRASE = "kata sandi TTE yang panjang"
SESSION = "sesi-yang-tidak-dapat-ditebak"
START = "from pathlib import Path; import sys; from loket.documents.signers.process import serve; "
START += "serve(Path(sys.argv[1]), Path(sys.argv[2]))"


@pytest.fixture(scope="session")
def pdf() -> bytes:
    source = b'#set document(title: "Uji", date: datetime(year: 2026, month: 1, day: 2))\n= Uji'
    return typst.compile(source, format="pdf", pdf_standards=["a-2b"])


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("signing") / "keys"
    local.ensure_ca(directory, SECRET)
    for signer_id in ("kadis", "kabid"):
        local.create_signer_key(directory, SECRET, signer_id, signer_id, "Dinas", PASSPHRASE)
    return directory


@pytest.fixture
def socket_path() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="loket-"))
    yield directory / "signer.sock"
    shutil.rmtree(directory)


class Running:
    """A signer process of its own, as in production."""

    def __init__(self, socket_path: Path, keys_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, str(socket_path), str(keys_dir)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.client = LocalSigner(socket_path)
        wait_until(self.client.reachable)

    def end(self, *, kill: bool = False) -> bytes:
        """Stop it; what it wrote to its standard output and error."""
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        return self.process.communicate(timeout=30)[0]


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def start(socket_path: Path, keys_dir: Path) -> Iterator[Callable[[], Running]]:
    started: list[Running] = []

    def run() -> Running:
        started.append(Running(socket_path, keys_dir))
        return started[-1]

    yield run
    for each in started:
        if each.process.poll() is None:
            each.end(kill=True)


class Clocks:
    """The two clocks of a signer that runs in a thread of the test: both can be moved by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self.seconds = 1000.0

    def pass_minutes(self, minutes: float) -> None:
        self.seconds += 60 * minutes


@pytest.fixture
def clocks(socket_path: Path, keys_dir: Path) -> Iterator[Clocks]:
    clocks, stop = Clocks(), threading.Event()
    thread = threading.Thread(
        target=serve,
        args=(socket_path, keys_dir),
        kwargs={"clock": lambda: clocks.now, "elapsed": lambda: clocks.seconds, "stop": stop},
    )
    thread.start()
    wait_until(LocalSigner(socket_path).reachable)
    yield clocks
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert not socket_path.exists()


@pytest.fixture
def client(clocks: Clocks, socket_path: Path) -> LocalSigner:
    return LocalSigner(socket_path)


@pytest.fixture
def sign(pdf: bytes) -> Callable[..., bytes]:
    def signed(client: LocalSigner, signer_id: str = "kadis", session: str = SESSION, **more) -> bytes:
        return client.sign(
            signer_id,
            session,
            more.get("pdf", pdf),
            field_name="TTE",
            reason="Uji",
            location="Bintan",
            signing_time=datetime.now(UTC),
        )

    return signed
