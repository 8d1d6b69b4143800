"""Files that leave the program: private, and there only once they are whole."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from loket.core.errors import LoketError


class UnwritableFile(LoketError):
    """Berkas hasil tidak dapat ditulis di tempat ini."""


@contextmanager
def place_of(path: Path) -> Iterator[Path]:
    """An empty file of the owner's alone, to be filled by name; it gets the name `path` when the block ends.

    If the block raises, nothing stays. Raises UnwritableFile.
    """
    own = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            yield own
            os.fsync(handle)
            os.replace(own, path)
        finally:
            os.close(handle)
            own.unlink(missing_ok=True)
    except OSError as error:
        raise UnwritableFile() from error


@contextmanager
def written_whole(path: Path) -> Iterator[IO[Any]]:
    """The same as a text file that is open for writing, in UTF-8. Raises UnwritableFile."""
    with place_of(path) as own, own.open("w", encoding="utf-8", newline="") as file:
        yield file
