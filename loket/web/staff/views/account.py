"""Staff signing in and out; one's own password and authenticator."""

import pyotp
import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.core.errors import LoketError
from loket.core.secretbox import seal, unseal
from loket.offices import actions
from loket.offices.actions import check_staff_password, throttle
from loket.web.guards import account, client_address, safe_next, staff_required, throttle_address
from loket.web.sessions import known_device, open_session, remember_device

LOOPBACK = {"127.0.0.1", "::1"}
# A whole office may share one address.
TRIES_PER_ADDRESS = 120
_SEED = "new_totp"


class PasswordsDiffer(LoketError):
    """Kedua kata sandi baru tidak sama."""

    status = 422


def sign_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password; a new session each time."""
    context = {"lanjut": safe_next(request, "/petugas/"), "expired": "habis" in request.GET, "error": ""}
    status = 200
    if request.method == "POST":
        email = request.POST.get("email", "").strip()
        try:
            throttle(what="password-address", who=throttle_address(request), limit=TRIES_PER_ADDRESS)
            found = check_staff_password(
                email=email,
                password=request.POST.get("password", ""),
                demo_allowed=settings.DEMO and client_address(request) in LOOPBACK,
                address=throttle_address(request),
                device=known_device(request, email),
            )
        except LoketError as failure:
            context |= {"error": failure.message, "email": request.POST.get("email", "")}
            status = failure.status
        else:
            open_session(request, found)
            return remember_device(request, redirect(context["lanjut"]), found)
    return render(request, "staff/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server."""
    logout(request)
    return redirect("staff:sign_in")


def _new_password(request: HttpRequest) -> str:
    """The new password, typed twice. Raises PasswordsDiffer."""
    password = request.POST.get("password", "")
    if password != request.POST.get("password_again", ""):
        raise PasswordsDiffer(field="again")
    return password


def set_password(request: HttpRequest) -> HttpResponse:
    """Set a password with the code from the mail. The same answer whether or not the address is known."""
    context, status = {"error": "", "at": "", "email": request.POST.get("email", "")}, 200
    if request.method == "POST":
        try:
            throttle(what="password-address", who=throttle_address(request), limit=TRIES_PER_ADDRESS)
            actions.set_password(
                email=request.POST.get("email", "").strip(),
                code=request.POST.get("code", ""),
                password=_new_password(request),
                address=throttle_address(request),
            )
        except LoketError as failure:
            context |= {"error": failure.message, "at": failure.field or ""}
            status = failure.status
        else:
            messages.success(request, "Kata sandi tersimpan. Silakan masuk.")
            return redirect("staff:sign_in")
    return render(request, "staff/set_password.html", context, status=status)


@staff_required()
def own(request: HttpRequest) -> HttpResponse:
    """One's own account: change the password."""
    me, context, status = account(request), {"error": "", "at": ""}, 200
    if request.method == "POST":
        try:
            actions.change_password(
                account=me, old=request.POST.get("old_password", ""), password=_new_password(request)
            )
        except LoketError as failure:
            context |= {"error": failure.message, "at": failure.field or ""}
            status = failure.status
        else:
            update_session_auth_hash(request, me)
            messages.success(request, "Kata sandi diganti. Sesi Anda yang lain sudah berakhir.")
            return redirect("staff:own_account")
    return render(request, "staff/account.html", context | {"me": me}, status=status)


@staff_required()
def authenticator(request: HttpRequest) -> HttpResponse:
    """Set up one's own authenticator; the new seed waits sealed in the session for a code of it."""
    me, status, onward = account(request), 200, safe_next(request, "")
    context = {"error": "", "at": "", "lanjut": onward}
    if _SEED not in request.session:
        request.session[_SEED] = seal(pyotp.random_base32(), secret=settings.SECRET_KEY, purpose="new-totp")
    seed = unseal(request.session[_SEED], secret=settings.SECRET_KEY, purpose="new-totp")
    if request.method == "POST":
        try:
            actions.enrol_totp(
                account=me,
                old=request.POST.get("old_password", ""),
                seed=seed,
                code=request.POST.get("totp", ""),
                present=request.POST.get("present", ""),
            )
        except LoketError as failure:
            context |= {"error": failure.message, "at": failure.field or ""}
            status = failure.status
        else:
            del request.session[_SEED]
            update_session_auth_hash(request, me)
            messages.success(request, "Autentikator terpasang.")
            return redirect(onward or "staff:own_account")
    return render(
        request,
        "staff/authenticator.html",
        context | {"me": me, "seed": seed, "qr": _qr(seed, me.email)},
        status=status,
    )


def _qr(seed: str, email: str) -> str:
    """The seed as a picture for the authenticator app, inside the page."""
    address = pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name="Loket")
    return segno.make(address, error="m").svg_data_uri(scale=4, border=4)
