"""The file of number anchors: it goes on after a crash, and every change of it is found."""

import json
import os
import stat
from pathlib import Path

import pytest

from loket.audit import ledger
from loket.audit.ledger import DamagedLedger, Issued

SECRET = "a secret of the tests"
NIK = "nik:997103600226"


def numbers(first: int, last: int) -> list[Issued]:
    return [
        Issued("9971", NIK, value, f"2026-03-02T00:00:{value:02d}+00:00") for value in range(first, last + 1)
    ]


def read(directory: Path, secret: str = SECRET) -> list[int]:
    return [number.value for number in ledger.read(directory, secret=secret)]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    ledger.append(tmp_path / "anchors", numbers(1, 3), secret=SECRET)
    ledger.append(tmp_path / "anchors", numbers(4, 9), secret=SECRET)
    return tmp_path / "anchors"


def test_what_was_written_is_read(directory: Path) -> None:
    assert list(ledger.read(directory, secret=SECRET)) == numbers(1, 9)
    assert ledger.newest(directory, secret=SECRET, most=2) == numbers(8, 9)
    assert stat.S_IMODE(ledger.path_in(directory).stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_nobody_reads_a_birth_date_from_it(directory: Path) -> None:
    text = ledger.path_in(directory).read_text()
    assert [word for word in ("9971", "0226", "nik") if word in text] == []


def test_no_file_no_numbers(tmp_path: Path) -> None:
    assert read(tmp_path) == []
    assert ledger.newest(tmp_path, secret=SECRET) == []


def test_another_secret_opens_nothing(directory: Path) -> None:
    with pytest.raises(DamagedLedger, match="baris 1 tidak dapat dibuka"):
        read(directory, "another")
    with pytest.raises(DamagedLedger, match="tidak dapat dibuka"):
        ledger.newest(directory, secret="another")


def test_where_the_disk_is_not_mounted_nothing_is_begun(tmp_path: Path) -> None:
    (empty := tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError):
        ledger.append(empty, numbers(1, 1), secret=SECRET, begin=False)
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("kept", [1, 40, 200])
def test_a_line_torn_by_a_crash_is_passed_over(directory: Path, kept: int) -> None:
    path = ledger.path_in(directory)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]) + lines[-1][:kept])
    assert read(directory) == list(range(1, 9))
    ledger.append(directory, numbers(9, 10), secret=SECRET)
    assert read(directory) == list(range(1, 11))


def test_the_very_first_line_torn(tmp_path: Path) -> None:
    ledger.append(tmp_path, numbers(1, 1), secret=SECRET)
    os.truncate(ledger.path_in(tmp_path), 50)
    ledger.append(tmp_path, numbers(1, 2), secret=SECRET)
    assert read(tmp_path) == [1, 2]


def altered(line: bytes, field: str) -> bytes:
    values = json.loads(line)
    end = "7f" if str(values[field]).endswith("7e") else "7e"
    values[field] = values[field] + 1 if field == "n" else values[field][:-2] + end
    return json.dumps(values, sort_keys=True).encode()


@pytest.mark.parametrize("field", ["n", "at", "box", "prev", "hash"])
@pytest.mark.parametrize("place", [1, 5, 9])
def test_an_altered_line_is_named(directory: Path, field: str, place: int) -> None:
    path = ledger.path_in(directory)
    lines = path.read_bytes().splitlines()
    lines[place - 1] = altered(lines[place - 1], field)
    path.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(DamagedLedger, match=f"baris {place} telah diubah"):
        read(directory)
    damage: list[str] = []
    rest = [number.value for number in ledger.read(directory, secret=SECRET, damage=damage)]
    assert rest == [value for value in range(1, 10) if value != place]
    assert len(damage) == 1


def test_a_removed_line_and_a_swapped_pair_are_named(directory: Path) -> None:
    path = ledger.path_in(directory)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3] + lines[4:]))
    with pytest.raises(DamagedLedger, match="baris 4 telah diubah atau dihapus"):
        read(directory)
    path.write_bytes(b"".join([*lines[:3], lines[4], lines[3], *lines[5:]]))
    with pytest.raises(DamagedLedger, match="baris 4 telah diubah atau dihapus"):
        read(directory)


def test_a_rebuilt_chain_cannot_hold_a_moved_number(directory: Path) -> None:
    """Whoever recomputes the hashes but has not the secret cannot make a box for another place."""
    path = ledger.path_in(directory)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[8] = lines[8] | {"box": lines[2]["box"]}
    lines[8]["hash"] = ledger._hash(lines[8]["prev"], 9, lines[8]["at"], lines[8]["box"])
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(DamagedLedger, match="baris 9 tidak dapat dibuka"):
        read(directory)


def test_a_file_of_rubbish_is_not_gone_on_from(tmp_path: Path) -> None:
    ledger.path_in(tmp_path).write_text("rubbish\n" * 3)
    with pytest.raises(DamagedLedger, match="tidak ada baris utuh"):
        ledger.append(tmp_path, numbers(1, 1), secret=SECRET)
