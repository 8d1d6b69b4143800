"""Writing the journal, sealing it, and anchoring its head outside the database."""

import json
import logging
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from loket.audit import ledger, queries
from loket.audit.models import Entry, UnanchoredNumber
from loket.audit.rules import GAP, GENESIS, Anchor, Row, chained, row_hash
from loket.core import clock
from loket.core.errors import LoketError

SEAL_BATCH = 5000
_LOCK_NAMESPACE = 0x10CE7
_NUMBERS_LOCK = 0x10CE8
ANCHOR_BATCH = 5000
_RECORD = """
INSERT INTO audit_entry (at, office_code, action, subject, actor, details, hash)
VALUES (%s, %s, %s, %s, %s, %s, '') RETURNING id
"""
logger = logging.getLogger(__name__)
# Numbers that wait because another directory failed: already written to these, not to be written again.
_written: dict[Path, set[int]] = {}


class AnchorUnwritable(LoketError):
    """Nomor belum dapat dicatat pada jangkar di luar basis data, sehingga belum boleh dicetak atau
    ditandatangani. Data yang sudah tersimpan tidak hilang. Hubungi pengelola sistem."""

    status = 503


def record(
    *, action: str, subject: str, actor: str, office_code: str = "", details: dict[str, Any] | None = None
) -> Entry:
    """Write one journal row in the running transaction.

    `action` is a verb phrase (`case.submit`), `subject` what it happened to (`case:<id>`), `actor` who did
    it (`account:<id>`, `system`). `details` must hold no personal data: the journal is kept for ever.
    """
    entry = Entry(
        at=clock.now(),
        office_code=office_code,
        action=action,
        subject=subject,
        actor=actor,
        details=details or {},
    )
    values = [entry.at, office_code, action, subject, actor, json.dumps(entry.details)]
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, values)
        (entry.pk,) = cursor.fetchone()
    return entry


def record_look(
    *, subject: str, actor: str, office_code: str = "", reason: str, stated: bool = False
) -> Entry:
    """Write that somebody looked at a person's data, and why (which case, which page).

    `stated`: the reason is the looker's own, given to see what they have no task for.
    """
    return record(
        action="person.look",
        subject=subject,
        actor=actor,
        office_code=office_code,
        details={"reason": reason, "stated": True} if stated else {"reason": reason},
    )


@transaction.atomic
def seal(*, office_code: str) -> Anchor | None:
    """Give unsealed rows of one office their place in the chain; returns the new head, None if none.

    One sealer at a time per office (advisory lock). Rows of transactions still open when this runs are
    sealed by the next run; the order of the chain is the order of sealing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_NAMESPACE, office_code])
    entries = list(
        Entry.objects.filter(office_code=office_code, seq__isnull=True).order_by("id")[:SEAL_BATCH]
    )
    if not entries:
        return None
    head = Entry.objects.filter(office_code=office_code, seq__isnull=False).order_by("-seq").first()
    seq, digest = (head.seq or 0, head.hash) if head else (0, GENESIS)
    for entry in entries:
        seq += 1
        row = Row(
            seq, entry.pk, entry.at, office_code, entry.action, entry.subject, entry.actor, entry.details
        )
        digest = row_hash(digest, row)
        entry.seq, entry.hash = seq, digest
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE audit_entry SET seq = %s, hash = %s WHERE id = %s",
            [(entry.seq, entry.hash, entry.pk) for entry in entries],
        )
    return Anchor(office_code, seq, digest, clock.now().isoformat())


@transaction.atomic
def bridge(*, lost: Anchor, reason: str, by: str) -> Entry:
    """Continue the chain of an office behind rows that a restore lost, up to the anchor `lost`.

    The new row says which rows are missing and takes the anchor's hash as the one before, so that the check
    of the journal tells the gap instead of accusing somebody.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_NAMESPACE, lost.office])
    here = queries.head(lost.office)
    entry = record(
        action=GAP,
        subject=f"journal:{lost.office or 'pusat'}",
        actor=by,
        office_code=lost.office,
        details={
            "first": here.seq + 1 if here else 1,
            "last": lost.seq,
            "hash": lost.hash,
            "anchored_at": lost.at,
            "reason": reason,
        },
    )
    values = (lost.seq + 1, entry.pk, entry.at, lost.office, GAP, entry.subject, by, entry.details)
    entry.seq, entry.hash = lost.seq + 1, chained(lost.hash, *values)
    entry.save(update_fields=["seq", "hash"])
    return entry


def anchor(*, head: Anchor, directory: Path) -> None:
    """Append the head of a chain to the anchor file of its office, durably.

    Called after the sealing has been committed: an anchor must never tell of rows that were rolled back.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = queries.anchor_path(head.office, directory)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(json.dumps(asdict(head), sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def seal_and_anchor(*, office_code: str, directory: Path) -> int:
    """Seal all that waits at one office and anchor the head; returns the head's place in the chain.

    A head that a crash between sealing and anchoring left without anchor is anchored now.
    """
    while sealed := seal(office_code=office_code):
        anchor(head=sealed, directory=directory)
    head = queries.head(office_code)
    if head is None:
        return 0
    if queries.last_anchored(office_code, directory) < head.seq:
        anchor(head=head, directory=directory)
    return head.seq


def note_number(*, office_code: str, key: str, value: int) -> None:
    """Remember, in the transaction that issues a number, that it has to be anchored; done right after commit.

    Raises AnchorUnwritable where an anchor directory cannot be written at all: better no number then.
    """
    require_anchors()
    UnanchoredNumber.objects.create(office_code=office_code, key=key, value=value, at=clock.now())
    # Before the caller can show the number to anybody.
    transaction.on_commit(anchor_numbers)


def require_anchors() -> None:
    """Raises AnchorUnwritable where an anchor directory cannot be written at all: better no number then."""
    for directory in queries.anchor_directories():
        if directory.exists() and not os.access(directory, os.W_OK):
            raise AnchorUnwritable()


def note_numbers(*, office_code: str, last: dict[str, int]) -> None:
    """The same for many counters at once: of one number, or set instead of raised (demo data, an import)."""
    at = clock.now()
    rows = [UnanchoredNumber(office_code=office_code, key=key, value=last[key], at=at) for key in last]
    UnanchoredNumber.objects.bulk_create(rows, batch_size=2000)
    transaction.on_commit(anchor_numbers)


def anchor_numbers() -> int:
    """Make every committed number durable in all anchor directories; returns how many were waiting.

    Whoever prints, shows or signs a number calls this first. Callers at once share one write: who waited for
    the lock finds his numbers written. Raises AnchorUnwritable; the numbers then wait for the next call.
    """
    if not UnanchoredNumber.objects.exists():
        return 0
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if outermost:
                # If the removal of the rows is lost in a crash, the numbers are anchored twice.
                cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS_LOCK])
        waiting = list(UnanchoredNumber.objects.order_by("id")[:ANCHOR_BATCH])
        for directory in queries.anchor_directories():
            _anchor_in(directory, waiting)
        UnanchoredNumber.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    if len(waiting) == ANCHOR_BATCH:
        return len(waiting) + anchor_numbers()
    return len(waiting)


def _anchor_in(directory: Path, waiting: list[UnanchoredNumber]) -> None:
    before = _written.get(directory, set())
    new = [row for row in waiting if row.pk not in before]
    numbers = [ledger.Issued(row.office_code, row.key, row.value, row.at.isoformat()) for row in new]
    try:
        if numbers:
            begin = directory == settings.ANCHORS_DIR
            ledger.append(directory, numbers, secret=settings.SECRET_KEY, begin=begin)
    except (OSError, ledger.DamagedLedger) as error:
        logger.error("numbers cannot be anchored in %s: %s", directory, error)
        raise AnchorUnwritable() from error
    _written[directory] = {row.pk for row in waiting}
