"""The standard of a service as papers, for everybody."""

import re

import pytest
from django.test import Client

from loket.cases.queries import today
from loket.catalogue import queries
from loket.catalogue.queries import definition, in_force
from loket.documents.standards import FORMS
from loket.offices.queries import definition as office_file
from tests.journeys.town import Town

SERVICE = "/kantor/balikpapan/layanan/akta-kelahiran/"


@pytest.mark.parametrize(("name", "form"), [("standar.pdf", "pdf"), ("sop.pdf", "sop")])
def test_anybody_may_take_the_papers_of_what_is_in_force(town: Town, name: str, form: str) -> None:
    revision = in_force(town.office, "akta-kelahiran", today(town.office))
    answer = Client().get(SERVICE + name)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'inline; filename="balikpapan-akta-kelahiran-{form}.pdf"'
    assert answer.content == FORMS[form].make(definition(revision), office_file(town.office))


def test_the_page_of_a_service_leads_to_them(town: Town) -> None:
    page = Client().get(SERVICE).content.decode()
    assert re.findall(r'href="([^"]+\.pdf)"', page) == [f"{SERVICE}standar.pdf", f"{SERVICE}sop.pdf"]


@pytest.mark.parametrize("name", ["standar.pdf", "sop.pdf"])
def test_there_are_none_of_a_service_that_is_not_published(town: Town, name: str) -> None:
    assert Client().get(f"/kantor/balikpapan/layanan/tidak-ada/{name}").status_code == 404
    assert Client().get(f"/kantor/tidak-ada/layanan/akta-kelahiran/{name}").status_code == 404


@pytest.mark.parametrize("name", ["", "standar.pdf", "sop.pdf"])
def test_an_internal_sop_is_for_the_office_alone(
    town: Town, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    revision = in_force(town.office, "akta-kelahiran", today(town.office))
    internal = definition(revision).model_copy(update={"internal": True})
    monkeypatch.setitem(queries._PARSED, revision.content_hash, internal)
    assert Client().get(SERVICE + name).status_code == 404
