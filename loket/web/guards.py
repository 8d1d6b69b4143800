"""Who may open a view, and what happens to a form whose session has ended."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from loket.core.actors import Actor
from loket.core.errors import NotFoundError
from loket.offices.models import Account, Office
from loket.offices.rules import Right

View = Callable[..., HttpResponse]
_UNSENT = "unsent"
MAX_UNSENT_FIELDS = 100
MAX_UNSENT_LETTERS = 20_000
# Never written anywhere, not even into a session.
SECRETS = {
    "csrfmiddlewaretoken",
    "passphrase",
    "password",
    "password_again",
    "old_password",
    "totp",
    "present",
    "code",
}


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The local address to go on to after signing in, never another site."""
    wanted = request.POST.get("lanjut") or request.GET.get("lanjut") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    return fallback


def _page_of(request: HttpRequest, back: str, kwargs: dict[str, Any]) -> str:
    """The page that carries a form: its own address, or `back` where that takes posts only."""
    if not back:
        return request.path
    try:
        return reverse(back, kwargs=kwargs)
    except NoReverseMatch:
        return reverse(back)


def _to_sign_in(request: HttpRequest, where: str, back: str, kwargs: dict[str, Any]) -> HttpResponse:
    """Send somebody to sign in; what they had typed waits in the session so that nothing is lost."""
    if request.method != "POST":
        return redirect(f"{where}?{urlencode({'lanjut': request.get_full_path()})}")
    page = _page_of(request, back, kwargs)
    typed = {key: value for key, value in request.POST.items() if key not in SECRETS}
    size = sum(map(len, typed.values()))
    if len(typed) <= MAX_UNSENT_FIELDS and size <= MAX_UNSENT_LETTERS:
        request.session[_UNSENT] = {"path": page, "typed": typed}
    # Who presses the first button of all has no session that could have ended.
    ended = settings.SESSION_COOKIE_NAME in request.COOKIES or any(typed.keys() - {"key"})
    asked = {"lanjut": page} | ({"habis": "1"} if ended else {})
    return redirect(f"{where}?{urlencode(asked)}")


def take_unsent(request: HttpRequest) -> dict[str, str] | None:
    """What was typed into this page's form before the session ended, once; None where nothing was."""
    unsent = request.session.get(_UNSENT)
    if not unsent or unsent["path"] != request.path:
        return None
    del request.session[_UNSENT]
    return dict(unsent["typed"])


def keep_unsent(request: HttpRequest) -> Any:
    """What waits in the session, to be carried over a sign-in that makes a new one."""
    return request.session.get(_UNSENT)


def restore_unsent(request: HttpRequest, kept: Any) -> None:
    """Put back what `keep_unsent` gave."""
    if kept:
        request.session[_UNSENT] = kept


def citizen_required(view: View | None = None, *, back: str = "") -> Any:
    """Only for a signed-in citizen; others are sent to sign in.

    `back` names the page with the form of a view that takes posts only: that is what people see after
    signing in again.
    """
    if view is None:
        return lambda later: citizen_required(later, back=back)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor | None = request.actor
        if actor is None or actor.kind != "citizen":
            return _to_sign_in(request, "/masuk/", back, kwargs)
        return view(request, *args, **kwargs)

    guarded.who = "citizen"  # type: ignore[attr-defined]  # compared with the table in `policy`
    return guarded


def staff_required(right: Right | None = None, *, back: str = "") -> Callable[[View], View]:
    """Only for staff, and where a right is named only for roles that have it.

    Staff without the right get the same answer as for a page that does not exist. Who signs is led to set up
    an authenticator before anything of signing. `back` is as for `citizen_required`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor | None = request.actor
            if actor is None or actor.kind != "staff":
                return _to_sign_in(request, "/petugas/masuk/", back, kwargs)
            if right is not None and right not in actor.rights:
                raise NotFoundError("Halaman ini tidak ada untuk peran Anda.")
            if right == "sign" and not account(request).totp_secret:
                here = request.path if request.method != "POST" else _page_of(request, back, kwargs)
                return redirect(f"{reverse('staff:authenticator')}?{urlencode({'lanjut': here})}")
            return view(request, *args, **kwargs)

        guarded.who = right or "staff"  # type: ignore[attr-defined]  # compared with the table in `policy`
        return guarded

    return decorate


def actor(request: HttpRequest) -> Actor:
    """The actor of a guarded view."""
    return request.actor


def account(request: HttpRequest) -> Account:
    """The account of a guarded view."""
    return request.user


def office(request: HttpRequest) -> Office:
    """The office of a staff view. Raises NotFoundError for an account without one."""
    found = account(request).office
    if found is None:
        raise NotFoundError()
    return found


def page_number(request: HttpRequest) -> int:
    """Which page of a list is asked for; the first where that is unreadable."""
    number = request.GET.get("hal", "1")
    return max(1, int(number)) if number.isdigit() and len(number) < 6 else 1


def client_address(request: HttpRequest) -> str:
    """The address a request came from, for throttles.

    X-Forwarded-For is read only from a proxy that the settings trust, and of it only the last entry, which
    that proxy wrote itself; the others anybody can write.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if direct not in settings.TRUSTED_PROXIES:
        return direct
    return request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or direct


def throttle_address(request: HttpRequest) -> str:
    """What throttles count by: the address, of IPv6 the /64 that one subscriber has for themselves."""
    address = client_address(request)
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6 and not parsed.ipv4_mapped:
        return str(ip_network((address, 64), strict=False))
    return address
