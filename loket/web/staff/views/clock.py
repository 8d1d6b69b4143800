"""The clock: why it stands, who lets it, and hours that differ for a time."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.audit.actions import record_look
from loket.cases import actions, queries
from loket.cases.models import Recompute
from loket.cases.rules.answers import Unreadable, read_field
from loket.catalogue.queries import services_of
from loket.catalogue.rules import FormField
from loket.core.errors import LoketError, NotFoundError
from loket.core.idempotency import new_key
from loket.offices import queries as offices
from loket.offices.actions import checked_special_hours
from loket.offices.models import Office, SpecialHours
from loket.offices.rules import WEEKDAYS
from loket.web.forms import form_key
from loket.web.guards import actor, office, staff_required, take_unsent

_FIRST = FormField(key="first", label="Mulai tanggal", type="date")
_LAST = FormField(key="last", label="Sampai tanggal", type="date")


def moved_words(run: Recompute) -> str:
    """What a change did to the deadlines, or that they are being computed."""
    if run.finished_at is None:
        return "tenggat permohonan sedang dihitung ulang."
    return f"{run.changed} tenggat permohonan berubah."


def _stops_page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    here, by = office(request), actor(request)
    record_look(subject=f"office:{here.code}", actor=by.ref, office_code=here.code, reason="waktu berhenti")
    names = {revision.service: revision.name for revision in services_of(here, queries.today(here))}
    live = queries.live_stops(here)
    context = {
        "waiting": [stop for stop in live if stop.decided_at is None],
        "running": [stop for stop in live if stop.decided_at is not None],
        "past": queries.past_stops(here),
        "reasons": queries.stop_reasons(here, "office"),
        "services": names,
        "recompute": queries.last_recompute(here),
        "zone": here.definition["zone"],
        "key": new_key(),
        "typed": {},
        **more,
    }
    return render(request, "staff/stops.html", context, status=status)


@staff_required()
def stops(request: HttpRequest) -> HttpResponse:
    """What waits for a section head and what stands; any official may ask for a stop of the whole office."""
    if request.method != "POST":
        return _stops_page(request, typed=take_unsent(request) or {})
    try:
        actions.ask_office_stop(
            office=office(request),
            by=actor(request),
            key=form_key(request),
            reason=request.POST.get("stop_reason", ""),
            service=request.POST.get("stop_service", ""),
            text=request.POST.get("reason", ""),
        )
    except LoketError as error:
        at = error.field or "stop_reason"
        return _stops_page(request, status=error.status, error=error.message, at=at, typed=request.POST)
    messages.success(request, "Permintaan tercatat dan menunggu keputusan orang lain.")
    return redirect("staff:stops")


def _decided(request: HttpRequest, stop_id: int) -> str:
    by, what = actor(request), request.POST.get("do", "")
    if what == "approve":
        actions.approve_stop(stop_id=stop_id, by=by, since_asked=request.POST.get("since") != "now")
        return "Disetujui; waktu pelayanan berhenti."
    if what == "refuse":
        actions.refuse_stop(stop_id=stop_id, by=by, reason=request.POST.get("refused_reason", ""))
        return "Permintaan ditolak; waktu pelayanan berjalan terus."
    if what == "end":
        actions.end_stop(stop_id=stop_id, by=by)
        return "Waktu pelayanan berjalan lagi."
    raise NotFoundError("Formulir ini tidak lengkap. Muat ulang halaman, lalu kirim lagi.")


@staff_required("stop_clock", back="staff:stops")
@require_POST
def decide(request: HttpRequest, stop_id: int) -> HttpResponse:
    """Approve, refuse or end a stop."""
    try:
        done = _decided(request, stop_id)
    except NotFoundError:
        raise
    except LoketError as error:
        at = f"r-{stop_id}" if error.field else ""
        return _stops_page(request, status=error.status, error=error.message, at=at, typed=request.POST)
    messages.success(request, done)
    return redirect("staff:stops")


@staff_required(back="staff:case")
@require_POST
def ask(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask that the clock of one case stands; a refusal shows the form again on a page of its own."""
    by = actor(request)
    try:
        actions.ask_case_stop(
            case_id=case_id,
            by=by,
            key=form_key(request),
            reason=request.POST.get("stop_reason", ""),
            text=request.POST.get("reason", ""),
        )
    except NotFoundError:
        raise
    except LoketError as error:
        case = queries.case_for(case_id, by)
        context = {
            "case": case,
            "stops": queries.stops_of(case),
            "can": {"stop"},
            "error": error.message,
            "at": error.field or "",
            "typed": request.POST,
            "key": new_key(),
        }
        return render(request, "staff/stop_ask.html", context, status=error.status)
    messages.success(request, "Permintaan tercatat dan menunggu keputusan kepala seksi.")
    return redirect("staff:case", case_id=case_id)


def _typed_special(request: HttpRequest, here: Office) -> SpecialHours:
    """The special hours of the form. Raises LoketError naming the field."""
    days: dict[str, date] = {}
    for field in (_FIRST, _LAST):
        try:
            text = read_field(field, request.POST.get(field.key, ""), {}, queries.today(here))
        except Unreadable as failure:
            raise LoketError(str(failure), field=field.key) from failure
        days[field.key] = date.fromisoformat(text)
    hours = {
        day: [span.strip() for span in request.POST.get(day, "").split(",") if span.strip()]
        for day in WEEKDAYS
    }
    return checked_special_hours(office=here, name=request.POST.get("name", ""), hours=hours, **days)


def _save_special(request: HttpRequest, found: SpecialHours) -> str:
    run = actions.set_special_hours(
        office=found.office,
        name=found.name,
        first=found.first_day,
        last=found.last_day,
        hours=found.hours,
        by=actor(request),
    )
    return f"Jam khusus dicatat; {moved_words(run)}"


def _special_page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    here = office(request)
    found = offices.special_hours(here)
    wanted = request.GET.get("hapus", "")
    going = next((item for item in found if str(item.pk) == wanted), None)
    usual = {day: ", ".join(spans) for day, spans in here.definition["hours"].items()}
    context = {
        "periods": found,
        "going": going,
        "going_moves": actions.preview_special_hours(special=going, added=False) if going else None,
        "weekdays": WEEKDAYS,
        "recompute": queries.last_recompute(here),
        "zone": here.definition["zone"],
        "typed": take_unsent(request) or usual,
        **more,
    }
    return render(request, "staff/special_hours.html", context, status=status)


@staff_required("calendar")
def special_hours(request: HttpRequest) -> HttpResponse:
    """Hours of a period, as in Ramadan; how many deadlines they move is shown before they are saved."""
    if request.method != "POST":
        return _special_page(request)
    try:
        found = _typed_special(request, office(request))
        if request.POST.get("do") != "save":
            moves = actions.preview_special_hours(special=found, added=True)
            return _special_page(request, typed=request.POST, moves=moves)
        messages.success(request, _save_special(request, found))
    except LoketError as error:
        status = 422 if error.status == 400 else error.status
        return _special_page(
            request, status=status, error=error.message, at=error.field or "name", typed=request.POST
        )
    return redirect("staff:special_hours")


@staff_required("calendar", back="staff:special_hours")
@require_POST
def drop_special_hours(request: HttpRequest, special_id: int) -> HttpResponse:
    """Go back to the usual hours."""
    run = actions.drop_special_hours(office=office(request), special_id=special_id, by=actor(request))
    messages.success(request, f"Jam khusus dihapus; {moved_words(run)}")
    return redirect("staff:special_hours")
