"""A mail server of the tests: keeps what it was given, and can hold an answer back."""

import asyncio
import email
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.installation import free_port


class Sink:
    """Counts messages by Message-ID. While `held`, a message is taken and the answer never comes."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.waiting = threading.Event()
        self._held = threading.Event()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (the library's name)
        content = envelope.content
        message = email.message_from_bytes(content if isinstance(content, bytes) else b"")
        self.received[str(message["Message-ID"])] += 1
        while self._held.is_set():
            self.waiting.set()
            await asyncio.sleep(0.02)
        return "250 OK"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within the block nobody hears that their message was taken."""
        self.waiting.clear()
        self._held.set()
        try:
            yield
        finally:
            self._held.clear()

    @contextmanager
    def running(self) -> Iterator[int]:
        """Gives the port."""
        self._controller.start()
        try:
            yield self._controller.port
        finally:
            self._controller.stop(no_assert=True)
