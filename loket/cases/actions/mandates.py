"""Village officers who send for others: their PKS and SPT are noted here, and ended."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from loket.audit.actions import record
from loket.cases.actions.common import required_text
from loket.cases.models import SenderMandate
from loket.cases.rules.answers import Unreadable, read_contact
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError, NotFoundError
from loket.offices.models import Office
from loket.offices.queries import definition, villages


class MandateExists(ConflictError):
    """Nomor telepon ini sudah tercatat sebagai pengirim dari desa yang sama. Akhiri dahulu yang lama."""


@dataclass(frozen=True)
class Mandate:
    """What PKS and SPT say: whom they name, for which village, until when."""

    name: str
    phone: str
    village: str
    agreement: str
    order: str
    valid_from: date
    valid_until: date


@transaction.atomic
def note_mandate(*, office: Office, mandate: Mandate, by: Actor) -> SenderMandate:
    """Note that somebody may send for a village. Raises LoketError with the field, MandateExists."""
    if not by.may("intake", office.code):
        raise NotFoundError("Pengirim dicatat oleh petugas yang menerima permohonan.")
    village = next((area for area in villages(definition(office).area) if area.code == mandate.village), None)
    if village is None:
        raise LoketError(f"Pilih {definition(office).village_word} dari wilayah kantor ini.", field="village")
    if mandate.valid_until < mandate.valid_from:
        raise LoketError("Tanggal berakhir tidak boleh sebelum tanggal mulai.", field="valid_until")
    try:
        phone = read_contact("phone", "Telepon", mandate.phone)
    except Unreadable as error:
        raise LoketError(str(error), field="phone") from error
    if not phone:
        raise LoketError("Tulis nomor WhatsApp pengirim.", field="phone")
    try:
        with transaction.atomic():
            noted = SenderMandate.objects.create(
                office=office,
                village=village,
                name=required_text(mandate.name, "Tulis nama pengirim.", field="name").upper(),
                phone=phone,
                agreement=required_text(mandate.agreement, "Tulis nomor PKS.", field="agreement")[:60],
                order=required_text(mandate.order, "Tulis nomor SPT.", field="order")[:60],
                valid_from=mandate.valid_from,
                valid_until=mandate.valid_until,
                recorded_by=by.ref,
                recorded_at=clock.now(),
            )
    except IntegrityError as error:
        raise MandateExists(field="phone") from error
    _journal(noted, "mandate.note", by)
    return noted


@transaction.atomic
def end_mandate(*, office: Office, mandate_id: int, by: Actor) -> SenderMandate:
    """End a mandate; what was sent under it stays. Again, it does nothing. Raises NotFoundError."""
    found = SenderMandate.objects.select_for_update().filter(office=office, pk=mandate_id).first()
    if found is None or not by.may("intake", office.code):
        raise NotFoundError("Pengirim ini tidak ditemukan.")
    if found.ended_at is None:
        found.ended_at = clock.now()
        found.save(update_fields=["ended_at"])
        _journal(found, "mandate.end", by)
    return found


def _journal(mandate: SenderMandate, action: str, by: Actor) -> None:
    record(
        action=action,
        subject=f"mandate:{mandate.pk}",
        actor=by.ref,
        office_code=mandate.office_id,
        details={"village": mandate.village_id, "until": mandate.valid_until.isoformat()},
    )
