"""Entering a day on paper afterwards: the case takes over the resi, its tracking code and its true times."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.actions.common import NotPossible, locked, require
from loket.cases.models import Case, PaperReceipt
from loket.cases.rules.afterwards import (
    OtherOfficesReceipt,
    read_receipt_number,
    registers,
    require_believable,
    require_registration,
    steps_by_hand,
)
from loket.catalogue.rules import Variant
from loket.catalogue.rules.books import REGISTRATION
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError, NotAllowedError, NotFoundError
from loket.core.wording import local_moment
from loket.offices.queries import zone
from loket.register.actions import note_number


class UnknownReceipt(NotFoundError):
    """Nomor resi kertas ini tidak pernah dicetak oleh kantor ini. Periksa kembali angkanya."""


class ReceiptUsed(ConflictError):
    """Resi kertas ini sudah dipakai untuk permohonan lain. Periksa kembali nomornya."""


class NotByHand(LoketError):
    """Langkah layanan ini sampai pendaftaran tidak dapat dikerjakan di atas kertas. Daftarkan di sistem."""


class NotRegistrar(LoketError):
    """Pendaftaran di atas kertas hanya dicatat oleh petugas yang mendaftarkan. Pilih "Belum didaftarkan"."""


@dataclass(frozen=True)
class OnPaper:
    """What stands on a resi of a paper kit. `registered_at`: when the office registered the case on paper."""

    number: str
    received_at: datetime
    registered_at: datetime | None = None


def note_on_paper(case: Case, paper: OnPaper, by: Actor) -> PaperReceipt:
    """Bind a draft of the counter, locked in a transaction, to the resi on which it was received.

    The same again changes nothing; another resi sets the first one free. Raises NotAllowedError,
    UnreadableReceipt, WrongCheckDigits, OtherOfficesReceipt, UnknownReceipt, ReceiptUsed, NotByHand,
    NotRegistrar, and what `require_believable` and `require_registration` raise.
    """
    if case.channel == "online" or not by.may("intake", case.office_id):
        raise NotAllowedError()
    receipt = _locked_receipt(case, paper.number)
    if receipt.used_by_case_id not in (None, case.pk):
        raise ReceiptUsed(field="number")
    receipt.received_at, receipt.registered_at = paper.received_at, paper.registered_at
    _require_true(case, receipt, queries.variant_of(case), by)
    _set_free(case, but=receipt)
    receipt.used_by_case = case
    receipt.entered_at, receipt.entered_by = clock.now(), by.ref
    receipt.save()
    record(
        action="case.on_paper",
        subject=case.ref,
        actor=by.ref,
        office_code=case.office_id,
        details=_details(receipt),
    )
    return receipt


def _details(receipt: PaperReceipt) -> dict[str, str]:
    times = {"received_at": receipt.received_at, "registered_at": receipt.registered_at}
    return {"receipt": receipt.number} | {name: at.isoformat() for name, at in times.items() if at}


def _locked_receipt(case: Case, number: str) -> PaperReceipt:
    canonical = read_receipt_number(number)
    if canonical[1:5] != case.office_id:
        raise OtherOfficesReceipt(field="number")
    found = PaperReceipt.objects.select_for_update(of=("self",)).select_related("pack")
    receipt = found.filter(number=canonical, pack__office_id=case.office_id).first()
    if receipt is None:
        raise UnknownReceipt(field="number")
    return receipt


def _require_true(case: Case, receipt: PaperReceipt, variant: Variant, by: Actor) -> None:
    """Refuse times that cannot be, and a registration on paper that is not this official's to confirm."""
    now, received_at = clock.now(), receipt.received_at
    if received_at is None:
        raise UnknownReceipt(field="number")
    require_believable(received_at, now=now, printed_at=receipt.pack.printed_at, days=settings.PAPER_DAYS)
    if receipt.registered_at is None:
        return
    require_registration(receipt.registered_at, received_at=received_at, now=now)
    steps = steps_by_hand(variant)
    if not steps:
        raise NotByHand(field="registered_at")
    if not {variant.role_of(step) for step in steps} <= set(by.roles):
        raise NotRegistrar(field="registered_at")


def _set_free(case: Case, *, but: PaperReceipt | None = None) -> list[str]:
    """Let the resi of a draft be used again; which ones that were."""
    bound = PaperReceipt.objects.select_for_update().filter(used_by_case=case)
    freed = []
    for receipt in bound.exclude(pk=but.pk) if but else bound:
        receipt.used_by_case = receipt.received_at = receipt.entered_at = receipt.registered_at = None
        receipt.entered_by = ""
        receipt.save()
        freed.append(receipt.number)
    return freed


@transaction.atomic
def change_paper(*, case_id: uuid.UUID, paper: OnPaper | None, by: Actor) -> Case:
    """Correct what a draft took from paper, or (None) say that it does not come from paper.

    Raises NotFoundError, NotPossible once it was sent, and what `note_on_paper` raises.
    """
    case = locked(case_id)
    require("save", case, by)
    if case.state != "draft":
        raise NotPossible("Resi kertas tidak dapat diubah lagi: permohonan ini sudah masuk.")
    if paper is None:
        drop_paper(case, by)
    else:
        note_on_paper(case, paper, by)
    return case


def drop_paper(case: Case, by: Actor) -> None:
    """Set the resi of a draft free, in the transaction of whoever changes the draft."""
    if freed := _set_free(case):
        record(
            action="case.off_paper",
            subject=case.ref,
            actor=by.ref,
            office_code=case.office_id,
            details={"receipt": freed[0]},
        )


def take_over(case: Case, variant: Variant, by: Actor) -> PaperReceipt | None:
    """Give a case that is being sent the tracking code and the true times of its resi; None without one.

    For `submit`, which has locked the case and saves it: sets `tracking_code`, `submitted_at` and
    `complete_at`, from which the clock runs; and where the office keeps no registration book for such
    cases, the number too. The times are judged again: days may have passed since they were typed. The
    journal says who entered it. Raises as `note_on_paper` does for times.
    """
    bound = PaperReceipt.objects.select_for_update(of=("self",)).select_related("pack")
    receipt = bound.filter(used_by_case=case).first()
    if receipt is None:
        return None
    _require_true(case, receipt, variant, by)
    receipt.entered_at, receipt.entered_by = clock.now(), by.ref
    receipt.save(update_fields=["entered_at", "entered_by"])
    case.tracking_code = receipt.tracking_code
    case.submitted_at = case.complete_at = receipt.received_at
    if not registers(variant):
        note_number(office=case.office, book=REGISTRATION, number=receipt.number, ref=case.ref, by=by)
        case.receipt_number, case.registered_at = receipt.number, receipt.received_at
    record(
        action="case.enter_afterwards",
        subject=case.ref,
        actor=by.ref,
        office_code=case.office_id,
        details=_details(receipt),
    )
    return receipt


def received_words(case: Case, receipt: PaperReceipt | None) -> str:
    """For the timeline: on which resi and when the case was really received; empty without one."""
    if receipt is None or receipt.received_at is None:
        return ""
    received = local_moment(receipt.received_at, zone(case.office))
    return f"Diterima di atas kertas {received}, resi {receipt.number}; dimasukkan ke sistem kemudian."


def registered_words(case: Case, receipt: PaperReceipt) -> str:
    """For the timeline: when a step was really done on paper."""
    if receipt.registered_at is None:
        return ""
    return f"Dikerjakan di atas kertas {local_moment(receipt.registered_at, zone(case.office))}."
