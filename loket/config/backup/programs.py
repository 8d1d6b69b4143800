"""pg_dump and pg_restore: which ones, and how they reach the database. Passwords go by the environment
only."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from loket.config import embedded
from loket.core.errors import LoketError

BLOCK = 1024 * 1024
# Sessions are not revived: whoever was signed in signs in again.
LEFT_OUT = ("django_session",)


class NoProgram(LoketError):
    """Program pg_dump dan pg_restore untuk versi PostgreSQL ini tidak ditemukan. Pasang klien PostgreSQL
    versi yang sama dengan servernya."""


class ProgramFailed(LoketError):
    """Program PostgreSQL gagal."""


def _major(program: Path) -> int:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 (PostgreSQL's own)
    found = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(found[1]) if found else 0


def server_major(conninfo: str) -> int:
    """The major version of the server."""
    with psycopg.connect(conninfo) as connection:
        return connection.info.server_version // 10000


def find(name: str, major: int) -> Path:
    """A program of the server's own version, else one of the wheel where that is newer. Raises NoProgram."""
    on_path = shutil.which(name)
    candidates = [Path(on_path)] if on_path else []
    with suppress(embedded.EmbeddedPostgresError):
        candidates.append(embedded.installation() / "bin" / name)
    versions = {path: _major(path) for path in candidates if path.exists()}
    for path, found in versions.items():
        if found == major:
            return path
    newer = [path for path, found in versions.items() if found > major]
    if name == "pg_dump" and newer:
        return newer[0]
    raise NoProgram()


def _address(conninfo: str) -> tuple[str, dict[str, str]]:
    """The connection without its password, and the environment that carries it."""
    parts = conninfo_to_dict(conninfo)
    password = parts.pop("password", None)
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return make_conninfo("", **parts), keep | ({"PGPASSWORD": str(password)} if password else {})


def dump(conninfo: str, snapshot: str) -> Iterator[bytes]:
    """The database as pg_dump's custom format, as of an exported snapshot. Raises ProgramFailed."""
    address, environment = _address(conninfo)
    program = find("pg_dump", server_major(conninfo))
    words = ["--format=custom", "--compress=6", "--no-owner", "--no-acl", f"--snapshot={snapshot}"]
    words += [f"--exclude-table-data={table}" for table in LEFT_OUT]
    with tempfile.TemporaryFile() as said:
        command = [str(program), *words, f"--dbname={address}"]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=environment)  # noqa: S603 (PostgreSQL's own)
        try:
            while block := _pipe(child.stdout).read(BLOCK):
                yield block
        finally:
            _pipe(child.stdout).close()
            code = child.wait()
        if code:
            raise ProgramFailed(f"pg_dump gagal: {_last_line(said)}")


def restore(conninfo: str, blocks: Iterable[bytes]) -> None:
    """Restore a dump into an empty database, all or nothing. Raises ProgramFailed."""
    address, environment = _address(conninfo)
    program = find("pg_restore", server_major(conninfo))
    words = ["--no-owner", "--no-acl", "--exit-on-error", "--single-transaction"]
    with tempfile.TemporaryFile() as said:
        command = [str(program), *words, f"--dbname={address}"]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said, env=environment)  # noqa: S603 (PostgreSQL's own)
        try:
            with suppress(BrokenPipeError):  # it says itself why it ended
                for block in blocks:
                    _pipe(child.stdin).write(block)
        except BaseException:
            child.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                _pipe(child.stdin).close()
            code = child.wait()
        if code:
            raise ProgramFailed(f"pg_restore gagal: {_last_line(said)}")


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    """The end of a pipe that `Popen` was asked for."""
    if end is None:
        raise RuntimeError("started without a pipe")
    return end


def _last_line(said: IO[bytes]) -> str:
    """The program's own sentence; its DETAIL and CONTEXT lines could carry data of people."""
    said.seek(0)
    lines = said.read().decode(errors="replace").splitlines()
    errors = [line for line in lines if "error:" in line]
    return errors[0] if errors else "tanpa keterangan"
