"""What goes into an inspection and what comes out of it."""

from dataclasses import dataclass, field
from typing import Literal

Reason = Literal[
    "empty",  # no bytes
    "too_large",  # more bytes than allowed
    "unknown",  # none of the accepted types, and none that we know by name
    "web_page",  # HTML, SVG, XML, script
    "office_file",  # DOCX, XLSX, ZIP and other archives
    "other_picture",  # TIFF, GIF, WEBP, BMP, AVIF
    "program",  # something a computer would run
    "broken_picture",
    "too_many_pixels",
    "broken_pdf",
    "truncated_pdf",
    "encrypted_pdf",
    "dynamic_form",  # XFA that only Adobe's reader can draw
    "too_many_pages",
    "too_heavy",  # ran out of memory or time, or would make a viewer do so
]


@dataclass(frozen=True)
class Limits:
    """What is accepted, and how large the copy may become."""

    max_bytes: int
    max_pixels: int
    max_side: int
    max_pages: int
    served_pixels: int
    # Of a PDF give back the text on its pages instead of a copy to show.
    text: bool = False


@dataclass(frozen=True)
class Finding:
    """An accepted file: its type, and the copy to show (or its text) with the type of that."""

    media_type: str
    served: bytes
    served_type: str
    removed: tuple[str, ...] = ()
    peak_bytes: int = 0
    seconds: float = field(default=0.0, compare=False)


class Unacceptable(Exception):
    """The file is refused, for a reason that a sentence can be made of."""

    def __init__(self, reason: Reason, peak_bytes: int = 0) -> None:
        self.reason: Reason = reason
        self.peak_bytes = peak_bytes
        super().__init__(reason)
