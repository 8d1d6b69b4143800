"""Pages that anybody may open: offices, services, tracking."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from loket.cases import queries as cases
from loket.catalogue import queries as catalogue
from loket.catalogue.rules import COMPONENT_NAMES
from loket.core.codes import parse_tracking_code
from loket.core.idempotency import new_key
from loket.offices import queries as offices
from loket.offices.actions import throttle
from loket.web.guards import client_address

TRACK_TRIES = 30


def home(request: HttpRequest) -> HttpResponse:
    """The offices of this installation; where there is only one, its page."""
    found = offices.all_offices()
    if len(found) == 1:
        return redirect("public:office", office=found[0].slug)
    return render(request, "public/home.html", {"offices": found})


def office(request: HttpRequest, office: str) -> HttpResponse:
    """The services an office publishes."""
    found = offices.office_by_slug(office)
    services = catalogue.services_of(found, cases.today(found))
    return render(request, "public/office.html", {"office": found, "services": services})


def service(request: HttpRequest, office: str, service: str) -> HttpResponse:
    """A service as published: the standard itself, and where to begin."""
    found = offices.office_by_slug(office)
    revision = catalogue.in_force(found, service, cases.today(found))
    definition = catalogue.definition(revision)
    components = [
        (COMPONENT_NAMES[key], text) for key, text in definition.standard.items() if key != "product"
    ]
    context = {
        "office": found,
        "revision": revision,
        "service": definition,
        "components": components,
        "key": new_key(),
    }
    return render(request, "public/service.html", context)


def track(request: HttpRequest) -> HttpResponse:
    """How far an application is, by its tracking code: no personal data, so the code is enough."""
    typed = request.GET.get("kode", "").strip()
    context: dict[str, object] = {"typed": typed}
    if typed:
        throttle(what="track", who=client_address(request), limit=TRACK_TRIES)
        code = parse_tracking_code(typed)
        case = cases.case_by_code(code) if code else None
        if case is None:
            context["error"] = (
                "Kode ini tidak dikenal. Periksa lagi: 16 huruf dan angka seperti pada surel tanda terima."
            )
        else:
            calendar = offices.calendar(case.office)
            context |= {
                "case": case,
                "variant": cases.variant_of(case),
                "service": catalogue.definition(case.revision),
                "events": cases.events_of(case),
                "clock": cases.clock_face(case, calendar),
                "step": cases.step_name(case),
            }
    return render(request, "public/track.html", context, status=404 if "error" in context else 200)
