"""The office's own work: what its internal SOPs name, and the items that are open."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.cases import actions, queries
from loket.catalogue import queries as catalogue
from loket.core.idempotency import new_key
from loket.offices.queries import definition
from loket.web.forms import form_key
from loket.web.guards import actor, office, staff_required

_OPENS = {"monthly": "tiap bulan", "quarterly": "tiap triwulan", "semester": "tiap semester"}


@staff_required()
def items(request: HttpRequest) -> HttpResponse:
    """The internal SOPs, whoever may begin them, and the work items of this office that are open."""
    here, by = office(request), actor(request)
    roles = {role.role: role.name for role in definition(here).roles}
    offered = []
    for revision in catalogue.services_of(here, queries.today(here)):
        service = catalogue.definition(revision)
        for variant in service.variants if service.internal else []:
            doers = [variant.role_of(step) for step in variant.procedure.steps]
            names = list(dict.fromkeys(roles.get(role, role) for role in doers))
            mine = bool(set(doers) & set(by.roles))
            offered.append((service, variant, names, _OPENS.get(variant.opens or "", ""), mine))
    open_items = [(case, catalogue.definition(case.revision)) for case in queries.open_work(here)]
    context = {"offered": offered, "open_items": open_items, "key": new_key()}
    return render(request, "staff/work.html", context)


@staff_required(back="staff:work")
@require_POST
def open_item(request: HttpRequest, service: str, variant: str) -> HttpResponse:
    """Begin a work item now."""
    here = office(request)
    revision = catalogue.in_force(here, service, queries.today(here))
    case = actions.open_work(revision=revision, variant=variant, by=actor(request), key=form_key(request))
    messages.success(request, f"Pekerjaan {catalogue.definition(revision).name} dibuka.")
    return redirect("staff:case", case_id=case.pk)
