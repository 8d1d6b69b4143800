"""Reading the journal, and checking that it is whole."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from loket.audit.models import Entry
from loket.audit.rules import GAP, GENESIS, Anchor, chained_text
from loket.core import clock

LONGEST_ANCHOR_LINE = 1024
# Offices checked at once: one on each side of the wire.
AT_ONCE = 2
_Wanted = dict[int, set[str]]
# Years that have four digits; PostgreSQL knows others, writes 44 before Christ as 0044, and knows infinity.
_HAS_TIME = "at >= '0001-01-01 00:00+00' AND at < '10000-01-01 00:00+00'"
# What `rules.chained` hashes of a row up to its details, written by the database.
_BEFORE_DETAILS = f"""
'[' || seq || ',' || id || ',"' || CASE WHEN {_HAS_TIME}
    THEN replace(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', '') || '+00:00'
    ELSE at::text END
|| '",' || to_json(office_code) || ',' || to_json(action) || ',' || to_json(subject) || ','
|| to_json(actor) || ','
"""


@dataclass(frozen=True)
class Verdict:
    """What a check of one office's chain found. `broken` is empty when all is well.

    `gaps` are the places that a restore lost, each told by the row behind it.
    """

    office: str
    rows: int
    unsealed: int
    anchors: int
    broken: str
    seq: int | None = None
    entry_id: int | None = None
    gaps: list[tuple[int, int]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"ok": not self.broken, **self.__dict__}


def offices_with_entries() -> list[str]:
    """Codes of the offices that have journal rows, the empty code for the installation first."""
    return list(Entry.objects.order_by("office_code").values_list("office_code", flat=True).distinct())


def history(subject: str) -> list[Entry]:
    """The journal of one subject (`case:…`), oldest first."""
    return list(Entry.objects.filter(subject=subject).order_by("id"))


def _sealed_rows(office: str) -> Iterator[tuple[int, int, str, str, str]]:
    """Place, id, hash, text before the details, and details of an office's sealed rows, in order."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT seq, id, hash, {_BEFORE_DETAILS}, details::text FROM audit_entry"  # noqa: S608 (constant)
            " WHERE office_code = %s AND seq IS NOT NULL ORDER BY seq",
            [office],
        )
        while rows := cursor.fetchmany(5000):
            yield from rows


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


def all_anchors() -> dict[str, list[Anchor]]:
    """The anchors of every anchor directory together, by office. Raises ValueError as `read_anchors`."""
    found: dict[str, list[Anchor]] = {}
    for directory in anchor_directories():
        for office, anchors in read_anchors(directory).items():
            found.setdefault(office, []).extend(anchors)
    return found


def lost_tail(office: str, directories: list[Path]) -> Anchor | None:
    """The furthest anchor of an office where the database's journal ends before it, else None."""
    furthest = max(
        (last for directory in directories if (last := _newest_anchor(office, directory))),
        key=lambda anchor: anchor.seq,
        default=None,
    )
    here = head(office)
    return furthest if furthest and furthest.seq > (here.seq if here else 0) else None


def head(office: str) -> Anchor | None:
    """The end of an office's sealed chain as it would be anchored now, None where nothing is sealed."""
    last = Entry.objects.filter(office_code=office, seq__isnull=False).order_by("-seq").first()
    if last is None or last.seq is None:
        return None
    return Anchor(office, last.seq, last.hash, clock.now().isoformat())


def anchor_path(office: str, directory: Path) -> Path:
    """The anchor file of an office; `pusat` is the installation itself."""
    return directory / f"{office or 'pusat'}.jsonl"


def anchor_directories() -> list[Path]:
    """Where anchors are kept: the first directory of ANCHORS_DIR, then its copies. Each of them counts."""
    return [settings.ANCHORS_DIR, *settings.ANCHOR_COPIES]


def anchored_offices(directory: Path) -> set[str]:
    """The offices that have an anchor file."""
    return {"" if path.stem == "pusat" else path.stem for path in directory.glob("*.jsonl")}


def _tail(path: Path) -> bytes:
    """The end of a file, long enough for its last line."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_ANCHOR_LINE))
        return file.read()


def _newest_anchor(office: str, directory: Path) -> Anchor | None:
    """The last anchor of an office's file, passing over a line that a crash tore."""
    path = anchor_path(office, directory)
    for line in reversed(_tail(path).splitlines() if path.exists() else []):
        try:
            return _anchor(line)
        except (ValueError, TypeError):
            continue
    return None


def last_anchored(office: str, directory: Path) -> int:
    """The place that an office's newest anchor names; 0 where there is none or its line is damaged."""
    path = anchor_path(office, directory)
    lines = _tail(path).splitlines() if path.exists() else []
    try:
        return _anchor(lines[-1]).seq if lines else 0
    except (ValueError, TypeError):
        return 0


def _bridged(row_id: int, expected: int, seq: int, wanted: _Wanted) -> str | None:
    """The hash from which the chain goes on behind the rows from `expected` that a restore lost, or None."""
    action, details = Entry.objects.values_list("action", "details").get(pk=row_id)
    if action != GAP or (details.get("first"), details.get("last")) != (expected, seq - 1):
        return None
    digest = details.get("hash")
    # Where anchors are compared at all, the lost rows must have been anchored.
    known = wanted.get(seq - 1, set()) if wanted else {digest}
    return digest if isinstance(digest, str) and known == {digest} else None


def verify(office: str, anchors: list[Anchor]) -> Verdict:
    """Recompute the chain of `office` and compare it with its anchors; names the first altered row.

    Finds edits, deletions, insertions and swaps of sealed rows by the chain itself, a cut tail and a rebuilt
    chain by the anchors. Unsealed rows are only counted: nothing protects them yet.
    """
    unsealed = Entry.objects.filter(office_code=office, seq__isnull=True).count()
    wanted: _Wanted = {}
    for anchor in anchors:
        # A place anchored twice with different hashes: the tail was cut off and grew again.
        wanted.setdefault(anchor.seq, set()).add(anchor.hash)
    previous, expected, rows, gaps = GENESIS, 1, 0, []

    def broken(sentence: str, seq: int, entry_id: int | None = None) -> Verdict:
        return Verdict(office, rows, unsealed, len(anchors), sentence, seq, entry_id, gaps)

    for seq, row_id, digest, text, details in _sealed_rows(office):
        if seq != expected:
            bridge = _bridged(row_id, expected, seq, wanted)
            if bridge is None:
                return broken(f"baris nomor {expected} hilang dari jurnal", expected)
            gaps.append((expected, seq - 1))
            previous = bridge
        if chained_text(previous, text, details) != digest:
            return broken(f"isi baris nomor {seq} (id {row_id}) berubah setelah disegel", seq, row_id)
        if seq in wanted and wanted[seq] != {digest}:
            return broken(
                f"rantai disusun ulang: baris nomor {seq} tidak sama dengan jangkarnya", seq, row_id
            )
        previous, expected, rows = digest, seq + 1, rows + 1
    last = max(wanted, default=0)
    if last >= expected:
        return broken(f"ekor jurnal terpotong: baris nomor {expected} sampai {last} hilang", expected)
    return Verdict(office, rows, unsealed, len(anchors), "", gaps=gaps)


def verify_all(anchors: dict[str, list[Anchor]]) -> list[Verdict]:
    """`verify` of every office that has rows or anchors, in the order of their codes, two at once.

    While the database writes out the rows of one office, this process hashes those of the other.
    """
    offices = sorted({*offices_with_entries(), *anchors})

    def one(office: str) -> Verdict:
        try:
            return verify(office, anchors.get(office, []))
        finally:
            connection.close()

    # Another connection would not see what the running transaction has written.
    if connection.in_atomic_block or len(offices) < AT_ONCE:
        return [verify(office, anchors.get(office, [])) for office in offices]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, offices))
