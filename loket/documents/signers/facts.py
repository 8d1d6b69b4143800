"""What a signed file proves of itself, and that it proves nothing."""

from dataclasses import dataclass
from datetime import datetime

from loket.core.errors import LoketError


class NotProperlySigned(LoketError):
    """Berkas ini tidak bertanda tangan elektronik yang sah."""

    def __init__(self, reason: str) -> None:
        """`reason`: what is wrong, for the journal and for the person who decides about the file."""
        super().__init__(f"Berkas ini tidak bertanda tangan elektronik yang sah: {reason}.")
        self.reason = reason


@dataclass(frozen=True)
class SignatureFacts:
    """Who signed a file and when, as far as the file itself proves it."""

    common_name: str
    subject: str
    signing_time: datetime
    field_name: str
    certificate_sha256: str
    signature_digest: str
    specimen: bool
