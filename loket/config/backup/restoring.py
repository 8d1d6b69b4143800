"""`loket restore`, first half: from the file into an empty place, before Django reads any setting.

Everything is authenticated before anything is written. While it runs, `restore.incomplete` stands in the data
directory: Loket does not start there, and the same restore can be repeated.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

import psycopg

from loket.config.backup import archive, programs, sealed
from loket.config.backup.keys import Opener
from loket.core import clock
from loket.core.errors import LoketError

INCOMPLETE = "restore.incomplete"
# The anchors as the backup knew them; compared with those beside the data directory, then removed.
OLD_ANCHORS = "restored-anchors"
_FOLDERS = {"files": "files", "keys": "keys", "anchors": OLD_ANCHORS}


class TargetNotEmpty(LoketError):
    """Tempat tujuan tidak kosong. Pilih direktori data dan basis data yang kosong, atau gunakan --replace:
    kunci yang ada disingkirkan dan isi basis data dihapus."""


class OtherSecret(LoketError):
    """LOKET_SECRET_KEY berbeda dari kunci instalasi dalam cadangan. Hapus variabel itu atau isi dengan kunci
    yang lama."""


class RestoreIncomplete(LoketError):
    """Pemulihan di direktori data ini belum selesai. Ulangi `loket restore`, baru jalankan Loket."""


def read_manifest(path: Path, opener: Opener) -> dict[str, Any]:
    """Decrypt and check a whole backup. Raises WrongRecoveryKey, NotABackup, DamagedBackup."""
    with path.open("rb") as file:
        return archive.check(sealed.Reader(file, opener))


def _occupied(data_dir: Path) -> bool:
    return any((data_dir / name).is_dir() and any((data_dir / name).iterdir()) for name in ("files", "keys"))


def _tables(conninfo: str) -> int:
    with closing(psycopg.connect(conninfo)) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return int(found[0]) if found else 0


def require_target(data_dir: Path, *, replace: bool) -> None:
    """Raises TargetNotEmpty where files or keys are there that no restore of ours has left."""
    if _occupied(data_dir) and not replace and not (data_dir / INCOMPLETE).exists():
        raise TargetNotEmpty(f"{TargetNotEmpty().message} ({data_dir})")


def begin(data_dir: Path, *, replace: bool) -> bool:
    """Mark the data directory; returns whether an interrupted restore is repeated. Keys are moved aside."""
    repeated = (data_dir / INCOMPLETE).exists()
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o755)
    if replace and not repeated and (data_dir / "keys").exists():
        (data_dir / "keys").rename(data_dir / f"keys.before-{clock.now():%Y%m%dT%H%M%S}")
    (data_dir / INCOMPLETE).touch(mode=0o600)
    shutil.rmtree(data_dir / OLD_ANCHORS, ignore_errors=True)
    return repeated


def _empty(conninfo: str) -> None:
    with closing(psycopg.connect(conninfo, autocommit=True)) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def _place(data_dir: Path, name: str) -> Path:
    """Where a part belongs. Raises DamagedBackup for a name that leads anywhere else."""
    folder, *rest = PurePosixPath(name).parts
    if folder not in _FOLDERS or not rest or ".." in rest or "\\" in name:
        raise sealed.DamagedBackup()
    return data_dir.joinpath(_FOLDERS[folder], *rest)


def _make_private(data_dir: Path, folder: Path) -> None:
    """The folder and those above it up to the data directory, private each."""
    missing = []
    while folder != data_dir and not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(mode=0o700)


def _put(data_dir: Path, path: Path, blocks: Iterator[bytes]) -> None:
    _make_private(data_dir, path.parent)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for block in blocks:
                file.write(block)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _put_secret(data_dir: Path, secret: str) -> None:
    """Keep the installation's secret where the settings look for it, or compare it with the environment's."""
    given = os.environ.get("LOKET_SECRET_KEY")
    if given:
        if given != secret:
            raise OtherSecret()
        return
    _put(data_dir, data_dir / "keys" / "secret.key", iter([secret.encode()]))


def unpack(
    path: Path, opener: Opener, *, data_dir: Path, conninfo: str, replace: bool, say: Callable[[str], None]
) -> dict[str, Any]:
    """Put database, files, keys and the backup's anchors into place; returns the manifest.

    The caller has checked the whole file and marked the target. Raises TargetNotEmpty, OtherSecret,
    ProgramFailed.
    """
    if _tables(conninfo):
        if not replace:
            raise TargetNotEmpty()
        _empty(conninfo)
    with path.open("rb") as file:
        reader = archive.ArchiveReader(sealed.Reader(file, opener))
        for name, blocks in reader.parts():
            if name == archive.DATABASE:
                say("Restoring the database...")
                programs.restore(conninfo, blocks)
                say("Restoring files and keys...")
            elif name == archive.SECRET:
                _put_secret(data_dir, b"".join(blocks).decode())
            else:
                _put(data_dir, _place(data_dir, name), blocks)
    with closing(psycopg.connect(conninfo, autocommit=True)) as connection:
        connection.execute("ANALYZE")
    os.sync()
    return reader.manifest


def finish(data_dir: Path) -> None:
    """Remove the mark: everything is restored, compared and recorded."""
    shutil.rmtree(data_dir / OLD_ANCHORS, ignore_errors=True)
    (data_dir / INCOMPLETE).unlink(missing_ok=True)


def old_anchors(data_dir: Path) -> list[Path]:
    """The anchor directories as the backup knew them."""
    return sorted(path for path in (data_dir / OLD_ANCHORS).glob("*") if path.is_dir())


def require_complete(data_dir: Path) -> None:
    """Raises RestoreIncomplete where a restore was interrupted."""
    if (data_dir / INCOMPLETE).exists():
        raise RestoreIncomplete()
