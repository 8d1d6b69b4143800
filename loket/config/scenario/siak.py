"""A stand-in for SIAK: it gives numbers and signs documents, with a CA of its own for one run.

There is no interface to the real one; an official carries numbers and files to and fro. So this gives exactly
what that official would bring: a number for each that is asked for, and a signed PDF for each document. How
SIAK's papers really look is not known to us; only what is needed to recognise them is on these.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from loket.cases.queries import expected
from loket.cases.rules.siak import Expected
from loket.documents.models import Document
from loket.documents.signers.local import SPECIMEN
from loket.documents.signers.pades import PadesSigner
from loket.register.models import CivilRecord, Family, RegisterEvent, Resident
from loket.register.sources import Want

# As in our own register, so that a scenario may name a number that an earlier one was given: people and
# families of scenarios have serials from 9001 on.
FIRST_SERIALS: dict[str, int] = {"nik": 9001, "family_card": 9001, "record": 1, "letter": 1}
VALID = timedelta(days=365)
_PAPER = rb"""
#set page(paper: "a4", margin: 2cm)
#set text(ligatures: false)
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
= #upper(data.title)
#for line in data.lines [ #line \ ]
"""


class StandIn:
    """The national system as far as an office meets it. `roots` is where its root certificate is put."""

    def __init__(self, roots: Path, moment: datetime) -> None:
        """Makes a CA whose certificates are valid around `moment`."""
        self._moment = moment
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.authority = self._certificate("SIAK REKAAN CA", self._key, ca=True)
        self._signers: dict[str, PadesSigner] = {}
        self._given: set[str] = set()
        roots.write_bytes(self.authority.public_bytes(serialization.Encoding.PEM))

    def number(self, wanted: Want) -> str:
        """A number that nobody has."""
        serial = FIRST_SERIALS[wanted.kind]
        while (number := f"{wanted.prefix}{serial:04d}") in self._given or _known(wanted, number):
            serial += 1
        self._given.add(number)
        return number

    def document(self, document: Document, official: str, at: datetime) -> bytes:
        """The file of a document as it comes back, signed by an official at a moment."""
        return self.signed(paper(document.title, lines_of(expected(document))), official, at)

    def signed(self, pdf: bytes, official: str, at: datetime, valid_until: datetime | None = None) -> bytes:
        """A PDF with the signature of an official; `valid_until` is when their certificate ends."""
        name = official if valid_until is None else f"{official}|{valid_until}"
        if name not in self._signers:
            key = ec.generate_private_key(ec.SECP256R1())
            self._signers[name] = PadesSigner(self._certificate(official, key, until=valid_until), key)
        return self._signers[name].sign(
            pdf, field_name="Signature1", reason="SIAK", location="SIAK", signing_time=at
        )

    def _certificate(
        self, name: str, key: ec.EllipticCurvePrivateKey, *, ca: bool = False, until: datetime | None = None
    ) -> x509.Certificate:
        parts = [(NameOID.ORGANIZATIONAL_UNIT_NAME, SPECIMEN), (NameOID.COMMON_NAME, name[:64])]
        subject = x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])
        usage = {
            "key_cert_sign": ca,
            "crl_sign": ca,
            "digital_signature": not ca,
            "content_commitment": not ca,
        }
        others = ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only")
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if ca else self.authority.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._moment - VALID)
            .not_valid_after(until or self._moment + VALID)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
            .add_extension(x509.KeyUsage(**usage, **dict.fromkeys(others, False)), critical=True)
            .sign(self._key, hashes.SHA256())
        )


def _known(wanted: Want, number: str) -> bool:
    rows = {
        "nik": Resident.objects.filter(nik=number),
        "family_card": Family.objects.filter(number=number),
        "record": CivilRecord.objects.filter(number=number),
        "letter": RegisterEvent.objects.filter(number=number),
    }
    return rows[wanted.kind].exists()


def lines_of(what: Expected) -> list[str]:
    """What stands on the paper of a document, as far as it is recognised by it."""
    return [f"Nomor {what.number}", what.name, *sorted(what.niks)]


def paper(title: str, lines: Iterable[str]) -> bytes:
    """An unsigned PDF with a title and lines."""
    data = json.dumps({"title": title, "lines": list(lines)})
    return typst.compile(_PAPER, sys_inputs={"data": data}, ignore_system_fonts=True)
