"""Print-room tickets: opened for every released card, printed on a blanko, handed over."""

from django.conf import settings
from django.db import IntegrityError, transaction

from loket.audit.actions import record, record_look
from loket.cases.actions import note_made
from loket.cases.models import CaseProduct
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError, NotFoundError
from loket.delivery import queries, rules
from loket.delivery.models import PrintTicket
from loket.documents.queries import template, working_frame
from loket.documents.rendering import render
from loket.offices.queries import definition, zone
from loket.register import queries as register
from loket.register.actions import next_serial
from loket.register.models import Resident

SINGLE = "BELUM KAWIN"


class BlankoUsed(ConflictError):
    """Nomor blanko ini sudah dipakai untuk kartu lain. Periksa kembali nomornya."""


class WrongTicketState(ConflictError):
    """Tiket ini sudah dikerjakan. Muat ulang halaman untuk melihat keadaannya."""


@transaction.atomic
def open_ticket(*, product: CaseProduct) -> PrintTicket:
    """Open the ticket of one released card; the same card again gives the same ticket."""
    product = CaseProduct.objects.select_for_update(of=("self",)).select_related("office").get(pk=product.pk)
    if existing := PrintTicket.objects.filter(product=product).first():
        return existing
    ticket = PrintTicket.objects.create(
        office=product.office,
        number=next_serial(office=product.office, key="print-ticket"),
        product=product,
        opened_at=clock.now(),
    )
    record(
        action="ticket.open",
        subject=f"ticket:{ticket.pk}",
        actor="system",
        office_code=product.office_id,
        details={"card": product.document, "case": str(product.case_id)},
    )
    return ticket


def open_tickets() -> int:
    """Open the tickets that are missing; returns how many."""
    found = queries.cards_without_ticket()
    for product in found:
        open_ticket(product=product)
    return len(found)


def _locked(ticket_id: int, by: Actor, state: object) -> PrintTicket:
    ticket = (
        PrintTicket.objects.select_for_update(of=("self",))
        .select_related("office", "product__case")
        .filter(pk=ticket_id)
        .first()
    )
    if ticket is None or not by.may("print_room", ticket.office_id):
        raise NotFoundError("Tiket ini tidak ditemukan.")
    if ticket.state != state:
        raise WrongTicketState()
    return ticket


def _note(ticket: PrintTicket, action: str, by: Actor) -> None:
    record(
        action=action,
        subject=f"ticket:{ticket.pk}",
        actor=by.ref,
        office_code=ticket.office_id,
        details={"blanko": ticket.blanko, "case": str(ticket.product.case_id)},
    )


def mark_printed(*, ticket_id: int, blanko: str, by: Actor) -> PrintTicket:
    """Note that the card was made, and on which blanko.

    Raises BlankoUsed, WrongTicketState, NotFoundError.
    """
    number = "".join(blanko.split()).upper()
    if not rules.is_blanko_number(number):
        raise LoketError("Tulis nomor blanko: 5 sampai 30 huruf dan angka.", field="blanko")
    try:
        with transaction.atomic():
            ticket = _locked(ticket_id, by, PrintTicket.State.WAITING)
            ticket.state, ticket.blanko = PrintTicket.State.PRINTED, number
            ticket.printed_at, ticket.printed_by = clock.now(), by.ref
            ticket.save()
            note_made(product=ticket.product)
            _note(ticket, "ticket.print", by)
    except IntegrityError as error:
        raise BlankoUsed(field="blanko") from error
    return ticket


@transaction.atomic
def hand_over(*, ticket_id: int, received_by: str, by: Actor) -> PrintTicket:
    """Note who took the card. Raises WrongTicketState, NotFoundError."""
    ticket = _locked(ticket_id, by, PrintTicket.State.PRINTED)
    if not received_by.strip():
        raise LoketError("Tulis nama orang yang menerima kartu.", field="received_by")
    ticket.state, ticket.received_by = PrintTicket.State.HANDED_OVER, received_by.strip()[:100]
    ticket.handed_over_at, ticket.handed_over_by = clock.now(), by.ref
    ticket.save()
    _note(ticket, "ticket.hand_over", by)
    return ticket


def ticket_pdf(*, ticket_id: int, by: Actor) -> bytes:
    """The ticket on paper, until the card is handed over. The look at the person is recorded.

    Raises NotFoundError, WrongTicketState.
    """
    ticket = PrintTicket.objects.select_related("office", "product__case").filter(pk=ticket_id).first()
    person = register.resident_by_nik(ticket.product.data.get("nik", "")) if ticket else None
    if ticket is None or person is None or not by.may("print_room", ticket.office_id):
        raise NotFoundError("Tiket ini tidak ditemukan.")
    if ticket.state == PrintTicket.State.HANDED_OVER:
        raise WrongTicketState()
    record_look(
        subject=f"resident:{person.pk}",
        actor=by.ref,
        office_code=ticket.office_id,
        reason=f"tiket cetak {ticket.number}",
    )
    number = f"{ticket.office_id}-TC-{ticket.number:06d}"
    frame = working_frame(ticket.office, number, ticket.opened_at)
    return render(template("tiket-cetak"), _context(ticket, person), frame=frame)


def _context(ticket: PrintTicket, person: Resident) -> dict[str, object]:
    case, today = ticket.product.case, clock.now().astimezone(zone(ticket.office)).date()
    family = register.current_family(person)
    card = register.family_card(family) if family else {}
    married = person.marital_status != SINGLE
    ages, valid_until = definition(ticket.office).cards, ticket.product.data.get("valid_until")
    if valid_until is None:  # a card that came with an akta: the event says nothing of it
        end = rules.card_valid_until(
            person.birth_date, today, married=married, first_until=ages.child_first_until
        )
        valid_until = end.isoformat() if end else ""
    return {
        "card": ticket.product.document.upper(),
        "card_name": ticket.product.label,
        "reason": ticket.product.data.get("reason") or "Penerbitan baru",
        "tracking_code": case.tracking_code,
        "tracking_url": f"{settings.BASE_URL}/lacak/?kode={case.tracking_code}",
        "nik": person.nik,
        "name": person.name,
        "birth_place": person.birth_place,
        "birth_date": person.birth_date.isoformat(),
        "sex": person.sex,
        "blood_type": person.blood_type,
        "family_card_number": ticket.product.data.get("family_card_number", ""),
        "head_name": card.get("head") or "-",
        "birth_certificate_number": person.birth_certificate,
        "religion": person.religion,
        "marital_status": register.card_status(person.marital_status),
        "citizenship": person.nationality,
        "address": rules.address_line(card) or "-",
        "valid_until": valid_until or None,
        "photo_background": rules.photo_background(
            person.birth_date, today, photo_from=ages.child_photo_from
        ),
    }
