"""What a file is, by its first bytes. Names and declared types are never looked at."""

import re

from loket.core.inspection.findings import Reason, Unacceptable

JPEG, PNG, HEIC, PDF = "image/jpeg", "image/png", "image/heic", "application/pdf"
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|svg|\?xml|\?php|head|body|script|!--)", re.I)
_OTHERS: list[tuple[Reason, tuple[bytes, ...]]] = [
    (
        "office_file",
        (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh"),
    ),
    ("other_picture", (b"GIF8", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"BM", b"\0\0\1\0", b"8BPS")),
    ("program", (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"X5O!P%@AP")),
]


def kind_of(content: bytes) -> str:
    """The media type of an acceptable file. Raises Unacceptable."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"%PDF-"):
        return PDF
    if content[4:8] == b"ftyp":
        if content[8:12] in _HEIC_BRANDS:
            return HEIC
        raise Unacceptable("other_picture" if content[8:12] == b"avif" else "unknown")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        raise Unacceptable("other_picture")
    if _TEXT.match(content):
        raise Unacceptable("web_page")
    for reason, beginnings in _OTHERS:
        if content.startswith(beginnings):
            raise Unacceptable(reason)
    raise Unacceptable("unknown")
