"""Making, starting, stopping and removing the cluster."""

import contextlib
import fcntl
import os
import secrets
import shlex
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from loket.config.embedded.places import (
    MAJOR,
    PORT,
    EmbeddedPostgresError,
    Server,
    execute,
    home,
    locate,
    owner_of,
    remembered_home,
)

PATIENCE = 300  # seconds; after a power cut the server replays its log before it answers

# Written to postgresql.conf when the cluster is made; what an operator changes there stays changed. The log
# is one file per weekday, and without statements or DETAIL lines: those carry NIKs and names.
SETTINGS = """
    listen_addresses= max_connections=60 timezone=UTC log_timezone=UTC jit=off random_page_cost=1.1
    shared_buffers=256MB effective_cache_size=1GB work_mem=8MB maintenance_work_mem=128MB
    logging_collector=on log_filename=postgresql-%a.log log_truncate_on_rotation=on log_rotation_age=1d
    log_rotation_size=0 log_min_error_statement=panic log_error_verbosity=terse
""".split()
DURABLE = "fsync=on full_page_writes=on synchronous_commit=on".split()
NOT_DURABLE = "fsync=off full_page_writes=off synchronous_commit=off".split()

# The role of the application is no superuser, as it would not be one in production.
DATABASE_SQL = r"""
SELECT 'CREATE ROLE loket LOGIN CREATEDB'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'loket') \gexec
SELECT 'CREATE DATABASE loket OWNER loket'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'loket') \gexec
"""


@dataclass(frozen=True)
class Cluster:
    """A running cluster. `started_here` is False where the server ran already (another `loket` process)."""

    data_dir: Path
    directory: Path
    url: str
    started_here: bool


def start(data_dir: Path, *, progress: Callable[[str], None] = lambda _: None, fast: bool = False) -> Cluster:
    """Start the cluster of `data_dir`, made at the first call, or join it where it runs already.

    `fast` makes a throw-away cluster that a power cut may destroy; a cluster that exists keeps its settings,
    so that real data never loses its durability by a flag. Raises EmbeddedPostgresError.
    """
    data_dir = Path(data_dir).resolve()
    if set('"$`\\\n') & set(str(data_dir)):  # pg_ctl hands it to a shell
        raise EmbeddedPostgresError(f'The data directory {data_dir} may not have ", $, ` or \\ in its path.')
    data_dir.mkdir(parents=True, exist_ok=True)
    with locked(data_dir):
        server = locate(data_dir, home(data_dir, progress))
        if not server.pgdata.exists():
            progress("Making the PostgreSQL cluster")
            _make(server, fast)
        _check_version(server)
        started = not _answers(server)
        try:
            if started:
                progress("Starting PostgreSQL")
                _launch(server)
            _make_database(server)
        except BaseException:  # also Ctrl-C: nobody holds a Cluster yet with which to stop the server
            if started:
                _halt(server)
            raise
    # The port is named because libpq would otherwise take it from PGPORT.
    url = f"postgresql:///loket?host={quote(str(server.socket_dir), safe='')}&port={PORT}&user=loket"
    return Cluster(data_dir=data_dir, directory=server.directory, url=url, started_here=started)


def stop(where: Cluster | Path) -> bool:
    """Shut the server down (fast: open transactions roll back). False where none was running."""
    data_dir = where.data_dir if isinstance(where, Cluster) else Path(where).resolve()
    if not data_dir.is_dir():
        return False
    with locked(data_dir):
        return stop_locked(data_dir)


def stop_locked(data_dir: Path) -> bool:
    """The same for whoever holds `locked(data_dir)` already."""
    directory = remembered_home(data_dir)
    return directory.is_dir() and _halt(locate(data_dir, directory))


def status(data_dir: Path) -> Literal["absent", "stopped", "running"]:
    """Whether the cluster of `data_dir` exists and runs."""
    directory = remembered_home(Path(data_dir).resolve())
    if not directory.is_dir():
        return "absent"
    owner_of(directory)
    if _postmaster(directory / "data"):
        return "running"
    return "stopped" if (directory / "data").exists() else "absent"


def destroy(data_dir: Path) -> None:
    """Stop the cluster of `data_dir` and remove it with all its data. The rest of `data_dir` stays."""
    data_dir = Path(data_dir).resolve()
    if not data_dir.is_dir():
        return
    with locked(data_dir) as lock:
        directory = remembered_home(data_dir)
        if directory.is_dir():
            server = locate(data_dir, directory)
            _halt(server)
            shutil.rmtree(server.socket_dir, ignore_errors=True)
            shutil.rmtree(directory)
        (data_dir / "postgres.json").unlink(missing_ok=True)
        lock.unlink()


@contextlib.contextmanager
def locked(data_dir: Path) -> Iterator[Path]:
    """Let one process (and thread) at a time start, stop or remove the cluster."""
    path = data_dir / "postgres.lock"
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            # While we waited `destroy` may have removed the file; a lock on it would keep nobody out.
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                yield path
                return
        finally:
            os.close(handle)


def _make(server: Server, fast: bool) -> None:
    """Run initdb. The directory gets its name `data` at the end: anything else was interrupted.

    Each attempt has a name of its own, because an initdb whose Loket was killed runs on for a moment.
    """
    for leftover in server.directory.glob("*.partial"):
        shutil.rmtree(leftover, ignore_errors=True)
    partial = server.directory / f"data.{secrets.token_hex(4)}.partial"
    settings = [f"--set={setting}" for setting in SETTINGS + (NOT_DURABLE if fast else DURABLE)]
    # C.UTF-8 is built into PostgreSQL: no update of the operating system can change the order of an index.
    locale = "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8".split()
    # Who is in the private socket directory is trusted; a network port, if anybody opens one, asks passwords.
    access = "--username=postgres --auth-local=trust --auth-host=scram-sha-256".split()
    sync = ["--no-sync"] if fast else []
    made = server.run("initdb", "-D", partial, "--data-checksums", *locale, *access, *settings, *sync)
    if made.returncode != 0:
        raise _failure(server, "The PostgreSQL cluster could not be made.", made.stderr)
    partial.rename(server.pgdata)


def _check_version(server: Server) -> None:
    found = (server.pgdata / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        raise EmbeddedPostgresError(
            f"The database in {server.directory} was made by PostgreSQL {found}; this Loket brings {MAJOR}. "
            f"Dump it (pg_dump) with the Loket that made it, move {server.directory} away, start and restore."
        )


def _postmaster(pgdata: Path) -> int | None:
    """The pid of the running server of this cluster.

    After a kill or a reboot the pid in the file may be that of any process, so it counts only for a
    `postgres` that works in this directory.
    """
    try:
        pid = int((pgdata / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    if not Path("/proc/self").exists():  # macOS
        words = execute("ps", "-ww", "-o", "args=", "-p", pid, owner=None).stdout
        return pid if f"-D {pgdata}" in words else None
    process = Path("/proc") / str(pid)
    try:
        ours = (process / "comm").read_text() == "postgres\n" and (process / "cwd").samefile(pgdata)
    except OSError:
        return None
    return pid if ours else None


def _answers(server: Server) -> bool:
    """Whether the server accepts connections, once it has finished starting up or shutting down."""
    socket = server.socket_dir / f".s.PGSQL.{PORT}"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        code = server.run("pg_isready", "-h", server.socket_dir, "-p", PORT).returncode
        if code == 0:
            return True
        # 1: refuses for now. 2: nobody there, or too busy to answer in three seconds.
        if code != 1 and not (socket.exists() and _postmaster(server.pgdata)):
            return False
        time.sleep(0.1)
    raise _failure(server, f"PostgreSQL has accepted no connection for {PATIENCE} seconds.")


def _launch(server: Server) -> None:
    """Start the server where `_answers` found none."""
    _halt(server)  # one whose socket is gone (/tmp was cleaned) is of no use to anybody
    # No server runs, so these are stale, and a pid that another process has by now would bar the way. What
    # is left of a killed server still bars it: PostgreSQL knows that by the cluster's shared memory.
    socket, log = server.socket_dir / f".s.PGSQL.{PORT}", server.directory / "startup.log"
    for stale in (socket, Path(f"{socket}.lock"), server.pgdata / "postmaster.pid", log):
        stale.unlink(missing_ok=True)
    options = f"-p {PORT} -k {shlex.quote(str(server.socket_dir))}"
    for _ in range(20):
        words = ("start", "-w", "-t", PATIENCE, "-D", server.pgdata, "-l", log, "-o", options)
        if server.run("pg_ctl", *words).returncode == 0:
            return
        if "shared memory block" not in _last_lines(server):
            break
        time.sleep(0.5)
    raise _failure(server, f"PostgreSQL did not start in {server.directory}.")


def _halt(server: Server) -> bool:
    """Stop the server. False where none was running."""
    if not _postmaster(server.pgdata):
        return False
    done = server.run("pg_ctl", "stop", "-m", "fast", "-w", "-t", PATIENCE, "-D", server.pgdata)
    if done.returncode != 0:
        raise _failure(server, f"PostgreSQL in {server.directory} did not stop.", done.stderr)
    return True


def _make_database(server: Server) -> None:
    address = ("-h", server.socket_dir, "-p", PORT, "-U", "postgres", "-d", "postgres")
    done = server.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *address, text=DATABASE_SQL)
    if done.returncode != 0:
        raise _failure(server, "The database `loket` could not be made.", done.stderr)


def _last_lines(server: Server) -> str:
    """The end of the log that was written last."""
    logs = [server.directory / "startup.log", *(server.pgdata / "log").glob("*.log")]
    newest = max((log for log in logs if log.is_file()), key=lambda log: log.stat().st_mtime, default=None)
    return "\n".join(newest.read_text(errors="replace").splitlines()[-15:]) if newest else ""


def _failure(server: Server, sentence: str, said: str = "") -> EmbeddedPostgresError:
    parts = [sentence, said.strip(), _last_lines(server)]
    return EmbeddedPostgresError("\n".join(part for part in parts if part))
