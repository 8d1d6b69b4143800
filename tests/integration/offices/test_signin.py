"""Signing in: codes that work once, throttles that count every try, also when many come at once."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from loket.audit.models import Entry
from loket.core import clock
from loket.core.actors import SYSTEM
from loket.core.errors import LoketError
from loket.offices.actions import (
    TooManyTries,
    WrongCode,
    WrongPassword,
    WrongTotp,
    check_staff_password,
    check_totp,
    create_staff,
    new_login_code,
    set_totp,
    take_login_code,
    throttle,
    totp_seed,
)
from loket.offices.models import Account, LoginCode, Office, Throttle
from tests.committed import committed, together
from tests.integration.offices.invented import make_account

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
EMAIL = "warga@contoh.example"
PASSWORD = "kata sandi yang panjang"
database = pytest.mark.django_db


def after(**passed: float) -> AbstractContextManager[None]:
    """Within the block so much time has passed since AT."""
    return clock.use(AT + timedelta(**passed))


def other(code: str) -> str:
    """A wrong code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def outcome(call: Callable[[], object]) -> type | None:
    """What sort of refusal a try met, None where it succeeded."""
    try:
        call()
    except LoketError as error:
        return type(error)
    return None


# One-time codes of citizens


@database
def test_a_first_code_makes_the_account() -> None:
    with after():
        code = new_login_code(email="Warga@Contoh.example")
        account = take_login_code(email=EMAIL, code=f" {code} ", name="Budi Contoh", phone="0812")
    assert (account.email, account.name, account.phone, account.kind) == (
        EMAIL,
        "Budi Contoh",
        "0812",
        "citizen",
    )
    assert (account.created_at, account.has_usable_password()) == (AT, False)
    told = Entry.objects.order_by("id").values_list("action", "subject", "actor")
    assert list(told) == [(f"account.{verb}", account.ref, account.ref) for verb in ("create", "sign_in")]


@database
def test_a_later_code_finds_the_account_whatever_the_case() -> None:
    for address in (EMAIL, EMAIL.upper(), EMAIL.title()):
        take_login_code(email=address, code=new_login_code(email=address), name="Budi Contoh")
    assert Account.objects.count() == 1


@database
def test_a_code_is_six_digits_of_which_only_a_keyed_hash_is_kept() -> None:
    code = new_login_code(email=EMAIL)
    assert (len(code), code.isdigit()) == (6, True)
    kept = LoginCode.objects.get()
    assert len(kept.code_hash) == 64
    assert code not in kept.code_hash


@database
def test_a_code_works_once() -> None:
    code = new_login_code(email=EMAIL)
    take_login_code(email=EMAIL, code=code)
    with pytest.raises(WrongCode):
        take_login_code(email=EMAIL, code=code)


@database
@pytest.mark.parametrize(("seconds", "refused"), [(299, None), (300, WrongCode), (301, WrongCode)])
def test_a_code_ends_after_five_minutes(seconds: int, refused: type | None) -> None:
    with after():
        code = new_login_code(email=EMAIL)
    with after(seconds=seconds):
        assert outcome(lambda: take_login_code(email=EMAIL, code=code)) is refused


@database
def test_another_code_ends_the_one_before() -> None:
    first, second = new_login_code(email=EMAIL), new_login_code(email=EMAIL.upper())
    if first != second:
        with pytest.raises(WrongCode):
            take_login_code(email=EMAIL, code=first)
    assert take_login_code(email=EMAIL, code=second).email == EMAIL


@database
def test_a_code_belongs_to_its_address() -> None:
    code = new_login_code(email=EMAIL)
    with pytest.raises(WrongCode):
        take_login_code(email="lain@contoh.example", code=code)


@database
def test_staff_and_closed_accounts_do_not_come_in_by_code(office: Office) -> None:
    make_account(office, EMAIL)
    make_account(None, "tutup@contoh.example", is_active=False)
    for address in (EMAIL, "tutup@contoh.example"):
        with pytest.raises(WrongCode):
            take_login_code(email=address, code=new_login_code(email=address))
    assert Entry.objects.filter(action="account.sign_in").count() == 0


@database
def test_after_five_wrong_codes_the_right_one_is_refused_for_a_quarter_of_an_hour() -> None:
    with after():
        code = new_login_code(email=EMAIL)
        for _ in range(5):
            with pytest.raises(WrongCode):
                take_login_code(email=EMAIL, code=other(code))
        with pytest.raises(TooManyTries):
            take_login_code(email=EMAIL.upper(), code=code)
    with after(minutes=15):
        assert take_login_code(email=EMAIL, code=new_login_code(email=EMAIL)).email == EMAIL


@database
def test_five_codes_may_be_asked_for_in_a_quarter_of_an_hour() -> None:
    with after():
        for _ in range(5):
            new_login_code(email=EMAIL)
        with pytest.raises(TooManyTries):
            new_login_code(email=EMAIL)
    assert LoginCode.objects.count() == 5


@committed
def test_of_fifty_wrong_tries_at_once_five_are_looked_at() -> None:
    code = new_login_code(email=EMAIL)
    with after():
        results = together([lambda: take_login_code(email=EMAIL, code=other(code))] * 50)
    assert [type(result) for result in results].count(WrongCode) == 5
    assert [type(result) for result in results].count(TooManyTries) == 45


@committed
def test_of_fifty_right_tries_at_once_one_opens_a_session() -> None:
    code = new_login_code(email=EMAIL)
    results = together([lambda: take_login_code(email=EMAIL, code=code, name="Budi Contoh")] * 50)
    assert [result for result in results if isinstance(result, Account)] == [Account.objects.get()]
    assert {type(result) for result in results} <= {Account, WrongCode, TooManyTries}
    assert Entry.objects.filter(action="account.sign_in").count() == 1


@committed
def test_of_codes_made_at_once_the_last_is_left() -> None:
    with after():
        codes = together([lambda: new_login_code(email=EMAIL)] * 5)
        outcomes = [outcome(lambda code=code: take_login_code(email=EMAIL, code=str(code))) for code in codes]
    assert (outcomes.count(None), outcomes.count(WrongCode)) == (1, 4)


# Throttles


@database
def test_the_window_starts_with_the_first_try() -> None:
    def tries(minutes: float, count: int) -> list[type | None]:
        with after(minutes=minutes):
            return [outcome(lambda: throttle(what="x", who="a", limit=3, minutes=10)) for _ in range(count)]

    assert tries(0, 2) == [None, None]
    assert tries(9, 2) == [None, TooManyTries]
    # A refused try does not make the window longer.
    assert tries(9.99, 1) == [TooManyTries]
    assert tries(10, 4) == [None, None, None, TooManyTries]
    assert tries(20, 1) == [None]


@database
def test_tries_are_counted_for_each_purpose_and_person() -> None:
    throttle(what="x", who="a", limit=1)
    throttle(what="x", who="b", limit=1)
    throttle(what="y", who="a", limit=1)
    with pytest.raises(TooManyTries):
        throttle(what="x", who="A", limit=1)
    assert {len(key) for key in Throttle.objects.values_list("key", flat=True)} == {64}


# Passwords of staff


def password_outcome(email: str, password: str, *, demo_allowed: bool = True) -> type | None:
    return outcome(lambda: check_staff_password(email=email, password=password, demo_allowed=demo_allowed))


@pytest.fixture
def petugas(office: Office) -> Account:
    return create_staff(
        office=office, email="Petugas@Contoh.example", name="Sri Contoh", password=PASSWORD, by=SYSTEM
    )


@database
def test_staff_sign_in_by_password(petugas: Account) -> None:
    found = check_staff_password(email="PETUGAS@contoh.example", password=PASSWORD, demo_allowed=False)
    assert (found, found.email) == (petugas, "petugas@contoh.example")
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.actor, entry.office_code) == ("account.sign_in", petugas.ref, "9971")


@database
def test_unknown_wrong_closed_and_citizen_get_the_same_answer(petugas: Account) -> None:
    make_account(petugas.office, "tutup@contoh.example", password=petugas.password, is_active=False)
    make_account(None, EMAIL, password=petugas.password)
    tries = [
        ("tidak-ada@contoh.example", PASSWORD),
        ("tutup@contoh.example", PASSWORD),
        (EMAIL, PASSWORD),
        (petugas.email, "kata sandi yang salah"),
        (petugas.email, ""),
    ]
    for email, password in tries:
        with pytest.raises(WrongPassword) as refused:
            check_staff_password(email=email, password=password, demo_allowed=True)
        assert refused.value.message == "Surel atau kata sandi salah."
        assert refused.value.field is None


@database
def test_an_unknown_address_takes_as_long_as_a_wrong_password(petugas: Account) -> None:
    def quickest(emails: list[str]) -> float:
        taken = []
        for email in emails:
            begun = time.perf_counter()
            assert password_outcome(email, "kata sandi yang salah") is WrongPassword
            taken.append(time.perf_counter() - begun)
        return min(taken)

    known = quickest([petugas.email] * 3)
    unknown = quickest([f"tidak-ada-{number}@contoh.example" for number in range(3)])
    assert unknown > known / 2


@database
@pytest.mark.parametrize(("demo_allowed", "refused"), [(True, None), (False, WrongPassword)])
def test_a_demo_account_comes_in_only_where_demos_may(
    office: Office, demo_allowed: bool, refused: type | None
) -> None:
    make_account(office, EMAIL, password=make_password(PASSWORD), is_demo=True)
    assert password_outcome(EMAIL, PASSWORD, demo_allowed=demo_allowed) is refused


@database
def test_a_success_forgets_the_tries_before_it(petugas: Account) -> None:
    Throttle.objects.all().delete()
    assert password_outcome(petugas.email, "salah") is WrongPassword
    assert password_outcome(petugas.email, PASSWORD) is None
    # The loose count of all addresses ages by itself: who has the password must not wipe out an attack.
    assert list(Throttle.objects.values_list("count", flat=True)) == [2]
    for _ in range(5):
        throttle(what="password", who=f"{petugas.email}|")
    assert password_outcome(petugas.email, PASSWORD) is TooManyTries


@database
@pytest.mark.parametrize("email", ["petugas@contoh.example", "PETUGAS@CONTOH.EXAMPLE"])
def test_an_address_has_one_account(petugas: Account, office: Office, email: str) -> None:
    once_or_lower = "offices_account_email_(key|lower)"
    with pytest.raises(IntegrityError, match=once_or_lower), transaction.atomic():
        make_account(None, email)
    with pytest.raises(IntegrityError, match="offices_account_email_key"), transaction.atomic():
        create_staff(office=office, email=email, name="Lain", password=PASSWORD, by=SYSTEM)


# TOTP of signers


def code_of(seed: str, seconds: float) -> str:
    return pyotp.TOTP(seed).at(AT + timedelta(seconds=seconds))


@pytest.fixture
def signer(office: Office) -> tuple[Account, str]:
    account = make_account(office, "kepala@contoh.example")
    return account, set_totp(account=account, by=SYSTEM)


def totp_outcome(account: Account, code: str) -> type | None:
    return outcome(lambda: check_totp(account=account, code=code))


@database
def test_the_seed_is_kept_encrypted(signer: tuple[Account, str]) -> None:
    account, seed = signer
    kept = Account.objects.get(pk=account.pk)
    assert seed not in kept.totp_secret
    assert totp_seed(kept) == seed
    assert (Entry.objects.latest("id").action, Entry.objects.latest("id").details) == ("account.set_totp", {})


@database
@pytest.mark.parametrize(
    ("seconds", "refused"),
    [(-60, WrongTotp), (-30, None), (0, None), (29, None), (30, None), (60, WrongTotp)],
)
def test_a_phone_may_be_one_step_early_or_late(
    signer: tuple[Account, str], seconds: int, refused: type | None
) -> None:
    account, seed = signer
    with after():
        assert totp_outcome(account, code_of(seed, seconds)) is refused


@database
def test_a_totp_code_works_once_and_ends_those_before_it(signer: tuple[Account, str]) -> None:
    account, seed = signer
    with after():
        assert totp_outcome(account, code_of(seed, 0)) is None
        assert totp_outcome(account, code_of(seed, 0)) is WrongTotp
        assert totp_outcome(account, code_of(seed, -30)) is WrongTotp
        assert totp_outcome(account, code_of(seed, 30)) is None
    with after(seconds=60):
        assert totp_outcome(account, code_of(seed, 60)) is None


@database
def test_a_totp_code_may_be_typed_with_a_space(signer: tuple[Account, str]) -> None:
    account, seed = signer
    with after():
        code = code_of(seed, 0)
        assert totp_outcome(account, f" {code[:3]} {code[3:]} ") is None


@database
def test_without_a_seed_no_code_fits(office: Office) -> None:
    account = make_account(office, "tanpa@contoh.example")
    assert totp_outcome(account, "000000") is WrongTotp
    assert totp_outcome(account, "") is WrongTotp


@database
def test_a_new_seed_ends_the_old_one(signer: tuple[Account, str]) -> None:
    account, old = signer
    new = set_totp(account=account, by=SYSTEM)
    with after():
        assert totp_outcome(account, code_of(new, 0)) is None
    with after(seconds=90):
        assert totp_outcome(account, code_of(old, 90)) is WrongTotp


@database
def test_five_wrong_totp_codes_shut_out_the_right_one(signer: tuple[Account, str]) -> None:
    account, seed = signer
    with after():
        wrong = other(code_of(seed, 900))
        assert [totp_outcome(account, wrong) for _ in range(5)] == [WrongTotp] * 5
        assert totp_outcome(account, code_of(seed, 0)) is TooManyTries
    with after(minutes=15):
        assert totp_outcome(account, code_of(seed, 900)) is None


@committed
def test_of_many_uses_of_one_totp_code_at_once_one_counts(signer: tuple[Account, str]) -> None:
    account, seed = signer
    with after():
        code = code_of(seed, 0)
        results = together([lambda: check_totp(account=account, code=code)] * 30)
    assert results.count(None) == 1
    assert {type(result) for result in results} <= {type(None), WrongTotp, TooManyTries}
