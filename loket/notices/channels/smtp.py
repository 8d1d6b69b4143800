"""E-mail by SMTP."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage

SECONDS = 20
UNREACHABLE = "server surat tidak terjangkau"


class ChannelError(Exception):
    """The message was not handed over; `permanent` when trying again cannot help."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


@dataclass(frozen=True)
class SmtpServer:
    """Where mail is handed in."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starttls: bool = False


@contextmanager
def _session(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    smtp = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        yield smtp
    finally:
        # What the server says to our goodbye changes nothing: it has the message, or refused it before.
        with suppress(OSError):
            smtp.quit()
        smtp.close()


def send(message: EmailMessage, server: SmtpServer) -> None:
    """Hand one message to the server. Raises ChannelError; the reason never holds the message's content."""
    try:
        with _session(server) as smtp:
            if server.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
            smtp.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise ChannelError(f"alamat ditolak ({codes})", permanent=all(c >= 500 for c in codes)) from error
    except smtplib.SMTPResponseException as error:
        permanent = error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError)
        raise ChannelError(f"server menjawab {error.smtp_code}", permanent=permanent) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelError(f"{UNREACHABLE} ({type(error).__name__})") from error
