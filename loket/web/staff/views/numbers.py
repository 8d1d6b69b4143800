"""A supervisor takes a number of a case that cannot have been issued so."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from loket.cases import actions
from loket.core.errors import LoketError, NotAllowedError, NotFoundError
from loket.web.guards import actor, staff_required
from loket.web.staff.views.cases import refused


@staff_required("supervise", back="staff:case")
@require_POST
def accept(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Keep the reason for one number; the case's page again."""
    posted = request.POST
    try:
        actions.accept_case_number(
            case_id=case_id,
            key=posted.get("field", ""),
            reason=posted.get("accept_reason", ""),
            by=actor(request),
        )
    except (NotFoundError, NotAllowedError):
        raise
    except LoketError as failure:
        return refused(request, case_id, failure, "accept")
    messages.success(request, "Alasan disimpan. Permohonan dapat diteruskan.")
    return redirect("staff:case", case_id=case_id)
