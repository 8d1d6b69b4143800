"""An import that is killed goes on; two at once take nobody twice."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from loket.core import clock
from loket.core.actors import OPERATOR
from loket.register.actions import importing
from loket.register.models import Family, ImportRun, Membership, Resident
from tests.committed import committed, together
from tests.integration.register.conftest import AT, make_town
from tests.integration.register.dkb_files import (
    expected,
    family,
    numbers,
    run_import,
    staged_tables,
    write_csv,
)
from tests.scratch import Scratch, die, scratch

__all__ = ["scratch"]
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _at_one_moment() -> "object":
    with clock.use(AT):
        yield


class Killed(Exception):
    pass


def killed_after(chunks: int) -> Callable[[str, int, int], None]:
    seen = []

    def say(what: str, done: int, of: int) -> None:
        seen.append(what)
        if seen.count("families") == chunks:
            raise Killed

    return say


@committed
def test_an_interrupted_import_goes_on_behind_its_last_chunk(tmp_path: Path) -> None:
    town = make_town()
    rows = [row for serial in range(1, 10) for row in family(serial)]
    rows[3]["AGAMA"] = "ATEIS"
    path = write_csv(tmp_path / "a.csv", rows)
    with pytest.raises(Killed):
        run_import(town, path, families_at_once=2, say=killed_after(2))
    left = ImportRun.objects.get()
    assert (left.state, left.next_family, left.families_taken, Family.objects.count()) == ("taking", 5, 3, 3)
    with pytest.raises(importing.ImportUnfinished):
        run_import(town, path)
    with pytest.raises(importing.OtherFile):
        run_import(town, write_csv(tmp_path / "b.csv", rows[1:]), resume=True)
    run = run_import(town, path, resume=True)
    assert (run.pk, numbers(run)) == (left.pk, expected(27, 8, 24, 0, 1, 3))
    assert (Family.objects.count(), Membership.objects.count(), staged_tables()) == (8, 24, [])
    with pytest.raises(importing.NothingToResume):
        run_import(town, path, resume=True)


@committed
def test_a_resume_reads_again_what_a_crash_of_the_database_emptied(tmp_path: Path) -> None:
    town = make_town()
    path = write_csv(tmp_path / "a.csv", [row for serial in range(1, 10) for row in family(serial)])
    with pytest.raises(Killed):
        run_import(town, path, families_at_once=2, say=killed_after(2))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE register_import_{ImportRun.objects.get().pk}")
    run = run_import(town, path, resume=True)
    assert (numbers(run), Membership.objects.count()) == (expected(27, 9, 27, 0, 0, 0), 27)


@committed
def test_an_import_that_was_given_up_keeps_whole_families(tmp_path: Path) -> None:
    town = make_town()
    path = write_csv(tmp_path / "a.csv", [row for serial in range(1, 6) for row in family(serial)])
    with pytest.raises(Killed):
        run_import(town, path, families_at_once=2, say=killed_after(1))
    run = importing.stop_import(office=town.office, by=OPERATOR, reason="Berkas salah")
    assert (run.state, run.families_taken, Membership.objects.count(), staged_tables()) == (
        "stopped",
        2,
        6,
        [],
    )
    assert numbers(run_import(town, path)) == expected(15, 3, 9, 2, 0, 0)


@committed
def test_two_imports_at_once_of_one_office_are_one(tmp_path: Path) -> None:
    town = make_town()
    rows = [row for serial in range(1, 60) for row in family(serial)]
    paths = [write_csv(tmp_path / f"{place}.csv", rows) for place in range(4)]
    calls = [functools.partial(run_import, town, path, families_at_once=3) for path in paths]
    results = together(calls)
    done = [result for result in results if isinstance(result, ImportRun)]
    assert len(done) >= 1
    refused = [type(result) for result in results if not isinstance(result, ImportRun)]
    assert refused == [importing.ImportRunning] * (4 - len(done))
    assert sum(run.families_taken for run in done) == Family.objects.count() == 59
    assert Resident.objects.count() == Membership.objects.count() == 177


@committed
def test_two_offices_never_take_the_same_person(tmp_path: Path) -> None:
    """The same people in the files of two offices, at the same time: each family is whole, at one of them."""
    towns = [make_town("9971"), make_town("9972")]
    files = []
    for place, town in enumerate(towns):
        rows = [
            row | {"NO_KAB": town.office.code[2:], "NO_KK": row["NO_KK"][:-4] + f"{place}{serial:03d}"}
            for serial in range(1, 40)
            for row in family(serial)
        ]
        files.append(write_csv(tmp_path / f"{place}.csv", rows))
    calls = [
        functools.partial(run_import, town, path, families_at_once=2, rejected=path.with_suffix(".ditolak"))
        for town, path in zip(towns, files, strict=True)
    ]
    runs = together(calls)
    assert [run.state for run in runs] == ["done", "done"]
    assert sum(run.families_taken for run in runs) == 39
    assert sum(run.families_rejected for run in runs) == 39
    assert Resident.objects.count() == Membership.objects.count() == 117
    assert all(row.memberships.count() == 3 for row in Family.objects.all())


def test_a_power_cut_between_two_chunks(scratch: Scratch, tmp_path: Path) -> None:
    town = make_town()
    path = write_csv(tmp_path / "a.csv", [row for serial in range(1, 10) for row in family(serial)])

    def say(what: str, done: int, of: int) -> None:
        if (what, done) == ("families", 4):
            die()

    scratch.kill(lambda: run_import(town, path, families_at_once=2, say=say))
    left = ImportRun.objects.get()
    assert (left.state, left.next_family, Membership.objects.count()) == ("taking", 5, 12)
    run = run_import(town, path, resume=True)
    assert (numbers(run), Membership.objects.count()) == (expected(27, 9, 27, 0, 0, 0), 27)


def test_a_power_cut_while_the_file_is_read(scratch: Scratch, tmp_path: Path, monkeypatch: Any) -> None:
    town = make_town()
    path = write_csv(tmp_path / "a.csv", [row for serial in range(1, 10) for row in family(serial)])
    scratch.kill(lambda: run_import(town, path, say=lambda what, done, of: what == "rows" and die()))
    assert (ImportRun.objects.get().state, staged_tables()) == ("reading", [])
    assert numbers(run_import(town, path, resume=True)) == expected(27, 9, 27, 0, 0, 0)
