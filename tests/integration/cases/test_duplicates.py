"""Two reports of one event: found at verification, passed only with a reason."""

import uuid
from datetime import timedelta

import pytest

from loket.cases import actions, queries
from loket.cases.actions import DuplicateSuspected
from loket.cases.models import EventMark
from loket.core.errors import LoketError
from tests.integration.cases.world import World, fresh

pytestmark = pytest.mark.django_db


def test_reports_of_one_event_by_two_applicants_find_each_other(world: World) -> None:
    first = world.sent(who="siti")
    second = world.sent(who="tono", penyimpan_nama="siti   aminah", benih_panen="1-7-2026")
    assert queries.same_event_cases(fresh(first)) == [second]
    assert queries.same_event_cases(fresh(second)) == [first]


@pytest.mark.parametrize("changes", [{"penyimpan_nama": "ANI"}, {"benih_panen": "2026-07-02"}])
def test_another_event_is_no_duplicate(world: World, changes: dict[str, str]) -> None:
    first, second = world.sent(), world.sent(who="tono", **changes)
    assert queries.same_event_cases(fresh(first)) == queries.same_event_cases(fresh(second)) == []


def test_only_where_the_standard_says_what_makes_an_event(world: World) -> None:
    world.sent("cepat")
    assert queries.same_event_cases(fresh(world.sent("cepat"))) == []
    assert EventMark.objects.count() == 0


def test_verification_asks_whether_it_is_another_event(world: World) -> None:
    world.sent(who="tono")
    case = world.at_step("periksa")
    with pytest.raises(DuplicateSuspected) as suspected:
        world.work(case)
    assert (suspected.value.field, suspected.value.status) == ("distinct", 409)
    for reason, sentence in (("", "Tulis mengapa"), ("  ", "Tulis mengapa"), ("x" * 1001, "paling panjang")):
        with pytest.raises(LoketError, match=sentence) as refused:
            world.work(case, distinct=True, reason=reason)
        assert refused.value.field == "reason"
    assert fresh(case).step == "periksa"
    done = world.work(case, distinct=True, reason="  Dua peti  ")
    assert (done.step, queries.events_of(case)[-1].reason) == ("catat", "Dua peti")


def test_the_reason_may_be_as_long_as_any_other(world: World) -> None:
    world.sent(who="tono")
    assert world.work(world.at_step("periksa"), distinct=True, reason="x" * 1000).step == "catat"


def test_both_officials_are_asked(world: World) -> None:
    first, second = world.at_step("periksa", who="tono"), world.at_step("periksa")
    for case in (first, second):
        with pytest.raises(DuplicateSuspected):
            world.work(case)


def test_what_has_ended_without_a_result_is_no_duplicate(world: World) -> None:
    cancelled = world.sent(who="tono")
    actions.cancel(case_id=cancelled.pk, by=world.actor("tono"), key=uuid.uuid4())
    rejected = world.sent(who="tono")
    by = world.actor("penerima")
    actions.reject(case_id=rejected.pk, by=by, version=2, key=uuid.uuid4(), reason="Bukan benih")
    expired = world.back(world.sent(who="tono"), "permohonan")
    world.time.now += timedelta(days=14)
    actions.expire_unanswered()
    assert fresh(expired).state == "expired"
    assert world.work(world.at_step("periksa")).step == "catat"


def test_what_is_done_or_returned_is_one(world: World, signer: object) -> None:
    done = world.sign(world.at_step("tanda-tangan", who="tono"))
    assert done.state == "done"
    returned = world.back(world.sent(who="tono"), "permohonan")
    case = world.at_step("periksa")
    assert queries.same_event_cases(fresh(case)) == [done, returned]


def test_a_correction_is_another_report(world: World) -> None:
    world.sent(who="tono")
    case = world.sent(penyimpan_nama="ANI")
    assert queries.same_event_cases(fresh(case)) == []
    world.back(case, "permohonan")
    actions.save_answers(case_id=case.pk, values={"penyimpan_nama": "Siti Aminah"}, by=world.actor("siti"))
    actions.repair(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    assert len(queries.same_event_cases(fresh(case))) == 1


def test_the_applicant_is_shown_own_earlier_reports_only(world: World) -> None:
    mine, _ = world.sent(), world.sent(who="tono")
    draft = world.fill(world.draft())
    assert queries.own_same_event(fresh(draft)) == [mine]
    assert queries.own_same_event(fresh(world.fill(world.draft("cepat")))) == []


def test_the_mark_holds_nothing_that_could_be_read(world: World) -> None:
    mark = EventMark.objects.get(case=world.sent())
    assert (len(mark.mark), mark.mark.isalnum()) == (64, True)
    assert "SITI" not in mark.mark
