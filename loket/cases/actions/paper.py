"""Reserving numbered resi for a day without power or network."""

import uuid

from django.db import transaction

from loket.audit.actions import record
from loket.cases.models import PaperPack, PaperReceipt
from loket.cases.rules.afterwards import MOST_RECEIPTS, receipt_number
from loket.core import clock
from loket.core.codes import new_tracking_code
from loket.core.errors import LoketError
from loket.offices.models import Office
from loket.register.actions import next_serial


@transaction.atomic
def reserve_pack(*, office: Office, count: int, by: str, key: uuid.UUID | None = None) -> PaperPack:
    """Reserve a block of numbered resi with their tracking codes. Raises LoketError for a count out of range.

    Numbers come from a counter row, so that two blocks never overlap; an unused number is simply never used.
    The same `key` again gives the same block.
    """
    if not 1 <= count <= MOST_RECEIPTS:
        raise LoketError(f"Jumlah resi paling sedikit 1 dan paling banyak {MOST_RECEIPTS}.", field="count")
    if existing := _reserved(office, key):
        return existing
    number = next_serial(office=office, key="paper-pack")
    if existing := _reserved(office, key):  # the same form, a moment earlier: its number was waited for
        return existing
    numbers = [receipt_number(office.code, number, place) for place in range(1, count + 1)]
    pack = PaperPack.objects.create(
        office=office,
        number=number,
        count=count,
        first=numbers[0],
        last=numbers[-1],
        printed_by=by,
        printed_at=clock.now(),
        create_key=key,
    )
    PaperReceipt.objects.bulk_create(
        PaperReceipt(pack=pack, number=each, tracking_code=new_tracking_code()) for each in numbers
    )
    record(
        action="paper.reserve",
        subject=f"paper-pack:{pack.pk}",
        actor=by,
        office_code=office.code,
        details={"first": pack.first, "last": pack.last},
    )
    return pack


def _reserved(office: Office, key: uuid.UUID | None) -> PaperPack | None:
    return PaperPack.objects.filter(create_key=key, office=office).first() if key else None
