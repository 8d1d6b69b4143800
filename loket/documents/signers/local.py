"""The keys of the local signer: this installation's own CA, and a key and certificate for every signer.

    keys/                          0700
      ca/key.pem                   0600  PKCS#8, encrypted with a key derived from the instance secret
      ca/certificate.pem           0644  the trust root; may be given away
      signers/<id>/key.pem         0600  PKCS#8, encrypted with a key derived from the signer's passphrase
      signers/<id>/certificate.pem 0644
      signers/<id>/kdf.json        0600  salt and cost of that derivation

The passphrase goes through scrypt first: PKCS#8 by itself would let an attacker who has the file try about
a million passphrases a second. Both subjects say SPECIMEN, because nobody outside trusts this CA.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.x509.oid import NameOID

from loket.core import clock
from loket.documents.signers import wire
from loket.documents.signers.base import (
    NoSignerKey,
    SignerKeyExists,
    SignerSetupError,
    WeakPassphrase,
    WrongPassphrase,
)
from loket.documents.signers.cms import PrivateKey

Algorithm = Literal["rsa-2048", "ecdsa-p256"]
SHORTEST_PASSPHRASE, LONGEST_PASSPHRASE = 12, 200
SHORTEST_SECRET = 16
SPECIMEN = "SPECIMEN"
CA_YEARS, SIGNER_YEARS = 10, 2
# About 0.1 s and 64 MB a try on a small server.
SCRYPT_COST = 2**16
# X.509 allows no more in a name; "Dinas Kependudukan dan Pencatatan Sipil Kabupaten ..." often has more.
LONGEST_NAME = 64
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# Clocks of the machines that verify are not quite ours.
_CLOCK_SKEW = timedelta(minutes=10)


def ensure_ca(keys_dir: Path, secret: bytes) -> x509.Certificate:
    """The certificate of the CA in `keys_dir`, which is made where there is none yet.

    Safe when several processes start at once. Raises SignerSetupError where the CA key was made with
    another secret, ValueError for a secret shorter than 16 bytes.
    """
    keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys_dir.chmod(0o700)
    if not (keys_dir / "ca").exists():
        key = ec.generate_private_key(ec.SECP256R1())
        files = {
            "key.pem": _encrypted(key, _ca_password(secret)),
            "certificate.pem": _pem(_ca_certificate(key)),
        }
        with contextlib.suppress(FileExistsError):  # another process was faster: its CA is the one
            _publish(keys_dir / "ca", files)
    return _load_ca(keys_dir, secret)[0]


def ca_certificate(keys_dir: Path) -> bytes:
    """The CA certificate as PEM, to be exported or trusted. Raises SignerSetupError where there is none."""
    try:
        return (keys_dir / "ca" / "certificate.pem").read_bytes()
    except FileNotFoundError as error:
        raise SignerSetupError("Otoritas sertifikat belum dibuat.") from error


def create_signer_key(
    keys_dir: Path,
    secret: bytes,
    signer_id: str,
    name: str,
    organisation: str,
    passphrase: str,
    *,
    serial_number: str = "",
    algorithm: Algorithm = "rsa-2048",
    replace: bool = False,
) -> x509.Certificate:
    """Make a key for a signer and have the CA certify it for two years.

    `serial_number` distinguishes people of the same name (a NIP, never a NIK: the certificate is in every
    document). `replace` puts a new key in the place of the old one, which is destroyed; files that were
    signed with it stay valid. Raises WeakPassphrase, SignerKeyExists, SignerSetupError (no CA, or another
    secret), ValueError for an id that cannot name a directory.
    """
    target = _signer_dir(keys_dir, signer_id)
    if not SHORTEST_PASSPHRASE <= len(passphrase) <= LONGEST_PASSPHRASE:
        raise WeakPassphrase(field="passphrase")
    if target.exists() and not replace:
        raise SignerKeyExists
    ca, ca_key = _load_ca(keys_dir, secret)
    key = _new_key(algorithm)
    certificate = _signer_certificate(key, _subject(name, organisation, serial_number), ca, ca_key)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        _publish(target, _signer_files(key, certificate, passphrase), replace=replace)
    except FileExistsError as error:
        raise SignerKeyExists from error
    return certificate


def signer_certificate(keys_dir: Path, signer_id: str) -> x509.Certificate:
    """The certificate of a signer. Raises NoSignerKey."""
    try:
        pem = (_signer_dir(keys_dir, signer_id) / "certificate.pem").read_bytes()
    except (FileNotFoundError, ValueError) as error:
        raise NoSignerKey from error
    return x509.load_pem_x509_certificate(pem)


def open_signer_key(
    keys_dir: Path, signer_id: str, passphrase: bytearray
) -> tuple[x509.Certificate, PrivateKey]:
    """The certificate and the decrypted key of a signer. Raises NoSignerKey, WrongPassphrase."""
    certificate = signer_certificate(keys_dir, signer_id)
    folder = _signer_dir(keys_dir, signer_id)
    password = _signer_password(passphrase, json.loads((folder / "kdf.json").read_bytes()))
    try:
        key = serialization.load_pem_private_key((folder / "key.pem").read_bytes(), password=bytes(password))
    except ValueError as error:
        raise WrongPassphrase(field="passphrase") from error
    finally:
        wire.wipe(password)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SignerSetupError("Jenis kunci tanda tangan tidak didukung.")
    return certificate, key


def _signer_dir(keys_dir: Path, signer_id: str) -> Path:
    if not _SAFE_ID.fullmatch(signer_id):
        raise ValueError(f"{signer_id!r} cannot name a signer")
    return keys_dir / "signers" / signer_id


def _new_key(algorithm: Algorithm) -> PrivateKey:
    if algorithm == "rsa-2048":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def _signer_files(key: PrivateKey, certificate: x509.Certificate, passphrase: str) -> dict[str, bytes]:
    kdf: dict[str, str | int] = {"salt": secrets.token_hex(16), "n": SCRYPT_COST, "r": 8, "p": 1}
    text = wire.passphrase_bytes(passphrase)
    password = _signer_password(text, kdf)
    try:
        return {
            "key.pem": _encrypted(key, password),
            "certificate.pem": _pem(certificate),
            "kdf.json": json.dumps({"kdf": "scrypt", **kdf}).encode(),
        }
    finally:
        wire.wipe(text)
        wire.wipe(password)


def _load_ca(keys_dir: Path, secret: bytes) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    password = _ca_password(secret)
    certificate = x509.load_pem_x509_certificate(ca_certificate(keys_dir))
    try:
        pem = (keys_dir / "ca" / "key.pem").read_bytes()
        key = serialization.load_pem_private_key(pem, password=password)
    except (FileNotFoundError, ValueError) as error:
        raise SignerSetupError(
            "Kunci otoritas sertifikat tidak dapat dibuka: rahasia instalasi bukan yang dipakai membuatnya."
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SignerSetupError("Jenis kunci otoritas sertifikat tidak didukung.")
    return certificate, key


def _ca_password(secret: bytes) -> bytes:
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"the instance secret must have {SHORTEST_SECRET} bytes or more")
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"loket signer CA key").derive(secret)


def _signer_password(passphrase: bytearray, kdf: dict[str, str | int]) -> bytearray:
    scrypt = Scrypt(
        salt=bytes.fromhex(str(kdf["salt"])), length=32, n=int(kdf["n"]), r=int(kdf["r"]), p=int(kdf["p"])
    )
    password = bytearray(32)
    scrypt.derive_into(passphrase, password)
    return password


def _encrypted(key: PrivateKey, password: bytes | bytearray) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(bytes(password)),
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _ca_certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    # The random part keeps the CAs of two installations apart in one trust store.
    name = _subject(f"Loket {SPECIMEN} CA {secrets.token_hex(4)}", "Loket")
    usage = _key_usage(key_cert_sign=True, crl_sign=True)
    return (
        _builder(name, name, key, clock.now() + timedelta(days=365 * CA_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _signer_certificate(
    key: PrivateKey, subject: x509.Name, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    usage = _key_usage(digital_signature=True, content_commitment=True)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    until = min(clock.now() + timedelta(days=365 * SIGNER_YEARS), ca.not_valid_after_utc)
    return (
        _builder(subject, ca.subject, key, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(issuer, critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - _CLOCK_SKEW)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _subject(name: str, organisation: str, serial_number: str = "") -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, "ID"),
        (NameOID.ORGANIZATION_NAME, _fitted(organisation)),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, SPECIMEN),
        (NameOID.COMMON_NAME, _fitted(name)),
        (NameOID.SERIAL_NUMBER, serial_number),
    ]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


def _fitted(text: str) -> str:
    """`text` in as many whole words as a certificate name can hold."""
    text = " ".join(text.split())
    if len(text) <= LONGEST_NAME:
        return text
    return text[: LONGEST_NAME + 1].rpartition(" ")[0] or text[:LONGEST_NAME]


def _key_usage(**usages: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    ).split()
    return x509.KeyUsage(**{name: usages.get(name, False) for name in names})


def _publish(target: Path, files: dict[str, bytes], *, replace: bool = False) -> None:
    """Make the directory `target` with these files appear at once and whole.

    Raises FileExistsError where it exists, unless `replace`.
    """
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    for name, content in files.items():
        mode = 0o644 if name == "certificate.pem" else 0o600
        descriptor = os.open(draft / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    if replace and target.exists():
        # Aside, not deleted: a crash right here must not leave the signer without any key.
        old = Path(tempfile.mkdtemp(prefix=".old-", dir=target.parent))
        target.rename(old)
        draft.rename(target)
        shutil.rmtree(old)
    else:
        _rename_new(draft, target)
    _sync_directory(target.parent)


def _rename_new(draft: Path, target: Path) -> None:
    try:
        draft.rename(target)  # fails where `target` is a directory with files in it
    except OSError as error:
        shutil.rmtree(draft)
        raise FileExistsError(target) from error


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
