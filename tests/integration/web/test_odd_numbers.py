"""A form with an impossible NIK is kept, shown as such, and goes on after a supervisor's reason; one time."""

import pytest

from loket.audit.models import Entry
from loket.cases.models import Case
from loket.register.models import AcceptedNumber, CivilRecord
from tests.journeys.town import Town
from tests.journeys.visitor import Official, Visitor, text_of

# Month 13: the digits of a witness who is not in the register.
ODD = "6471013213900001"
WHY = "sesuai KTP-el asli yang ditunjukkan"


def pages(town: Town, nik: str = ODD) -> dict[str, dict[str, str]]:
    found = town.pages()
    found["saksi1"]["saksi1_nik"] = nik
    return found


def sent(town: Town, nik: str = ODD, email: str = "siti@contoh.id") -> str:
    """An application with this NIK of the first witness; gives its address."""
    visitor = Visitor(town.citizen(email))
    case = visitor.start()
    visitor.fill(case, pages(town, nik))
    page = visitor.open(f"{case}periksa/")
    assert ("tidak seperti biasanya" in page) == (nik == ODD)
    visitor.send(f"{case}periksa/", {})
    return case


def accept(official: Official, case: str, reason: str, field: str = "saksi1_nik") -> tuple[int, str]:
    data = {"field": field, "accept_reason": reason}
    answer = official.client.post(f"/petugas{case}nomor/", data)
    return answer.status_code, text_of(answer)


def test_what_has_not_sixteen_digits_is_no_nik_in_any_door(town: Town) -> None:
    visitor = Visitor(town.citizen())
    case = visitor.start()
    page = visitor.send(f"{case}isi/saksi1/", pages(town, "647101321390000")["saksi1"], status=422)
    assert "16 angka" in page


def test_it_is_kept_and_waits_for_a_supervisors_reason(town: Town) -> None:
    case = sent(town)
    clerk, head = Official(town.staff["petugas_loket"]), Official(town.staff["kepala_dinas"])
    page = clerk.complete(case, status=409)
    assert ("Data saksi I, NIK:" in page, "Menunggu alasan dari atasan" in page) == (True, True)
    assert Case.objects.get().step == "verifikasi"
    assert CivilRecord.objects.count() == 0
    # Only who has the right gives it, and only with words.
    assert accept(clerk, case, WHY)[0] == 404
    status, page = accept(head, case, "ya")
    assert (status, "paling sedikit 10 huruf" in page) == (422, True)
    assert accept(head, case, WHY, field="saksi2_nik")[0] == 404
    assert accept(head, case, WHY)[0] == 302
    row = AcceptedNumber.objects.get()
    assert (row.number, row.reason, row.by, row.source) == (
        ODD,
        WHY,
        f"account:{head.account.pk}",
        Case.objects.get().ref,
    )
    entry = Entry.objects.get(action="register.accept_number")
    assert (ODD in str(entry.details), entry.subject) == (False, row.source)
    assert WHY in clerk.open(f"/petugas{case}")
    clerk.complete(case)
    Official(town.staff["operator_perubahan"]).complete(case)
    assert CivilRecord.objects.count() == 1


def test_the_reason_is_given_once_for_all_later_forms(town: Town) -> None:
    accept(Official(town.staff["kepala_dinas"]), sent(town), WHY)
    later = Visitor(town.citizen("lain@contoh.id"))
    case = later.start()
    found = pages(town)
    found["anak"]["anak_nama"] = "Kembar Santoso"
    later.fill(case, found)
    assert "tidak seperti biasanya" not in later.open(f"{case}periksa/")


@pytest.mark.parametrize(
    ("nik", "words"),
    [
        ("9901011503900001", "Kode provinsi pada NIK tidak dikenal."),
        ("6471011503900000", "Nomor urut 0000 tidak pernah diterbitkan."),
    ],
)
def test_what_is_only_odd_is_shown_to_officials_and_stops_nobody(town: Town, nik: str, words: str) -> None:
    case, clerk = sent(town, nik=nik), Official(town.staff["petugas_loket"])
    assert words in clerk.open(f"/petugas{case}")
    clerk.complete(case)
    Official(town.staff["operator_perubahan"]).complete(case)
    assert CivilRecord.objects.count() == 1
