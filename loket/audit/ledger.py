"""The anchors of issued numbers: one append-only file in a directory outside the database.

A line tells that a number was issued: `n` is its place, `at` the time, `box` office, counter and number,
`prev` and `hash` chain it to the line before. The box is encrypted under the installation's secret, because
the counters of NIK and nomor KK carry birth dates and days of issue. The chain can be checked without the
secret.

    hash = SHA-256("<prev>|<n>|<at>|<box>"), prev of the first line = 64 zeros
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from loket.audit.rules import GENESIS

NAME = "numbers.log"
# A line is about 400 bytes; more than this without a whole one is no crash but damage.
TAIL_BYTES = 64 * 1024
_NONCE_BYTES = 12


class DamagedLedger(ValueError):
    """The file of number anchors was changed after it was written, or belongs to another secret."""


@dataclass(frozen=True)
class Issued:
    """One number as it was issued: the `value` of the counter `key` of an office."""

    office: str
    key: str
    value: int
    at: str


@dataclass(frozen=True)
class _Line:
    n: int
    at: str
    box: str
    prev: str
    hash: str

    def whole(self) -> bool:
        return self.hash == _hash(self.prev, self.n, self.at, self.box)


_START = _Line(0, "", "", "", GENESIS)


def _hash(prev: str, n: int, at: str, box: str) -> str:
    return hashlib.sha256(f"{prev}|{n}|{at}|{box}".encode()).hexdigest()


@lru_cache(maxsize=4)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(hmac.new(secret.encode(), b"loket:number anchors", hashlib.sha256).digest())


def _closed(number: Issued, n: int, secret: str) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    text = json.dumps([number.office, number.key, number.value]).encode()
    # The place is authenticated with it, so that a line cannot be moved.
    return base64.b64encode(nonce + _cipher(secret).encrypt(nonce, text, b"%d" % n)).decode()


def _opened(line: _Line, secret: str) -> Issued:
    raw = base64.b64decode(line.box)
    text = _cipher(secret).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], b"%d" % line.n)
    office, key, value = json.loads(text)
    return Issued(office, key, value, line.at)


def _parsed(raw: bytes) -> _Line | None:
    """A line that is whole in itself, or None."""
    try:
        line = _Line(**json.loads(raw))
        return line if line.whole() else None
    except (ValueError, TypeError):
        return None


def path_in(directory: Path) -> Path:
    """The file of number anchors in a directory."""
    return directory / NAME


def _last(handle: int) -> tuple[_Line, bool]:
    """The last whole line, and whether a torn one (of a crash while writing) stands behind it."""
    size = os.fstat(handle).st_size
    if not size:
        return _START, False
    tail = os.pread(handle, TAIL_BYTES, max(0, size - TAIL_BYTES))
    for raw in reversed(tail.splitlines()):
        if line := _parsed(raw):
            return line, not tail.endswith(b"\n")
    if size < TAIL_BYTES and b"\n" not in tail:
        return _START, True  # the very first line was torn
    raise DamagedLedger(f"{NAME}: tidak ada baris utuh di akhir berkas")


def append(directory: Path, numbers: Iterable[Issued], *, secret: str, begin: bool = True) -> None:
    """Write numbers to the end of the file of `directory`, durably. One caller at a time.

    Without `begin` the file must be there: where a disk is not mounted, nothing is written beside it. Raises
    OSError, and DamagedLedger where there is no whole line to go on from.
    """
    path = path_in(directory)
    if not begin and not path.exists():
        raise FileNotFoundError(path)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        last, torn = _last(handle)
        lines = []
        for number in numbers:
            n, box = last.n + 1, _closed(number, last.n + 1, secret)
            last = _Line(n, number.at, box, last.hash, _hash(last.hash, n, number.at, box))
            lines.append(json.dumps(last.__dict__, sort_keys=True) + "\n")
        with os.fdopen(os.dup(handle), "wb") as file:
            file.write(b"\n" * torn + "".join(lines).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    if fresh:
        _sync(directory)


def _sync(directory: Path) -> None:
    """The name of a new file must survive a power failure too."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(directory: Path, *, secret: str, damage: list[str] | None = None) -> Iterator[Issued]:
    """Every anchored number, oldest first; nothing where there is no file. Raises DamagedLedger.

    A line that is not whole is passed over where the chain goes on behind it, or where the file ends in it
    without a line feed: that is what a crash leaves. Everything else was changed by somebody. With a list in
    `damage` nothing is raised: the damages are added to it, and every line that can be opened is given.
    """
    path = path_in(directory)
    if not path.exists():
        return
    last, broken, raw = _START, 0, b""
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            line = _parsed(raw)
            if line is None:
                broken = broken or number
                continue
            if (line.n, line.prev) != (last.n + 1, last.hash):
                _complain(f"{path} baris {broken or number} telah diubah atau dihapus", damage)
            last, broken = line, 0
            try:
                yield _opened(line, secret)
            except (InvalidTag, ValueError):
                _complain(f"{path} baris {number} tidak dapat dibuka dengan kunci rahasia ini", damage)
    if broken and raw.endswith(b"\n"):
        _complain(f"{path} baris {broken} telah diubah", damage)


def _complain(sentence: str, damage: list[str] | None) -> None:
    if damage is None:
        raise DamagedLedger(sentence)
    damage.append(sentence)


def newest(directory: Path, *, secret: str, most: int = 100) -> list[Issued]:
    """The last numbers of the file, oldest first, without reading all of it.

    Raises DamagedLedger where they were written under another secret.
    """
    path = path_in(directory)
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        found = [line for raw in file.read().splitlines() if (line := _parsed(raw))]
    try:
        return [_opened(line, secret) for line in found[-most:]]
    except (InvalidTag, ValueError) as error:
        raise DamagedLedger(f"{path} tidak dapat dibuka dengan kunci rahasia instalasi ini") from error
