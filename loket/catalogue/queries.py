"""Reading published services: which revision is in force, and what it says."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from loket.catalogue.loader import read_screens
from loket.catalogue.models import ServiceRevision
from loket.catalogue.rules import Service, SiakScreen, in_number_order
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
    return sorted(found, key=lambda revision: in_number_order(revision.service_number))


# Revisions never change, so what was parsed once stays true.
_PARSED: dict[str, Service] = {}
_MOST_PARSED = 1000


def definition(revision: ServiceRevision) -> Service:
    """What a revision says, as an object; parsed once per process.

    Lists may defer the column `definition`: its text is read only where it is not parsed yet.
    """
    found = _PARSED.get(revision.content_hash)
    if found is None:
        if len(_PARSED) >= _MOST_PARSED:
            _PARSED.clear()
        found = _PARSED[revision.content_hash] = Service.model_validate_json(revision.definition)
    return found


@lru_cache(maxsize=1)
def _screens(standards_dir: Path) -> dict[str, SiakScreen]:
    return read_screens(standards_dir)


def siak_screen(event: str) -> SiakScreen | None:
    """In which order and under which labels SIAK asks for an event; None where it has no screen for it.

    Read once per process: screens are national data beside the revisions, not part of what is published.
    """
    return _screens(settings.STANDARDS_DIR).get(event)
