"""The paper of a berita acara, and closing it when the documents leave."""

from typing import Any

from django.db import transaction

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.models import HandoverRecord
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, NotFoundError
from loket.core.identity import mask_name
from loket.documents.queries import template, working_frame
from loket.documents.rendering import render
from loket.offices.models import Office

DOCUMENT = "berita-acara-pengiriman"


class AlreadyClosed(ConflictError):
    """Berita acara ini sudah ditutup."""


@transaction.atomic
def close_handover(*, office: Office, record_id: int, by: Actor) -> HandoverRecord:
    """Close a berita acara when its documents leave; what comes later goes on another one.

    Raises NotFoundError, AlreadyClosed.
    """
    found = HandoverRecord.objects.select_for_update().filter(office=office, pk=record_id).first()
    if found is None or by.office != office.code:
        raise NotFoundError("Berita acara ini tidak ditemukan.")
    if found.closed_at is not None:
        raise AlreadyClosed()
    found.closed_at = clock.now()
    found.save(update_fields=["closed_at"])
    record(
        action="handover.close",
        subject=f"handover:{found.pk}",
        actor=by.ref,
        office_code=office.code,
        details={"number": found.number, "cases": found.items.count()},
    )
    return found


def handover_pdf(*, office: Office, record_id: int, by: Actor) -> bytes:
    """The berita acara on paper, with masked names. Raises NotFoundError."""
    if by.office != office.code:
        raise NotFoundError("Berita acara ini tidak ditemukan.")
    found = queries.handover_record(office, record_id)
    frame = working_frame(office, found.number, found.opened_at)
    return render(template(DOCUMENT), _context(found, by), frame=frame)


def _context(found: HandoverRecord, by: Actor) -> dict[str, Any]:
    items = list(found.items.all())
    return {
        "day": found.day.isoformat(),
        "destination": found.destination,
        "sender": by.name,
        "count": len(items),
        "items": [
            {
                "code": item.case.tracking_code or "-",
                "name": mask_name(item.case.applicant_name),
                "documents": ", ".join(product.label for product in item.case.products.all()) or "-",
            }
            for item in items
        ],
    }
