"""Working on cases: the inbox, one case, and what can be done to it."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from loket.audit.actions import record_look
from loket.cases import actions, queries
from loket.cases.models import Attachment, Case
from loket.cases.rules.states import STATE_NAMES, possible
from loket.catalogue.rules import FormField, Requirement, Step, Variant
from loket.core.actors import Actor
from loket.core.codes import parse_tracking_code
from loket.core.errors import LoketError, NotFoundError
from loket.core.idempotency import new_key
from loket.documents import queries as documents
from loket.notices.queries import of_case as notices_of_case
from loket.offices import queries as offices
from loket.web import letter as letters
from loket.web import timeline
from loket.web.files import EXTENSIONS, file_response
from loket.web.forms import form_key, masked_answer, shown_answers
from loket.web.guards import actor, office, page_number, staff_required, take_unsent
from loket.web.staff.numbers_shown import numbers_context
from loket.web.staff.purposes import purpose_or_page, stated_purpose

_DONE = "Langkah selesai; permohonan diteruskan."
_RETURNED = "Permohonan sudah dikembalikan."
_REJECTED = "Permohonan sudah ditolak dan pemohon diberi tahu."
# The fields that a step of the counter or a signature on paper asks for, named alike in the form.
_GIVEN = (
    "accept_reason", "signed_on_paper", "receipt", "received_by", "acknowledged", "way", "present", "checked",
    "found_nik", "text",
)  # fmt: skip
# The steps at which documents lie by where they go next.
_TAKEN_ON = ("sort", "handover_record", "distribute")
# The field of the page for each form and the field that an action names.
_FIELDS = {
    ("complete", "distinct"): "distinct",
    ("complete", "reason"): "dr",
    ("return", "reason"): "reason",
    ("reject", "reason"): "rr",
}


def _rows(found: list[Case], request: HttpRequest) -> list[dict[str, Any]]:
    """Cases as list rows: no query for each of them. That the list was looked at is recorded."""
    by = actor(request)
    record_look(
        subject=f"office:{by.office}", actor=by.ref, office_code=by.office, reason="daftar permohonan"
    )
    calendar, stops = offices.calendar(office(request)), queries.running_stops(found)
    return [
        {
            "case": case,
            "service": queries.definition(case.revision),
            "step": queries.step_name(case),
            "clock": queries.clock_face(case, calendar, stops),
        }
        for case in found
    ]


def _pages(page: int, found: list[Case], count: int) -> dict[str, Any]:
    """Which page of the list this is, how long the list is, and whether it goes on."""
    uncounted = count > queries.MOST_COUNTED
    return {
        "count": min(count, queries.MOST_COUNTED),
        "uncounted": uncounted,
        "page": page,
        "more": len(found) == queries.PAGE if uncounted else page * queries.PAGE < count,
    }


@staff_required()
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for one of my roles, the most urgent first."""
    page = page_number(request)
    found, count = queries.inbox(office(request), actor(request), page=page)
    context = {
        "rows": _rows(found, request),
        **_pages(page, found, count),
        "siak": offices.definition(office(request)).register_source != "own",
    }
    return render(request, "staff/inbox.html", context)


@staff_required()
def search(request: HttpRequest) -> HttpResponse:
    """All cases of the office, by state or tracking code."""
    typed, state = request.GET.get("kode", "").strip(), request.GET.get("keadaan", "")
    code = (parse_tracking_code(typed) or "-") if typed else ""
    page = page_number(request)
    state = state if state in STATE_NAMES else ""
    found, count = queries.recent(office(request), state=state, code=code, page=page)
    context = {
        "rows": _rows(found, request),
        **_pages(page, found, count),
        "typed": typed,
        "state": state,
        "states": {name: label for name, label in STATE_NAMES.items() if name != "draft"},
    }
    return render(request, "staff/search.html", context)


def _shown(field: FormField, value: Any, *, whole: bool) -> Any:
    """NIK and nomor KK are whole only for whoever has to work on the case now."""
    return value if whole else masked_answer(field, value)


def _case_context(request: HttpRequest, case: Case, by: Actor, *, purpose: str = "") -> dict[str, Any]:
    variant = queries.variant_of(case)
    service = queries.definition(case.revision)
    situation = queries.situation(case, variant)
    can = possible(situation, by)
    mine = "complete" in can
    whole = mine or bool(purpose)
    _looked(case, by, purpose, mine=mine)
    step = variant.step(case.step) if case.state == "open" else None
    events = queries.events_of(case)
    return {
        **_step_context(case, variant, step, situation.returns_to),
        "case": case,
        "service": service,
        "variant": variant,
        "can": can,
        "pages": [
            (part, [(field, _shown(field, value, whole=whole)) for field, value in rows])
            for part, rows in shown_answers(case, service, variant)
        ],
        **_papers_context(case, variant, by),
        **numbers_context(case, variant, by, whole=whole),
        "letter": letters.seen(case, variant) if whole else None,
        "mine": mine,
        "whole": whole,
        "whole_at": reverse("staff:case_whole", args=[case.pk]),
        "duplicates": queries.same_event_cases(case),
        "documents": documents.of_case(case.ref),
        "notices": notices_of_case(case.ref),
        "timeline": timeline.for_staff(events, variant),
        "sent_back": timeline.sent_back(events, variant),
        "clock": queries.clock_face(case, offices.calendar(case.office)),
        "stops": queries.stops_of(case),
        "key": new_key(),
    }


def _looked(case: Case, by: Actor, purpose: str, *, mine: bool) -> None:
    record_look(
        subject=case.ref,
        actor=by.ref,
        office_code=case.office_id,
        reason=purpose or ("mengerjakan langkah" if mine else "melihat permohonan"),
        stated=bool(purpose),
    )


def _step_context(case: Case, variant: Variant, step: Step | None, back: Sequence[str]) -> dict[str, Any]:
    """What the form of the present step has to know. No query but at a printing step."""
    kind = step.kind if step else None
    return {
        "step": step,
        "targets": [variant.step(slug) for slug in back] if step else [],
        "compares": kind in actions.COMPARING_KINDS,
        "registers": any(item.kind == "register" for item in variant.procedure.steps),
        "unmade": queries.cards_unmade(case) if kind == "print" else [],
        "outside": _outside(case, step) if step else "",
        "destination": actions.destination(case, variant) if kind in _TAKEN_ON else "",
    }


def _outside(case: Case, step: Step) -> str:
    """Who without an account does this step, for whom an official confirms it; empty where nobody does."""
    if not step.confirmed_by:
        return ""
    return next((role.name for role in offices.definition(case.office).roles if role.role == step.actor), "")


def _papers_context(case: Case, variant: Variant, by: Actor) -> dict[str, Any]:
    """The uploads (one query), or the papers that came over the counter and who took the documents (four)."""
    if case.channel == "online":
        return {"papers": _pictures(case, variant)}
    if case.channel in actions.OPENED_BY_OFFICE:
        return {}
    handed = queries.handed_papers(case)
    return {
        "handed": handed,
        "originals": [paper for paper in handed if paper.state == "held" and paper.nature == "original"],
        "missing": queries.papers_missing(case) if case.state == "open" else [],
        "hand_over": queries.hand_over_of(case),
        "at_desk": queries.at_desk(case, by),
        "papers": _pictures(case, variant) if case.channel == "whatsapp" else [],
    }


def _pictures(case: Case, variant: Variant) -> list[tuple[Requirement, list[Attachment]]]:
    """What was uploaded or attached for each requirement. One query."""
    uploads = queries.attachments_of(case)
    return [(item, uploads.get(item.key, [])) for item in variant.uploads(case.answers)]


@staff_required()
def show(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """One case: form left, papers right, and the buttons that the table allows. The look is recorded."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    context = _case_context(request, case, by)
    context["typed"] = take_unsent(request) or {}
    if context["typed"]:
        messages.warning(
            request, "Sesi Anda sempat berakhir. Yang Anda tulis ada di bawah; kirim sekali lagi."
        )
    return render(request, "staff/case.html", context)


@staff_required(back="staff:case")
@require_POST
def show_whole(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The same page with whole numbers, for a stated purpose, this once. The look is recorded with it."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    try:
        context = _case_context(request, case, by, purpose=stated_purpose(request))
    except LoketError as error:
        return refused(request, case_id, error, "whole")
    return render(request, "staff/case.html", context | {"typed": {}})


def _mine(case: Case | None, by: Actor) -> bool:
    """Whether the case stands at a step that `by` takes."""
    return case is not None and "complete" in possible(queries.situation(case), by)


def _place(error: LoketError, form: str) -> str:
    """Where on the page the sentence belongs: a field of the refused form, or one of the answers."""
    if error.field == "purpose":
        return "purpose"
    if error.field in ("reason", "distinct"):
        return _FIELDS.get((form, error.field), "")
    if error.field in _GIVEN:
        return error.field or ""
    return f"a-{error.field}" if error.field else ""


def refused(request: HttpRequest, case_id: uuid.UUID, error: LoketError, form: str) -> HttpResponse:
    """The case's page again, with the sentence and everything that was typed."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    context = _case_context(request, case, by)
    context |= {"error": error.message, "at": _place(error, form), "typed": request.POST, "refused": form}
    return render(request, "staff/case.html", context, status=error.status)


def _version(request: HttpRequest) -> int:
    """The version of the case on the page that was posted; 0, which none has, where it is damaged."""
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() and len(text) < 9 else 0


def _carried_out(
    request: HttpRequest, case_id: uuid.UUID, form: str, done: str, act: Callable[..., Case], **more: Any
) -> HttpResponse:
    """Do what one of the forms asks and go back to the inbox; a refusal shows the case's page again."""
    by, before = actor(request), queries.case_for(case_id, actor(request)).receipt_number
    try:
        case = act(case_id=case_id, by=by, version=_version(request), key=form_key(request), **more)
    except NotFoundError:
        raise
    except LoketError as error:
        return refused(request, case_id, error, form)
    if case.receipt_number and not before:
        done = f"Terdaftar dengan nomor resi {case.receipt_number}."
        if case.channel == "counter":
            done += " Cetak resinya untuk pemohon."
    messages.success(request, done)
    # The applicant stands there (the next step, or the receipt to print), or who keyed it in goes on with it.
    stays = case.channel == "counter" or _mine(case, by)
    if stays and case.state == "open" and queries.at_desk(case, by):
        return redirect("staff:case", case_id=case.pk)
    return redirect("staff:inbox")


def _given(request: HttpRequest) -> actions.Given:
    """What the form of a step says, as far as its kind asks for it."""
    posted = request.POST
    keep = frozenset(int(text) for text in posted.getlist("keep") if text.isdigit() and len(text) < 12)
    return actions.Given(
        signed_on_paper=posted.get("signed_on_paper") == "ya",
        receipt=posted.get("receipt", "")[:120],
        without_receipt=posted.get("without_receipt", ""),
        received_by=posted.get("received_by", ""),
        relation=posted.get("relation", ""),
        keep=keep,
        way=posted.get("way", "")[:60],
        acknowledged=posted.get("acknowledged") == "ya",
        present=posted.get("present") == "ya",
        checked=posted.get("checked", ""),
        found_nik=posted.get("found_nik", "")[:40],
        text=posted.get("text", ""),
    )


@staff_required(back="staff:case")
@require_POST
def complete(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Carry out the step."""
    answers = {
        "step": request.POST.get("step", ""),
        "distinct": request.POST.get("distinct") == "ya",
        "reason": request.POST.get("distinct_reason", ""),
        "given": _given(request),
    }
    return _carried_out(request, case_id, "complete", _DONE, actions.take_step, **answers)


@staff_required(back="staff:case")
@require_POST
def send_back(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Return the case to an earlier step."""
    answers = {"to": request.POST.get("to", ""), "reason": request.POST.get("reason", "")}
    return _carried_out(request, case_id, "return", _RETURNED, actions.return_case, **answers)


@staff_required(back="staff:case")
@require_POST
def reject(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Refuse the application for good."""
    reason = request.POST.get("reject_reason", "")
    return _carried_out(request, case_id, "reject", _REJECTED, actions.reject, reason=reason)


@staff_required()
def attachment(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """A paper of this office, for whoever has the step or states a purpose. The look is recorded."""
    by = actor(request)
    paper = queries.attachment_for(attachment_id, by)
    mine, usual = _mine(paper.case, by), f"berkas {paper.requirement}"
    purpose = purpose_or_page(request, usual=usual, mine=mine, name="berkas ini")
    if isinstance(purpose, HttpResponse):
        return purpose
    record_look(subject=paper.case.ref, actor=by.ref, office_code=by.office, reason=purpose, stated=not mine)
    content, media_type = actions.shown(attachment=paper, by=by)
    name = f"{paper.requirement}-{paper.pk}.{EXTENSIONS[media_type]}"
    return file_response(content, media_type, name, inline=True)


@staff_required()
def document(request: HttpRequest, document_id: str) -> HttpResponse:
    """A document of this office, signed or as it waits for the signature, like a paper."""
    by = actor(request)
    found = documents.by_id(document_id)
    if found.office_id != by.office:
        raise NotFoundError("Dokumen ini tidak ditemukan.")
    mine = _mine(queries.case_by_ref(found.case_ref), by)
    purpose = purpose_or_page(request, usual="membaca dokumen", mine=mine, name="dokumen ini")
    if isinstance(purpose, HttpResponse):
        return purpose
    record_look(
        subject=f"document:{found.pk}", actor=by.ref, office_code=by.office, reason=purpose, stated=not mine
    )
    content = documents.signed_file(found) if found.signed_sha256 else documents.unsigned_file(found)
    return file_response(content, "application/pdf", f"{found.kind}-{found.pk[:8]}.pdf", inline=True)
