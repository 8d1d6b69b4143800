"""Tries at a password: five from one address, also all at once; a stranger locks nobody out."""

import pytest
from django.core.signing import dumps
from django.test import Client

from loket.config.settings import DEMO_PASSWORD
from loket.core.actors import SYSTEM
from loket.offices.actions import TooManyTries, WrongPassword, check_staff_password, create_staff
from loket.offices.actions.signin import TRIES_EVERYWHERE
from loket.offices.models import Account
from loket.web.sessions import DEVICE_COOKIE, DEVICE_SALT
from tests.committed import committed, together
from tests.integration.offices.invented import make_office

PASSWORD = "kata sandi yang panjang"
EMAIL = "petugas@contoh.example"


def official() -> Account:
    return create_staff(office=make_office(), email=EMAIL, name="Sri", password=PASSWORD, by=SYSTEM)


def post(client: Client, password: str, *, address: str = "10.0.0.1", forwarded: str = "") -> int:
    """The status of one try at the door of staff."""
    more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    data = {"email": EMAIL, "password": password}
    return client.post("/petugas/masuk/", data, REMOTE_ADDR=address, **more).status_code


@committed
def test_of_fifty_tries_at_once_five_get_through_whatever_the_header_says() -> None:
    official()
    tries = [lambda n=n: post(Client(), "salah", forwarded=f"203.0.113.{n}") for n in range(50)]
    found = together(tries)
    assert (found.count(400), found.count(429)) == (5, 45)


@pytest.mark.django_db
def test_a_stranger_elsewhere_does_not_lock_the_owner_out() -> None:
    official()
    stranger = [post(Client(), "salah", address="198.51.100.9") for _ in range(8)]
    assert stranger == [400] * 5 + [429] * 3
    assert post(Client(), PASSWORD, address="10.0.0.1") == 302


@pytest.mark.django_db
def test_many_strangers_do_not_lock_out_a_device_that_is_known() -> None:
    official()
    owner = Client()
    assert post(owner, PASSWORD) == 302
    owner.post("/petugas/keluar/")
    found = [post(Client(), "salah", address=f"198.51.100.{n}") for n in range(TRIES_EVERYWHERE + 5)]
    assert found == [400] * (TRIES_EVERYWHERE - 1) + [429] * 6
    assert post(Client(), PASSWORD, address="192.0.2.1") == 429
    assert post(owner, PASSWORD, address="192.0.2.2") == 302


@pytest.mark.django_db
def test_a_known_device_has_five_tries_too() -> None:
    official()
    owner = Client()
    post(owner, PASSWORD)
    owner.post("/petugas/keluar/")
    found = [post(owner, "salah", address=f"192.0.2.{n}") for n in range(7)]
    assert found == [400] * 5 + [429] * 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cookie", ["", "x", dumps(["palsu", ["0" * 16]], salt="lain")], ids=["none", "nonsense", "foreign"]
)
def test_a_made_up_device_counts_as_none(cookie: str) -> None:
    official()
    client = Client()
    client.cookies[DEVICE_COOKIE] = cookie
    assert [post(client, "salah") for _ in range(6)] == [400] * 5 + [429]


@pytest.mark.django_db
def test_a_device_is_known_for_its_own_accounts_only() -> None:
    official()
    client = Client()
    client.cookies[DEVICE_COOKIE] = dumps(["milik orang lain", ["0" * 16]], salt=DEVICE_SALT)
    assert [post(client, "salah") for _ in range(6)] == [400] * 5 + [429]


@pytest.mark.django_db
def test_the_device_cookie_names_nobody() -> None:
    official()
    client = Client()
    post(client, PASSWORD)
    cookie = client.cookies[DEVICE_COOKIE]
    assert cookie["httponly"]
    assert "contoh" not in cookie.value
    assert DEMO_PASSWORD not in cookie.value


@pytest.mark.django_db
def test_tries_everywhere_are_counted_for_one_account() -> None:
    official()
    for number in range(TRIES_EVERYWHERE):
        with pytest.raises(WrongPassword):
            check_staff_password(email=EMAIL, password="x", demo_allowed=False, address=str(number))
    with pytest.raises(TooManyTries):
        check_staff_password(email=EMAIL, password=PASSWORD, demo_allowed=False, address="baru")
    with pytest.raises(WrongPassword):
        check_staff_password(email="lain@contoh.example", password="x", demo_allowed=False, address="baru")
