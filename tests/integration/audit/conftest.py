"""A journal of two offices, sealed and anchored in several runs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from loket.audit import queries
from loket.audit.actions import record, seal_and_anchor
from loket.audit.models import Entry
from loket.audit.queries import Verdict
from loket.core import clock
from tests.scratch import scratch

__all__ = ["Journal", "journal", "scratch", "write"]
HERE, THERE = "9971", "9972"
ROWS = 150
# The chain's head was anchored after each of these rows.
ANCHORED = (40, 100, 150)
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def write(count: int, office: str = HERE, first: int = 1) -> None:
    """`count` journal rows of an office, not sealed yet."""
    for number in range(first, first + count):
        with clock.use(START + timedelta(seconds=number, microseconds=number)):
            record(
                action=("case.submit", "case.step", "person.look")[number % 3],
                subject=f"case:{number}",
                actor=f"account:{number % 7}",
                office_code=office,
                details={"step": number, "reason": "Périksa", "nested": {"b": [1, 2.5, None], "a": True}},
            )


@dataclass
class Journal:
    """The sealed journal of HERE, that somebody with the database's password may now change."""

    directory: Path

    def sql(self, statement: str, *values: object) -> None:
        """Run a statement as an owner of the table who has switched off its triggers."""
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
            cursor.execute(statement, values)

    def row(self, seq: int, office: str = HERE) -> Entry:
        return Entry.objects.get(office_code=office, seq=seq)

    def verdict(self, office: str = HERE, *, anchored: bool = True) -> Verdict:
        anchors = queries.read_anchors(self.directory).get(office, []) if anchored else []
        return queries.verify(office, anchors)

    def found(self, *, anchored: bool = True) -> tuple[bool, int | None, int | None]:
        """Whether the chain is whole, else the place and the id of the first altered row."""
        verdict = self.verdict(anchored=anchored)
        return not verdict.broken, verdict.seq, verdict.entry_id


@pytest.fixture
def journal(db: None, tmp_path: Path) -> Journal:
    directory = tmp_path / "anchors"
    before = 0
    for upto in ANCHORED:
        write(upto - before, first=before + 1)
        write(upto - before, THERE, first=before + 1)
        for office in (HERE, THERE):
            assert seal_and_anchor(office_code=office, directory=directory) == upto
        before = upto
    return Journal(directory)
