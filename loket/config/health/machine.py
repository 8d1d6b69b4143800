"""What `loket doctor` looks at on the machine: files, disk, mail server, address."""

import os
import shutil
import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core import checks as django_checks

from loket.config import production
from loket.config.backup.making import MARK
from loket.config.health.check import Check, failed, warned, well
from loket.core import clock

LEAST_FREE_BYTES = 1024**3
LOW_FREE_BYTES = 5 * 1024**3
SECONDS = 10
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
OFFENCE = 0o077
BACKUP_HOURS = 36


def _offending() -> Iterator[Path]:
    """Folders and keys that somebody else may read."""
    for folder in (settings.FILES_DIR, settings.KEYS_DIR, settings.ANCHORS_DIR, settings.FILE_KEYS_DIR):
        if folder.exists() and folder.stat().st_mode & OFFENCE:
            yield folder
    keys = settings.KEYS_DIR.rglob("*key*") if settings.KEYS_DIR.exists() else []
    yield from (key for key in keys if key.is_file() and key.stat().st_mode & OFFENCE)


def files() -> Check:
    """Whether the data directory can be written, and by nobody else read."""
    root = settings.DATA_DIR
    if not os.access(root, os.W_OK):
        todo = f"sudo chown -R loket: {root}, or run the doctor as Loket's own user"
        return failed("files", "data directory not writable", todo)
    if bad := sorted(_offending()):
        names = ", ".join(path.name for path in bad)
        return failed("files", f"readable by others: {names}", f"chmod -R go= {root}/{{files,keys,anchors}}")
    foreign = [path.name for path in root.iterdir() if path.stat().st_uid not in (os.geteuid(), 0)]
    if foreign and os.geteuid():
        todo = f"sudo chown -R loket: {root}"
        return failed("files", f"of another user: {', '.join(sorted(foreign))}", todo)
    return well("files", "private")


def disk() -> Check:
    """Whether there is room for files and database."""
    free = shutil.disk_usage(settings.DATA_DIR).free
    detail = f"{free / 1024**3:.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return failed("disk", detail, f"Make room on the disk of {settings.DATA_DIR} now.")
    if free < LOW_FREE_BYTES:
        return warned("disk", detail, f"Make room on the disk of {settings.DATA_DIR}.")
    return well("disk", detail)


def backup() -> Check:
    """Whether the last backup is from the last day and a half; it marks its end with a file."""
    todo = "sudo systemctl enable --now loket-backup.timer; journalctl -u loket-backup"
    try:
        last = datetime.fromtimestamp((settings.DATA_DIR / MARK).stat().st_mtime, UTC)
    except FileNotFoundError:
        todo = "loket backup-key new, once (docs/backup.md); then sudo systemctl start loket-backup"
        return warned("backup", "none so far", todo)
    hours = (clock.now() - last).total_seconds() / 3600
    detail = f"{hours:.0f} hours ago"
    return failed("backup", detail, todo) if hours > BACKUP_HOURS else well("backup", detail)


def zones() -> Check:
    """Whether the time zones of Indonesia are known here."""
    try:
        for name in ZONES:
            ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return failed("time zones", "not installed", "sudo apt install tzdata")
    return well("time zones", "known")


def deployment() -> Check:
    """Django's own checks, and what a production needs."""
    found = django_checks.run_checks(include_deployment_checks=not settings.DEMO)
    serious = [
        str(item.id) for item in found if item.level >= django_checks.WARNING and not item.is_silenced()
    ]
    problems = serious + production.gaps()
    if problems:
        return failed(
            "settings", "; ".join(problems), "Mend the settings file (docs/settings.md), restart Loket."
        )
    return well("settings", "clean")


def mail() -> Check:
    """Whether the mail server answers, with TLS where the settings want it. Nothing is sent."""
    todo = "Check LOKET_SMTP_* and the way to the mail server."
    try:
        with smtplib.SMTP(settings.SMTP_HOST, settings.SMTP_PORT, timeout=SECONDS) as server:
            server.ehlo()
            if settings.SMTP_STARTTLS:
                server.starttls(context=ssl.create_default_context())
            if settings.SMTP_USER:
                server.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
    except smtplib.SMTPNotSupportedError:
        todo = "The server offers no TLS or no sign-in: LOKET_SMTP_STARTTLS=0, or no LOKET_SMTP_USER."
        return failed("mail", f"{settings.SMTP_HOST}:{settings.SMTP_PORT} offers less than is asked", todo)
    except (OSError, smtplib.SMTPException) as error:
        # An answer of the server may quote the user name; its kind is enough.
        return failed("mail", f"{settings.SMTP_HOST}:{settings.SMTP_PORT}: {type(error).__name__}", todo)
    return well("mail", f"{settings.SMTP_HOST}:{settings.SMTP_PORT} answers")


def web() -> Check:
    """Whether Loket's own port answers, as the proxy would ask."""
    import httpx  # noqa: PLC0415 (each start of Loket loads this module, and asks nobody)

    headers = {"Host": settings.ALLOWED_HOSTS[0], "X-Forwarded-Proto": "https"}
    try:
        answer = httpx.get(f"http://127.0.0.1:{settings.PORT}/v/", headers=headers, timeout=SECONDS)
    except httpx.TransportError as error:
        return failed("web", f"port {settings.PORT}: {type(error).__name__}", "sudo systemctl start loket")
    if answer.status_code != httpx.codes.OK:
        return failed("web", f"port {settings.PORT} answers {answer.status_code}", "journalctl -u loket")
    return well("web", f"port {settings.PORT} answers")


def address() -> Check:
    """Whether the address in mails and QR codes leads here, with a certificate that browsers trust."""
    import httpx  # noqa: PLC0415 (each start of Loket loads this module, and asks nobody)

    todo = "Check DNS, the proxy and its certificate; from inside the network the name must work too."
    try:
        answer = httpx.get(f"{settings.BASE_URL}/v/", timeout=SECONDS, verify=ssl.create_default_context())
    except httpx.TransportError as error:
        return warned("address", f"{settings.BASE_URL}: {type(error).__name__}: {error}", todo)
    if answer.status_code != httpx.codes.OK:
        return warned("address", f"{settings.BASE_URL} answers {answer.status_code}", todo)
    if "strict-transport-security" not in answer.headers:
        return warned(
            "address", "no Strict-Transport-Security", "The proxy must pass X-Forwarded-Proto https."
        )
    return well("address", f"{settings.BASE_URL} answers over TLS")
