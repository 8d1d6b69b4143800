"""Every address with something to fill in for its parts. Who may open it stands in `loket.web.policy`."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from loket.web.policy import POLICY

CASE = "00000000-0000-4000-8000-000000000000"
SAMPLES: dict[str, Any] = {
    "office": "balikpapan",
    "service": "akta-kelahiran",
    "variant": "kelahiran-wni",
    "case_id": CASE,
    "batch_id": CASE,
    "part": "anak",
    "requirement": "ktp_saksi",
    "attachment_id": 1,
    "ticket_id": 1,
    "intent_id": 1,
    "holiday_id": 1,
    "special_id": 1,
    "stop_id": 1,
    "account_id": 1,
    "pack_id": 1,
    "change_id": 1,
    "mandate_id": 1,
    "record_id": 1,
    "resident_id": 1,
    "line_id": 1,
    "close_id": 1,
    "request_id": 1,
    "list_id": 1,
    "listed_id": 1,
    "letter_id": 1,
    "other_id": 2,
    "merge_id": 1,
    "file_id": 1,
    "form": "csv",
    "document_id": "0" * 26,
    "name": "20260101",
    "day": "2026-08-17",
}
# As the tests of one address after another want the table (`loket.web.policy` is the table itself).
OPEN_TO = {route: row.who for route, row in POLICY.items()}


def routes() -> list[str]:
    """Every route that the resolver knows."""
    return [route for route, _ in patterns()]


def patterns() -> list[tuple[str, URLPattern]]:
    """Every route with its pattern, which knows the view."""
    return list(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for item in resolver.url_patterns:
        route = before + str(item.pattern)
        if isinstance(item, URLPattern):
            yield route, item
        else:
            yield from _walk(item, route)


def path_of(route: str, names: dict[str, Any] | None = None) -> str:
    """An address of a route, with these names; without, with names of things that do not exist."""
    path = route
    for name, value in (SAMPLES if names is None else names).items():
        for kind in ("str", "slug", "uuid", "int"):
            path = path.replace(f"<{kind}:{name}>", str(value))
    return f"/{path}"
