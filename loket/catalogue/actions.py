"""Publishing the standards: every changed service becomes a new, immutable revision."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from loket.audit.actions import record
from loket.catalogue.loader import Loaded
from loket.catalogue.models import ServiceRevision
from loket.catalogue.queries import definition
from loket.catalogue.rules import Service
from loket.core.errors import ConflictError, LoketError
from loket.offices.actions import sync_office
from loket.offices.models import Office


class StandardsInvalid(LoketError):
    """Standar pelayanan memuat kesalahan, jadi tidak dapat diterbitkan."""


class AlreadyReplaced(ConflictError):
    """Isi layanan ini sama dengan revisi lama yang sudah diganti. Ubah tanggal berlakunya."""


@dataclass(frozen=True)
class Published:
    """What publishing did: the new revisions, how many services had not changed, the offices that did."""

    revisions: tuple[ServiceRevision, ...]
    unchanged: int
    offices: tuple[Office, ...] = ()


@transaction.atomic
def publish(*, loaded: Loaded, by: str, at: datetime) -> Published:
    """Publish offices and services as loaded; a service that has not changed gets no new revision.

    Raises StandardsInvalid where anything loaded has an error, and AlreadyReplaced where a service went back
    to an older content: that needs a new effective date, or it would never be in force.
    """
    if loaded.errors:
        first, rest = loaded.errors[0], len(loaded.errors) - 1
        more = f" (dan {rest} kesalahan lain)" if rest else ""
        raise StandardsInvalid(f"Standar pelayanan tidak dapat diterbitkan. {first}{more}")
    before = dict(Office.objects.values_list("code", "definition"))
    offices = {
        file.office: sync_office(file=file, by=by, in_use=_roles_in_use(file.office))
        for file in loaded.offices
    }
    changed = tuple(office for office in offices.values() if before.get(office.code) != office.definition)
    # Two publishers at once would count the same revision number: the second waits for the first.
    list(Office.objects.select_for_update().filter(code__in=offices).order_by("code"))
    published = [_publish(offices[item.office], item, by=by, at=at) for item in loaded.services]
    revisions = tuple(revision for revision in published if revision is not None)
    return Published(revisions, unchanged=len(published) - len(revisions), offices=changed)


def _roles_in_use(office: str) -> frozenset[str]:
    """The roles that a published revision of the office names, old ones included."""
    revisions = ServiceRevision.objects.filter(office_id=office)
    return frozenset(
        step.actor
        for revision in revisions
        for variant in definition(revision).variants
        for step in variant.procedure.steps
    )


def _publish(office: Office, service: Service, *, by: str, at: datetime) -> ServiceRevision | None:
    text = canonical_json(service)
    digest = content_hash(text)
    latest = (
        ServiceRevision.objects.filter(office=office, service=service.service).order_by("-number").first()
    )
    if latest is not None and latest.content_hash == digest:
        return None
    earlier = ServiceRevision.objects.filter(office=office, service=service.service, content_hash=digest)
    if earlier.exists():
        raise AlreadyReplaced(
            f"Isi layanan {service.name} sama dengan revisi lama yang sudah diganti."
            " Ubah tanggal berlakunya (effective_from)."
        )
    revision = ServiceRevision.objects.create(
        office=office,
        service=service.service,
        number=latest.number + 1 if latest else 1,
        name=service.name,
        service_number=service.number,
        group=service.group,
        effective_from=service.effective_from,
        content_hash=digest,
        definition=text,
        published_at=at,
    )
    record(
        action="service.publish",
        subject=f"service:{office.code}/{service.service}",
        actor=by,
        office_code=office.code,
        details={"revision": revision.number, "effective_from": str(revision.effective_from), "hash": digest},
    )
    return revision


def canonical_json(service: Service) -> str:
    """The one text of a service: fields in the order of the model, entries in the order of the files."""
    return service.model_dump_json()


def content_hash(text: str) -> str:
    """SHA-256 of a definition, in hex; `sha256sum` gives the same."""
    return hashlib.sha256(text.encode()).hexdigest()
