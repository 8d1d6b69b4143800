"""A spoiled number stays in its book with the reason; what bore it gets the next one.

UU 23/2006 art. 66-68: an akta is an entry of a register that nobody removes. An akta or letter that was
signed is cancelled by law (a court's word, a letter that is cancelled), never spoiled: the caller sees to it.
"""

from django.db import transaction

from loket.audit.actions import record
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, NotFoundError
from loket.offices.models import Office
from loket.register.actions.bookrequests import line_of, reason_of
from loket.register.actions.books import enter, take_number
from loket.register.actions.changes import renumber
from loket.register.actions.closing import today_of
from loket.register.models import BookLine, CivilRecord, Origin, RegisterEvent, Resident


class NumberFromSiak(ConflictError):
    """Nomor ini diberikan oleh SIAK. Bila salah ketik, perbaiki pada lembar SIAK permohonannya; bila rusak,
    batalkan di SIAK."""


@transaction.atomic
def spoil_number(*, office: Office, line_id: int, reason: str, by: Actor) -> tuple[BookLine, str]:
    """Mark a number as spoiled and give what bore it the next one; returns the line and that number.

    The akta's entry and the event's letter follow. Raises NotFoundError, NumberFromSiak, SpoiledAlready,
    ReasonTooShort.
    """
    line = line_of(office, line_id)
    if line.source != Origin.OWN:
        raise NumberFromSiak()
    akta = CivilRecord.objects.select_for_update().filter(office=office, number=line.number).first()
    # First, since a case has one akta that counts; a line changes once, so its new number comes with it.
    resident = akta.resident if akta is not None else None
    if akta is not None:
        akta.spoiled_at = clock.now()
        # A birth can be undone: the entry that counts no longer must not hold its child.
        if resident is not None and resident.birth_certificate == akta.number:
            akta.resident = None
        akta.save(update_fields=["spoiled_at", "resident"])
    number = _next_number(line, akta, resident, by)
    _mark(line, reason_of(reason), number, by)
    borne = RegisterEvent.objects.select_for_update(of=("self",)).select_related("office")
    for event in borne.filter(office=office, number=line.number, case_ref=line.ref):
        renumber(event, line.number, number)
    # A birth of before births were events.
    Resident.objects.filter(office=office, birth_certificate=line.number).update(birth_certificate=number)
    return line, number


def _next_number(line: BookLine, akta: CivilRecord | None, resident: Resident | None, by: Actor) -> str:
    if akta is None:
        return take_number(office=line.office, book=line.book, ref=line.ref, by=by).number
    written = enter(
        office=line.office,
        book=line.book,
        day=today_of(line.office),
        resident=resident,
        facts=akta.facts,
        case_ref=akta.case_ref,
        by=by,
    )
    return written.number


@transaction.atomic
def spoil_blank(*, office: Office, book: str, reason: str, by: Actor) -> BookLine:
    """Take the next number of a book and mark it as spoiled. Raises NotFoundError for a book that the office
    does not keep, ReasonTooShort."""
    if not BookLine.objects.filter(office=office, book=book).exists():
        raise NotFoundError("Buku ini tidak ada di kantor ini.")
    line = take_number(office=office, book=book, ref="", by=by)
    _mark(line, reason_of(reason), "", by)
    return line


def _mark(line: BookLine, reason: str, replaced_by: str, by: Actor) -> None:
    line.spoiled_at, line.spoiled_by, line.spoiled_reason = clock.now(), by.ref, reason
    line.replaced_by = replaced_by
    line.save(update_fields=["spoiled_at", "spoiled_by", "spoiled_reason", "replaced_by"])
    record(
        action="book.spoil",
        subject=f"book-line:{line.pk}",
        actor=by.ref,
        office_code=line.office_id,
        details={"book": line.book, "number": line.number, "instead": replaced_by, "case": line.ref},
    )
