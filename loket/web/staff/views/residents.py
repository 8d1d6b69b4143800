"""Finding residents, and one of them whole."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from loket.audit.actions import record_look
from loket.cases import queries as cases
from loket.catalogue.comparing.words import EVENT_NAMES
from loket.core.errors import LoketError
from loket.core.identity import family_card_findings, impossible, nik_findings
from loket.documents import queries as documents
from loket.offices import queries as offices
from loket.offices.models import Area, Office
from loket.register import finding
from loket.register.actions import elsewhere
from loket.register.actions.merging import KIND
from loket.register.models import Resident
from loket.register.rules.civil import BOOK_TITLES
from loket.register.rules.finding import read_wanted
from loket.web.guards import actor, office, staff_required, take_unsent
from loket.web.staff.purposes import stated_purpose

_FIELDS = ("cari", "nama_ibu", "lahir_dari", "lahir_sampai", "alamat", "desa")
# What no standard names: an official's word that somebody arrived at a place elsewhere.
_NAMES: dict[str, str] = {
    **EVENT_NAMES,
    elsewhere.EVENT: "tiba di daerah tujuan",
    KIND: "penggabungan data ganda",
}
_WHY = "Data kependudukan seseorang hanya dibuka untuk suatu keperluan."


def _villages(here: Office) -> list[tuple[str, list[Area]]]:
    """The villages of the office's area under the names of their kecamatan. Two queries."""
    found = offices.villages(f"{here.code[:2]}.{here.code[2:]}")
    names = offices.area_names({village.code.rpartition(".")[0] for village in found})
    named = sorted(found, key=lambda village: (names.get(village.code.rpartition(".")[0], ""), village.name))
    return [
        (district, list(group))
        for district, group in groupby(named, key=lambda one: names.get(one.code.rpartition(".")[0], ""))
    ]


@staff_required("register")
def search(request: HttpRequest) -> HttpResponse:
    """Residents by number, name, birth date, mother or address, masked.

    What was typed is posted and stays out of addresses, logs and journal; the journal says who looked for
    what kind of thing, and how many were found.
    """
    here, by = office(request), actor(request)
    typed = request.POST if request.method == "POST" else take_unsent(request) or {}
    context: dict[str, Any] = {"typed": {key: typed.get(key, "") for key in _FIELDS}, "error": "", "at": ""}
    context |= {"villages": _villages(here), "further": any(typed.get(key) for key in _FIELDS[1:])}
    status = 200
    if request.method == "POST":
        try:
            wanted = read_wanted(context["typed"])
        except LoketError as failure:
            context |= {"error": failure.message, "at": failure.field or "cari"}
            status = failure.status
        else:
            found, more = finding.find_residents(here, wanted)
            context |= {"searched": True, "found": found, "more": more}
            context["odd"] = _odd(wanted.number) if wanted.number and not found else []
            kinds = ", ".join(wanted.kinds)
            count = f"lebih dari {len(found)}" if more else str(len(found))
            record_look(
                subject=f"office:{here.code}",
                actor=by.ref,
                office_code=here.code,
                reason=f"mencari penduduk menurut {kinds}: {count} orang",
            )
    return render(request, "staff/residents.html", context, status=status)


def _odd(number: str) -> list[str]:
    """What keeps a number that was not found from being a NIK or a nomor KK."""
    levels = impossible(nik_findings(number)), impossible(family_card_findings(number))
    return [found.message for found in levels if found] if all(levels) else []


@staff_required("register")
def resident(request: HttpRequest, resident_id: int) -> HttpResponse:
    """One resident whole, each time for a purpose that is posted. The look is recorded."""
    here, by = office(request), actor(request)
    person, purpose, error = finding.resident_of(here, resident_id), "", ""
    if request.method == "POST":
        try:
            purpose = stated_purpose(request)
        except LoketError as failure:
            error = failure.message
    if not purpose:
        context = {"name": "data penduduk ini", "why": _WHY, "error": error, "at": "purpose" if error else ""}
        context["back"] = True
        return render(request, "staff/purpose.html", context, status=422 if error else 200)
    record_look(
        subject=f"resident:{person.pk}", actor=by.ref, office_code=here.code, reason=purpose, stated=True
    )
    return render(request, "staff/resident.html", _whole(here, person))


def _whole(here: Office, person: Resident) -> dict[str, Any]:
    """All that the register, the cases and the documents hold of somebody. A fixed number of queries."""
    whole = finding.whole(person)
    applications = {case.ref: case for case in cases.cases_by_refs(here, whole.case_refs)}
    happened = [
        {
            "at": row.applied_at,
            "name": _NAMES.get(row.kind, row.kind),
            "of_family": row.resident_id != person.pk,
            "row": row,
            "case": applications.get(row.case_ref),
        }
        for row in whole.events
    ] + [
        {
            "at": row.applied_at,
            "name": f"penerbitan Kartu Keluarga: {row.get_kind_display()}",
            "of_family": True,
            "row": row,
            "case": applications.get(row.case_ref),
        }
        for row in whole.family_changes
    ]
    return {
        "office": here,
        "today": cases.today(here),
        "whole": whole,
        "person": person,
        "area": offices.area_chain(whole.family.village_id) if whole.family else {},
        "happened": sorted(happened, key=lambda item: item["at"], reverse=True),
        "records": [
            (BOOK_TITLES.get(row.book, row.book), row, applications.get(row.case_ref))
            for row in whole.records
        ],
        "cases": [(case, cases.definition(case.revision)) for case in applications.values()],
        "documents": documents.of_cases(here, list(applications)),
    }
