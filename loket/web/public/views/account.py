"""Signing in by e-mail and one-time code, and the applicant's history."""

from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.audit.actions import record_look
from loket.cases import queries as cases
from loket.cases.rules.answers import Fault, Unreadable, clean_text, read_field
from loket.catalogue.rules import FormField
from loket.core import clock
from loket.core.errors import LoketError
from loket.notices.actions import send_login_code
from loket.offices.actions import take_login_code, throttle
from loket.offices.models import Account
from loket.web.guards import (
    account,
    citizen_required,
    safe_next,
    throttle_address,
)
from loket.web.sessions import known_device, open_session, remember_device

_EMAIL = FormField(key="email", label="Alamat surel (e-mail)", type="email", max_length=120)
_NAME = FormField(key="name", label="Nama lengkap", type="name", required=False, max_length=100)
_PHONE = FormField(key="phone", label="Nomor telepon", type="phone", required=False, max_length=20)
# From one address many people may sign in (an office, a village hall), but not without end.
CODES_PER_ADDRESS = 60


class _NameNeeded(Exception):
    """A first sign-in without a name: nothing is kept and the code can be used again."""


def _read(request: HttpRequest, *fields: FormField) -> tuple[dict[str, str], list[Fault]]:
    """What was typed into these fields, and the sentences about what cannot be read."""
    values, faults = {}, []
    for field in fields:
        typed = request.POST.get(field.key, "")
        try:
            values[field.key] = read_field(field, typed, {}, clock.now().date())
        except Unreadable as error:
            values[field.key] = typed
            faults.append(Fault(field.key, str(error)))
    return values, faults


def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the e-mail address and send a code to it."""
    lanjut = safe_next(request, "/riwayat/")
    values: dict[str, str] = {}
    faults: list[Fault] = []
    if request.method == "POST":
        values, faults = _read(request, _EMAIL, _NAME, _PHONE)
        if not faults:
            throttle(what="code-address", who=throttle_address(request), limit=CODES_PER_ADDRESS)
            send_login_code(email=values["email"], address=throttle_address(request))
            request.session["signing_in"] = {**values, "lanjut": lanjut}
            return redirect("public:enter_code")
    errors = {fault.key: fault.message for fault in faults}
    rows = [(field, values.get(field.key, ""), errors.get(field.key)) for field in (_EMAIL, _NAME, _PHONE)]
    context = {
        "main_fields": rows[:1],
        "new_fields": rows[1:],
        "faults": faults,
        "lanjut": lanjut,
        "expired": "habis" in request.GET,
    }
    return render(request, "public/sign_in.html", context, status=422 if faults else 200)


def _take_code(request: HttpRequest, waiting: dict[str, str], code: str, name: str) -> Account | LoketError:
    """The account that the code opens, or why not. Raises _NameNeeded, which leaves the code unused.

    A wrong code is handed back, not raised, so that the try is counted although this is a transaction.
    """
    with transaction.atomic():
        try:
            found = take_login_code(
                email=waiting["email"],
                code=code,
                name=name,
                phone=waiting["phone"],
                address=throttle_address(request),
                device=known_device(request, waiting["email"]),
            )
        except LoketError as failure:
            return failure
        if not found.name:
            raise _NameNeeded()
        return found


def enter_code(request: HttpRequest) -> HttpResponse:
    """Take the code and open the session; a first time makes the account, for which a name is needed."""
    waiting = request.session.get("signing_in")
    if waiting is None:
        return redirect("public:sign_in")
    context = {"email": waiting["email"], "lanjut": waiting["lanjut"]}
    if request.method != "POST":
        return render(request, "public/enter_code.html", context)
    code, asked = request.POST.get("code", ""), "name" in request.POST
    name = clean_text(request.POST.get("name", ""))[: _NAME.max_length].upper() or waiting["name"]
    try:
        found = _take_code(request, waiting, code, name)
    except _NameNeeded:
        error = "Tulis nama lengkap Anda." if asked else ""
        context |= {"new": True, "code": code, "name": name, "error": error, "at": "name" if asked else ""}
        return render(request, "public/enter_code.html", context, status=422 if asked else 200)
    if isinstance(found, Account):
        open_session(request, found)
        request.session.pop("signing_in", None)
        return remember_device(request, redirect(waiting["lanjut"]), found)
    context |= {"error": found.message, "at": "code", "new": asked, "name": name}
    return render(request, "public/enter_code.html", context, status=found.status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server."""
    logout(request)
    messages.info(request, "Anda sudah keluar.")
    return redirect("/")


@citizen_required
def history(request: HttpRequest) -> HttpResponse:
    """The applicant's own applications, newest first."""
    by = account(request)
    found = cases.cases_of(by)
    record_look(subject=by.ref, actor=by.ref, reason="riwayat sendiri")
    rows = [(case, cases.definition(case.revision)) for case in found]
    return render(request, "public/history.html", {"rows": rows})
