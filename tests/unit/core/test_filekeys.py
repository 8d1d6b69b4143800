"""The keys of stored files: made once, never missing in silence, changed without losing a file."""

import hashlib
import os
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from loket.core import filekeys, filestore
from loket.core.filekeys import BrokenFileKeys, MissingFileKey
from loket.core.filestore import DamagedFile


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def keys() -> Path:
    return filekeys.directory()


def stored(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def old_file(root: Path, content: bytes) -> str:
    """A file as the version before encryption stored it."""
    digest = hashlib.sha256(content).hexdigest()
    (root / digest[:2]).mkdir(parents=True, exist_ok=True)
    (root / digest[:2] / digest).write_bytes(content)
    return digest


def test_a_ring_is_made_once_and_private(tmp_path: Path) -> None:
    keys = tmp_path / "data" / "keys" / "files"
    (tmp_path / "data").mkdir()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: filekeys.ensure(keys), range(16)))
    assert made.count(True) == 1
    first = filekeys.load(keys)
    assert filekeys.ensure(keys) is False
    assert filekeys.load(keys) == first
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {"ring.json": 0o600}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700


def test_without_a_key_nothing_is_stored(root: Path, keys: Path) -> None:
    digest = filestore.put(root, b"isi")
    (keys / "ring.json").rename(keys / "elsewhere")
    with pytest.raises(MissingFileKey):
        filestore.put(root, b"isi lain")
    with pytest.raises(MissingFileKey):
        filestore.get(root, digest)
    assert len(stored(root)) == 1
    (keys / "elsewhere").rename(keys / "ring.json")
    assert filestore.get(root, digest) == b"isi"


def test_no_new_key_beside_files_of_a_lost_one(root: Path, keys: Path) -> None:
    filestore.put(root, b"isi")
    (keys / "ring.json").unlink()
    with pytest.raises(MissingFileKey):
        filestore.ensure_key(root)
    assert not (keys / "ring.json").exists()
    stored(root)[0].unlink()
    assert filestore.ensure_key(root) is True
    assert filestore.ensure_key(root) is False


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 2}', '{"version": 1, "keys": {}}'])
def test_a_damaged_ring_is_refused(root: Path, keys: Path, text: str) -> None:
    (keys / "ring.json").write_text(text)
    with pytest.raises(BrokenFileKeys):
        filestore.put(root, b"isi")
    assert stored(root) == []


def test_files_changed_or_swapped_on_disk_are_found_at_read_and_by_the_scrub(root: Path) -> None:
    """T6: one byte in 50 of 500, and two files in each other's place."""
    digests = [filestore.put(root, b"berkas %d" % number) for number in range(500)]
    for digest in digests[:50]:
        path = filestore.path_of(root, digest)
        changed = bytearray(path.read_bytes())
        changed[int(digest[:4], 16) % len(changed)] ^= 0x20
        path.write_bytes(changed)
    one, other = (filestore.path_of(root, digest) for digest in digests[50:52])
    a, b = one.read_bytes(), other.read_bytes()
    one.write_bytes(b)
    other.write_bytes(a)

    def damaged(digest: str) -> bool:
        try:
            filestore.get(root, digest)
        except DamagedFile:
            return True
        return False

    assert [damaged(digest) for digest in digests] == [True] * 52 + [False] * 448
    bad = {path for path, whole in filestore.scrub(root) if not whole}
    assert bad == {filestore.path_of(root, digest) for digest in digests[:52]}


# Rotation


def test_rotation_loses_nothing_and_forgets_the_old_key(root: Path, keys: Path) -> None:
    contents = {filestore.put(root, os.urandom(size)): size for size in (0, 1, 60_000, 300_000)}
    names, before = stored(root), filekeys.load(keys)
    bodies = {path: path.read_bytes()[-16:] for path in names}
    assert len(list(filestore.rotate(root))) == 4
    after = filekeys.load(keys)
    assert (after.names, len(after.keys)) == (before.names, 1)
    assert after.current != before.current
    assert stored(root) == names  # names do not change, nor does the content's own encryption
    assert {path: path.read_bytes()[-16:] for path in names} == bodies
    assert {digest: len(filestore.get(root, digest)) for digest in contents} == contents
    assert {stat.S_IMODE(path.stat().st_mode) for path in names} == {0o600}


def test_an_interrupted_rotation_goes_on(root: Path, keys: Path) -> None:
    contents = {filestore.put(root, b"%d" % number): b"%d" % number for number in range(20)}
    rotation = filestore.rotate(root)
    for _ in range(7):
        next(rotation)
    rotation.close()
    half_way = filekeys.load(keys)
    assert len(half_way.keys) == 2
    assert {digest: filestore.get(root, digest) for digest in contents} == contents
    late = filestore.put(root, b"meanwhile")  # already under the new key
    assert len(list(filestore.rotate(root))) == 13
    assert filekeys.load(keys).keys.keys() == {half_way.current}
    assert {digest: filestore.get(root, digest) for digest in contents} == contents
    assert filestore.get(root, late) == b"meanwhile"


def test_a_rotation_that_cannot_open_a_file_keeps_the_old_key(root: Path, keys: Path) -> None:
    filestore.put(root, b"baik")
    path = filestore.path_of(root, filestore.put(root, b"rusak"))
    whole = path.read_bytes()
    path.write_bytes(whole[:20] + b"\0" + whole[21:])
    with pytest.raises(DamagedFile, match="1 stored files cannot be opened"):
        list(filestore.rotate(root))
    assert len(filekeys.load(keys).keys) == 2
    path.write_bytes(whole)  # from a backup
    assert list(filestore.rotate(root)) == [path]
    assert len(filekeys.load(keys).keys) == 1
    assert filestore.get(root, hashlib.sha256(b"rusak").hexdigest()) == b"rusak"


def test_reading_and_writing_go_on_during_rotations(root: Path) -> None:
    digests = [filestore.put(root, b"%d" % number) for number in range(10)]
    done, faults = threading.Event(), []

    def use() -> None:
        number = 0
        while not done.is_set():
            number += 1
            try:
                fresh = filestore.put(root, b"%d %d" % (threading.get_ident(), number))
                assert filestore.get(root, fresh) != b""
                assert filestore.get(root, digests[number % 10]) == b"%d" % (number % 10)
            except Exception as error:
                faults.append(error)
                return

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 1.0
    rounds = 0
    while time.monotonic() < until:
        list(filestore.rotate(root))
        rounds += 1
    done.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert rounds > 1
    assert [whole for _, whole in filestore.scrub(root) if not whole] == []


# Files of an older version


def test_plain_files_are_read_and_converted(root: Path) -> None:
    digests = [old_file(root, b"lama %d" % number) for number in range(5)]
    assert filestore.get(root, digests[0]) == b"lama 0"
    assert filestore.plain_files(root) == 5
    conversion = filestore.encrypt_plain(root)
    for _ in range(2):
        next(conversion)
    conversion.close()  # interrupted
    assert filestore.plain_files(root) == 3
    assert [whole for _, whole in filestore.encrypt_plain(root)] == [True] * 3
    assert list(filestore.encrypt_plain(root)) == []
    assert [filestore.get(root, digest) for digest in digests] == [b"lama %d" % n for n in range(5)]
    assert [path.read_bytes().count(b"lama") for path in stored(root)] == [0] * 5


def test_a_damaged_plain_file_is_named_and_kept(root: Path) -> None:
    digest = old_file(root, b"lama")
    path = root / digest[:2] / digest
    path.write_bytes(b"lain")
    assert list(filestore.encrypt_plain(root)) == [(path, False)]
    assert path.read_bytes() == b"lain"
    with pytest.raises(DamagedFile):
        filestore.get(root, digest)


def test_killed_while_writing(root: Path, keys: Path) -> None:
    """kill -9 at any moment leaves whole files, and leftovers that are removed later."""
    code = (
        "import os, sys; from pathlib import Path; from loket.core import filekeys, filestore\n"
        f"filekeys.locate(lambda: Path({str(keys)!r}))\n"
        f"while True: filestore.put(Path({str(root)!r}), os.urandom(400_000))\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code])
    until = time.monotonic() + 20
    while len([path for path in stored(root) if path.name[0] != "."]) < 5 and time.monotonic() < until:
        time.sleep(0.01)
    child.kill()
    child.wait()
    (folder := root / "00").mkdir(exist_ok=True)
    leftover = folder / f".{'0' * 64}.aaaaaaaa"
    leftover.write_bytes(b"half")
    os.utime(leftover, (0, 0))
    fresh = folder / f".{'1' * 64}.bbbbbbbb"
    fresh.write_bytes(b"being written")
    assert filestore.remove_leftovers(root) == 1
    assert (leftover.exists(), fresh.exists()) == (False, True)
    found = list(filestore.scrub(root))
    assert len(found) >= 5
    assert [path for path, whole in found if not whole] == []
