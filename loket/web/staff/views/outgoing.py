"""Who sends for others, and what is sent out: mandates of village officers, berita acara."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.audit.actions import record_look
from loket.cases import actions, queries
from loket.cases.rules.answers import Unreadable, read_field
from loket.catalogue.rules import FormField
from loket.core.errors import LoketError
from loket.offices import queries as offices
from loket.offices.models import Office
from loket.web.files import file_response
from loket.web.guards import actor, office, staff_required, take_unsent

_FROM = FormField(key="valid_from", label="Berlaku mulai", type="date")
_UNTIL = FormField(key="valid_until", label="Berlaku sampai", type="date")
_NEEDED = {
    "name": "Tulis nama pengirim.",
    "phone": "Tulis nomor WhatsApp pengirim.",
    "village": "Pilih {word} pengirim.",
    "agreement": "Tulis nomor PKS.",
    "order": "Tulis nomor SPT.",
}


class _Unread(LoketError):
    """Tanggal ini tidak terbaca."""

    status = 422


def _day(request: HttpRequest, field: FormField, here: Office) -> date:
    try:
        read = read_field(field, request.POST.get(field.key, ""), {}, queries.today(here))
    except Unreadable as error:
        raise _Unread(str(error), field=field.key) from error
    if not read:
        raise _Unread(f"Tulis tanggalnya: {field.label.lower()}.", field=field.key)
    return date.fromisoformat(read)


def _noted(request: HttpRequest, here: Office) -> None:
    posted = request.POST
    for key, sentence in _NEEDED.items():  # in the order of the page, before the dates are read
        if not posted.get(key, "").strip():
            raise _Unread(sentence.format(word=offices.definition(here).village_word), field=key)
    mandate = actions.Mandate(
        name=posted.get("name", ""),
        phone=posted.get("phone", ""),
        village=posted.get("village", ""),
        agreement=posted.get("agreement", ""),
        order=posted.get("order", ""),
        valid_from=_day(request, _FROM, here),
        valid_until=_day(request, _UNTIL, here),
    )
    noted = actions.note_mandate(office=here, mandate=mandate, by=actor(request))
    messages.success(request, f"{noted.name} dicatat sebagai pengirim sampai {noted.valid_until:%d-%m-%Y}.")


@staff_required("intake")
def senders(request: HttpRequest) -> HttpResponse:
    """Village officers who may send applications of others, under their PKS and SPT; noting another one."""
    here, by, error, at, status = office(request), actor(request), "", "", 200
    if request.method == "POST":
        try:
            _noted(request, here)
        except LoketError as failure:
            error, at, status = failure.message, failure.field or "", failure.status
        else:
            return redirect("staff:senders")
    record_look(subject=f"office:{here.code}", actor=by.ref, office_code=here.code, reason="daftar pengirim")
    context = {
        "mandates": queries.mandates(here),
        "village_word": offices.definition(here).village_word,
        "villages": offices.villages_by_district(offices.definition(here).area),
        "today": queries.today(here),
        "error": error,
        "at": at,
        "typed": request.POST or take_unsent(request) or {},
    }
    return render(request, "staff/senders.html", context, status=status)


@staff_required("intake", back="staff:senders")
@require_POST
def end_sender(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """End a mandate; what was sent under it stays."""
    ended = actions.end_mandate(office=office(request), mandate_id=mandate_id, by=actor(request))
    messages.success(request, f"{ended.name} tidak lagi dapat mengirim permohonan.")
    return redirect("staff:senders")


@staff_required()
def handovers(request: HttpRequest) -> HttpResponse:
    """The berita acara of this office: what goes where, to print and to close."""
    here, by = office(request), actor(request)
    record_look(subject=f"office:{here.code}", actor=by.ref, office_code=here.code, reason="berita acara")
    return render(request, "staff/handovers.html", {"records": queries.handover_records(here)})


@staff_required()
def handover_paper(request: HttpRequest, record_id: int) -> HttpResponse:
    """The berita acara to print, with masked names."""
    here, by = office(request), actor(request)
    content = actions.handover_pdf(office=here, record_id=record_id, by=by)
    record_look(
        subject=f"handover:{record_id}", actor=by.ref, office_code=here.code, reason="mencetak berita acara"
    )
    return file_response(content, "application/pdf", f"berita-acara-{record_id}.pdf", inline=True)


@staff_required(back="staff:handovers")
@require_POST
def close_handover(request: HttpRequest, record_id: int) -> HttpResponse:
    """The documents have left; what comes later goes on another berita acara."""
    closed = actions.close_handover(office=office(request), record_id=record_id, by=actor(request))
    messages.success(request, f"Berita acara {closed.number} ditutup.")
    return redirect("staff:handovers")
