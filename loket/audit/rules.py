"""How journal rows are chained. Plain Python, so that an auditor can repeat it by hand.

The hash of a row is SHA-256 over the hash of the row before and the row's own canonical JSON.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

GENESIS = "0" * 64
# The row that continues the chain behind rows which a restore lost: it names them and the anchor before it.
GAP = "journal.gap"
# Details of most rows are like those of many others, or one plain text (why somebody looked): both are cheap.
_KNOWN_DETAILS = 10_000
_ONE_TEXT = re.compile(r'\{"[^"\\]*": "[^"\\]*"\}').fullmatch
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


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
    return chained(
        previous, row.seq, row.id, row.at, row.office, row.action, row.subject, row.actor, row.details
    )


def chained(
    previous: str,
    seq: int,
    row_id: int,
    at: datetime,
    office: str,
    action: str,
    subject: str,
    actor: str,
    details: dict[str, Any],
) -> str:
    """`row_hash` of a row's values; written out by hand because a check does it a million times."""
    canonical = (
        f'[{seq},{row_id},"{at.astimezone(UTC).isoformat()}",{encode_basestring(office)},'
        f"{encode_basestring(action)},{encode_basestring(subject)},{encode_basestring(actor)},{_encode(details)}]"
    )
    return hashlib.sha256(f"{previous}{canonical}".encode()).hexdigest()


@lru_cache(maxsize=_KNOWN_DETAILS)
def _read_and_written(details: str) -> str:
    return _encode(json.loads(details))


def _canonical(details: str) -> str:
    """Details as PostgreSQL tells them (`{"key": "value"}`) in the form that is hashed."""
    if _ONE_TEXT(details):
        return details.replace('": "', '":"', 1)
    return _read_and_written(details)


def chained_text(previous: str, before: str, details: str) -> str:
    """`chained` of a row whose text up to its details is there; `details` are as PostgreSQL tells them."""
    return hashlib.sha256(f"{previous}{before}{_canonical(details)}]".encode()).hexdigest()
