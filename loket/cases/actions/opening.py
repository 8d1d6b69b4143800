"""Cases that nobody applies for: the office's own work, and what the daily job finds due."""

import uuid
from collections.abc import Iterator
from datetime import date

from django.db import IntegrityError, transaction

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.actions.applying import ChannelClosed
from loket.cases.actions.common import begin_openly, enter_step, note, set_deadline
from loket.cases.actions.working import run_automatic
from loket.cases.models import Case
from loket.catalogue import queries as catalogue
from loket.catalogue.models import ServiceRevision
from loket.catalogue.rules import Channel, Opening, Service, Variant
from loket.core import clock
from loket.core.actors import SYSTEM, Actor
from loket.core.codes import new_tracking_code
from loket.core.errors import NotFoundError
from loket.offices.models import Office
from loket.offices.queries import definition
from loket.register import queries as residents
from loket.register.models import Resident

# Channels without an applicant.
OPENED_BY_OFFICE = ("internal", "automatic")
# Of all that is due, so many in one run: the next run finds the rest.
AT_ONCE = 500
_SPACE = uuid.UUID("6c0d5f0e-7b1e-5d0c-9d4e-2f3a4b5c6d7e")


@transaction.atomic
def open_work(*, revision: ServiceRevision, variant: str, by: Actor, key: uuid.UUID) -> Case:
    """Open a work item of the office; the same `key` again gives the same one.

    Raises NotFoundError for somebody whose role has no step in it, ChannelClosed for a service of applicants.
    """
    if existing := Case.objects.filter(create_key=key, office=revision.office_id).first():
        return existing
    service, chosen = _chosen(revision, variant)
    if "internal" not in chosen.channels:
        raise ChannelClosed("Layanan ini diajukan oleh pemohon, bukan dibuka oleh kantor.")
    roles = {chosen.role_of(step) for step in chosen.procedure.steps}
    if by.kind == "staff" and (by.office != revision.office_id or not roles & set(by.roles)):
        raise NotFoundError("Pekerjaan ini tidak dibuka oleh peran Anda.")
    opened = _open_once(revision, service, chosen, "internal", by=by, key=key)
    return opened or Case.objects.get(create_key=key, office=revision.office_id)


def _chosen(revision: ServiceRevision, variant: str) -> tuple[Service, Variant]:
    service = queries.definition(revision)
    try:
        return service, service.variant(variant)
    except KeyError as error:
        raise NotFoundError("Jenis layanan ini tidak ada.") from error


def _open(
    revision: ServiceRevision,
    service: Service,
    variant: Variant,
    channel: Channel,
    *,
    by: Actor,
    key: uuid.UUID,
    person: Resident | None = None,
) -> Case:
    """The case at its first step, with its clock running."""
    now = clock.now()
    case = Case(
        create_key=key,
        office=revision.office,
        revision=revision,
        service=revision.service,
        variant=variant.variant,
        channel=channel,
        applicant_name=(person.name if person else variant.name)[:100],
        answers={variant.subject: person.nik} if person and variant.subject else {},
        tracking_code=new_tracking_code(),
        created_at=now,
        submitted_at=now,
        complete_at=now,
    )
    first = variant.procedure.steps[0]
    enter_step(case, first, "open")
    set_deadline(case, variant)
    case.save(force_insert=True)
    record(action="case.start", subject=case.ref, actor=by.ref, office_code=case.office_id)
    note(case, "submit", by, key=key)
    begin_openly(case, first)
    run_automatic(case, variant)
    return case


def _open_once(
    revision: ServiceRevision,
    service: Service,
    variant: Variant,
    channel: Channel,
    *,
    by: Actor,
    key: uuid.UUID,
    person: Resident | None = None,
) -> Case | None:
    """The new case, or None where another process was a moment earlier with the same key."""
    try:
        with transaction.atomic():
            return _open(revision, service, variant, channel, by=by, key=key, person=person)
    except IntegrityError:
        if not Case.objects.filter(create_key=key).exists():
            raise
        return None


def period_of(opening: Opening, day: date) -> str:
    """The period in which a day lies, as a key: `2026-11`, `2026-Q4`, `2026-S2`."""
    if opening == "monthly":
        return f"{day:%Y-%m}"
    if opening == "quarterly":
        return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
    return f"{day.year}-S{(day.month - 1) // 6 + 1}"


def _openings(office: Office) -> Iterator[tuple[ServiceRevision, Service, Variant]]:
    for revision in catalogue.services_of(office, queries.today(office)):
        service = queries.definition(revision)
        for variant in service.variants:
            if variant.opens is not None:
                yield revision, service, variant


def open_due(*, office: Office) -> list[Case]:
    """Open what is due at an office today: work of the period, and cards of residents who completed 17.

    Nothing twice: the key of each is that of its period, or of its person. Returns the cases it opened.
    """
    opened: list[Case] = []
    for revision, service, variant in _openings(office):
        if variant.opens == "id_card_ready":
            opened += _open_cards(office, revision, service, variant)
        elif variant.opens is not None:
            period = period_of(variant.opens, queries.today(office))
            opened += _once(revision, service, variant, "internal", period, None)
    return opened


def _open_cards(office: Office, revision: ServiceRevision, service: Service, variant: Variant) -> list[Case]:
    """Those of whom no run has opened one yet, also where many wait whose card is not made."""
    married, day = definition(office).id_card_when_married, queries.today(office)
    opened: list[Case] = []
    skip = 0
    while len(opened) < AT_ONCE:
        people = residents.id_card_ready(office, day, married=married, limit=AT_ONCE, skip=skip)
        keys = {person.pk: _key(revision, variant, f"nik:{person.pk}") for person in people}
        there = set(Case.objects.filter(create_key__in=keys.values()).values_list("create_key", flat=True))
        new = [person for person in people if keys[person.pk] not in there]
        for person in new[: AT_ONCE - len(opened)]:
            opened += _once(revision, service, variant, "automatic", f"nik:{person.pk}", person)
        if len(people) < AT_ONCE:
            break
        skip += AT_ONCE
    return opened


def _key(revision: ServiceRevision, variant: Variant, what: str) -> uuid.UUID:
    return uuid.uuid5(_SPACE, f"{revision.office_id}/{revision.service}/{variant.variant}/{what}")


@transaction.atomic
def _once(
    revision: ServiceRevision,
    service: Service,
    variant: Variant,
    channel: Channel,
    what: str,
    person: Resident | None,
) -> list[Case]:
    key = _key(revision, variant, what)
    if Case.objects.filter(create_key=key).exists():
        return []
    opened = _open_once(revision, service, variant, channel, by=SYSTEM, key=key, person=person)
    return [opened] if opened else []
