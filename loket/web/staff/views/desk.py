"""What lies on the desk: papers and pictures of an application, originals held, the registration book."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from loket.audit.actions import record_look
from loket.cases import actions, queries
from loket.cases.models import Case
from loket.catalogue.rules import Variant
from loket.core.errors import LoketError, NotFoundError
from loket.web.attaching import attach_files
from loket.web.files import file_response
from loket.web.guards import actor, office, page_number, staff_required, take_unsent
from loket.web.receiving import takes_files
from loket.web.staff.views.counter import draft_of


def _handed(request: HttpRequest, variant: Variant) -> list[actions.Handed]:
    """The papers that were ticked, and one that the list does not name."""
    asked = {item.key: item for item in variant.requirements if item.kind in ("upload", "paper")}
    ticked = [asked[key] for key in request.POST.getlist("papers") if key in asked]
    papers = [actions.Handed(item.nature or "copy", item.key) for item in ticked]
    if label := request.POST.get("other", "").strip():
        nature = request.POST.get("nature", "")
        papers.append(actions.Handed(nature if nature in ("original", "shown") else "copy", label=label))
    return papers


@takes_files
@staff_required("intake")
def upload(request: HttpRequest, case_id: uuid.UUID, requirement: str) -> HttpResponse:
    """The pictures of one paper, as they came in a message: what is there, more of them, taking one away."""
    case, variant = draft_of(request, case_id)
    item = next((paper for paper in variant.uploads(case.answers) if paper.key == requirement), None)
    if item is None or case.channel != "whatsapp":
        raise NotFoundError("Berkas ini tidak diminta untuk permohonan ini.")
    refused: list[str] = []
    status = 200
    if request.method == "POST":
        if taken := request.POST.get("remove", ""):
            key = int(taken) if taken.isdigit() and len(taken) < 12 else 0
            actions.detach(case_id=case.pk, attachment_id=key, by=actor(request))
        else:
            refused, status = attach_files(request, case_id, requirement)
        if not refused:
            return redirect("staff:intake_upload", case_id=case_id, requirement=requirement)
    elif take_unsent(request) is not None:
        messages.warning(request, "Sesi Anda sempat berakhir. Pilih berkasnya sekali lagi, lalu unggah.")
    present = queries.attachments_of(case)
    papers = present.get(requirement, [])
    open_items = [paper for paper in variant.uploads(case.answers) if not present.get(paper.key)]
    context = {
        "case": case,
        "item": item,
        "papers": papers,
        "following": open_items[0] if papers and open_items else None,
        "refused": refused,
        "room": len(papers) < settings.UPLOADS_PER_REQUIREMENT,
        "megabytes": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
        "most": settings.UPLOADS_PER_REQUIREMENT,
    }
    return render(request, "staff/counter/upload.html", context, status=status)


@staff_required("intake")
def papers(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """What came over the counter, where it is, and giving it back."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    if not queries.at_desk(case, by):
        raise NotFoundError("Permohonan ini tidak diterima di loket Anda.")
    error, status = "", 200
    if request.method == "POST":
        try:
            return _change_papers(request, case)
        except NotFoundError:
            raise
        except LoketError as failure:
            error, status = failure.message, failure.status
    record_look(subject=case.ref, actor=by.ref, office_code=case.office_id, reason="berkas di loket")
    take_unsent(request)
    context = {
        "case": case,
        "service": queries.definition(case.revision),
        "papers": queries.handed_papers(case),
        "missing": queries.papers_missing(case),
        "error": error,
        "typed": request.POST,
    }
    return render(request, "staff/counter/papers.html", context, status=status)


def _change_papers(request: HttpRequest, case: Case) -> HttpResponse:
    by = actor(request)
    if "to" in request.POST:
        ids = [int(text) for text in request.POST.getlist("back") if text.isdigit() and len(text) < 12]
        if not ids:
            raise actions.NoPaperChosen()
        back = actions.give_back(case_id=case.pk, paper_ids=ids, to=request.POST["to"], by=by)
        messages.success(request, f"{len(back)} berkas dicatat sudah dikembalikan.")
    else:
        chosen = _handed(request, queries.variant_of(case))
        if not chosen:
            raise actions.NoPaperChosen()
        taken = actions.receive_papers(case_id=case.pk, papers=chosen, by=by)
        messages.success(request, f"{len(taken)} berkas dicatat.")
    return redirect("staff:papers", case_id=case.pk)


@staff_required("intake")
def receipt(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The receipt to print."""
    content = actions.receipt_pdf(case_id=case_id, by=actor(request))
    return file_response(content, "application/pdf", f"resi-{case_id}.pdf", inline=True)


@staff_required("intake")
def originals(request: HttpRequest) -> HttpResponse:
    """The originals that the office still has to give back."""
    here, by, page = office(request), actor(request), page_number(request)
    found, count = queries.originals_held(here, page=page)
    record_look(subject=f"office:{here.code}", actor=by.ref, office_code=here.code, reason="berkas asli")
    more = page * queries.PAGE < count
    context = {"office": here, "rows": found, "count": count, "page": page, "more": more}
    return render(request, "staff/counter/originals.html", context)


@staff_required("intake")
def book(request: HttpRequest) -> HttpResponse:
    """The registration book of one day."""
    here, by = office(request), actor(request)
    today = queries.today(here)
    try:
        day = min(date.fromisoformat(request.GET.get("tanggal", "")), today)
    except ValueError:
        day = today
    found = queries.registration_book(here, day)
    record_look(subject=f"office:{here.code}", actor=by.ref, office_code=here.code, reason="buku registrasi")
    context = {
        "office": here,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < today else None,
        "rows": [(case, queries.definition(case.revision)) for case in found],
    }
    return render(request, "staff/counter/book.html", context)
