"""What takes two people: spoiling a number of a gapless book, opening a close again.

One who has the right `books` asks with a reason, another one who has it decides. The reason stands in the
book; the journal names the request alone.
"""

import unicodedata

from django.db import IntegrityError, transaction

from loket.audit.actions import record
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError, NotAllowedError, NotFoundError
from loket.offices.models import Office
from loket.register.actions.books import hold
from loket.register.actions.closing import journal_close
from loket.register.models import BookClose, BookLine, BookRequest

SHORTEST, LONGEST = 10, 300


class ReasonTooShort(LoketError):
    """Tulis alasannya, paling sedikit 10 huruf. Alasan ini tampak di buku."""


class OwnBookRequest(NotAllowedError):
    """Permintaan Anda sendiri harus diputuskan oleh orang lain."""


class RequestDecided(ConflictError):
    """Permintaan ini sudah diputuskan."""


class RequestWaiting(ConflictError):
    """Permintaan untuk hal yang sama sedang menunggu keputusan."""


class SpoiledAlready(ConflictError):
    """Nomor ini sudah dinyatakan batal."""


class NotLatestClose(ConflictError):
    """Hanya penutupan terakhir sebuah buku yang dapat dibuka lagi."""


def reason_of(text: str) -> str:
    """The reason as it is kept. Raises ReasonTooShort."""
    seen = "".join(sign for sign in text if sign.isspace() or not unicodedata.category(sign).startswith("C"))
    reason = " ".join(seen.split())[:LONGEST]
    if len(reason) < SHORTEST:
        raise ReasonTooShort(field="reason")
    return reason


def line_of(office: Office, line_id: int) -> BookLine:
    """A line of a book of this office, locked. Raises NotFoundError, SpoiledAlready."""
    line = BookLine.objects.select_for_update().filter(office=office, pk=line_id).first()
    if line is None:
        raise NotFoundError("Nomor ini tidak ditemukan.")
    if line.spoiled_at is not None:
        raise SpoiledAlready()
    return line


def _ask(*, office: Office, book: str, kind: str, reason: str, by: Actor, **about: object) -> BookRequest:
    _may(office, by)
    try:
        with transaction.atomic():
            request = BookRequest.objects.create(
                office=office,
                book=book,
                kind=kind,
                reason=reason_of(reason),
                asked_by=by.ref,
                asked_by_name=by.name[:100],
                asked_at=clock.now(),
                **about,
            )
    except IntegrityError as error:
        raise RequestWaiting() from error
    _journal_request(request, "book.ask", by)
    return request


def _may(office: Office, by: Actor) -> None:
    if not by.may("books", office.code):
        raise NotAllowedError()


@transaction.atomic
def ask_spoil(*, office: Office, line_id: int, reason: str, by: Actor) -> BookRequest:
    """Ask that a number be marked as spoiled. Raises NotFoundError, NotAllowedError, SpoiledAlready,
    ReasonTooShort, RequestWaiting."""
    line = line_of(office, line_id)
    return _ask(office=office, book=line.book, kind="spoil", reason=reason, by=by, line=line)


@transaction.atomic
def ask_blank(*, office: Office, book: str, reason: str, by: Actor) -> BookRequest:
    """Ask that the next number of a book be taken and marked as spoiled: it stands on a paper that was
    spoiled. Raises NotAllowedError, ReasonTooShort."""
    return _ask(office=office, book=book, kind="blank", reason=reason, by=by)


@transaction.atomic
def ask_reopen(*, office: Office, close_id: int, reason: str, by: Actor) -> BookRequest:
    """Ask that the latest close of a book be opened again. Raises NotFoundError, NotAllowedError,
    NotLatestClose, ReasonTooShort, RequestWaiting."""
    close = BookClose.objects.filter(office=office, pk=close_id, reopened_at__isnull=True).first()
    if close is None:
        raise NotFoundError("Penutupan ini tidak ditemukan.")
    _require_latest(close)
    return _ask(office=office, book=close.book, kind="reopen", reason=reason, by=by, close=close)


def _require_latest(close: BookClose) -> None:
    standing = BookClose.objects.filter(office=close.office_id, book=close.book, reopened_at__isnull=True)
    # The close of a year comes after that of its last day.
    if standing.order_by("-day", "-kind").first() != close:
        raise NotLatestClose()


@transaction.atomic
def decide(*, office: Office, request_id: int, approve: bool, by: Actor) -> BookRequest:
    """Approve or refuse what somebody else asked. An approved close is open again; a number is spoiled by
    whoever calls this. Raises NotFoundError, NotAllowedError, OwnBookRequest, RequestDecided, NotLatestClose.
    """
    _may(office, by)
    found = BookRequest.objects.select_for_update(of=("self",)).select_related("line", "close", "office")
    request = found.filter(office=office, pk=request_id).first()
    if request is None:
        raise NotFoundError("Permintaan ini tidak ditemukan.")
    if request.state != BookRequest.State.WAITING:
        raise RequestDecided()
    if request.asked_by == by.ref:
        raise OwnBookRequest()
    request.state = BookRequest.State.APPROVED if approve else BookRequest.State.REFUSED
    request.decided_by, request.decided_by_name, request.decided_at = by.ref, by.name[:100], clock.now()
    request.save(update_fields=["state", "decided_by", "decided_by_name", "decided_at"])
    _journal_request(request, "book.approve" if approve else "book.refuse", by)
    if approve and request.close is not None:
        _reopen(request.close, by)
    return request


def _reopen(close: BookClose, by: Actor) -> None:
    hold(close.office, close.book)
    close.refresh_from_db()
    if close.reopened_at is not None:
        raise NotLatestClose()
    _require_latest(close)
    close.reopened_at = clock.now()
    close.save(update_fields=["reopened_at"])
    journal_close(close, "book.reopen", by)


def _journal_request(request: BookRequest, action: str, by: Actor) -> None:
    details = {"kind": request.kind, "book": request.book}
    if request.line is not None:
        details["number"] = request.line.number
    if request.close is not None:
        details["close"] = str(request.close_id)
    record(
        action=action,
        subject=f"book-request:{request.pk}",
        actor=by.ref,
        office_code=request.office_id,
        details=details,
    )
