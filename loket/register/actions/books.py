"""Register books and the numbers of letters: each number once, a book without a gap."""

from datetime import date
from typing import Any

from loket.core import clock
from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.actions.numbers import next_serial
from loket.register.models import CivilRecord, Resident


def enter(
    *,
    office: Office,
    book: str,
    day: date,
    resident: Resident | None,
    facts: dict[str, Any],
    case_ref: str,
    by: Actor,
) -> CivilRecord:
    """Write an entry with its gapless place in the book and its akta number `RRRR-TT-DDMMYYYY-NNNN`.

    An akta of somebody who is not in the register has no `resident`; its facts say who it is.
    """
    serial = next_serial(office=office, key=f"akta:{book}:{day.isoformat()}")
    return CivilRecord.objects.create(
        office=office,
        book=book,
        year=day.year,
        entry=next_serial(office=office, key=f"book:{book}:{day.year}"),
        number=f"{office.code}-{book}-{day:%d%m%Y}-{serial:04d}",
        recorded_on=day,
        resident=resident,
        facts=facts,
        case_ref=case_ref,
        recorded_by=by.ref,
        created_at=clock.now(),
    )


def letter_number(*, office: Office, prefix: str, day: date) -> str:
    """A new number of a letter, `SKPWNI/RRRR/DDMMYYYY/NNNN`; the serial begins anew each day."""
    serial = next_serial(office=office, key=f"letter:{prefix}:{day.isoformat()}")
    return f"{prefix}/{office.code}/{day:%d%m%Y}/{serial:04d}"
