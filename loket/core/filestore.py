"""Files by the SHA-256 of their content, in a local directory.

A file is written under another name, synced and renamed, so that a name always means the whole content;
nothing is ever changed in place. Names carry no personal data; modes are 0600 and 0700.
"""

import hashlib
import os
import secrets
from pathlib import Path


class DamagedFile(OSError):
    """The stored bytes are not those that were put in."""


def _path(root: Path, digest: str) -> Path:
    if len(digest) != 64 or not digest.isalnum():
        raise ValueError("not a SHA-256 in hex")
    return root / digest[:2] / digest


def put(root: Path, content: bytes) -> str:
    """Store `content` durably and return its SHA-256 in hex; the same content again changes nothing."""
    digest = hashlib.sha256(content).hexdigest()
    path = _path(root, digest)
    if path.exists():
        return digest
    # Each by itself: `parents=True` would give the upper one the process's default mode.
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    first_here = not path.parent.exists()
    path.parent.mkdir(exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{digest}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)
    if first_here:
        _sync_directory(root)
    return digest


def _sync_directory(directory: Path) -> None:
    """The name itself must survive a power failure too."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def get(root: Path, digest: str) -> bytes:
    """The content stored under `digest`. Raises FileNotFoundError, or DamagedFile where it was changed."""
    content = _path(root, digest).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise DamagedFile(f"stored file {digest} has been changed")
    return content
