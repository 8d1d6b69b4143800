"""What the counter reads: papers, receipts, what is to be fetched."""

from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch, Q

from loket.cases.models import (
    Case,
    HandedPaper,
    HandOver,
    PaperMove,
)
from loket.cases.queries.lists import PAGE, listed
from loket.cases.queries.one import variant_of
from loket.catalogue.rules import Requirement
from loket.core.actors import Actor
from loket.core.codes import parse_tracking_code
from loket.offices.models import Office
from loket.offices.queries import zone


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


def case_by_receipt(office: Office, typed: str) -> Case | None:
    """The case of a receipt number or tracking code as it was typed or scanned, or None."""
    text = " ".join(typed.split()).upper()
    code = parse_tracking_code(text.rpartition("KODE=")[2])
    found = Case.objects.filter(office=office).select_related("office", "revision", "applicant")
    return found.filter(Q(receipt_number__iexact=text) | Q(tracking_code=code or "-")).first()


def originals_held(office: Office, *, page: int = 1) -> tuple[list[HandedPaper], int]:
    """The originals that the office has to give back, the longest held first, and how many."""
    held = HandedPaper.objects.filter(office=office, state="held", nature="original")
    start = (page - 1) * PAGE
    rows = held.select_related("case", "site").defer("case__answers").order_by("received_at", "pk")
    return list(rows[start : start + PAGE]), held.count()


def registration_book(office: Office, day: date) -> list[Case]:
    """The cases registered at the counter on a day of the office, in order of their numbers. One query."""
    start = datetime.combine(day, time.min, zone(office))
    span = (start, start + timedelta(days=1))
    found = listed(Case.objects.filter(office=office, registered_at__gte=span[0], registered_at__lt=span[1]))
    return list(found.select_related("hand_over", "site").order_by("registered_at", "receipt_number"))


def counter_drafts(office: Office) -> list[Case]:
    """What was begun at the counter and not sent yet, the newest first, at most a page. One query."""
    begun = Case.objects.filter(office=office, state__in=["draft", "returned"]).exclude(channel="online")
    return list(listed(begun).order_by("-created_at")[:PAGE])


def to_fetch(office: Office) -> list[Case]:
    """The cases whose documents lie ready for the applicant, the longest first, at most a page. One query."""
    ready = Case.objects.filter(office=office, state="open", step_kind="hand_over")
    return list(listed(ready).order_by("deadline_at")[:PAGE])
