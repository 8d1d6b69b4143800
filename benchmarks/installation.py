"""A real installation in a directory of its own: `loket run` with its own durable PostgreSQL, on loopback."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import httpx
import psycopg

from benchmarks.figures import say
from loket.config import embedded
from loket.config.embedded.places import remembered_home

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 120
STOP_SECONDS = 60
SERVERS = ("serve", "worker", "signer")


class DidNotStart(RuntimeError):
    """`loket run` ended, or did not answer in time."""


def free_port() -> int:
    """A port of loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """A data directory and the `loket run` that works on it. Durable: fsync and synchronous_commit on."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        """`environment` is added to that of the processes."""
        self.data_dir = data_dir
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        unwanted = {"DATABASE_URL", "LOKET_SECRET_KEY", "LOKET_SIGNER_SOCKET", "DJANGO_ALLOW_ASYNC_UNSAFE"}
        inherited = {name: value for name, value in os.environ.items() if name not in unwanted}
        self.environment = inherited | {
            "DATA_DIR": str(data_dir),
            "PORT": str(self.port),
            "LOKET_MODE": "demo",
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What the processes said."""
        return self.data_dir / "run.log"

    def prepare(self) -> None:
        """Make the schema and the demo data, without leaving a server behind."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "loket", "run", "--once", "--quiet"]
            subprocess.run(command, env=self.environment, cwd=ROOT, stderr=log, stdout=log, check=True)

    def start(self) -> float:
        """Start everything; gives the seconds until the first page. Raises DidNotStart."""
        begun = time.monotonic()
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "loket", "run", "--quiet"]
            self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT, stderr=log, stdout=log)
        while time.monotonic() - begun < START_SECONDS:
            if self.process.poll() is not None:
                raise DidNotStart(self.log.read_text()[-2000:])
            if self.answers():
                return time.monotonic() - begun
            time.sleep(0.02)
        raise DidNotStart(f"no page within {START_SECONDS} s\n{self.log.read_text()[-2000:]}")

    def answers(self) -> bool:
        """Whether the first page comes."""
        try:
            return httpx.get(f"{self.base}/", timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        """End everything in order."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def pids(self) -> dict[str, list[int]]:
        """The running processes by name: `run`, `serve` with its workers, `worker`, `signer`, `postgres`."""
        found: dict[str, list[int]] = {"run": [self.process.pid] if self.process else []}
        children = family()
        for name in SERVERS:
            tops = (
                [pid for pid in children.get(self.process.pid, []) if name in words(pid)]
                if self.process
                else []
            )
            found[name] = [pid for top in tops for pid in (top, *_descendants(top, children))]
        postmaster = self.postmaster()
        found["postgres"] = [postmaster, *_descendants(postmaster, children)] if postmaster else []
        return found

    def postmaster(self) -> int | None:
        """The process of the database that starts all others."""
        file = remembered_home(self.data_dir) / "data" / "postmaster.pid"
        try:
            pid = int(file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if Path(f"/proc/{pid}").exists() else None

    @contextmanager
    def database(self, user: str = "loket") -> Iterator[psycopg.Connection]:
        """An autocommitting connection; starts the database where nothing runs, and stops it again."""
        cluster = embedded.start(self.data_dir)
        try:
            url = cluster.url.replace("user=loket", f"user={user}")
            with psycopg.connect(url, autocommit=True) as connection:
                yield connection
        finally:
            if cluster.started_here:
                embedded.stop(cluster)

    def use_django(self) -> None:
        """Let this process use the models. Once in a process; the database must run."""
        os.environ.update(self.environment, DATABASE_URL=self.url)
        from loket.config.start import setup

        setup()

    @cached_property
    def url(self) -> str:
        """Where the database listens, once it runs."""
        return embedded.start(self.data_dir).url

    def destroy(self) -> None:
        """End everything and remove the directory."""
        self.stop()
        embedded.destroy(self.data_dir)
        shutil.rmtree(self.data_dir, ignore_errors=True)


@contextmanager
def installation(name: str, **environment: str) -> Iterator[Installation]:
    """A prepared, not yet started installation in a temporary directory, removed at the end."""
    directory = Path(tempfile.mkdtemp(prefix=f"loket-{name}-"))
    directory.chmod(0o755)
    place = Installation(directory, **environment)
    try:
        say(f"{name}: preparing an installation in {directory}")
        place.prepare()
        yield place
    finally:
        place.destroy()


def family() -> dict[int, list[int]]:
    """The children of every process."""
    found: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        found.setdefault(parent, []).append(int(path.parent.name))
    return found


def words(pid: int) -> list[str]:
    """The command line of a process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def _descendants(pid: int, children: dict[int, list[int]]) -> list[int]:
    return [found for child in children.get(pid, []) for found in (child, *_descendants(child, children))]
