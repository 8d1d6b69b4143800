"""The messages between Loket and its signer process.

A message is two 4-byte big-endian lengths, then a JSON object of the first length, then bytes of the
second. Each connection carries one request and one answer. The signer acts only on a whole request, so a
request that was not sent to its end has surely had no effect.
"""

import json
import socket
import struct
import time
import unicodedata
from typing import Any

LARGEST_HEADER = 16 * 1024
LARGEST_BODY = 12 * 1024 * 1024
# A signed file is larger than the file that was sent; without this, the largest would have no answer.
LARGEST_ANSWER = LARGEST_BODY + 64 * 1024
_LENGTHS = struct.Struct(">II")

Header = dict[str, Any]


class ProtocolError(Exception):
    """The other side sent something that is not a message, too much, or too little."""


def deadline_in(seconds: float) -> float:
    """The moment `seconds` from now, as `send` and `receive` want it."""
    return time.monotonic() + seconds


def send(sock: socket.socket, header: Header, body: bytes | bytearray = b"", *, deadline: float) -> None:
    """Send one message. Raises ProtocolError where it is too large, OSError where it cannot be sent.

    After either, the other side has not received a whole message.
    """
    head = json.dumps(header).encode()
    if len(head) > LARGEST_HEADER or len(body) > LARGEST_ANSWER:
        raise ProtocolError("message too large")
    sock.settimeout(_remaining(deadline))
    sock.sendall(_LENGTHS.pack(len(head), len(body)) + head)
    if body:
        sock.settimeout(_remaining(deadline))
        sock.sendall(body)


def receive(
    sock: socket.socket, *, deadline: float, largest_body: int = LARGEST_BODY
) -> tuple[Header, bytearray]:
    """Wait for one message until `deadline`, however slowly its bytes drip.

    The body is a bytearray so that a passphrase in it can be overwritten. Raises ProtocolError or OSError.
    """
    head_length, body_length = _LENGTHS.unpack(_read(sock, _LENGTHS.size, deadline))
    if head_length > LARGEST_HEADER or body_length > largest_body:
        raise ProtocolError("message too large")
    try:
        header = json.loads(_read(sock, head_length, deadline))
    except ValueError as error:
        raise ProtocolError("header is not JSON") from error
    if not isinstance(header, dict):
        raise ProtocolError("header is not an object")
    return header, _read(sock, body_length, deadline)


def passphrase_bytes(passphrase: str) -> bytearray:
    """A passphrase as it is sent and as keys are encrypted with it.

    Normalised, so that it is the same whichever keyboard composed its letters.
    """
    return bytearray(unicodedata.normalize("NFC", passphrase).encode())


def wipe(secret: bytearray) -> None:
    """Overwrite a secret: best effort, as the interpreter and the kernel may hold copies."""
    secret[:] = bytes(len(secret))


def _read(sock: socket.socket, length: int, deadline: float) -> bytearray:
    data = bytearray(length)
    view, filled = memoryview(data), 0
    while filled < length:
        sock.settimeout(_remaining(deadline))
        count = sock.recv_into(view[filled:])
        if not count:
            raise ProtocolError("the other side stopped midway")
        filled += count
    return data


def _remaining(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no time left")
    return left
