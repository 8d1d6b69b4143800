"""Codes that people read aloud (tracking codes) and that nobody can guess (public document ids)."""

import secrets

# 31 signs, a prime, without 1, I, L, O and U, which are misheard or misread.
ALPHABET = "023456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
_MISREAD = str.maketrans({"O": "0", "U": "V"})
TRACKING_SIGNS = 16
DOCUMENT_ID_SIGNS = 26


def _random_signs(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def check_sign(body: str) -> str:
    """The check character of `body`.

    The weights 2, 3, 4... are distinct and non-zero modulo the prime 31, so every single wrong character
    and every swap of two neighbours changes the sum.
    """
    total = sum(weight * _VALUES[sign] for weight, sign in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def new_tracking_code() -> str:
    """A new tracking code: 15 random characters (74 bits) and a check character, `XXXX-XXXX-XXXX-XXXX`."""
    body = _random_signs(TRACKING_SIGNS - 1)
    return _grouped(body + check_sign(body))


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def parse_tracking_code(text: str) -> str | None:
    """The canonical form of a tracking code as somebody typed it, or None where it cannot be one.

    Case, spaces and dashes do not matter; O is read as 0.
    """
    signs = "".join(text.split()).replace("-", "").upper().translate(_MISREAD)
    if len(signs) != TRACKING_SIGNS or any(sign not in _VALUES for sign in signs):
        return None
    if check_sign(signs[:-1]) != signs[-1]:
        return None
    return _grouped(signs)


def new_document_id() -> str:
    """A new public document id: 26 random characters, 128 bits, upper case so that QR codes stay small."""
    return _random_signs(DOCUMENT_ID_SIGNS)
