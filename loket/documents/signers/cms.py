"""The CMS container of a PAdES B-B signature (RFC 5652, ETSI EN 319 142-1), built around one certificate.

Everything but the digest and the signature value is the same for every document of a signer, so it is
encoded once; encoding it anew through an ASN.1 library took four fifths of the time of a signature.
"""

import hashlib
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_SEQUENCE, _SET, _INTEGER, _OCTETS, _OID, _NULL = 0x30, 0x31, 0x02, 0x04, 0x06, 0x05
_CONTEXT_0 = 0xA0


def _der(tag: int, *parts: bytes) -> bytes:
    """One DER value: tag, length, and the parts one after the other."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _integer(value: int) -> bytes:
    # One bit more than needed keeps the number positive: DER integers are signed.
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(number) for number in dotted.split("."))
    encoded = bytearray()
    for number in (40 * first + second, *rest):
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.append(0x80 | number & 0x7F)
        encoded += bytes(reversed(septets))
    return _der(_OID, bytes(encoded))


_DATA = _oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = _oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = _oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = _oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = _oid("1.2.840.113549.1.9.16.2.47")
_SHA256 = _der(_SEQUENCE, _oid("2.16.840.1.101.3.4.2.1"))
_RSA_SHA256 = _der(_SEQUENCE, _oid("1.2.840.113549.1.1.11"), _der(_NULL))
_ECDSA_SHA256 = _der(_SEQUENCE, _oid("1.2.840.10045.4.3.2"))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return _der(_SEQUENCE, kind, _der(_SET, value))


class SignatureContainer:
    """Makes the containers of one certificate and its key."""

    def __init__(self, certificate: x509.Certificate, key: PrivateKey) -> None:
        """Encode what does not change. Raises ValueError where key and certificate do not belong together."""
        if certificate.public_key() != key.public_key():
            raise ValueError("the certificate is not of this key")
        self._certificate = certificate.public_bytes(serialization.Encoding.DER)
        self._identifier = _der(
            _SEQUENCE, certificate.issuer.public_bytes(), _integer(certificate.serial_number)
        )
        self._algorithm, self._sign = _algorithm(key)
        certificate_hash = _der(_OCTETS, hashlib.sha256(self._certificate).digest())
        # PAdES forbids the signing-time attribute: the time stands in /M of the signature dictionary.
        self._fixed_attributes = (
            _attribute(_CONTENT_TYPE, _DATA),
            _attribute(
                _SIGNING_CERTIFICATE_V2,
                _der(_SEQUENCE, _der(_SEQUENCE, _der(_SEQUENCE, certificate_hash))),
            ),
        )
        # DER signatures of elliptic curves vary by a few bytes.
        self.largest_size = len(self._wrap(self._attributes(bytes(32)), self._sign(b""))) + 16

    def make(self, digest: bytes) -> bytes:
        """The DER container for a file whose signed bytes have this SHA-256 digest."""
        attributes = self._attributes(digest)
        # The signature is over the attributes as a SET, though they are stored under a context tag.
        return self._wrap(attributes, self._sign(_der(_SET, attributes)))

    def _attributes(self, digest: bytes) -> bytes:
        message_digest = _attribute(_MESSAGE_DIGEST, _der(_OCTETS, digest))
        return b"".join(sorted((*self._fixed_attributes, message_digest)))

    def _wrap(self, attributes: bytes, signature: bytes) -> bytes:
        signer_info = _der(
            _SEQUENCE,
            _integer(1),
            self._identifier,
            _SHA256,
            _der(_CONTEXT_0, attributes),
            self._algorithm,
            _der(_OCTETS, signature),
        )
        signed_data = _der(
            _SEQUENCE,
            _integer(1),
            _der(_SET, _SHA256),
            _der(_SEQUENCE, _DATA),
            _der(_CONTEXT_0, self._certificate),
            _der(_SET, signer_info),
        )
        return _der(_SEQUENCE, _SIGNED_DATA, _der(_CONTEXT_0, signed_data))


def _algorithm(key: PrivateKey) -> tuple[bytes, Callable[[bytes], bytes]]:
    """The AlgorithmIdentifier of `key`, and its signing function with SHA-256."""
    if isinstance(key, rsa.RSAPrivateKey):
        return _RSA_SHA256, lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return _ECDSA_SHA256, lambda data: key.sign(data, ec.ECDSA(hashes.SHA256()))
