"""Writing the journal, sealing it, and keeping the heads of its chains outside the database."""

import json
import stat
import threading
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, IntegrityError, connection, transaction

from loket.audit import queries, tasks
from loket.audit.actions import anchor, record, record_look, seal, seal_and_anchor
from loket.audit.models import Entry
from loket.audit.queries import Verdict
from loket.audit.rules import GENESIS, Anchor
from loket.config.cli import main
from loket.core import clock
from tests.committed import committed, together
from tests.integration.audit.conftest import HERE, ROWS, THERE, Journal, write

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_row_is_written_in_the_callers_transaction() -> None:
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_what_a_row_says() -> None:
    with clock.use(AT):
        record(action="case.submit", subject="case:1", actor="account:7", office_code=HERE, details={"a": 1})
        record_look(subject="resident:5", actor="account:7", office_code=HERE, reason="permohonan 1")
    told, looked = Entry.objects.order_by("id")
    assert (told.at, told.action, told.subject, told.actor) == (AT, "case.submit", "case:1", "account:7")
    assert (told.office_code, told.details, told.seq, told.hash) == (HERE, {"a": 1}, None, "")
    assert (looked.action, looked.details) == ("person.look", {"reason": "permohonan 1"})
    assert queries.history("case:1") == [told]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'x'",
        "UPDATE audit_entry SET actor = 'x' WHERE seq IS NULL",
        "UPDATE audit_entry SET seq = 900, hash = 'x', actor = 'x' WHERE seq IS NULL",
        "UPDATE audit_entry SET seq = 900, hash = 'x', at = at + interval '1 s' WHERE seq IS NULL",
        "UPDATE audit_entry SET seq = NULL, hash = '' WHERE seq = 1",
        "UPDATE audit_entry SET hash = 'x' WHERE seq = 1",
        "UPDATE audit_entry SET seq = 900 WHERE seq = 1",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE seq IS NULL",
        "TRUNCATE audit_entry",
    ],
)
def test_the_database_refuses_to_change_the_journal(statement: str) -> None:
    write(1)
    seal(office_code=HERE)
    write(1, first=2)
    before = list(Entry.objects.order_by("id").values())
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="the journal is append-only"),
        transaction.atomic(),
    ):
        cursor.execute(statement)
    assert list(Entry.objects.order_by("id").values()) == before


@pytest.mark.django_db
@pytest.mark.parametrize(("seq", "digest"), [(0, "x"), (1, ""), (None, "x")])
def test_a_row_is_sealed_wholly_or_not_at_all(seq: int | None, digest: str) -> None:
    with pytest.raises(IntegrityError, match="audit_sealed_whole"), transaction.atomic():
        Entry.objects.create(at=AT, action="a", subject="s", actor="x", seq=seq, hash=digest)


@pytest.mark.django_db
def test_sealing_goes_on_from_the_head(tmp_path: Path) -> None:
    assert seal(office_code=HERE) is None
    write(3)
    with clock.use(AT):
        head = seal(office_code=HERE)
    assert head == Anchor(HERE, 3, Entry.objects.get(seq=3).hash, AT.isoformat())
    write(2, first=4)
    write(1, THERE)
    assert seal_and_anchor(office_code=HERE, directory=tmp_path) == 5
    places = Entry.objects.filter(office_code=HERE).order_by("id").values_list("seq", flat=True)
    assert list(places) == [1, 2, 3, 4, 5]
    assert queries.verify(HERE, []) == Verdict(HERE, rows=5, unsealed=0, anchors=0, broken="")
    assert queries.verify(THERE, []) == Verdict(THERE, rows=0, unsealed=1, anchors=0, broken="")


@pytest.mark.django_db
def test_a_long_queue_is_sealed_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loket.audit.actions.SEAL_BATCH", 4)
    write(10)
    assert seal_and_anchor(office_code=HERE, directory=tmp_path) == 10
    assert [item.seq for item in queries.read_anchors(tmp_path)[HERE]] == [4, 8, 10]
    assert queries.verify(HERE, queries.read_anchors(tmp_path)[HERE]).broken == ""


@pytest.mark.django_db
def test_a_head_left_without_anchor_is_anchored_by_the_next_run(tmp_path: Path) -> None:
    write(2)
    assert seal_and_anchor(office_code=HERE, directory=tmp_path) == 2
    write(1, first=3)
    head = seal(office_code=HERE)
    assert head is not None
    assert seal_and_anchor(office_code=HERE, directory=tmp_path) == 3
    assert [item.seq for item in queries.read_anchors(tmp_path)[HERE]] == [2, 3]
    assert seal_and_anchor(office_code=HERE, directory=tmp_path) == 3
    assert [item.seq for item in queries.read_anchors(tmp_path)[HERE]] == [2, 3]


@pytest.mark.django_db
def test_the_job_seals_every_office(settings: Any) -> None:
    write(2)
    write(3, THERE)
    write(1, "")
    tasks.seal(timestamp=0)
    anchors = queries.read_anchors(settings.ANCHORS_DIR)
    assert {office: [item.seq for item in items] for office, items in anchors.items()} == {
        "": [1],
        HERE: [2],
        THERE: [3],
    }
    names = sorted(path.name for path in settings.ANCHORS_DIR.iterdir())
    assert names == ["9971.jsonl", "9972.jsonl", "pusat.jsonl"]


def test_anchors_are_private_and_only_grow(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "anchors"
    heads = [Anchor(HERE, seq, str(seq) * 64, AT.isoformat()) for seq in (1, 2)]
    for head in heads:
        anchor(head=head, directory=directory)
    path = directory / "9971.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert [json.loads(line) for line in path.read_text().splitlines()] == [asdict(head) for head in heads]
    assert queries.read_anchors(directory) == {HERE: heads}


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b'{"office": "9971", "seq": 2, "ha',
        b'{"office": "9971", "seq": 2}',
        b'{"office": "9971", "seq": "2", "hash": "x", "at": "2026"}',
        b'{"office": "9971", "seq": 2, "hash": null, "at": "2026"}',
        b'{"office": "9971", "seq": 2, "hash": "x", "at": "2026", "more": 1}',
        b"[1, 2]",
        b"7",
        b'{"office": "9971", "seq": 2, "hash": "\xff", "at": "2026"}',
    ],
)
def test_a_damaged_anchor_is_named_by_its_line(tmp_path: Path, damage: bytes) -> None:
    for seq in (1, 3):
        anchor(head=Anchor(HERE, seq, GENESIS, AT.isoformat()), directory=tmp_path)
    path = tmp_path / "9971.jsonl"
    first, third = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([first, damage, third, b""]))
    with pytest.raises(ValueError, match=r"^9971\.jsonl baris 2 bukan jangkar yang utuh$"):
        queries.read_anchors(tmp_path)


def test_no_anchors_where_there_is_no_directory(tmp_path: Path) -> None:
    assert queries.read_anchors(tmp_path / "none") == {}


def verify_command(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["audit", "verify", *arguments])
    return done.exit_code, done.output


def test_the_command_on_a_whole_journal(journal: Journal, settings: Any) -> None:
    settings.ANCHORS_DIR = journal.directory
    write(2, first=900)
    code, output = verify_command("--json")
    assert code == 0
    whole = {"ok": True, "rows": ROWS, "anchors": 3, "broken": "", "seq": None, "entry_id": None, "gaps": []}
    assert json.loads(output) == [
        whole | {"office": HERE, "unsealed": 2},
        whole | {"office": THERE, "unsealed": 0},
    ]
    assert verify_command() == (
        0,
        "9971: utuh; 150 baris tersegel, 2 belum disegel, 3 jangkar\n"
        "9972: utuh; 150 baris tersegel, 0 belum disegel, 3 jangkar\n",
    )


def test_the_command_names_the_altered_row(journal: Journal, settings: Any) -> None:
    settings.ANCHORS_DIR = journal.directory
    altered = journal.row(77).pk
    journal.sql("UPDATE audit_entry SET actor = 'system' WHERE id = %s", altered)
    code, output = verify_command("--json")
    assert code == 1
    assert [(item["ok"], item["seq"], item["entry_id"]) for item in json.loads(output)] == [
        (False, 77, altered),
        (True, None, None),
    ]
    sentence = f"9971: isi baris nomor 77 (id {altered}) berubah setelah disegel; "
    assert verify_command()[1].splitlines()[0] == sentence + "76 baris tersegel, 0 belum disegel, 3 jangkar"


def test_the_command_misses_no_office_whose_rows_are_all_gone(journal: Journal, settings: Any) -> None:
    settings.ANCHORS_DIR = journal.directory
    journal.sql("TRUNCATE audit_entry")
    code, output = verify_command("--json")
    assert code == 1
    assert [(item["office"], item["seq"]) for item in json.loads(output)] == [(HERE, 1), (THERE, 1)]


def test_the_command_on_a_damaged_anchor(journal: Journal, settings: Any) -> None:
    settings.ANCHORS_DIR = journal.directory
    path = journal.directory / "9972.jsonl"
    path.write_text(path.read_text()[:-20])
    assert verify_command("--json") == (1, "Error: 9972.jsonl baris 3 bukan jangkar yang utuh\n")


@committed
def test_two_sealers_and_many_writers_at_once(tmp_path: Path) -> None:
    def sealer() -> None:
        for _ in range(25):
            seal_and_anchor(office_code=HERE, directory=tmp_path)

    writers = [lambda first=first: write(25, first=first) for first in range(0, 100, 25)]
    together([sealer, sealer, *writers])
    seal_and_anchor(office_code=HERE, directory=tmp_path)
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 101))
    anchors = queries.read_anchors(tmp_path)[HERE]
    assert queries.verify(HERE, anchors).broken == ""
    places = [item.seq for item in anchors]
    assert len(places) == len(set(places))
    assert max(places) == 100


@committed
def test_rows_of_an_open_transaction_are_sealed_by_the_next_run(tmp_path: Path) -> None:
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write(1, first=1)
            written.set()
            assert may_commit.wait(20)

    def quick() -> int:
        assert written.wait(20)
        write(1, first=2)
        reached = seal_and_anchor(office_code=HERE, directory=tmp_path)
        may_commit.set()
        return reached

    assert together([slow, quick]) == [None, 1]
    assert seal_and_anchor(office_code=HERE, directory=tmp_path) == 2
    # The row that was written first was committed last.
    assert list(Entry.objects.order_by("seq").values_list("subject", flat=True)) == ["case:2", "case:1"]
    assert queries.verify(HERE, queries.read_anchors(tmp_path)[HERE]).broken == ""
