"""`loket run`: everything an office needs on one machine, started in order and stopped in order."""

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from loket.config import embedded
from loket.config.mailbox import running
from loket.config.start import say, setup

STOP_SECONDS = 25
RESTART_PAUSE = 2.0
LOOPBACK = "127.0.0.1"


def prepare(data_dir: Path) -> None:
    """Migrations, standards, holidays, areas and, in demo mode, demo data. Safe to repeat."""
    from loket.config import preparation  # noqa: PLC0415 (needs the settings)

    preparation.prepare(say)


class Processes:
    """The child processes, restarted when they end by themselves."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str) -> None:
        """Start `loket <arguments>` in a session of its own, so that Ctrl-C reaches only the supervisor."""
        command = [sys.executable, "-m", "loket", *arguments]
        self._children[name] = subprocess.Popen(command, start_new_session=True)  # noqa: S603 (own program)

    def watch(self) -> None:
        """Wait for the end; start again what ended unasked."""
        while not self.stopping.wait(0.5):
            for name, child in list(self._children.items()):
                if child.poll() is None or self.stopping.is_set():
                    continue
                say(f"{name} ended with code {child.returncode}; starting it again.")
                time.sleep(RESTART_PAUSE)
                self._children[name] = subprocess.Popen(  # noqa: S603 (own program)
                    child.args,
                    start_new_session=True,
                )

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
        if not os.environ.get("DATABASE_URL"):
            cluster = embedded.start(data_dir, progress=say)
            os.environ["DATABASE_URL"] = cluster.url
            if cluster.started_here:
                stack.callback(embedded.stop, cluster)
        os.environ.setdefault("LOKET_SIGNER_SOCKET", _socket_path(data_dir))
        setup()
        from django.conf import settings  # noqa: PLC0415 (settings exist only now)

        if settings.DEMO and "LOKET_SMTP_HOST" not in os.environ:
            os.environ["LOKET_SMTP_HOST"] = LOOPBACK
            os.environ["LOKET_SMTP_PORT"] = str(stack.enter_context(running(data_dir / "mailbox")))
        prepare(data_dir)
        if once:
            _print_summary(settings.BASE_URL, quiet=quiet)
            return
        processes = Processes()
        stack.callback(processes.stop)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: processes.stopping.set())
        processes.start("web", "serve")
        processes.start("worker", "worker")
        processes.start("signer", "signer")
        _announce(settings.PORT, processes, quiet=quiet)
        processes.watch()
        say("Stopping...")


def _print_summary(base: str, *, quiet: bool) -> None:
    from loket.config.preparation import summary  # noqa: PLC0415 (needs the settings)

    for line in [] if quiet else summary(base):
        say(line)


def _announce(port: int, processes: Processes, *, quiet: bool) -> None:
    """Wait until the web answers, then print where everything is."""
    import httpx  # noqa: PLC0415 (only the demo and this use it)
    from django.conf import settings  # noqa: PLC0415 (settings exist only now)

    # As the proxy in front would ask: an allowed name, and TLS already ended.
    headers = {"Host": settings.ALLOWED_HOSTS[0], "X-Forwarded-Proto": "https"}
    for _ in range(200):
        if processes.stopping.wait(0.1):
            return
        try:
            answer = httpx.get(f"http://{LOOPBACK}:{port}/v/", headers=headers)
        except httpx.TransportError:
            continue
        if answer.status_code == httpx.codes.OK:
            _print_summary(settings.BASE_URL, quiet=quiet)
            say("Ctrl-C stops everything.")
            return
    say(f"The web does not answer on port {port}. Is the port taken? Set PORT to another one.")
