"""How journal rows are chained. Plain Python, so that an auditor can repeat it by hand.

The hash of a row is SHA-256 over the hash of the row before and the row's own canonical JSON.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True)
class Row:
    """One journal row as it is hashed."""

    seq: int
    id: int
    at: datetime
    office: str
    action: str
    subject: str
    actor: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Anchor:
    """The head of an office's chain at some moment, kept outside the database."""

    office: str
    seq: int
    hash: str
    at: str


def row_hash(previous: str, row: Row) -> str:
    """The hash of `row` after the row whose hash is `previous` (GENESIS for the first)."""
    canonical = json.dumps(
        [
            row.seq,
            row.id,
            row.at.astimezone(UTC).isoformat(),
            row.office,
            row.action,
            row.subject,
            row.actor,
            row.details,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(f"{previous}{canonical}".encode()).hexdigest()
