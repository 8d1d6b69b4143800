"""A resident as on a day that is past, as the register knew it then or knows it now."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from loket.audit.actions import record_look
from loket.core import clock
from loket.core.errors import LoketError
from loket.offices.models import Office
from loket.offices.queries import zone
from loket.register import finding, past
from loket.register.models import Resident
from loket.register.rules.past import differences, read_times
from loket.web.guards import actor, office, staff_required
from loket.web.staff.purposes import stated_purpose

# What each column is called; a column that is missing here holds nothing that a person reads.
LABELS = {
    "nik": "NIK",
    "name": "Nama",
    "status": "Status",
    "death_date": "Tanggal kematian",
    "sex": "Jenis kelamin",
    "birth_place": "Tempat lahir",
    "birth_date": "Tanggal lahir",
    "birth_certificate": "Nomor akta kelahiran",
    "religion": "Agama",
    "blood_type": "Golongan darah",
    "education": "Pendidikan",
    "occupation": "Pekerjaan",
    "marital_status": "Status perkawinan",
    "marriage_date": "Tanggal perkawinan",
    "nationality": "Kewarganegaraan",
    "father_name": "Nama ayah",
    "mother_name": "Nama ibu",
    "office_id": "Kantor",
    "biometrics_recorded_on": "Perekaman biometrik",
    "id_card_issued_on": "KTP-el terakhir",
}
_FIELDS = ("pada", "menurut", "purpose")


@staff_required("register")
def resident_past(request: HttpRequest, resident_id: int) -> HttpResponse:
    """One resident and their family on a day, each time for a posted purpose. The look is recorded."""
    here, by = office(request), actor(request)
    person = finding.resident_of(here, resident_id)
    context: dict[str, Any] = {"person": person, "typed": {key: request.POST.get(key, "") for key in _FIELDS}}
    status = 200
    if request.method == "POST":
        today = clock.now().astimezone(zone(here)).date()
        try:
            day, known = read_times(context["typed"], today)
            purpose = stated_purpose(request)
        except LoketError as failure:
            context |= {"error": failure.message, "at": failure.field}
            status = failure.status
        else:
            context |= {"day": day, "known": known, **_shown(here, person, day, known)}
            record_look(
                subject=f"resident:{person.pk}",
                actor=by.ref,
                office_code=here.code,
                reason=purpose,
                stated=True,
            )
    return render(request, "staff/past.html", context, status=status)


def _shown(here: Office, person: Resident, day: date, known: date) -> dict[str, Any]:
    """What the page says of the person, of the family, and of every change. Five queries."""
    # The records of a whole day count, up to its midnight at the office.
    until = datetime.combine(known + timedelta(days=1), time(), zone(here)) - timedelta(microseconds=1)
    state = past.resident_on(person.pk, day, until)
    return {
        "office": here,
        "state": [(label, state.get(column)) for column, label in LABELS.items()] if state else [],
        "family": past.family_of_resident_on(person.pk, day, until),
        "changes": [
            (LABELS[found.column], found)
            for found in differences(past.resident_history(person.pk))
            if found.column in LABELS
        ],
    }
