"""Who can open a backup. The office's machine knows only the public half, or asks for a passphrase.

Each backup has a payload key of its own. It is wrapped for an X25519 recipient (an ephemeral key, HKDF,
AES-GCM) or under a passphrase (scrypt, AES-GCM); the wrapping stands in the header of the file.
"""

import base64
import hashlib
import os
import secrets
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from loket.core.errors import LoketError

PUBLIC_NAME = "backup.pub"
PREFIX = "LOKET-PEMULIHAN-"
_CHECK_BYTES = 3
_MISREAD = str.maketrans("018", "OIB")
# 128 MiB and about half a second for each try of a passphrase.
_SCRYPT = {"n": 2**17, "r": 8, "p": 1}
_NONCE = bytes(12)  # every wrapping key is used once
_SHORTEST_PASSPHRASE = 14


class WrongRecoveryKey(LoketError):
    """Kunci pemulihan atau frasa sandi ini tidak membuka cadangan tersebut."""


class UnreadableRecoveryKey(LoketError):
    """Kunci pemulihan tidak terbaca. Periksa salinannya: ada huruf yang salah atau hilang."""


class NoBackupKey(LoketError):
    """Belum ada kunci cadangan. Jalankan `loket backup-key new` sekali, lalu simpan kunci pemulihannya di
    luar kantor."""


class KeyExists(LoketError):
    """Kunci cadangan sudah ada. Gunakan --replace bila kunci pemulihan yang lama hilang; cadangan lama tetap
    hanya dapat dibuka dengan kunci lama."""


class WeakPassphrase(LoketError):
    """Frasa sandi cadangan harus paling sedikit 14 huruf."""


class Recipient(Protocol):
    """For whom a payload key is wrapped."""

    def wrap(self, payload_key: bytes) -> dict[str, str | int]:
        """The wrapping as it stands in the header."""


class Opener(Protocol):
    """Who unwraps a payload key."""

    def unwrap(self, wrapping: dict[str, str | int]) -> bytes:
        """The payload key. Raises WrongRecoveryKey."""


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _shared(secret: bytes, ephemeral: bytes, public: bytes) -> AESGCM:
    derive = HKDF(algorithm=SHA256(), length=32, salt=ephemeral + public, info=b"loket backup 1")
    return AESGCM(derive.derive(secret))


class PublicKey:
    """The half of a recovery key with which backups are made and none can be opened."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @property
    def name(self) -> str:
        """Short name of the key, to tell keys apart."""
        return hashlib.sha256(self.raw).hexdigest()[:12]

    def wrap(self, payload_key: bytes) -> dict[str, str | int]:
        """Wrap for the holder of the recovery key."""
        own = X25519PrivateKey.generate()
        ephemeral = own.public_key().public_bytes_raw()
        box = _shared(own.exchange(X25519PublicKey.from_public_bytes(self.raw)), ephemeral, self.raw)
        sealed = box.encrypt(_NONCE, payload_key, None)
        return {"kind": "x25519", "key": self.name, "ephemeral": _b64(ephemeral), "sealed": _b64(sealed)}


class RecoveryKey:
    """The half that opens backups; kept offline by the office."""

    def __init__(self, raw: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(raw)
        self.public = PublicKey(self._key.public_key().public_bytes_raw())

    def unwrap(self, wrapping: dict[str, str | int]) -> bytes:
        """The payload key of a backup made for this key. Raises WrongRecoveryKey."""
        if wrapping.get("kind") != "x25519":
            raise WrongRecoveryKey("Cadangan ini dibuka dengan frasa sandi, bukan dengan kunci pemulihan.")
        try:
            ephemeral = base64.b64decode(str(wrapping["ephemeral"]))
            secret = self._key.exchange(X25519PublicKey.from_public_bytes(ephemeral))
            box = _shared(secret, ephemeral, self.public.raw)
            return box.decrypt(_NONCE, base64.b64decode(str(wrapping["sealed"])), None)
        except (InvalidTag, ValueError, KeyError) as error:
            raise WrongRecoveryKey() from error

    def written(self) -> str:
        """The key as it is printed: groups of four with a check at the end."""
        raw = self._key.private_bytes_raw()
        text = base64.b32encode(raw + hashlib.sha256(raw).digest()[:_CHECK_BYTES]).decode().rstrip("=")
        return PREFIX + "-".join(text[place : place + 4] for place in range(0, len(text), 4))


def read_recovery_key(text: str) -> RecoveryKey:
    """A recovery key as somebody typed it. Raises UnreadableRecoveryKey."""
    signs = "".join(text.upper().replace("-", " ").split()).removeprefix(PREFIX.replace("-", ""))
    signs = signs.translate(_MISREAD)
    try:
        raw = base64.b32decode(signs + "=" * (-len(signs) % 8))
    except ValueError as error:
        raise UnreadableRecoveryKey() from error
    key, check = raw[:-_CHECK_BYTES], raw[-_CHECK_BYTES:]
    if len(key) != 32 or hashlib.sha256(key).digest()[:_CHECK_BYTES] != check:
        raise UnreadableRecoveryKey()
    return RecoveryKey(key)


class Passphrase:
    """A passphrase that wraps and unwraps."""

    def __init__(self, text: str) -> None:
        self._text = text.strip()

    def wrap(self, payload_key: bytes) -> dict[str, str | int]:
        """Wrap under the passphrase. Raises WeakPassphrase."""
        if len(self._text) < _SHORTEST_PASSPHRASE:
            raise WeakPassphrase()
        salt = secrets.token_bytes(16)
        sealed = self._box(salt, **_SCRYPT).encrypt(_NONCE, payload_key, None)
        return {"kind": "scrypt", "salt": _b64(salt), "sealed": _b64(sealed), **_SCRYPT}

    def _box(self, salt: bytes, *, n: int, r: int, p: int) -> AESGCM:
        return AESGCM(Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(self._text.encode()))

    def unwrap(self, wrapping: dict[str, str | int]) -> bytes:
        """The payload key. Raises WrongRecoveryKey."""
        # The cost is ours and not the header's, which anybody may have written.
        if wrapping.get("kind") != "scrypt" or {name: wrapping.get(name) for name in _SCRYPT} != _SCRYPT:
            raise WrongRecoveryKey("Cadangan ini dibuka dengan kunci pemulihan, bukan dengan frasa sandi.")
        try:
            box = self._box(base64.b64decode(str(wrapping["salt"])), **_SCRYPT)
            return box.decrypt(_NONCE, base64.b64decode(str(wrapping["sealed"])), None)
        except (InvalidTag, ValueError, KeyError) as error:
            raise WrongRecoveryKey() from error


def new_key(keys_dir: Path, *, replace: bool = False) -> RecoveryKey:
    """Make a recovery key; its public half stays in `keys_dir`, the key itself only with the caller.

    Raises KeyExists.
    """
    path = keys_dir / PUBLIC_NAME
    if path.exists() and not replace:
        raise KeyExists()
    key = RecoveryKey(secrets.token_bytes(32))
    keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{PUBLIC_NAME}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(_b64(key.public.raw) + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return key


def public_key(keys_dir: Path) -> PublicKey:
    """The public half that backups are made for. Raises NoBackupKey, UnreadableRecoveryKey."""
    path = keys_dir / PUBLIC_NAME
    if not path.exists():
        raise NoBackupKey()
    raw = base64.b64decode(path.read_text())
    if len(raw) != 32:
        raise UnreadableRecoveryKey()
    return PublicKey(raw)
