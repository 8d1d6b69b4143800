"""The people of an office: who they are, asking for a change, deciding on one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from loket.cases.actions.staffing import agree_to_staff_change, open_work, refuse_staff_change
from loket.cases.rules.answers import Unreadable, read_field
from loket.catalogue.rules import FormField
from loket.core import clock
from loket.core.errors import LoketError, NotFoundError
from loket.core.idempotency import new_key
from loket.offices import queries
from loket.offices.actions import NewPerson, ask_staff_change
from loket.offices.models import Account, Role, StaffChange
from loket.web.forms import form_key
from loket.web.guards import actor, office, staff_required, take_unsent

_EMAIL = FormField(key="email", label="Surel", type="email", max_length=120)
_NAME = FormField(key="name", label="Nama lengkap", type="name", max_length=100)
_ASKED = "Permintaan dicatat. Orang lain yang berhak mengurus akun harus memutuskannya."
_OF_A_PERSON = (
    StaffChange.Kind.GIVE_ROLE,
    StaffChange.Kind.END_ROLE,
    StaffChange.Kind.CLOSE,
    StaffChange.Kind.PASSWORD,
    StaffChange.Kind.TOTP,
)


@staff_required("people")
def everybody(request: HttpRequest) -> HttpResponse:
    """The people of the office with their roles, and the requests that wait."""
    here = office(request)
    context = {
        "staff": queries.staff_of(here),
        "changes": queries.staff_changes(here),
        "zone": here.definition["zone"],
        "few": len(queries.holders_of_right(here, "people")) < queries.DECIDERS + 1,
    }
    return render(request, "staff/people.html", context)


def _roles(request: HttpRequest) -> list[Role]:
    return list(Role.objects.filter(office=office(request), active=True).order_by("name"))


def _read(field: FormField, posted: QueryDict) -> str:
    """What was typed. Raises LoketError naming the field."""
    try:
        return read_field(field, posted.get(field.key, ""), {}, clock.now().date())
    except Unreadable as failure:
        raise LoketError(str(failure), field=field.key) from failure


def _reasons() -> dict[str, Any]:
    return {"categories": StaffChange.Category.choices}


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() and len(text) < 10 else None


@staff_required("people")
def hire(request: HttpRequest) -> HttpResponse:
    """Ask for an account for somebody new."""
    context: dict[str, Any] = {"error": "", "at": "", "typed": request.POST or take_unsent(request) or {}}
    status = 200
    if request.method == "POST":
        try:
            posted = request.POST
            ask_staff_change(
                office=office(request),
                kind=StaffChange.Kind.HIRE,
                new=NewPerson(
                    name=_read(_NAME, posted),
                    email=_read(_EMAIL, posted),
                    number=posted.get("nip", "").strip()[:18],
                ),
                role=posted.get("role", ""),
                category=posted.get("category", ""),
                reason=posted.get("reason", ""),
                key=form_key(request),
                by=actor(request),
            )
        except NotFoundError:
            raise
        except LoketError as failure:
            context |= {"error": failure.message, "at": failure.field or ""}
            status = failure.status
        else:
            messages.success(request, _ASKED)
            return redirect("staff:people")
    context |= {"roles": _roles(request), "key": new_key(), **_reasons()}
    return render(request, "staff/hire.html", context, status=status)


@staff_required("people")
def person(request: HttpRequest, account_id: int) -> HttpResponse:
    """One person: roles, what they would leave behind, and what can be asked for."""
    someone = queries.colleague(office(request), account_id)
    error, at, status = "", "", 200
    if request.method == "POST":
        try:
            _ask(request, someone)
        except NotFoundError:
            raise
        except LoketError as failure:
            error, at, status = failure.message, failure.field or "", failure.status
        else:
            messages.success(request, _ASKED)
            return redirect("staff:people")
    held = queries.roles_of(someone)
    context = {
        "someone": someone,
        "held": held,
        "work": open_work(someone),
        "me": someone.ref == actor(request).ref,
        "kinds": [(kind.value, kind.label) for kind in _OF_A_PERSON],
        "roles": _roles(request),
        **_reasons(),
        "others": [
            other
            for other in queries.staff_of(office(request))
            if other.is_active and other.pk != someone.pk and other.ref != actor(request).ref
        ],
        "typed": request.POST or take_unsent(request) or {},
        "key": new_key(),
        "error": error,
        "at": at,
    }
    return render(request, "staff/person.html", context, status=status)


def _ask(request: HttpRequest, someone: Account) -> None:
    kind = request.POST.get("kind", "")
    if kind not in _OF_A_PERSON:
        raise LoketError("Pilih apa yang diminta.", field="kind")
    leaves = kind in (StaffChange.Kind.END_ROLE, StaffChange.Kind.CLOSE)
    ask_staff_change(
        office=office(request),
        kind=kind,
        account=someone.pk,
        role=request.POST.get("role", ""),
        successor=_number(request.POST.get("successor", "")) if leaves else None,
        category=request.POST.get("category", ""),
        reason=request.POST.get("reason", ""),
        key=form_key(request),
        by=actor(request),
    )


@staff_required("people")
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """One request: what it asks, what would be left behind, and the decision."""
    here, by = office(request), actor(request)
    found = queries.staff_change(here, change_id)
    error, at, status = "", "", 200
    if request.method == "POST":
        try:
            if request.POST.get("decision") == "setuju":
                agree_to_staff_change(change_id=found.pk, by=by)
            else:
                refuse_staff_change(change_id=found.pk, reason=request.POST.get("reason", ""), by=by)
        except NotFoundError:
            raise
        except LoketError as failure:
            error, at, status = failure.message, failure.field or "", failure.status
        else:
            messages.success(request, "Keputusan dicatat.")
            return redirect("staff:people")
    mine = by.ref in {account.ref for account in (found.asked_by, found.account, found.successor) if account}
    context = {
        "change": found,
        "work": open_work(found.account, found.role) if found.account else None,
        "decides": found.state == "waiting" and found.expires_at > clock.now() and not mine,
        "mine": mine,
        "zone": here.definition["zone"],
        "error": error,
        "at": at,
    }
    return render(request, "staff/change.html", context, status=status)
