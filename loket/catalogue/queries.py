"""Reading published services: which revision is in force, and what it says."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from loket.catalogue.models import ServiceRevision
from loket.catalogue.rules import Service
from loket.core.errors import NotFoundError
from loket.offices.models import Office


class ServiceNotFound(NotFoundError):
    """Layanan ini tidak ada pada kantor ini, atau belum berlaku."""


def in_force(office: Office, service: str, on: date) -> ServiceRevision:
    """The revision of a service in force on a date; of several from the same day, the one published last.

    Raises ServiceNotFound.
    """
    found = (
        ServiceRevision.objects.filter(office=office, service=service, effective_from__lte=on)
        .order_by("-effective_from", "-number")
        .first()
    )
    if found is None:
        raise ServiceNotFound()
    return found


def services_of(office: Office, on: date) -> list[ServiceRevision]:
    """The revisions in force on a date at an office, by the office's own numbers. One query."""
    found = (
        ServiceRevision.objects.filter(office=office, effective_from__lte=on)
        .order_by("service", "-effective_from", "-number")
        .distinct("service")
    )
    return sorted(found, key=lambda revision: _in_number_order(revision.service_number))


def _in_number_order(service_number: str) -> tuple[list[int], str]:
    """`8.10` after `8.9`."""
    return [int(digits) for digits in re.findall(r"[0-9]+", service_number)], service_number


@dataclass(frozen=True)
class _Definition:
    """A definition that counts as equal by its hash, so that the cache need not compare long texts."""

    content_hash: str
    text: str = field(compare=False)


@lru_cache(maxsize=512)
def _parsed(definition: _Definition) -> Service:
    return Service.model_validate_json(definition.text)


def definition(revision: ServiceRevision) -> Service:
    """What a revision says, as an object. No query; parsed once per process."""
    return _parsed(_Definition(revision.content_hash, revision.definition))
