"""The rows that the inbox sorts by say of every open case what the case says, whoever changed it."""

import dataclasses
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection

from loket.cases import actions, queries
from loket.cases.actions import recomputing
from loket.cases.models import Case, InboxRow
from tests.integration.cases.world import World, at, fresh

pytestmark = pytest.mark.django_db
COLUMNS = ("office_id", "step_role", "step_kind", "deadline_at", "submitted_at")


def in_rows() -> list[tuple[object, ...]]:
    return sorted(InboxRow.objects.values_list("case_id", *COLUMNS))


def in_cases() -> list[tuple[object, ...]]:
    return sorted(Case.objects.filter(state="open").values_list("pk", *COLUMNS))


def changed_in_place() -> int:
    """How many rows of cases were written without their indexes, in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'cases_case'")
        return int(cursor.fetchone()[0])


def test_they_follow_a_case_through_its_life(world: World) -> None:
    case, other = world.draft(), world.sent("cepat")
    assert [row[0] for row in in_rows()] == [other.pk]
    case = world.sent(penyimpan_nama="ANI")
    for change in (
        lambda: world.work(case),
        lambda: world.back(case, "permohonan"),
        lambda: actions.repair(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4()),
        lambda: world.work(case),
        lambda: actions.cancel(case_id=other.pk, by=world.actor("siti"), key=uuid.uuid4()),
    ):
        world.time.pass_(minutes=7)
        change()
        assert in_rows() == in_cases()
    assert [row[0] for row in in_rows()] == [case.pk]


def test_they_follow_statements_that_know_nothing_of_them(world: World) -> None:
    """The release before this one, a repair by hand, a restore."""
    first, second = world.sent(), world.sent("cepat")
    Case.objects.filter(pk=first.pk).update(deadline_at=at("2026-09-01 10:00"), step_kind="sign")
    Case.objects.filter(pk=second.pk).update(office=world.other_office, step_role="lain")
    assert in_rows() == in_cases()
    copy = fresh(first)
    copy.pk, copy.tracking_code, copy.create_key = uuid.uuid4(), "0" * 16, uuid.uuid4()
    copy.save(force_insert=True)
    assert len(in_rows()) == 3
    assert in_rows() == in_cases()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_case WHERE id = %s", [copy.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert in_rows() == in_cases()
    assert len(in_rows()) == 2


def test_they_follow_the_computing_of_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the million in one statement, one by one where a case changed meanwhile, and again afterwards."""
    monkeypatch.setattr(recomputing, "PARTS", 2)
    cases = [world.sent(penyimpan_nama=f"PENYIMPAN {letter}") for letter in "ABCDE"]
    world.back(cases[4], "permohonan")
    by = world.actor("admin")
    run = actions.close_office_day(office=world.office, day=date(2026, 8, 4), name="Libur", by=by)
    assert run.changed == 5
    assert in_rows() == in_cases()
    again = recomputing._chunks(run, recomputing._index(world.office, recomputing._extent(run)[1]))
    rows = [(row, due + 1_000_000) for chunk in again for row, due in chunk]
    moved = next(row for row, _ in rows if row.case == str(cases[0].pk))
    Case.objects.filter(pk=cases[0].pk).update(version=7, deadline_at=at("2026-09-01 10:00"))
    recomputing._store(run, rows)
    assert fresh(cases[0]).deadline_at.timestamp() * 1e6 == moved.deadline_at
    assert fresh(cases[1]).deadline_at == fresh(cases[2]).deadline_at
    assert in_rows() == in_cases()
    Case.objects.filter(pk=cases[1].pk).update(deadline_at=at("2026-09-01 10:00"))
    assert in_rows() == in_cases()


def test_a_step_and_a_deadline_write_no_index_of_cases(world: World) -> None:
    case = fresh(world.sent())
    for change in ({"deadline_at": case.deadline_at + timedelta(days=1)}, {"step": "x", "step_role": "x"}):
        before = changed_in_place()
        assert Case.objects.filter(pk=case.pk).update(**change) == 1
        assert changed_in_place() == before + 1


def test_somebody_with_two_roles_finds_one_list(world: World) -> None:
    """In the order of the deadlines, not role by role."""
    cases = [world.sent(penyimpan_nama=f"PENYIMPAN {letter}") for letter in "ABCD"]
    for case in cases[1::2]:
        world.work(case)
    for number, case in enumerate(cases):
        Case.objects.filter(pk=case.pk).update(deadline_at=at(f"2026-09-0{4 - number} 10:00"))
    by = dataclasses.replace(world.actor("penerima"), roles=frozenset({"penerima", "pemeriksa"}))
    assert queries.inbox(world.office, by) == (cases[::-1], 4)
