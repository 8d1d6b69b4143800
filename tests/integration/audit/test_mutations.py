"""Three hundred changes of a journal: every one is found, and the first altered row is named.

Each column twenty times, rows deleted, put in, swapped, given another's id, the tail cut, the whole chain
rebuilt, the table emptied; by somebody who owns the table and switched its triggers off.
"""

import random
from collections.abc import Callable, Iterator

from loket.audit.models import Entry
from loket.audit.rules import chained
from tests.integration.audit.conftest import ANCHORED, HERE, ROWS, Journal
from tests.integration.audit.test_tampering import put_in, rechain, shift, undone

Found = tuple[bool, int | None, int | None]
# What is written over a column's value; n is the number of the try, so that no two are the same.
COLUMNS = {
    "id": "id = id + 100000 + {n}",
    "at": "at = at + {n} * interval '1 second'",
    "action": "action = action || '{n}'",
    "subject": "subject = 'case:x{n}'",
    "actor": "actor = 'account:x{n}'",
    "details": "details = details || '{{\"more\": {n}}}'",
    "hash": "hash = md5('{n}') || md5('{n}')",
    "seq": "seq = seq + 1000 + {n}",
    "office_code": "office_code = '8{n:03d}'",
}
EACH = 20
chance = random.Random(300)  # the same three hundred each time


def _column(journal: Journal, name: str, n: int) -> Found:
    seq = chance.randint(1, ROWS)
    row = journal.row(seq)
    journal.sql(f"UPDATE audit_entry SET {COLUMNS[name].format(n=n)} WHERE id = %s", row.pk)
    if name in ("seq", "office_code"):
        return False, seq, None  # the row is gone from its place
    return False, seq, row.pk + 100000 + n if name == "id" else row.pk


def _deleted(journal: Journal, n: int) -> Found:
    seq = chance.randint(1, ROWS)
    journal.sql("DELETE FROM audit_entry WHERE id = %s", journal.row(seq).pk)
    return False, seq, None


def _put_in(journal: Journal, n: int) -> Found:
    seq = chance.randint(1, ROWS)
    digest = journal.row(seq).hash
    shift(journal, seq)
    return False, seq, put_in(journal, seq, digest).pk


def _swapped(journal: Journal, n: int) -> Found:
    one, other = sorted(chance.sample(range(1, ROWS + 1), 2))
    first, second = journal.row(one), journal.row(other)
    for seq, row in ((5000, first), (one, second), (other, first)):
        journal.sql("UPDATE audit_entry SET seq = %s WHERE id = %s", seq, row.pk)
    return False, one, second.pk


def _id_again(journal: Journal, n: int) -> Found:
    row = journal.row(chance.randint(1, ROWS))
    journal.sql("DELETE FROM audit_entry WHERE id = %s", row.pk)
    row.subject = f"case:again-{n}"
    row.save(force_insert=True)
    return False, row.seq, row.pk


def _tail_cut(journal: Journal, n: int) -> Found:
    left = chance.randint(0, ROWS - 1)
    journal.sql("DELETE FROM audit_entry WHERE office_code = %s AND seq > %s", HERE, left)
    return False, left + 1, None


def _rebuilt(journal: Journal, n: int) -> Found:
    """Only the first anchor behind the change can tell."""
    seq = chance.randint(1, ROWS)
    journal.sql(f"UPDATE audit_entry SET actor = 'account:y{n}' WHERE id = %s", journal.row(seq).pk)
    rechain(journal, seq)
    told = next(place for place in ANCHORED if place >= seq)
    return False, told, journal.row(told).pk


def _emptied(journal: Journal, n: int) -> Found:
    journal.sql("TRUNCATE audit_entry")
    return False, 1, None


def _hidden_as_restore(journal: Journal, n: int) -> Found:
    """Rows taken out, with a forged row that says a restore had lost them."""
    first = chance.randint(2, ROWS - 3)
    last = chance.randint(first + 1, ROWS - 1)
    digest = journal.row(last - 1).hash
    forged = {"first": first, "last": last - 1, "hash": digest}
    journal.sql(
        "DELETE FROM audit_entry WHERE office_code = %s AND seq BETWEEN %s AND %s", HERE, first, last - 1
    )
    row = journal.row(last)
    row.action, row.details = "journal.gap", forged
    journal.sql("DELETE FROM audit_entry WHERE id = %s", row.pk)
    row.save(force_insert=True)
    rechain_from(journal, last, digest)
    # Where the rows taken out end in an anchor of that hash they pass as lost, and the row behind is judged.
    told = first if (last - 1) not in ANCHORED else next(place for place in ANCHORED if place >= last)
    return False, told, None if told == first else journal.row(told).pk


def rechain_from(journal: Journal, first: int, digest: str) -> None:
    """Compute the hashes anew behind a gap whose last hash is `digest`."""
    for entry in Entry.objects.filter(office_code=HERE, seq__gte=first).order_by("seq"):
        values = (
            entry.seq,
            entry.pk,
            entry.at,
            HERE,
            entry.action,
            entry.subject,
            entry.actor,
            entry.details,
        )
        digest = chained(digest, *values)
        journal.sql("UPDATE audit_entry SET hash = %s WHERE id = %s", digest, entry.pk)


Change = Callable[[Journal, int], Found]
OTHERS: dict[str, tuple[int, Change]] = {
    "deleted": (EACH, _deleted),
    "put in": (EACH, _put_in),
    "swapped": (EACH, _swapped),
    "id again": (EACH, _id_again),
    "tail cut": (EACH, _tail_cut),
    "rebuilt": (10, _rebuilt),
    "emptied": (1, _emptied),
    "hidden as a restore": (9, _hidden_as_restore),
}


def changes() -> Iterator[tuple[str, int, Change]]:
    for name in COLUMNS:
        yield name, EACH, lambda journal, n, name=name: _column(journal, name, n)  # type: ignore[misc]  # mypy cannot infer it
    for name, (count, change) in OTHERS.items():
        yield name, count, change


def test_every_change_is_found_and_located(journal: Journal) -> None:
    tried = 0
    for name, count, change in changes():
        for n in range(1, count + 1):
            with undone():
                wanted = change(journal, n)
                assert (name, n, journal.found()) == (name, n, wanted)
            tried += 1
    assert tried == 300
    assert journal.found() == (True, None, None)
