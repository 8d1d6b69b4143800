"""Personal numbers: masked where there is no task, never in a log line or an address."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_started

from loket.audit.models import Entry
from loket.cases.models import Attachment, Case
from loket.core.identity import mask_number
from tests.journeys.town import Town
from tests.journeys.visitor import Official, Visitor, finish


@pytest.fixture
def addresses() -> Iterator[list[str]]:
    """Every address that is asked for."""
    seen: list[str] = []

    def note(environ: dict[str, Any], **more: Any) -> None:
        seen.append(f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}")

    request_started.connect(note)
    yield seen
    request_started.disconnect(note)


def numbers(town: Town) -> list[str]:
    people = [town.people.father, town.people.mother, *town.people.witnesses]
    return [person.nik for person in people] + [town.people.family_number]


def test_numbers_are_whole_only_for_whoever_has_the_step(town: Town) -> None:
    case = Visitor(town.citizen()).apply(town)
    mother = town.people.mother.nik
    whole = {
        role: mother in Official(account).open(f"/petugas{case}") for role, account in town.staff.items()
    }
    assert whole == {role: role == "petugas_loket" for role in town.staff}
    assert mask_number(mother) in Official(town.staff["petugas_informasi"]).open(f"/petugas{case}")
    Official(town.staff["petugas_loket"]).complete(case)
    assert mother not in Official(town.staff["petugas_loket"]).open(f"/petugas{case}")
    assert mother in Official(town.staff["operator_perubahan"]).open(f"/petugas{case}")


def test_lists_and_books_are_masked(town: Town) -> None:
    finish(town, Visitor(town.citizen()).apply(town))
    head = Official(town.staff["kepala_dinas"])
    for path in ("/petugas/permohonan/", "/petugas/register/", "/petugas/tanda-tangan/"):
        page = head.open(path)
        assert not [number for number in numbers(town) if number in page]


def test_every_look_is_in_the_journal(town: Town) -> None:
    case = Visitor(town.citizen()).apply(town)
    informant = Official(town.staff["petugas_informasi"])
    before = Entry.objects.count()
    informant.open(f"/petugas{case}")
    informant.client.get(f"/petugas/berkas/{Attachment.objects.first().pk}/")
    looks = Entry.objects.order_by("pk")[before:]
    assert [entry.actor for entry in looks] == [informant.account.ref] * 2
    assert {entry.subject for entry in looks} == {Case.objects.get().ref}


def test_no_number_in_logs_or_addresses(
    town: Town, addresses: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    siti = Visitor(town.citizen())
    case = siti.start()
    pages = town.pages()
    siti.send(f"{case}isi/ibu/", {**pages["ibu"], "ibu_tanggal_lahir": "salah"}, status=422)
    siti.fill(case, pages)
    siti.send(f"{case}periksa/", {})
    finish(town, case)
    Visitor().client.post("/v/", {"nomor": town.people.family_number})
    Visitor().client.get("/tidak-ada/")
    assert "/tidak-ada/" in caplog.text
    assert len(addresses) > 30
    assert not [number for number in numbers(town) if number in caplog.text or number in str(addresses)]


def test_no_number_in_mail(town: Town) -> None:
    finish(town, Visitor(town.citizen()).apply(town))
    town.work()
    texts = [f"{mail['Subject']} {mail.get_body(('plain',)).get_content()}" for mail in town.mails]
    assert len(texts) == 2
    assert not [number for number in numbers(town) if number in str(texts)]
