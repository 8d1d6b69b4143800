"""Signing in: one-time codes for citizens, passwords for staff, TOTP for signers, and their throttles."""

import secrets
from datetime import timedelta

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction

from loket.audit.actions import record
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import LoketError, TooManyError
from loket.core.secretbox import keyed_hash, seal, unseal
from loket.offices.models import Account, LoginCode, Office, Throttle

CODE_MINUTES = 5
TRIES = 5
TRY_WINDOW_MINUTES = 15
# From all addresses together, so that a stranger at one of them cannot use up somebody's tries.
TRIES_EVERYWHERE = 25
TOTP_SECONDS = 30
# One step back and forth: phones' clocks differ a little.
TOTP_DRIFT_STEPS = 1


class WrongCode(LoketError):
    """Kode salah atau sudah kedaluwarsa. Periksa surel Anda, atau minta kode baru."""


class WrongPassword(LoketError):
    """Surel atau kata sandi salah."""


class WrongTotp(LoketError):
    """Kode autentikator salah atau sudah dipakai. Tunggu kode berikutnya, lalu coba lagi."""


class TooManyTries(TooManyError):
    """Terlalu banyak percobaan. Tunggu 15 menit, lalu coba lagi."""


def throttle(*, what: str, who: str, limit: int = TRIES, minutes: int = TRY_WINDOW_MINUTES) -> None:
    """Count one try of `what` by `who`; raises TooManyTries beyond `limit` within the window.

    One statement that counts and answers, so that parallel tries cannot pass together. Must run outside
    a transaction that may roll back, or the try would not count.
    """
    key = keyed_hash(who.lower(), secret=settings.SECRET_KEY, purpose=f"throttle:{what}")
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO offices_throttle AS t (key, started_at, count) VALUES (%(key)s, %(now)s, 1)
            ON CONFLICT (key) DO UPDATE SET
                count = CASE WHEN t.started_at <= %(old)s THEN 1 ELSE t.count + 1 END,
                started_at = CASE WHEN t.started_at <= %(old)s THEN %(now)s ELSE t.started_at END
            RETURNING count
            """,
            {"key": key, "now": now, "old": now - timedelta(minutes=minutes)},
        )
        (count,) = cursor.fetchone()
    if count > limit:
        raise TooManyTries()


def throttle_account(*, what: str, who: str, address: str, device: str = "") -> None:
    """Count one try at an account: strictly from one address, loosely from everywhere.

    A device on which the account has signed in before has tries of its own and no part in the loose count:
    whoever tries from elsewhere cannot lock its owner out. Raises TooManyTries.
    """
    throttle(what=what, who=f"{who}|{device or address}")
    if not device:
        throttle(what=f"{what}-everywhere", who=who, limit=TRIES_EVERYWHERE)


def forget_tries(*, what: str, who: str) -> None:
    """Start counting anew, after a success."""
    key = keyed_hash(who.lower(), secret=settings.SECRET_KEY, purpose=f"throttle:{what}")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM offices_throttle WHERE key = %s", [key])


def _code_hash(email: str, code: str) -> str:
    return keyed_hash(f"{email.lower()}:{code}", secret=settings.SECRET_KEY, purpose="login-code")


def new_login_code(*, email: str, address: str = "") -> str:
    """Make a six-digit code for an address, valid five minutes; earlier codes of it end.

    Returns the code, to be sent and forgotten. Raises TooManyTries.
    """
    throttle_account(what="code-request", who=email, address=address)
    code = f"{secrets.randbelow(1_000_000):06d}"
    now = clock.now()
    with transaction.atomic():
        LoginCode.objects.filter(email=email.lower(), used_at__isnull=True).update(used_at=now)
        LoginCode.objects.create(
            email=email.lower(),
            code_hash=_code_hash(email, code),
            created_at=now,
            expires_at=now + timedelta(minutes=CODE_MINUTES),
        )
    return code


def take_login_code(
    *, email: str, code: str, name: str = "", phone: str = "", address: str = "", device: str = ""
) -> Account:
    """Sign a citizen in by the code sent to them; a first time makes the account.

    The code works once, also under parallel tries. Raises TooManyTries, WrongCode.
    """
    throttle_account(what="code-try", who=email, address=address, device=device)
    with transaction.atomic():
        # Codes made at the same moment do not see and end each other: only the newest counts.
        newest = LoginCode.objects.filter(email=email.lower()).order_by("-pk").values("pk")[:1]
        used = LoginCode.objects.filter(
            pk__in=newest,
            code_hash=_code_hash(email, "".join(code.split())),
            used_at__isnull=True,
            expires_at__gt=clock.now(),
        ).update(used_at=clock.now())
        if not used:
            raise WrongCode(field="code")
        account = Account.objects.filter(email=email.lower()).first()
        if account is None:
            account = Account.objects.create(
                email=email.lower(),
                name=name,
                phone=phone,
                kind=Account.Kind.CITIZEN,
                password=make_password(None),
                created_at=clock.now(),
            )
            record(action="account.create", subject=account.ref, actor=account.ref)
        if account.kind != Account.Kind.CITIZEN or not account.is_active:
            raise WrongCode(field="code")
        record(action="account.sign_in", subject=account.ref, actor=account.ref)
    forget_tries(what="code-try", who=f"{email}|{device or address}")
    return account


def check_staff_password(
    *, email: str, password: str, demo_allowed: bool, address: str = "", device: str = ""
) -> Account:
    """The staff account with this password. Raises TooManyTries, WrongPassword.

    The same answer and the same work whether or not the address is known. Demo accounts are let in only
    where `demo_allowed` (the request came over loopback and the installation is a demo).
    """
    throttle_account(what="password", who=email, address=address, device=device)
    account = Account.objects.filter(email=email.lower(), kind=Account.Kind.STAFF, is_active=True).first()
    if account is None:
        make_password(password)
        raise WrongPassword()
    fits = check_password(password, account.password)
    if not fits or (account.is_demo and not demo_allowed):
        raise WrongPassword()
    forget_tries(what="password", who=f"{email}|{device or address}")
    record(
        action="account.sign_in", subject=account.ref, actor=account.ref, office_code=account.office_id or ""
    )
    return account


@transaction.atomic
def create_staff(
    *,
    office: Office,
    email: str,
    name: str,
    password: str,
    by: Actor,
    employee_number: str = "",
    is_demo: bool = False,
) -> Account:
    """Make a staff account without any role yet."""
    account = Account.objects.create(
        email=email.lower(),
        name=name,
        kind=Account.Kind.STAFF,
        office=office,
        employee_number=employee_number,
        password=make_password(password),
        is_demo=is_demo,
        created_at=clock.now(),
    )
    record(action="account.create", subject=account.ref, actor=by.ref, office_code=office.code)
    return account


@transaction.atomic
def set_totp(*, account: Account, by: Actor) -> str:
    """Give an account a new TOTP seed; returns it once, in base32, for the authenticator app."""
    seed = pyotp.random_base32()
    account.totp_secret = seal(seed, secret=settings.SECRET_KEY, purpose="totp")
    account.save(update_fields=["totp_secret"])
    record(action="account.set_totp", subject=account.ref, actor=by.ref, office_code=account.office_id or "")
    return seed


def totp_seed(account: Account) -> str:
    """The TOTP seed of an account, empty where it has none."""
    if not account.totp_secret:
        return ""
    return unseal(account.totp_secret, secret=settings.SECRET_KEY, purpose="totp")


def check_totp(*, account: Account, code: str) -> None:
    """Use up one TOTP code of an account. Each code works once. Raises TooManyTries, WrongTotp."""
    throttle(what="totp", who=account.ref)
    seed = totp_seed(account)
    if not seed:
        raise WrongTotp(field="totp")
    totp = pyotp.TOTP(seed, interval=TOTP_SECONDS)
    current = int(clock.now().timestamp()) // TOTP_SECONDS
    digits = "".join(code.split())
    for step in range(current - TOTP_DRIFT_STEPS, current + TOTP_DRIFT_STEPS + 1):
        if pyotp.utils.strings_equal(digits, totp.generate_otp(step)):
            used = Account.objects.filter(pk=account.pk, totp_step__lt=step).update(totp_step=step)
            if used:
                forget_tries(what="totp", who=account.ref)
                return
    raise WrongTotp(field="totp")


@transaction.atomic
def forget_old_tries() -> int:
    """Remove codes and counts that can matter no more; returns how many rows."""
    old = clock.now() - timedelta(days=1)
    codes, _ = LoginCode.objects.filter(expires_at__lt=old).delete()
    tries, _ = Throttle.objects.filter(started_at__lt=old).delete()
    return codes + tries
