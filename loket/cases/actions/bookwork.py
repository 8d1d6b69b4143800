"""Numbers that are spoiled, with what their applications need: a document says the new number, nothing signed
changes."""

from django.db import transaction

from loket.cases import queries
from loket.cases.actions.products import prepare
from loket.cases.models import Case, HandoverRecord
from loket.cases.rules.afterwards import parse_receipt_number
from loket.catalogue.rules.books import HANDOVER, REGISTRATION, is_gapless
from loket.core.actors import Actor
from loket.core.errors import ConflictError, NotAllowedError, NotFoundError
from loket.documents import queries as documents
from loket.offices.models import Office
from loket.offices.queries import definition
from loket.register import actions as register
from loket.register import bookpages
from loket.register.models import BookLine, BookRequest


class NumberSigned(ConflictError):
    """Dokumen dengan nomor ini sudah atau sedang ditandatangani, sehingga nomornya tidak dapat dinyatakan
    rusak. Yang sudah ditandatangani hanya dibatalkan menurut hukum."""


class NumberOnPaper(ConflictError):
    """Nomor ini tercetak pada resi kertas yang dipegang pemohon, sehingga tidak dapat diganti."""


@transaction.atomic
def spoil(*, office: Office, line_id: int, reason: str, by: Actor) -> BookRequest | str:
    """Mark a number as spoiled; where its book is gapless, ask somebody else to confirm it.

    Returns the request, or the number that was given instead. Raises NotFoundError, NotAllowedError,
    SpoiledAlready, NumberSigned, NumberOnPaper, ReasonTooShort, RequestWaiting.
    """
    if not by.may("books", office.code):
        raise NotAllowedError()
    entry = bookpages.entry_of(office, line_id)
    if entry is None:
        raise NotFoundError("Nomor ini tidak ditemukan.")
    _require_unsigned(entry.line)
    if is_gapless(definition(office), entry.line.book):
        return register.ask_spoil(office=office, line_id=line_id, reason=reason, by=by)
    return _spoil(office, line_id, reason, by)


@transaction.atomic
def spoil_blank(*, office: Office, book: str, reason: str, by: Actor) -> BookRequest | BookLine:
    """Take the next number of a book for a paper that was spoiled; somebody else confirms it where
    the book is gapless.

    Raises NotAllowedError, NotFoundError, ReasonTooShort.
    """
    if not by.may("books", office.code):
        raise NotAllowedError()
    if is_gapless(definition(office), book):
        return register.ask_blank(office=office, book=book, reason=reason, by=by)
    return register.spoil_blank(office=office, book=book, reason=reason, by=by)


@transaction.atomic
def decide_book_request(*, office: Office, request_id: int, approve: bool, by: Actor) -> BookRequest:
    """Decide what somebody else asked about a book, and carry it out.

    Raises what `register.decide` raises, and as `spoil`.
    """
    request = register.decide(office=office, request_id=request_id, approve=approve, by=by)
    if approve and request.line_id is not None:
        _spoil(office, request.line_id, request.reason, by)
    elif approve and request.kind == BookRequest.Kind.BLANK:
        register.spoil_blank(office=office, book=request.book, reason=request.reason, by=by)
    return request


def _spoil(office: Office, line_id: int, reason: str, by: Actor) -> str:
    line = BookLine.objects.get(pk=line_id)
    case = _case_of(line)
    _require_unsigned(line)
    line, number = register.spoil_number(office=office, line_id=line_id, reason=reason, by=by)
    if line.book == HANDOVER:
        HandoverRecord.objects.filter(office=office, number=line.number).update(number=number)
    elif line.book == REGISTRATION:
        Case.objects.filter(office=office, receipt_number=line.number).update(receipt_number=number)
    elif case is not None and documents.of_case(line.ref):
        # What is prepared already says the new number.
        prepare(case, queries.variant_of(case), by)
    return number


def _case_of(line: BookLine) -> Case | None:
    """The application of a line, locked before its number changes; None where there is none."""
    if not line.ref.startswith("case:"):
        return None
    found = Case.objects.select_for_update(of=("self",)).select_related("office", "revision")
    return found.filter(pk=line.ref.removeprefix("case:")).first()


def _require_unsigned(line: BookLine) -> None:
    """Raises NumberSigned, NumberOnPaper."""
    if line.book == REGISTRATION:
        if line.number.startswith("K") and parse_receipt_number(line.number):
            raise NumberOnPaper()
    elif line.ref and documents.perhaps_signed(line.ref):
        raise NumberSigned()
