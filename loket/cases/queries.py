"""Reading cases: by whom, for which page."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from loket.cases.models import (
    Attachment,
    Case,
    CaseEvent,
    CaseProduct,
    ClockStop,
    HandedPaper,
    HandOver,
    PaperMove,
    Recompute,
)
from loket.cases.rules.deadlines import remaining_words
from loket.cases.rules.states import FINAL, Situation
from loket.catalogue.models import ServiceRevision
from loket.catalogue.queries import definition
from loket.catalogue.rules import Requirement, Step, Variant
from loket.core import clock
from loket.core.actors import Actor
from loket.core.codes import parse_tracking_code
from loket.core.errors import NotFoundError
from loket.core.secretbox import keyed_hash
from loket.core.worktime import WorkCalendar
from loket.documents import queries as documents
from loket.documents.models import Document
from loket.offices import queries as offices
from loket.offices.models import Account, Office
from loket.offices.queries import zone
from loket.offices.rules import StopReason

PAGE = 50
# Beyond this a list says "more than": counting a million rows takes longer than showing a page of them.
MOST_COUNTED = 1000

__all__ = ["definition"]  # read through here by the actions of cases


def today(office: Office) -> date:
    """The date at the office now."""
    return clock.now().astimezone(zone(office)).date()


def variant_of(case: Case) -> Variant:
    """The variant that a case follows, from its own revision."""
    return definition(case.revision).variant(case.variant)


def situation(case: Case, variant: Variant | None = None) -> Situation:
    """What the table of possible actions needs to know of a case."""
    variant = variant or variant_of(case)
    applicant = f"account:{case.applicant_id}" if case.applicant_id else ""
    counter = case.channel != "online"
    if case.state != "open":
        return Situation(case.state, case.office_id, applicant, counter, recorded=case.recorded)
    step = variant.step(case.step)
    signed = _was_signed(case, variant)
    return Situation(
        state=case.state,
        office=case.office_id,
        applicant_ref=applicant,
        counter=counter,
        step_kind=step.kind,
        step_actor=variant.role_of(step),
        returns_to=tuple(to for to in step.returns_to if not (signed and _enters_again(case, variant, to))),
        can_reject=step.can_reject,
        recorded=case.recorded,
        signed=signed,
    )


def _path(variant: Variant, begin: str, end: str) -> list[Step]:
    """The steps from `begin` up to, not including, `end`."""
    slugs = [step.step for step in variant.procedure.steps]
    return variant.procedure.steps[slugs.index(begin) : slugs.index(end)]


def _was_signed(case: Case, variant: Variant) -> bool:
    """Whether a document of the case is signed, or may be. No query before its signing step."""
    passed = _path(variant, variant.procedure.steps[0].step, case.step)
    reached = any(step.kind == "sign" for step in [*passed, variant.step(case.step)])
    return reached and documents.perhaps_signed(case.ref)


def _enters_again(case: Case, variant: Variant, to: str) -> bool:
    """Whether the documents would be made anew on the way from `to` back to the present step."""
    return any(step.kind == "enter_data" for step in _path(variant, to, case.step))


def visible(case: Case, actor: Actor) -> bool:
    """Whether `actor` may see the case: its applicant, staff of its office, the system.

    Staff see what an applicant writes online only once it was sent.
    """
    if actor.kind == "system":
        return True
    if actor.kind == "citizen":
        return actor.ref == f"account:{case.applicant_id}"
    sent = case.submitted_at is not None or case.channel != "online"
    return actor.office == case.office_id and bool(actor.roles) and sent


def with_revision() -> QuerySet[Case]:
    """Cases with office, revision and applicant.

    The text of the revision, which is far longer than the case, is read only where it is not parsed yet.
    """
    return Case.objects.select_related("office", "revision", "applicant").defer("revision__definition")


def case_for(case_id: uuid.UUID, actor: Actor) -> Case:
    """A case that `actor` may see. Raises NotFoundError, the same for foreign and absent ones."""
    case = with_revision().filter(pk=case_id).first()
    if case is None or not visible(case, actor):
        raise NotFoundError("Permohonan ini tidak ditemukan.")
    return case


def case_by_ref(ref: str, *, lock: bool = False) -> Case | None:
    """The case that `case:<id>` names, or None; with `lock`, kept as it is until the transaction ends."""
    found = with_revision()
    if lock:
        found = found.select_for_update(of=("self",))
    return found.filter(pk=ref.removeprefix("case:")).first()


def case_by_code(code: str) -> Case | None:
    """The case with a (canonical) tracking code, or None."""
    return with_revision().filter(tracking_code=code).first()


def cases_of(account: Account) -> list[Case]:
    """The cases of an applicant, newest first. One query."""
    return list(with_revision().filter(applicant=account).order_by("-created_at"))


def events_of(case: Case) -> list[CaseEvent]:
    """What happened to a case, oldest first. One query."""
    return list(case.events.order_by("seq"))


def attachments_of(case: Case) -> dict[str, list[Attachment]]:
    """The present papers of a case by requirement. One query."""
    found: dict[str, list[Attachment]] = {}
    for paper in case.attachments.filter(removed_at__isnull=True).order_by("uploaded_at", "pk"):
        found.setdefault(paper.requirement, []).append(paper)
    return found


def attached_keys(case: Case) -> set[str]:
    """The requirements that have at least one paper."""
    present = case.attachments.filter(removed_at__isnull=True)
    return set(present.values_list("requirement", flat=True))


def attachment_for(attachment_id: int, actor: Actor) -> Attachment:
    """A paper that `actor` may see. Raises NotFoundError."""
    paper = Attachment.objects.select_related("case").filter(pk=attachment_id).first()
    if paper is None or not visible(paper.case, actor):
        raise NotFoundError("Berkas ini tidak ditemukan.")
    return paper


def event_mark(variant: Variant, answers: dict[str, Any]) -> str:
    """The keyed hash that two reports of the same event share; empty where the standard names no fields."""
    if not variant.same_event:
        return ""
    facts = "|".join(str(answers.get(key, "")) for key in variant.same_event)
    return keyed_hash(f"{variant.event}|{facts}", secret=settings.SECRET_KEY, purpose="same-event")


def same_event_cases(case: Case) -> list[Case]:
    """Other cases that report the same event and are not dead, oldest first. One query."""
    mark = getattr(case, "mark", None)
    if mark is None:
        return []
    dead = FINAL - {"done"}
    others = with_revision().filter(mark__mark=mark.mark).exclude(pk=case.pk).exclude(state__in=dead)
    return list(others.order_by("submitted_at"))


def own_same_event(case: Case) -> list[Case]:
    """Earlier cases of the same applicant for the same event: shown before they send it again."""
    mark = event_mark(variant_of(case), case.answers)
    if not mark:
        return []
    dead = FINAL - {"done"}
    others = with_revision().filter(mark__mark=mark, applicant=case.applicant).exclude(pk=case.pk)
    return list(others.exclude(state__in=dead))


def _listed(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases for a list: without the long texts of answers and revisions."""
    return cases.select_related("office", "revision").defer("answers", "revision__definition")


def _counted(cases: QuerySet[Case]) -> int:
    """How many, but at most one more than MOST_COUNTED."""
    return cases[: MOST_COUNTED + 1].count()


def _roles_at(office: Office, actor: Actor) -> frozenset[str]:
    """The actor's roles count at their own office only."""
    return actor.roles if actor.office == office.code else frozenset()


def inbox(office: Office, actor: Actor, *, page: int = 1) -> tuple[list[Case], int]:
    """The open cases whose step one of the actor's roles takes, the most urgent first, and how many.

    How many is exact up to MOST_COUNTED, and one more than that where there are more.
    """
    waiting = Case.objects.filter(office=office, state="open", step_role__in=_roles_at(office, actor))
    start = (page - 1) * PAGE
    ordered = _listed(waiting).order_by("deadline_at", "submitted_at")
    return list(ordered[start : start + PAGE]), _counted(waiting)


def waiting_for_signature(office: Office, actor: Actor) -> list[Document]:
    """The documents that wait for this official's signature, oldest first. Two queries."""
    roles = _roles_at(office, actor)
    mine = Case.objects.filter(office=office, state="open", step_kind="sign", step_role__in=roles)
    refs = [f"case:{pk}" for pk in mine.values_list("pk", flat=True)]
    return documents.waiting_for_signature(office, refs)


def recent(office: Office, *, state: str = "", code: str = "", page: int = 1) -> tuple[list[Case], int]:
    """The office's cases, newest first, perhaps of one state or tracking code, and how many as in `inbox`."""
    found = Case.objects.filter(office=office, submitted_at__isnull=False)
    if state:
        found = found.filter(state=state)
    if code:
        found = found.filter(tracking_code=code)
    ordered = _listed(found).order_by("-submitted_at")
    start = (page - 1) * PAGE
    return list(ordered[start : start + PAGE]), _counted(found)


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
    """When the clock of a case stood, for whatever reason; the times may overlap. Two queries."""
    own = ClockStop.objects.filter(Q(case=case), started_at__isnull=False)
    wide = ClockStop.objects.filter(
        office=case.office_id, case=None, service__in=["", case.service], started_at__isnull=False
    )
    # Those of the office that ended before the file was complete are of no concern to it.
    wide = wide.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=case.complete_at or case.created_at))
    stops = own.union(wide, all=True).values_list("started_at", "ended_at")
    return [*case.pauses.values_list("started_at", "ended_at"), *stops]


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


def step_name(case: Case) -> str:
    """What is happening to the case now, as its standard calls it; empty when it is over."""
    if not case.step or case.state in FINAL:
        return ""
    return variant_of(case).step(case.step).name


def products_of(case: Case) -> list[CaseProduct]:
    """What a case yields. One query."""
    return list(case.products.order_by("pk"))


def signed_forgotten() -> list[Case]:
    """Cases, oldest first, that stand at a signing step though all is signed: a crash kept them there."""
    of_case = Document.objects.filter(case_ref=OuterRef("case_ref"))
    return list(
        with_revision()
        .filter(state="open", step_kind="sign")
        .annotate(case_ref=Concat(Value("case:"), Cast("pk", CharField())))
        .filter(Exists(of_case), ~Exists(of_case.filter(signed_sha256="")))
        .order_by("submitted_at")[:500]
    )


def at_desk(case: Case, actor: Actor) -> bool:
    """Whether `actor` works at the counter that takes in cases like this one."""
    return case.channel != "online" and actor.may("intake", case.office_id)


def handed_papers(case: Case) -> list[HandedPaper]:
    """The papers that came over the counter with their traces, in order. Two queries."""
    moves = Prefetch("moves", queryset=PaperMove.objects.select_related("site").order_by("pk"))
    return list(case.handed.select_related("site").prefetch_related(moves).order_by("received_at", "pk"))


def hand_over_of(case: Case) -> HandOver | None:
    """Who took the documents of a case, None before that. One query."""
    return HandOver.objects.filter(case=case).first()


def papers_missing(case: Case) -> list[Requirement]:
    """The papers that the standard asks for and that are not in the office's hands. One query."""
    here = case.handed.exclude(state=HandedPaper.State.RETURNED).values_list("requirement", flat=True)
    present = set(here)
    return [item for item in variant_of(case).handed(case.answers) if item.key not in present]


def originals_held(office: Office, *, page: int = 1) -> tuple[list[HandedPaper], int]:
    """The originals that the office has to give back, the longest held first, and how many."""
    held = HandedPaper.objects.filter(office=office, state="held", nature="original")
    start = (page - 1) * PAGE
    rows = held.select_related("case", "site").defer("case__answers").order_by("received_at", "pk")
    return list(rows[start : start + PAGE]), held.count()


def case_by_receipt(office: Office, typed: str) -> Case | None:
    """The case of a receipt number or tracking code as it was typed or scanned, or None."""
    text = " ".join(typed.split()).upper()
    code = parse_tracking_code(text.rpartition("KODE=")[2])
    found = Case.objects.filter(office=office).select_related("office", "revision", "applicant")
    return found.filter(Q(receipt_number__iexact=text) | Q(tracking_code=code or "-")).first()


def registration_book(office: Office, day: date) -> list[Case]:
    """The cases registered at the counter on a day of the office, in order of their numbers. One query."""
    start = datetime.combine(day, time.min, zone(office))
    span = (start, start + timedelta(days=1))
    found = _listed(Case.objects.filter(office=office, registered_at__gte=span[0], registered_at__lt=span[1]))
    return list(found.select_related("hand_over", "site").order_by("registered_at", "receipt_number"))


def counter_drafts(office: Office) -> list[Case]:
    """What was begun at the counter and not sent yet, the newest first, at most a page. One query."""
    begun = Case.objects.filter(office=office, state__in=["draft", "returned"]).exclude(channel="online")
    return list(_listed(begun).order_by("-created_at")[:PAGE])


def to_fetch(office: Office) -> list[Case]:
    """The cases whose documents lie ready for the applicant, the longest first, at most a page. One query."""
    ready = Case.objects.filter(office=office, state="open", step_kind="hand_over")
    return list(_listed(ready).order_by("deadline_at")[:PAGE])
