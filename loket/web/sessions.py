"""Opening sessions, how long they last, and devices on which somebody has signed in before."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login, logout
from django.core import signing
from django.http import HttpRequest, HttpResponse

from loket.core import clock
from loket.core.secretbox import keyed_hash
from loket.offices.models import Account
from loket.web.guards import keep_unsent, restore_unsent

DEVICE_COOKIE = "loket_perangkat"
DEVICE_SALT = "loket.web.sessions.device"
DEVICE_DAYS = 180
# People who share a computer at a village hall.
MOST_ON_A_DEVICE = 20
_SINCE = "since"


def open_session(request: HttpRequest, account: Account) -> None:
    """A new session for `account`; what was typed before signing in is carried over.

    Everything else of the old one goes, also where the same person signs in again: Django alone would keep
    its key then, and with it a stolen cookie alive.
    """
    unsent = keep_unsent(request)
    request.session.flush()
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    staff = account.kind == Account.Kind.STAFF
    minutes = settings.STAFF_IDLE_MINUTES if staff else settings.CITIZEN_IDLE_MINUTES
    request.session.set_expiry(minutes * 60)
    request.session[_SINCE] = clock.now().timestamp()
    restore_unsent(request, unsent)


def end_if_too_old(request: HttpRequest, account: Account) -> bool:
    """Whether the session lasted as long as any may, however busy; then it ends.

    One from before this was counted begins to count now.
    """
    staff = account.kind == Account.Kind.STAFF
    hours = settings.STAFF_LONGEST_HOURS if staff else settings.CITIZEN_LONGEST_HOURS
    now = clock.now().timestamp()
    since = request.session.setdefault(_SINCE, now)
    if now - since < timedelta(hours=hours).total_seconds():
        return False
    logout(request)
    return True


def _mark(email: str) -> str:
    return keyed_hash(email.strip().lower(), secret=settings.SECRET_KEY, purpose="device")[:16]


def _device(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        name, marks = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT, max_age=DEVICE_DAYS * 86_400
        )
    except (signing.BadSignature, ValueError):
        return "", []
    return name, marks


def known_device(request: HttpRequest, email: str) -> str:
    """The name of this device if the account has signed in on it before, else empty."""
    name, marks = _device(request)
    return name if name and _mark(email) in marks else ""


def remember_device(request: HttpRequest, response: HttpResponse, account: Account) -> HttpResponse:
    """Note in a signed cookie that the account has signed in here. No address stands in it."""
    name, marks = _device(request)
    mark = _mark(account.email)
    marks = [mark, *(other for other in marks if other != mark)][:MOST_ON_A_DEVICE]
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps((name or secrets.token_hex(8), marks), salt=DEVICE_SALT),
        max_age=DEVICE_DAYS * 86_400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
