"""Every later change of the journal is found, and the first altered row is named.

The changes are made by somebody who owns the table and has switched off its triggers. The chain alone cannot
see that its tail is gone or that it was rebuilt from some row on; the anchors outside the database do.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from loket.audit import queries
from loket.audit.actions import record, seal_and_anchor
from loket.audit.models import Entry
from loket.audit.rules import GENESIS, Row, row_hash
from tests.integration.audit.conftest import ANCHORED, HERE, ROWS, START, THERE, Journal

WHOLE = (True, None, None)
# First, last, on both sides of anchors, and in between.
SOME_ROWS = (1, 2, 39, 40, 41, 77, 99, 100, 101, 149, 150)


@contextmanager
def undone() -> Iterator[None]:
    """What the block does to the database is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rechain(journal: Journal, first: int) -> None:
    """Compute all hashes anew from `first` on, as somebody would who read our source."""
    digest = journal.row(first - 1).hash if first > 1 else GENESIS
    for entry in Entry.objects.filter(office_code=HERE, seq__gte=first).order_by("seq"):
        values = (entry.seq, entry.pk, entry.at, HERE, entry.action, entry.subject, entry.actor)
        digest = row_hash(digest, Row(*values, entry.details))
        journal.sql("UPDATE audit_entry SET hash = %s WHERE id = %s", digest, entry.pk)


def test_an_untouched_journal_is_whole(journal: Journal) -> None:
    verdict = journal.verdict()
    assert verdict.as_dict() == {
        "ok": True,
        "office": HERE,
        "rows": ROWS,
        "unsealed": 0,
        "anchors": len(ANCHORED),
        "broken": "",
        "seq": None,
        "entry_id": None,
        "gaps": [],
    }
    assert journal.found(anchored=False) == WHOLE
    assert queries.offices_with_entries() == [HERE, THERE]


@pytest.mark.parametrize("anchored", [True, False])
@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "at = at - interval '1 year'",
        "action = action || 'x'",
        "action = ''",
        "subject = 'case:9999'",
        "actor = 'system'",
        "details = '{}'",
        "details = jsonb_set(details, '{step}', '\"0\"')",
        "details = jsonb_set(details, '{nested,b,2}', '0')",
        "hash = repeat('0', 64)",
        "hash = upper(hash)",
        "hash = substr(hash, 1, 63)",
    ],
)
def test_a_changed_column(journal: Journal, change: str, anchored: bool) -> None:
    for seq in SOME_ROWS:
        with undone():
            entry = journal.row(seq)
            journal.sql(f"UPDATE audit_entry SET {change} WHERE id = %s", entry.pk)
            assert journal.found(anchored=anchored) == (False, seq, entry.pk)
    assert journal.found() == WHOLE


def test_a_changed_id(journal: Journal) -> None:
    for seq in SOME_ROWS:
        with undone():
            journal.sql("UPDATE audit_entry SET id = 999999 WHERE id = %s", journal.row(seq).pk)
            assert journal.found(anchored=False) == (False, seq, 999999)


@pytest.mark.parametrize(
    "taken_away",
    [
        "DELETE FROM audit_entry WHERE id = %s",
        "UPDATE audit_entry SET seq = NULL, hash = '' WHERE id = %s",
        "UPDATE audit_entry SET seq = 5000 WHERE id = %s",
        "UPDATE audit_entry SET office_code = '9973' WHERE id = %s",
    ],
)
def test_a_row_that_is_gone(journal: Journal, taken_away: str) -> None:
    """Deleted, unsealed, moved behind the others, or given to another office."""
    for seq in SOME_ROWS:
        with undone():
            journal.sql(taken_away, journal.row(seq).pk)
            assert journal.found() == (False, seq, None)
            assert journal.verdict().rows == seq - 1


def test_a_row_given_to_another_office_is_found_there_too(journal: Journal) -> None:
    journal.sql("UPDATE audit_entry SET office_code = '9973' WHERE id = %s", journal.row(77).pk)
    assert journal.verdict("9973").seq == 1
    assert journal.verdict(THERE).broken == ""


def shift(journal: Journal, first: int) -> None:
    """Make room at `first`: every later row moves one place on."""
    journal.sql("UPDATE audit_entry SET seq = seq + 5000 WHERE office_code = %s AND seq >= %s", HERE, first)
    journal.sql("UPDATE audit_entry SET seq = seq - 4999 WHERE office_code = %s AND seq >= 5000", HERE)


def put_in(journal: Journal, seq: int, digest: str) -> Entry:
    """A forged row at `seq`."""
    entry = Entry(at=START, office_code=HERE, action="case.step", subject="case:1", actor="system")
    entry.seq, entry.hash, entry.details = seq, digest, {}
    entry.save(force_insert=True)
    return entry


def test_a_row_put_in_with_a_guessed_hash(journal: Journal) -> None:
    for seq in SOME_ROWS:
        with undone():
            digest = journal.row(seq).hash
            shift(journal, seq)
            forged = put_in(journal, seq, digest)
            assert journal.found(anchored=False) == (False, seq, forged.pk)


def test_a_row_put_in_with_the_right_hash_breaks_the_chain_at_the_next(journal: Journal) -> None:
    moved = journal.row(77).pk
    shift(journal, 77)
    forged = put_in(journal, 77, "unknown")
    values = (77, forged.pk, forged.at, HERE, forged.action, forged.subject, forged.actor, {})
    digest = row_hash(journal.row(76).hash, Row(*values))
    journal.sql("UPDATE audit_entry SET hash = %s WHERE id = %s", digest, forged.pk)
    assert journal.found(anchored=False) == (False, 78, moved)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (40, 41), (77, 100), (1, 150), (149, 150)])
@pytest.mark.parametrize("hashes_too", [False, True])
def test_two_rows_swapped(journal: Journal, one: int, other: int, hashes_too: bool) -> None:
    first, second = journal.row(one), journal.row(other)
    journal.sql("UPDATE audit_entry SET seq = 5000 WHERE id = %s", first.pk)
    journal.sql("UPDATE audit_entry SET seq = %s WHERE id = %s", one, second.pk)
    journal.sql("UPDATE audit_entry SET seq = %s WHERE id = %s", other, first.pk)
    if hashes_too:
        journal.sql("UPDATE audit_entry SET hash = %s WHERE id = %s", first.hash, second.pk)
        journal.sql("UPDATE audit_entry SET hash = %s WHERE id = %s", second.hash, first.pk)
    assert journal.found(anchored=False) == (False, one, second.pk)


def test_the_contents_of_two_rows_swapped(journal: Journal) -> None:
    first, second = journal.row(20), journal.row(21)
    for target, source in ((first, second), (second, first)):
        journal.sql(
            "UPDATE audit_entry SET action = %s, subject = %s WHERE id = %s",
            source.action,
            source.subject,
            target.pk,
        )
    assert journal.found(anchored=False) == (False, 20, first.pk)


def test_an_id_used_again_for_another_row(journal: Journal) -> None:
    for seq in SOME_ROWS:
        with undone():
            entry = journal.row(seq)
            journal.sql("DELETE FROM audit_entry WHERE id = %s", entry.pk)
            entry.subject = "case:0"
            entry.save(force_insert=True)
            assert journal.found(anchored=False) == (False, seq, entry.pk)


@pytest.mark.parametrize("rows_left", [0, 1, 99, 100, 149])
def test_a_tail_cut_off_is_seen_by_the_anchors_alone(journal: Journal, rows_left: int) -> None:
    journal.sql("DELETE FROM audit_entry WHERE office_code = %s AND seq > %s", HERE, rows_left)
    assert journal.found(anchored=False) == WHOLE
    assert journal.found() == (False, rows_left + 1, None)
    assert journal.verdict().broken == (
        f"ekor jurnal terpotong: baris nomor {rows_left + 1} sampai {ROWS} hilang"
    )


@pytest.mark.parametrize(("first", "named"), [(1, 40), (40, 40), (41, 100), (101, 150), (150, 150)])
def test_a_rebuilt_chain_is_seen_by_the_anchors_alone(journal: Journal, first: int, named: int) -> None:
    """The anchor after the change tells; the rows between two anchors cannot be told apart any more."""
    journal.sql("UPDATE audit_entry SET subject = 'case:0' WHERE id = %s", journal.row(first).pk)
    rechain(journal, first)
    assert journal.found(anchored=False) == WHOLE
    assert journal.found() == (False, named, journal.row(named).pk)


def test_a_rebuilt_chain_without_one_row(journal: Journal) -> None:
    journal.sql("DELETE FROM audit_entry WHERE id = %s", journal.row(41).pk)
    journal.sql("UPDATE audit_entry SET seq = seq - 1 WHERE office_code = %s AND seq > 41", HERE)
    rechain(journal, 41)
    assert journal.found(anchored=False) == WHOLE
    assert journal.found() == (False, 100, journal.row(100).pk)


def test_an_emptied_table(journal: Journal) -> None:
    journal.sql("TRUNCATE audit_entry")
    assert queries.offices_with_entries() == []
    assert journal.found(anchored=False) == WHOLE
    assert [journal.verdict(office).seq for office in (HERE, THERE)] == [1, 1]


@pytest.mark.parametrize("cut", [1, 3])
def test_a_cut_tail_that_grew_again_to_the_same_length(journal: Journal, cut: int) -> None:
    """The sealer goes on from what is left and anchors the same place a second time."""
    journal.sql("DELETE FROM audit_entry WHERE office_code = %s AND seq > %s", HERE, ROWS - cut)
    for number in range(cut):
        record(action="case.step", subject=f"case:new-{number}", actor="system", office_code=HERE)
    assert seal_and_anchor(office_code=HERE, directory=journal.directory) == ROWS
    assert journal.found(anchored=False) == WHOLE
    assert journal.found() == (False, ROWS, journal.row(ROWS).pk)


def test_a_cut_tail_that_grew_beyond(journal: Journal) -> None:
    journal.sql("DELETE FROM audit_entry WHERE office_code = %s AND seq > %s", HERE, ROWS - 5)
    for number in range(20):
        record(action="case.step", subject=f"case:new-{number}", actor="system", office_code=HERE)
    assert seal_and_anchor(office_code=HERE, directory=journal.directory) == ROWS + 15
    assert journal.found() == (False, ROWS, journal.row(ROWS).pk)


def test_what_happens_at_one_office_does_not_accuse_another(journal: Journal) -> None:
    journal.sql("UPDATE audit_entry SET actor = 'system' WHERE id = %s", journal.row(5).pk)
    assert journal.verdict(HERE).seq == 5
    assert journal.verdict(THERE).broken == ""
