"""The signer process: the only one that ever holds a decrypted key.

It listens on a Unix socket that only its own user can reach, and answers the requests of `client.py`.
"""

import contextlib
import ctypes
import fcntl
import logging
import resource
import signal
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from loket.core import clock as system_clock
from loket.core.errors import LoketError
from loket.documents.signers import local, wire
from loket.documents.signers.base import CertificateNotValid, SignerSetupError, SigningRefused
from loket.documents.signers.vault import Vault, seconds_passed

log = logging.getLogger(__name__)

# sun_path of Linux has 108 bytes, the last of them zero.
LONGEST_SOCKET_PATH = 107
SHORTEST_SESSION = 16
READ_SECONDS, WRITE_SECONDS = 10.0, 30.0
# How long until a request to stop is noticed and an expired key leaves the memory.
TICK_SECONDS = 0.25
CONNECTIONS = 16
_PR_SET_DUMPABLE = 4

Answer = tuple[wire.Header, bytes]


def serve(
    socket_path: Path,
    keys_dir: Path,
    *,
    unlock_minutes: float = 15,
    clock: Callable[[], datetime] = system_clock.now,
    elapsed: Callable[[], float] = seconds_passed,
    stop: threading.Event | None = None,
) -> None:
    """Answer signing requests until SIGTERM or SIGINT, or until `stop` is set; then finish those under way.

    `clock` tells whether a certificate is valid, `elapsed` (seconds) when a session ends. Raises
    SignerSetupError where the socket cannot be had, ValueError for more than 15 minutes.
    """
    _keep_memory_private()
    stop = stop or threading.Event()
    vault = Vault(keys_dir, unlock_minutes=unlock_minutes, elapsed=elapsed)
    # In this order, so that at the end the socket is closed before requests under way are waited for.
    with (
        _stopped_by_signals(stop),
        ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="signer") as pool,
        _listening(socket_path) as listener,
    ):
        log.info("signer listens on %s", socket_path)
        for connection in _connections(listener, stop, vault):
            pool.submit(_attend, connection, vault, keys_dir, clock)
    vault.drop_all()


def _connections(listener: socket.socket, stop: threading.Event, vault: Vault) -> Iterator[socket.socket]:
    """Connections as they come until `stop`, then those that already wait: they may have sent a request."""
    while not stop.is_set():
        vault.drop_expired()
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        except OSError:
            log.exception("signer cannot accept a connection")  # no file descriptor left: it passes
            stop.wait(TICK_SECONDS)
            continue
        yield connection
    # Refuses new connections from this moment and keeps those in the queue: a client in between would
    # have sent its request and be left in doubt.
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RD)
        listener.settimeout(0)
        while True:
            yield listener.accept()[0]


def _attend(connection: socket.socket, vault: Vault, keys_dir: Path, clock: Callable[[], datetime]) -> None:
    """One connection: one request, one answer. Nothing of the request is logged."""
    with connection:
        try:
            request, body = wire.receive(connection, deadline=wire.deadline_in(READ_SECONDS))
        except (OSError, wire.ProtocolError):
            return  # not a whole request: the client knows that nothing was done
        try:
            answer, content = _handle(request, body, vault, keys_dir, clock)
        except LoketError as error:
            answer, content = _refusal(error)
        except Exception:
            # No signed file has left this process, so the client may be told that there is none.
            log.exception("signer failed on a request")
            answer, content = _refusal(SigningRefused())
        finally:
            wire.wipe(body)
        with contextlib.suppress(OSError, wire.ProtocolError):
            wire.send(connection, answer, content, deadline=wire.deadline_in(WRITE_SECONDS))


def _refusal(error: LoketError) -> Answer:
    return {"error": type(error).__name__, "message": error.message}, b""


def _handle(
    request: wire.Header, body: bytearray, vault: Vault, keys_dir: Path, clock: Callable[[], datetime]
) -> Answer:
    match request:
        case {"op": "ping"}:
            return {"result": "done"}, b""
        case {"op": "unlock", "signer": str(signer_id), "session": str(session)}:
            _unlock(signer_id, session, body, vault, keys_dir, clock)
            return {"result": "done"}, b""
        case {"op": "sign", "signer": str(signer_id), "session": str(session)}:
            signer = vault.opened(signer_id, session)
            _require_valid(signer.certificate, clock())
            signed = signer.sign(
                bytes(body),
                field_name=str(request["field_name"]),
                reason=str(request["reason"]),
                location=str(request["location"]),
                signing_time=datetime.fromisoformat(request["signing_time"]),
            )
            return {"result": "done"}, signed
        case {"op": "lock", "session": str(session)}:
            vault.lock(session)
            return {"result": "done"}, b""
        case {"op": "status", "signer": str(signer_id)}:
            return _status(local.signer_certificate(keys_dir, signer_id), clock()), b""
    raise SigningRefused("Permintaan ke layanan tanda tangan tidak dikenal.")


def _unlock(
    signer_id: str,
    session: str,
    passphrase: bytearray,
    vault: Vault,
    keys_dir: Path,
    clock: Callable[[], datetime],
) -> None:
    if len(session) < SHORTEST_SESSION:
        raise SigningRefused("Nama sesi tanda tangan terlalu pendek sehingga dapat ditebak.")
    _require_valid(local.signer_certificate(keys_dir, signer_id), clock())
    vault.unlock(signer_id, session, passphrase)


def _require_valid(certificate: x509.Certificate, moment: datetime) -> None:
    if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        raise CertificateNotValid


def _status(certificate: x509.Certificate, moment: datetime) -> wire.Header:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    answer = {
        "result": "done",
        "ok": True,
        "reason": "",
        "common_name": names[0].value,
        "subject": certificate.subject.rfc4514_string(),
        "valid_from": certificate.not_valid_before_utc.isoformat(),
        "valid_until": certificate.not_valid_after_utc.isoformat(),
        "certificate_sha256": certificate.fingerprint(hashes.SHA256()).hex(),
    }
    try:
        _require_valid(certificate, moment)
    except CertificateNotValid as error:
        answer |= {"ok": False, "reason": error.message}
    return answer


def _keep_memory_private() -> None:
    """No core dumps, and no reading of this process's memory by other processes of its user."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, AttributeError):  # prctl is of Linux
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


@contextlib.contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    """A listening socket at `path`, removed at the end. Raises SignerSetupError."""
    if len(str(path).encode()) > LONGEST_SOCKET_PATH:
        raise SignerSetupError(
            f"Jalur soket layanan tanda tangan melebihi {LONGEST_SOCKET_PATH} bita: {path}. "
            "Pilih direktori data dengan jalur yang lebih pendek."
        )
    _prepare_directory(path.parent)
    with open(path.with_name(path.name + ".lock"), "w") as lock_file:
        try:
            # The kernel frees the lock however the holder ends, so a socket file that is there is stale.
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SignerSetupError("Layanan tanda tangan lain sudah berjalan di soket ini.") from error
        if path.exists() and not stat.S_ISSOCK(path.lstat().st_mode):
            raise SignerSetupError(f"{path} sudah ada dan bukan soket.")
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(path))
            path.chmod(0o600)  # until here the directory alone keeps others out
            listener.listen(128)
            listener.settimeout(TICK_SECONDS)
            try:
                yield listener
            finally:
                path.unlink(missing_ok=True)


def _prepare_directory(directory: Path) -> None:
    """A directory that only this user can enter. One that exists is checked, never changed."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if directory.stat().st_mode & 0o077:
        raise SignerSetupError(
            f"Direktori {directory} dapat dimasuki pengguna lain. Ubah hak aksesnya menjadi 0700."
        )


@contextlib.contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Within the block, SIGTERM and SIGINT set `stop`. Python hears signals in its main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, lambda *_: stop.set())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
