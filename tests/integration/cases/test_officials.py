"""What officials do: carry out, return, reject; who may not; and who came too late."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from loket.cases import actions, queries
from loket.cases.actions import AlreadyChanged, NotPossible
from loket.cases.models import Case
from loket.core.actors import SYSTEM, Actor
from loket.core.errors import LoketError, NotFoundError
from loket.notices.queries import of_case as notices_of_case
from tests.integration.cases.world import World, fresh, photo

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]


def take_step(case_id: uuid.UUID, by: Actor, **more: Any) -> Case:
    given = {"version": 2, "key": uuid.uuid4(), "step": "terima"} | more
    return actions.take_step(case_id=case_id, by=by, **given)


def return_case(case_id: uuid.UUID, by: Actor, **more: Any) -> Case:
    given = {"version": 2, "key": uuid.uuid4(), "to": "permohonan", "reason": "Foto kabur"} | more
    return actions.return_case(case_id=case_id, by=by, **given)


def reject(case_id: uuid.UUID, by: Actor, **more: Any) -> Case:
    given = {"version": 2, "key": uuid.uuid4(), "reason": "Bukan benih"} | more
    return actions.reject(case_id=case_id, by=by, **given)


OFFICIAL: list[Ask] = [take_step, return_case, reject]
APPLICANT: list[Ask] = [
    lambda case_id, by: actions.save_answers(case_id=case_id, values={"peti": "X"}, by=by),
    lambda case_id, by: actions.attach(case_id=case_id, requirement="foto_benih", content=photo(9), by=by),
    lambda case_id, by: actions.detach(case_id=case_id, attachment_id=1, by=by),
    lambda case_id, by: actions.submit(case_id=case_id, by=by, key=uuid.uuid4()),
    lambda case_id, by: actions.repair(case_id=case_id, by=by, key=uuid.uuid4()),
    lambda case_id, by: actions.cancel(case_id=case_id, by=by, key=uuid.uuid4()),
]
APPLICANT_NAMES = ["save", "attach", "detach", "submit", "repair", "cancel"]
EVERY = [*OFFICIAL, *APPLICANT]
NAMES = ["step", "return", "reject", *APPLICANT_NAMES]


def refusal(ask: Ask, case_id: uuid.UUID, by: Actor) -> tuple[type, str]:
    with pytest.raises(LoketError) as refused:
        ask(case_id, by)
    return type(refused.value), refused.value.message


@pytest.mark.parametrize("ask", EVERY, ids=NAMES)
@pytest.mark.parametrize("who", ["tono", "penerima-kebun"])
def test_a_stranger_cannot_tell_a_case_from_none(world: World, ask: Ask, who: str) -> None:
    case, by = world.sent(), world.actor(who)
    absent = refusal(ask, uuid.uuid4(), by)
    assert absent == (NotFoundError, "Permohonan ini tidak ditemukan.")
    assert refusal(ask, case.pk, by) == absent
    assert fresh(case).version == 2


@pytest.mark.parametrize("ask", EVERY, ids=NAMES)
def test_the_office_cannot_tell_a_draft_from_none(world: World, ask: Ask) -> None:
    case = world.fill(world.draft())
    assert refusal(ask, case.pk, world.actor("penerima")) == (
        NotFoundError,
        "Permohonan ini tidak ditemukan.",
    )
    assert fresh(case).state == "draft"


def test_reading_follows_the_same_rule(world: World) -> None:
    case = world.sent()
    paper = case.attachments.get()
    for who in ("siti", "penerima", "kepala"):
        assert queries.case_for(case.pk, world.actor(who)) == case
        assert queries.attachment_for(paper.pk, world.actor(who)) == paper
    for who in ("tono", "penerima-kebun"):
        for look in (
            lambda by: queries.case_for(case.pk, by),
            lambda by: queries.case_for(uuid.uuid4(), by),
            lambda by: queries.attachment_for(paper.pk, by),
            lambda by: queries.attachment_for(0, by),
        ):
            with pytest.raises(NotFoundError):
                look(world.actor(who))


@pytest.mark.parametrize("ask", OFFICIAL, ids=NAMES[:3])
@pytest.mark.parametrize("who", ["pemeriksa", "kepala", "admin", "siti"])
def test_another_role_cannot_do_it(world: World, ask: Ask, who: str) -> None:
    case = world.sent()
    sentence = "Tindakan ini tidak dapat dilakukan: permohonan sekarang sedang diproses."
    assert refusal(ask, case.pk, world.actor(who)) == (NotPossible, sentence)
    assert refusal(ask, case.pk, SYSTEM) == (NotPossible, sentence)
    assert (fresh(case).step, fresh(case).version) == ("terima", 2)


@pytest.mark.parametrize("ask", APPLICANT, ids=APPLICANT_NAMES)
def test_officials_do_nothing_in_the_applicant_s_place(world: World, ask: Ask) -> None:
    case = world.back(world.sent(), "permohonan")
    kind, _ = refusal(ask, case.pk, world.actor("penerima"))
    assert kind is NotPossible


@pytest.mark.parametrize("ask", OFFICIAL, ids=NAMES[:3])
@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_page_from_another_version_is_refused(world: World, ask: Ask, version: int) -> None:
    case = world.sent()
    with pytest.raises(AlreadyChanged, match="baru saja dikerjakan oleh orang lain"):
        ask(case.pk, world.actor("penerima"), version=version)
    assert fresh(case).version == 2


def test_a_step_that_is_not_the_present_one(world: World) -> None:
    case = world.sent()
    for step in ("periksa", "permohonan", "kirim", "lain", ""):
        with pytest.raises(NotPossible):
            take_step(case.pk, world.actor("penerima"), step=step)
    assert fresh(case).step == "terima"


@pytest.mark.parametrize(
    ("ask", "state"), [(take_step, "open"), (return_case, "returned"), (reject, "rejected")], ids=NAMES[:3]
)
def test_the_same_form_twice_acts_once(world: World, ask: Ask, state: str) -> None:
    case, key = world.sent(), uuid.uuid4()
    first = ask(case.pk, world.actor("penerima"), key=key)
    again = ask(case.pk, world.actor("penerima"), key=key)
    assert (again.state, again.step, again.version) == (first.state, first.step, first.version)
    assert (again.state, again.version) == (state, 3)
    assert len(queries.events_of(case)) == 2
    assert refusal(lambda i, by: ask(i, by, key=key), case.pk, world.actor("tono"))[0] is NotFoundError


def test_a_form_that_was_refused_may_be_sent_again(world: World) -> None:
    case, key = world.sent(), uuid.uuid4()
    with pytest.raises(AlreadyChanged):
        take_step(case.pk, world.actor("penerima"), key=key, version=1)
    assert take_step(case.pk, world.actor("penerima"), key=key).step == "periksa"


def test_rejecting_ends_the_case_with_the_reason_the_applicant_reads(world: World) -> None:
    case = reject(world.sent().pk, world.actor("penerima"), reason="  Bukan benih ")
    assert (case.state, case.step, case.finished_at) == ("rejected", "", world.time.now)
    event = queries.events_of(case)[-1]
    assert (event.kind, event.step, event.next_step, event.reason) == ("reject", "terima", "", "Bukan benih")
    notice = notices_of_case(case.ref)[-1]
    assert notice.subject == "Permohonan ditolak"
    assert "ditolak dengan alasan:\n\nBukan benih\n" in notice.body


@pytest.mark.parametrize("ask", [return_case, reject], ids=["return", "reject"])
@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Tulis alasannya, supaya jelas apa yang harus dilakukan."),
        (" \n ", "Tulis alasannya, supaya jelas apa yang harus dilakukan."),
        ("x" * 1001, "Alasan paling panjang 1.000 huruf."),
    ],
)
def test_no_return_and_no_rejection_without_a_reason(
    world: World, ask: Ask, reason: str, sentence: str
) -> None:
    case = world.sent()
    with pytest.raises(LoketError) as refused:
        ask(case.pk, world.actor("penerima"), reason=reason)
    assert (refused.value.message, refused.value.field) == (sentence, "reason")
    assert fresh(case).version == 2
    assert ask(case.pk, world.actor("penerima"), reason="x" * 1000).version == 3


def test_no_rejection_where_the_standard_has_none(world: World) -> None:
    case = world.at_step("catat", "cepat")
    with pytest.raises(NotPossible):
        reject(case.pk, world.actor("pencatat"), version=case.version)


@pytest.mark.parametrize("step", ["paraf", "tanda-tangan"])
def test_no_rejection_of_what_the_register_holds(world: World, step: str) -> None:
    case = world.at_step(step)
    by = world.actor({"paraf": "pengawas", "tanda-tangan": "kepala"}[step])
    with pytest.raises(NotPossible):
        reject(case.pk, by, version=case.version)


def test_an_event_of_a_case_is_never_changed(world: World) -> None:
    event = queries.events_of(world.sent())[0]
    event.reason = "lain"
    for change in (event.save, event.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
