"""Paper for a day without power or network: reserving numbered resi, and entering their cases afterwards."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from loket.audit.actions import record
from loket.cases.models import Case, PaperPack, PaperReceipt
from loket.cases.rules.afterwards import (
    MOST_RECEIPTS,
    parse_receipt_number,
    receipt_number,
    require_believable,
)
from loket.core import clock
from loket.core.actors import Actor
from loket.core.codes import new_tracking_code
from loket.core.errors import ConflictError, LoketError, NotAllowedError, NotFoundError
from loket.offices.models import Office
from loket.register.actions import next_serial


class UnknownReceipt(NotFoundError):
    """Nomor resi kertas ini tidak dikenal di kantor ini. Periksa kembali angkanya."""


class ReceiptUsed(ConflictError):
    """Resi kertas ini sudah dicatat untuk permohonan lain. Periksa kembali nomornya."""


@transaction.atomic
def reserve_pack(*, office: Office, count: int, by: str) -> PaperPack:
    """Reserve a block of numbered resi with their tracking codes. Raises LoketError for a count out of range.

    Numbers come from a counter row, so that two blocks never overlap; an unused number is simply never used.
    """
    if not 1 <= count <= MOST_RECEIPTS:
        raise LoketError(f"Jumlah resi paling sedikit 1 dan paling banyak {MOST_RECEIPTS}.", field="count")
    number = next_serial(office=office, key="paper-pack")
    numbers = [receipt_number(office.code, number, place) for place in range(1, count + 1)]
    pack = PaperPack.objects.create(
        office=office,
        number=number,
        count=count,
        first=numbers[0],
        last=numbers[-1],
        printed_by=by,
        printed_at=clock.now(),
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


@transaction.atomic
def enter_afterwards(
    *,
    case: Case,
    number: str,
    received_at: datetime,
    by: Actor,
    outage: tuple[datetime, datetime | None] | None = None,
) -> PaperReceipt:
    """Give a case that is being handed in the resi and the true time it has on paper.

    For the action that submits a case at the counter, called with its locked case in its transaction, before
    the deadline is set and the receipt is sent. Sets `tracking_code`, `submitted_at` and `complete_at`, from
    which the clock runs, without saving the case. The journal says who entered it, and when. The same number
    for the same case again changes nothing. Raises NotAllowedError, UnknownReceipt, ReceiptUsed, and what
    `require_believable` raises.
    """
    if by.kind != "staff" or by.office != case.office_id:
        raise NotAllowedError()
    receipt = _locked_receipt(case, number)
    if receipt.used_by_case_id == case.pk:
        return receipt
    if receipt.used_by_case_id is not None or PaperReceipt.objects.filter(used_by_case=case).exists():
        raise ReceiptUsed(field="number")
    now = clock.now()
    require_believable(
        received_at, now=now, printed_at=receipt.pack.printed_at, days=settings.PAPER_DAYS, outage=outage
    )
    receipt.used_by_case = case
    receipt.received_at, receipt.entered_at, receipt.entered_by = received_at, now, by.ref
    receipt.save()
    case.tracking_code = receipt.tracking_code
    case.submitted_at = case.complete_at = received_at
    record(
        action="case.enter_afterwards",
        subject=case.ref,
        actor=by.ref,
        office_code=case.office_id,
        details={"receipt": receipt.number, "received_at": received_at.isoformat()},
    )
    return receipt


def _locked_receipt(case: Case, number: str) -> PaperReceipt:
    canonical = parse_receipt_number(number)
    found = PaperReceipt.objects.select_for_update(of=("self",)).select_related("pack")
    receipt = found.filter(number=canonical, pack__office_id=case.office_id).first() if canonical else None
    if receipt is None:
        raise UnknownReceipt(field="number")
    return receipt
