"""The receipt (resi) that a registered application gets at the counter."""

import uuid
from datetime import datetime

from django.conf import settings

from loket.audit.actions import record_look
from loket.cases import queries
from loket.cases.models import Case
from loket.core.actors import Actor
from loket.core.errors import ConflictError
from loket.core.wording import local_moment
from loket.documents.queries import template, working_frame
from loket.documents.rendering import render
from loket.offices.queries import zone


class NoReceiptYet(ConflictError):
    """Resi baru dapat dicetak sesudah permohonan masuk buku registrasi."""


def receipt_pdf(*, case_id: uuid.UUID, by: Actor) -> bytes:
    """The receipt of a registered application, to print: number, tracking QR, papers, promised time.

    The look is recorded. Raises NotFoundError, NoReceiptYet.
    """
    case = queries.case_for(case_id, by)
    if case.receipt_number is None or case.registered_at is None:
        raise NoReceiptYet()
    record_look(subject=case.ref, actor=by.ref, office_code=case.office_id, reason="mencetak resi")
    frame = working_frame(case.office, case.receipt_number, case.registered_at)
    return render(template("resi"), _context(case, case.registered_at), frame=frame)


def _context(case: Case, registered_at: datetime) -> dict[str, object]:
    variant, here = queries.variant_of(case), zone(case.office)
    papers = queries.handed_papers(case)
    return {
        "service": queries.definition(case.revision).name,
        "variant": variant.name,
        "applicant_name": case.applicant_name,
        "sender_name": case.sender_name,
        "site": case.site.name if case.site else "",
        "registered_at": local_moment(registered_at, here),
        "deadline": local_moment(case.deadline_at, here) if case.deadline_at else "",
        "deadline_text": variant.deadline.text,
        "tracking_code": case.tracking_code,
        "tracking_url": f"{settings.BASE_URL}/lacak/?kode={case.tracking_code}",
        "papers": [{"label": paper.label, "nature": paper.nature} for paper in papers],
    }
