"""Papers: uploading, looking at one's own, and fetching the finished documents."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from loket.audit.actions import record_look
from loket.cases import actions, queries
from loket.cases.rules.states import possible
from loket.catalogue.rules import Requirement
from loket.core.errors import NotFoundError
from loket.documents import queries as documents
from loket.web.attaching import attach_files
from loket.web.files import EXTENSIONS, file_response
from loket.web.forms import closed
from loket.web.guards import actor, citizen_required, take_unsent
from loket.web.receiving import takes_files


@takes_files
@citizen_required
def upload(request: HttpRequest, case_id: uuid.UUID, requirement: str) -> HttpResponse:
    """The page of one required paper: what is there, and a place for more."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    variant = queries.variant_of(case)
    if "save" not in possible(queries.situation(case, variant), by):
        return closed(request, case)
    asked = variant.uploads(case.answers)
    item = next((paper for paper in asked if paper.key == requirement), None)
    if item is None:
        raise NotFoundError("Berkas ini tidak diminta untuk permohonan Anda.")
    refused: list[str] = []
    status = 200
    if request.method == "POST":
        refused, status = attach_files(request, case_id, requirement)
        if not refused:
            messages.success(request, "Berkas sudah tersimpan.")
            return redirect("public:upload", case_id=case_id, requirement=requirement)
    elif take_unsent(request) is not None:
        messages.warning(request, "Sesi Anda sempat berakhir. Pilih berkasnya sekali lagi, lalu unggah.")
    papers = queries.attachments_of(case)
    following = next((paper for paper in asked if paper.key != requirement and paper.key not in papers), None)
    context = {
        "case": case,
        "item": item,
        "papers": papers.get(requirement, []),
        "refused": refused,
        "next_item": following,
        "next_href": _page(case.pk, following),
        "room": len(papers.get(requirement, [])) < settings.UPLOADS_PER_REQUIREMENT,
        "megabytes": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
        "most": settings.UPLOADS_PER_REQUIREMENT,
    }
    return render(request, "public/upload.html", context, status=status)


def _page(case_id: uuid.UUID, item: Requirement | None) -> str:
    """The upload page of a paper; without one the list of parts."""
    return (
        reverse("public:upload", args=[case_id, item.key]) if item else reverse("public:case", args=[case_id])
    )


@citizen_required(back="public:history")
@require_POST
def remove(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """Take a paper away again."""
    paper = queries.attachment_for(attachment_id, actor(request))
    actions.detach(case_id=paper.case_id, attachment_id=paper.pk, by=actor(request))
    messages.info(request, "Berkas sudah dihapus dari permohonan.")
    return redirect("public:upload", case_id=paper.case_id, requirement=paper.requirement)


@citizen_required
def show(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """One's own uploaded paper."""
    by = actor(request)
    paper = queries.attachment_for(attachment_id, by)
    record_look(
        subject=paper.case.ref, actor=by.ref, office_code=paper.case.office_id, reason="berkas sendiri"
    )
    content, media_type = actions.shown(attachment=paper, by=by)
    name = f"{paper.requirement}-{paper.pk}.{EXTENSIONS[media_type]}"
    return file_response(content, media_type, name, inline=True)


@citizen_required
def document(request: HttpRequest, document_id: str) -> HttpResponse:
    """A signed document, for the applicant of its case only."""
    found = documents.by_id(document_id)
    case = queries.case_by_ref(found.case_ref)
    by = actor(request)
    if case is None or not queries.visible(case, by):
        raise NotFoundError("Dokumen ini tidak ditemukan.")
    content = documents.signed_file(found)
    record_look(
        subject=f"document:{found.pk}", actor=by.ref, office_code=found.office_id, reason="unduhan pemohon"
    )
    return file_response(content, "application/pdf", f"{found.kind}-{found.pk[:8]}.pdf")
