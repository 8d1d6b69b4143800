"""People at the doors: asking and deciding, the code from the mail, one's own password and authenticator."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from loket.core import clock
from loket.offices.models import Account
from loket.offices.queries import roles_of
from tests.journeys.town import PASSWORD, Town
from tests.journeys.visitor import Official, text_of

NEW = "lampu kuning di dermaga"


def sign_in(account: Account, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/petugas/masuk/", {"email": account.email, "password": password})
    return client


def inside(client: Client) -> bool:
    return client.get("/petugas/").status_code == 200


def decide(town: Town, decider: str, words: str = "setuju") -> None:
    path = re.search(
        r"/petugas/pegawai/permintaan/\d+/", Official(town.staff[decider]).open("/petugas/pegawai/")
    )[0]
    Official(town.staff[decider]).send(path, {"decision": words})


def test_a_lost_password_is_replaced_by_two_people_and_its_owner(town: Town) -> None:
    clerk = town.staff["petugas_loket"]
    before = sign_in(clerk)
    assert inside(before)
    admin = Official(town.staff["admin_kantor"])
    admin.send(f"/petugas/pegawai/{clerk.pk}/", {"kind": "password", "category": "lost", "reason": "lupa"})
    assert inside(before)
    decide(town, "kepala_dinas")
    assert not inside(before)
    assert not inside(sign_in(clerk))
    code = re.search(r"kata sandi: (\S+)", town.newest_mail(clerk.email).get_content())[1]
    form = {"email": clerk.email, "code": code, "password": NEW, "password_again": NEW}
    refused = Client().post("/petugas/kata-sandi/", form | {"password": "x", "password_again": "x"})
    assert refused.status_code == 422
    assert Client().post("/petugas/kata-sandi/", form).status_code == 302
    assert Client().post("/petugas/kata-sandi/", form).status_code == 400
    assert inside(sign_in(clerk, NEW))


def test_a_new_colleague_works_after_two_people_agreed(town: Town) -> None:
    head = Official(town.staff["kepala_dinas"])
    new = {
        "name": "Baru Sekali",
        "email": "baru@balikpapan.test",
        "role": "petugas_loket",
        "category": "arrives",
        "reason": "pegawai baru",
    }
    head.send("/petugas/pegawai/baru/", new)
    assert not Account.objects.filter(email=new["email"]).exists()
    assert "Orang lain yang harus memutuskan" in head.open(
        re.search(r"/petugas/pegawai/permintaan/\d+/", head.open("/petugas/pegawai/"))[0]
    )
    decide(town, "admin_kantor")
    assert [role.slug for role in roles_of(Account.objects.get(email=new["email"]))] == ["petugas_loket"]


def test_ones_own_password_takes_the_old_one_and_ends_other_sessions(town: Town) -> None:
    clerk = town.staff["petugas_loket"]
    here, there = sign_in(clerk), sign_in(clerk)
    form = {"old_password": "salah", "password": NEW, "password_again": NEW}
    assert here.post("/petugas/akun/", form).status_code == 400
    form["old_password"] = PASSWORD
    assert here.post("/petugas/akun/", form | {"password_again": "lain"}).status_code == 422
    for weak in ("pendek", "aaaaaaaaaaaaaaaa", "petugas-loket 123", "password1234"):
        changed = form | {"password": weak, "password_again": weak}
        assert here.post("/petugas/akun/", changed).status_code == 422, weak
    assert inside(there)
    assert here.post("/petugas/akun/", form).status_code == 302
    assert (inside(here), inside(there)) == (True, False)


def test_an_authenticator_needs_password_new_code_and_old_code(town: Town) -> None:
    clerk = town.staff["petugas_loket"]
    here, there = sign_in(clerk), sign_in(clerk)
    seed = re.search(
        r'ketik: <span class="mono">([A-Z2-7]{32})<', text_of(here.get("/petugas/akun/autentikator/"))
    )[1]
    form = {"old_password": PASSWORD, "totp": pyotp.TOTP(seed).at(clock.now())}
    assert here.post("/petugas/akun/autentikator/", form | {"old_password": "x"}).status_code == 400
    assert here.post("/petugas/akun/autentikator/", form | {"totp": "000000"}).status_code == 400
    assert here.post("/petugas/akun/autentikator/", form).status_code == 302
    assert (inside(here), inside(there)) == (True, False)
    page = text_of(here.get("/petugas/akun/autentikator/"))
    assert seed not in page
    other = re.search(r'ketik: <span class="mono">([A-Z2-7]{32})<', page)[1]
    form["totp"] = pyotp.TOTP(other).at(clock.now())
    assert here.post("/petugas/akun/autentikator/", form).status_code == 400


@pytest.mark.parametrize(("hours", "still"), [(11, True), (12, False)])
def test_a_busy_session_ends_after_twelve_hours(town: Town, hours: int, still: bool) -> None:
    client = sign_in(town.staff["petugas_loket"])
    with clock.use(timezone.now() + timedelta(hours=hours)):
        assert inside(client) is still


def test_unknown_and_wrong_get_the_same_answer(town: Town) -> None:
    known, unknown = town.staff["petugas_loket"].email, "tidak-ada@balikpapan.test"
    pages = []
    for email in (known, unknown):
        form = {"email": email, "code": "AAAA-BBBB-CCCC-DDDD", "password": NEW, "password_again": NEW}
        answer = Client().post("/petugas/kata-sandi/", form)
        body = text_of(answer).replace(email, "*")
        pages.append((answer.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body)))
    assert pages[0] == pages[1]
    assert pages[0][0] == 400
