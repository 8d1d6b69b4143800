"""The pages for a day on paper: the kit before it, drafts from its resi after it, what the public reads."""

import uuid
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from loket.audit.models import Entry
from loket.cases import actions
from loket.cases.actions import reserve_pack
from loket.cases.models import Case, PaperPack, PaperReceipt
from loket.cases.queries import papers_missing, variant_of
from loket.core import clock
from loket.offices.queries import actor_of, zone
from loket.web.forms import parts_of, typed_answers
from tests.integration.web.test_query_counts import queries
from tests.journeys.regency import START, Regency
from tests.journeys.visitor import Official

KIT = "/petugas/loket/kertas/"


@pytest.fixture
def front(regency: Regency) -> Official:
    return Official(regency.staff["front_office"])


@pytest.fixture
def pack(regency: Regency) -> PaperPack:
    """Printed an hour ago."""
    found = reserve_pack(office=regency.office, count=3, by="account:1")
    PaperPack.objects.update(printed_at=clock.now() - timedelta(hours=1))
    return found


def on_paper(regency: Regency, pack: PaperPack, **changes: str) -> dict[str, str]:
    """What the page for a new application gets."""
    at = (clock.now() - timedelta(minutes=30)).astimezone(zone(regency.office))
    return {
        "key": uuid.uuid4().hex,
        "applicant_name": "Ramli Hasan",
        "number": pack.first,
        "received_date": f"{at:%d-%m-%Y}",
        "received_time": f"{at:%H.%M}",
        "registered": "yes",
    } | changes


def reserve(front: Official, count: str, key: str = "") -> Any:
    return front.client.post(KIT, {"count": count, "key": key or uuid.uuid4().hex})


def begun(front: Official, regency: Regency, pack: PaperPack, **changes: str) -> Case:
    answer = front.client.post(START, on_paper(regency, pack, **changes))
    assert answer.status_code == 302
    return Case.objects.get(pk=answer["Location"].split("/")[3])


def filled(front: Official, regency: Regency, pack: PaperPack, **changes: str) -> Case:
    case, by = begun(front, regency, pack, **changes), actor_of(regency.staff["front_office"])
    for part in parts_of(variant_of(case)):
        actions.save_answers(case_id=case.pk, values=typed_answers(part, regency.pages()[part.part]), by=by)
    return Case.objects.get(pk=case.pk)


def note_papers(regency: Regency, case: Case) -> None:
    papers = [actions.Handed(item.nature or "copy", item.key) for item in papers_missing(case)]
    actions.receive_papers(case_id=case.pk, papers=papers, by=actor_of(regency.staff["front_office"]))


# The kit


def test_a_block_is_reserved_once_and_printed(front: Official) -> None:
    key = uuid.uuid4().hex
    for _ in range(2):
        assert reserve(front, "2", key).status_code == 302
    pack = PaperPack.objects.get()
    assert (pack.count, pack.printed_by) == (2, front.account.ref)
    assert "belum dicetak" in front.open(KIT)
    answer = front.client.post(f"{KIT}{pack.pk}/resi.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    page = front.open(KIT)
    assert ("dicetak 1 kali" in page, "Cetak ulang" in page, "0 dari 2" in page) == (True, True, True)
    assert Entry.objects.get(action="paper.print").actor == front.account.ref


def test_how_many_resi_are_made_at_once(front: Official) -> None:
    for count in ("", "0", "201", "-1", "dua", "9999999"):
        answer = reserve(front, count)
        assert answer.status_code == 400
        assert "Tulis jumlah resi dari 1 sampai 200." in answer.content.decode()
    assert PaperPack.objects.count() == 0


def test_a_used_up_block_is_not_printed(front: Official, regency: Regency) -> None:
    pack = reserve_pack(office=regency.office, count=1, by="cli")
    PaperPack.objects.update(printed_at=clock.now() - timedelta(hours=1))
    begun(front, regency, pack)
    assert "Habis" in front.open(KIT)
    answer = front.client.post(f"{KIT}{pack.pk}/resi.pdf")
    assert (answer.status_code, PaperPack.objects.get().printings) == (409, 0)


def test_the_forms(front: Official) -> None:
    for page in ("", "?layanan=penerbitan-kk&jenis=penerbitan"):
        answer = front.client.get(f"{KIT}formulir.pdf{page}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        pages = [sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(answer.content)]
        # The table of the family's members has its headings.
        assert len([text for text in pages if "Hubungan dalam keluarga" in text]) == 1
    for page in ("?layanan=penerbitan-kk&jenis=lain", "?layanan=lain&jenis=penerbitan"):
        assert front.client.get(f"{KIT}formulir.pdf{page}").status_code == 404


def test_the_list_asks_as_often_for_many_blocks_as_for_one(front: Official, regency: Regency) -> None:
    reserve_pack(office=regency.office, count=3, by="cli")
    one = queries(front, KIT)
    for _ in range(20):
        reserve_pack(office=regency.office, count=3, by="cli")
    assert queries(front, KIT) == one
    assert front.open(KIT).count("0 dari 3") == 21


# Entering


def test_from_the_resi_to_the_case(front: Official, regency: Regency, pack: PaperPack) -> None:
    case = filled(front, regency, pack)
    page = front.open(f"/petugas/loket/{case.pk}/")
    assert (pack.first in page, "catat dahulu semuanya" in page) == (True, True)
    early = front.client.post(f"/petugas/loket/{case.pk}/", {"key": uuid.uuid4().hex})
    assert (early.status_code, "Berkas belum lengkap" in early.content.decode()) == (409, True)
    note_papers(regency, case)
    sent = front.client.post(f"/petugas/loket/{case.pk}/", {"key": uuid.uuid4().hex}, follow=True)
    page = sent.content.decode()
    assert f"Permohonan masuk dengan nomor resi kertas {pack.first}." in page
    assert page.count("Dikerjakan di atas kertas") == 2
    assert "Dimasukkan dari resi kertas" in page
    case.refresh_from_db()
    assert (case.step_kind, case.receipt_number) == ("enter_data", pack.first)
    day = case.registered_at.astimezone(zone(case.office)).date()  # yesterday's, shortly after midnight
    assert pack.first in front.open(f"/petugas/buku-registrasi/?tanggal={day.isoformat()}")
    assert (
        front.client.get(f"/petugas/loket/?resi={pack.first}")["Location"]
        == f"/petugas/permohonan/{case.pk}/"
    )


REFUSALS: list[tuple[dict[str, str], int, str]] = [
    ({"number": "12"}, 400, "Nomor resi kertas terdiri atas huruf K dan 13 angka"),
    ({"number": ""}, 400, "Nomor resi kertas terdiri atas huruf K dan 13 angka"),
    ({"number": "K9911-0001-001-09"}, 404, "milik kantor lain"),
    ({"received_date": ""}, 400, "Tanggal diterima"),
    ({"received_time": "25.99"}, 400, "Jam diterima"),
    ({"received_date": "01-01-2020"}, 400, "terlalu lama yang lalu"),
    ({"received_date": "01-01-2099"}, 400, "tidak boleh di masa depan"),
    ({"registered": ""}, 400, "Pilih apakah berkasnya sudah didaftarkan di atas kertas."),
    ({"registered_date": "01-01-2099", "registered_time": "10.00"}, 400, "Waktu pendaftaran tidak boleh"),
    ({"registered_time": "10.00"}, 400, "Tanggal didaftarkan"),
]


def test_what_is_refused_keeps_what_was_typed(front: Official, regency: Regency, pack: PaperPack) -> None:
    for changes, status, sentence in REFUSALS:
        answer = front.client.post(START, on_paper(regency, pack, **changes))
        page = answer.content.decode()
        assert (changes, answer.status_code, sentence in page) == (changes, status, True)
        assert ('value="Ramli Hasan"' in page, "<details open>" in page) == (True, True)
    assert Case.objects.count() == 0


def test_a_used_resi(front: Official, regency: Regency, pack: PaperPack) -> None:
    begun(front, regency, pack)
    answer = front.client.post(START, on_paper(regency, pack))
    assert (answer.status_code, "sudah dipakai" in answer.content.decode()) == (409, True)


def test_the_resi_of_a_draft_is_corrected_and_taken_away(
    front: Official, regency: Regency, pack: PaperPack
) -> None:
    case = begun(front, regency, pack)
    page = f"/petugas/loket/{case.pk}/kertas/"
    assert f'value="{pack.first}"' in front.open(page)
    answer = front.client.post(page, on_paper(regency, pack, number=pack.last, registered="no"))
    assert answer["Location"] == f"/petugas/loket/{case.pk}/"
    bound = PaperReceipt.objects.get(used_by_case=case)
    assert (bound.number, bound.registered_at) == (pack.last, None)
    wrong = front.client.post(page, on_paper(regency, pack, number="12"))
    assert (wrong.status_code, 'value="12"' in wrong.content.decode()) == (400, True)
    front.client.post(page, {"do": "drop"})
    assert PaperReceipt.objects.filter(used_by_case__isnull=False).count() == 0


def test_the_desk_leads_from_a_resi_to_its_draft(front: Official, regency: Regency, pack: PaperPack) -> None:
    page = front.open(f"/petugas/loket/?resi={pack.first.lower()}")
    assert ("belum dimasukkan ke sistem" in page, f"{START}?kertas={pack.first}" in page) == (True, True)
    assert f'value="{pack.first}"' in front.open(f"{START}?kertas={pack.first}")
    case = begun(front, regency, pack)
    found = front.client.get("/petugas/loket/", {"resi": pack.first})
    assert found["Location"] == f"/petugas/loket/{case.pk}/"


def test_a_resi_costs_the_draft_page_only_the_hours(
    front: Official, regency: Regency, pack: PaperPack
) -> None:
    case = begun(front, regency, pack)
    with_resi = queries(front, f"/petugas/loket/{case.pk}/")
    front.client.post(f"/petugas/loket/{case.pk}/kertas/", {"do": "drop"})
    without = queries(front, f"/petugas/loket/{case.pk}/")
    assert with_resi - without == 1  # the calendar: whether the office was open then


# The public


def test_a_printed_code_waits_to_be_entered(front: Official, regency: Regency, pack: PaperPack) -> None:
    code = pack.receipts.order_by("number").first().tracking_code
    waiting = "Diterima di atas kertas, belum dimasukkan ke sistem"
    visitor = Client()
    answer = visitor.get("/lacak/", {"kode": code})
    assert (answer.status_code, waiting in answer.content.decode()) == (200, True)
    case = filled(front, regency, pack)
    page = visitor.get("/lacak/", {"kode": code}).content.decode()
    assert (waiting in page, "RAMLI" in page) == (True, False)
    note_papers(regency, case)
    front.client.post(f"/petugas/loket/{case.pk}/", {"key": uuid.uuid4().hex})
    page = visitor.get("/lacak/", {"kode": code}).content.decode()
    assert (waiting in page, "Dimasukkan dari resi kertas" in page, "RAMLI" in page) == (False, True, False)
    assert f"resi {pack.first}; dimasukkan ke sistem kemudian." in page


def test_an_unknown_code_stays_unknown(pack: PaperPack) -> None:
    assert Client().get("/lacak/", {"kode": "7KQ2-M4XD-9RTB-3HWP"}).status_code == 404
