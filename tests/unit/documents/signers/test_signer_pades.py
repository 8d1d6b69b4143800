import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from loket.documents.signers import local
from loket.documents.signers.base import SigningRefused
from loket.documents.signers.cms import SignatureContainer
from loket.documents.signers.validate import check_signed


@pytest.mark.parametrize(("signer_id", "name"), [("rsa", "Kepala Dinas"), ("ec", "Kabid")])
def test_a_signed_file_passes_the_check(sign, pdf: bytes, roots, signer_id: str, name: str):
    moment = datetime(2026, 8, 17, 9, 5, tzinfo=ZoneInfo("Asia/Makassar"))
    signed = sign(pdf, signer_id)
    facts = check_signed(signed, trust_roots=roots, expected_unsigned=pdf)
    assert facts.common_name == name
    assert facts.field_name == "TTE"
    assert facts.specimen
    assert b"/M (D\\07220260817090500\\05308\\04700\\047)" in sign(pdf, signer_id, moment)


def test_it_stays_a_pdf_a_with_the_metadata_of_the_renderer(signed: bytes, pdf: bytes):
    before, after = pikepdf.open(BytesIO(pdf)), pikepdf.open(BytesIO(signed))
    assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
    assert dict(after.docinfo) == dict(before.docinfo)
    with after.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
    assert not list(after.check_pdf_syntax())


def test_nothing_is_drawn(signed: bytes, pdf: bytes):
    before, after = pikepdf.open(BytesIO(pdf)), pikepdf.open(BytesIO(signed))
    assert after.pages[0].Contents.read_bytes() == before.pages[0].Contents.read_bytes()
    (widget,) = [each for each in after.pages[0].Annots if each.Subtype == "/Widget"]
    assert len(after.pages[0].Annots) == len(before.pages[0].Annots) + 1
    assert [float(side) for side in widget.Rect] == [0, 0, 0, 0]
    assert "/AP" not in widget
    assert widget.F == 4 + 128  # print, which PDF/A demands, and locked
    assert after.Root.AcroForm.SigFlags == 3


def test_the_signature_dictionary(signed: bytes):
    file = pikepdf.open(BytesIO(signed))
    value = file.Root.AcroForm.Fields[0].V
    assert value.SubFilter == "/ETSI.CAdES.detached"
    assert str(value.Name) == "Kepala Dinas"
    assert str(value.Reason) == "Kutipan Akta Kelahiran"
    assert str(value.Location) == "Balikpapan"
    first, length, second, rest = (int(number) for number in value.ByteRange)
    assert (first, second + rest) == (0, len(signed))
    assert signed[length:second] == b"<" + bytes(value.Contents).hex().upper().encode() + b">"


def test_a_file_is_signed_once(sign, signed: bytes):
    with pytest.raises(SigningRefused):
        sign(signed)


def test_a_certificate_of_another_key_is_refused(keys_dir: Path, open_signer):
    _, key = local.open_signer_key(keys_dir, "ec", bytearray(b"kata sandi TTE yang panjang"))
    with pytest.raises(ValueError, match="not of this key"):
        SignatureContainer(open_signer("rsa").certificate, key)


@pytest.fixture(scope="session")
def nss(keys_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    for tool, package in (("pdfsig", "poppler-utils"), ("certutil", "libnss3-tools")):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not installed (Debian package {package})")
    database = tmp_path_factory.mktemp("nss")
    certificate = keys_dir / "ca" / "certificate.pem"
    subprocess.run(["certutil", "-N", "-d", f"sql:{database}", "--empty-password"], check=True)
    add = ["certutil", "-A", "-d", f"sql:{database}", "-n", "ca", "-t", "CT,C,C", "-i", str(certificate)]
    subprocess.run(add, check=True)
    return database


def pdfsig(nss: Path, content: bytes, directory: Path) -> str:
    path = directory / "signed.pdf"
    path.write_bytes(content)
    return subprocess.run(
        ["pdfsig", "-nssdir", str(nss), str(path)], check=False, capture_output=True, text=True
    ).stdout


@pytest.mark.parametrize("signer_id", ["rsa", "ec"])
def test_an_independent_reader_accepts_it(
    nss: Path, sign: Callable[..., bytes], pdf: bytes, tmp_path: Path, signer_id: str
):
    signed = sign(pdf, signer_id)
    verdict = pdfsig(nss, signed, tmp_path)
    assert "Signature Validation: Signature is Valid." in verdict
    assert "Certificate Validation: Certificate is Trusted." in verdict
    assert "Total document signed" in verdict
    assert "Signature Type: ETSI.CAdES.detached" in verdict
    assert "Digest Mismatch" in pdfsig(nss, signed.replace(b"/Count 1", b"/Count 2", 1), tmp_path)
