"""The chain of the journal, recomputed by hand."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from loket.audit.rules import GENESIS, Row, row_hash

ROW = Row(
    seq=1,
    id=42,
    at=datetime(2026, 3, 2, 3, 4, 5, 678901, tzinfo=UTC),
    office="9971",
    action="case.submit",
    subject="case:1",
    actor="account:7",
    details={"b": 2, "a": "é"},
)


def test_the_hash_can_be_repeated_with_sha256sum() -> None:
    written = (
        GENESIS + '[1,42,"2026-03-02T03:04:05.678901+00:00","9971","case.submit","case:1","account:7",'
        '{"a":"é","b":2}]'
    )
    assert row_hash(GENESIS, ROW) == hashlib.sha256(written.encode()).hexdigest()


def test_the_same_moment_in_another_zone_is_the_same_row() -> None:
    elsewhere = replace(ROW, at=ROW.at.astimezone(timezone(timedelta(hours=8))))
    assert row_hash(GENESIS, elsewhere) == row_hash(GENESIS, ROW)


def test_the_order_of_the_details_does_not_matter() -> None:
    assert row_hash(GENESIS, replace(ROW, details={"a": "é", "b": 2})) == row_hash(GENESIS, ROW)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seq", 2),
        ("id", 43),
        ("at", ROW.at + timedelta(microseconds=1)),
        ("office", "9972"),
        ("action", "case.submi"),
        ("subject", "case:2"),
        ("actor", "account:8"),
        ("details", {"b": 2, "a": "e"}),
        ("details", {"b": "2", "a": "é"}),
        ("details", {}),
    ],
)
def test_every_field_counts(field: str, value: Any) -> None:
    assert row_hash(GENESIS, replace(ROW, **{field: value})) != row_hash(GENESIS, ROW)


def test_text_cannot_wander_from_one_field_to_the_next() -> None:
    moved = replace(ROW, action="case", subject=".submitcase:1")
    assert row_hash(GENESIS, moved) != row_hash(GENESIS, ROW)


def test_the_row_before_counts() -> None:
    assert row_hash("1" * 64, ROW) != row_hash(GENESIS, ROW)
