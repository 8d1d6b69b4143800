"""The berita acara: which documents went where on which day, until it is closed."""

import uuid
from datetime import date

import pytest

from loket.audit.models import Entry
from loket.cases import actions, queries
from loket.cases.actions import handovers
from loket.cases.actions.handovers import AlreadyClosed
from loket.cases.models import Case, HandoverItem, HandoverRecord
from loket.core.errors import NotFoundError
from loket.register.models import RegisterEvent
from loket.register.queries import current_family
from tests.integration.cases.senders import mandate, received, to_step, work
from tests.integration.cases.world import World, fresh

pytestmark = pytest.mark.django_db
DAY = date(2000, 1, 1)


def sorted_card(world: World, serial: int, name: str = "ANI") -> Case:
    """A card made without application, at the step that puts it on the berita acara."""
    world.resident(f"{name} {chr(64 + serial)}", DAY, serial)
    (case,) = [case for case in actions.open_due(office=world.office) if case.channel == "automatic"]
    return to_step(world, case, "berita-acara")


def sent(world: World, serial: int) -> Case:
    return work(world, sorted_card(world, serial))


def records() -> list[tuple[str, str, int, bool]]:
    """Number, place, how many cases, whether it is closed."""
    found = HandoverRecord.objects.order_by("number")
    return [(row.number, row.destination, row.items.count(), row.closed_at is not None) for row in found]


def test_everything_for_one_place_on_one_day_is_on_one_berita_acara(world: World) -> None:
    cases = [sent(world, 1), sent(world, 2)]
    assert records() == [("0001/BA/9911/2026", "Kantor Pos Lumbung", 2, False)]
    record = HandoverRecord.objects.get()
    assert (record.day, record.opened_at, record.opened_by) == (
        date(2026, 8, 3), world.time(), world.actor("pengawas").ref,
    )  # fmt: skip
    assert {item.case_id for item in record.items.all()} == {case.pk for case in cases}
    assert {fresh(case).step for case in cases} == {"antar"}


def test_the_next_day_has_its_own_and_so_has_the_next_year(world: World) -> None:
    sent(world, 1)
    world.time.set("2026-08-04 00:00")
    sent(world, 2)
    world.time.set("2027-01-04 09:00")
    sent(world, 3)
    assert [(number, count) for number, _, count, _ in records()] == [
        ("0001/BA/9911/2026", 1), ("0001/BA/9911/2027", 1), ("0002/BA/9911/2026", 1),
    ]  # fmt: skip


def test_what_comes_after_it_was_closed_gets_another_number(world: World) -> None:
    sent(world, 1)
    by = world.actor("penerima")
    closed = actions.close_handover(office=world.office, record_id=HandoverRecord.objects.get().pk, by=by)
    assert closed.closed_at == world.time()
    sent(world, 2)
    assert records() == [
        ("0001/BA/9911/2026", "Kantor Pos Lumbung", 1, True),
        ("0002/BA/9911/2026", "Kantor Pos Lumbung", 1, False),
    ]
    row = Entry.objects.get(action="handover.close")
    assert (row.actor, row.details) == (by.ref, {"number": "0001/BA/9911/2026", "cases": 1})


def test_it_is_closed_once_and_by_its_own_office(world: World) -> None:
    sent(world, 1)
    key = HandoverRecord.objects.get().pk
    with pytest.raises(NotFoundError):
        actions.close_handover(office=world.office, record_id=key, by=world.actor("penerima-kebun"))
    with pytest.raises(NotFoundError):
        actions.close_handover(office=world.other_office, record_id=key, by=world.actor("penerima-kebun"))
    actions.close_handover(office=world.office, record_id=key, by=world.actor("penerima"))
    with pytest.raises(AlreadyClosed):
        actions.close_handover(office=world.office, record_id=key, by=world.actor("penerima"))
    assert Entry.objects.filter(action="handover.close").count() == 1


def test_a_case_that_comes_back_to_the_step_stands_there_once(world: World) -> None:
    case = sorted_card(world, 1)
    case = fresh(world.back(case, "pilah"))
    case = work(world, work(world, case))
    assert (case.step, records()) == ("antar", [("0001/BA/9911/2026", "Kantor Pos Lumbung", 1, False)])


def letter(world: World) -> Case:
    """A letter that a village officer asked for, at the step that puts it on the berita acara."""
    sender = mandate(world, village="99.11.01.2001", phone=f"0812{uuid.uuid4().int % 10**8:08d}")
    owner = world.resident("SITI", date(1990, 1, 1), 50 + Case.objects.count())
    return to_step(world, received(world, owner, "aparat", mandate=sender.pk), "berita-acara")


def test_documents_go_to_the_office_s_place_in_the_kecamatan_of_the_family(world: World) -> None:
    """Where the next step is the office's own: with whoever sent them, or to the family; else they stay."""
    sent_for, at_home, moved = letter(world), letter(world), letter(world)
    Case.objects.exclude(pk=sent_for.pk).update(mandate=None)
    owner = world.resident("TONO", date(1991, 1, 1), 90)
    RegisterEvent.objects.create(
        office=world.office,
        kind="family_data_changed",
        case_ref=moved.ref,
        resident=owner,
        family=current_family(owner),
        facts={},
        changes=[],
        recorded_by="x",
        created_at=world.time(),
        applied_at=world.time(),
    )
    for case in (sent_for, at_home, moved):
        work(world, case)
    assert [(place, count) for _, place, count, _ in records()] == [
        ("KUPT Lumbung", 2), ("Bank Benih Kabupaten Lumbung", 1),
    ]  # fmt: skip


def test_a_role_sends_the_files_and_the_promise_is_kept_with_that(world: World) -> None:
    case = letter(world)
    steps = {event.step: event.actor_name for event in queries.events_of(case)}
    assert (steps["kirim"], case.stopped_at) == ("Pencatat", world.time())
    assert work(world, work(world, case)).state == "done"


def test_the_paper_names_nobody_in_full(world: World) -> None:
    case = sent(world, 1)
    found = queries.handover_record(world.office, HandoverRecord.objects.get().pk)
    context = handovers._context(found, world.actor("penerima"))  # noqa: SLF001 (what the template gets)
    assert context == {
        "day": "2026-08-03",
        "destination": "Kantor Pos Lumbung",
        "sender": "Penerima",
        "count": 1,
        "items": [{"code": case.tracking_code, "name": "A** A", "documents": "Kartu"}],
    }
    with pytest.raises(NotFoundError):
        queries.handover_record(world.other_office, found.pk)
    with pytest.raises(NotFoundError):
        actions.handover_pdf(office=world.office, record_id=found.pk, by=world.actor("penerima-kebun"))


def test_the_list_takes_as_many_queries_for_many(world: World, django_assert_num_queries: object) -> None:
    for serial in range(1, 4):
        sent(world, serial)
        with django_assert_num_queries(4):  # type: ignore[operator]  # pytest-django's fixture has no type
            found = queries.handover_records(world.office)
            assert [[len(item.case.products.all()) for item in row.items.all()] for row in found] == [
                [1] * serial
            ]
    assert HandoverItem.objects.count() == 3
