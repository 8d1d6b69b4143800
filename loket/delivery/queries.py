"""Reading the print room's queue."""

from datetime import timedelta

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
    """The tickets of an office that are not handed over yet: to print first. One query."""
    return list(
        PrintTicket.objects.filter(office=office)
        .exclude(state=PrintTicket.State.HANDED_OVER)
        .select_related("product__case", "office")
        .order_by("-state", "opened_at", "pk")[:PAGE]
    )


def tickets_of_case(case: Case) -> dict[int, PrintTicket]:
    """The tickets of a case by product. One query."""
    return {ticket.product_id: ticket for ticket in PrintTicket.objects.filter(product__case=case)}
