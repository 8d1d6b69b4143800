"""The pages of stop reasons and special hours."""

import re

import pytest

from loket.cases.models import ClockStop
from loket.core import clock
from loket.core.actors import SYSTEM
from loket.offices.actions import assign_role
from loket.offices.models import Account, Role, SpecialHours
from tests.journeys.town import Town
from tests.journeys.visitor import CONFLICT, OK, UNPROCESSABLE, Official, Visitor

STOPS, SPECIAL = "/petugas/waktu-berhenti/", "/petugas/hari-libur/jam-khusus/"
WEEK = dict.fromkeys(("senin", "selasa", "rabu", "kamis"), "08.00-15.00") | {
    "jumat": "08.00-11.00, 11.30-15.30"
}


@pytest.fixture
def loket(town: Town) -> Official:
    return Official(town.staff["petugas_loket"])


def section_head(town: Town) -> Official:
    """Somebody of the office with nothing but the right to decide."""
    account = Account.objects.create(
        email="kasi@uji.test", name="KASI", kind="staff", office=town.office, created_at=clock.now()
    )
    role = Role.objects.create(office=town.office, slug="kasi-uji", name="Kasi", rights=["stop_clock"])
    assign_role(account=account, role=role, by=SYSTEM)
    return Official(account)


def test_a_stop_of_the_office_from_asking_to_its_end(town: Town, loket: Official) -> None:
    siti = Visitor(town.citizen())
    case = siti.apply(town)
    code = re.search(r'class="code">([^<]+)<', siti.open(case))[1]
    page = loket.send(STOPS, {"stop_reason": "siak_terganggu", "stop_service": "", "reason": "Sejak pagi"})
    assert "menunggu keputusan orang lain" in page
    assert "Sejak pagi" in page
    assert "Setujui" not in page
    assert "waktu berhenti" not in loket.open("/petugas/").lower().replace(">waktu berhenti<", "><")
    head = section_head(town)
    stop = ClockStop.objects.get()
    page = head.send(STOPS, {"since": "asked"}, part=f"{STOPS}{stop.pk}/")
    assert "Sedang berhenti" in page
    assert "waktu berhenti: SIAK atau jaringannya terganggu" in loket.open("/petugas/")
    assert "Waktu pelayanan berhenti" in loket.open(f"/petugas{case}")
    for path in (case, f"/lacak/?kode={code}"):
        assert "Waktu pelayanan berhenti sementara" in siti.open(path)
    page = head.send(STOPS, {}, part=f"{STOPS}{stop.pk}/")
    assert "Semua waktu pelayanan berjalan." in page
    assert "Terakhir dihitung ulang" in page
    assert "Waktu pelayanan berhenti sementara" not in siti.open(case)


def test_a_stop_of_one_case_is_asked_for_on_its_page(town: Town, loket: Official) -> None:
    case = Visitor(town.citizen()).apply(town)
    ask = "/waktu-berhenti/"
    page = loket.send(f"/petugas{case}", {"stop_reason": ""}, part=ask, status=400)
    assert "Pilih salah satu alasan dari daftar." in page
    page = loket.send(f"/petugas{case}", {"stop_reason": "adjudikasi", "reason": "Ganda"}, part=ask)
    assert "Diminta agar waktu berhenti" in page
    assert "Minta waktu berhenti" not in page
    head, stop = section_head(town), ClockStop.objects.get()
    page = head.open(STOPS)
    refuse = {"do": "refuse", "refused_reason": ""}
    page = head.client.post(f"{STOPS}{stop.pk}/", refuse)
    assert page.status_code == 400
    assert f'aria-describedby="e-r-{stop.pk}"' in page.content.decode()
    head.client.post(f"{STOPS}{stop.pk}/", refuse | {"refused_reason": "Tidak perlu"})
    assert "Ditolak: Tidak perlu" in loket.open(STOPS)
    again = head.client.post(f"{STOPS}{stop.pk}/", {"do": "approve"})
    assert again.status_code == CONFLICT
    assert head.client.post(f"{STOPS}{stop.pk}/", {"do": "lain"}).status_code == 404


def test_the_applicant_reads_nothing_that_officials_wrote_to_each_other(town: Town, loket: Official) -> None:
    siti = Visitor(town.citizen())
    case = siti.apply(town)
    loket.send(f"/petugas{case}", {"stop_reason": "adjudikasi", "reason": "RAHASIA"}, part="/waktu-berhenti/")
    head, stop = section_head(town), ClockStop.objects.get()
    head.client.post(f"{STOPS}{stop.pk}/", {"do": "approve", "since": "now"})
    page = siti.open(case)
    assert "Menunggu hasil adjudikasi data biometrik" in page
    assert "RAHASIA" not in page
    assert "Diminta agar" not in page


def test_special_hours_are_counted_before_they_are_saved(town: Town) -> None:
    admin = Official(town.staff["admin_kantor"])
    year = clock.now().year + 1
    given = {"name": "Ramadan", "first": f"08-02-{year}", "last": f"09-03-{year}", **WEEK, "do": "preview"}
    page = admin.send(SPECIAL, given)
    assert "Belum disimpan. 0 tenggat permohonan akan berubah." in page
    assert not SpecialHours.objects.exists()
    page = admin.send(SPECIAL, given | {"do": "save"})
    assert "Jam khusus dicatat; 0 tenggat permohonan berubah." in page
    kept = SpecialHours.objects.get()
    assert kept.hours["jumat"] == ["08.00-11.00", "11.30-15.30"]
    page = admin.send(SPECIAL, given | {"do": "save", "first": f"09-03-{year}"}, status=CONFLICT)
    assert "sudah ada jam khusus lain" in page
    assert "Hapus Ramadan?" in admin.open(f"{SPECIAL}?hapus={kept.pk}")
    page = admin.send(f"{SPECIAL}?hapus={kept.pk}", {}, part="/hapus/", status=OK)
    assert "Jam khusus dihapus" in page
    assert not SpecialHours.objects.exists()


WRONG = [
    ({"name": " "}, "name"),
    ({"first": "kemarin"}, "first"),
    ({"last": "01-01-2020"}, "last"),
    ({"rabu": "08.00-12.00, 11.00-15.00"}, "rabu"),
    ({"rabu": "8 sampai 12"}, "rabu"),
    (dict.fromkeys(WEEK, ""), "senin"),
    ({"last": "31-12-2027", "first": "01-01-2027"}, "last"),
]


def test_what_is_wrong_with_special_hours_stands_at_its_field(town: Town) -> None:
    admin, found = Official(town.staff["admin_kantor"]), []
    given = {"name": "Ramadan", "first": "08-02-2027", "last": "09-03-2027", **WEEK, "do": "save"}
    for change, _ in WRONG:
        page = admin.send(SPECIAL, given | change, status=UNPROCESSABLE)
        found.append(re.findall(r'id="f-([a-z]+)"[^>]*aria-invalid="true"', page))
    assert found == [[field] for _, field in WRONG]
    assert not SpecialHours.objects.exists()
