"""Who may open a view, and what happens to a form whose session has ended."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from loket.core.actors import Actor
from loket.core.errors import NotFoundError
from loket.offices.models import Account, Office
from loket.offices.rules import Right

View = Callable[..., HttpResponse]
_UNSENT = "unsent"
MAX_UNSENT_FIELDS = 100


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The local address to go on to after signing in, never another site."""
    wanted = request.POST.get("lanjut") or request.GET.get("lanjut") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    return fallback


def _to_sign_in(request: HttpRequest, where: str) -> HttpResponse:
    """Send somebody to sign in; what they had typed waits in the session so that nothing is lost."""
    if request.method == "POST":
        typed = {key: value for key, value in request.POST.items() if key != "csrfmiddlewaretoken"}
        if len(typed) <= MAX_UNSENT_FIELDS:
            request.session[_UNSENT] = {"path": request.path, "typed": typed}
    return redirect(f"{where}?{urlencode({'lanjut': request.path, 'habis': '1'})}")


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


def citizen_required(view: View) -> View:
    """Only for a signed-in citizen; others are sent to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        if actor is None or actor.kind != "citizen":
            return _to_sign_in(request, "/masuk/")
        return view(request, *args, **kwargs)

    return guarded


def staff_required(right: Right | None = None) -> Callable[[View], View]:
    """Only for staff, and where a right is named only for roles that have it.

    Staff without the right get the same answer as for a page that does not exist.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor | None = request.actor  # type: ignore[attr-defined]
            if actor is None or actor.kind != "staff":
                return _to_sign_in(request, "/petugas/masuk/")
            if right is not None and right not in actor.rights:
                raise NotFoundError("Halaman ini tidak ada untuk peran Anda.")
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def actor(request: HttpRequest) -> Actor:
    """The actor of a guarded view."""
    return request.actor  # type: ignore[attr-defined, no-any-return]


def account(request: HttpRequest) -> Account:
    """The account of a guarded view."""
    return request.user  # type: ignore[return-value]


def office(request: HttpRequest) -> Office:
    """The office of a staff view. Raises NotFoundError for an account without one."""
    found = account(request).office
    if found is None:
        raise NotFoundError()
    return found


def client_address(request: HttpRequest) -> str:
    """The address a request came from, for throttles. Headers that anybody can write are not read."""
    return str(request.META.get("REMOTE_ADDR", ""))
