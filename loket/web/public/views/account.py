"""Signing in by e-mail and one-time code, and the applicant's history."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.cases import queries as cases
from loket.cases.rules.answers import Unreadable, read_field
from loket.catalogue.rules import FormField
from loket.core import clock
from loket.core.errors import LoketError
from loket.notices.actions import send_login_code
from loket.offices.actions import take_login_code, throttle
from loket.web.guards import account, citizen_required, client_address, keep_unsent, restore_unsent, safe_next

_EMAIL = FormField(key="email", label="Alamat surel", type="email", max_length=120)
_NAME = FormField(key="name", label="Nama lengkap", type="name", max_length=100)
_PHONE = FormField(key="phone", label="Nomor telepon", type="phone", required=False, max_length=20)
# From one address many people may sign in (an office, a village hall), but not without end.
CODES_PER_ADDRESS = 60


def _read(request: HttpRequest, *fields: FormField) -> tuple[dict[str, str], dict[str, str]]:
    """What was typed into these fields, and the sentences about what cannot be read."""
    values, errors = {}, {}
    for field in fields:
        typed = request.POST.get(field.key, "")
        try:
            values[field.key] = read_field(field, typed, {}, clock.now().date())
        except Unreadable as error:
            values[field.key], errors[field.key] = typed, str(error)
    return values, errors


def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the e-mail address and send a code to it."""
    context = {
        "values": {},
        "errors": {},
        "lanjut": safe_next(request, "/riwayat/"),
        "expired": "habis" in request.GET,
    }
    if request.method == "POST":
        values, errors = _read(request, _EMAIL, _NAME, _PHONE)
        context |= {"values": values, "errors": errors}
        if not errors:
            throttle(what="code-address", who=client_address(request), limit=CODES_PER_ADDRESS)
            send_login_code(email=values["email"])
            request.session["signing_in"] = {**values, "lanjut": context["lanjut"]}
            return redirect("public:enter_code")
    status = 422 if context["errors"] else 200
    return render(request, "public/sign_in.html", context, status=status)


def enter_code(request: HttpRequest) -> HttpResponse:
    """Take the code and open the session; a first time makes the account."""
    waiting = request.session.get("signing_in")
    if waiting is None:
        return redirect("public:sign_in")
    error = ""
    status = 200
    if request.method == "POST":
        try:
            found = take_login_code(
                email=waiting["email"],
                code=request.POST.get("code", ""),
                name=waiting["name"],
                phone=waiting["phone"],
            )
        except LoketError as failure:
            error, status = failure.message, failure.status
        else:
            unsent = keep_unsent(request)
            login(request, found, backend="django.contrib.auth.backends.ModelBackend")
            request.session.pop("signing_in", None)
            request.session.set_expiry(settings.CITIZEN_IDLE_MINUTES * 60)
            restore_unsent(request, unsent)
            return redirect(waiting["lanjut"])
    return render(
        request, "public/enter_code.html", {"email": waiting["email"], "error": error}, status=status
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server."""
    logout(request)
    messages.info(request, "Anda sudah keluar.")
    return redirect("/")


@citizen_required
def history(request: HttpRequest) -> HttpResponse:
    """The applicant's own applications, newest first."""
    found = cases.cases_of(account(request))
    rows = [(case, cases.definition(case.revision)) for case in found]
    return render(request, "public/history.html", {"rows": rows})
