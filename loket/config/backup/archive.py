"""Named parts inside an encrypted stream, written and read one after the other; the manifest is the last one.

A part is its name, blocks, an empty block and its SHA-256. The manifest has the sum over all parts, so that
what was read is compared with what was meant.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from loket.config.backup.sealed import DamagedBackup, Reader, Writer

BLOCK = 256 * 1024
MANIFEST = "manifest.json"
DATABASE = "database.dump"
SECRET = "secret"  # noqa: S105 (the name of a part)
_LONGEST_NAME = 4096


@dataclass(frozen=True)
class Part:
    """What the manifest says of one part."""

    name: str
    size: int
    sha256: str


def _number(value: int) -> bytes:
    return value.to_bytes(4, "big")


class ArchiveWriter:
    """Adds parts to an encrypted stream."""

    def __init__(self, out: Writer) -> None:
        self._out = out
        self._digests = hashlib.sha256()
        self.count, self.bytes = 0, 0

    def add(self, name: str, blocks: Iterable[bytes]) -> Part:
        """Add one part; the blocks are taken as they come."""
        encoded = name.encode()
        self._out.write(_number(len(encoded)) + encoded)
        digest, size = hashlib.sha256(), 0
        for block in blocks:
            for start in range(0, len(block), BLOCK):
                piece = block[start : start + BLOCK]
                self._out.write(_number(len(piece)) + piece)
                digest.update(piece)
                size += len(piece)
        self._out.write(_number(0))
        part = Part(name, size, digest.hexdigest())
        self._out.write(bytes.fromhex(part.sha256))
        self._digests.update(_line(part))
        self.count, self.bytes = self.count + 1, self.bytes + size
        return part

    def finish(self, manifest: dict[str, Any]) -> None:
        """Add the manifest, with the sum over all parts, and end the stream."""
        whole = manifest | {"parts": self.count, "bytes": self.bytes, "sum": self._digests.hexdigest()}
        self.add(MANIFEST, [json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()])
        self._out.close()


def _line(part: Part) -> bytes:
    return f"{part.sha256} {part.size} {part.name}\n".encode()


class ArchiveReader:
    """The parts of an archive in their order. Raises DamagedBackup where one is not as it was written."""

    def __init__(self, source: Reader) -> None:
        self._source = source
        self._digests = hashlib.sha256()
        self.count, self.bytes = 0, 0
        self.manifest: dict[str, Any] = {}

    def parts(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Name and blocks of each part; the blocks must be used up before the next part."""
        while not self.manifest:
            length = self._length(_LONGEST_NAME)
            name = self._source.read(length).decode()
            blocks = self._blocks(name)
            if name == MANIFEST:
                self._finish(b"".join(blocks))
                return
            yield name, blocks
            for _ in blocks:  # whatever the caller left
                pass

    def _length(self, most: int) -> int:
        length = int.from_bytes(self._source.read(4), "big")
        if length > most:
            raise DamagedBackup()
        return length

    def _blocks(self, name: str) -> Iterator[bytes]:
        digest, size = hashlib.sha256(), 0
        while length := self._length(BLOCK):
            block = self._source.read(length)
            digest.update(block)
            size += length
            yield block
        part = Part(name, size, digest.hexdigest())
        if self._source.read(32).hex() != part.sha256:
            raise DamagedBackup()
        if name != MANIFEST:
            self._digests.update(_line(part))
            self.count, self.bytes = self.count + 1, self.bytes + size

    def _finish(self, text: bytes) -> None:
        self.manifest = json.loads(text)
        told = (self.manifest.get("parts"), self.manifest.get("bytes"), self.manifest.get("sum"))
        if told != (self.count, self.bytes, self._digests.hexdigest()) or not self._source.at_end():
            raise DamagedBackup()


def check(source: Reader) -> dict[str, Any]:
    """Read all of an archive and return its manifest. Raises DamagedBackup."""
    reader = ArchiveReader(source)
    for _ in reader.parts():
        pass
    return reader.manifest
