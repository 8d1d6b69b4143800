"""A day without power or network: printing the paper kit before it, entering its resi after it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from loket.cases import actions, queries
from loket.cases.rules.afterwards import steps_by_hand
from loket.catalogue import queries as catalogue
from loket.core.errors import LoketError, NotFoundError
from loket.core.idempotency import new_key
from loket.web.files import file_response
from loket.web.forms import form_key
from loket.web.guards import actor, office, page_number, staff_required, take_unsent
from loket.web.staff.paper_form import place_of, read_paper, typed_of
from loket.web.staff.views.counter import draft_of

# A file of this many sheets is made in the request; more are further blocks.
MOST_AT_ONCE = 200
USUAL = 50


class TooManyAtOnce(LoketError):
    """Tulis jumlah resi dari 1 sampai 200. Untuk yang lebih banyak, buat beberapa blok."""


@staff_required("intake")
def kit(request: HttpRequest) -> HttpResponse:
    """The blocks of resi with how many are used, a new block, and the forms to write on."""
    here, error, status = office(request), "", 200
    if request.method == "POST":
        try:
            return _reserve(request)
        except NotFoundError:
            raise
        except LoketError as failure:
            error, status = failure.message, failure.status
    page = page_number(request)
    packs, more = queries.paper_packs(here, page=page)
    revisions = catalogue.services_of(here, queries.today(here))
    context = {
        "office": here,
        "packs": packs,
        "page": page,
        "more": more,
        "services": [catalogue.definition(revision) for revision in revisions],
        "count": request.POST.get("count", USUAL),
        "error": error,
        "at": "count" if error else "",
        "key": new_key(),
    }
    return render(request, "staff/counter/kit.html", context, status=status)


def _reserve(request: HttpRequest) -> HttpResponse:
    typed = request.POST.get("count", "").strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 5 and 1 <= int(typed) <= MOST_AT_ONCE):
        raise TooManyAtOnce(field="count")
    here, by = office(request), actor(request)
    pack = actions.reserve_pack(office=here, count=int(typed), by=by.ref, key=form_key(request))
    messages.success(request, f"Resi {pack.first} sampai {pack.last} disiapkan. Cetak sekarang.")
    return redirect("staff:paper_kit")


@staff_required("intake", back="staff:paper_kit")
def receipts(request: HttpRequest, pack_id: int) -> HttpResponse:
    """The resi of a block that no case has yet, to print. Each printing is in the journal."""
    pack = queries.paper_pack(office(request), pack_id)
    content = actions.print_receipts(pack=pack, by=actor(request))
    return file_response(content, "application/pdf", f"resi-kertas-{pack.number:04d}.pdf", inline=True)


@staff_required("intake")
def forms(request: HttpRequest) -> HttpResponse:
    """Checklist and form of one variant (`layanan`, `jenis`), or those of all that the counter takes in."""
    here, slug = office(request), request.GET.get("layanan", "")
    if not slug:
        return file_response(actions.forms_pdf(here), "application/pdf", "formulir-loket.pdf", inline=True)
    revision = catalogue.in_force(here, slug, queries.today(here))
    service, kind = catalogue.definition(revision), request.GET.get("jenis", "")
    if kind not in {item.variant for item in service.variants}:
        raise NotFoundError("Jenis layanan ini tidak ada.")
    content = actions.form_pdf(here, revision, service, service.variant(kind))
    return file_response(content, "application/pdf", f"formulir-{slug}-{kind}.pdf", inline=True)


@staff_required("intake")
def entry(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """From which resi a draft is entered, and its true times."""
    here, by = office(request), actor(request)
    case, variant = draft_of(request, case_id)
    if case.state != "draft":
        raise actions.NotPossible("Resi kertas tidak dapat diubah lagi: permohonan ini sudah masuk.")
    error, at, status = "", "", 200
    typed: Any = typed_of(queries.paper_receipt(case), here)
    if request.method == "POST":
        try:
            paper = read_paper(request.POST, here, variant) if request.POST.get("do") != "drop" else None
            actions.change_paper(case_id=case.pk, paper=paper, by=by)
            return redirect("staff:intake", case_id=case.pk)
        except LoketError as failure:
            error, at, status, typed = failure.message, place_of(failure), failure.status, request.POST
    context = {
        "case": case,
        "by_hand": steps_by_hand(variant),
        "error": error,
        "at": at,
        "typed": take_unsent(request) or typed,
    }
    return render(request, "staff/counter/entry.html", context, status=status)
