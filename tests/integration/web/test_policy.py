"""The table of access against the doors: everybody at every address, for own, foreign and absent things."""

import re
import uuid
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, get_args

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from loket.audit.models import Entry
from loket.offices.models import Account
from loket.offices.rules import Right
from loket.web.policy import POLICY, Row
from tests.integration.web.table import SAMPLES, path_of
from tests.integration.web.two_offices import ABSENT, Names, World, furnish
from tests.journeys.town import Town

RIGHTS = get_args(Right)
SIGN_IN = ("/masuk/?lanjut=", "/petugas/masuk/?lanjut=")
NOT_YOURS = "Halaman ini tidak ada untuk peran Anda."
LOOKS = ("person.look", "document.verify")
# What any form may ask for, so that a post goes as far as it can.
FORM = {
    "version": "1",
    "purpose": "alasan yang cukup",
    "reason": "alasan yang cukup",
    "step": "x",
    "do": "approve",
    "to": "x",
    "totp": "1",
    "blanko": "AB12345",
}
# Only lead back to the page with their form, whatever the address names.
LEADS_BACK = {
    ("GET", "kantor/<slug:office>/layanan/<slug:service>/<slug:variant>/mulai/"),
    ("GET", "petugas/ruang-cetak/<int:ticket_id>/"),
}
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


class Visit:
    """The sessions of everybody, and what a door answers them; nothing that they do stays."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cookies = {name: self._session(account) for name, account in world.people.items()}

    def _session(self, account: Account | None) -> str:
        client = Client()
        if account is not None:
            client.force_login(account)
        return client.cookies.output(header="", sep=";")

    def ask(self, person: str, route: str, method: str, names: Names) -> HttpResponse:
        client = Client()
        client.cookies = SimpleCookie(self.cookies[person])
        with transaction.atomic():
            if method == "POST":
                response = client.post(path_of(route, names), FORM | {"key": uuid.uuid4().hex})
            else:
                response = client.get(path_of(route, names))
            if response.streaming:
                response.content = response.getvalue()
            transaction.set_rollback(True)
        return response

    def answer(self, person: str, route: str, method: str, whose: str) -> str:
        """`sign in`, `no right`, `absent` (the very answer that a thing nobody has gets) or `open`."""
        names = self.world.names(route, whose)
        response = self.ask(person, route, method, names)
        if response.headers.get("Location", "").startswith(SIGN_IN):
            return "sign in"
        if NOT_YOURS in response.content.decode(errors="replace"):
            return "no right"
        nothing = self.ask(person, route, method, ABSENT)
        same = (response.status_code, bare(response, route, names)) == (404, bare(nothing, route, ABSENT))
        return "absent" if same and nothing.status_code == 404 else "open"


def bare(response: HttpResponse, route: str, names: Names) -> str:
    """The answer without what differs from one request to the next, and without the names in its address."""
    text = CSRF.sub("", response.content.decode(errors="replace").partition("<body")[2])
    for name in [str(value) for key, value in names.items() if f":{key}>" in route]:
        text = text.replace(f"/{name}/", "/*/").replace(f"/{name}.", "/*.")
    return text


def gate(row: Row, person: str) -> str:
    """What the row says of somebody before it is asked whose the thing is; empty where they come in."""
    if row.who in ("anybody", "here"):
        return ""
    kind = "citizen" if "citizen" in person else "anonymous" if person == "anonymous" else "staff"
    if kind != ("citizen" if row.who == "citizen" else "staff"):
        return "sign in"
    allowed = row.who in ("citizen", "staff", person) or person in (
        "staff with all rights",
        "staff elsewhere",
    )
    return "" if allowed else "no right"


def expected(row: Row, person: str, whose: str, *, leads_back: bool) -> str:
    """What the table promises."""
    if refused := gate(row, person):
        return refused
    if leads_back:
        return "open"
    if whose == "absent":
        return "absent" if row.of else "open"
    if row.of in ("", "published"):
        return "open"
    if row.of == "applicant":
        return "open" if (person, whose) == ("citizen", "own") else "absent"
    if row.of == "mine":
        return "open" if (person, whose) == ("staff with all rights", "own") else "absent"
    return "open" if (person == "staff elsewhere") == (whose == "foreign") else "absent"


@pytest.fixture
def visit(town: Town, tmp_path: Path, settings: Any) -> Visit:
    settings.DATA_DIR = tmp_path
    (tmp_path / "mailbox").mkdir()
    (tmp_path / "mailbox" / f"{SAMPLES['name']}.eml").write_text("Subject: uji\nTo: a@contoh.id\n\nisi\n")
    return Visit(furnish(town, RIGHTS))


def test_everybody_at_every_address(visit: Visit) -> None:
    """Each kind of person, each address and method, each of own, foreign and absent things."""
    found, wanted = {}, {}
    for route, row in POLICY.items():
        for method in row.methods.split():
            for person in visit.world.people:
                for whose in ("own", "foreign", "absent") if row.of and person not in RIGHTS else ("own",):
                    place = f"{method} {route} | {person} | {whose}"
                    found[place] = visit.answer(person, route, method, whose)
                    back = (method, route) in LEADS_BACK
                    wanted[place] = expected(row, person, whose, leads_back=back)
    assert len(found) > 700
    wrong = [f"{place}: {said}" for place, said in found.items() if said != wanted[place]]
    assert wrong == [], "\n".join(wrong)


def test_every_page_of_people_leaves_one_row_and_no_other_page_does(visit: Visit) -> None:
    found, wanted = {}, {}
    for route, row in POLICY.items():
        person = "citizen" if row.who == "citizen" else "staff with all rights"
        for method in {"GET", "POST"} if row.stated else {"GET"}:
            if method in row.methods:
                client = Client()
                client.cookies = SimpleCookie(visit.cookies[person])
                before = Entry.objects.count()
                path = path_of(route, visit.world.names(route, "own"))
                client.post(path, FORM) if method == "POST" else client.get(path)
                looks = [entry for entry in Entry.objects.order_by("pk")[before:] if entry.action in LOOKS]
                found[method, route] = [
                    entry.details.get("stated", False) for entry in looks if entry.subject
                ]
                shown = row.looks and (method == "POST" or not row.stated)
                wanted[method, route] = [row.stated] if shown else []
    assert found == wanted
