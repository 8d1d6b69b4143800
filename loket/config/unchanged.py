"""Whether standards, program and database are as they were when the standards were last published.

Reading and checking all standards takes seconds, and most starts of a demo find nothing new in them.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from loket.catalogue.models import ServiceRevision
from loket.offices.models import Office

PROGRAM = Path(__file__).resolve().parents[1]


def published_state() -> str:
    """SHA-256 over everything that decides what publishing would do."""
    digest = hashlib.sha256()
    for line in _lines():
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _lines() -> Iterator[str]:
    yield f"offices {sorted(settings.OFFICES)}"
    for root, files in ((PROGRAM, "**/*.py"), (settings.STANDARDS_DIR, "**/*")):
        for path in sorted(root.glob(files)):
            if path.is_file():
                yield f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    for office in Office.objects.order_by("code").values_list("code", "definition"):
        yield f"{office}"
    # A revision never changes.
    yield from map(str, ServiceRevision.objects.order_by("pk").values_list("pk", "content_hash"))


def _note() -> Path:
    return settings.DATA_DIR / "standards.published"


def is_published() -> bool:
    """Whether the last publishing noted this very state."""
    note = _note()
    return note.is_file() and note.read_text() == published_state()


def note_published() -> None:
    """Remember that there is nothing to publish now."""
    _note().write_text(published_state())
