"""The encrypted file of a backup: whole, or refused."""

import io
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from loket.config.backup import archive, keys, sealed
from loket.config.backup.keys import (
    KeyExists,
    NoBackupKey,
    Passphrase,
    UnreadableRecoveryKey,
    WeakPassphrase,
    WrongRecoveryKey,
)
from loket.config.backup.sealed import DamagedBackup, NotABackup

KEY = keys.RecoveryKey(bytes(range(32)))
OTHER = keys.RecoveryKey(bytes(range(1, 33)))
PARTS = {"database.dump": b"d" * 5000, "files/aa/aabb": b"", "keys/x/y.key": bytes(range(256)) * 9}


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "CHUNK", 1000)
    monkeypatch.setattr(archive, "BLOCK", 700)


def written(recipient: keys.Recipient = KEY.public, parts: dict[str, bytes] = PARTS) -> bytes:
    out = io.BytesIO()
    adding = archive.ArchiveWriter(sealed.Writer(out, recipient, {"made_at": "2026-03-02"}))
    for name, content in parts.items():
        adding.add(name, iter([content]))
    adding.finish({"version": "1"})
    return out.getvalue()


def read(content: bytes, opener: keys.Opener = KEY) -> dict[str, bytes]:
    reader = archive.ArchiveReader(sealed.Reader(io.BytesIO(content), opener))
    return {name: b"".join(blocks) for name, blocks in reader.parts()}


@cache
def whole() -> bytes:
    return written()


def test_what_was_put_in_comes_out() -> None:
    assert read(whole()) == PARTS
    manifest = archive.check(sealed.Reader(io.BytesIO(whole()), KEY))
    assert (manifest["version"], manifest["parts"], manifest["bytes"]) == ("1", 3, 5000 + 2304)


@pytest.mark.parametrize("size", [0, 1, 699, 700, 701, 999, 1000, 1001, 2000, 2001])
def test_every_length_comes_out(size: int) -> None:
    assert read(written(parts={"a": b"x" * size})) == {"a": b"x" * size}


def test_nothing_of_the_content_can_be_seen() -> None:
    assert b"ddd" not in whole()
    assert b"database" not in whole()


def test_two_backups_of_the_same_share_nothing() -> None:
    assert written()[-900:] != written()[-900:]


def places(content: bytes) -> Iterator[int]:
    chance = random.Random(7)
    yield from range(0, len(content), 37)
    yield from (chance.randrange(len(content)) for _ in range(200))


def test_one_byte_changed_anywhere_is_refused() -> None:
    content = whole()
    tried = 0
    for place in places(content):
        changed = bytearray(content)
        changed[place] ^= 1 << (place % 8)
        with pytest.raises((DamagedBackup, NotABackup, WrongRecoveryKey)):
            read(bytes(changed))
        tried += 1
    assert tried > 400


def test_a_backup_cut_off_anywhere_is_refused() -> None:
    content = whole()
    for length in {*range(0, len(content), 61), len(content) - 1, len(content) - 1016}:
        with pytest.raises((DamagedBackup, NotABackup)):
            read(content[:length])


def test_a_chunk_left_out_moved_or_added_is_refused() -> None:
    content = whole()
    size = sealed.CHUNK + 16
    length = len(sealed.MAGIC)
    head = length + 4 + int.from_bytes(content[length : length + 4], "big")
    first, second = content[head : head + size], content[head + size : head + 2 * size]
    rest = content[head + 2 * size :]
    assert read(content[:head] + first + second + rest) == PARTS
    for wrong in (second + rest, second + first + rest, first + first + rest, first + second + rest + b"x"):
        with pytest.raises(DamagedBackup):
            read(content[:head] + wrong)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(WrongRecoveryKey):
        read(whole(), OTHER)
    with pytest.raises(WrongRecoveryKey, match="dengan kunci pemulihan, bukan"):
        read(whole(), Passphrase("frasa sandi yang panjang"))


def test_a_passphrase_opens_what_it_closed() -> None:
    content = written(Passphrase("frasa sandi yang panjang\n"))
    assert read(content, Passphrase("frasa sandi yang panjang")) == PARTS
    with pytest.raises(WrongRecoveryKey):
        read(content, Passphrase("frasa sandi yang panjanG"))
    with pytest.raises(WrongRecoveryKey, match="dengan frasa sandi, bukan"):
        read(content, KEY)
    with pytest.raises(WeakPassphrase):
        written(Passphrase("pendek"))


def test_the_written_key_is_read_again_however_it_is_typed() -> None:
    text = KEY.written()
    for typed in (text, text.lower(), text.replace("-", " "), f"\n{text}\n"):
        assert keys.read_recovery_key(typed).public.raw == KEY.public.raw


def test_a_mistyped_key_is_told() -> None:
    text = KEY.written()
    swapped = text[:-2] + ("AB" if text[-2:] != "AB" else "CD")
    for typed in ("", text[:-5], swapped, "LOKET-PEMULIHAN-0000", text + "AAAA"):
        with pytest.raises(UnreadableRecoveryKey):
            keys.read_recovery_key(typed)


def test_only_the_public_half_stays(tmp_path: Path) -> None:
    with pytest.raises(NoBackupKey):
        keys.public_key(tmp_path / "keys")
    key = keys.new_key(tmp_path / "keys")
    assert keys.public_key(tmp_path / "keys").raw == key.public.raw
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["backup.pub"]
    with pytest.raises(KeyExists):
        keys.new_key(tmp_path / "keys")
    assert keys.new_key(tmp_path / "keys", replace=True).public.raw != key.public.raw
