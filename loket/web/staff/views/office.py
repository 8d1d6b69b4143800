"""The office's calendar."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.cases import actions
from loket.cases.queries import last_recompute, today
from loket.cases.rules.answers import Unreadable, read_field
from loket.catalogue.rules import FormField
from loket.core.errors import LoketError, NotFoundError
from loket.offices import queries
from loket.offices.models import Office
from loket.web.guards import actor, office, staff_required, take_unsent
from loket.web.staff.views.clock import moved_words

_DAY = FormField(key="day", label="Tanggal", type="date")
YEARS = range(2000, 2101)


def _year(text: str, here: Office) -> int:
    return int(text) if text.isdigit() and int(text) in YEARS else today(here).year


@staff_required("calendar")
def holidays(request: HttpRequest) -> HttpResponse:
    """The days off that bind the office; adding one moves the deadlines of open cases."""
    here, error, at, status = office(request), "", "", 200
    if request.method == "POST":
        try:
            day = date.fromisoformat(read_field(_DAY, request.POST.get("day", ""), {}, today(here)))
            moved = actions.close_office_day(
                office=here, day=day, name=request.POST.get("name", ""), by=actor(request)
            )
        except Unreadable as failure:
            error, at, status = str(failure), "day", 422
        except LoketError as failure:
            error, at, status = failure.message, failure.field or "day", failure.status
        else:
            messages.success(request, f"Hari libur dicatat; {moved_words(moved)}")
            return redirect(f"{request.path}?tahun={day.year}")
    year = _year(request.GET.get("tahun", ""), here)
    found = queries.holidays(here, year)
    context = {
        "holidays": found,
        "decided": {item.day for item in found if item.office_id},
        "year": year,
        "known": year in queries.national_holiday_years(),
        "recompute": last_recompute(here),
        "zone": here.definition["zone"],
        "error": error,
        "at": at,
        "typed": request.POST or take_unsent(request) or {},
    }
    return render(request, "staff/holidays.html", context, status=status)


@staff_required("calendar", back="staff:holidays")
@require_POST
def remove_holiday(request: HttpRequest, holiday_id: int) -> HttpResponse:
    """Take back a day off that the office had set itself."""
    moved = actions.open_office_day(office=office(request), holiday_id=holiday_id, by=actor(request))
    messages.success(request, f"Hari libur dihapus; {moved_words(moved)}")
    return redirect("staff:holidays")


@staff_required("calendar", back="staff:holidays")
@require_POST
def work_on_holiday(request: HttpRequest, day: str) -> HttpResponse:
    """Work on a national holiday; deadlines move."""
    try:
        chosen = date.fromisoformat(day)
    except ValueError as error:
        raise NotFoundError("Tanggal ini tidak ada.") from error
    moved = actions.work_office_day(office=office(request), day=chosen, by=actor(request))
    messages.success(request, f"Kantor tetap buka pada tanggal itu; {moved_words(moved)}")
    return redirect(f"/petugas/hari-libur/?tahun={chosen.year}")
