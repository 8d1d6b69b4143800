"""What a production installation must be told before it may start; a demo needs none of it."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from loket.core.errors import LoketError

SHORTEST_SECRET = 50


class NotReady(LoketError):
    """Loket cannot start in production: settings are missing."""


def gaps() -> list[str]:
    """What is missing or cannot be right in the settings, one sentence each; empty for a demo."""
    if settings.DEMO:
        return []
    return [*_address_gaps(), *_mail_gaps(), *_other_gaps()]


def _address_gaps() -> list[str]:
    found = []
    address = urlsplit(settings.BASE_URL)
    if not settings.ALLOWED_HOSTS:
        found.append("LOKET_HOSTS is empty: name the host under which people open Loket.")
    elif "*" in settings.ALLOWED_HOSTS:
        found.append("LOKET_HOSTS may not be '*': name the hosts.")
    if address.scheme != "https" or not address.hostname or address.path:
        found.append(
            f"LOKET_BASE_URL is {settings.BASE_URL!r}: it must be https:// and the host name, nothing more."
        )
    elif settings.ALLOWED_HOSTS and address.hostname not in settings.ALLOWED_HOSTS:
        found.append(f"LOKET_BASE_URL names {address.hostname}, which is not in LOKET_HOSTS.")
    if not settings.TRUSTED_PROXIES:
        found.append(
            "LOKET_TRUSTED_PROXIES is empty: name the address of the proxy that ends TLS (127.0.0.1 on "
            "the same machine), or all visitors count as one."
        )
    return found


def _mail_gaps() -> list[str]:
    found = []
    if not settings.SMTP_CHOSEN:
        found.append("LOKET_SMTP_HOST is not set: nobody could receive a code or a notice.")
    domain = settings.MAIL_FROM.rpartition("@")[2].strip("<> ")
    if "." not in domain or domain.endswith((".localhost", ".localdomain")):
        found.append(f"LOKET_MAIL_FROM is {settings.MAIL_FROM!r}: set an address of the office.")
    return found


def _other_gaps() -> list[str]:
    found = []
    if not settings.OFFICES:
        found.append("LOKET_OFFICES is empty: name the code of the office that works here.")
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        found.append(f"LOKET_SECRET_KEY is shorter than {SHORTEST_SECRET} characters.")
    if settings.DATA_DIR.is_relative_to(Path(settings.ROOT)):
        found.append(f"DATA_DIR is {settings.DATA_DIR}, inside the program, which an upgrade replaces.")
    return found


def require_ready() -> None:
    """Raises NotReady with every gap, so that one start tells all."""
    if found := gaps():
        raise NotReady("\n  ".join(["Loket cannot start in production:", *found]))
