"""One case: by whom it may be read, where it stands, its papers, its twins."""

import re
import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from loket.cases.models import (
    Attachment,
    Case,
    CaseEvent,
    CaseProduct,
)
from loket.cases.queries.rows import whole_case
from loket.cases.rules.states import FINAL, Situation
from loket.catalogue.queries import definition
from loket.catalogue.rules import KEYED_IN, Step, Variant
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import NotFoundError
from loket.core.secretbox import keyed_hash
from loket.documents import queries as documents
from loket.offices.models import Office
from loket.offices.queries import zone

_ATTACHED = "SELECT requirement FROM cases_attachment WHERE case_id = %s AND removed_at IS NULL"
_REF = re.compile(r"case:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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
    counter = case.channel in KEYED_IN
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
        operator=variant.operator_awaiting(step),
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
    case = whole_case(case_id)
    if case is None or not visible(case, actor):
        raise NotFoundError("Permohonan ini tidak ditemukan.")
    return case


def case_by_ref(ref: str, *, lock: bool = False) -> Case | None:
    """The case that `case:<id>` names, or None; with `lock`, kept as it is until the transaction ends."""
    return whole_case(uuid.UUID(ref.removeprefix("case:")), lock=lock)


def cases_by_refs(office: Office, refs: list[str]) -> list[Case]:
    """The cases of an office that these refs name, the newest first, without their answers. One query.

    A ref that names no case, such as that of an import, is passed over.
    """
    ids = [ref.removeprefix("case:") for ref in refs if _REF.fullmatch(ref)]
    found = with_revision().defer("answers", "revision__definition").filter(office=office, pk__in=ids)
    return list(found.order_by("-created_at", "pk"))


def case_by_code(code: str) -> Case | None:
    """The case with a (canonical) tracking code, or None."""
    return with_revision().filter(tracking_code=code).first()


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
    """The requirements that have at least one paper. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ATTACHED, [case.pk])
        return {requirement for (requirement,) in cursor}


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


def step_name(case: Case) -> str:
    """What is happening to the case now, as its standard calls it; empty when it is over."""
    if not case.step or case.state in FINAL:
        return ""
    return variant_of(case).step(case.step).name


def products_of(case: Case) -> list[CaseProduct]:
    """What a case yields. One query."""
    return list(case.products.order_by("pk"))


def cards_unmade(case: Case) -> list[CaseProduct]:
    """The cards of a case that the print room has not made yet. One query."""
    return list(case.products.filter(medium="card", made_at__isnull=True).order_by("pk"))
