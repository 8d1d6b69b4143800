"""The demo's mailbox: a real SMTP server on loopback that keeps every message as a file."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
MAX_BYTES = 30 * 1024 * 1024


class _Keep:
    def __init__(self, directory: Path) -> None:
        self.directory = directory

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (the library's name)
        name = f"{datetime.now(UTC):%Y%m%d%H%M%S%f}-{secrets.token_hex(4)}"
        content = envelope.content
        whole = self.directory / f".{name}"
        whole.write_bytes(content if isinstance(content, bytes) else str(content).encode())
        whole.chmod(0o600)
        whole.rename(self.directory / f"{name}.eml")
        return "250 OK"


@contextmanager
def running(directory: Path) -> Iterator[int]:
    """A mailbox that writes to `directory`; gives its port."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    controller = Controller(_Keep(directory), hostname=HOST, port=port, data_size_limit=MAX_BYTES)
    controller.start()
    try:
        yield port
    finally:
        controller.stop(no_assert=True)
