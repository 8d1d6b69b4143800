"""The clock of a case in words, and the reasons for which it stands."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.db import connection
from django.db.models import Q

from loket.cases.models import (
    Case,
    ClockStop,
    Recompute,
)
from loket.cases.queries.one import variant_of
from loket.cases.rules.deadlines import remaining_words
from loket.cases.rules.states import FINAL
from loket.catalogue.models import ServiceRevision
from loket.core import clock
from loket.core.worktime import WorkCalendar
from loket.offices import queries as offices
from loket.offices.models import Office
from loket.offices.rules import StopReason

# Stops of the office that ended before the file was complete are of no concern to it.
_PAUSES = """
SELECT started_at, ended_at FROM cases_pause WHERE case_id = %s
UNION ALL
SELECT started_at, ended_at FROM cases_clockstop WHERE case_id = %s AND started_at IS NOT NULL
UNION ALL
SELECT started_at, ended_at FROM cases_clockstop
 WHERE office_id = %s AND case_id IS NULL AND service IN ('', %s) AND started_at IS NOT NULL
   AND (ended_at IS NULL OR ended_at > %s)
"""


@dataclass(frozen=True)
class ClockFace:
    """A deadline as people read it."""

    words: str
    late: bool
    paused: bool
    stop: ClockStop | None = None


def clock_face(
    case: Case, calendar: WorkCalendar, stops: Mapping[uuid.UUID, ClockStop] | None = None
) -> ClockFace:
    """How much working time is left for a case, in words, or why its clock stands.

    A list gives the `running_stops` of all its cases; for a single case they are asked for here.
    """
    if case.stopped_at and case.state == "open":
        late = bool(case.deadline_at and case.stopped_at > case.deadline_at)
        return ClockFace("menunggu diambil" + (", selesai terlambat" if late else ""), late, paused=False)
    if case.deadline_at is None or case.state in FINAL:
        finished = case.stopped_at or case.finished_at
        late = bool(finished and case.deadline_at and finished > case.deadline_at and case.state == "done")
        return ClockFace("selesai terlambat" if late else "selesai", late, paused=False)
    if case.state == "returned":
        return ClockFace("jeda, menunggu pemohon", late=False, paused=True)
    if variant_of(case).step(case.step).open_ended:
        return ClockFace("waktu terbuka pada langkah ini", late=False, paused=True)
    if stop := (running_stops([case]) if stops is None else stops).get(case.pk):
        return ClockFace(f"waktu berhenti: {stop.reason_name}", late=False, paused=True, stop=stop)
    now = clock.now()
    left = calendar.minutes_between(now, case.deadline_at)
    over = calendar.minutes_between(case.deadline_at, now)
    return ClockFace(remaining_words(left or -over, _usual_day(calendar)), over > 0, paused=False)


def _usual_day(calendar: WorkCalendar) -> float:
    """Working minutes of the longest day of the week."""
    return max(
        sum(_minutes(closes) - _minutes(opens) for opens, closes in spans)
        for spans in calendar.weekly.values()
    )


def _minutes(at: time) -> int:
    return 60 * at.hour + at.minute


def stop_reasons(office: Office, scope: str) -> list[StopReason]:
    """The reasons for which clocks may stand at an office: of one case, or of the whole office."""
    return [item for item in offices.definition(office).stop_reasons if item.scope == scope]


def publishes(office: Office, service: str) -> bool:
    """Whether an office has ever published a service."""
    return ServiceRevision.objects.filter(office=office, service=service).exists()


def stops_of(case: Case) -> list[ClockStop]:
    """What was asked of the clock of a case and is not over, refused or ended. One query."""
    return list(case.clock_stops.filter(ended_at__isnull=True, refused_reason=""))


def live_stops(office: Office) -> list[ClockStop]:
    """All that waits for a decision or stands at an office, oldest first. One query."""
    live = ClockStop.objects.filter(office=office, ended_at__isnull=True, refused_reason="")
    return list(live.select_related("case").defer("case__answers").order_by("asked_at", "pk"))


def past_stops(office: Office, count: int = 20) -> list[ClockStop]:
    """What was refused or is over at an office, the latest first. One query."""
    over = ClockStop.objects.filter(office=office).filter(Q(ended_at__isnull=False) | ~Q(refused_reason=""))
    return list(over.select_related("case").defer("case__answers").order_by("-decided_at", "-pk")[:count])


def last_recompute(office: Office) -> Recompute | None:
    """The latest change after which deadlines were, or are being, computed anew."""
    return Recompute.objects.filter(office=office).order_by("-asked_at", "-pk").first()


def office_stops(office: Office, service: str) -> list[tuple[datetime, datetime | None]]:
    """When the clocks of a service stood because those of the whole office, or of the service, did."""
    approved = ClockStop.objects.filter(office=office, case=None, started_at__isnull=False)
    return list(approved.filter(service__in=["", service]).values_list("started_at", "ended_at"))


def pauses_of(case: Case) -> list[tuple[datetime, datetime | None]]:
    """When the clock of a case stood, for whatever reason; the times may overlap. One query."""
    since = case.complete_at or case.created_at
    with connection.cursor() as cursor:
        cursor.execute(_PAUSES, [case.pk, case.pk, case.office_id, case.service, since])
        return list(cursor)


def deadline_unsettled(case: Case) -> bool:
    """Whether its stored deadline is not the last: its clock stands, or the office's are being computed."""
    if Recompute.objects.filter(office=case.office_id, finished_at__isnull=True).exists():
        return True
    return bool(running_stops([case]))


def running_stops(cases: Iterable[Case]) -> dict[uuid.UUID, ClockStop]:
    """Why the clocks of these cases stand now, by case; those of their own reasons first. One query."""
    wanted = [case for case in cases if case.state in ("open", "returned") or case.finished_at is not None]
    if not wanted:
        return {}
    offices = {case.office_id for case in wanted}
    live = ClockStop.objects.filter(office__in=offices, started_at__isnull=False, ended_at__isnull=True)
    found = list(live.filter(Q(case=None) | Q(case__in=wanted)).order_by("started_at"))
    own = {stop.case_id: stop for stop in found if stop.case_id}
    wide: dict[tuple[str, str], ClockStop] = {}
    for stop in found:
        if stop.case_id is None:
            wide.setdefault((stop.office_id, stop.service), stop)
    chosen = {
        case.pk: own.get(case.pk)
        or wide.get((case.office_id, ""))
        or wide.get((case.office_id, case.service))
        for case in wanted
    }
    return {pk: stop for pk, stop in chosen.items() if stop is not None}
