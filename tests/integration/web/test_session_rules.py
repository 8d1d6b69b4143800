"""The rules of sessions, one row each: who may still come in, and with which cookie, after what happened."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from loket.core import clock
from loket.core.actors import SYSTEM
from loket.offices.actions import assign_role, end_sessions, set_totp
from loket.offices.models import Account, Role
from loket.web.guards import SECRETS
from tests.journeys.town import PASSWORD, Town
from tests.journeys.visitor import Official, Visitor, text_of

COOKIE = settings.SESSION_COOKIE_NAME
NEW = "lampu kuning di dermaga"
IN, OUT = True, False


@dataclass
class Person:
    """One account in two browsers: `here` acts, `there` stays; `old` is the cookie before it happened."""

    town: Town
    account: Account
    here: Client = field(default_factory=Client)
    there: Client = field(default_factory=Client)
    old: str = ""

    @property
    def page(self) -> str:
        return "/petugas/" if self.account.kind == "staff" else "/riwayat/"

    def sign_in(self, client: Client) -> None:
        if self.account.kind == "staff":
            client.post("/petugas/masuk/", {"email": self.account.email, "password": PASSWORD})
            return
        client.post("/masuk/", {"email": self.account.email})
        code = re.search(r"\d{6}", self.town.newest_mail(self.account.email).get_content())[0]
        client.post("/masuk/kode/", {"code": code})

    def inside(self, client: Client) -> bool:
        return client.get(self.page).status_code == 200

    def thief(self) -> Client:
        """Somebody with the cookie from before."""
        client = Client()
        client.cookies[COOKIE] = self.old
        return client


def signs_out(person: Person) -> None:
    person.here.post("/petugas/keluar/" if person.account.kind == "staff" else "/keluar/")


def signs_in_again(person: Person) -> None:
    person.sign_in(person.here)


def changes_the_password(person: Person) -> None:
    form = {"old_password": PASSWORD, "password": NEW, "password_again": NEW}
    assert person.here.post("/petugas/akun/", form).status_code == 302


def changes_the_authenticator(person: Person) -> None:
    page = text_of(person.here.get("/petugas/akun/autentikator/"))
    seed = re.search(r'ketik: <span class="mono">([A-Z2-7]{32})<', page)[1]
    form = {"old_password": PASSWORD, "totp": pyotp.TOTP(seed).at(clock.now())}
    assert person.here.post("/petugas/akun/autentikator/", form).status_code == 302


def asked_and_agreed(kind: str, **more: str) -> Callable[[Person], None]:
    """Two others change the account on the pages."""

    def change(person: Person) -> None:
        town = person.town
        wanted = {"kind": kind, "category": "other", "reason": "uji", **more}
        Official(town.staff["admin_kantor"]).send(f"/petugas/pegawai/{person.account.pk}/", wanted)
        head = Official(town.staff["kepala_dinas"])
        path = re.search(r"/petugas/pegawai/permintaan/\d+/", head.open("/petugas/pegawai/"))[0]
        head.send(path, {"decision": "setuju"})

    return change


def closed(person: Person) -> None:
    Account.objects.filter(pk=person.account.pk).update(is_active=False)


def idle(person: Person) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def ended(person: Person) -> None:
    end_sessions(person.account)


def one_is_lost(person: Person) -> None:
    Session.objects.filter(session_key=person.old).delete()


def nothing(person: Person) -> None:
    """The other browser stays as it is."""


# What happens; then whether `here`, `there` and a thief with the old cookie of `here` are still inside.
RULES: list[tuple[str, Callable[[Person], None], str, tuple[bool, bool, bool]]] = [
    ("staff", nothing, "two browsers of one official", (IN, IN, IN)),
    ("staff", signs_out, "signing out ends that session on the server", (OUT, IN, OUT)),
    ("citizen", signs_out, "signing out ends that session on the server", (OUT, IN, OUT)),
    ("staff", signs_in_again, "signing in again makes a new session and ends the old", (IN, IN, OUT)),
    ("citizen", signs_in_again, "signing in again makes a new session and ends the old", (IN, IN, OUT)),
    ("staff", changes_the_password, "a new password ends all others", (IN, OUT, OUT)),
    ("staff", changes_the_authenticator, "a new authenticator ends all others", (IN, OUT, OUT)),
    ("staff", asked_and_agreed("password"), "a password taken away by two", (OUT, OUT, OUT)),
    ("staff", asked_and_agreed("totp"), "an authenticator taken away by two", (OUT, OUT, OUT)),
    ("staff", asked_and_agreed("give_role", role="petugas_cetak"), "a role given", (OUT, OUT, OUT)),
    ("staff", asked_and_agreed("end_role", role="petugas_loket"), "a role ended", (OUT, OUT, OUT)),
    ("staff", asked_and_agreed("close"), "an account closed by two", (OUT, OUT, OUT)),
    ("citizen", closed, "an account closed, at the next request", (OUT, OUT, OUT)),
    ("staff", idle, "an idle session", (OUT, OUT, OUT)),
    ("citizen", idle, "an idle session", (OUT, OUT, OUT)),
    ("citizen", ended, "all sessions ended", (OUT, OUT, OUT)),
    ("staff", one_is_lost, "a session that the server does not have", (OUT, IN, OUT)),
]


@pytest.mark.parametrize(
    ("kind", "happens", "inside"),
    [pytest.param(kind, act, inside, id=f"{kind}-{name}") for kind, act, name, inside in RULES],
)
def test_who_is_still_inside(
    town: Town, kind: str, happens: Callable[[Person], None], inside: tuple[bool, bool, bool]
) -> None:
    person = Person(town, town.staff["petugas_loket"] if kind == "staff" else town.citizen())
    for client in (person.here, person.there):
        person.sign_in(client)
        assert person.inside(client)
    person.old = person.here.cookies[COOKIE].value
    happens(person)
    assert tuple(map(person.inside, (person.here, person.there, person.thief()))) == inside


@pytest.mark.parametrize(("kind", "hours"), [("staff", 12), ("citizen", 24)])
def test_the_longest_a_busy_session_lasts(town: Town, settings: Any, kind: str, hours: int) -> None:
    person = Person(town, town.staff["petugas_loket"] if kind == "staff" else town.citizen())
    settings.STAFF_LONGEST_HOURS, settings.CITIZEN_LONGEST_HOURS = 12, 24
    person.sign_in(person.here)
    start = clock.now()
    for passed, expected in ((hours - 1, IN), (hours, OUT), (hours - 1, OUT)):
        with clock.use(start + timedelta(hours=passed)):
            assert person.inside(person.here) is expected


@pytest.mark.parametrize("kind", ["staff", "citizen"])
@pytest.mark.parametrize("planted", ["made-by-somebody-else", "a real one"])
def test_a_planted_session_is_not_taken_over(town: Town, kind: str, planted: str) -> None:
    """Fixation: the victim signs in with the attacker's cookie, which then opens nothing."""
    person = Person(town, town.staff["petugas_loket"] if kind == "staff" else town.citizen())
    person.old = planted
    if planted == "a real one":
        attacker = Client()
        attacker.post("/masuk/", {"email": "jahat@contoh.id"})
        person.old = attacker.cookies[COOKIE].value
    person.here.cookies[COOKIE] = person.old
    person.sign_in(person.here)
    assert person.inside(person.here)
    assert person.here.cookies[COOKIE].value != person.old
    assert not person.inside(person.thief())


@pytest.mark.parametrize("secure", [True, False])
def test_flags_of_every_cookie(town: Town, settings: Any, secure: bool) -> None:
    """HttpOnly and SameSite always; Secure where the scheme is https (settings, outside the demo)."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = secure
    person = Person(town, town.staff["petugas_loket"])
    person.here.get("/petugas/masuk/")
    person.sign_in(person.here)
    flags = {
        name: (bool(cookie["secure"]), bool(cookie["httponly"]), cookie["samesite"], cookie["domain"])
        for name, cookie in person.here.cookies.items()
    }
    assert flags == dict.fromkeys((COOKIE, "loket_csrf", "loket_perangkat"), (secure, True, "Lax", ""))


def test_one_session_serves_one_person(town: Town) -> None:
    """Who signs in where somebody else is still signed in gets a session of their own."""
    person = Person(town, town.staff["petugas_loket"])
    person.sign_in(person.here)
    person.old = person.here.cookies[COOKIE].value
    other = Person(town, town.staff["petugas_cetak"], here=person.here)
    other.sign_in(other.here)
    assert other.account.email in text_of(other.here.get("/petugas/akun/"))
    assert not person.inside(person.thief())


def test_what_was_typed_waits_only_in_its_own_session(town: Town) -> None:
    siti = Visitor(town.citizen())
    path = f"{siti.start()}isi/pelapor/"
    siti.client.logout()
    siti.client.post(path, {"pelapor_nama": "RAHASIA SITI"})
    Visitor(siti.account).open(path)
    other = Client()
    other.force_login(siti.account)
    assert "RAHASIA SITI" not in text_of(other.get(path))
    person = Person(town, siti.account, here=siti.client)
    person.sign_in(siti.client)
    assert "RAHASIA SITI" in siti.open(path)
    assert "RAHASIA SITI" not in siti.open(path)


def test_no_secret_of_any_form_waits_in_a_session(town: Town) -> None:
    client = Client()
    typed = {name: f"RAHASIA-{name}" for name in SECRETS} | {"reason": "boleh"}
    client.post("/petugas/akun/", typed)
    kept = str([session.get_decoded() for session in Session.objects.all()])
    assert ("boleh" in kept, "RAHASIA" in kept) == (True, False)


def test_who_signs_is_led_to_an_authenticator_first(town: Town) -> None:
    head = Official(town.staff["kepala_dinas"])
    Account.objects.filter(pk=head.account.pk).update(totp_secret="")
    sign = "/petugas/tanda-tangan/"
    away = f"/petugas/akun/autentikator/?lanjut={sign.replace('/', '%2F')}"
    assert head.client.get(sign).headers["Location"] == away
    assert head.client.post(sign, {"document": "x"}).headers["Location"] == away
    page = head.open(away)
    assert "Sebelum menandatangani" in page
    seed = re.search(r'ketik: <span class="mono">([A-Z2-7]{32})<', page)[1]
    form = {"old_password": PASSWORD, "totp": pyotp.TOTP(seed).at(clock.now()), "lanjut": sign}
    assert head.client.post(away, form).headers["Location"] == sign
    assert "Tanda tangan" in head.open(sign)


def test_a_role_given_to_a_signer_asks_for_an_authenticator_too(town: Town) -> None:
    clerk = town.staff["petugas_loket"]
    role = Role.objects.create(office=town.office, slug="penanda-uji", name="Penanda", rights=["sign"])
    assign_role(account=clerk, role=role, by=SYSTEM)
    official = Official(clerk)
    assert official.client.get("/petugas/tanda-tangan/").status_code == 302
    set_totp(account=clerk, by=SYSTEM)
    official.open("/petugas/tanda-tangan/")
