"""Giving an official a signing key of the local signer and a TOTP seed."""

from django.conf import settings

from loket.audit.actions import record
from loket.core.actors import OPERATOR, Actor
from loket.core.errors import NotFoundError
from loket.documents.actions.signing import signer_key
from loket.documents.signers import local
from loket.offices.actions import set_totp
from loket.offices.models import Account


def instance_secret() -> bytes:
    """The secret under which the CA's key is kept."""
    return settings.SECRET_KEY.encode()


def make_key(*, email: str, passphrase: str, replace: bool = False, by: Actor = OPERATOR) -> str:
    """Make a signer's key and TOTP seed; returns the seed in base32.

    Raises NotFoundError, WeakPassphrase, SignerKeyExists.
    """
    account = Account.objects.select_related("office").filter(email=email.lower(), kind="staff").first()
    if account is None or account.office is None:
        raise NotFoundError(f"Tidak ada akun petugas dengan surel {email}.")
    local.ensure_ca(settings.KEYS_DIR, instance_secret())
    local.create_signer_key(
        settings.KEYS_DIR,
        instance_secret(),
        signer_key(account),
        account.name,
        account.office.name,
        passphrase,
        serial_number=account.employee_number,
        replace=replace,
    )
    record(action="signer.key", subject=account.ref, actor=by.ref, office_code=account.office_id or "")
    return set_totp(account=account, by=by)
