"""What residents hold: permits and SKTT that run out, and what came of a recording for the KTP-el."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.audit.actions import record_look
from loket.cases import queries as cases
from loket.offices.queries import definition
from loket.register import queries
from loket.register.actions.biometrics import note_check
from loket.web.guards import actor, office, staff_required


@staff_required("register")
def permits(request: HttpRequest) -> HttpResponse:
    """Permits, SKTT and foreigners' cards that end soon, or ended and were not renewed."""
    here, by = office(request), actor(request)
    today, days = cases.today(here), definition(here).cards.warn_days
    rows = queries.running_out(here, today + timedelta(days=days))
    record_look(
        subject=f"office:{here.code}", actor=by.ref, office_code=here.code, reason="izin tinggal berakhir"
    )
    context = {
        "days": days,
        "over": [row for row in rows if row.expired(today)],
        "ending": [row for row in rows if not row.expired(today)],
    }
    return render(request, "staff/permits.html", context)


@staff_required("register", back="staff:resident")
@require_POST
def check(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Note what the national check said of somebody's recording."""
    person = note_check(
        office=office(request),
        resident_id=resident_id,
        result=request.POST.get("hasil", "-"),
        by=actor(request),
    )
    said = person.get_biometrics_doubt_display() if person.biometrics_doubt else "Siap cetak (PRR)"
    messages.success(request, f"Hasil pemeriksaan perekaman dicatat: {said}.")
    return redirect("staff:resident", resident_id=resident_id)
