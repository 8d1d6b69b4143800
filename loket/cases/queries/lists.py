"""Lists of cases: a fixed number of queries, whatever their length."""

from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Concat

from loket.cases.models import Case, InboxRow
from loket.cases.queries.one import with_revision
from loket.core.actors import Actor
from loket.documents import queries as documents
from loket.documents.models import Document
from loket.offices.models import Account, Office

PAGE = 50
# Beyond this a list says "more than": counting a million rows takes longer than showing a page of them.
MOST_COUNTED = 1000
# Each role's most urgent in the order of the index, so that nothing is read beyond them.
_OF_PAGE = """
SELECT found.case_id FROM unnest(%s::text[]) AS role CROSS JOIN LATERAL (
    SELECT case_id, deadline_at, submitted_at FROM cases_inboxrow
    WHERE office_id = %s AND step_role = role ORDER BY deadline_at, submitted_at, case_id LIMIT %s
) AS found
ORDER BY found.deadline_at, found.submitted_at, found.case_id LIMIT %s OFFSET %s
"""


def listed(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases for a list: without the long texts of answers and revisions."""
    return cases.select_related("office", "revision").defer("answers", "revision__definition")


def _counted(rows: QuerySet[Any]) -> int:
    """How many, but at most one more than MOST_COUNTED."""
    return rows[: MOST_COUNTED + 1].count()


def _roles_at(office: Office, actor: Actor) -> frozenset[str]:
    """The actor's roles count at their own office only."""
    return actor.roles if actor.office == office.code else frozenset()


def cases_of(account: Account) -> list[Case]:
    """The cases of an applicant, newest first. One query."""
    return list(with_revision().filter(applicant=account).order_by("-created_at"))


def inbox(office: Office, actor: Actor, *, page: int = 1) -> tuple[list[Case], int]:
    """The open cases whose step one of the actor's roles takes, the most urgent first, and how many.

    How many is exact up to MOST_COUNTED, and one more than that where there are more.
    """
    start = (page - 1) * PAGE
    roles = sorted(_roles_at(office, actor))
    of_page = RawSQL(_OF_PAGE, (roles, office.code, start + PAGE, PAGE, start))  # noqa: S611 (constant)
    found = listed(Case.objects.filter(pk__in=of_page)).order_by("deadline_at", "submitted_at", "pk")
    return list(found), _counted(InboxRow.objects.filter(office=office, step_role__in=roles))


def waiting_for_signature(office: Office, actor: Actor) -> list[Document]:
    """The documents that wait for this official's signature, oldest first. Two queries."""
    roles = _roles_at(office, actor)
    mine = InboxRow.objects.filter(office=office, step_kind="sign", step_role__in=roles)
    refs = [f"case:{pk}" for pk in mine.values_list("pk", flat=True)]
    return documents.waiting_for_signature(office, refs)


def recent(office: Office, *, state: str = "", code: str = "", page: int = 1) -> tuple[list[Case], int]:
    """The office's cases, newest first, perhaps of one state or tracking code, and how many as in `inbox`."""
    found = Case.objects.filter(office=office, submitted_at__isnull=False)
    if state:
        found = found.filter(state=state)
    if code:
        found = found.filter(tracking_code=code)
    ordered = listed(found).order_by("-submitted_at")
    start = (page - 1) * PAGE
    return list(ordered[start : start + PAGE]), _counted(found)


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
