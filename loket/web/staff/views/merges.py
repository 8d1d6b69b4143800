"""Two residents who may be one person: compared, proposed to become one, decided on, undone."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from loket.audit.actions import record_look
from loket.core.errors import LoketError, NotAllowedError, NotFoundError
from loket.core.idempotency import new_key
from loket.core.identity import mask_number
from loket.core.wording import long_date
from loket.offices.models import Office
from loket.register import finding, queries
from loket.register.actions import merging
from loket.register.models import Membership, MergeRequest, Resident
from loket.register.rules.merging import CHOICES
from loket.web.forms import form_key
from loket.web.guards import actor, office, staff_required, take_unsent
from loket.web.staff.purposes import stated_purpose

_WHY = "Data kependudukan dua orang hanya dibandingkan untuk suatu keperluan."
_ASKED = "Usulan dicatat. Orang lain yang berhak harus memutuskannya."


def _said(person: Resident, choice: str) -> str:
    """What the register says of one choice, in words; whole numbers of nobody."""
    if choice == "sex":
        return "Laki-laki" if person.sex == "L" else "Perempuan"
    if choice == "birth_date":
        return long_date(person.birth_date)
    if choice in ("mother", "father"):
        name, nik = getattr(person, f"{choice}_name"), getattr(person, f"{choice}_nik")
        return f"{name or '-'} {mask_number(nik)}" if nik else name or "-"
    if choice == "marital_status":
        since = f", {long_date(person.marriage_date)}" if person.marriage_date else ""
        return f"{person.marital_status}{since}"
    if choice == "biometrics":
        day = person.biometrics_recorded_on
        return long_date(day) if day else "belum"
    return getattr(person, choice) or "-"


def _compared(people: list[Resident]) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """What differs, each with what both say; and what is the same."""
    differ, same = [], []
    for choice, (label, columns) in CHOICES.items():
        said = [_said(person, choice) for person in people]
        if all(getattr(people[0], name) == getattr(people[1], name) for name in columns):
            same.append((label, said[0]))
        else:
            sides = list(zip(people, said, strict=True))
            differ.append({"key": choice, "label": label, "sides": sides})
    return differ, same


def _homes(people: list[Resident]) -> list[tuple[Resident, Membership | None]]:
    """Where each of two people belongs now. One query."""
    rows = Membership.objects.filter(resident__in=people, until__isnull=True).select_related(
        "family__village"
    )
    found = {row.resident_id: row for row in rows}
    return [(person, found.get(person.pk)) for person in people]


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 12 else 0


def _ask(request: HttpRequest, here: Office, people: list[Resident]) -> MergeRequest:
    posted = request.POST
    ids = [person.pk for person in people]
    survivor = _number(posted.get("survivor", ""))
    if survivor not in ids:
        raise merging.SurvivorMissing(field="survivor")
    merged = next(key for key in ids if key != survivor)
    return merging.ask_merge(
        office=here,
        survivor=survivor,
        merged=merged,
        take=[choice for choice in CHOICES if _number(posted.get(f"v-{choice}", "")) == merged],
        place="merged" if _number(posted.get("place", "")) == merged else "survivor",
        reason=posted.get("reason", ""),
        key=form_key(request),
        by=actor(request),
    )


@staff_required("register")
def compare(request: HttpRequest, resident_id: int, other_id: int) -> HttpResponse:
    """Two residents side by side, for a purpose that is posted, and the proposal. The look is recorded."""
    here, by = office(request), actor(request)
    people = [finding.resident_of(here, key) for key in (resident_id, other_id)]
    purpose, error, at, status = "", "", "", 200
    if request.method == "POST":
        try:
            purpose = stated_purpose(request)
        except LoketError as failure:
            error, at, status = failure.message, "purpose", 422
    if not purpose:
        context = {"name": "perbandingan ini", "why": _WHY, "error": error, "at": at, "back": True}
        return render(request, "staff/purpose.html", context, status=status)
    if "ask" in request.POST:
        try:
            asked = _ask(request, here, people)
        except NotFoundError:
            raise
        except LoketError as failure:
            error, at, status = failure.message, failure.field or "", failure.status
        else:
            messages.success(request, _ASKED)
            return redirect("staff:merge", merge_id=asked.pk)
    record_look(
        subject=f"resident:{people[0].pk}",
        actor=by.ref,
        office_code=here.code,
        reason=f"{purpose} (dibandingkan dengan resident:{people[1].pk})",
        stated=True,
    )
    context = _comparison(people) | {"error": error, "at": at, "purpose": purpose, "typed": request.POST}
    return render(request, "staff/merge_ask.html", context | {"key": new_key()}, status=status)


def _comparison(people: list[Resident]) -> dict[str, Any]:
    differ, same = _compared(people)
    suspected = finding.suspected(people[0])
    why = next((one.reasons for one in suspected if one.found.person.pk == people[1].pk), [])
    return {"people": people, "homes": _homes(people), "differ": differ, "same": same, "why": why}


@staff_required("register")
def everyone(request: HttpRequest) -> HttpResponse:
    """The proposals of the office, those that wait first."""
    here, by = office(request), actor(request)
    record_look(
        subject=f"office:{here.code}", actor=by.ref, office_code=here.code, reason="penggabungan data ganda"
    )
    context = {"requests": finding.merge_requests(here), "zone": here.definition["zone"]}
    return render(request, "staff/merges.html", context)


@staff_required("register")
def merge(request: HttpRequest, merge_id: int) -> HttpResponse:
    """One proposal, the decision on it, and the proposal to undo it. The look is recorded."""
    here, by = office(request), actor(request)
    found, error, at, status = finding.merge_request(here, merge_id), "", "", 200
    if request.method == "POST":
        try:
            return _decide(request, found)
        except (NotFoundError, NotAllowedError) as failure:
            if not isinstance(failure, merging.OwnMerge):
                raise
            error, status = failure.message, failure.status
        except LoketError as failure:
            error, at, status = failure.message, failure.field or "", failure.status
        found.refresh_from_db()
    take_unsent(request)
    record_look(
        subject=f"resident:{found.survivor_id}", actor=by.ref, office_code=here.code, reason=found.ref
    )
    context = _request(found, by.ref, by.may(merging.DECIDES, here.code))
    context |= {"error": error, "at": at, "zone": here.definition["zone"], "typed": request.POST}
    return render(request, "staff/merge.html", context, status=status)


def _decide(request: HttpRequest, found: MergeRequest) -> HttpResponse:
    by, decision, reason = actor(request), request.POST.get("decision", ""), request.POST.get("reason", "")
    if decision == "batalkan":
        asked = merging.ask_undoing(merge_id=found.pk, reason=reason, key=form_key(request), by=by)
        messages.success(request, _ASKED)
        return redirect("staff:merge", merge_id=asked.pk)
    if decision == "setuju":
        merging.agree_to_merge(request_id=found.pk, by=by)
        messages.success(request, "Keputusan dicatat dan dilaksanakan.")
    else:
        merging.refuse_merge(request_id=found.pk, reason=reason, by=by)
        messages.success(request, "Usulan ditolak.")
    return redirect("staff:merges")


def _request(found: MergeRequest, me: str, supervises: bool) -> dict[str, Any]:
    """What the page of a proposal shows. A fixed number of queries."""
    waits, mine = found.state == MergeRequest.State.WAITING, found.asked_by == me
    people = [found.survivor, found.merged]
    return {
        "merge": found,
        "decides": waits and supervises and not mine,
        "mine": waits and mine,
        "undoable": merging.in_force(found),
        "homes": _homes(people),
        "taken": [(CHOICES[choice][0], _said(found.merged, choice)) for choice in found.take],
        "children": queries.children_of(found.merged) if waits else 0,
        "key": new_key(),
    }
