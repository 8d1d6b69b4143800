"""Sessions: new at sign-in, dead after sign-out, over at once for a closed account, over when idle."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.utils import timezone

from loket.offices.models import Account
from loket.web.guards import safe_next
from loket.web.public.views import account as sign_in_views
from loket.web.public.views import pages
from tests.journeys.town import PASSPHRASE, PASSWORD, Town
from tests.journeys.visitor import Official, Visitor, text_of

COOKIE = settings.SESSION_COOKIE_NAME


def ask_code(town: Town, client: Client, email: str, **more: str) -> str:
    assert client.post("/masuk/", {"email": email, **more}).status_code == 302
    return re.search(r"\d{6}", town.newest_mail(email).get_content())[0]


def sign_in_staff(town: Town, client: Client, role: str = "petugas_loket", **more: str):
    credentials = {"email": town.staff[role].email, "password": PASSWORD, **more}
    return client.post("/petugas/masuk/", credentials)


@pytest.mark.parametrize(
    "wanted",
    [
        "//jahat.example/",
        "///jahat.example/",
        "https://jahat.example/",
        "https:jahat.example",
        "http:///jahat.example",
        "/\\jahat.example",
        "\\\\jahat.example",
        "/\t/jahat.example",
        "javascript:alert(1)",
        "jahat.example",
        "",
    ],
)
def test_no_way_on_to_another_site(town: Town, wanted: str) -> None:
    request = RequestFactory().get("/masuk/", {"lanjut": wanted})
    assert safe_next(request, "/riwayat/") == "/riwayat/"
    answer = sign_in_staff(town, Client(), lanjut=wanted)
    assert answer.headers["Location"] == "/petugas/"


def test_the_way_on_is_kept(town: Town) -> None:
    answer = Client().get("/petugas/permohonan/?keadaan=open")
    assert answer.headers["Location"] == "/petugas/masuk/?lanjut=%2Fpetugas%2Fpermohonan%2F%3Fkeadaan%3Dopen"
    answer = sign_in_staff(town, Client(), lanjut="/petugas/permohonan/?keadaan=open")
    assert answer.headers["Location"] == "/petugas/permohonan/?keadaan=open"


def test_signing_in_makes_a_new_session(town: Town) -> None:
    client = Client()
    code = ask_code(town, client, "siti@contoh.id", name="Siti")
    before = client.cookies[COOKIE].value
    client.post("/masuk/kode/", {"code": code})
    after = client.cookies[COOKIE].value
    assert before != after
    assert not Session.objects.filter(session_key=before).exists()
    staff = Client()
    staff.cookies[COOKIE] = "dibuat-orang-lain"
    sign_in_staff(town, staff)
    assert staff.cookies[COOKIE].value != "dibuat-orang-lain"
    assert staff.cookies[COOKIE]["httponly"]
    assert staff.cookies[COOKIE]["samesite"] == "Lax"


@pytest.mark.parametrize(("role", "way_out", "page"), [("petugas_loket", "/petugas/keluar/", "/petugas/")])
def test_signing_out_ends_the_session_on_the_server(town: Town, role: str, way_out: str, page: str) -> None:
    official = Official(town.staff[role])
    stolen = official.client.cookies[COOKIE].value
    official.client.post(way_out)
    thief = Client()
    thief.cookies[COOKIE] = stolen
    assert thief.get(page).status_code == 302


def test_citizens_sign_out(town: Town) -> None:
    siti = Visitor(town.citizen())
    stolen = siti.client.cookies[COOKIE].value
    assert "Anda sudah keluar." in text_of(siti.client.post("/keluar/", follow=True))
    assert not Session.objects.filter(session_key=stolen).exists()


def test_a_closed_account_is_out_at_once(town: Town) -> None:
    official = Official(town.staff["petugas_loket"])
    official.open("/petugas/")
    Account.objects.filter(pk=official.account.pk).update(is_active=False)
    assert official.client.get("/petugas/").status_code == 302
    assert sign_in_staff(town, Client()).status_code == 400


@pytest.mark.parametrize(("kind", "minutes"), [("staff", 15), ("citizen", 60)])
def test_an_idle_session_ends(town: Town, kind: str, minutes: int) -> None:
    client = Client()
    if kind == "staff":
        sign_in_staff(town, client)
        page = "/petugas/"
    else:
        client.post("/masuk/kode/", {"code": ask_code(town, client, "siti@contoh.id", name="Siti")})
        page = "/riwayat/"
    session = Session.objects.get(session_key=client.cookies[COOKIE].value)
    left = session.expire_date - timezone.now()
    assert timedelta(minutes=minutes - 1) < left <= timedelta(minutes=minutes)
    # Every request begins the time anew.
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    assert client.get(page).status_code == 200
    session.refresh_from_db()
    assert session.expire_date - timezone.now() > timedelta(minutes=minutes - 1)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get(page).status_code == 302


def test_a_first_sign_in_asks_for_the_name_and_spends_no_code(town: Town) -> None:
    client = Client()
    code = ask_code(town, client, "baru@contoh.id")
    page = text_of(client.post("/masuk/kode/", {"code": code}))
    assert "Ini pertama kali Anda masuk" in page
    assert not Account.objects.filter(email="baru@contoh.id").exists()
    answer = client.post("/masuk/kode/", {"code": code, "name": " "})
    assert answer.status_code == 422
    assert "Tulis nama lengkap Anda." in text_of(answer)
    assert client.post("/masuk/kode/", {"code": code, "name": "Orang Baru"}).status_code == 302
    assert Account.objects.get(email="baru@contoh.id").name == "ORANG BARU"


def test_who_has_an_account_gives_no_name(town: Town) -> None:
    town.citizen("siti@contoh.id")
    client = Client()
    code = ask_code(town, client, "siti@contoh.id")
    assert client.post("/masuk/kode/", {"code": code}).headers["Location"] == "/riwayat/"


def test_wrong_codes_are_counted(town: Town) -> None:
    client = Client()
    code = ask_code(town, client, "siti@contoh.id", name="Siti")
    wrong = "000000" if code != "000000" else "111111"
    answers = [client.post("/masuk/kode/", {"code": wrong}).status_code for _ in range(6)]
    assert answers == [400] * 5 + [429]
    assert client.post("/masuk/kode/", {"code": code}).status_code == 429


def test_codes_asked_from_one_address_are_counted(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in_views, "CODES_PER_ADDRESS", 2)
    answers = [Client().post("/masuk/", {"email": f"a{n}@contoh.id"}).status_code for n in range(3)]
    assert answers == [302, 302, 429]


def test_only_misses_of_the_tracking_page_are_counted(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "TRACK_TRIES", 2)
    siti = Visitor(town.citizen())
    case = siti.apply(town)
    code = re.search(r'class="code">([^<]+)<', siti.open(case))[1]
    client = Client()
    misses = [client.get("/lacak/?kode=AAAA").status_code for _ in range(3)]
    assert misses == [404, 404, 429]
    # Whoever has a code gets in, also behind the address of somebody who guesses.
    assert client.get(f"/lacak/?kode={code.lower().replace('-', ' ')}").status_code == 200


def test_no_secret_waits_in_a_session(town: Town) -> None:
    head = Official(town.staff["kepala_dinas"])
    head.client.logout()
    typed = {"passphrase": PASSPHRASE, "totp": "123456", "password": PASSWORD, "document": "0" * 26}
    head.client.post("/petugas/tanda-tangan/", typed)
    kept = str([session.get_decoded() for session in Session.objects.all()])
    assert "0" * 26 in kept
    assert not [secret for secret in (PASSPHRASE, "123456", PASSWORD) if secret in kept]


def test_one_persons_typing_is_not_shown_to_the_next(town: Town) -> None:
    siti = Visitor(town.citizen())
    case = siti.start()
    siti.client.logout()
    siti.client.post(f"{case}isi/pelapor/", {"pelapor_nama": "RAHASIA SITI"})
    siti.client.force_login(town.citizen("lain@contoh.id", "ORANG LAIN"))
    assert "RAHASIA SITI" not in siti.open(f"{case}isi/pelapor/", 404)
