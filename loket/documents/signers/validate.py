"""Whether a PDF carries exactly one good signature over all of itself."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice

from loket.core import clock
from loket.documents.signers.facts import NotProperlySigned, SignatureFacts

# A CMS SignedData of 256 to 65,535 bytes in hexadecimal: SEQUENCE, length, OID 1.2.840.113549.1.7.2.
_CONTAINER = re.compile(rb"3082([0-9A-F]{4})06092A864886F70D010702", re.IGNORECASE)
_CONTAINER_HEADER = 4
# A file made to keep us busy may have thousands of beginnings.
MOST_CONTAINERS = 16


def check_signed(
    pdf: bytes,
    *,
    trust_roots: Sequence[bytes],
    expected_unsigned: bytes | None,
    moment: datetime | None = None,
) -> SignatureFacts:
    """The facts of the one signature of `pdf`, which is intact, trusted and over the entire file.

    `trust_roots` are certificates as PEM or DER; nothing is fetched from a network, so revocation is only
    known as far as the file tells. With `expected_unsigned`, the file must be exactly those bytes with the
    signature appended. `moment` (now by default) is when the certificate must be valid: give the moment of
    signing to look at an old file. Raises NotProperlySigned with the reason.
    """
    if expected_unsigned is not None and not pdf.startswith(expected_unsigned):
        raise NotProperlySigned("isinya bukan dokumen yang dimintakan tanda tangan")
    # Half of what a process loads at its start, and only this needs it.
    from loket.documents.signers.examining import examined  # noqa: PLC0415 (as above)

    with _of_unknown_origin():
        return examined(pdf, trust_roots, expected_unsigned, moment or clock.now())


def check_received(
    pdf: bytes, *, trust_roots: Sequence[bytes], moment: datetime | None = None
) -> SignatureFacts:
    """The facts of the one signature of a file that was signed elsewhere, by software that is not ours.

    As `check_signed`, but what was appended after the signature may be time stamps and data for long-term
    validation, and nothing else. Raises NotProperlySigned with the reason.
    """
    from loket.documents.signers.examining import examined_received  # noqa: PLC0415 (as above)

    with _of_unknown_origin():
        return examined_received(pdf, trust_roots, moment or clock.now())


@contextmanager
def _of_unknown_origin() -> Iterator[None]:
    """The parser of a file from anywhere may fail in any way; each of them means the same."""
    try:
        yield
    except NotProperlySigned:
        raise
    except Exception as error:  # whatever it is: the file is at fault, and the caller says so
        raise NotProperlySigned("berkas tidak dapat dibaca") from error


def signature_digest(pdf: bytes) -> str | None:
    """SHA-256 (hexadecimal) of the CMS container in `pdf`, or None where there is none that is whole.

    Looks for the container's own first bytes and trusts nothing around it, so that a copy of one of our
    files is recognised as derived from it whatever else was changed. Says nothing about validity.
    """
    longest = b""
    for match in islice(_CONTAINER.finditer(pdf), MOST_CONTAINERS):
        size = _CONTAINER_HEADER + int(match[1], 16)
        digits = pdf[match.start() : match.start() + 2 * size]
        if len(digits) == 2 * size > 2 * len(longest) and re.fullmatch(rb"[0-9A-Fa-f]+", digits):
            longest = bytes.fromhex(digits.decode())
    return hashlib.sha256(longest).hexdigest() if longest else None
