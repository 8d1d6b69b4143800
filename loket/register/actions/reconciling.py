"""After a restore: no number is issued again, and what the database lost is told.

The anchors outside the database know every number that was ever committed. Where they are ahead of the
counters, the database is older than they are: the counters are raised and the difference becomes a gap.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from loket.audit import ledger
from loket.audit.actions import anchor, bridge, record
from loket.audit.queries import anchor_directories, anchored_offices, last_anchored, lost_tail
from loket.core import clock
from loket.core.errors import LoketError
from loket.offices.models import Office
from loket.register.models import NumberGap, Serial
from loket.register.rules import is_personal_counter

COPY_BATCH = 5000


class DatabaseTooOld(LoketError):
    """Basis data ini lebih tua daripada jangkar di luarnya: nomor yang sudah diberikan akan diberikan lagi.
    Loket tidak dijalankan. Jalankan `loket restore --reconcile`, lalu jalankan Loket kembali."""


class AnchorsMissing(LoketError):
    """Direktori jangkar tidak berisi catatan nomor, padahal nomor sudah pernah diberikan. Pasang media atau
    pulihkan direktorinya; untuk memulai direktori yang baru jalankan `loket restore --begin-anchors`."""


class UnknownOffice(LoketError):
    """Jangkar menyebut kantor yang tidak ada di basis data. Terbitkan standar kantor itu dahulu."""


@dataclass(frozen=True)
class Ahead:
    """Numbers of one counter that were anchored and are not in the database."""

    office: str
    key: str
    first: int
    last: int
    at: datetime


@dataclass(frozen=True)
class Comparison:
    """Anchors beside the database: what it lost, what each file lacks, what is damaged, the newest time."""

    ahead: list[Ahead]
    lacking: dict[Path, int]
    damage: list[str]
    newest: datetime | None

    @property
    def numbers_lost(self) -> int:
        """How many numbers were issued and are not in the database."""
        return sum(item.last - item.first + 1 for item in self.ahead)


_AHEAD = """
SELECT a.office, a.key, coalesce(s.last + 1, min(a.value)), max(a.value), max(a.at)
  FROM anchored_number a LEFT JOIN register_serial s ON s.office_id = a.office AND s.key = a.key
 WHERE a.value > coalesce(s.last, 0) GROUP BY a.office, a.key, s.last ORDER BY a.office, a.key
"""
# As it was before the files were read: what is issued meanwhile lacks in nothing, nor does what still waits.
_ISSUED = """
CREATE TEMP TABLE issued_number AS SELECT office_id AS office, key, last FROM register_serial s
 WHERE last > 0 AND NOT EXISTS (SELECT FROM audit_unanchorednumber u WHERE u.office_code = s.office_id
                                    AND u.key = s.key AND u.value >= s.last)
"""
_ANCHORED = (
    "CREATE TEMP TABLE anchored_number (place int, office text, key text, value bigint, at timestamptz)"
)
_LACKING = """
SELECT s.office, s.key, s.last FROM issued_number s
 WHERE NOT EXISTS (SELECT FROM anchored_number a WHERE a.place = %s AND a.office = s.office
                      AND a.key = s.key AND a.value >= s.last)
"""


def _rows(directories: Sequence[Path], damage: list[str]) -> Iterator[tuple[object, ...]]:
    for place, directory in enumerate(directories):
        for number in ledger.read(directory, secret=settings.SECRET_KEY, damage=damage):
            yield place, number.office, number.key, number.value, number.at


@contextmanager
def _loaded(directories: Sequence[Path], damage: list[str]) -> Iterator[Any]:
    """All anchors in a temporary table, so that a long file never lies in memory."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ISSUED)
        cursor.execute(_ANCHORED)
        with cursor.copy("COPY anchored_number FROM STDIN") as copy:
            for row in _rows(directories, damage):
                copy.write_row(row)
        cursor.execute("CREATE INDEX ON anchored_number (office, key, value)")
        cursor.execute("ANALYZE anchored_number")
        yield cursor
        cursor.execute("DROP TABLE anchored_number, issued_number")


def compare(*, extra: Sequence[Path] = ()) -> Comparison:
    """Compare every anchored number, also those in the directories `extra`, with the counters."""
    own, damage = anchor_directories(), list[str]()
    with _loaded([*own, *extra], damage) as cursor:
        cursor.execute(_AHEAD)
        ahead = [Ahead(*row) for row in cursor.fetchall()]
        lacking = {}
        for place, directory in enumerate(own):
            cursor.execute(f"SELECT count(*) FROM ({_LACKING}) AS lacking", [place])  # noqa: S608 (constant)
            lacking[directory] = cursor.fetchone()[0]
        cursor.execute("SELECT max(at) FROM anchored_number")
        newest = cursor.fetchone()[0]
    return Comparison(ahead, lacking, damage, newest)


def require_current() -> None:
    """Refuse to go on with a database that is older than the anchors, or without anchors it should have.

    Looks at the end of each file only, which is where a restored database differs. Raises DatabaseTooOld,
    AnchorsMissing, and ledger.DamagedLedger for the anchors of another installation.
    """
    for directory in anchor_directories():
        if not ledger.path_in(directory).exists():
            if _numbers_were_issued():
                raise AnchorsMissing(f"{directory}: {AnchorsMissing().message}")
            ledger.append(directory, [], secret=settings.SECRET_KEY)
        reached: dict[tuple[str, str], int] = {}
        for number in ledger.newest(directory, secret=settings.SECRET_KEY):
            place = number.office, number.key
            reached[place] = max(number.value, reached.get(place, 0))
        known = Serial.objects.filter(key__in=[key for _, key in reached])
        last = {(office, key): value for office, key, value in known.values_list("office_id", "key", "last")}
        if any(value > last.get(place, 0) for place, value in reached.items()):
            raise DatabaseTooOld()
        if any(lost_tail(office, [directory]) for office in anchored_offices(directory)):
            raise DatabaseTooOld()


def _numbers_were_issued() -> bool:
    """Whether there are numbers that some anchor should tell of: not only such as wait for their first
    one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM register_serial s WHERE s.last > 0 AND NOT EXISTS (SELECT FROM"
            " audit_unanchorednumber u WHERE u.office_code = s.office_id AND u.key = s.key"
            " AND u.value >= s.last))"
        )
        (some,) = cursor.fetchone()
    return bool(some)


def begin_anchors() -> dict[Path, int]:
    """Write to each anchor directory the numbers it lacks; returns how many. A new directory begins so."""
    done: dict[Path, int] = {}
    own = anchor_directories()
    with _loaded(own, []):
        for place, directory in enumerate(own):
            ledger.append(directory, [], secret=settings.SECRET_KEY)
            done[directory] = _complete(directory, place)
    return done


def _complete(directory: Path, place: int) -> int:
    count = 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LACKING, [place])
        while rows := cursor.fetchmany(COPY_BATCH):
            at = clock.now().isoformat()
            numbers = [ledger.Issued(office, key, value, at) for office, key, value in rows]
            ledger.append(directory, numbers, secret=settings.SECRET_KEY)
            count += len(rows)
    return count


@transaction.atomic
def reconcile(*, reason: str, by: str, extra: Sequence[Path] = ()) -> list[NumberGap]:
    """Raise every counter to its anchored number and record the gaps, in the register and in the journal.

    Repeated it finds nothing to do. No other process may be issuing numbers. Raises UnknownOffice.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE register_serial IN SHARE ROW EXCLUSIVE MODE")
    found = compare(extra=extra)
    if {item.office for item in found.ahead} - set(Office.objects.values_list("code", flat=True)):
        raise UnknownOffice()
    directories = [*anchor_directories(), *extra]
    for office in sorted(set().union(*map(anchored_offices, directories))):
        if lost := lost_tail(office, directories):
            bridge(lost=lost, reason=reason, by=by)
            # The check of the journal compares the bridge with this anchor, wherever it came from.
            for directory in anchor_directories():
                if last_anchored(office, directory) < lost.seq:
                    anchor(head=lost, directory=directory)
    return [_close(item, reason, by) for item in found.ahead]


def _close(item: Ahead, reason: str, by: str) -> NumberGap:
    Serial.objects.update_or_create(office_id=item.office, key=item.key, defaults={"last": item.last})
    gap = NumberGap.objects.create(
        office_id=item.office,
        key=item.key,
        first=item.first,
        last=item.last,
        reason=reason,
        last_issued_at=item.at,
        restored_at=clock.now(),
        by=by,
    )
    personal = is_personal_counter(item.key)
    record(
        action="register.number_gap",
        subject=f"gap:{gap.pk}",
        actor=by,
        office_code=item.office,
        details={"numbers": item.last - item.first + 1}
        | ({} if personal else {"book": item.key, "first": item.first, "last": item.last}),
    )
    return gap
