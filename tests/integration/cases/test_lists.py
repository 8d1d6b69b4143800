"""Lists: who sees which cases, in which order, and always with the same number of queries."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loket.cases import actions, queries
from loket.cases.models import Case
from loket.cases.queries import lists
from loket.cases.rules.states import allowed
from tests.integration.cases.world import World, fresh

pytestmark = pytest.mark.django_db


def listed(world: World, who: str, **more: int) -> list[Case]:
    by = world.actor(who)
    found, _ = queries.inbox(world.office if by.office == "9911" else world.other_office, by, **more)
    return found


def several(world: World, count: int, variant: str = "lengkap") -> list[Case]:
    made = []
    for number in range(count):
        world.time.pass_(minutes=1)
        made.append(world.sent(variant, penyimpan_nama=f"PENYIMPAN {chr(65 + number)}", peti=f"P-{number}"))
    return made


def test_everybody_finds_what_waits_for_their_role(world: World) -> None:
    cases = [
        world.at_step(step, penyimpan_nama=f"PENYIMPAN {step}")
        for step in ("terima", "periksa", "catat", "paraf", "tanda-tangan")
    ]
    roles = ("penerima", "pemeriksa", "pencatat", "pengawas", "kepala")
    assert [listed(world, role) for role in roles] == [[case] for case in cases]
    assert listed(world, "admin") == []


def test_steps_of_one_name_are_not_mixed_up_between_variants(world: World) -> None:
    """`periksa` is the examiner's in one variant and the recorder's in the other."""
    slow = world.at_step("periksa", penyimpan_nama="ANI")
    quick = world.at_step("periksa", "cepat")
    assert listed(world, "pemeriksa") == [slow]
    assert listed(world, "pencatat") == [quick]
    world.work(quick)
    world.work(slow)
    assert listed(world, "pencatat") == [quick, slow]
    assert queries.inbox(world.office, world.actor("pemeriksa")) == ([], 0)


def test_only_open_cases_of_the_own_office(world: World) -> None:
    world.draft()
    world.back(world.sent(), "permohonan")
    cancelled = world.sent(penyimpan_nama="ANI")
    actions.cancel(case_id=cancelled.pk, by=world.actor("siti"), key=uuid.uuid4())
    assert queries.inbox(world.office, world.actor("penerima")) == ([], 0)
    case = world.sent(penyimpan_nama="TONO")
    assert queries.inbox(world.office, world.actor("penerima")) == ([case], 1)
    assert queries.inbox(world.other_office, world.actor("penerima-kebun")) == ([], 0)


def test_what_can_be_done_is_what_is_listed(world: World) -> None:
    """Every case in an inbox can be completed by its reader, and by nobody who does not find it there."""
    for step in ("terima", "periksa", "catat", "paraf"):
        world.at_step(step, penyimpan_nama=f"PENYIMPAN {step}")
    for step in ("periksa", "catat"):
        world.at_step(step, "cepat")
    for who in ("penerima", "pemeriksa", "pencatat", "pengawas", "kepala", "admin", "penerima-kebun"):
        by = world.actor(who)
        can = {case.pk for case in Case.objects.all() if allowed("complete", queries.situation(case), by)}
        assert {case.pk for case in listed(world, who)} == can


def test_the_most_urgent_first_and_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 3)
    cases = several(world, 5)
    urgent = fresh(cases[4])
    urgent.deadline_at = cases[0].deadline_at - (cases[1].deadline_at - cases[0].deadline_at)
    urgent.save()
    expected = [urgent, *cases[:4]]
    by = world.actor("penerima")
    assert queries.inbox(world.office, by) == (expected[:3], 5)
    assert queries.inbox(world.office, by, page=2) == (expected[3:], 5)
    assert queries.inbox(world.office, by, page=3) == ([], 5)


def test_recent_cases_by_state_and_by_code(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    first, second, third = several(world, 3)
    world.draft()
    world.back(second, "permohonan")
    assert queries.recent(world.office) == ([third, second], 3)
    assert queries.recent(world.office, page=2) == ([first], 3)
    assert queries.recent(world.office, state="returned") == ([second], 1)
    assert queries.recent(world.office, state="done") == ([], 0)
    assert queries.recent(world.office, code=first.tracking_code or "") == ([first], 1)
    assert queries.recent(world.other_office) == ([], 0)
    assert queries.recent(world.other_office, code=first.tracking_code or "") == ([], 0)


def test_own_cases_newest_first(world: World) -> None:
    first, second = several(world, 2)
    world.time.pass_(minutes=1)
    draft = world.draft()
    world.sent(who="tono", penyimpan_nama="TONO")
    assert queries.cases_of(world.people["siti"]) == [draft, second, first]


def test_by_code_and_by_reference(world: World) -> None:
    case = world.sent()
    assert queries.case_by_code(case.tracking_code or "") == case
    assert queries.case_by_code("0000-0000-0000-0000") is None
    assert queries.case_by_ref(case.ref) == case
    assert queries.case_by_ref(f"case:{uuid.uuid4()}") is None


def rows(world: World, cases: list[Case]) -> list[tuple[str, str, str]]:
    """What a page shows of each case: nothing of it may ask the database again."""
    return [(queries.definition(c.revision).name, queries.step_name(c), c.office.name) for c in cases]


LISTS: dict[str, Callable[[World], Any]] = {
    "inbox": lambda world: rows(world, queries.inbox(world.office, world.actor("penerima"))[0]),
    "recent": lambda world: rows(world, queries.recent(world.office)[0]),
    "cases_of": lambda world: rows(world, queries.cases_of(world.people["siti"])),
    "signed_forgotten": lambda world: rows(world, queries.signed_forgotten()),
    "same_event": lambda world: rows(world, queries.same_event_cases(Case.objects.earliest("created_at"))),
}


@pytest.mark.parametrize("name", LISTS)
def test_thirty_cases_take_as_many_queries_as_one(world: World, name: str) -> None:
    counts = []
    world.sent()
    for more in (0, 29):
        for _ in range(more):
            world.sent()
        LISTS[name](world)
        with CaptureQueriesContext(connection) as captured:
            LISTS[name](world)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] > 0
