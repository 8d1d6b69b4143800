"""An encrypted stream: a header, then chunks of AES-256-GCM under a payload key of the file's own.

The nonce of a chunk is its place and whether it is the last one; the header is authenticated with each chunk.
So no chunk can be changed, moved, left out or cut off unnoticed, and none has to lie in memory with another.

    LOKETBACKUP1\\n | length of header (4 bytes) | header (JSON) | chunk | chunk | ...
"""

import hashlib
import json
import secrets
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from loket.config.backup.keys import Opener, Recipient
from loket.core.errors import LoketError

MAGIC = b"LOKETBACKUP1\n"
CHUNK = 1024 * 1024
_TAG = 16
_LONGEST_HEADER = 64 * 1024


class NotABackup(LoketError):
    """Berkas ini bukan cadangan Loket, atau kepalanya rusak."""


class DamagedBackup(LoketError):
    """Cadangan ini rusak atau terpotong dan tidak dapat dipakai. Gunakan cadangan yang lain."""


def _nonce(place: int, last: bool) -> bytes:
    return place.to_bytes(11, "big") + bytes([last])


class Writer:
    """Encrypts what is written to it into `file`; nothing is whole before `close`."""

    def __init__(self, file: BinaryIO, recipient: Recipient, about: dict[str, Any]) -> None:
        self.payload_key = secrets.token_bytes(32)
        self._box = AESGCM(self.payload_key)
        self._file, self._waiting, self._place = file, bytearray(), 0
        header = json.dumps(about | {"wrapping": recipient.wrap(self.payload_key)}, sort_keys=True).encode()
        head = MAGIC + len(header).to_bytes(4, "big") + header
        self._about = hashlib.sha256(head).digest()
        self._file.write(head)

    def write(self, data: bytes) -> None:
        """Take more of the plain content."""
        self._waiting += data
        # One chunk is kept back: the last one is marked.
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def _put(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._box.encrypt(_nonce(self._place, last), plain, self._about))
        self._place += 1

    def close(self) -> None:
        """Write the last chunk."""
        self._put(bytes(self._waiting), last=True)


class _KnownKey:
    """The payload key itself, for checking a backup right after it was written."""

    def __init__(self, payload_key: bytes) -> None:
        self._key = payload_key

    def unwrap(self, wrapping: dict[str, str | int]) -> bytes:
        return self._key


def known(payload_key: bytes) -> Opener:
    """An opener for whoever still has the payload key."""
    return _KnownKey(payload_key)


class Reader:
    """The plain content of an encrypted stream. Raises NotABackup, WrongRecoveryKey, DamagedBackup."""

    def __init__(self, file: BinaryIO, opener: Opener) -> None:
        head = file.read(len(MAGIC) + 4)
        length = int.from_bytes(head[len(MAGIC) :], "big")
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + 4 or not 0 < length <= _LONGEST_HEADER:
            raise NotABackup()
        header = file.read(length)
        try:
            self.about: dict[str, Any] = json.loads(header)
            wrapping = dict(self.about["wrapping"])
        except (ValueError, KeyError, TypeError) as error:
            raise NotABackup() from error
        self._box = AESGCM(opener.unwrap(wrapping))
        self._about = hashlib.sha256(head + header).digest()
        self._file, self._place = file, 0
        self._next = file.read(CHUNK + _TAG)
        self._plain, self._at, self._ended = b"", 0, False

    def _turn(self) -> None:
        """Decrypt the next chunk."""
        raw, self._next = self._next, self._file.read(CHUNK + _TAG)
        last = not self._next
        try:
            self._plain = self._box.decrypt(_nonce(self._place, last), raw, self._about)
        except (InvalidTag, ValueError) as error:
            raise DamagedBackup() from error
        self._place, self._at, self._ended = self._place + 1, 0, last

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes. Raises DamagedBackup where there are fewer."""
        found = bytearray()
        while len(found) < size:
            if self._at == len(self._plain):
                if self._ended:
                    raise DamagedBackup()
                self._turn()
            part = self._plain[self._at : self._at + size - len(found)]
            self._at += len(part)
            found += part
        return bytes(found)

    def at_end(self) -> bool:
        """Whether everything was read."""
        return self._ended and self._at == len(self._plain)
