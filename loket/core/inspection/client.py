"""The parent's side: hands a file over, waits a limited time, believes a limited answer."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

from loket.core.errors import LoketError
from loket.core.inspection.findings import Finding, Limits, Unacceptable

ROOT = Path(__file__).resolve().parents[3]
AT_ONCE = 2  # in one process of ours; each may cost 300 MiB
WAIT_SECONDS = 30
ANSWER_SECONDS = 15  # the child's own limit is lower
ANSWER_BYTES = 32 * 1024 * 1024
_HEAD_BYTES = 64 * 1024
_TYPES = {"image/jpeg", "image/png", "application/pdf", "text/plain"}


class InspectionBusy(LoketError):
    """Sedang banyak berkas yang diperiksa. Tunggu sebentar, lalu unggah lagi."""

    status = 503


class _NotBegun(Exception):
    """The child never saw the file: it had ended meanwhile."""


class _Child:
    """The process that forks for each file, started when it is needed and again when it has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def connect(self) -> socket.socket:
        """A connection whose other end a fresh fork will read."""
        ours, theirs = socket.socketpair()
        with theirs:
            for fresh in (False, True):
                try:
                    socket.send_fds(self._running(fresh=fresh), [b"+"], [theirs.fileno()])
                    return ours
                except OSError:
                    if fresh:
                        ours.close()
                        raise
        raise AssertionError("unreachable")

    def _running(self, *, fresh: bool) -> socket.socket:
        with self._lock:
            # A fork of this process (a web worker) must not share its parent's child.
            if fresh or self._control is None or self._owner != os.getpid():
                self.stop()
                self._control = self._start()
            return self._control

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (own program)
                [sys.executable, "-s", "-P", "-m", "loket.core.inspection", str(theirs.fileno())],
                # Nothing of ours: no address of a database, no secret.
                env={
                    "PYTHONPATH": str(ROOT),
                    "PATH": os.defpath,
                    "LC_ALL": "C.UTF-8",
                    "MALLOC_ARENA_MAX": "1",
                },
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._owner = os.getpid()
        return ours

    def stop(self) -> None:
        """Let the process end; it does when its socket is closed."""
        if self._control is not None:
            self._control.close()
        if self._process is not None and self._owner == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=1)
        self._control = self._process = None


_child = _Child()
_room = threading.BoundedSemaphore(AT_ONCE)


def inspect(content: bytes, limits: Limits) -> Finding:
    """What the content is, and the copy of it that may be shown.

    Raises Unacceptable with the reason, also where the child was killed over it; InspectionBusy.
    """
    # What needs no look inside costs no process.
    if not content:
        raise Unacceptable("empty")
    if len(content) > limits.max_bytes:
        raise Unacceptable("too_large")
    if not _room.acquire(timeout=WAIT_SECONDS):
        raise InspectionBusy()
    try:
        try:
            return _ask(content, limits)
        except _NotBegun:
            return _ask(content, limits)
    except (_NotBegun, TimeoutError) as error:
        raise InspectionBusy() from error
    finally:
        _room.release()


def stop() -> None:
    """End the child of this process, if there is one."""
    _child.stop()


def _ask(content: bytes, limits: Limits) -> Finding:
    until = time.monotonic() + ANSWER_SECONDS
    head = json.dumps(asdict(limits)).encode()
    with _child.connect() as connection:
        connection.settimeout(ANSWER_SECONDS)
        try:
            begun = connection.recv(1)
        except ConnectionError as error:
            raise _NotBegun from error
        if not begun:
            raise _NotBegun
        try:
            connection.sendall(len(head).to_bytes(4, "big") + head + content)
            connection.shutdown(socket.SHUT_WR)
            answer = _received(connection, until)
        except (ConnectionError, TimeoutError) as error:
            raise Unacceptable("too_heavy") from error
    return _finding(answer)


def _received(connection: socket.socket, until: float) -> bytearray:
    answer = bytearray()
    while True:
        connection.settimeout(max(0.01, until - time.monotonic()))
        part = connection.recv(1024 * 1024)
        if not part:
            return answer
        answer += part
        if len(answer) > ANSWER_BYTES:
            raise Unacceptable("too_heavy")


def _finding(answer: bytearray) -> Finding:
    """What the child says. It saw a stranger's file, so its words are checked as a stranger's."""
    length = int.from_bytes(answer[:4], "big")
    if len(answer) < 4 or length > min(_HEAD_BYTES, len(answer) - 4):
        raise Unacceptable("too_heavy")  # killed before it could answer
    said = json.loads(bytes(answer[4 : 4 + length]))
    peak = int(said["peak_bytes"])
    if "refused" in said:
        raise Unacceptable(said["refused"], peak)
    if said["served_type"] not in _TYPES:
        raise Unacceptable("unknown", peak)
    served = bytes(answer[4 + length :])
    return Finding(
        said["media_type"], served, said["served_type"], tuple(said["removed"]), peak, float(said["seconds"])
    )
