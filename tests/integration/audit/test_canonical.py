"""What the database writes out for the check is, letter by letter, what the sealer hashed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loket.audit import queries
from loket.audit.actions import record, seal_and_anchor
from loket.audit.models import Entry
from loket.core import clock
from tests.integration.audit.conftest import HERE, START, THERE, Journal, write
from tests.integration.audit.test_tampering import undone
from tests.scratch import Scratch

MOMENTS = [
    datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
    datetime(2026, 3, 2, 1, 0, 0, 500_000, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 3, 2, 1, 0, 0, 1, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_990, tzinfo=UTC),
]
CONTROLS = "".join(map(chr, range(1, 0x20)))
TEXTS = [
    "",
    "biasa",
    'kutip " dan \\ miring',
    CONTROLS,
    "\x7f\x80\u2028",
    "é 漢 \U0001f600",
    '": "',
    "</script>'",
]
DETAILS: list[dict[str, Any]] = [
    {},
    {"reason": ""},
    {"reason": ", ini: {bukan} [apa-apa]"},
    {"bb": 1, "a": 2, "ccc": {"z": [], "yy": {}}, "é": None, "B": True},
    {"number": [0, -1, 10**30, 1.0, 2.5, 1e-7, 1e22, -0.0, 0.1 + 0.2]},
    {"deep": [[[{"b": "x", "a": '"'}]]]},
    *({"text": text} for text in TEXTS),
    *({text: "kunci"} for text in TEXTS),
]


@pytest.mark.django_db
def test_every_row_that_can_be_sealed_is_whole(tmp_path: Path) -> None:
    rows = [(MOMENTS[0], "biasa", details) for details in DETAILS]
    rows += [(moment, "biasa", {}) for moment in MOMENTS] + [(MOMENTS[0], text, {}) for text in TEXTS]
    for moment, text, details in rows:
        with clock.use(moment):
            told = {"action": text, "subject": text, "actor": text, "details": details}
            record(office_code=HERE, **told)
    assert seal_and_anchor(office_code=HERE, directory=tmp_path) == len(rows)
    verdict = queries.verify(HERE, queries.read_anchors(tmp_path)[HERE])
    assert (verdict.broken, verdict.rows) == ("", len(rows))


@pytest.mark.parametrize(
    "at", ["'infinity'", "'-infinity'", "at - interval '4051 years'", "at + interval '10000 years'"]
)
def test_a_moment_that_python_cannot_tell_is_an_altered_row(journal: Journal, at: str) -> None:
    """The year 2026 before Christ has the same four digits."""
    row = journal.row(77)
    with undone():
        journal.sql(f"UPDATE audit_entry SET at = {at} WHERE id = %s", row.pk)
        assert journal.found() == (False, 77, row.pk)


def test_all_offices_are_checked_in_their_order(journal: Journal) -> None:
    row = journal.row(41, THERE)
    journal.sql("UPDATE audit_entry SET actor = 'system' WHERE id = %s", row.pk)
    verdicts = queries.verify_all(queries.read_anchors(journal.directory))
    assert [(one.office, one.seq, one.entry_id) for one in verdicts] == [
        (HERE, None, None),
        (THERE, 41, row.pk),
    ]


def test_offices_are_checked_side_by_side(scratch: Scratch, tmp_path: Path) -> None:
    """Each on a connection of its own, outside any transaction."""
    for office, count in ((HERE, 3), (THERE, 2)):
        write(count, office)
        assert seal_and_anchor(office_code=office, directory=tmp_path) == count
    Entry.objects.create(at=START, office_code=HERE, action="x", subject="x", actor="x")
    verdicts = queries.verify_all(queries.read_anchors(tmp_path))
    assert [(one.office, one.broken, one.rows, one.unsealed) for one in verdicts] == [
        (HERE, "", 3, 1),
        (THERE, "", 2, 0),
    ]
