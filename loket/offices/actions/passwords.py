"""Passwords of officials: rules, setting one with a one-time code, changing one's own; one's own TOTP."""

from datetime import timedelta

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from loket.audit.actions import record
from loket.core import clock
from loket.core.codes import new_tracking_code, parse_tracking_code
from loket.core.errors import LoketError
from loket.core.secretbox import keyed_hash, seal
from loket.offices.actions.signin import WrongTotp, check_totp, forget_tries, throttle
from loket.offices.models import Account, PasswordCode

SHORTEST_PASSWORD = 12
FEWEST_SIGNS = 5
SHORTEST_NAME_PART = 4
CODE_HOURS = 72
_COMMON = CommonPasswordValidator()


class WeakPassword(LoketError):
    """Kata sandi terlalu mudah ditebak. Pakai beberapa kata yang tidak berhubungan dengan Anda."""

    status = 422


class WrongPasswordCode(LoketError):
    """Surel atau kode salah, atau kodenya sudah dipakai atau kedaluwarsa. Minta kode baru ke admin kantor."""


class WrongOldPassword(LoketError):
    """Kata sandi lama salah."""


def check_rules(password: str, *, email: str, name: str = "") -> None:
    """Raises WeakPassword: too short, well known, too few signs, or made of the name or address."""
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(f"Kata sandi paling sedikit {SHORTEST_PASSWORD} karakter.", field="password")
    if len(set(password)) < FEWEST_SIGNS:
        raise WeakPassword(field="password")
    try:
        _COMMON.validate(password)
    except ValidationError as error:
        raise WeakPassword(field="password") from error
    own = [part for part in (email.lower().partition("@")[0], *name.lower().split()) if part]
    if any(part in password.lower() for part in own if len(part) >= SHORTEST_NAME_PART):
        raise WeakPassword("Kata sandi tidak boleh memuat nama atau surel Anda.", field="password")


def _hash(code: str) -> str:
    return keyed_hash(code, secret=settings.SECRET_KEY, purpose="password-code")


def end_sessions(account: Account) -> None:
    """End every session of an account, at its next request."""
    Account.objects.filter(pk=account.pk).update(session_epoch=F("session_epoch") + 1)
    account.refresh_from_db(fields=["session_epoch"])


@transaction.atomic
def new_password_code(*, account: Account) -> str:
    """A code for setting a password, to be sent and forgotten; earlier ones end."""
    now = clock.now()
    PasswordCode.objects.filter(account=account, used_at__isnull=True).update(used_at=now)
    code = new_tracking_code()
    PasswordCode.objects.create(
        account=account, code_hash=_hash(code), expires_at=now + timedelta(hours=CODE_HOURS)
    )
    return code


def set_password(*, email: str, code: str, password: str, address: str) -> Account:
    """Set a password with the code that was sent. The code works once; all sessions end.

    An unknown address, a foreign and a used code get the same answer after the same work. Raises
    TooManyTries, WeakPassword, WrongPasswordCode.
    """
    throttle(what="password-code", who=f"{email}|{address}")
    check_rules(password, email=email)
    with transaction.atomic():
        waiting = PasswordCode.objects.select_for_update(of=("self",)).select_related("account")
        found = waiting.filter(
            code_hash=_hash(parse_tracking_code(code) or ""),
            account__email=email.lower(),
            account__is_active=True,
            used_at__isnull=True,
            expires_at__gt=clock.now(),
        ).first()
        if found is None:
            raise WrongPasswordCode(field="code")
        account = found.account
        check_rules(password, email=email, name=account.name)
        found.used_at = clock.now()
        found.save(update_fields=["used_at"])
        _store(account, password, "account.set_password")
    return account


def _store(account: Account, password: str, action: str) -> None:
    account.password = make_password(password)
    account.save(update_fields=["password"])
    end_sessions(account)
    record(action=action, subject=account.ref, actor=account.ref, office_code=account.office_id or "")


def change_password(*, account: Account, old: str, password: str) -> None:
    """Change one's own password; all other sessions end.

    Raises TooManyTries, WrongOldPassword, WeakPassword.
    """
    throttle(what="old-password", who=account.ref)
    if not check_password(old, account.password):
        raise WrongOldPassword(field="old")
    forget_tries(what="old-password", who=account.ref)
    check_rules(password, email=account.email, name=account.name)
    with transaction.atomic():
        _store(account, password, "account.change_password")


def enrol_totp(*, account: Account, old: str, seed: str, code: str, present: str = "") -> None:
    """Set up one's own authenticator: with the password, a code of the new seed, and one of the old, if any.

    All other sessions end. Raises TooManyTries, WrongOldPassword, WrongTotp.
    """
    throttle(what="old-password", who=account.ref)
    if not check_password(old, account.password):
        raise WrongOldPassword("Kata sandi salah.", field="old")
    forget_tries(what="old-password", who=account.ref)
    moment = clock.now()
    if not pyotp.TOTP(seed).verify("".join(code.split()), for_time=moment, valid_window=1):
        raise WrongTotp(field="totp")
    if account.totp_secret:
        try:
            check_totp(account=account, code=present)
        except WrongTotp as failure:
            raise WrongTotp(field="present") from failure
    with transaction.atomic():
        account.totp_secret = seal(seed, secret=settings.SECRET_KEY, purpose="totp")
        account.totp_step = int(moment.timestamp()) // 30 + 1
        account.save(update_fields=["totp_secret", "totp_step"])
        end_sessions(account)
        record(
            action="account.set_totp",
            subject=account.ref,
            actor=account.ref,
            office_code=account.office_id or "",
        )
