"""The local signer as the web and worker processes see it: a client of the signer process."""

import socket
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from loket.documents.signers import wire
from loket.documents.signers.base import (
    CertificateNotValid,
    NoSignerKey,
    Signer,
    SignerBlocked,
    SignerInDoubt,
    SignerLocked,
    SignerStatus,
    SignerUnavailable,
    SigningRefused,
    WrongPassphrase,
    register,
)

# The errors that the process may answer with; each of them means that nothing was signed.
ANSWERED = {
    error.__name__: error
    for error in (
        CertificateNotValid,
        NoSignerKey,
        SignerBlocked,
        SignerLocked,
        SigningRefused,
        WrongPassphrase,
    )
}
CONNECT_SECONDS = 2.0


@register("local")
class LocalSigner(Signer):
    """Signs with keys of this installation's own CA, which nobody outside trusts: SPECIMEN."""

    production = False

    def __init__(self, socket_path: str | Path, *, timeout: float = 30.0) -> None:
        """`timeout`: seconds that a request and its answer may take together."""
        self._socket_path = str(socket_path)
        self._timeout = timeout

    def unlock(self, signer_id: str, session: str, passphrase: str) -> None:
        """See Signer.unlock."""
        secret = wire.passphrase_bytes(passphrase)
        try:
            self._ask_harmless({"op": "unlock", "signer": signer_id, "session": session}, secret)
        finally:
            wire.wipe(secret)

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
        """See Signer.sign. Raises ValueError where `signing_time` has no zone."""
        if signing_time.tzinfo is None:
            raise ValueError("signing_time needs a zone")
        if len(pdf) > wire.LARGEST_BODY:
            raise SigningRefused("Dokumen terlalu besar untuk ditandatangani. Dokumen belum ditandatangani.")
        request = {
            "op": "sign",
            "signer": signer_id,
            "session": session,
            "field_name": field_name,
            "reason": reason,
            "location": location,
            "signing_time": signing_time.isoformat(),
        }
        _, signed = self._ask(request, pdf)
        if not signed:
            raise SignerInDoubt
        return bytes(signed)

    def lock(self, session: str) -> None:
        """See Signer.lock."""
        self._ask_harmless({"op": "lock", "session": session})

    def status(self, signer_id: str) -> SignerStatus:
        """See Signer.status."""
        try:
            answer = self._ask_harmless({"op": "status", "signer": signer_id})
            return SignerStatus(
                ok=answer["ok"],
                reason=answer["reason"],
                common_name=answer["common_name"],
                subject=answer["subject"],
                valid_from=datetime.fromisoformat(answer["valid_from"]),
                valid_until=datetime.fromisoformat(answer["valid_until"]),
                certificate_sha256=answer["certificate_sha256"],
            )
        except (NoSignerKey, SigningRefused) as error:
            return SignerStatus(ok=False, reason=error.message)
        except SignerUnavailable:
            return SignerStatus(ok=False, reason="Layanan tanda tangan tidak dapat dihubungi.")

    def reachable(self) -> bool:
        """Whether the signer process answers."""
        try:
            self._ask_harmless({"op": "ping"})
        except SignerUnavailable:
            return False
        return True

    def _ask_harmless(self, request: wire.Header, body: bytes | bytearray = b"") -> wire.Header:
        """Ask what signs nothing, so that a lost answer leaves no doubt."""
        try:
            return self._ask(request, body)[0]
        except SignerInDoubt:
            raise SignerUnavailable from None

    def _ask(self, request: wire.Header, body: bytes | bytearray) -> tuple[wire.Header, bytearray]:
        deadline = wire.deadline_in(self._timeout)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            try:
                sock.settimeout(min(CONNECT_SECONDS, self._timeout))
                sock.connect(self._socket_path)
                wire.send(sock, request, body, deadline=deadline)
            except (OSError, wire.ProtocolError) as error:
                raise SignerUnavailable from error
            # From here on the signer may have acted: only a whole answer says what it did.
            try:
                answer, content = wire.receive(sock, deadline=deadline, largest_body=wire.LARGEST_ANSWER)
            except (OSError, wire.ProtocolError) as error:
                raise SignerInDoubt from error
        _raise_answered(answer)
        return answer, content


def _raise_answered(answer: Mapping[str, object]) -> None:
    if answer.get("result") == "done":
        return
    error = ANSWERED.get(str(answer.get("error")))
    if error is None:
        raise SignerInDoubt
    raise error(str(answer.get("message") or "") or None)
