"""Staff signing in and out."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.core.errors import LoketError
from loket.offices.actions import check_staff_password, throttle
from loket.web.guards import client_address, keep_unsent, restore_unsent, safe_next, throttle_address

LOOPBACK = {"127.0.0.1", "::1"}
# A whole office may share one address.
TRIES_PER_ADDRESS = 120


def sign_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password; a new session each time."""
    context = {"lanjut": safe_next(request, "/petugas/"), "expired": "habis" in request.GET, "error": ""}
    status = 200
    if request.method == "POST":
        try:
            throttle(what="password-address", who=throttle_address(request), limit=TRIES_PER_ADDRESS)
            found = check_staff_password(
                email=request.POST.get("email", "").strip(),
                password=request.POST.get("password", ""),
                demo_allowed=settings.DEMO and client_address(request) in LOOPBACK,
            )
        except LoketError as failure:
            context |= {"error": failure.message, "email": request.POST.get("email", "")}
            status = failure.status
        else:
            unsent = keep_unsent(request)
            login(request, found, backend="django.contrib.auth.backends.ModelBackend")
            request.session.set_expiry(settings.STAFF_IDLE_MINUTES * 60)
            restore_unsent(request, unsent)
            return redirect(context["lanjut"])
    return render(request, "staff/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server."""
    logout(request)
    return redirect("staff:sign_in")
