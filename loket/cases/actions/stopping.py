"""The clock stands for a reason that a section head approved: of one case, a service, or the whole office.

One official asks, another with the right `stop_clock` approves or refuses, and ends it. It moves deadlines
only from the approved beginning to the end, and never from before it was asked for.
"""

import uuid

from django.db import IntegrityError, transaction

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.actions.common import locked, note, replayed, require, set_deadline, written_reason
from loket.cases.actions.recomputing import at_once, plan
from loket.cases.models import Case, ClockStop, Recompute
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError, NotAllowedError, NotFoundError
from loket.offices.models import Office


class StopExists(ConflictError):
    """Waktu pelayanan ini sudah berhenti, atau permintaan untuk itu masih menunggu keputusan."""


class UnknownStopReason(LoketError):
    """Pilih salah satu alasan dari daftar."""


class OwnRequest(NotAllowedError):
    """Permintaan Anda sendiri harus diputuskan oleh orang lain."""


class AlreadyDecided(ConflictError):
    """Permintaan ini sudah diputuskan."""


class NotRunning(ConflictError):
    """Waktu pelayanan tidak sedang berhenti karena permintaan ini."""


class ReasonMissing(LoketError):
    """Tulis alasan penolakannya, supaya yang meminta tahu."""


def _reason_name(office: Office, reason: str, scope: str) -> str:
    for item in queries.stop_reasons(office, scope):
        if item.reason == reason:
            return item.name
    raise UnknownStopReason(field="stop_reason")


def _asked(*, office: Office, key: uuid.UUID, by: Actor, **more: object) -> ClockStop:
    """The new row. Raises StopExists where one of the same scope is waiting or running."""
    try:
        with transaction.atomic():
            return ClockStop.objects.create(
                office=office, key=key, asked_by=by.ref, asked_by_name=by.name, asked_at=clock.now(), **more
            )
    except IntegrityError as error:
        raise StopExists(field="stop_reason") from error


@transaction.atomic
def ask_case_stop(*, case_id: uuid.UUID, by: Actor, key: uuid.UUID, reason: str, text: str = "") -> ClockStop:
    """Ask that the clock of one case stands, by whoever has to work on it now.

    The same `key` again gives the request as it is. Raises NotFoundError, NotPossible, UnknownStopReason,
    StopExists.
    """
    case = locked(case_id)
    if queries.visible(case, by) and replayed(case, "stop_ask", key):
        return ClockStop.objects.get(key=key)
    require("stop", case, by)
    name = _reason_name(case.office, reason, "case")
    written = written_reason(text)
    stop = _asked(
        office=case.office, key=key, by=by, case=case, reason=reason, reason_name=name, note=written
    )
    note(case, "stop_ask", by, step=case.step, reason=f"{name}. {written}".strip(), key=key)
    return stop


@transaction.atomic
def ask_office_stop(
    *, office: Office, by: Actor, key: uuid.UUID, reason: str, service: str = "", text: str = ""
) -> ClockStop:
    """Ask that all clocks of the office, or of one service, stand. Any of its officials may.

    Raises NotAllowedError, NotFoundError for a service that is not published, UnknownStopReason, StopExists.
    """
    if by.kind != "staff" or by.office != office.code or not by.roles:
        raise NotAllowedError()
    if done := ClockStop.objects.filter(key=key, office=office, asked_by=by.ref).first():
        return done
    if service and not queries.publishes(office, service):
        raise NotFoundError("Layanan ini tidak ada pada kantor ini.", field="stop_service")
    name = _reason_name(office, reason, "office")
    written = written_reason(text)
    stop = _asked(
        office=office, key=key, by=by, service=service, reason=reason, reason_name=name, note=written
    )
    _journal(stop, "ask", by)
    return stop


def _journal(stop: ClockStop, what: str, by: Actor) -> None:
    record(
        action=f"clockstop.{what}",
        subject=stop.ref,
        actor=by.ref,
        office_code=stop.office_id,
        details={
            "reason": stop.reason,
            "service": stop.service,
            "case": str(stop.case_id or ""),
            "started_at": stop.started_at.isoformat() if stop.started_at else "",
        },
    )


def _held(stop_id: int, by: Actor) -> tuple[ClockStop, Case | None]:
    """The stop and its case, both locked. Raises NotFoundError, NotAllowedError without the right."""
    found = ClockStop.objects.filter(pk=stop_id, office=by.office).first()
    if found is None:
        raise NotFoundError("Permintaan ini tidak ditemukan.")
    if not by.may("stop_clock", found.office_id):
        raise NotAllowedError()
    # First the case, as everybody else does.
    case = locked(found.case_id) if found.case_id else None
    return ClockStop.objects.select_for_update(of=("self",)).select_related("office").get(pk=stop_id), case


def _decide(stop: ClockStop, by: Actor) -> None:
    if stop.asked_by == by.ref:
        raise OwnRequest()
    if stop.decided_at is not None:
        raise AlreadyDecided(f"Permintaan ini sudah diputuskan oleh {stop.decided_by_name}.")
    stop.decided_by, stop.decided_by_name, stop.decided_at = by.ref, by.name, clock.now()


def approve_stop(*, stop_id: int, by: Actor, since_asked: bool) -> ClockStop:
    """Let the clock stand, from when it was asked for or only from now.

    Raises NotFoundError, NotAllowedError, OwnRequest, AlreadyDecided.
    """
    with transaction.atomic():
        stop, case = _held(stop_id, by)
        _decide(stop, by)
        stop.started_at = stop.asked_at if since_asked else stop.decided_at
        stop.save()
        run = _moved(stop, case, "stop_start", by, reason=stop.reason_name)
    _carry_out(run)
    return stop


@transaction.atomic
def refuse_stop(*, stop_id: int, by: Actor, reason: str) -> ClockStop:
    """Refuse, with the reason that whoever asked reads: the clock runs on.

    Raises NotFoundError, NotAllowedError, OwnRequest, AlreadyDecided, ReasonMissing.
    """
    stop, case = _held(stop_id, by)
    text = written_reason(reason)
    if not text:
        raise ReasonMissing(field="refused_reason")
    _decide(stop, by)
    stop.refused_reason = text
    stop.save()
    if case is not None:
        note(case, "stop_refuse", by, step=case.step, reason=text)
    _journal(stop, "refuse", by)
    return stop


def end_stop(*, stop_id: int, by: Actor) -> ClockStop:
    """Let the clock run again; ending it twice is once. Raises NotFoundError, NotAllowedError, NotRunning."""
    with transaction.atomic():
        stop, case = _held(stop_id, by)
        if stop.ended_at is not None:
            return stop
        if stop.started_at is None:
            raise NotRunning()
        stop.ended_at, stop.ended_by = clock.now(), by.ref
        stop.save()
        run = _moved(stop, case, "stop_end", by)
    _carry_out(run)
    return stop


def _moved(stop: ClockStop, case: Case | None, what: str, by: Actor, reason: str = "") -> Recompute | None:
    """The deadline of the case anew, or work noted for all the cases that the stop touches."""
    _journal(stop, what.removeprefix("stop_"), by)
    if case is not None:
        set_deadline(case, queries.variant_of(case))
        note(case, what, by, step=case.step, reason=reason)
        return None
    if what == "stop_start" and stop.started_at == stop.decided_at:
        return None  # it has not stood yet
    return plan(office=stop.office, cause="stop", by=by.ref, service=stop.service)


def _carry_out(run: Recompute | None) -> None:
    if run is not None:
        at_once(run)
