"""The counter: taking in an application for somebody who stands there, its papers, its receipt."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from loket.audit.actions import record_look
from loket.cases import actions, queries
from loket.cases.models import Case, SenderMandate
from loket.cases.queries.numbers import impossible_numbers
from loket.cases.rules.afterwards import steps_by_hand
from loket.cases.rules.answers import Fault
from loket.cases.rules.states import possible
from loket.catalogue import queries as catalogue
from loket.catalogue.models import ServiceRevision
from loket.catalogue.rules import Channel, Requirement, Service, Variant
from loket.core.errors import LoketError, NotFoundError
from loket.core.idempotency import new_key
from loket.offices.models import Office
from loket.web import timeline
from loket.web.filling import begun, faults_of, fill_part
from loket.web.forms import form_key, parts_of, shown_answers
from loket.web.guards import actor, office, staff_required, take_unsent
from loket.web.staff.paper_form import outside_hours, place_of, read_paper

_ONLINE_ONLY = (
    "Layanan ini hanya diajukan online, jadi juga tidak dapat dimasukkan dari resi kertas. Minta pemohon "
    "mengajukannya sendiri setelah jaringan pulih."
)


Offered = list[tuple[ServiceRevision, Service, list[Variant]]]


def _services(request: HttpRequest) -> dict[str, Offered]:
    """What the office takes in over the counter and from messages, by channel."""
    here = office(request)
    found: dict[str, Offered] = {channel: [] for channel in actions.KEYED_IN}
    for revision in catalogue.services_of(here, queries.today(here)):
        service = catalogue.definition(revision)
        for channel, offered in found.items():
            if taken := [variant for variant in service.variants if channel in variant.channels]:
                offered.append((revision, service, taken))
    return found


@staff_required("intake")
def desk(request: HttpRequest) -> HttpResponse:
    """Where the day at the counter begins: a receipt, a new application, drafts, what is to be fetched."""
    here, by, typed = office(request), actor(request), request.GET.get("resi", "").strip()[:60]
    error, paper = "", None
    if typed:
        found = queries.case_by_receipt(here, typed)
        if found and queries.visible(found, by):
            return redirect("staff:case", case_id=found.pk)
        paper = queries.unentered(here, typed)
        if paper and paper.used_by_case:
            return redirect("staff:intake", case_id=paper.used_by_case_id)
        if paper is None:
            error = "Resi atau kode ini tidak dikenal di kantor ini. Periksa lagi penulisannya."
    drafts, waiting = queries.counter_drafts(here), queries.to_fetch(here)
    record_look(subject=f"office:{here.code}", actor=by.ref, office_code=here.code, reason="halaman loket")
    offered = _services(request)
    context = {
        "services": offered["counter"],
        "by_message": offered["whatsapp"],
        "mandated": any(
            variant.procedure.sender == "mandated" for *_, some in offered["whatsapp"] for variant in some
        ),
        "typed": typed,
        "error": error,
        "paper": paper,
        "drafts": [(case, queries.definition(case.revision)) for case in drafts],
        "waiting": [(case, queries.definition(case.revision)) for case in waiting],
    }
    return render(request, "staff/counter/desk.html", context, status=404 if error else 200)


def _contact(request: HttpRequest) -> actions.Contact:
    posted = request.POST
    mandate = posted.get("mandate", "")
    return actions.Contact(
        applicant_name=posted.get("applicant_name", ""),
        phone=posted.get("phone", ""),
        email=posted.get("email", ""),
        sender_name=posted.get("sender_name", ""),
        sender_phone=posted.get("sender_phone", ""),
        mandate=int(mandate) if mandate.isdigit() and len(mandate) < 12 else None,
    )


def _channel(request: HttpRequest, variant: Variant) -> Channel:
    """How it came: as asked for, else the first way that an official writes. Raises ChannelClosed."""
    taken = [channel for channel in variant.channels if channel in actions.KEYED_IN]
    if not taken:
        raise actions.ChannelClosed(_ONLINE_ONLY)
    asked = request.POST.get("channel") or request.GET.get("lewat")
    return next((channel for channel in taken if channel == asked), taken[0])


def _senders(
    here: Office, channel: str, variant: Variant, sent_under: SenderMandate | None = None
) -> dict[str, Any]:
    """What the page of the applicant needs to know of who sends, or sent it already."""
    mandated = channel == "whatsapp" and variant.procedure.sender == "mandated"
    mandates = queries.mandates(here, in_force=True) if mandated else []
    if sent_under is not None and sent_under not in mandates:
        mandates.append(sent_under)
    return {
        "channel": channel,
        "mandated": mandated,
        "mandates": mandates,
        "preconditions": variant.procedure.preconditions,
    }


@staff_required("intake")
def start(request: HttpRequest, service: str, variant: str) -> HttpResponse:
    """Who applies, who came for them, and from which resi it is entered where it came on paper."""
    here, by = office(request), actor(request)
    revision = catalogue.in_force(here, service, queries.today(here))
    definition = catalogue.definition(revision)
    if variant not in {item.variant for item in definition.variants}:
        raise NotFoundError("Jenis layanan ini tidak ada.")
    chosen = definition.variant(variant)
    channel = _channel(request, chosen)
    error, at, status = "", "", 200
    if request.method == "POST":
        try:
            case = actions.start_at_counter(
                revision=revision,
                variant=variant,
                contact=_contact(request),
                by=by,
                key=form_key(request),
                paper=read_paper(request.POST, here, chosen) if channel == "counter" else None,
                channel=channel,
            )
            return redirect("staff:intake", case_id=case.pk)
        except LoketError as failure:
            if not failure.field and isinstance(failure, NotFoundError):
                raise
            error, at, status = failure.message, place_of(failure), failure.status
    asked = {"number": request.GET.get("kertas", "")[:30]}
    context = {
        "service": definition,
        "variant": chosen,
        "by_hand": steps_by_hand(chosen),
        **_senders(here, channel, chosen),
        "error": error,
        "at": at,
        "typed": request.POST if request.method == "POST" else take_unsent(request) or asked,
        "key": new_key(),
    }
    return render(request, "staff/counter/start.html", context, status=status)


def draft_of(request: HttpRequest, case_id: uuid.UUID) -> tuple[Case, Variant]:
    """A case that this official may still write. Raises NotFoundError, NotPossible."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    if not queries.at_desk(case, by):
        raise NotFoundError("Permohonan ini tidak diterima di loket Anda.")
    variant = queries.variant_of(case)
    if "save" not in possible(queries.situation(case, variant), by):
        raise actions.NotPossible("Permohonan ini sudah masuk, jadi isiannya tidak dapat diubah di sini.")
    record_look(subject=case.ref, actor=by.ref, office_code=case.office_id, reason="menerima di loket")
    return case, variant


@staff_required("intake")
def intake(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The parts to write, the papers to note, everything on one page, and the button that takes it in."""
    case, variant = draft_of(request, case_id)
    status, error, lacking = 200, "", list[Fault]()
    if request.method == "POST":
        try:
            return _take_in(request, case)
        except actions.IncompleteApplication as incomplete:
            status, lacking = 422, incomplete.faults
            case.refresh_from_db()
        except NotFoundError:
            raise
        except LoketError as failure:  # what a paper resi cannot be taken over with
            status, error = failure.status, failure.message
            case.refresh_from_db()
    take_unsent(request)
    open_parts = {fault.part for fault in faults_of(case, variant)}
    service = queries.definition(case.revision)
    paper = queries.paper_receipt(case)
    pages = {part.part: rows for part, rows in shown_answers(case, service, variant)}
    context = {
        "case": case,
        "service": service,
        "variant": variant,
        "parts": [
            (part, part.part not in open_parts, pages.get(part.part, [])) for part in parts_of(variant)
        ],
        "papers": queries.handed_papers(case),
        "missing": queries.papers_missing(case),
        "uploads": _uploads(case, variant),
        "lacking": lacking,
        "unusual": [odd for odd in impossible_numbers(case, variant) if odd.waits],
        "sent_back": _sent_back(case, variant),
        "error": error,
        "paper": paper,
        "outside_hours": bool(paper) and outside_hours(paper, case.office),
        "can": possible(queries.situation(case, variant), actor(request)),
        "key": new_key(),
    }
    return render(request, "staff/counter/intake.html", context, status=status)


def _sent_back(case: Case, variant: Variant) -> Any:
    """Why it came back, where it is with the applicant. One query then."""
    return timeline.sent_back(queries.events_of(case), variant) if case.state == "returned" else None


def _uploads(case: Case, variant: Variant) -> list[tuple[Requirement, int]]:
    """The pictures that a message has to bring, each with how many there are. One query where it came so."""
    if case.channel != "whatsapp":
        return []
    present = queries.attachments_of(case)
    return [(item, len(present.get(item.key, []))) for item in variant.uploads(case.answers)]


def _take_in(request: HttpRequest, case: Case) -> HttpResponse:
    taken, what = actions.send(case_id=case.pk, by=actor(request), key=form_key(request))
    if what == "repair":
        done = "Perbaikan diterima; permohonan diperiksa kembali."
    elif taken.receipt_number:
        done = f"Permohonan masuk dengan nomor resi kertas {taken.receipt_number}."
    elif taken.channel == "whatsapp":
        done = f"Permohonan masuk. Beri tahu pengirim kode pelacakannya: {taken.tracking_code}."
    else:
        done = "Permohonan masuk. Periksa kelengkapannya, lalu daftarkan dan beri resi."
    messages.success(request, done)
    return redirect("staff:case", case_id=case.pk)


@staff_required("intake")
def fill(request: HttpRequest, case_id: uuid.UUID, part: str) -> HttpResponse:
    """One page of the form, written by the official; what the register knows is filled in to be compared."""
    case, variant = draft_of(request, case_id)
    mending = begun(case, variant, part)
    page = fill_part(request, case, variant, part, mending=mending, from_register=True)
    if page.again:
        return redirect(page.again)
    if page.saved:
        if page.following:
            return redirect("staff:intake_fill", case_id=case.pk, part=page.following.part)
        return redirect("staff:intake", case_id=case.pk)
    context = {"case": case, "page": page, "part": page.part, "rows": page.rows, "faults": page.faults}
    return render(request, "staff/counter/fill.html", context, status=page.status)


@staff_required("intake")
def contact(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Correct who applies and how to reach them."""
    case, variant = draft_of(request, case_id)
    error, at, status = "", "", 200
    typed: Any = {
        "applicant_name": case.applicant_name,
        "phone": case.applicant_phone,
        "email": case.applicant_email,
        "sender_name": case.sender_name,
        "sender_phone": case.sender_phone,
        "mandate": str(case.mandate_id or ""),
    }
    if request.method == "POST":
        try:
            actions.change_contact(case_id=case.pk, contact=_contact(request), by=actor(request))
            return redirect("staff:intake", case_id=case.pk)
        except LoketError as failure:
            error, at, status, typed = failure.message, failure.field or "", failure.status, request.POST
    context = {"case": case, "error": error, "at": at, "typed": take_unsent(request) or typed}
    context |= _senders(case.office, case.channel, variant, case.mandate if case.submitted_at else None)
    return render(request, "staff/counter/contact.html", context, status=status)


@staff_required("intake")
def cancel(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask once, then withdraw the application on the applicant's word."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    if "cancel" not in possible(queries.situation(case), by) or not queries.at_desk(case, by):
        raise actions.NotPossible("Permohonan ini tidak dapat dibatalkan di loket.")
    if request.method == "POST":
        actions.cancel(case_id=case.pk, by=by, key=form_key(request))
        messages.success(request, "Permohonan dibatalkan. Kembalikan berkas yang masih dipegang kantor.")
        return redirect("staff:papers", case_id=case.pk)
    record_look(subject=case.ref, actor=by.ref, office_code=case.office_id, reason="membatalkan di loket")
    return render(request, "staff/counter/cancel.html", {"case": case, "key": new_key()})
