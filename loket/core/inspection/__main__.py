"""The child's side: one process imports the libraries once, and a fork of it looks into each file."""

import ctypes
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time

from loket.core.inspection import pdfs, pictures, texts
from loket.core.inspection.findings import Finding, Limits, Unacceptable
from loket.core.inspection.kinds import PDF, kind_of

MEMORY = 240 * 1024 * 1024  # beyond the libraries themselves
SECONDS = 10
IDLE_SECONDS = 300
OPEN_FILES = 16
MIB = 1024 * 1024
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
_ALL_FILES, _ALL_TCP = (1 << 13) - 1, 3


def inspect_here(content: bytes, limits: Limits) -> Finding:
    """Look into the content in this process. Raises Unacceptable."""
    if not content:
        raise Unacceptable("empty")
    if len(content) > limits.max_bytes:
        raise Unacceptable("too_large")
    kind = kind_of(content)
    if limits.text:
        return Finding(kind, texts.text_of(content, limits).encode(), "text/plain")
    if kind == PDF:
        served, removed = pdfs.clean(content, limits)
        return Finding(kind, served, PDF, removed)
    served, served_type = pictures.clean(content, kind, limits)
    return Finding(kind, served, served_type)


def give_up_everything() -> None:
    """Leave this process nothing but its own memory, a little more of it, and a little time."""
    libc = ctypes.CDLL(None, use_errno=True)
    for kind, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, _address_space() + MEMORY),
    ):
        resource.setrlimit(kind, (value, value))
    # Not caught by anybody, so that the kernel ends the process also inside a library.
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _no_files_no_network(libc)


def _address_space() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def _no_files_no_network(libc: ctypes.CDLL) -> bool:
    """Landlock with no rule at all: no file can be opened any more. Absent on old kernels."""
    for rights in (struct.pack("QQ", _ALL_FILES, _ALL_TCP), struct.pack("Q", _ALL_FILES)):
        handle = libc.syscall(_LANDLOCK_CREATE, rights, ctypes.c_size_t(len(rights)), 0)
        if handle >= 0:
            done = libc.syscall(_LANDLOCK_RESTRICT, handle, 0) == 0
            os.close(handle)
            return done
    return False


def _read_all(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(MIB):
        parts.append(part)
    return b"".join(parts)


def _answer(request: bytes) -> tuple[dict[str, object], bytes]:
    length = int.from_bytes(request[:4], "big")
    limits = Limits(**json.loads(request[4 : 4 + length]))
    begun, served = time.monotonic(), b""
    try:
        finding = inspect_here(request[4 + length :], limits)
        answer: dict[str, object] = {
            "media_type": finding.media_type,
            "served_type": finding.served_type,
            "removed": finding.removed,
        }
        served = finding.served
    except Unacceptable as refusal:
        answer = {"refused": refusal.reason}
    except (MemoryError, RecursionError):
        answer = {"refused": "too_heavy"}
    answer["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    answer["seconds"] = round(time.monotonic() - begun, 3)
    return answer, served


def _work(connection: socket.socket) -> None:
    """In the fork: one file, one answer."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    give_up_everything()
    connection.sendall(b"!")
    answer, served = _answer(_read_all(connection))
    head = json.dumps(answer).encode()
    connection.sendall(len(head).to_bytes(4, "big") + head + served)


def main() -> None:
    """Fork for every connection that comes in over the socket we were started with, until it is closed."""
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the forks
    pdfs.warm_up()
    texts.warm_up()
    silence = os.open(os.devnull, os.O_RDWR)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    while poll.poll(IDLE_SECONDS * 1000):
        word, handles, _, _ = socket.recv_fds(control, 1, 1)
        if not word or not handles:
            return
        if os.fork() == 0:
            try:
                control.close()
                os.dup2(silence, 2)
                os.close(silence)
                _work(socket.socket(fileno=handles[0]))
            finally:
                os._exit(0)
        os.close(handles[0])


if __name__ == "__main__":
    main()
