"""Demo pages for this machine only, and that every unsafe address needs the form's own token."""

import pytest
from django.test import Client

from tests.integration.web.table import OPEN_TO, path_of
from tests.journeys.town import Town


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
