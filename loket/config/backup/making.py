"""`loket backup`: one consistent, encrypted, checked file while Loket runs."""

import fcntl
import hashlib
import importlib.metadata
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from loket.audit.actions import record
from loket.audit.queries import anchor_directories
from loket.config.backup import archive, programs, sealed
from loket.config.backup.keys import Recipient
from loket.core import clock
from loket.core.errors import LoketError

SUFFIX = ".lkb"
# Its age is that of the newest backup: `loket doctor` looks at it.
MARK = "last-backup"
PARTIAL = ".partial"
BLOCK = 1024 * 1024
# A compressed dump is smaller than the database on disk; measured about a fifth.
_DUMP_PER_DATABASE = 3
_COUNTED = {
    "cases": "cases_case",
    "documents": "documents_document",
    "residents": "register_resident",
    "families": "register_family",
    "civil_records": "register_civilrecord",
    "serials": "register_serial",
    "journal": "audit_entry",
}


class TooLittleSpace(LoketError):
    """Ruang di tempat cadangan tidak cukup. Cadangan tidak dibuat. Kosongkan ruang atau pilih tempat lain."""


class BackupRunning(LoketError):
    """Cadangan lain sedang dibuat di tempat ini. Tunggu sampai selesai."""


class BackupFailed(LoketError):
    """Cadangan gagal dibuat. Cadangan yang lama tidak berubah."""


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    path: Path
    size: int
    sha256: str
    manifest: dict[str, Any]
    removed: list[str]


def conninfo() -> str:
    """The address of the database that Django uses."""
    found = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}  # noqa: S105 (names)
    return make_conninfo("", **{ours: str(found[theirs]) for ours, theirs in names.items() if found[theirs]})


@contextmanager
def _snapshot(address: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A snapshot that pg_dump can share, and what the manifest tells of it."""
    with psycopg.connect(address) as held:
        held.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        (name,) = held.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        yield name, _facts(held)


def _facts(held: "psycopg.Connection[Any]") -> dict[str, Any]:
    def rows(statement: str) -> list[Any]:
        return held.execute(statement).fetchall()

    counts = {name: rows(f"SELECT count(*) FROM {table}")[0][0] for name, table in _COUNTED.items()}  # noqa: S608 (constants)
    heads = rows(
        "SELECT DISTINCT ON (office_code) office_code, seq, hash FROM audit_entry WHERE seq IS NOT NULL"
        " ORDER BY office_code, seq DESC"
    )
    migrations = rows("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
    return {
        "version": importlib.metadata.version("loket"),
        "server": held.info.server_version // 10000,
        "snapshot_at": clock.now().isoformat(),
        "counts": counts,
        "journal": {office or "pusat": [seq, digest] for office, seq, digest in heads},
        "migrations": dict(migrations),
        "mode": settings.MODE,
    }


def _files(root: Path) -> Iterator[Path]:
    """Every file below, in order, without those that are being written."""
    for folder, names, files in os.walk(root):
        names.sort()
        yield from (Path(folder) / name for name in sorted(files) if not name.startswith("."))


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _add_folder(out: archive.ArchiveWriter, prefix: str, root: Path) -> None:
    for path in _files(root):
        out.add(f"{prefix}/{path.relative_to(root).as_posix()}", _blocks(path))


def _require_space(folder: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (database,) = cursor.fetchone()
    files = sum(path.stat().st_size for path in _files(settings.FILES_DIR))
    wanted = files + database // _DUMP_PER_DATABASE
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise TooLittleSpace(
            f"{TooLittleSpace().message} Perlu {wanted >> 20} MB, tersedia {free >> 20} MB di {folder}."
        )


def _make_folder(folder: Path) -> None:
    """The folder, and that it can be written. Raises BackupFailed."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / ".lock").touch(mode=0o600)
    except OSError as error:
        raise BackupFailed(f"{BackupFailed().message} ({folder}: {error.strerror})") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupRunning() from error
        for leftover in folder.glob(f"*{PARTIAL}"):  # of a backup that was killed
            leftover.unlink()
        yield


def _write(file: BinaryIO, recipient: Recipient) -> tuple[bytes, dict[str, Any]]:
    """The whole archive; the database first, so that every file it names is there to be copied after it."""
    address = conninfo()
    made = {"made_at": clock.now().isoformat(), "format": 1}
    with _snapshot(address) as (snapshot, facts):
        sealing = sealed.Writer(file, recipient, made)
        out = archive.ArchiveWriter(sealing)
        out.add(archive.DATABASE, programs.dump(address, snapshot))
    _add_folder(out, "files", settings.FILES_DIR)
    _add_folder(out, "keys", settings.KEYS_DIR)
    if not settings.FILE_KEYS_DIR.is_relative_to(settings.KEYS_DIR):
        _add_folder(out, "keys/files", settings.FILE_KEYS_DIR)  # the place that a restore knows
    out.add(archive.SECRET, [settings.SECRET_KEY.encode()])
    for place, directory in enumerate(anchor_directories()):
        _add_folder(out, f"anchors/{place}", directory)
    manifest = made | facts
    out.finish(manifest)
    return sealing.payload_key, manifest


def make(
    *, folder: Path, recipient: Recipient, by: str, keep: int | None = None, say: Callable[[str], None]
) -> Made:
    """Write a backup into `folder`, read it again, give it its name, and remove all but the newest `keep`.

    Raises TooLittleSpace, BackupRunning, BackupFailed, and what pg_dump says.
    """
    _make_folder(folder)
    with _alone(folder):
        _require_space(folder)
        name = f"loket-{clock.now():%Y%m%dT%H%M%S%fZ}{SUFFIX}"
        partial = folder / (name + PARTIAL)
        try:
            payload_key = _written(partial, recipient)
            say("Checking what was written...")
            with partial.open("rb") as file:
                manifest = archive.check(sealed.Reader(file, sealed.known(payload_key)))
            digest, size = _digest(partial), partial.stat().st_size
            partial.rename(folder / name)
            _sync(folder)
        except (OSError, psycopg.Error) as error:
            raise BackupFailed(f"{BackupFailed().message} ({error.__class__.__name__}: {error})") from error
        finally:
            partial.unlink(missing_ok=True)
        removed = _prune(folder, keep) if keep else []
    (settings.DATA_DIR / MARK).touch(mode=0o600)
    record(
        action="backup.make",
        subject=f"backup:{name}",
        actor=by,
        details={"sha256": digest, "bytes": size, "removed": removed},
    )
    return Made(folder / name, size, digest, manifest, removed)


def _written(partial: Path, recipient: Recipient) -> bytes:
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        payload_key, _ = _write(file, recipient)
        file.flush()
        os.fsync(file.fileno())
    return payload_key


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def backups(folder: Path) -> list[Path]:
    """The finished backups of a folder, oldest first."""
    return sorted(folder.glob(f"loket-*{SUFFIX}"))


def age(folder: Path) -> float | None:
    """Seconds since the newest backup was finished, None where there is none."""
    found = backups(folder)
    return clock.now().timestamp() - found[-1].stat().st_mtime if found else None


def _prune(folder: Path, keep: int) -> list[str]:
    old = backups(folder)[:-keep]
    for path in old:
        path.unlink()
    return [path.name for path in old]


def moment(text: str) -> datetime:
    """A moment of the manifest."""
    return datetime.fromisoformat(text)
