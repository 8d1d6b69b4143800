"""What the applicant does: start, fill in, upload, send, repair, cancel."""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any, Literal

from django.conf import settings
from django.db import connection, transaction

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.actions import events, messages
from loket.cases.actions.afterwards import drop_paper, received_words, registered_words, take_over
from loket.cases.actions.common import (
    IncompleteApplication,
    begin_openly,
    enter_step,
    locked,
    note,
    replayed,
    require,
    set_deadline,
)
from loket.cases.actions.uploads import RefusedFile, looked_into
from loket.cases.actions.working import confirm_registration, run_automatic
from loket.cases.models import Attachment, Case, Pause
from loket.cases.rules.answers import Fault, missing_papers, read_answers
from loket.catalogue.models import ServiceRevision
from loket.catalogue.rules import Variant
from loket.core import clock, filestore
from loket.core.actors import Actor
from loket.core.codes import new_tracking_code
from loket.core.errors import ConflictError, NotFoundError
from loket.core.inspection.findings import Finding
from loket.offices.models import Account

# Papers come as pictures, attached before the application goes on.
SENT = ("online", "whatsapp")
_MARK = """
INSERT INTO cases_eventmark (case_id, office_id, mark) VALUES (%s, %s, %s)
ON CONFLICT (case_id) DO UPDATE SET mark = EXCLUDED.mark
"""


class ChannelClosed(ConflictError):
    """Layanan ini tidak dapat diajukan lewat saluran ini."""


def _own(case: Case, applicant: Account) -> Case:
    if case.applicant_id != applicant.pk:
        raise NotFoundError()
    return case


@transaction.atomic
def start_case(
    *,
    revision: ServiceRevision,
    variant: str,
    channel: str,
    applicant: Account,
    by: Actor,
    key: uuid.UUID,
) -> Case:
    """Open a draft under the revision now in force; the same `key` again gives the same draft.

    Raises ChannelClosed where the standard does not name the channel, NotFoundError for another's key.
    """
    if existing := Case.objects.filter(create_key=key).first():
        return _own(existing, applicant)
    try:
        chosen = queries.definition(revision).variant(variant)
    except KeyError as error:
        raise NotFoundError("Jenis layanan ini tidak ada.") from error
    if channel not in chosen.channels:
        raise ChannelClosed()
    case, created = Case.objects.get_or_create(
        create_key=key,
        defaults={
            "office_id": revision.office_id,
            "revision": revision,
            "service": revision.service,
            "variant": variant,
            "channel": channel,
            "applicant": applicant,
            "applicant_name": applicant.name,
            "created_at": clock.now(),
        },
    )
    if not created:  # the same form arrived twice at once
        return _own(case, applicant)
    record(action="case.start", subject=case.ref, actor=by.ref, office_code=case.office_id)
    return case


@transaction.atomic
def save_answers(*, case_id: uuid.UUID, values: Mapping[str, Any], by: Actor) -> Case:
    """Keep what the applicant typed, also while it is incomplete. Raises NotFoundError, NotPossible."""
    case = locked(case_id)
    variant = require("save", case, by)
    known = {field.key for field in variant.fields()} | {question.key for question in variant.questions}
    case.answers = {**case.answers, **{key: value for key, value in values.items() if key in known}}
    case.save(update_fields=["answers"])
    return case


def attach(*, case_id: uuid.UUID, requirement: str, content: bytes, by: Actor) -> Attachment:
    """Take in one file for a requirement; the same file twice is one.

    Asked twice whether it may be: before the file is looked into, which takes a while and holds no lock, and
    when it is kept. Raises RefusedFile, InspectionBusy, NotFoundError, NotPossible.
    """
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        if same := _attachable(locked(case_id), requirement, digest, by):
            return same
    finding = looked_into(content)
    return _keep(case_id, requirement, content, finding, by)


def _attachable(case: Case, requirement: str, digest: str, by: Actor) -> Attachment | None:
    """The paper, where the same file is there already; None where it may be added."""
    variant = require("save", case, by)
    if requirement not in {item.key for item in variant.uploads(case.answers)}:
        raise NotFoundError("Persyaratan ini tidak ada pada permohonan Anda.")
    present = Attachment.objects.filter(case=case, requirement=requirement, removed_at__isnull=True)
    if same := present.filter(sha256=digest).first():
        return same
    if present.count() >= settings.UPLOADS_PER_REQUIREMENT:
        limit = settings.UPLOADS_PER_REQUIREMENT
        raise RefusedFile(f"Paling banyak {limit} berkas untuk satu persyaratan. Hapus salah satu dulu.")
    return None


@transaction.atomic
def _keep(case_id: uuid.UUID, requirement: str, content: bytes, finding: Finding, by: Actor) -> Attachment:
    case = locked(case_id)
    if same := _attachable(case, requirement, hashlib.sha256(content).hexdigest(), by):
        return same
    attachment = Attachment.objects.create(
        case=case,
        requirement=requirement,
        sha256=filestore.put(settings.FILES_DIR, content),
        media_type=finding.media_type,
        size=len(content),
        served_sha256=filestore.put(settings.FILES_DIR, finding.served),
        served_type=finding.served_type,
        uploaded_at=clock.now(),
    )
    record(
        action="case.attach",
        subject=case.ref,
        actor=by.ref,
        office_code=case.office_id,
        details={
            "requirement": requirement,
            "sha256": attachment.sha256,
            "served_sha256": attachment.served_sha256,
            "removed": list(finding.removed),
        },
    )
    return attachment


@transaction.atomic
def detach(*, case_id: uuid.UUID, attachment_id: int, by: Actor) -> None:
    """Take a file away again; its row and content stay for the record."""
    case = locked(case_id)
    require("save", case, by)
    removed = Attachment.objects.filter(case=case, pk=attachment_id, removed_at__isnull=True).update(
        removed_at=clock.now()
    )
    if not removed:
        raise NotFoundError("Berkas ini tidak ditemukan.")
    record(
        action="case.detach",
        subject=case.ref,
        actor=by.ref,
        office_code=case.office_id,
        details={"attachment": attachment_id},
    )


def require_complete(case: Case, variant: Variant) -> None:
    """Refuse an application that the office could not work on; the answers of any other become canonical.

    Raises IncompleteApplication.
    """
    service = queries.definition(case.revision)
    answers, faults = read_answers(service, variant, case.answers, queries.today(case.office))
    if case.channel in SENT:  # at the counter the desk checks the papers when it registers the case
        papers = missing_papers(variant, case.answers, queries.attached_keys(case))
        faults += [Fault(item.key, f"{item.text}: belum diunggah.", "berkas") for item in papers]
    if faults:
        raise IncompleteApplication(faults)
    case.answers = answers


def _mark(case: Case, variant: Variant) -> None:
    """Note by which facts another report of the same event is found. One query."""
    if mark := queries.event_mark(variant, case.answers):
        with connection.cursor() as cursor:
            cursor.execute(_MARK, [case.pk, case.office_id, mark])


@transaction.atomic
def send(*, case_id: uuid.UUID, by: Actor, key: uuid.UUID) -> tuple[Case, Literal["submit", "repair"]]:
    """Send the application, or send it again after a return; says which of the two it was.

    The same `key` again gives the case as it is. Raises NotFoundError, NotPossible, IncompleteApplication.
    """
    case = locked(case_id)
    if case.state == "returned":
        return _repair(case, by, key), "repair"
    return _submit(case, by, key), "submit"


@transaction.atomic
def submit(*, case_id: uuid.UUID, by: Actor, key: uuid.UUID) -> Case:
    """Send the application: tracking code, complete file, running clock, first official step, receipt.

    One from a day on paper takes over its resi and true times, and the steps that were done by hand. The same
    `key` again gives the case as it is. Raises NotFoundError, NotPossible, IncompleteApplication; for paper
    also what `take_over` and `confirm_registration` raise.
    """
    return _submit(locked(case_id), by, key)


def _submit(case: Case, by: Actor, key: uuid.UUID) -> Case:
    if queries.visible(case, by) and replayed(case, "submit", key):
        return case
    variant = require("submit", case, by)
    require_complete(case, variant)
    case.tracking_code = new_tracking_code()  # 74 random bits; the database would refuse a clash
    case.submitted_at = case.complete_at = clock.now()
    paper = take_over(case, variant, by) if case.channel != "online" else None
    if by.kind == "citizen":
        case.applicant_name = by.name
    first, second = variant.procedure.steps[:2]
    enter_step(case, second, "open")
    set_deadline(case, variant)
    begin_openly(case, second)
    _mark(case, variant)
    note(case, "submit", by, step=first.step, reason=received_words(case, paper), key=key)
    if paper and paper.registered_at:
        confirm_registration(case, variant, by, reason=registered_words(case, paper))
    messages.tell(case, "submitted")
    run_automatic(case, variant)
    return case


@transaction.atomic
def repair(*, case_id: uuid.UUID, by: Actor, key: uuid.UUID) -> Case:
    """Send a returned application back to the step that follows the applicant's; the clock runs again.

    The same `key` again gives the case as it is. Raises NotFoundError, NotPossible, IncompleteApplication.
    """
    return _repair(locked(case_id), by, key)


def _repair(case: Case, by: Actor, key: uuid.UUID) -> Case:
    if queries.visible(case, by) and replayed(case, "repair", key):
        return case
    variant = require("repair", case, by)
    require_complete(case, variant)
    Pause.objects.filter(case=case, ended_at__isnull=True).update(ended_at=clock.now())
    case.returned_at, case.reminded_at = None, None
    first, second = variant.procedure.steps[:2]
    enter_step(case, second, "open")
    set_deadline(case, variant)
    begin_openly(case, second)
    _mark(case, variant)
    note(case, "repair", by, step=first.step, key=key)
    messages.tell(case, "repaired")
    run_automatic(case, variant)
    return case


@transaction.atomic
def cancel(*, case_id: uuid.UUID, by: Actor, key: uuid.UUID) -> Case:
    """Withdraw an application that the register does not hold yet. Raises NotFoundError, NotPossible."""
    case = locked(case_id)
    if queries.visible(case, by) and replayed(case, "cancel", key):
        return case
    require("cancel", case, by)
    was_sent, step = case.submitted_at is not None, case.step
    if not was_sent and case.channel != "online":
        drop_paper(case, by)
    events.undo_event(case, by)
    Pause.objects.filter(case=case, ended_at__isnull=True).update(ended_at=clock.now())
    enter_step(case, None, "cancelled")
    case.returned_at = None
    note(case, "cancel", by, step=step, key=key)
    if was_sent:
        messages.tell(case, "cancelled")
    return case
