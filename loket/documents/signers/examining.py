"""What a signature in a PDF covers, who made it, and what was added: the parser behind `validate`.

The library's own verdict is not enough: its test that a signature covers the entire file compares lengths
only, and it overlooks changes in the part of the file that no signature can cover, its own value. So the
place of that value is checked here byte by byte.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.generic import DictionaryObject, PdfObject, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from loket.documents.signers.facts import NotProperlySigned, SignatureFacts

# The value as written by signing software: hexadecimal digits of one case.
_VALUE = re.compile(rb"<(?:[0-9A-F]+|[0-9a-f]+)>")
_SIGNED_DATA = bytes.fromhex("06092A864886F70D010702")
# What a signature adds to the objects of the file, and what its own objects consist of: nothing to see
# (/AP), nothing to run (/A, /AA, /XFA).
_TOUCHED_KEYS = {"/Catalog": frozenset({"/AcroForm", "/Extensions"}), "/Page": frozenset({"/Annots"})}
_FORM_KEYS = {"/Fields", "/SigFlags"}
_FIELD_KEYS = {"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"}


def examined(
    pdf: bytes, trust_roots: Sequence[bytes], expected_unsigned: bytes | None, moment: datetime
) -> SignatureFacts:
    """As `validate.check_signed`. Raises NotProperlySigned, or whatever the parser fails with."""
    signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    if len(signatures) != 1:
        raise NotProperlySigned(f"jumlah tanda tangannya {len(signatures)}, seharusnya satu")
    signature = signatures[0]
    _require_covered(pdf, signature, start=len(expected_unsigned or b""))
    _require_regular(signature)
    if expected_unsigned is not None:
        _require_same_content(signature, PdfFileReader(BytesIO(expected_unsigned)))
    context = ValidationContext(
        trust_roots=[root for data in trust_roots for root in _roots(data)],
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=moment,
    )
    # Without the analysis of later changes: there are none, the signature covers the file to its end.
    status = validate_pdf_signature(signature, context, skip_diff=True)
    _require_good(status)
    return _facts(signature, status)


def examined_received(pdf: bytes, trust_roots: Sequence[bytes], moment: datetime) -> SignatureFacts:
    """As `validate.check_received`. Raises NotProperlySigned, or whatever the parser fails with."""
    reader = PdfFileReader(BytesIO(pdf))
    signatures = reader.embedded_regular_signatures
    if len(signatures) != 1:
        found = (
            f"jumlah tanda tangannya {len(signatures)}, seharusnya satu"
            if signatures
            else "belum ditandatangani"
        )
        raise NotProperlySigned(found)
    signature = signatures[0]
    context = ValidationContext(
        trust_roots=[root for data in trust_roots for root in _roots(data)],
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=moment,
    )
    appended = reader.xrefs.total_revisions > signature.signed_revision + 1
    if not appended:
        _require_covered(pdf, signature, start=0)
    status = validate_pdf_signature(signature, context, skip_diff=not appended)
    _require_good(status, whole=not appended)
    return _facts(signature, status)


@lru_cache(maxsize=16)
def _roots(data: bytes) -> list[Any]:
    """The certificates in `data`, parsed once: every file of a batch is checked against the same."""
    return list(load_certs_from_pemder_data(data))


def _require_covered(pdf: bytes, signature: EmbeddedPdfSignature, *, start: int) -> None:
    """The signed bytes are all bytes but the signature value, and the value's place holds nothing else."""
    ranges = [int(number) for number in signature.byte_range]
    if len(ranges) != 4:
        raise NotProperlySigned("tanda tangan tidak mencakup seluruh berkas")
    begin, value_start, value_end, rest = ranges
    if begin != 0 or not start <= value_start < value_end or value_end + rest != len(pdf):
        raise NotProperlySigned("tanda tangan tidak mencakup seluruh berkas")
    value = pdf[value_start:value_end]
    if not _VALUE.fullmatch(value):
        raise NotProperlySigned("tempat tanda tangan memuat isi lain")
    container = bytes.fromhex(value[1:-1].decode()) if len(value) % 2 == 0 else b""
    size = _value_size(container)
    if container != signature.pkcs7_content or container[size:].strip(b"\0"):
        raise NotProperlySigned("tempat tanda tangan memuat isi lain")


def _value_size(der: bytes) -> int:
    """The length of the DER value that `der` begins with."""
    length = der[1] if len(der) > 1 else 0
    if length < 0x80:
        return 2 + length
    end = 2 + (length & 0x7F)
    return end + int.from_bytes(der[2:end], "big")


def _require_regular(signature: EmbeddedPdfSignature) -> None:
    """The few parts of the container that no signature covers say what they must, and nothing is added."""
    signed, signer = signature.signed_data, signature.signer_info
    container = signature.pkcs7_content
    try:
        digests = [
            (each["algorithm"].native, each["parameters"].native) for each in signed["digest_algorithms"]
        ]
        versions = (signed["version"].native, signer["version"].native)
        identifier = signer["sid"].chosen
        issuer = identifier["issuer"].dump() if signer["sid"].name == "issuer_and_serial_number" else None
        content = container.index(_SIGNED_DATA) + len(_SIGNED_DATA)
    except (ValueError, TypeError, KeyError) as error:
        raise NotProperlySigned("susunan tanda tangan tidak baku") from error
    # RFC 5652: version 3 where the signer is named by a key identifier, otherwise 1.
    expected_versions = ("v1", "v1") if issuer else ("v3", "v3")
    if (
        digests != [(signature.md_algorithm, None)]
        or versions != expected_versions
        or issuer not in (None, signature.signer_cert.issuer.dump())
        or content + _value_size(container[content:]) != _value_size(container)
    ):
        raise NotProperlySigned("susunan tanda tangan tidak baku")


def _require_same_content(signature: EmbeddedPdfSignature, unsigned: PdfFileReader) -> None:
    """What was appended holds an invisible signature and nothing that shows or does something.

    A signer, or somebody in its place, could append other pages and sign those.
    """
    signed = signature.reader
    changed = {
        reference
        for revision in range(unsigned.xrefs.total_revisions, signed.xrefs.total_revisions)
        for reference in signed.xrefs.explicit_refs_in_revision(revision)
        if reference.idnum < unsigned.trailer["/Size"]
    }
    form = signed.root["/AcroForm"]
    if (
        signed.trailer.raw_get("/Root") != unsigned.trailer.raw_get("/Root")
        or not form.keys() <= _FORM_KEYS
        or not signature.sig_field.keys() <= _FIELD_KEYS
        or not all(
            _is_harmless(unsigned.get_object(reference), signed.get_object(reference), signature)
            for reference in changed
        )
    ):
        raise NotProperlySigned("isinya diubah sewaktu ditandatangani")


def _is_harmless(old: PdfObject, new: PdfObject, signature: EmbeddedPdfSignature) -> bool:
    """Whether an object of the unsigned file changed only as the signature needs it."""
    if not isinstance(old, DictionaryObject) or not isinstance(new, DictionaryObject):
        return False
    if isinstance(new, StreamObject):
        return False  # its content may have changed though its dictionary did not
    kind = str(old.get("/Type", ""))
    touched = {key for key in old.keys() | new.keys() if _written(old, key) != _written(new, key)}
    if not touched <= _TOUCHED_KEYS.get(kind, frozenset()):
        return False
    if "/Annots" in touched:
        added = list(new["/Annots"])
        for annotation in old.get("/Annots", ()):
            added.remove(annotation)
        return [each.get_object() for each in added] == [signature.sig_field]
    return True


def _written(dictionary: DictionaryObject, key: str) -> bytes:
    stream = BytesIO()
    if key in dictionary:
        dictionary.raw_get(key).write_to_stream(stream, None)
    return stream.getvalue()


def _require_good(status: PdfSignatureStatus, *, whole: bool = True) -> None:
    """`whole`: nothing follows the signature; otherwise only what the library knows to be harmless may."""
    if not (status.intact and status.valid):
        raise NotProperlySigned("isi berkas tidak sama dengan yang ditandatangani")
    if not status.trusted:
        raise NotProperlySigned("sertifikatnya tidak berlaku atau bukan dari penerbit yang dipercaya")
    if (whole and status.coverage != SignatureCoverageLevel.ENTIRE_FILE) or not status.bottom_line:
        raise NotProperlySigned("tanda tangan tidak memenuhi syarat")


def _facts(signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> SignatureFacts:
    certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
    time = status.signer_reported_dt
    if time is None:
        raise NotProperlySigned("waktu tanda tangan tidak tercatat")
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    if not certificate.not_valid_before_utc <= time <= certificate.not_valid_after_utc:
        raise NotProperlySigned("waktu tanda tangan di luar masa berlaku sertifikat")
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    container = signature.pkcs7_content
    return SignatureFacts(
        common_name=str(names[0].value) if names else "",
        subject=certificate.subject.rfc4514_string(),
        signing_time=time,
        field_name=signature.field_name,
        certificate_sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        signature_digest=hashlib.sha256(container[: _value_size(container)]).hexdigest(),
        specimen=any(unit.value == "SPECIMEN" for unit in units),
    )
