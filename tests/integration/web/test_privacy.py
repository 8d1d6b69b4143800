"""Personal numbers: masked where there is no task, never in a log line or an address."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_started

from loket.audit.models import Entry
from loket.cases.models import Attachment, Case
from loket.core.identity import mask_number
from loket.delivery import actions
from loket.delivery.models import PrintTicket
from loket.offices.queries import actor_of
from loket.register.models import CivilRecord
from tests.journeys.town import Town
from tests.journeys.visitor import Official, Visitor, finish

PURPOSE = "warga menanyakan berkasnya di loket"


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
    paper = f"/petugas/berkas/{Attachment.objects.first().pk}/"
    assert informant.client.get(paper).headers["Content-Type"] == "text/html; charset=utf-8"
    assert informant.client.post(paper, {"purpose": PURPOSE}).headers["Content-Type"] == "image/jpeg"
    looks = Entry.objects.order_by("pk")[before:]
    assert [entry.actor for entry in looks] == [informant.account.ref] * 2
    assert {entry.subject for entry in looks} == {Case.objects.get().ref}
    assert looks[1].details == {"reason": PURPOSE, "stated": True}


def test_whole_numbers_for_a_purpose_once(town: Town) -> None:
    case = Visitor(town.citizen()).apply(town)
    informant, mother = Official(town.staff["petugas_informasi"]), town.people.mother.nik
    page = informant.send(f"/petugas{case}", {"purpose": f"  {PURPOSE} "}, part="/lengkap/")
    assert mother in page
    assert "Hanya sekali ini" in page
    assert "/selesai/" not in page
    look = Entry.objects.latest("pk")
    assert (look.action, look.subject, look.actor) == (
        "person.look",
        f"case:{case.split('/')[2]}",
        informant.account.ref,
    )
    assert look.details == {"reason": PURPOSE, "stated": True}
    assert mother not in informant.open(f"/petugas{case}")


@pytest.mark.parametrize(
    "purpose", ["", "mau tahu", "warga 6471 0150 8930 9001 di loket", "telepon 0812-0000-0001"]
)
def test_no_purpose_or_one_with_a_number_opens_nothing(town: Town, purpose: str) -> None:
    case = Visitor(town.citizen()).apply(town)
    informant = Official(town.staff["petugas_informasi"])
    page = informant.send(f"/petugas{case}", {"purpose": purpose}, part="/lengkap/", status=422)
    assert town.people.mother.nik not in page
    paper = f"/petugas/berkas/{Attachment.objects.first().pk}/"
    assert (
        informant.client.post(paper, {"purpose": purpose}).headers["Content-Type"]
        == "text/html; charset=utf-8"
    )
    assert [
        entry.details for entry in Entry.objects.filter(actor=informant.account.ref, action="person.look")
    ] == [{"reason": "melihat permohonan"}] * 2


def test_whoever_has_the_step_needs_no_purpose(town: Town) -> None:
    case = Visitor(town.citizen()).apply(town)
    loket = Official(town.staff["petugas_loket"])
    paper = f"/petugas/berkas/{Attachment.objects.first().pk}/"
    assert loket.client.get(paper).headers["Content-Type"] == "image/jpeg"
    assert f'<img src="{paper}"' in loket.open(f"/petugas{case}")
    loket.complete(case)
    assert loket.client.get(paper).headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<img" not in loket.open(f"/petugas{case}")


def test_the_book_is_whole_for_a_purpose_once(town: Town) -> None:
    finish(town, Visitor(town.citizen()).apply(town))
    head, child = Official(town.staff["kepala_dinas"]), CivilRecord.objects.get().resident.nik
    assert child not in head.open("/petugas/register/")
    assert child not in head.send("/petugas/register/", {"purpose": "x"}, part="/register/", status=422)
    assert child in head.send("/petugas/register/", {"purpose": PURPOSE}, part="/register/")
    assert Entry.objects.latest("pk").details == {"reason": PURPOSE, "stated": True}
    assert child not in head.open("/petugas/register/")


def test_a_ticket_closes_with_the_hand_over(town: Town) -> None:
    finish(town, Visitor(town.citizen()).apply(town))
    room, ticket = Official(town.staff["petugas_cetak"]), PrintTicket.objects.get()
    path = f"/petugas/ruang-cetak/{ticket.pk}/tiket.pdf"
    assert room.client.get(path).status_code == 200
    actions.mark_printed(ticket_id=ticket.pk, blanko="AB12345", by=actor_of(room.account))
    assert room.client.get(path).status_code == 200
    actions.hand_over(ticket_id=ticket.pk, received_by="SITI", by=actor_of(room.account))
    assert room.client.get(path).status_code == 409


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
