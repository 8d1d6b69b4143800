"""Reading the journal, and checking that it is whole."""

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from loket.audit.models import Entry
from loket.audit.rules import GENESIS, Anchor, Row, row_hash
from loket.core import clock

LONGEST_ANCHOR_LINE = 1024
_COLUMNS = "seq, id, at, office_code, action, subject, actor, details, hash"


@dataclass(frozen=True)
class Verdict:
    """What a check of one office's chain found. `broken` is empty when all is well."""

    office: str
    rows: int
    unsealed: int
    anchors: int
    broken: str
    seq: int | None = None
    entry_id: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"ok": not self.broken, **self.__dict__}


def offices_with_entries() -> list[str]:
    """Codes of the offices that have journal rows, the empty code for the installation first."""
    return list(Entry.objects.order_by("office_code").values_list("office_code", flat=True).distinct())


def history(subject: str) -> list[Entry]:
    """The journal of one subject (`case:…`), oldest first."""
    return list(Entry.objects.filter(subject=subject).order_by("id"))


def _sealed_rows(office: str) -> Iterator[tuple[Row, str]]:
    """The sealed rows of an office in order of the chain, without loading them all."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM audit_entry"  # noqa: S608 (constant column list)
            " WHERE office_code = %s AND seq IS NOT NULL ORDER BY seq",
            [office],
        )
        while rows := cursor.fetchmany(5000):
            for *values, details, digest in rows:
                parsed = json.loads(details) if isinstance(details, str) else details
                yield Row(*values, parsed), digest


def _anchor(line: bytes) -> Anchor:
    """One line of an anchor file. Raises ValueError or TypeError where it is damaged."""
    anchor = Anchor(**json.loads(line))
    if [type(value) for value in astuple(anchor)] != [str, int, str, str]:
        raise TypeError("wrong types")
    return anchor


def read_anchors(directory: Path) -> dict[str, list[Anchor]]:
    """The anchors kept outside the database, by office. A damaged line raises ValueError with its place."""
    found: dict[str, list[Anchor]] = {}
    for path in sorted(directory.glob("*.jsonl")):
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            try:
                anchor = _anchor(line)
            except (ValueError, TypeError) as error:
                raise ValueError(f"{path.name} baris {number} bukan jangkar yang utuh") from error
            found.setdefault(anchor.office, []).append(anchor)
    return found


def head(office: str) -> Anchor | None:
    """The end of an office's sealed chain as it would be anchored now, None where nothing is sealed."""
    last = Entry.objects.filter(office_code=office, seq__isnull=False).order_by("-seq").first()
    if last is None or last.seq is None:
        return None
    return Anchor(office, last.seq, last.hash, clock.now().isoformat())


def anchor_path(office: str, directory: Path) -> Path:
    """The anchor file of an office; `pusat` is the installation itself."""
    return directory / f"{office or 'pusat'}.jsonl"


def anchored_offices(directory: Path) -> set[str]:
    """The offices that have an anchor file."""
    return {"" if path.stem == "pusat" else path.stem for path in directory.glob("*.jsonl")}


def _tail(path: Path) -> bytes:
    """The end of a file, long enough for its last line."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_ANCHOR_LINE))
        return file.read()


def last_anchored(office: str, directory: Path) -> int:
    """The place that an office's newest anchor names; 0 where there is none or its line is damaged."""
    path = anchor_path(office, directory)
    lines = _tail(path).splitlines() if path.exists() else []
    try:
        return _anchor(lines[-1]).seq if lines else 0
    except (ValueError, TypeError):
        return 0


def verify(office: str, anchors: list[Anchor]) -> Verdict:
    """Recompute the chain of `office` and compare it with its anchors; names the first altered row.

    Finds edits, deletions, insertions and swaps of sealed rows by the chain itself, a cut tail and a rebuilt
    chain by the anchors. Unsealed rows are only counted: nothing protects them yet.
    """
    unsealed = Entry.objects.filter(office_code=office, seq__isnull=True).count()
    wanted: dict[int, set[str]] = {}
    for anchor in anchors:
        # A place anchored twice with different hashes: the tail was cut off and grew again.
        wanted.setdefault(anchor.seq, set()).add(anchor.hash)
    previous, expected = GENESIS, 1
    for row, digest in _sealed_rows(office):
        if row.seq != expected:
            broken = f"baris nomor {expected} hilang dari jurnal"
            return Verdict(office, expected - 1, unsealed, len(anchors), broken, expected)
        if row_hash(previous, row) != digest:
            broken = f"isi baris nomor {row.seq} (id {row.id}) berubah setelah disegel"
            return Verdict(office, expected - 1, unsealed, len(anchors), broken, row.seq, row.id)
        if wanted.get(row.seq, {digest}) != {digest}:
            broken = f"rantai disusun ulang: baris nomor {row.seq} tidak sama dengan jangkarnya"
            return Verdict(office, expected - 1, unsealed, len(anchors), broken, row.seq, row.id)
        previous, expected = digest, expected + 1
    rows = expected - 1
    last = max(wanted, default=0)
    if last > rows:
        broken = f"ekor jurnal terpotong: baris nomor {rows + 1} sampai {last} hilang"
        return Verdict(office, rows, unsealed, len(anchors), broken, rows + 1)
    return Verdict(office, rows, unsealed, len(anchors), "")
