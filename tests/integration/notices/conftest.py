"""A real SMTP server on loopback that answers as it is told, and keeps what it took."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import MISSING, SMTP, Envelope, Session

HOST = "127.0.0.1"


@dataclass
class Postbox:
    """`answers` maps a command (RCPT, DATA, QUIT) to what the server says; without one it accepts."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    seconds_to_take: float = 0
    taken: list[Envelope] = field(default_factory=list)
    asked: int = 0

    @property
    def messages(self) -> list[EmailMessage]:
        contents = [item.original_content or b"" for item in self.taken]
        return [message_from_bytes(content, policy=policy.default) for content in contents]

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, _: Any) -> str:  # noqa: N802 (the library's name)
        self.asked += 1
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (the library's name)
        if "DATA" in self.answers:
            return self.answers["DATA"]
        # Blocks the whole server: what comes meanwhile waits, as behind a slow provider.
        time.sleep(self.seconds_to_take)
        self.taken.append(envelope)
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> Any:  # noqa: N802 (the library's name)
        return self.answers.get("QUIT", MISSING)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    box = Postbox(port=free_port())
    controller = Controller(box, hostname=HOST, port=box.port)
    controller.start()
    settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_STARTTLS = HOST, box.port, False
    settings.SMTP_USER, settings.MAIL_FROM = "", "loket@contoh.example"
    yield box
    controller.stop(no_assert=True)


@pytest.fixture
def nobody_answers(settings: Any) -> Callable[[], None]:
    """Point the settings to a port on which nothing listens."""

    def apply() -> None:
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_STARTTLS = HOST, free_port(), False

    return apply
