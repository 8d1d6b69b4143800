"""Signing from a list, watching the batch, and settling what is in doubt."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.audit.actions import record_look
from loket.cases import actions
from loket.cases import queries as cases
from loket.core import clock
from loket.core.errors import LoketError, NotFoundError
from loket.core.idempotency import new_key
from loket.documents import queries
from loket.documents.actions import settle_doubt
from loket.documents.actions.signing import MAX_BATCH
from loket.web.forms import form_key
from loket.web.guards import account, actor, office, staff_required


@staff_required("sign")
def waiting(request: HttpRequest) -> HttpResponse:
    """The documents that wait for my signature; the chosen ones are released with passphrase and TOTP."""
    error, at, status = "", "", 200
    chosen = set(request.POST.getlist("document"))
    if request.method == "POST":
        try:
            if not (request.POST.get("passphrase") and request.POST.get("totp")):  # not a try yet
                raise LoketError("Tulis frasa sandi TTE dan kode autentikator.")
            batch = actions.start_signing(
                office=office(request),
                account=account(request),
                by=actor(request),
                document_ids=sorted(chosen),
                passphrase=request.POST.get("passphrase", ""),
                totp=request.POST.get("totp", ""),
                key=form_key(request),
                seen_at=_seen_at(request),
            )
            return redirect("staff:batch", batch_id=batch.pk)
        except LoketError as failure:
            error, at, status = failure.message, failure.field or "", failure.status
    by = actor(request)
    found = cases.waiting_for_signature(office(request), by)
    record_look(
        subject=f"office:{by.office}", actor=by.ref, office_code=by.office, reason="daftar tanda tangan"
    )
    shown = found[:MAX_BATCH]
    context = {
        "documents": shown,
        "count": len(found),
        "rest": len(found) - len(shown),
        "seen_at": clock.now().isoformat(),
        "chosen": chosen or {document.pk for document in shown},
        "doubts": len(queries.in_doubt(office(request))),
        "key": new_key(),
        "error": error,
        "at": at,
        "zone": office(request).definition["zone"],
    }
    return render(request, "staff/sign.html", context, status=status)


def _seen_at(request: HttpRequest) -> datetime | None:
    """When the list that is being sent was shown."""
    try:
        return datetime.fromisoformat(request.POST.get("seen_at", ""))
    except ValueError:
        return None


@staff_required("sign")
def batch(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """How far a batch is. Reloads itself while it runs; asks for the passphrase again where needed."""
    found = queries.batch_of(batch_id, account(request))
    error, at, status = "", "", 200
    if request.method == "POST":
        try:
            found = actions.release_signing(
                batch_id=batch_id,
                account=account(request),
                passphrase=request.POST.get("passphrase", ""),
                totp=request.POST.get("totp", ""),
            )
        except LoketError as failure:
            error, at, status = failure.message, failure.field or "", failure.status
        else:
            return redirect("staff:batch", batch_id=batch_id)
    items = queries.batch_items(found)
    context = {
        "batch": found,
        "items": items,
        "signed": sum(item.result == "signed" for item in items),
        "error": error,
        "at": at,
    }
    response = render(request, "staff/batch.html", context, status=status)
    if found.state == "running":
        response.headers["Refresh"] = "2"
    return response


@staff_required("signatures")
def doubtful(request: HttpRequest) -> HttpResponse:
    """Signings whose answer was lost."""
    return render(request, "staff/doubt.html", _doubt_context(request))


def _doubt_context(request: HttpRequest) -> dict[str, Any]:
    here = office(request)
    return {"intents": queries.in_doubt(here), "zone": here.definition["zone"]}


@staff_required("signatures", back="staff:doubt")
@require_POST
def settle(request: HttpRequest, intent_id: int) -> HttpResponse:
    """Decide that a doubtful signing does not count."""
    try:
        settle_doubt(intent_id=intent_id, reason=request.POST.get("reason", ""), by=actor(request))
    except NotFoundError:
        raise
    except LoketError as error:
        context = {**_doubt_context(request), "error": error.message, "at": intent_id}
        return render(request, "staff/doubt.html", context, status=error.status)
    messages.success(request, "Keputusan dicatat; dokumen dapat ditandatangani lagi.")
    return redirect("staff:doubt")
