"""Files by their content: whole or not there, never changed, for nobody else to read."""

import hashlib
import os
import resource
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from loket.core import filekeys, filestore
from loket.core.filestore import DamagedFile

CONTENT = b"isi berkas\x00\xff"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data" / "files"


def stored(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_what_was_put_in_comes_out(root: Path) -> None:
    assert filestore.put(root, CONTENT) == DIGEST
    assert filestore.get(root, DIGEST) == CONTENT
    assert stored(root) == [filestore.path_of(root, DIGEST)]


def test_neither_content_nor_digest_can_be_read_off_the_disk(root: Path) -> None:
    content = b"NIK 6471010101900001 " * 1000
    digest = filestore.put(root, content)
    (path,) = stored(root)
    assert digest not in str(path)
    on_disk = path.read_bytes()
    assert on_disk.count(b"6471010101900001") == 0
    assert on_disk.count(bytes.fromhex(digest)) == 0
    # Under another installation's keys the same content has another name and other bytes.
    filekeys.locate(lambda: root.parent / "other")
    try:
        filekeys.ensure(root.parent / "other")
        filestore.put(root, content)
    finally:
        filekeys.locate(lambda: settings.FILE_KEYS_DIR)
    other = next(each for each in stored(root) if each != path)
    assert other.read_bytes()[-64:] != on_disk[-64:]


def test_nothing_is_content_too(root: Path) -> None:
    assert filestore.get(root, filestore.put(root, b"")) == b""


def test_the_same_content_is_stored_once(root: Path) -> None:
    filestore.put(root, CONTENT)
    path = filestore.path_of(root, DIGEST)
    before = path.stat()
    assert filestore.put(root, CONTENT) == DIGEST
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert stored(root) == [path]


def test_the_same_content_from_many_threads_at_once(root: Path) -> None:
    content = os.urandom(200_000)
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: filestore.put(root, content), range(32)))
    assert len(digests) == 1
    digest = digests.pop()
    assert stored(root) == [filestore.path_of(root, digest)]
    assert filestore.get(root, digest) == content


def test_nobody_else_may_read(root: Path) -> None:
    before = os.umask(0o002)  # the usual one where every user has a group of his own
    try:
        filestore.put(root, CONTENT)
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*"))}
    path = filestore.path_of(root, DIGEST)
    assert modes == {root: 0o700, path.parent: 0o700, path: 0o600}


@pytest.mark.parametrize("damage", [b"", b"isi lain", CONTENT + b"x", CONTENT[:-1]])
def test_a_damaged_file_is_found(root: Path, damage: bytes) -> None:
    filestore.put(root, CONTENT)
    filestore.path_of(root, DIGEST).write_bytes(damage)
    with pytest.raises(DamagedFile, match=DIGEST):
        filestore.get(root, DIGEST)


def test_every_single_changed_bit_is_found(root: Path) -> None:
    filestore.put(root, CONTENT)
    path = filestore.path_of(root, DIGEST)
    sealed = path.read_bytes()
    for bit in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        with pytest.raises(DamagedFile):
            filestore.get(root, DIGEST)


def test_what_is_not_there(root: Path) -> None:
    with pytest.raises(FileNotFoundError):
        filestore.get(root, DIGEST)


@pytest.mark.parametrize("name", ["", "abc", DIGEST + "0", "../" + DIGEST[3:], DIGEST[:-1] + "/"])
def test_names_that_are_no_digest(root: Path, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        filestore.get(root, name)


def test_a_fault_while_writing_leaves_nothing(root: Path) -> None:
    """The kernel refuses the write as it would on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            filestore.put(root, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert stored(root) == []
    digest = filestore.put(root, bytes(100_000))
    assert filestore.get(root, digest) == bytes(100_000)


def test_the_names_survive_a_power_failure_too(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Content, its directory and the directory of that are synced, in this order."""
    synced, sync = [], os.fsync

    def watched(handle: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        sync(handle)

    monkeypatch.setattr(os, "fsync", watched)
    filestore.put(root, CONTENT)
    path = filestore.path_of(root, DIGEST)
    assert [Path(each).parent if path.name in each else Path(each) for each in synced] == [
        path.parent,
        path.parent,
        root,
    ]
