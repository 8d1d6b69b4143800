"""The pages of the counter: their lists ask as often for thirty rows as for one, and what they refuse."""

import uuid

import pytest

from loket.audit.models import Entry
from loket.cases.models import Case, HandedPaper
from loket.core.codes import new_tracking_code
from tests.integration.web.test_query_counts import MANY, copies, queries
from tests.journeys.regency import START, Regency
from tests.journeys.visitor import Official


def more_cases(case: Case) -> None:
    copies(
        Case.objects.get(pk=case.pk),
        id=lambda n: uuid.uuid4(),
        tracking_code=lambda n: new_tracking_code(),
        create_key=lambda n: uuid.uuid4(),
        receipt_number=lambda n: f"X-{n}",
    )


def test_the_registration_book(regency: Regency) -> None:
    case = regency.registered()
    front = Official(regency.staff["front_office"])
    one = queries(front, "/petugas/buku-registrasi/")
    more_cases(case)
    assert queries(front, "/petugas/buku-registrasi/") == one
    assert f"{MANY} permohonan." in front.open("/petugas/buku-registrasi/")


def test_the_originals(regency: Regency) -> None:
    regency.registered()
    front = Official(regency.staff["front_office"])
    one = queries(front, "/petugas/berkas-asli/")
    copies(HandedPaper.objects.get(nature="original"))
    assert queries(front, "/petugas/berkas-asli/") == one
    assert f"{MANY} berkas" in front.open("/petugas/berkas-asli/")


@pytest.mark.parametrize("state", ["returned", "open"])
def test_the_first_page_of_the_counter(regency: Regency, state: str) -> None:
    case = regency.registered()
    moment = case.submitted_at
    Case.objects.update(state=state, returned_at=moment, step_kind="hand_over", stopped_at=moment)
    front = Official(regency.staff["front_office"])
    one = queries(front, "/petugas/loket/")
    more_cases(case)
    assert queries(front, "/petugas/loket/") == one


def test_the_receipt_is_printed_and_the_look_recorded(regency: Regency) -> None:
    case = regency.registered()
    front = Official(regency.staff["front_office"])
    answer = front.client.get(f"/petugas/permohonan/{case.pk}/resi.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    reasons = Entry.objects.filter(action="person.look", subject=case.ref).values_list("details", flat=True)
    assert [row["reason"] for row in reasons] == ["mencetak resi"]


def test_there_is_no_receipt_before_the_registration(regency: Regency) -> None:
    case = regency.registered()
    Case.objects.update(receipt_number=None)
    answer = Official(regency.staff["front_office"]).client.get(f"/petugas/permohonan/{case.pk}/resi.pdf")
    assert answer.status_code == 409
    assert "Resi baru dapat dicetak sesudah" in answer.content.decode()


def test_a_case_that_was_taken_in_is_not_written_any_more(regency: Regency) -> None:
    case = regency.registered()
    front = Official(regency.staff["front_office"])
    for page in ("", "isi/pemohon/", "pemohon/"):
        answer = front.client.get(f"/petugas/loket/{case.pk}/{page}")
        assert answer.status_code == 409


def test_a_service_that_does_not_exist(regency: Regency) -> None:
    front = Official(regency.staff["front_office"])
    assert front.client.get(START.replace("penerbitan/", "lain/")).status_code == 404


def test_nothing_chosen_is_said(regency: Regency) -> None:
    case = regency.registered()
    front = Official(regency.staff["front_office"])
    answer = front.client.post(f"/petugas/loket/{case.pk}/berkas/", {"papers": "tidak_ada"})
    assert answer.status_code == 400
    assert "Pilih paling sedikit satu berkas." in answer.content.decode()


def test_the_day_of_the_book_is_never_in_the_future(regency: Regency) -> None:
    front = Official(regency.staff["front_office"])
    for typed in ("2199-01-01", "kemarin"):
        assert "Hari berikutnya" not in front.open(f"/petugas/buku-registrasi/?tanggal={typed}")
