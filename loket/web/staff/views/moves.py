"""Letters of moves: who is to leave, who is to come, and who has arrived at an office elsewhere."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from loket.audit.actions import record_look
from loket.cases.queries import today
from loket.cases.rules.answers import Unreadable, read_field
from loket.catalogue.rules import FormField
from loket.core.actors import Actor
from loket.core.errors import LoketError
from loket.offices.models import Office
from loket.register import moving
from loket.register.actions import elsewhere
from loket.register.actions.moveletters import named
from loket.register.models import MoveLetter
from loket.web.guards import actor, office, staff_required, take_unsent

_ARRIVED = FormField(key="arrived_on", label="Tanggal datang", type="date", past=True)
# For so many days the list shows letters that were used, and whose family card is to be issued since.
RECENT = timedelta(days=30)


@staff_required("register")
def letters(request: HttpRequest) -> HttpResponse:
    """The SKPWNI that nobody has used: given here, and leading here; masked. The look is recorded."""
    here, by = office(request), actor(request)
    day = today(here)
    record_look(
        subject=f"office:{here.code}",
        actor=by.ref,
        office_code=here.code,
        reason="surat pindah yang belum dipakai",
    )
    context = {
        "leaving": moving.leaving(here),
        "coming": moving.coming(here),
        "used": moving.used_lately(here, day - RECENT),
        "soon": day + timedelta(days=7),
        "most": moving.MOST,
    }
    return render(request, "staff/move_letters.html", context)


@staff_required("register")
def arrived(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Note that the people of a SKPWNI have arrived at an office that does not use this installation, or take
    that back."""
    here, by = office(request), actor(request)
    letter, error, at, status = elsewhere.letter_of(here, letter_id), "", "", 200
    if request.method == "POST":
        try:
            messages.success(request, _carried_out(request, here, letter, by))
        except LoketError as failure:
            error, at, status = failure.message, failure.field or "", failure.status
            letter.refresh_from_db()
        else:
            return redirect("staff:move_letters")
    record_look(
        subject=f"move-letter:{letter.pk}",
        actor=by.ref,
        office_code=here.code,
        reason="mencatat kedatangan di luar",
    )
    typed = request.POST if request.method == "POST" else take_unsent(request) or {}
    context = {"letter": letter, "people": named(letter), "error": error, "at": at, "typed": typed}
    return render(request, "staff/move_arrived.html", context, status=status)


def _carried_out(request: HttpRequest, here: Office, letter: MoveLetter, by: Actor) -> str:
    """Do what the form asks; gives what is said of it."""
    if request.POST.get("undo") == "ya":
        elsewhere.undo_arrival_elsewhere(office=here, letter_id=letter.pk, by=by)
        return "Pencatatan dibatalkan; mereka penduduk di sini seperti semula."
    elsewhere.record_arrival_elsewhere(
        office=here,
        letter_id=letter.pk,
        arrived_on=_day(request, here),
        proof=request.POST.get("proof", ""),
        by=by,
    )
    return "Kedatangan di daerah tujuan dicatat; mereka bukan lagi penduduk di sini."


class _Unread(LoketError):
    """Tulis tanggal datangnya."""

    status = 422


def _day(request: HttpRequest, here: Office) -> date:
    try:
        read = read_field(_ARRIVED, request.POST.get("arrived_on", ""), {}, today(here))
    except Unreadable as error:
        raise _Unread(str(error), field="arrived_on") from error
    if not read:
        raise _Unread(field="arrived_on")
    return date.fromisoformat(read)
