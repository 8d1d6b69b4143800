"""Files by the SHA-256 of their content, encrypted, in a local directory.

Every file has a data key of its own, wrapped under the ring's current key (`filekeys`). Its name on disk is a
keyed hash of the digest, so that a listing confirms nothing, and name and content are bound to each other: a
changed, cut or swapped file is found when it is read. A file is written under another name, synced and
renamed: a name always means the whole content. Modes are 0600 and 0700.

On disk: magic (8) | key id (8) | nonce (12) | wrapped data key (48) | nonce (12) | content and tag.
Files that an older version stored in plain under their digest are still read; `encrypt_plain` converts them.
"""

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from loket.core import filekeys
from loket.core.filekeys import ID_BYTES, KEY_BYTES, MissingFileKey, Ring

MAGIC = b"LOKETv1\n"
_NONCE, _TAG = 12, 16
_WRAPPED = _NONCE + KEY_BYTES + _TAG
_HEADER = len(MAGIC) + ID_BYTES + _WRAPPED
LEFTOVER_SECONDS = 3600


class DamagedFile(OSError):
    """The stored bytes are not those that were put in."""


def _require_digest(digest: str) -> None:
    if len(digest) != 64 or not digest.isalnum():
        raise ValueError("not a SHA-256 in hex")


def _name(digest: str, ring: Ring) -> str:
    _require_digest(digest)
    return hmac.new(ring.names, digest.encode(), hashlib.sha256).hexdigest()


def path_of(root: Path, digest: str) -> Path:
    """Where the content with this digest lies, or would lie. Raises MissingFileKey, BrokenFileKeys."""
    _require_digest(digest)
    name = _name(digest, filekeys.load(filekeys.directory()))
    return root / name[:2] / name


def ensure_key(root: Path) -> bool:
    """Make the first key of an installation; says whether it did.

    Raises MissingFileKey where encrypted files show that there was a key already.
    """
    keys_dir = filekeys.directory()
    if not (keys_dir / filekeys.RING).exists() and any(_is_sealed(path) for path in _stored(root)):
        raise MissingFileKey()
    return filekeys.ensure(keys_dir)


def put(root: Path, content: bytes) -> str:
    """Store `content` durably and return its SHA-256 in hex; the same content again changes nothing.

    Raises MissingFileKey, BrokenFileKeys: nothing is ever stored in plain.
    """
    digest = hashlib.sha256(content).hexdigest()
    with filekeys.in_use(filekeys.directory()) as ring:
        name = _name(digest, ring)
        path = root / name[:2] / name
        if path.exists():
            return digest
        # Each by itself: `parents=True` would give the upper one the process's default mode.
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        first_here = not path.parent.exists()
        path.parent.mkdir(exist_ok=True, mode=0o700)
        data_key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(_NONCE)
        sealed = AESGCM(data_key).encrypt(nonce, content, _bound(name))
        _write(path, _header(name, data_key, ring), nonce, sealed)
    if first_here:
        _sync_directory(root)
    return digest


def get(root: Path, digest: str) -> bytes:
    """The content stored under `digest`.

    Raises FileNotFoundError, DamagedFile where it was changed, MissingFileKey, BrokenFileKeys.
    """
    _require_digest(digest)
    try:
        content = _opened(path_of(root, digest))
    except FileNotFoundError:
        content = (root / digest[:2] / digest).read_bytes()  # stored in plain by an older version
    except ValueError as error:
        raise DamagedFile(f"stored file {digest} has been changed") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise DamagedFile(f"stored file {digest} has been changed")
    return content


def _bound(name: str) -> bytes:
    return MAGIC + bytes.fromhex(name)


def _header(name: str, data_key: bytes, ring: Ring) -> bytes:
    nonce, key_id = secrets.token_bytes(_NONCE), bytes.fromhex(ring.current)
    wrapped = AESGCM(ring.keys[ring.current]).encrypt(nonce, data_key, key_id + _bound(name))
    return MAGIC + key_id + nonce + wrapped


def _data_key(stored: bytes, name: str) -> bytes:
    """Raises ValueError where the header was changed or its key is unknown."""
    if len(stored) < _HEADER + _NONCE + _TAG or not stored.startswith(MAGIC):
        raise ValueError("not an encrypted file")
    ring = filekeys.load(filekeys.directory())
    key_id = stored[len(MAGIC) : len(MAGIC) + ID_BYTES]
    nonce, wrapped = stored[_HEADER - _WRAPPED :][:_NONCE], stored[_HEADER - KEY_BYTES - _TAG : _HEADER]
    if key_id.hex() not in ring.keys:
        raise ValueError("encrypted under an unknown key")
    try:
        return AESGCM(ring.keys[key_id.hex()]).decrypt(nonce, wrapped, key_id + _bound(name))
    except InvalidTag as error:
        raise ValueError("changed header") from error


def _opened(path: Path) -> bytes:
    """The content of an encrypted file. Raises FileNotFoundError, ValueError."""
    stored = path.read_bytes()
    try:
        data_key = _data_key(stored, path.name)
    except ValueError:
        # A rotation may have ended between reading the file and reading the ring: look once more.
        stored = path.read_bytes()
        data_key = _data_key(stored, path.name)
    nonce, sealed = stored[_HEADER : _HEADER + _NONCE], memoryview(stored)[_HEADER + _NONCE :]
    try:
        return AESGCM(data_key).decrypt(nonce, sealed, _bound(path.name))
    except InvalidTag as error:
        raise ValueError("changed content") from error


def _write(path: Path, *parts: bytes | memoryview) -> None:
    """Write under another name, sync, rename, sync the directory; a fault leaves nothing behind."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    """The name itself must survive a power failure too."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# The whole directory


def _stored(root: Path) -> Iterator[Path]:
    """Every stored file; half-written ones begin with a dot."""
    for folder in sorted(root.glob("[0-9a-f][0-9a-f]")):
        yield from (path for path in sorted(folder.iterdir()) if len(path.name) == 64)


def _is_sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def plain_files(root: Path) -> int:
    """How many files of an older version still lie there in plain."""
    return sum(not _is_sealed(path) for path in _stored(root))


def encrypt_plain(root: Path) -> Iterator[tuple[Path, bool]]:
    """Encrypt what an older version stored in plain, file by file; can be interrupted and repeated.

    Yields each such file and whether it was converted: one whose content is not what its name says stays.
    """
    for path in [path for path in _stored(root) if not _is_sealed(path)]:
        content = path.read_bytes()
        whole = hashlib.sha256(content).hexdigest() == path.name
        if whole:
            put(root, content)
            path.unlink()
            _sync_directory(path.parent)
        yield path, whole


def rotate(root: Path) -> Iterator[Path]:
    """Wrap every data key under a new key, then forget the former ones.

    Yields each file that was wrapped anew. Interrupted, the next call goes on where this one stopped; reading
    and writing go on meanwhile. Raises DamagedFile at the end, and keeps the former keys, where files could
    not be opened.
    """
    keys_dir = filekeys.directory()
    ring = filekeys.begin_rotation(keys_dir)
    damaged = 0
    for path in [path for path in _stored(root) if _is_sealed(path)]:
        stored = path.read_bytes()
        if stored[len(MAGIC) : len(MAGIC) + ID_BYTES].hex() == ring.current:
            continue
        try:
            data_key = _data_key(stored, path.name)
        except ValueError:
            damaged += 1
            continue
        _write(path, _header(path.name, data_key, ring), memoryview(stored)[_HEADER:])
        yield path
    if damaged:
        raise DamagedFile(f"{damaged} stored files cannot be opened; the former keys are kept")
    filekeys.end_rotation(keys_dir)


def scrub(root: Path) -> Iterator[tuple[Path, bool]]:
    """Open every stored file; yields it and whether it is whole."""
    for path in _stored(root):
        try:
            if _is_sealed(path):
                _opened(path)
                yield path, True
            else:
                yield path, hashlib.sha256(path.read_bytes()).hexdigest() == path.name
        except ValueError:
            yield path, False


def remove_leftovers(root: Path) -> int:
    """Remove half-written files of processes that were killed; says how many. Never those being written."""
    removed = 0
    for path in root.glob("[0-9a-f][0-9a-f]/.*"):
        if time.time() - path.stat().st_mtime > LEFTOVER_SECONDS:
            path.unlink()
            removed += 1
    return removed
