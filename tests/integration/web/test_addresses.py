"""Who may open each address, and that every unsafe one needs the form's own token."""

from typing import get_args

import pytest
from django.test import Client

from loket.core import clock
from loket.offices.actions import assign_role
from loket.offices.models import Account, Role
from loket.offices.rules import Right
from tests.integration.web.table import OPEN_TO, POSTS_ONLY, path_of, routes
from tests.journeys.town import Town

RIGHTS = get_args(Right)
VISITORS = ("anonymous", "citizen", "staff", *RIGHTS)
SIGN_IN = ("/masuk/?lanjut=", "/petugas/masuk/?lanjut=")
NOT_YOURS = "Halaman ini tidak ada untuk peran Anda."


def test_every_address_is_in_the_table() -> None:
    assert sorted(routes()) == sorted(OPEN_TO)
    assert set(OPEN_TO) >= POSTS_ONLY


@pytest.fixture
def accounts(town: Town) -> dict[str, Account | None]:
    """A citizen, an official without rights, and for each right one who has only that."""
    found: dict[str, Account | None] = {"anonymous": None, "citizen": town.citizen()}
    for name in ("staff", *RIGHTS):
        rights = [name] if name in RIGHTS else []
        role = Role.objects.create(office=town.office, slug=f"hanya-{name}", name=name, rights=rights)
        account = Account.objects.create(
            email=f"hanya-{name}@balikpapan.test",
            name=name,
            kind="staff",
            office=town.office,
            created_at=clock.now(),
        )
        assign_role(account=account, role=role, by="system")
        found[name] = account
    return found


def opens(route: str, account: Account | None) -> bool:
    """Whether the door opens: neither sent to sign in nor told that the page is not for this role."""
    client = Client()
    if account is not None:
        client.force_login(account)
    call = client.post if route in POSTS_ONLY else client.get
    response = call(path_of(route))
    sent_away = response.headers.get("Location", "").startswith(SIGN_IN)
    return not sent_away and NOT_YOURS not in response.content.decode(errors="replace")


def expected(who: str) -> set[str]:
    if who in ("anybody", "here"):
        return set(VISITORS)
    if who == "staff":
        return {"staff", *RIGHTS}
    return {who}


def test_each_address_opens_to_those_of_the_table(accounts: dict[str, Account | None]) -> None:
    found = {
        route: {name for name, account in accounts.items() if opens(route, account)} for route in OPEN_TO
    }
    assert found == {route: expected(who) for route, who in OPEN_TO.items()}


@pytest.mark.parametrize("route", [route for route, who in OPEN_TO.items() if who == "here"])
def test_the_demos_pages_answer_this_machine_only(town: Town, route: str) -> None:
    assert Client(REMOTE_ADDR="192.168.1.7").get(path_of(route)).status_code == 404


@pytest.mark.parametrize("route", OPEN_TO)
def test_no_address_takes_a_form_without_its_token(town: Town, route: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.staff["kepala_dinas"] if route.startswith("petugas/") else town.citizen())
    response = client.post(path_of(route), {"key": "0" * 32})
    assert response.status_code == 403
    assert "Formulir ini sudah tidak berlaku." in response.content.decode()


def test_addresses_that_take_forms_only_say_so(town: Town) -> None:
    client = Client()
    client.force_login(town.staff["petugas_loket"])
    response = client.get("/petugas/keluar/")
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert "Alamat ini hanya menerima formulir." in response.content.decode()


def test_one_office_needs_no_choice(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loket.web.public.views.pages.offices.all_offices", lambda: [town.office])
    response = Client().get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/kantor/balikpapan/")
