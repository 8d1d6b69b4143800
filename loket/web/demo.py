"""What a demo shows that a real office never would: its accounts, their codes, everybody's mail.

The addresses exist only in demo mode, and each view answers only requests from this machine itself.
"""

import email
import email.policy
import re
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from functools import wraps
from pathlib import Path
from typing import Any

import pyotp
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from loket.core.errors import NotFoundError
from loket.offices.actions import totp_seed
from loket.offices.models import Account, Office
from loket.register.models import Membership
from loket.register.rules import WIFE
from loket.web.files import file_response
from loket.web.guards import client_address

LOOPBACK = {"127.0.0.1", "::1"}
NEWEST = 50
SHOWN_FAMILIES = 5
INVENTED = r"9[0-9]{3}$"
# Mothers young enough for the birth of a child today.
YOUNG_SINCE = date(1990, 1, 1)


def _only_here(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO or client_address(request) not in LOOPBACK:
            raise NotFoundError()
        return view(request, *args, **kwargs)

    guarded.who = "here"  # type: ignore[attr-defined]  # compared with the table in `policy`
    return guarded


@_only_here
def accounts(request: HttpRequest) -> HttpResponse:
    """The demo accounts, with the signers' TOTP codes of this moment."""
    found = (
        Account.objects.filter(is_demo=True)
        .select_related("office")
        .prefetch_related("assignments__role")
        .order_by("office__short_name", "email")
    )
    rows = [
        {
            "account": account,
            "roles": [assignment.role.name for assignment in account.assignments.all()],
            "totp": pyotp.TOTP(seed).now() if (seed := totp_seed(account)) else "",
        }
        for account in found
    ]
    context = {
        "rows": rows,
        "password": settings.DEMO_PASSWORD,
        "passphrase": settings.DEMO_PASSPHRASE,
    }
    return render(request, "web/demo_accounts.html", context)


@_only_here
def people(request: HttpRequest) -> HttpResponse:
    """Some invented families of each office, to fill in a form with people the register knows."""
    families = []
    for office in Office.objects.order_by("short_name"):
        wives = Membership.objects.filter(
            family__office=office,
            relation=WIFE,
            until__isnull=True,
            resident__birth_date__gte=YOUNG_SINCE,
            # Whatever else a database may hold, only invented people are shown here.
            resident__nik__regex=INVENTED,
        )
        chosen = wives.order_by("pk").values_list("family_id", flat=True)[:SHOWN_FAMILIES]
        rows = (
            Membership.objects.filter(family_id__in=list(chosen), until__isnull=True)
            .select_related("family", "resident")
            .order_by("family_id", "position")
        )
        families.append((office, list(rows)))
    return render(request, "web/demo_people.html", {"families": families})


def _messages() -> list[Path]:
    return sorted((settings.DATA_DIR / "mailbox").glob("*.eml"), reverse=True)[:NEWEST]


def _read(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        return email.message_from_binary_file(file, policy=email.policy.default)


@_only_here
def mailbox(request: HttpRequest) -> HttpResponse:
    """The mail that left, newest first."""
    rows = [(path.stem, _read(path)) for path in _messages()]
    return render(request, "web/mailbox.html", {"rows": rows})


@_only_here
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One message, or with `?lampiran=N` its N-th attachment."""
    path = settings.DATA_DIR / "mailbox" / f"{name}.eml"
    if not re.fullmatch(r"[0-9a-f-]{1,80}", name) or not path.exists():
        raise NotFoundError()
    message = _read(path)
    attachments = list(message.iter_attachments())
    wanted = request.GET.get("lampiran", "")
    if wanted.isdigit() and int(wanted) < len(attachments):
        part = attachments[int(wanted)]
        content = part.get_content()
        return file_response(content, "application/pdf", part.get_filename() or "lampiran.pdf")
    body = message.get_body(("plain",))
    context = {
        "name": name,
        "message": message,
        "body": body.get_content() if body else "",
        "attachments": [part.get_filename() for part in attachments],
    }
    return render(request, "web/mail.html", context)
