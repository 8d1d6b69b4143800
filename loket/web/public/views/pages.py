"""Pages that anybody may open: offices, services, tracking."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from loket.cases import queries as cases
from loket.cases.models import Case
from loket.catalogue import queries as catalogue
from loket.catalogue.models import ServiceRevision
from loket.catalogue.rules import COMPONENT_NAMES, Service, StandardText
from loket.core.codes import parse_tracking_code
from loket.core.errors import NotFoundError
from loket.core.idempotency import new_key
from loket.documents.standards import FORMS, published_file
from loket.offices import queries as offices
from loket.offices.actions import throttle
from loket.offices.models import Office
from loket.offices.rules import WEEKDAYS
from loket.web import timeline
from loket.web.files import file_response
from loket.web.guards import throttle_address

# A mobile network may show thousands of phones as one address; the codes have 74 random bits.
TRACK_TRIES = 300


def home(request: HttpRequest) -> HttpResponse:
    """The offices of this installation; where there is only one, its page."""
    found = offices.all_offices()
    if len(found) == 1:
        return redirect("public:office", office=found[0].slug)
    return render(request, "public/home.html", {"offices": found})


def office(request: HttpRequest, office: str) -> HttpResponse:
    """The services an office publishes."""
    found = offices.office_by_slug(office)
    revisions = catalogue.services_of(found, cases.today(found))
    services = [item for item in revisions if not catalogue.definition(item).internal]
    opened = found.definition["hours"]
    hours = [(day, opened.get(day)) for day in WEEKDAYS]
    variants = [variant for item in services for variant in catalogue.definition(item).variants]
    online = any("online" in variant.channels for variant in variants)
    context = {"office": found, "services": services, "hours": hours, "online": online}
    return render(request, "public/office.html", context)


def _components(definition: Service) -> list[tuple[str, StandardText]]:
    """The texts of the standard, in the order and under the titles in which the office prints them."""
    titles: dict[Any, str] = {}
    for section in definition.layout:
        titles |= section.components
    ordered = [key for key in titles or COMPONENT_NAMES if key in definition.standard]
    ordered += [key for key in definition.standard if key not in ordered]
    return [(titles.get(key, COMPONENT_NAMES[key]), definition.standard[key]) for key in ordered]


def _offered(office: Office, service: str) -> tuple[ServiceRevision, Service]:
    """What the office offers to everybody under this name. Raises NotFoundError, for an internal SOP too."""
    revision = catalogue.in_force(office, service, cases.today(office))
    definition = catalogue.definition(revision)
    if definition.internal:
        raise NotFoundError("Layanan ini tidak ada.")
    return revision, definition


def service(request: HttpRequest, office: str, service: str) -> HttpResponse:
    """A service as published: the standard itself, and where to begin."""
    found = offices.office_by_slug(office)
    revision, definition = _offered(found, service)
    online = [item for item in definition.variants if "online" in item.channels]
    context = {
        "office": found,
        "revision": revision,
        "service": definition,
        "components": _components(definition),
        "chosen": next((item for item in online if item.variant == request.GET.get("jenis")), None),
        "key": new_key(),
    }
    return render(request, "public/service.html", context)


def printed(request: HttpRequest, office: str, service: str, form: str) -> HttpResponse:
    """The standard in force as a paper, in one of the forms of `documents.standards.FORMS`."""
    found = offices.office_by_slug(office)
    revision, _ = _offered(found, service)
    content = published_file(form, revision.definition, json.dumps(found.definition))
    name = f"{found.slug}-{service}-{form}.{FORMS[form].suffix}"
    return file_response(content, FORMS[form].media_type, name, inline=True)


def track(request: HttpRequest) -> HttpResponse:
    """How far an application is, by its tracking code: no personal data, so the code is enough."""
    typed = request.GET.get("kode", "").strip()
    context: dict[str, object] = {"typed": typed}
    if typed:
        code = parse_tracking_code(typed)
        case = cases.case_by_code(code) if code else None
        if case is not None:
            context |= _tracked(case)
        elif paper := cases.printed_code(code) if code else None:
            context["paper"] = paper
        else:
            # Only misses are counted: behind one address of a mobile network are many people.
            throttle(what="track", who=throttle_address(request), limit=TRACK_TRIES)
            context["error"] = (
                "Kode ini tidak dikenal. Periksa lagi: 16 huruf dan angka seperti pada surel tanda terima."
            )
    return render(request, "public/track.html", context, status=404 if "error" in context else 200)


def _tracked(case: Case) -> dict[str, object]:
    return {
        "case": case,
        "service": catalogue.definition(case.revision),
        "timeline": timeline.for_everybody(cases.events_of(case), cases.variant_of(case)),
        "clock": cases.clock_face(case, offices.calendar(case.office)),
        "step": cases.step_name(case),
    }
