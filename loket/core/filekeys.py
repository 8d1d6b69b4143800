"""The keys under which stored files are encrypted: one small file, outside the database and beside no data.

A ring holds the key that wraps new files' data keys, older ones while a rotation is under way, and the key
from which names on disk are made. It is replaced as a whole, never changed in place.
"""

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from loket.core.errors import LoketError

KEY_BYTES = 32
ID_BYTES = 8
RING = "ring.json"
LOCK = "lock"


class MissingFileKey(LoketError):
    """Kunci berkas tidak ada. Pengelola perlu memulihkannya dari cadangan; hanya pada pemasangan baru kunci
    dibuat dengan `loket files new-key`."""

    status = 503


class BrokenFileKeys(LoketError):
    """Kunci berkas rusak. Pulihkan direktori kunci dari cadangan."""

    status = 503


@dataclass(frozen=True)
class Ring:
    """The keys by their ids (16 hex digits), the one in use, and the key of the names."""

    names: bytes
    current: str
    keys: Mapping[str, bytes]


def _nowhere() -> Path:
    raise MissingFileKey("Tempat kunci berkas belum ditentukan.")


_place: Callable[[], Path] = _nowhere
_known: dict[Path, tuple[tuple[int, int, int], Ring]] = {}


def locate(place: Callable[[], Path]) -> None:
    """Say where the keys of this process are; asked at every use, so that a setting may change in a test."""
    global _place  # noqa: PLW0603 (one place for a process, set once at its start)
    _place = place


def directory() -> Path:
    """Where the keys of this process are."""
    return _place()


def ensure(keys_dir: Path) -> bool:
    """Make the first ring where there is none; says whether it did. Of several at once the first one's stays.

    Never call this where files encrypted under a lost ring may lie: see `filestore.ensure_key`.
    """
    path = keys_dir / RING
    if path.exists():
        return False
    keys_dir.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys_dir.mkdir(exist_ok=True, mode=0o700)
    key_id = secrets.token_hex(ID_BYTES)
    ring = Ring(secrets.token_bytes(KEY_BYTES), key_id, {key_id: secrets.token_bytes(KEY_BYTES)})
    own = _written(keys_dir, ring)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
            return True
        return False
    finally:
        own.unlink()
        _sync(keys_dir)


def load(keys_dir: Path) -> Ring:
    """The ring, read again only when it was replaced. Raises MissingFileKey, BrokenFileKeys."""
    path = keys_dir / RING
    try:
        found = path.stat()
        mark = (found.st_ino, found.st_mtime_ns, found.st_size)
        if keys_dir in _known and _known[keys_dir][0] == mark:
            return _known[keys_dir][1]
        ring = _parsed(path.read_text())
    except FileNotFoundError as error:
        raise MissingFileKey() from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenFileKeys() from error
    _known[keys_dir] = (mark, ring)
    return ring


def _parsed(text: str) -> Ring:
    data = json.loads(text)
    keys = {key_id: bytes.fromhex(key) for key_id, key in data["keys"].items()}
    ring = Ring(bytes.fromhex(data["names"]), data["current"], keys)
    sizes = {len(key) for key in (ring.names, *keys.values())}
    if data["version"] != 1 or ring.current not in keys or sizes != {KEY_BYTES}:
        raise ValueError("not a ring")
    return ring


def begin_rotation(keys_dir: Path) -> Ring:
    """A ring whose current key is new; where a rotation was interrupted, that one's ring as it is.

    Waits until nobody is writing a file under the former key.
    """
    with _locked(keys_dir, fcntl.LOCK_EX):
        ring = load(keys_dir)
        if len(ring.keys) > 1:
            return ring
        key_id = secrets.token_hex(ID_BYTES)
        keys = {**ring.keys, key_id: secrets.token_bytes(KEY_BYTES)}
        return _replace(keys_dir, replace(ring, current=key_id, keys=keys))


def end_rotation(keys_dir: Path) -> Ring:
    """Forget every key but the current one. Only after all files are wrapped under it."""
    with _locked(keys_dir, fcntl.LOCK_EX):
        ring = load(keys_dir)
        return _replace(keys_dir, replace(ring, keys={ring.current: ring.keys[ring.current]}))


@contextmanager
def in_use(keys_dir: Path) -> Iterator[Ring]:
    """The ring, whose current key no rotation replaces within the block."""
    load(keys_dir)  # says in plain words what is missing, before the lock file could be
    with _locked(keys_dir, fcntl.LOCK_SH):
        yield load(keys_dir)


@contextmanager
def _locked(keys_dir: Path, how: int) -> Iterator[None]:
    handle = os.open(keys_dir / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def _written(keys_dir: Path, ring: Ring) -> Path:
    text = {
        "version": 1,
        "names": ring.names.hex(),
        "current": ring.current,
        "keys": {key_id: key.hex() for key_id, key in ring.keys.items()},
    }
    own = keys_dir / f".{RING}.{secrets.token_hex(4)}"
    handle = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(text, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return own


def _replace(keys_dir: Path, ring: Ring) -> Ring:
    _written(keys_dir, ring).replace(keys_dir / RING)
    _sync(keys_dir)
    return ring


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
