"""Cases of a day on paper, entered at the counter afterwards under their true times."""

import uuid
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from loket.audit.models import Entry
from loket.cases import actions, queries
from loket.cases.actions import NotPossible, OnPaper, PapersMissing
from loket.cases.actions.afterwards import NotByHand, NotRegistrar, ReceiptUsed, UnknownReceipt
from loket.cases.actions.paper import reserve_pack
from loket.cases.models import Case, PaperPack, PaperReceipt
from loket.cases.rules.afterwards import (
    BeforePrinting,
    FutureReceipt,
    FutureRegistration,
    OtherOfficesReceipt,
    RegisteredBeforeReceived,
    TooLate,
    UnreadableReceipt,
    WrongCheckDigits,
)
from loket.core.errors import LoketError, NotAllowedError
from tests.committed import committed
from tests.integration.cases.desk import Counter
from tests.integration.cases.world import World, at, fresh, together

RECEIVED, REGISTERED, TYPED = "2026-08-03 10:15", "2026-08-03 10:40", "2026-08-05 14:00"


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)


@pytest.fixture
def pack(world: World) -> PaperPack:
    """Three resi, printed on Monday at nine; two days later the power is back."""
    pack = reserve_pack(office=world.office, count=3, by="account:1")
    world.time.set(TYPED)
    return pack


def numbers(pack: PaperPack) -> list[str]:
    return list(pack.receipts.order_by("number").values_list("number", flat=True))


def resi(pack: PaperPack, registered: str = "", received: str = RECEIVED) -> OnPaper:
    return OnPaper(pack.first, at(received), at(registered) if registered else None)


def entered(counter: Counter, paper: OnPaper, variant: str = "loket", **changes: Any) -> Case:
    """Typed in with all papers, and sent."""
    case = counter.fill(counter.start(paper=paper, variant=variant), **changes)
    if variant == "loket":
        counter.papers(case)
    return counter.send(case)


def timeline(case: Case) -> list[tuple[str, str, str]]:
    return list(case.events.order_by("seq").values_list("kind", "step", "reason"))


# The clock


def test_what_was_registered_on_paper_stands_behind_the_registration(
    counter: Counter, pack: PaperPack
) -> None:
    """As if it had been received and registered on the screen at the same moments."""
    case = entered(counter, resi(pack, REGISTERED))
    receipt = PaperReceipt.objects.get(number=pack.first)
    assert (case.step, case.receipt_number, case.tracking_code) == (
        "siapkan",
        pack.first,
        receipt.tracking_code,
    )
    assert (case.submitted_at, case.complete_at, case.registered_at, case.deadline_at) == (
        at(RECEIVED),
        at(REGISTERED),
        at(REGISTERED),
        at("2026-08-06 10:40"),
    )
    assert (receipt.used_by_case, receipt.received_at, receipt.registered_at, receipt.entered_at) == (
        case,
        at(RECEIVED),
        at(REGISTERED),
        at(TYPED),
    )


def test_the_same_times_on_the_screen_give_the_same_deadline(
    world: World, counter: Counter, pack: PaperPack
) -> None:
    on_paper = entered(counter, resi(pack, REGISTERED))
    world.time.set(RECEIVED)
    case = counter.fill(counter.start())
    counter.papers(case)
    case = world.work(counter.send(case))
    world.time.set(REGISTERED)
    assert world.work(case).deadline_at == on_paper.deadline_at


def test_what_was_only_received_on_paper_is_registered_on_the_screen_under_its_number(
    world: World, counter: Counter, pack: PaperPack
) -> None:
    case = entered(counter, resi(pack))
    assert (case.step, case.receipt_number, case.deadline_at) == ("terima", None, at("2026-08-06 10:15"))
    assert queries.case_by_receipt(world.office, pack.first.lower()) == case
    world.time.pass_(minutes=30)
    case = world.work(world.work(case))
    assert (case.receipt_number, case.registered_at) == (pack.first, at("2026-08-05 14:30"))
    assert (case.complete_at, case.submitted_at) == (at("2026-08-05 14:30"), at(RECEIVED))


def test_a_paper_number_takes_none_of_the_screen(counter: Counter, pack: PaperPack) -> None:
    entered(counter, resi(pack, REGISTERED))
    assert counter.registered().receipt_number == "R-2026-001"


def test_a_clock_that_starts_with_the_complete_file(counter: Counter, pack: PaperPack) -> None:
    """Without a registration book the resi is the number at once."""
    case = entered(counter, resi(pack), variant="lengkap")
    assert (case.submitted_at, case.complete_at, case.registered_at) == (at(RECEIVED),) * 3
    assert (case.receipt_number, case.deadline_at) == (pack.first, at("2026-08-06 10:15"))
    assert case.step == "terima"


def test_it_goes_on_as_usual(counter: Counter, pack: PaperPack) -> None:
    case = entered(counter, resi(pack, REGISTERED))
    while case.step != "tanda-tangan":
        case = counter.work(case)
    counter.world.render(case)
    while case.state == "open":
        case = counter.work(case)
    assert case.state == "done"


# What is told


def test_timeline_and_journal_say_that_it_was_entered_later(
    world: World, counter: Counter, pack: PaperPack
) -> None:
    case = entered(counter, resi(pack, REGISTERED))
    by_hand = "Dikerjakan di atas kertas Senin, 3 Agustus 2026 pukul 10.40 WITA."
    assert timeline(case) == [
        (
            "submit",
            "permohonan",
            "Diterima di atas kertas Senin, 3 Agustus 2026 pukul 10.15 WITA, "
            f"resi {pack.first}; dimasukkan ke sistem kemudian.",
        ),
        ("complete", "terima", by_hand),
        ("complete", "daftar", by_hand),
    ]
    assert set(case.events.values_list("at", "actor_ref")) == {(at(TYPED), world.actor("penerima").ref)}
    entry = Entry.objects.get(action="case.enter_afterwards")
    assert (entry.subject, entry.actor, entry.at, entry.office_code) == (
        case.ref,
        world.actor("penerima").ref,
        at(TYPED),
        "9911",
    )
    assert entry.details == {
        "receipt": pack.first,
        "received_at": at(RECEIVED).isoformat(),
        "registered_at": at(REGISTERED).isoformat(),
    }


# Numbers


def wrong_digits(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def test_numbers_that_are_refused_leave_no_draft(world: World, counter: Counter, pack: PaperPack) -> None:
    other = reserve_pack(office=world.other_office, count=1, by="cli")
    never = reserve_pack(office=world.office, count=1, by="cli")
    unprinted = never.first
    PaperReceipt.objects.filter(pack=never).delete()
    wanted: dict[str, type[LoketError]] = {
        "": UnreadableReceipt,
        "R-2026-001": UnreadableReceipt,
        wrong_digits(pack.first): WrongCheckDigits,
        other.first: OtherOfficesReceipt,
        unprinted: UnknownReceipt,
    }
    for number, error in wanted.items():
        with pytest.raises(error) as refused:
            counter.start(paper=OnPaper(number, at(RECEIVED)))
        assert refused.value.field == "number"
    assert Case.objects.count() == 0


def test_the_number_may_be_typed_without_its_dashes(counter: Counter, pack: PaperPack) -> None:
    case = counter.start(paper=OnPaper(pack.first.replace("-", " ").lower(), at(RECEIVED)))
    assert case.paper_receipt.number == pack.first


def test_a_resi_serves_one_case(counter: Counter, pack: PaperPack) -> None:
    counter.start(paper=resi(pack))
    with pytest.raises(ReceiptUsed):
        counter.start(paper=resi(pack))
    assert Case.objects.count() == 1


def test_another_resi_sets_the_first_one_free(world: World, counter: Counter, pack: PaperPack) -> None:
    first, second, _ = numbers(pack)
    case, by = counter.start(paper=resi(pack)), world.actor("penerima")
    actions.change_paper(case_id=case.pk, paper=OnPaper(second, at(RECEIVED)), by=by)
    used = PaperReceipt.objects.filter(used_by_case__isnull=False)
    assert list(used.values_list("number", flat=True)) == [second]
    actions.change_paper(case_id=case.pk, paper=None, by=by)
    assert used.count() == 0
    assert list(Entry.objects.filter(action="case.off_paper").values_list("details", flat=True)) == [
        {"receipt": second}
    ]
    assert counter.start(paper=OnPaper(first, at(RECEIVED))).paper_receipt.number == first


def test_a_draft_that_is_given_up_sets_its_resi_free(world: World, counter: Counter, pack: PaperPack) -> None:
    case = counter.start(paper=resi(pack))
    actions.cancel(case_id=case.pk, by=world.actor("penerima"), key=uuid.uuid4())
    assert counter.start(paper=resi(pack)).paper_receipt.number == pack.first


def test_a_sent_case_keeps_its_resi(world: World, counter: Counter, pack: PaperPack) -> None:
    case, by = entered(counter, resi(pack)), world.actor("penerima")
    with pytest.raises(NotPossible):
        actions.change_paper(case_id=case.pk, paper=None, by=by)
    case = world.back(world.work(case), "permohonan")
    with pytest.raises(NotPossible):
        actions.change_paper(case_id=case.pk, paper=None, by=by)
    actions.cancel(case_id=case.pk, by=by, key=uuid.uuid4())
    assert PaperReceipt.objects.get(number=pack.first).used_by_case_id == case.pk


def test_only_the_counter_enters_paper(world: World, counter: Counter, pack: PaperPack) -> None:
    case = counter.start()
    for who in ("pemeriksa", "penerima-kebun", "siti"):
        with pytest.raises(LoketError):
            actions.change_paper(case_id=case.pk, paper=resi(pack), by=world.actor(who))
    online = world.draft()
    with pytest.raises(NotAllowedError):
        actions.change_paper(case_id=online.pk, paper=resi(pack), by=world.actor("siti"))


# Times


@pytest.mark.parametrize(
    ("received", "registered", "error"),
    [
        ("2026-08-05 14:01", "", FutureReceipt),
        ("2026-08-03 08:59", "", BeforePrinting),
        (RECEIVED, "2026-08-03 10:14", RegisteredBeforeReceived),
        (RECEIVED, "2026-08-05 14:01", FutureRegistration),
    ],
)
def test_times_that_are_not_believed(
    counter: Counter, pack: PaperPack, received: str, registered: str, error: type[LoketError]
) -> None:
    with pytest.raises(error):
        counter.start(paper=resi(pack, registered, received))
    assert PaperReceipt.objects.filter(used_by_case__isnull=False).count() == 0


def test_a_draft_that_lay_too_long(world: World, counter: Counter, pack: PaperPack, settings: Any) -> None:
    settings.PAPER_DAYS = 3
    case = counter.fill(counter.start(paper=resi(pack)))
    world.time.set("2026-08-06 10:16")
    with pytest.raises(TooLate):
        counter.send(case)
    assert fresh(case).state == "draft"


def test_what_misses_papers_was_not_registered(counter: Counter, pack: PaperPack) -> None:
    case = counter.fill(counter.start(paper=resi(pack, REGISTERED)))
    with pytest.raises(PapersMissing):
        counter.send(case)
    assert (fresh(case).state, case.events.count()) == ("draft", 0)


def test_no_registration_by_hand_where_the_standard_has_none(counter: Counter, pack: PaperPack) -> None:
    with pytest.raises(NotByHand):
        counter.start(paper=resi(pack, REGISTERED), variant="lengkap")


def test_only_whoever_registers_says_that_it_was_done(
    world: World, counter: Counter, pack: PaperPack, desa: Any
) -> None:
    with pytest.raises(NotRegistrar):
        counter.start(paper=resi(pack, REGISTERED), by=desa)
    assert counter.start(paper=resi(pack), by=desa).paper_receipt.number == pack.first


@pytest.fixture
def desa(world: World) -> Any:
    """An official of a village who takes in, but does not register."""
    world._hire("desi", world.office, "penerima_desa")
    return world.actor("desi")


def test_sending_twice_is_once(counter: Counter, pack: PaperPack, world: World) -> None:
    case = counter.fill(counter.start(paper=resi(pack, REGISTERED)))
    counter.papers(case)
    key, by = uuid.uuid4(), world.actor("penerima")
    for _ in range(2):
        case = actions.submit(case_id=case.pk, by=by, key=key)
    assert (case.step, len(timeline(case))) == ("siapkan", 3)
    assert Entry.objects.filter(action="case.enter_afterwards").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"entered_by": "account:1"},
        {"received_at": at(RECEIVED)},
        {"entered_at": at(RECEIVED), "received_at": at(RECEIVED), "entered_by": "account:1"},
    ],
)
def test_the_database_keeps_a_used_resi_whole(pack: PaperPack, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="cases_paper_receipt_whole"), transaction.atomic():
        pack.receipts.update(**changes)


@pytest.mark.parametrize("moment", [at("2026-08-03 10:14"), at("2026-08-05 14:01")])
def test_the_database_keeps_the_times_in_order(counter: Counter, pack: PaperPack, moment: datetime) -> None:
    case = counter.start(paper=resi(pack))
    with pytest.raises(IntegrityError, match="cases_paper_receipt_order"), transaction.atomic():
        PaperReceipt.objects.filter(used_by_case=case).update(registered_at=moment)


# At the same moment


@committed
def test_one_resi_entered_by_two_at_once_makes_one_case(
    world: World, counter: Counter, pack: PaperPack
) -> None:
    outcomes = together(*[partial(counter.start, paper=resi(pack))] * 4)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Case", *["ReceiptUsed"] * 3]
    assert (Case.objects.count(), PaperReceipt.objects.filter(used_by_case__isnull=False).count()) == (1, 1)
