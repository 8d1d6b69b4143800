"""What every electronic signer offers, what can go wrong with it, and the registry of signers.

Two of the errors are about certainty: `SignerUnavailable` means that the document was surely not signed,
`SignerInDoubt` that it may have been. Only a named person may decide about the second.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from loket.core.errors import ConflictError, LoketError, NotFoundError, TooManyError


class WrongPassphrase(LoketError):
    """Frasa sandi TTE tidak benar."""

    status = 403


class WeakPassphrase(LoketError):
    """Frasa sandi TTE harus terdiri dari 12 sampai 200 karakter."""


class SignerBlocked(TooManyError):
    """Frasa sandi TTE terlalu sering salah. Tunggu 15 menit, lalu coba lagi."""


class SignerLocked(LoketError):
    """Sesi tanda tangan sudah berakhir. Masukkan frasa sandi TTE sekali lagi."""

    status = 403


class NoSignerKey(NotFoundError):
    """Pejabat ini belum memiliki sertifikat tanda tangan elektronik."""


class SignerKeyExists(ConflictError):
    """Pejabat ini sudah memiliki sertifikat tanda tangan elektronik."""


class CertificateNotValid(LoketError):
    """Sertifikat tanda tangan elektronik belum atau tidak lagi berlaku."""


class SigningRefused(LoketError):
    """Layanan tanda tangan menolak dokumen ini. Dokumen belum ditandatangani."""


class SignerUnavailable(LoketError):
    """Layanan tanda tangan tidak dapat dihubungi. Dokumen belum ditandatangani; coba lagi nanti."""

    status = 503


class SignerInDoubt(LoketError):
    """Jawaban layanan tanda tangan tidak diterima utuh. Dokumen mungkin sudah ditandatangani."""

    status = 502


class SignerSetupError(LoketError):
    """Layanan tanda tangan tidak dapat dijalankan."""

    status = 500


@dataclass(frozen=True)
class SignerStatus:
    """Whether a signer can sign now, and with which certificate; `reason` is the sentence where not."""

    ok: bool
    reason: str = ""
    common_name: str = ""
    subject: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    certificate_sha256: str = ""


class Signer(ABC):
    """A way to sign documents electronically; one object may be shared by threads.

    `session` names one unlocking by one person. It is a capability: at least 16 unguessable characters,
    never the signer's id.
    """

    production: ClassVar[bool] = False
    """Whether the signatures count in law. Where not, every document says SPECIMEN."""

    @abstractmethod
    def unlock(self, signer_id: str, session: str, passphrase: str) -> None:
        """Allow `session` to sign as `signer_id` for at most 15 minutes from now.

        Raises WrongPassphrase, SignerBlocked after too many of those, NoSignerKey, CertificateNotValid,
        SignerUnavailable.
        """

    @abstractmethod
    def sign(
        self,
        signer_id: str,
        session: str,
        pdf: bytes,
        *,
        field_name: str,
        reason: str,
        location: str,
        signing_time: datetime,
    ) -> bytes:
        """The signed file: `pdf` with one signature appended. Check it with `validate.check_signed`.

        Raises, all with the document surely not signed: SignerLocked (ask for the passphrase again),
        CertificateNotValid, NoSignerKey, SigningRefused (not a file that can be signed),
        SignerUnavailable (not reached). Raises SignerInDoubt where it may have been signed.
        """

    @abstractmethod
    def lock(self, session: str) -> None:
        """End `session` before its time; unknown sessions are no error. Raises SignerUnavailable."""

    @abstractmethod
    def status(self, signer_id: str) -> SignerStatus:
        """Whether `signer_id` can sign now. Never raises for a signer that cannot: it says why."""


SIGNERS: dict[str, type[Signer]] = {}


def register(name: str) -> Callable[[type[Signer]], type[Signer]]:
    """Class decorator: make a signer known to the settings as `name`."""

    def add(signer: type[Signer]) -> type[Signer]:
        SIGNERS[name] = signer
        return signer

    return add


def get(name: str, **config: Any) -> Signer:
    """The signer that the settings call `name`. Raises SignerSetupError where there is none."""
    if name not in SIGNERS:
        raise SignerSetupError(f"Penyedia tanda tangan “{name}” tidak dikenal; ada: {', '.join(SIGNERS)}.")
    return SIGNERS[name](**config)
