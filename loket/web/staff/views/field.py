"""Field teams: lists of vulnerable people, written on a phone over a slow network; what becomes of them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.audit.actions import record_look
from loket.cases import actions, queries
from loket.cases.models import FieldLine, FieldList
from loket.cases.rules import checks
from loket.cases.rules.answers import Unreadable, read_field
from loket.cases.rules.field import LOST, Said, Unclear, read_said
from loket.catalogue.rules import FormField
from loket.core.errors import LoketError
from loket.core.idempotency import new_key
from loket.offices import queries as offices
from loket.offices.models import Office
from loket.register import finding
from loket.web.files import file_response
from loket.web.forms import form_key
from loket.web.guards import actor, office, page_number, staff_required, take_unsent

_DAY = FormField(key="day", label="Tanggal", type="date", past=True)
_TYPED = ("name", "sex", "birth_place", "birth_date", "estimated_age", "mother_name", "father_name", "origin")


def _outing(request: HttpRequest, here: Office) -> actions.Outing:
    posted = request.POST
    try:
        day = read_field(_DAY, posted.get("day", ""), {}, queries.today(here))
    except Unreadable as error:
        raise Unclear(str(error), field="day") from error
    return actions.Outing(
        occasion=posted.get("occasion", ""),
        happened=posted.get("happened", ""),
        village=posted.get("village", ""),
        place=posted.get("place", ""),
        team=posted.get("team", ""),
        order_number=posted.get("order_number", ""),
        day=date.fromisoformat(day),
    )


@staff_required("intake")
def lists(request: HttpRequest) -> HttpResponse:
    """The lists of the office, and opening another one. It names nobody who was taken down."""
    here, error, at, status = office(request), "", "", 200
    if request.method == "POST":
        try:
            opened = actions.open_field_list(
                office=here, outing=_outing(request, here), by=actor(request), key=form_key(request)
            )
            return redirect("staff:field_list", list_id=opened.pk)
        except LoketError as failure:
            if not failure.field:
                raise
            error, at, status = failure.message, failure.field, failure.status
    page = page_number(request)
    rows, more = queries.field_lists(here, page=page)
    context = {
        "rows": rows,
        "page": page,
        "more": more,
        "occasions": FieldList.Occasion.choices,
        "village_word": offices.definition(here).village_word,
        "villages": offices.villages_by_district(offices.definition(here).area),
        "today": queries.today(here),
        "error": error,
        "at": at,
        "typed": request.POST or take_unsent(request) or {},
        "key": new_key(),
    }
    return render(request, "staff/field/lists.html", context, status=status)


def _said(request: HttpRequest, here: Office) -> Said:
    posted = {key: request.POST.get(key, "") for key in (*_TYPED, "checked", "nik")}
    return read_said(posted, request.POST.getlist("lost"), queries.today(here))


def _form(request: HttpRequest, typed: Any, error: str, at: str) -> dict[str, Any]:
    """What the form of a line needs; `lost` is read apart, since it may have several values."""
    lost = request.POST.getlist("lost") if request.method == "POST" else typed.get("lost", [])
    return {
        "typed": typed,
        "error": error,
        "at": at,
        "lost": [(key, words, key in lost) for key, words in LOST.items()],
        "results": list(checks.RESULTS.items()),
    }


@staff_required("intake")
def people(request: HttpRequest, list_id: int) -> HttpResponse:
    """Who is on a list, and the form that adds the next one. The look is recorded."""
    here, by, error, at, status = office(request), actor(request), "", "", 200
    found = queries.field_list(here, list_id)
    if request.method == "POST":
        try:
            line = actions.add_field_line(
                office=here, list_id=list_id, said=_said(request, here), by=by, key=form_key(request)
            )
        except LoketError as failure:
            if not failure.field:
                raise
            error, at, status = failure.message, failure.field, failure.status
        else:
            return _added(request, line)
    record_look(subject=found.ref, actor=by.ref, office_code=here.code, reason="daftar pendataan")
    page = page_number(request)
    rows, more = queries.field_lines(found, page=page)
    typed = request.POST if request.method == "POST" else take_unsent(request) or {}
    context = {
        "list": found,
        "rows": rows,
        "page": page,
        "more": more,
        "results_of": checks.RESULTS,
        "key": new_key(),
        **_form(request, typed, error, at),
    }
    return render(request, "staff/field/people.html", context, status=status)


def _added(request: HttpRequest, line: FieldLine) -> HttpResponse:
    if line.alike:
        messages.warning(
            request, f"Nomor {line.number} dicatat. Mungkin sudah tercatat sebagai penduduk: periksa dahulu."
        )
        return redirect("staff:field_line", listed_id=line.pk)
    messages.success(request, f"Nomor {line.number} dicatat.")
    return redirect("staff:field_list", list_id=line.field_list_id)


def _typed_of(line: FieldLine) -> dict[str, Any]:
    values = {key: getattr(line, key) for key in (*_TYPED, "checked", "nik", "lost")}
    values["birth_date"] = f"{line.birth_date:%d-%m-%Y}" if line.birth_date else ""
    values["estimated_age"] = "" if line.estimated_age is None else str(line.estimated_age)
    return values


@staff_required("intake")
def person(request: HttpRequest, listed_id: int) -> HttpResponse:
    """One line with the residents who may be the same person; correcting it. The look is recorded."""
    here, by, error, at, status = office(request), actor(request), "", "", 200
    line = queries.field_line(here, listed_id)
    if request.method == "POST":
        try:
            actions.change_field_line(office=here, line_id=listed_id, said=_said(request, here), by=by)
            messages.success(request, f"Nomor {line.number} diperbaiki.")
            return redirect("staff:field_line", listed_id=listed_id)
        except LoketError as failure:
            if not failure.field:
                raise
            error, at, status = failure.message, failure.field, failure.status
    reason = "satu baris daftar pendataan dan penduduk yang mirip"
    record_look(subject=line.field_list.ref, actor=by.ref, office_code=here.code, reason=reason)
    said = read_said(
        {key: str(value) for key, value in _typed_of(line).items()}, line.lost, queries.today(here)
    )
    typed = request.POST if request.method == "POST" else take_unsent(request) or _typed_of(line)
    context = {
        "line": line,
        "list": line.field_list,
        "open": line.case_id is None and line.struck_at is None and line.field_list.closed_at is None,
        "suspected": finding.alike(
            here, said.born(queries.today(here)), name=line.name, mother=line.mother_name, nik=line.nik
        ),
        "gives_letters": actions.gives_letters(here),
        **_form(request, typed, error, at),
    }
    return render(request, "staff/field/person.html", context, status=status)


@staff_required("intake", back="staff:field_line")
@require_POST
def strike(request: HttpRequest, listed_id: int) -> HttpResponse:
    """Strike a line out."""
    line = actions.strike_field_line(
        office=office(request), line_id=listed_id, why=request.POST.get("why", ""), by=actor(request)
    )
    messages.success(request, f"Nomor {line.number} dicoret.")
    return redirect("staff:field_list", list_id=line.field_list_id)


@staff_required("intake", back="staff:field_line")
@require_POST
def make_case(request: HttpRequest, listed_id: int) -> HttpResponse:
    """Turn a line into an application, once."""
    case = actions.make_field_case(office=office(request), line_id=listed_id, by=actor(request))
    if case.state == "draft":
        return redirect("staff:intake", case_id=case.pk)
    return redirect("staff:case", case_id=case.pk)


@staff_required("intake", back="staff:field_list")
@require_POST
def close(request: HttpRequest, list_id: int) -> HttpResponse:
    """Nothing is added to the list any more."""
    actions.close_field_list(office=office(request), list_id=list_id, by=actor(request))
    messages.success(request, "Daftar pendataan ditutup.")
    return redirect("staff:field_list", list_id=list_id)


@staff_required("intake")
def paper(request: HttpRequest, list_id: int) -> HttpResponse:
    """The list to print. The look is recorded."""
    here, by = office(request), actor(request)
    content = actions.field_pdf(office=here, list_id=list_id, by=by)
    reason = "mencetak daftar pendataan"
    record_look(subject=f"field-list:{list_id}", actor=by.ref, office_code=here.code, reason=reason)
    return file_response(content, "application/pdf", f"daftar-pendataan-{list_id}.pdf", inline=True)
