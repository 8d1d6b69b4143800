"""A real CA, real keys and a real PDF/A, made once per test process: nothing is imitated."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typst

from loket.core import clock
from loket.documents.signers import local
from loket.documents.signers.pades import PadesSigner

SECRET = b"instance secret of the tests, 32 bytes or more"
PASSPHRASE = "kata sandi TTE yang panjang"
DOCUMENT = b"""
#set document(title: "Kutipan Akta", date: datetime(year: 2026, month: 1, day: 2))
#set page(paper: "a6")
= Kutipan Akta Kelahiran
#link("https://contoh.test/v/1")[Periksa keaslian]
#table(columns: 2, ..range(20).map(number => [sel #number]))
"""


@pytest.fixture(scope="session")
def pdf() -> bytes:
    return typst.compile(DOCUMENT, format="pdf", pdf_standards=["a-2b"])


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("keys")
    local.ensure_ca(directory, SECRET)
    for signer_id, name, algorithm in (("rsa", "Kepala Dinas", "rsa-2048"), ("ec", "Kabid", "ecdsa-p256")):
        local.create_signer_key(
            directory, SECRET, signer_id, name, "Dinas Dukcapil", PASSPHRASE, algorithm=algorithm
        )
    return directory


@pytest.fixture(scope="session")
def roots(keys_dir: Path) -> list[bytes]:
    return [local.ca_certificate(keys_dir)]


@pytest.fixture(scope="session")
def open_signer(keys_dir: Path) -> Callable[[str], PadesSigner]:
    def opened(signer_id: str) -> PadesSigner:
        return PadesSigner(*local.open_signer_key(keys_dir, signer_id, bytearray(PASSPHRASE.encode())))

    return opened


@pytest.fixture(scope="session")
def sign(open_signer: Callable[[str], PadesSigner]) -> Callable[..., bytes]:
    def signed(content: bytes, signer_id: str = "rsa", signing_time: datetime | None = None) -> bytes:
        return open_signer(signer_id).sign(
            content,
            field_name="TTE",
            reason="Kutipan Akta Kelahiran",
            location="Balikpapan",
            signing_time=signing_time or clock.now().astimezone(UTC).replace(microsecond=0),
        )

    return signed


@pytest.fixture(scope="session")
def signed(sign: Callable[..., bytes], pdf: bytes) -> bytes:
    return sign(pdf)
