"""What a document says, and what every builder needs."""

from dataclasses import dataclass
from typing import Any

from loket.cases.models import Case
from loket.core.errors import LoketError
from loket.register import queries as register
from loket.register.models import CivilRecord, Family, RegisterEvent


class NothingRecorded(LoketError):
    """Peristiwa permohonan ini belum tercatat di register, sehingga dokumennya belum dapat dibuat."""

    status = 409


@dataclass(frozen=True)
class Content:
    """What a document says: number, whose it is, what about, the template's context, what /v/ may show."""

    number: str
    subject_name: str
    subject_key: str
    context: dict[str, Any]
    shown: dict[str, str]


def recorded(case: Case) -> tuple[CivilRecord, Family]:
    """The akta of a case and the family of its person. Raises NothingRecorded."""
    entry = register.record_of_case(case.ref)
    family = register.current_family(entry.resident) if entry else None
    if entry is None or family is None:
        raise NothingRecorded()
    return entry, family


def event(case: Case) -> RegisterEvent:
    """The event that the case recorded. Raises NothingRecorded."""
    found = register.event_of_case(case.ref)
    if found is None:
        raise NothingRecorded()
    return found
