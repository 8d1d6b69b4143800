"""Reading the print room's queue."""

from datetime import timedelta

from django.db.models import Q

from loket.cases.models import Case, CaseProduct
from loket.core import clock
from loket.delivery.models import PrintTicket
from loket.offices.models import Office

PAGE = 100
LOOKED_AT_FOR = timedelta(days=31)


def cards_without_ticket() -> list[CaseProduct]:
    """Cards released in the last month for which no ticket is open yet. One query.

    Older ones were looked at every few seconds for a month.
    """
    since = clock.now() - LOOKED_AT_FOR
    return list(
        CaseProduct.objects.filter(medium="card", released_at__gte=since, ticket__isnull=True)
        .select_related("office", "case")
        .order_by("released_at", "pk")[:PAGE]
    )


def queue(office: Office) -> list[PrintTicket]:
    """The tickets that the print room has work with: to print first, then to hand over. One query.

    A printed card is handed over here only where no step of its case does so: while the case is open, and
    where it was given at the counter or went out on a berita acara, others see to it.
    """
    waiting = Q(state=PrintTicket.State.WAITING)
    ours = Q(product__case__state="done", product__case__hand_over=None, product__case__handover_items=None)
    return list(
        PrintTicket.objects.filter(waiting | Q(ours, state=PrintTicket.State.PRINTED), office=office)
        .select_related("product__case", "office")
        .order_by("-state", "opened_at", "pk")[:PAGE]
    )


def tickets_of_case(case: Case) -> dict[int, PrintTicket]:
    """The tickets of a case by product. One query."""
    return {ticket.product_id: ticket for ticket in PrintTicket.objects.filter(product__case=case)}
