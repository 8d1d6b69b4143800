"""Small secrets encrypted at rest (TOTP seeds), under a key derived from the instance secret."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet


def _box(secret: str, purpose: str) -> Fernet:
    key = hmac.new(secret.encode(), f"loket:{purpose}".encode(), hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal(text: str, *, secret: str, purpose: str) -> str:
    """`text` encrypted and authenticated; `purpose` separates keys of different uses."""
    return _box(secret, purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, secret: str, purpose: str) -> str:
    """The text again. Raises cryptography.fernet.InvalidToken when key, purpose or text are wrong."""
    return _box(secret, purpose).decrypt(sealed.encode()).decode()


def keyed_hash(text: str, *, secret: str, purpose: str) -> str:
    """A hash that only this instance can compute: to compare codes and find equal keys, not to reverse."""
    return hmac.new(secret.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
