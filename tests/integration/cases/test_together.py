"""Two at the same moment: one effect, and an answer for the other."""

import uuid
from datetime import date
from functools import partial
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from loket.cases import actions, queries
from loket.cases.actions import AlreadyChanged, NotPossible
from loket.cases.actions.products import BUILDERS
from loket.cases.models import Attachment, Case, CaseEvent
from loket.notices.models import Notice
from loket.register.models import CivilRecord
from tests.committed import committed
from tests.integration.cases.world import World, at, fresh, photo, together

pytestmark = committed


def kinds(outcomes: list[Any]) -> list[str]:
    """`Case` for a result, the name of the error for a failure; in alphabetical order."""
    return sorted(type(outcome).__name__ for outcome in outcomes)


def event_kinds(case: Case) -> list[str]:
    return [event.kind for event in queries.events_of(case)]


def test_one_form_twice_at_once_makes_one_draft(world: World) -> None:
    start = partial(
        actions.start_case,
        revision=world.revision,
        variant="lengkap",
        channel="online",
        applicant=world.people["siti"],
        by=world.actor("siti"),
        key=uuid.uuid4(),
    )
    outcomes = together(*[start] * 4)
    assert kinds(outcomes) == ["Case"] * 4
    assert {case.pk for case in outcomes} == set(Case.objects.values_list("pk", flat=True))
    assert Case.objects.count() == 1


def test_one_sending_twice_at_once(world: World) -> None:
    case = world.fill(world.draft())
    send = partial(actions.submit, case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    outcomes = together(*[send] * 4)
    assert kinds(outcomes) == ["Case"] * 4
    assert len({case.tracking_code for case in outcomes}) == 1
    assert (event_kinds(case), Notice.objects.count()) == (["submit"], 1)


def test_two_sendings_at_once(world: World) -> None:
    case = world.fill(world.draft())
    sendings = [
        partial(actions.submit, case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4()) for _ in range(3)
    ]
    assert kinds(together(*sendings)) == ["Case", "NotPossible", "NotPossible"]
    assert event_kinds(case) == ["submit"]


def step(world: World, case: Case, **more: Any) -> Any:
    given = {"key": uuid.uuid4(), "step": case.step, "version": case.version, "by": world.actor("pencatat")}
    return partial(actions.take_step, case_id=case.pk, **(given | more))


def test_one_step_twice_at_once_enters_once(world: World) -> None:
    case = world.at_step("catat")
    outcomes = together(*[step(world, case)] * 4)
    assert kinds(outcomes) == ["Case"] * 4
    assert {outcome.step for outcome in outcomes} == {"paraf"}
    assert event_kinds(case).count("complete") == 3
    assert CivilRecord.objects.count() == 1


def test_two_officials_at_once(world: World) -> None:
    case = world.at_step("catat")
    outcomes = together(*[step(world, case) for _ in range(4)])
    assert kinds(outcomes) == ["AlreadyChanged"] * 3 + ["Case"]
    assert (fresh(case).version, CivilRecord.objects.count()) == (case.version + 1, 1)


def test_one_official_goes_on_while_another_sends_back(world: World) -> None:
    case = world.at_step("catat")
    back = partial(
        actions.return_case,
        case_id=case.pk,
        by=world.actor("pencatat"),
        version=case.version,
        key=uuid.uuid4(),
        to="periksa",
        reason="Foto kabur",
    )
    outcomes = together(step(world, case), back)
    assert kinds(outcomes) == ["AlreadyChanged", "Case"]
    went_on = isinstance(outcomes[1], AlreadyChanged)
    assert fresh(case).step == ("paraf" if went_on else "periksa")
    assert CivilRecord.objects.count() == (1 if went_on else 0)


def test_the_applicant_cancels_while_an_official_enters(world: World) -> None:
    case = world.at_step("catat")
    cancel = partial(actions.cancel, case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
    outcomes = together(step(world, case), cancel)
    entered = isinstance(outcomes[1], NotPossible)
    assert kinds(outcomes) == (["Case", "NotPossible"] if entered else ["AlreadyChanged", "Case"])
    assert (fresh(case).state, CivilRecord.objects.count()) == (("open", 1) if entered else ("cancelled", 0))


def test_the_book_has_no_gap_and_no_number_twice(world: World) -> None:
    cases = [
        world.at_step("catat", penyimpan_nama=f"PENYIMPAN {chr(65 + n)}", peti=f"P-{n}") for n in range(6)
    ]
    # Every second one comes too late: what it had begun to enter is taken back.
    steps = [step(world, case, version=case.version - n % 2) for n, case in enumerate(cases)]
    assert kinds(together(*steps)) == ["AlreadyChanged"] * 3 + ["Case"] * 3
    assert sorted(CivilRecord.objects.values_list("entry", flat=True)) == [1, 2, 3]


def test_one_file_uploaded_twice_at_once(world: World) -> None:
    case = world.draft()
    upload = partial(
        actions.attach, case_id=case.pk, requirement="foto_benih", content=photo(), by=world.actor("siti")
    )
    assert kinds(together(*[upload] * 3)) == ["Attachment"] * 3
    assert Attachment.objects.count() == 1


def test_answers_of_two_pages_saved_at_once_are_both_kept(world: World) -> None:
    case = world.draft()
    pages = [{"peti": "P-1"}, {"saksi_nama": "BUDI"}, {"titipan": "ya"}]
    save = partial(actions.save_answers, case_id=case.pk, by=world.actor("siti"))
    assert kinds(together(*[partial(save, values=page) for page in pages])) == ["Case"] * 3
    assert fresh(case).answers == {"peti": "P-1", "saksi_nama": "BUDI", "titipan": "ya"}


def test_a_refused_step_leaves_nothing_behind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something fails after the book was written: event, entry, documents, journal and jobs are all gone."""
    case = world.at_step("catat")
    before = (CaseEvent.objects.count(), ProcrastinateJob.objects.count())

    def fails(_: Case) -> Any:
        assert CivilRecord.objects.count() == 1
        raise ZeroDivisionError

    monkeypatch.setitem(BUILDERS, "label-peti", fails)
    with pytest.raises(ZeroDivisionError):
        world.work(case)
    assert CivilRecord.objects.count() == 0
    assert (CaseEvent.objects.count(), ProcrastinateJob.objects.count()) == before
    assert (fresh(case).step, fresh(case).recorded) == ("catat", False)


def test_a_new_holiday_waits_for_deadlines_set_by_the_old_calendar(world: World) -> None:
    """A case sent while the holiday is being declared follows the new calendar, whoever comes first."""
    drafts = [world.fill(world.draft(), penyimpan_nama=f"PENYIMPAN {chr(65 + n)}") for n in range(4)]
    sendings = [
        partial(actions.submit, case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4()) for case in drafts
    ]
    close = partial(
        actions.close_office_day,
        office=world.office,
        day=date(2026, 8, 4),
        name="Libur",
        by=world.actor("admin"),
    )
    outcomes = together(*sendings[:2], close, *sendings[2:])
    assert kinds(outcomes) == ["Case"] * 4 + ["Recompute"]
    # Monday 09.00 and three working days without the Tuesday.
    assert {fresh(case).deadline_at for case in drafts} == {at("2026-08-07 09:00")}


def test_one_stop_approved_and_refused_at_once_is_decided_once(world: World) -> None:
    stop = actions.ask_office_stop(
        office=world.office, by=world.actor("penerima"), key=uuid.uuid4(), reason="listrik"
    )
    outcomes = together(
        partial(actions.approve_stop, stop_id=stop.pk, by=world.actor("pengawas"), since_asked=True),
        partial(actions.refuse_stop, stop_id=stop.pk, by=world.actor("wakil"), reason="Tidak perlu"),
    )
    assert kinds(outcomes) == ["AlreadyDecided", "ClockStop"]
