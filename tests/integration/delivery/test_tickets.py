"""The print room's tickets: one for each card, one blanko for each ticket, handed over once."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pypdfium2
import pytest
from django.db import IntegrityError, transaction

from loket.audit.models import Entry
from loket.cases.models import Case, HandOver, HandoverItem, HandoverRecord
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import LoketError, NotFoundError
from loket.delivery import queries, tasks
from loket.delivery.actions import (
    BlankoUsed,
    WrongTicketState,
    hand_over,
    mark_printed,
    open_ticket,
    open_tickets,
    ticket_pdf,
)
from loket.delivery.models import PrintTicket
from loket.register.models import Resident
from tests.committed import committed, together
from tests.integration.delivery.conftest import AT, MEMBERS, PrintRoom, make_print_room
from tests.integration.offices.invented import staff


def printed(room: PrintRoom, ticket: PrintTicket, blanko: str = "KIA0001") -> PrintTicket:
    with clock.use(AT + timedelta(hours=1)):
        return mark_printed(ticket_id=ticket.pk, blanko=blanko, by=room.by)


def journal(ticket: PrintTicket) -> list[tuple[str, str, dict[str, Any]]]:
    entries = Entry.objects.filter(subject=f"ticket:{ticket.pk}").order_by("id")
    return [(entry.action, entry.actor, entry.details) for entry in entries]


# Opening


def test_a_released_card_gets_one_ticket(room: PrintRoom) -> None:
    product = room.product()
    with clock.use(AT):
        ticket = open_ticket(product=product)
        assert open_ticket(product=product) == ticket
    assert (ticket.office, ticket.number, ticket.state, ticket.opened_at) == (room.office, 1, "waiting", AT)
    assert journal(ticket) == [
        ("ticket.open", "system", {"card": "kia", "case": str(product.case_id)}),
    ]


def test_the_job_opens_what_is_missing(room: PrintRoom) -> None:
    early, late = room.product(released_at=AT - timedelta(hours=1)), room.product()
    room.product(released=False)
    room.product(medium="pdf", document="kartu-keluarga")
    opened = open_ticket(product=late)
    with clock.use(AT):
        assert queries.cards_without_ticket() == [early]
        tasks.open_tickets(timestamp=0)
    assert list(PrintTicket.objects.order_by("number").values_list("product", flat=True)) == [
        late.pk,
        early.pk,
    ]
    assert open_tickets() == 0
    assert queries.tickets_of_case(late.case) == {late.pk: opened}


def test_each_office_numbers_its_tickets(room: PrintRoom) -> None:
    other = make_print_room("9972")
    assert [item.ticket().number for item in (room, room, other, room)] == [1, 2, 1, 3]


def test_the_queue_is_the_offices_own_oldest_first(room: PrintRoom) -> None:
    other = make_print_room("9972")
    first, second, _ = room.ticket(), room.ticket(), other.ticket()
    done = printed(room, room.ticket())
    assert queries.queue(room.office) == [first, second, done]
    hand_over(ticket_id=done.pk, received_by="Budi", by=room.by)
    assert queries.queue(room.office) == [first, second]


def test_a_card_that_others_hand_over_leaves_the_queue(room: PrintRoom) -> None:
    on_its_way, fetched, sent, ours = (printed(room, room.ticket(), f"KIA000{n}") for n in range(4))
    Case.objects.filter(pk=on_its_way.product.case_id).update(
        state="open", step="ambil", step_kind="hand_over", step_role="loket", finished_at=None
    )
    HandOver.objects.create(case=fetched.product.case, received_by="BUDI", at=AT, actor_ref="uji")
    record = HandoverRecord.objects.create(
        office=room.office, number="1", destination="KUPT", day=AT.date(), opened_at=AT, opened_by="uji"
    )
    HandoverItem.objects.create(record=record, case=sent.product.case, added_at=AT)
    assert queries.queue(room.office) == [ours]


def test_a_blanko_number_is_read_with_spaces(room: PrintRoom) -> None:
    ticket = mark_printed(ticket_id=room.ticket().pk, blanko=" kia 00 01 ", by=room.by)
    assert ticket.blanko == "KIA0001"


@pytest.mark.parametrize("tickets", [1, 30])
def test_the_queue_takes_one_query(room: PrintRoom, tickets: int, django_assert_num_queries: Any) -> None:
    for _ in range(tickets):
        room.ticket()
    with django_assert_num_queries(1):
        shown = [(item.product.case.tracking_code, item.office.name) for item in queries.queue(room.office)]
    assert len(shown) == tickets


# Printing and handing over


def test_from_printing_to_handing_over(room: PrintRoom) -> None:
    ticket = room.ticket()
    printed(room, ticket, " kia0001 ")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.blanko, ticket.printed_by) == ("printed", "KIA0001", "account:7")
    assert ticket.printed_at == AT + timedelta(hours=1)
    with clock.use(AT + timedelta(hours=2)):
        hand_over(ticket_id=ticket.pk, received_by=f"  {'Budi ' * 30}", by=room.by)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.handed_over_by) == ("handed_over", "account:7")
    assert (ticket.handed_over_at, len(ticket.received_by)) == (AT + timedelta(hours=2), 100)
    case = str(ticket.product.case_id)
    assert journal(ticket)[1:] == [
        ("ticket.print", "account:7", {"blanko": "KIA0001", "case": case}),
        ("ticket.hand_over", "account:7", {"blanko": "KIA0001", "case": case}),
    ]


def test_each_state_allows_one_thing(room: PrintRoom) -> None:
    ticket = room.ticket()
    actions: dict[str, Callable[..., Any]] = {
        "print": partial(mark_printed, ticket_id=ticket.pk, blanko="KIA0002", by=room.by),
        "hand over": partial(hand_over, ticket_id=ticket.pk, received_by="Budi", by=room.by),
    }
    for state, allowed in (("waiting", "print"), ("printed", "hand over"), ("handed_over", None)):
        for name, action in actions.items():
            if name != allowed:
                with pytest.raises(WrongTicketState):
                    action()
        assert PrintTicket.objects.get().state == state
        if allowed:
            actions[allowed]()


def test_a_blanko_is_used_once_at_an_office(room: PrintRoom) -> None:
    printed(room, room.ticket(), "KIA0001")
    second = room.ticket()
    with pytest.raises(BlankoUsed) as refused:
        printed(room, second, "kia0001")
    assert refused.value.field == "blanko"
    second.refresh_from_db()
    assert (second.state, second.blanko, len(journal(second))) == ("waiting", "", 1)
    other = make_print_room("9972")
    assert printed(other, other.ticket(), "KIA0001").blanko == "KIA0001"


@pytest.mark.parametrize("blanko", ["", "    ", "A123", "A" * 31, "KIA/0001"])
def test_a_blanko_number_must_look_like_one(room: PrintRoom, blanko: str) -> None:
    ticket = room.ticket()
    with pytest.raises(LoketError) as refused:
        printed(room, ticket, blanko)
    assert (refused.value.field, refused.value.status) == ("blanko", 400)


@pytest.mark.parametrize("name", ["", "   "])
def test_somebody_receives_the_card(room: PrintRoom, name: str) -> None:
    ticket = printed(room, room.ticket())
    with pytest.raises(LoketError) as refused:
        hand_over(ticket_id=ticket.pk, received_by=name, by=room.by)
    assert refused.value.field == "received_by"
    assert PrintTicket.objects.get().state == "printed"


def strangers(room: PrintRoom) -> list[Actor]:
    return [
        staff(room.office, "sign", "register", "signatures"),
        staff(make_print_room("9972").office, "print_room"),
        Actor(kind="citizen", ref="account:9", name="Warga", office="9971", rights=frozenset({"print_room"})),
    ]


def test_others_do_not_learn_that_a_ticket_exists(room: PrintRoom, child: Resident) -> None:
    waiting, done = room.ticket(), printed(room, room.ticket())
    for by in strangers(room):
        for action in (
            partial(mark_printed, ticket_id=waiting.pk, blanko="KIA0009"),
            partial(hand_over, ticket_id=done.pk, received_by="Budi"),
            partial(ticket_pdf, ticket_id=waiting.pk),
            partial(mark_printed, ticket_id=999_999, blanko="KIA0009"),
        ):
            with pytest.raises(NotFoundError) as refused:
                action(by=by)
            assert refused.value.message == "Tiket ini tidak ditemukan."
    assert [ticket.state for ticket in PrintTicket.objects.order_by("pk")] == ["waiting", "printed"]
    assert Entry.objects.filter(action="person.look").count() == 0


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "printed"}, "delivery_printed_whole"),
        ({"state": "printed", "blanko": "KIA0001"}, "delivery_printed_whole"),
        ({"blanko": "KIA0001"}, "delivery_printed_whole"),
        ({"printed_at": AT}, "delivery_printed_whole"),
        ({"number": 1}, "delivery_ticket_number_once"),
    ],
)
def test_the_database_keeps_tickets_consistent(
    room: PrintRoom, changes: dict[str, Any], constraint: str
) -> None:
    room.ticket()
    second = room.ticket()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PrintTicket.objects.filter(pk=second.pk).update(**changes)


# On paper


def text_of(pdf: bytes) -> str:
    """The words of all pages, without the breaks between lines."""
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def test_the_ticket_on_paper_says_for_whom(room: PrintRoom, child: Resident) -> None:
    ticket = room.ticket()
    with clock.use(AT):
        text = text_of(ticket_pdf(ticket_id=ticket.pk, by=room.by))
    for words in ("9971-TC-000001", "AYU LESTARI", "PUTU CONTOH", ticket.product.case.tracking_code):
        assert text.count(words) >= 1, words
    look = Entry.objects.get(action="person.look")
    assert (look.subject, look.actor, look.office_code) == (f"resident:{child.pk}", "account:7", "9971")
    assert look.details == {"reason": "tiket cetak 1"}


def test_the_ticket_of_a_ktp_el_says_why_and_which_background(room: PrintRoom, child: Resident) -> None:
    """The mother's card, in place of a lost one: she was born in an even year."""
    data = {"nik": MEMBERS[0][2], "family_card_number": "9971030101200001", "reason": "Hilang atau rusak"}
    with clock.use(AT):
        ticket = open_ticket(product=room.product(document="ktp-el", label="KTP-el", data=data))
        text = text_of(ticket_pdf(ticket_id=ticket.pk, by=room.by))
    assert [
        words
        for words in ("PUTU CONTOH", "KTP-EL", "Hilang atau rusak", "Latar foto BIRU (tahun lahir genap)")
        if words not in text
    ] == []


def test_a_ticket_for_somebody_the_register_does_not_know_has_no_paper(room: PrintRoom) -> None:
    with pytest.raises(NotFoundError):
        ticket_pdf(ticket_id=room.ticket().pk, by=room.by)


# At once


@committed
def test_a_ticket_is_opened_once_by_many_workers(room: PrintRoom) -> None:
    products = [room.product() for _ in range(3)]
    together([partial(open_ticket, product=product) for product in products * 5])
    together([open_tickets] * 3)
    assert sorted(PrintTicket.objects.values_list("number", "product")) == [
        (number, ticket.product_id)
        for number, ticket in enumerate(PrintTicket.objects.order_by("number"), start=1)
    ]
    assert PrintTicket.objects.count() == 3
    assert Entry.objects.filter(action="ticket.open").count() == 3


@committed
def test_of_two_cards_on_one_blanko_one_is_refused(room: PrintRoom) -> None:
    tickets = [room.ticket() for _ in range(6)]
    results = together(
        [partial(mark_printed, ticket_id=ticket.pk, blanko="KIA0001", by=room.by) for ticket in tickets]
    )
    assert [type(result) for result in results].count(PrintTicket) == 1
    assert [type(result) for result in results].count(BlankoUsed) == 5
    assert PrintTicket.objects.filter(state="printed").count() == 1
    assert Entry.objects.filter(action="ticket.print").count() == 1


@committed
def test_a_card_is_handed_over_once(room: PrintRoom) -> None:
    ticket = printed(room, room.ticket())
    results = together([partial(hand_over, ticket_id=ticket.pk, received_by="Budi", by=room.by)] * 5)
    assert [type(result) for result in results].count(PrintTicket) == 1
    assert [type(result) for result in results].count(WrongTicketState) == 4
