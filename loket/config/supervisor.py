"""`loket run`: everything an office needs on one machine, started in order and stopped in order."""

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from loket.config import embedded
from loket.config.mailbox import running
from loket.config.parenthood import SUPERVISED, die_with_parent
from loket.config.start import say, setup

STOP_SECONDS = 25
RESTART_PAUSE = 2.0
LOOPBACK = "127.0.0.1"


def prepare(data_dir: Path) -> None:
    """Migrations, standards, holidays, areas and, in demo mode, demo data. Safe to repeat."""
    from loket.config import preparation  # noqa: PLC0415 (needs the settings)

    preparation.prepare(say)


class AlreadyRunning(RuntimeError):
    """What keeps a second Loket from starting: the data directory or the port is in use."""


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data directory; the lock ends with the process, however it ends. Raises AlreadyRunning."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "loket.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            running = file.read().strip() or "unknown"
            raise AlreadyRunning(f"Loket already runs on {data_dir} (process {running}).") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _port() -> int:
    """The port by the environment. Ends with a sentence where it cannot be one."""
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SystemExit(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def _require_free(port: int) -> None:
    """Raises AlreadyRunning where somebody listens on the port: two servers would share its visitors."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise AlreadyRunning(
                f"Port {port} is taken ({error.strerror}). Set PORT to another one."
            ) from error


def _keep_database(data_dir: Path) -> None:
    """Start the embedded PostgreSQL again where it has ended; the web and the worker wait for it."""
    if embedded.status(data_dir) == "running":
        return
    say("PostgreSQL ended; starting it again.")
    try:
        embedded.start(data_dir, progress=say)
    except embedded.EmbeddedPostgresError as error:
        say(str(error))
        time.sleep(RESTART_PAUSE)


class Processes:
    """The child processes, restarted when they end by themselves."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, list[str]] = {}

    def start(self, name: str, *arguments: str) -> None:
        """Start `loket <arguments>` in a session of its own, so that Ctrl-C reaches only the supervisor."""
        self._commands[name] = [sys.executable, "-m", "loket", *arguments]
        self._children[name] = self._spawn(self._commands[name])

    @staticmethod
    def _spawn(command: Sequence[str]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 (own program)
            command, start_new_session=True, env={**os.environ, SUPERVISED: "1"}, preexec_fn=die_with_parent
        )

    def watch(self, keep: Callable[[], None] | None = None) -> None:
        """Wait for the end; start again what ended unasked. `keep` does the same for the database."""
        while not self.stopping.wait(0.5):
            if keep:
                keep()
            for name, child in list(self._children.items()):
                if child.poll() is None or self.stopping.is_set():
                    continue
                say(f"{name} ended with code {child.returncode}; starting it again.")
                time.sleep(RESTART_PAUSE)
                self._children[name] = self._spawn(self._commands[name])

    def stop(self) -> None:
        """End the children: web first so that nothing new comes in, the signer last."""
        self.stopping.set()
        for name, child in self._children.items():
            if child.poll() is None:
                child.terminate()
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                say(f"{name} does not end; killing it.")
                child.kill()
                child.wait()


def _socket_path(data_dir: Path) -> str:
    """Where the signer listens: in the data directory, or under /tmp where that path is too long."""
    path = data_dir / "run" / "signer.sock"
    if len(str(path).encode()) <= 100:
        return str(path)
    return f"/tmp/loket-{secrets.token_hex(6)}/signer.sock"  # noqa: S108 (a private directory of its own)


def run_all(data_dir: Path, *, once: bool, quiet: bool = False) -> None:
    """Start all, wait for Ctrl-C or SIGTERM, stop all."""
    with ExitStack() as stack:
        stack.enter_context(only_one(data_dir))
        if not once:
            _require_free(_port())
        database: Callable[[], None] | None = None  # somebody else looks after that of DATABASE_URL
        if not os.environ.get("DATABASE_URL"):
            cluster = stack.enter_context(embedded.using(data_dir, progress=say))
            os.environ["DATABASE_URL"] = cluster.url
            database = partial(_keep_database, data_dir)
        os.environ.setdefault("LOKET_SIGNER_SOCKET", _socket_path(data_dir))
        setup()
        from django.conf import settings  # noqa: PLC0415 (settings exist only now)

        from loket.config.production import require_ready  # noqa: PLC0415 (needs the settings)

        require_ready()
        if settings.DEMO and "LOKET_SMTP_HOST" not in os.environ:
            os.environ["LOKET_SMTP_HOST"] = LOOPBACK
            os.environ["LOKET_SMTP_PORT"] = str(stack.enter_context(running(data_dir / "mailbox")))
        prepare(data_dir)
        if once:
            _print_summary(settings.BASE_URL, quiet=quiet)
            return
        processes = Processes()
        stack.callback(processes.stop)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: processes.stopping.set())
        processes.start("web", "serve")
        processes.start("worker", "worker")
        processes.start("signer", "signer")
        _announce(settings.PORT, processes, quiet=quiet)
        processes.watch(database)
        say("Stopping...")


def _print_summary(base: str, *, quiet: bool) -> None:
    from loket.config.preparation import summary  # noqa: PLC0415 (needs the settings)

    for line in [] if quiet else summary(base):
        say(line)


def _answers(port: int, host: str) -> bool:
    """Whether a page comes when asked as the proxy in front would: an allowed name, and TLS already ended."""
    connection = HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/v/", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _announce(port: int, processes: Processes, *, quiet: bool) -> None:
    """Wait until the web answers, then print where everything is."""
    from django.conf import settings  # noqa: PLC0415 (settings exist only now)

    for _ in range(200):
        if processes.stopping.wait(0.1):
            return
        if _answers(port, settings.ALLOWED_HOSTS[0]):
            _print_summary(settings.BASE_URL, quiet=quiet)
            say("Ctrl-C stops everything.")
            return
    say(f"The web does not answer on port {port}. Is the port taken? Set PORT to another one.")
