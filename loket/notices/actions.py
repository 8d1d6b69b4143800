"""Queueing messages in the transaction, and sending them."""

import json
import uuid
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django import app

from loket.audit.actions import record
from loket.core import clock, filestore
from loket.notices import rules
from loket.notices.channels import smtp
from loket.notices.models import Notice
from loket.offices.actions import new_login_code
from loket.offices.models import Office

MESSAGE_DOMAIN = "loket.invalid"
ERASED = "(isi dihapus)"
_INSERT = """
INSERT INTO notices_notice (office_id, key, case_ref, "to", subject, body, attachments, secret, created_at,
                            next_try_at, state, attempts, last_error)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'waiting', 0, '')
ON CONFLICT (key) DO NOTHING RETURNING id
"""


@transaction.atomic(savepoint=False)
def queue(
    *,
    key: str,
    to: str,
    subject: str,
    body: str,
    office: Office | None = None,
    case_ref: str = "",
    attachments: list[dict[str, Any]] | None = None,
    secret: bool = False,
) -> Notice:
    """Put a message into the outbox; the same `key` again gives the first one back.

    A job is deferred in the same transaction so that it leaves at once; if the job is lost, the sweep
    finds the row.
    """
    now = clock.now()
    notice = Notice(
        key=key,
        to=to,
        subject=subject,
        body=body,
        office=office,
        case_ref=case_ref,
        attachments=attachments or [],
        secret=secret,
        created_at=now,
        next_try_at=now,
    )
    if not _inserted(notice):
        return Notice.objects.get(key=key)
    # By name: tasks stand above actions and must not be imported here.
    app.configure_task("notices.send_one").defer(notice_id=notice.pk)
    return notice


def _inserted(notice: Notice) -> bool:
    """Insert a notice unless its key is there already, in one statement; gives it its number."""
    texts = [notice.key, notice.case_ref, notice.to, notice.subject, notice.body]
    rest = [json.dumps(notice.attachments), notice.secret, notice.created_at, notice.next_try_at]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [notice.office_id, *texts, *rest])
        row = cursor.fetchone()
    notice.pk = row[0] if row else None
    return row is not None


def send_login_code(*, email: str, address: str = "") -> Notice:
    """Make a one-time code for an address and queue the message with it. Raises TooManyTries."""
    code = new_login_code(email=email, address=address)
    return queue(
        key=f"login-code:{uuid.uuid4().hex}",
        to=email,
        subject="Kode masuk Loket",
        body=(
            f"Kode masuk Anda: {code}\n\n"
            "Kode ini berlaku 5 menit dan hanya dapat dipakai satu kali.\n"
            "Jangan berikan kode ini kepada siapa pun, termasuk petugas.\n"
            "Jika Anda tidak meminta kode ini, abaikan surat ini.\n"
        ),
        secret=True,
    )


def _message(notice: Notice) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings.MAIL_FROM
    message["To"] = notice.to
    message["Subject"] = notice.subject
    message["Date"] = formatdate(clock.now().timestamp())
    message["Message-ID"] = f"<{notice.pk}.{notice.created_at.timestamp():.0f}@{MESSAGE_DOMAIN}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.body)
    for item in notice.attachments:
        content = filestore.get(settings.FILES_DIR, item["sha256"])
        message.add_attachment(content, maintype="application", subtype="pdf", filename=item["filename"])
    return message


def _server() -> smtp.SmtpServer:
    return smtp.SmtpServer(
        settings.SMTP_HOST,
        settings.SMTP_PORT,
        settings.SMTP_USER,
        settings.SMTP_PASSWORD,
        settings.SMTP_STARTTLS,
    )


def _hand_over(notice: Notice) -> None:
    """Make the message and give it to the server. Raises ChannelError, whatever stands in the way.

    A message that cannot be made must not stop the sweep from sending the others.
    """
    try:
        message = _message(notice)
    except OSError as error:
        # The files may be back later.
        raise smtp.ChannelError(f"lampiran tidak dapat dibaca ({type(error).__name__})") from error
    except ValueError as error:
        raise smtp.ChannelError("surat tidak dapat disusun", permanent=True) from error
    smtp.send(message, _server())


@transaction.atomic
def send(*, notice_id: int) -> Notice | None:
    """Send one waiting notice that is due; None where there is nothing to do or another worker has it.

    The row stays locked while the message is handed over: a crash in between repeats it at most once, with
    the same Message-ID.
    """
    notice = (
        Notice.objects.select_for_update(skip_locked=True)
        .filter(pk=notice_id, state=Notice.State.WAITING, next_try_at__lte=clock.now())
        .first()
    )
    if notice is None:
        return None
    notice.attempts += 1
    try:
        _hand_over(notice)
    except smtp.ChannelError as error:
        _note_failure(notice, error)
    else:
        notice.state, notice.sent_at, notice.last_error = Notice.State.SENT, clock.now(), ""
    if notice.secret and notice.state != Notice.State.WAITING:
        notice.body = ERASED
    notice.save()
    return notice


def _note_failure(notice: Notice, error: smtp.ChannelError) -> None:
    notice.last_error = str(error)[:200]
    delay = None if error.permanent else rules.next_delay(notice.attempts, secret=notice.secret)
    if delay is not None:
        notice.next_try_at = clock.now() + delay
        return
    notice.state = Notice.State.FAILED
    record(
        action="notice.fail",
        subject=f"notice:{notice.pk}",
        actor="system",
        office_code=notice.office_id or "",
        details={"case": notice.case_ref, "attempts": notice.attempts},
    )
