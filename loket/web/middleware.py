"""Headers, who is acting, and plain error pages."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from loket.core.errors import LoketError
from loket.offices.queries import actor_of
from loket.web.context import CSS_HASH
from loket.web.errors import error_page, not_a_page
from loket.web.receiving import TooMuchAtOnce, body_limit
from loket.web.sessions import end_if_too_old

GetResponse = Callable[[HttpRequest], HttpResponse]
NOT_ALLOWED = 405
_UNREADABLE = "Permintaan ini tidak dapat dibaca. Kembali dan coba lagi."
POLICY = "; ".join(
    [
        "default-src 'none'",
        f"style-src 'sha256-{CSS_HASH}'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


def security_headers(get_response: GetResponse) -> GetResponse:
    """A strict content policy on every answer that does not bring its own, and no caching of pages."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        # Also for answers made before Django's own middleware for this is reached.
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
        return response

    return middleware


def account(get_response: GetResponse) -> GetResponse:
    """Give the request its `actor` and begin its idle time anew; a closed account is signed out at once."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = None
        user = request.user
        if user.is_authenticated:
            request.session.renew()
            if not user.is_active or (user.is_demo and not settings.DEMO):
                logout(request)
            elif not end_if_too_old(request, user):
                request.actor = actor_of(user)
        return get_response(request)

    return middleware


def readable(get_response: GetResponse) -> GetResponse:
    """Refuse what no page of ours sends: bodies beyond every limit, and NUL, which no database text holds."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length, limit = request.META.get("CONTENT_LENGTH") or "0", body_limit(request)
        if not length.isdigit() or int(length) > limit:
            megabytes = limit // (1024 * 1024)
            return error_page(
                request, 413, f"Kiriman lebih besar dari {megabytes} MB. Kirim lebih sedikit berkas."
            )
        try:
            texts = [request.path, *request.GET.values()]
            if request.method == "POST":
                texts += [value for values in request.POST.lists() for value in values[1]]
        except (TooManyFilesSent, TooManyFieldsSent, RequestDataTooBig):
            return error_page(request, TooMuchAtOnce.status, TooMuchAtOnce().message)
        except (MultiPartParserError, UnreadablePostError):
            return error_page(request, 400, _UNREADABLE)
        if any("\0" in text for text in texts):
            return error_page(request, 400, _UNREADABLE)
        return get_response(request)

    return middleware


class plain_errors:  # noqa: N801 (a middleware with a hook has to be a class)
    """Turns an expected failure into a page with its sentence and its status code."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != NOT_ALLOWED or response.content:
            return response
        page = not_a_page(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django calls this when a view raised."""
        if isinstance(error, LoketError):
            return error_page(request, error.status, error.message)
        return None
