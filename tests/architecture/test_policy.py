"""Every address has its row in the table of access, and its view's guard says the same."""

from collections import Counter

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve

from loket.web.policy import POLICY, methods_of, policy
from tests.integration.web.table import path_of, patterns, routes


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert Counter(routes()) == Counter(POLICY.keys())


def test_the_guard_of_each_view_is_the_one_of_the_table() -> None:
    guards = {route: getattr(pattern.callback, "who", "anybody") for route, pattern in patterns()}
    assert guards == {route: row.who for route, row in POLICY.items()}


def test_what_names_a_thing_says_whose_it_is() -> None:
    named = {
        route
        for route in POLICY
        if any(f"<{kind}:" in route for kind in ("uuid", "int"))
        or "document_id" in route
        or "office" in route
        or "<slug:service>" in route
    }
    assert {route for route, row in POLICY.items() if row.of} == named


def test_pages_of_people_are_never_open_to_anybody_but_the_check_of_documents() -> None:
    open_looks = {route for route, row in POLICY.items() if row.looks and row.who in ("anybody", "here")}
    assert open_looks == {"v/<str:document_id>/", "v/<str:document_id>"}


def test_methods_are_known_and_every_address_can_be_written_out() -> None:
    assert {method for row in POLICY.values() for method in methods_of(row)} == {"GET", "HEAD", "POST"}
    assert [route for route in POLICY if "<" in path_of(route)] == []


def test_an_address_without_a_row_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(POLICY, "v/")
    assert Client().get("/v/").status_code == 404


@pytest.mark.parametrize("route", POLICY)
def test_other_methods_are_refused(route: str) -> None:
    request = RequestFactory().generic("PUT", path_of(route))
    request.resolver_match = resolve(path_of(route))
    answers = {}
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        request.method = method
        answer = policy(lambda inner: None).process_view(request, None)
        answers[method] = 200 if answer is None else answer.status_code
    taken = methods_of(POLICY[route])
    assert answers == {method: 200 if method in taken else 405 for method in answers}
