"""Applying: start, fill in part by part, check, send, repair, cancel."""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from loket.audit.actions import record_look
from loket.cases import actions, queries
from loket.cases.models import Case
from loket.cases.queries.numbers import impossible_numbers
from loket.cases.rules.answers import Fault, missing_papers
from loket.cases.rules.states import possible
from loket.catalogue import queries as catalogue
from loket.catalogue.rules import Requirement, Variant
from loket.core.errors import NotFoundError
from loket.core.idempotency import new_key
from loket.delivery.queries import tickets_of_case
from loket.documents import queries as documents
from loket.offices import queries as offices
from loket.web import timeline
from loket.web.filling import Filled, faults_of, fill_part
from loket.web.forms import closed, form_key, parts_of, shown_answers, worded
from loket.web.guards import account, actor, citizen_required, take_unsent

# From this many faults on a part is one line on the check page.
MANY_FAULTS = 2
_SENT = {
    "submit": "Permohonan Anda sudah terkirim. Tanda terima dikirim ke surel Anda.",
    "repair": "Perbaikan Anda sudah terkirim.",
}
# A number of rows has fewer digits than this.


@dataclass(frozen=True)
class Task:
    """One line of the list of things to do before sending."""

    title: str
    href: str
    done: bool
    detail: str = ""


@citizen_required
def start(request: HttpRequest, office: str, service: str, variant: str) -> HttpResponse:
    """Open a draft of a service's variant."""
    if request.method != "POST":
        if take_unsent(request) is not None:
            messages.info(request, "Anda sudah masuk. Tekan Mulai permohonan sekali lagi.")
        page = reverse("public:service", args=[office, service])
        return redirect(f"{page}?{urlencode({'jenis': variant})}")
    found = offices.office_by_slug(office)
    revision = catalogue.in_force(found, service, queries.today(found))
    if variant not in {item.variant for item in catalogue.definition(revision).variants}:
        raise NotFoundError()
    case = actions.start_case(
        revision=revision,
        variant=variant,
        channel="online",
        applicant=account(request),
        by=actor(request),
        key=form_key(request),
    )
    return redirect("public:case", case_id=case.pk)


def tasks_of(case: Case, variant: Variant, faults: list[Fault]) -> list[Task]:
    """The pages to fill in and the papers to upload, each with whether it is done."""
    open_parts = {fault.part for fault in faults}
    tasks = [
        Task(part.title, reverse("public:fill", args=[case.pk, part.part]), part.part not in open_parts)
        for part in parts_of(variant)
    ]
    papers = queries.attachments_of(case)
    for item in variant.uploads(case.answers):
        count = len(papers.get(item.key, []))
        href = reverse("public:upload", args=[case.pk, item.key])
        tasks.append(Task(item.label or item.text, href, count > 0, f"{count} berkas" if count else ""))
    return tasks


@citizen_required
def overview(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The applicant's page of one application: what to do, where it is, what came out."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    variant = queries.variant_of(case)
    can = possible(queries.situation(case, variant), by)
    record_look(subject=case.ref, actor=by.ref, office_code=case.office_id, reason="permohonan sendiri")
    events = queries.events_of(case)
    context: dict[str, Any] = {
        "case": case,
        "service": queries.definition(case.revision),
        "variant": variant,
        "can": can,
        "timeline": timeline.for_applicant(events, variant),
        "clock": queries.clock_face(case, offices.calendar(case.office)),
        "step": queries.step_name(case),
        "reason": next(
            (event.reason for event in reversed(events) if timeline.to_applicant(event, variant)), ""
        ),
    }
    if "save" in can:
        faults = faults_of(case, variant)
        tasks = tasks_of(case, variant, faults)
        undone = [task for task in tasks if not task.done]
        context |= {
            "tasks": tasks,
            "done": len(tasks) - len(undone),
            "next_task": undone[0] if undone else None,
        }
    if case.state == "done":
        tickets = tickets_of_case(case)
        context["documents"] = documents.of_case(case.ref)
        cards = [product for product in queries.products_of(case) if product.medium == "card"]
        context["cards"] = [(product, tickets.get(product.pk)) for product in cards]
    return render(request, "public/case.html", context)


@citizen_required
def fill(request: HttpRequest, case_id: uuid.UUID, part: str) -> HttpResponse:
    """One page of the form. What is typed is kept even while something is wrong with it."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    variant = queries.variant_of(case)
    if "save" not in possible(queries.situation(case, variant), by):
        return closed(request, case)
    record_look(subject=case.ref, actor=by.ref, office_code=case.office_id, reason="mengisi formulir sendiri")
    page = fill_part(
        request,
        case,
        variant,
        part,
        mending=_from_check(request),
        keep={"kembali": "periksa"} if _from_check(request) else {},
    )
    if page.again:
        return redirect(page.again)
    if page.saved:
        return _after(case, page, request)
    context = {
        "case": case,
        "part": page.part,
        "rows": page.rows,
        "faults": page.faults,
        "back": "periksa" if _from_check(request) else "",
    }
    return render(request, "public/fill.html", context, status=page.status)


def _from_check(request: HttpRequest) -> bool:
    """Whether the page was opened from the check page, to correct one part."""
    return "periksa" in (request.GET.get("kembali"), request.POST.get("kembali"))


def _after(case: Case, page: Filled, request: HttpRequest) -> HttpResponse:
    """The next page of the form, or back to where a correction began."""
    if _from_check(request):
        return redirect("public:check", case_id=case.pk)
    if page.following:
        return redirect("public:fill", case_id=case.pk, part=page.following.part)
    return redirect("public:case", case_id=case.pk)


def to_mend(
    case: Case, variant: Variant, faults: list[Fault], missing: list[Requirement]
) -> list[dict[str, str]]:
    """What keeps the application from being sent, part by part; a part with many faults is one line."""
    lines = []
    for part in parts_of(variant):
        found = worded((fault for fault in faults if fault.part == part.part), part.fields)
        page = reverse("public:fill", args=[case.pk, part.part]) + "?kembali=periksa"
        if len(found) > MANY_FAULTS:
            lines.append({"href": page, "text": f"{part.title}: {len(found)} isian belum lengkap"})
        else:
            lines += [
                {"href": f"{page}#f-{fault.key}", "text": f"{part.title}. {fault.message}"} for fault in found
            ]
    for item in missing:
        page = reverse("public:upload", args=[case.pk, item.key])
        lines.append({"href": page, "text": f"{item.label or item.text}: belum diunggah"})
    return lines


def _send(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Send, or send again after a return."""
    _, done = actions.send(case_id=case_id, by=actor(request), key=form_key(request))
    messages.success(request, _SENT[done])
    return redirect("public:case", case_id=case_id)


@citizen_required
def check(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Everything on one page before it is sent."""
    if request.method == "POST":
        with suppress(actions.IncompleteApplication):  # the page says what is missing
            return _send(request, case_id)
    by = actor(request)
    case = queries.case_for(case_id, by)
    variant = queries.variant_of(case)
    service = queries.definition(case.revision)
    if "save" not in possible(queries.situation(case, variant), by):
        return redirect("public:case", case_id=case.pk)
    if take_unsent(request) is not None:
        messages.warning(request, "Sesi Anda sempat berakhir. Periksa sekali lagi, lalu kirim.")
    papers = queries.attachments_of(case)
    missing = missing_papers(variant, case.answers, set(papers))
    record_look(subject=case.ref, actor=by.ref, office_code=case.office_id, reason="memeriksa isian sendiri")
    context = {
        "case": case,
        "pages": shown_answers(case, service, variant),
        "papers": [(item, papers.get(item.key, [])) for item in variant.uploads(case.answers)],
        "to_mend": to_mend(case, variant, faults_of(case, variant), missing),
        "twins": queries.own_same_event(case),
        "unusual": [odd for odd in impossible_numbers(case, variant) if odd.waits],
        "key": new_key(),
    }
    return render(request, "public/check.html", context, status=422 if request.method == "POST" else 200)


@citizen_required
def cancel(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask once, then cancel: it cannot be undone."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    if request.method == "POST":
        actions.cancel(case_id=case.pk, by=by, key=form_key(request))
        messages.success(request, "Permohonan sudah dibatalkan.")
        return redirect("public:case", case_id=case.pk)
    if "cancel" not in possible(queries.situation(case), by):
        raise actions.NotPossible("Permohonan ini tidak dapat dibatalkan lagi.")
    return render(request, "public/cancel.html", {"case": case, "key": new_key()})
