"""The print room: tickets for cards, printed and handed over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from loket.core.errors import LoketError, NotFoundError
from loket.delivery import actions, queries
from loket.web.files import file_response
from loket.web.guards import actor, office, staff_required


@staff_required("print_room")
def queue(request: HttpRequest) -> HttpResponse:
    """The cards to make and to hand over."""
    return render(request, "staff/print_room.html", {"tickets": queries.queue(office(request))})


@staff_required("print_room")
def ticket(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """The ticket on paper. The look at the person is recorded."""
    content = actions.ticket_pdf(ticket_id=ticket_id, by=actor(request))
    return file_response(content, "application/pdf", f"tiket-{ticket_id}.pdf", inline=True)


@staff_required("print_room", back="staff:print_room")
def work(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Note the blanko of a printed card, or who took it."""
    if request.method != "POST":
        return redirect("staff:print_room")
    try:
        if "received_by" in request.POST:
            actions.hand_over(ticket_id=ticket_id, received_by=request.POST["received_by"], by=actor(request))
            messages.success(request, "Kartu sudah diserahkan.")
        else:
            printed = actions.mark_printed(
                ticket_id=ticket_id, blanko=request.POST.get("blanko", ""), by=actor(request)
            )
            going_on = printed.product.case.state == "open"
            done = "Kartu sudah dicatat tercetak."
            messages.success(request, done + (" Permohonannya berjalan lagi." if going_on else ""))
    except NotFoundError:
        raise
    except LoketError as error:
        context = {
            "tickets": queries.queue(office(request)),
            "error": error.message,
            "at": ticket_id,
            "typed": request.POST,
        }
        return render(request, "staff/print_room.html", context, status=error.status)
    return redirect("staff:print_room")
