"""Writing the journal, sealing it, and anchoring its head outside the database."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from loket.audit import queries
from loket.audit.models import Entry
from loket.audit.rules import GENESIS, Anchor, Row, row_hash
from loket.core import clock

SEAL_BATCH = 5000
_LOCK_NAMESPACE = 0x10CE7


def record(
    *, action: str, subject: str, actor: str, office_code: str = "", details: dict[str, Any] | None = None
) -> Entry:
    """Write one journal row in the running transaction.

    `action` is a verb phrase (`case.submit`), `subject` what it happened to (`case:<id>`), `actor` who did
    it (`account:<id>`, `system`). `details` must hold no personal data: the journal is kept for ever.
    """
    return Entry.objects.create(
        at=clock.now(),
        office_code=office_code,
        action=action,
        subject=subject,
        actor=actor,
        details=details or {},
    )


def record_look(*, subject: str, actor: str, office_code: str = "", reason: str) -> Entry:
    """Write that somebody looked at a person's data, and why (which case, which page)."""
    return record(
        action="person.look",
        subject=subject,
        actor=actor,
        office_code=office_code,
        details={"reason": reason},
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
