"""What the counter reads: papers, receipts, what is to be fetched."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet

from loket.cases.models import (
    Case,
    HandedPaper,
    HandOver,
    PaperMove,
    PaperPack,
    PaperReceipt,
)
from loket.cases.queries.lists import PAGE, listed
from loket.cases.queries.one import variant_of
from loket.cases.rules.afterwards import parse_receipt_number
from loket.catalogue.rules import KEYED_IN, Requirement
from loket.core.actors import Actor
from loket.core.codes import parse_tracking_code
from loket.core.errors import NotFoundError
from loket.offices.models import Office
from loket.offices.queries import zone


def at_desk(case: Case, actor: Actor) -> bool:
    """Whether `actor` works at the counter that takes in cases like this one."""
    return case.channel in KEYED_IN and actor.may("intake", case.office_id)


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
    asked = variant_of(case).handed(case.answers, case.channel)
    return [item for item in asked if item.key not in present]


def case_by_receipt(office: Office, typed: str) -> Case | None:
    """The case of a receipt number (of paper too) or tracking code as typed or scanned, or None."""
    text = " ".join(typed.split()).upper()
    code = parse_tracking_code(text.rpartition("KODE=")[2])
    found = Case.objects.filter(office=office).select_related("office", "revision", "applicant")
    if number := parse_receipt_number(text):
        return found.filter(paper_receipt__number=number, submitted_at__isnull=False).first()
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


def paper_receipt(case: Case) -> PaperReceipt | None:
    """The resi of a paper kit on which a case was received, or None. One query."""
    return PaperReceipt.objects.filter(used_by_case=case).select_related("pack").first()


def paper_packs(office: Office, *, page: int = 1) -> tuple[list[PaperPack], bool]:
    """A page of the office's blocks of resi, the newest first, each with `used`; and whether it goes on.

    One query.
    """
    start = (page - 1) * PAGE
    used = Count("receipts", filter=Q(receipts__used_by_case__isnull=False))
    found = PaperPack.objects.filter(office=office).annotate(used=used).order_by("-number")
    rows = list(found[start : start + PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


def paper_pack(office: Office, pack_id: int) -> PaperPack:
    """A block of resi of this office. Raises NotFoundError."""
    pack = PaperPack.objects.filter(office=office, pk=pack_id).first()
    if pack is None:
        raise NotFoundError("Resi kertas ini tidak ada di kantor ini.")
    return pack


def unentered(office: Office, typed: str) -> PaperReceipt | None:
    """The office's paper resi of a number or tracking code, where no sent case has it yet. One query."""
    text = " ".join(typed.split()).upper()
    number, code = parse_receipt_number(text), parse_tracking_code(text.rpartition("KODE=")[2])
    found = PaperReceipt.objects.filter(pack__office=office).select_related("used_by_case")
    return _unsent(found.filter(Q(number=number or "-") | Q(tracking_code=code or "-")))


def printed_code(code: str) -> PaperReceipt | None:
    """The paper resi with a (canonical) tracking code that no sent case has taken over yet. One query."""
    found = PaperReceipt.objects.filter(tracking_code=code).select_related("pack__office", "used_by_case")
    return _unsent(found)


def _unsent(found: QuerySet[PaperReceipt]) -> PaperReceipt | None:
    return found.filter(Q(used_by_case__isnull=True) | Q(used_by_case__submitted_at__isnull=True)).first()
