import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from loket.core import clock
from loket.documents.signers import local
from loket.documents.signers.base import (
    NoSignerKey,
    SignerKeyExists,
    SignerSetupError,
    WeakPassphrase,
    WrongPassphrase,
)

SECRET = b"instance secret of the tests, 32 bytes or more"
PASSPHRASE = "kata sandi TTE yang panjang"


def make(keys_dir: Path, signer_id: str = "kadis", passphrase: str = PASSPHRASE, **more) -> x509.Certificate:
    return local.create_signer_key(
        keys_dir, SECRET, signer_id, "Nama Pejabat", "Dinas", passphrase, algorithm="ecdsa-p256", **more
    )


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    local.ensure_ca(tmp_path / "keys", SECRET)
    return tmp_path / "keys"


def test_the_ca_is_made_once(fresh: Path):
    first = local.ca_certificate(fresh)
    again = local.ensure_ca(fresh, SECRET)
    assert again == x509.load_pem_x509_certificate(first)
    assert "SPECIMEN" in again.subject.rfc4514_string()
    assert again.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_processes_that_start_at_once_agree_on_one_ca(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: local.ensure_ca(tmp_path / "keys", SECRET), range(8)))
    assert len({certificate.serial_number for certificate in made}) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["ca"]


def test_the_ca_key_opens_with_the_instance_secret_only(fresh: Path):
    with pytest.raises(SignerSetupError, match="rahasia instalasi"):
        local.ensure_ca(fresh, b"another secret of the same kind")
    with pytest.raises(ValueError, match="16 bytes"):
        local.ensure_ca(fresh, b"short")


def test_without_a_ca_there_is_nothing_to_export(tmp_path: Path):
    with pytest.raises(SignerSetupError):
        local.ca_certificate(tmp_path)


def test_the_certificate_says_who_and_what_for(fresh: Path):
    certificate = make(fresh, serial_number="198001012005011001")
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert certificate.subject.rfc4514_string() == (
        "2.5.4.5=198001012005011001,CN=Nama Pejabat,OU=SPECIMEN,O=Dinas,C=ID"
    )
    lasts = certificate.not_valid_after_utc - clock.now()
    assert timedelta(days=729) < lasts <= timedelta(days=730)
    ca = x509.load_pem_x509_certificate(local.ca_certificate(fresh))
    certificate.verify_directly_issued_by(ca)
    assert local.signer_certificate(fresh, "kadis") == certificate


def test_names_longer_than_a_certificate_allows_are_cut_at_a_word(fresh: Path):
    office = "Dinas Kependudukan dan Pencatatan Sipil Kabupaten Hulu Sungai Selatan"
    certificate = local.create_signer_key(
        fresh, SECRET, "a", "X" * 80, office, PASSPHRASE, algorithm="ecdsa-p256"
    )
    subject = certificate.subject
    organisation = subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value
    assert organisation == "Dinas Kependudukan dan Pencatatan Sipil Kabupaten Hulu Sungai"
    assert subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "X" * 64


def test_a_certificate_does_not_outlive_the_ca(tmp_path: Path):
    ca = local.ensure_ca(tmp_path, SECRET)
    with clock.use(clock.now() + timedelta(days=9 * 365)):
        certificate = make(tmp_path)
    assert certificate.not_valid_after_utc == ca.not_valid_after_utc


def test_keys_can_be_read_by_their_owner_only(fresh: Path):
    make(fresh)
    modes = {
        str(path.relative_to(fresh.parent)): stat.S_IMODE(path.stat().st_mode)
        for path in [fresh, *fresh.rglob("*")]
    }
    assert modes == {
        "keys": 0o700,
        "keys/ca": 0o700,
        "keys/ca/key.pem": 0o600,
        "keys/ca/certificate.pem": 0o644,
        "keys/signers": 0o700,
        "keys/signers/kadis": 0o700,
        "keys/signers/kadis/key.pem": 0o600,
        "keys/signers/kadis/certificate.pem": 0o644,
        "keys/signers/kadis/kdf.json": 0o600,
    }


def test_neither_passphrase_nor_secret_is_in_any_file(fresh: Path):
    make(fresh)
    content = b"".join(path.read_bytes() for path in fresh.rglob("*") if path.is_file())
    assert PASSPHRASE.encode() not in content
    assert SECRET not in content


def test_the_passphrase_does_not_open_the_key_without_the_slow_derivation(fresh: Path):
    make(fresh)
    pem = (fresh / "signers/kadis/key.pem").read_bytes()
    assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    with pytest.raises(ValueError, match="password"):
        serialization.load_pem_private_key(pem, password=PASSPHRASE.encode())


def test_opening_a_key(fresh: Path):
    make(fresh)
    certificate, key = local.open_signer_key(fresh, "kadis", bytearray(PASSPHRASE.encode()))
    assert key.public_key() == certificate.public_key()
    with pytest.raises(WrongPassphrase):
        local.open_signer_key(fresh, "kadis", bytearray(b"kata sandi TTE yang pendek"))
    with pytest.raises(NoSignerKey):
        local.open_signer_key(fresh, "kabid", bytearray(PASSPHRASE.encode()))


@pytest.mark.parametrize("passphrase", ["", "sebelas kar", "a" * 201])
def test_a_passphrase_has_12_characters_or_more(fresh: Path, passphrase: str):
    with pytest.raises(WeakPassphrase, match="12 sampai 200 karakter"):
        make(fresh, passphrase=passphrase)
    assert not (fresh / "signers").exists()


@pytest.mark.parametrize("signer_id", ["", ".", "..", "../ca", "a/b", "a b", ".sembunyi", "a" * 65, "é"])
def test_an_id_never_leads_out_of_its_directory(fresh: Path, signer_id: str):
    with pytest.raises(ValueError, match="cannot name a signer"):
        make(fresh, signer_id)
    with pytest.raises(NoSignerKey):
        local.signer_certificate(fresh, signer_id)


def test_a_key_is_replaced_only_on_purpose(fresh: Path):
    first = make(fresh)
    with pytest.raises(SignerKeyExists):
        make(fresh)
    assert local.signer_certificate(fresh, "kadis") == first
    second = make(fresh, passphrase="kata sandi yang lain", replace=True)
    assert local.signer_certificate(fresh, "kadis") == second
    assert first.fingerprint(hashes.SHA256()) != second.fingerprint(hashes.SHA256())
    assert [path.name for path in (fresh / "signers").iterdir()] == ["kadis"]
    with pytest.raises(WrongPassphrase):
        local.open_signer_key(fresh, "kadis", bytearray(PASSPHRASE.encode()))
