"""A throw-away installation around temporary databases: directories, mailbox, environment, signer process.

Nothing here needs Django: the environment must be set before the settings are read.
"""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import FrameType

from loket.config.mailbox import running
from loket.config.parenthood import die_with_parent
from loket.core.errors import LoketError
from loket.documents.signers.client import LocalSigner

PREFIX = "loket-skenario-"
SIGNER_SECONDS = 60
# Of the real installation's settings only these, and STANDARDS_DIR, go over into the throw-away one.
_KEPT = {"LOKET_LOG_LEVEL"}


class NoSigner(LoketError):
    """Proses penanda tangan sementara tidak dapat dijalankan."""


@contextmanager
def directory() -> Iterator[Path]:
    """A directory of this run's own; removed at the end, or by the next run where this one is killed."""
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        _remove_stale(old)
    path = Path(tempfile.mkdtemp(prefix=PREFIX))
    with (path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)


def _remove_stale(path: Path) -> None:
    # No lock file yet: another run is just starting. Somebody else's: not ours to remove.
    with suppress(OSError), (path / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def environment(place: Path, database: str) -> Iterator[None]:
    """Within the block the settings are those of a new demo installation in `place`, on `database`.

    Mail goes to a mailbox in `place`; no setting of the real installation but its standards is taken over.
    """
    data = place / "data"
    data.mkdir(mode=0o700)
    before = dict(os.environ)
    with ExitStack() as stack:
        port = stack.enter_context(running(data / "mailbox"))
        stack.callback(_restore, before)
        for name in [name for name in os.environ if name.startswith("LOKET_") and name not in _KEPT]:
            del os.environ[name]
        os.environ |= {
            "DATABASE_URL": database,
            "DATA_DIR": str(data),
            "LOKET_MODE": "demo",
            "LOKET_SECRET_KEY": secrets.token_urlsafe(48),
            "LOKET_SIGNER": "local",
            "LOKET_SIGNER_SOCKET": str(place / "run" / "signer.sock"),
            "LOKET_SIAK_ROOTS": str(data / "siak.pem"),
            "LOKET_SMTP_HOST": "127.0.0.1",
            "LOKET_SMTP_PORT": str(port),
        }
        yield


def _restore(before: dict[str, str]) -> None:
    os.environ.clear()
    os.environ |= before


class SignerProcess:
    """The real signer in a process of its own, for which it is always `moment`; started when it is needed."""

    def __init__(self, socket_path: Path, keys_dir: Path, moment: datetime) -> None:
        self._command = [sys.executable, "-m", "loket.config.scenario.signing"]
        self._command += [str(socket_path), str(keys_dir), moment.isoformat()]
        self._process: subprocess.Popen[bytes] | None = None
        self._client = LocalSigner(socket_path)

    def need(self) -> None:
        """Start it, unless it runs, and return once it answers. Raises NoSigner."""
        if self._process is None:
            # In a session of its own, so that Ctrl-C reaches only the run, which then ends it.
            self._process = subprocess.Popen(  # noqa: S603 (own program)
                self._command, start_new_session=True, preexec_fn=die_with_parent
            )
        deadline = time.monotonic() + SIGNER_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._client.reachable():
                return
            time.sleep(0.05)
        raise NoSigner()

    def end(self) -> None:
        """Stop it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Within the block SIGTERM and SIGHUP end the run like Ctrl-C, so that everything is cleaned up."""

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
