"""`loket restore`, second half: what came back is whole, and no number is issued again."""

import io
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import models

from loket.audit import queries as journal
from loket.audit.actions import seal_and_anchor
from loket.audit.models import Entry
from loket.cases.models import Attachment
from loket.core import filestore
from loket.documents.models import Document
from loket.register.actions import reconciling
from loket.register.models import NumberGap
from loket.register.rules import is_personal_counter

NAMED = 20


@dataclass
class Outcome:
    """What a restore found. `problems` are sentences; empty means all is well."""

    rpo_seconds: float = 0.0
    rto_seconds: float = 0.0
    newest_data: str = ""
    newest_anchor: str = ""
    files: int = 0
    documents: int = 0
    gaps: list[dict[str, object]] = field(default_factory=list)
    numbers_lost: int = 0
    journal: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"ok": not self.problems, **asdict(self)}


def _damaged(rows: "models.QuerySet[models.Model]", column: str) -> Iterator[str]:
    """Which stored files of these rows are missing or changed; each is read whole."""
    for key, digest in rows.order_by("pk").values_list("pk", column).iterator(chunk_size=500):
        try:
            filestore.get(settings.FILES_DIR, digest)
        except FileNotFoundError:
            yield f"{key}: berkas hilang"
        except OSError:
            yield f"{key}: berkas berubah"


def _look_at_files(outcome: Outcome) -> None:
    signed = Document.objects.exclude(signed_sha256="")
    papers = Attachment.objects.filter(removed_at__isnull=True)
    outcome.documents = signed.count()
    outcome.files = outcome.documents + papers.count()
    for what, rows, column in (("dokumen", signed, "signed_sha256"), ("lampiran", papers, "sha256")):
        bad = list(_damaged(rows, column))
        outcome.problems += [f"{what} {sentence}" for sentence in bad[:NAMED]]
        if len(bad) > NAMED:
            outcome.problems.append(f"{what}: {len(bad) - NAMED} lainnya hilang atau berubah")


def _look_at_journal(outcome: Outcome) -> None:
    try:
        anchors = journal.all_anchors()
    except ValueError as error:
        outcome.problems.append(str(error))
        return
    for verdict in journal.verify_all(anchors):
        office = verdict.office
        outcome.journal[office or "pusat"] = verdict.broken or f"utuh, {verdict.rows} baris"
        if verdict.broken:
            outcome.problems.append(f"jurnal {office or 'pusat'}: {verdict.broken}")


def _told(gap: NumberGap) -> dict[str, object]:
    kind = gap.key.partition(":")[0] if is_personal_counter(gap.key) else gap.key
    told: dict[str, object] = {"office": gap.office_id, "book": kind, "numbers": gap.last - gap.first + 1}
    return told if is_personal_counter(gap.key) else told | {"first": gap.first, "last": gap.last}


def _newest_data() -> datetime | None:
    return Entry.objects.aggregate(newest=models.Max("at"))["newest"]


def reconcile(*, reason: str, by: str, extra: Sequence[Path] = ()) -> list[NumberGap]:
    """Raise the counters, record the gaps, seal what tells of them, and write what the anchors lack."""
    gaps = reconciling.reconcile(reason=reason, by=by, extra=extra)
    for directory in journal.anchor_directories():
        for office in journal.offices_with_entries():
            seal_and_anchor(office_code=office, directory=directory)
    reconciling.begin_anchors()
    return gaps


def _adopt(old: Sequence[Path]) -> None:
    """Where an anchor directory was lost with the machine, go on with what the backup has of it."""
    for place, directory in enumerate(journal.anchor_directories()):
        source = old[min(place, len(old) - 1)] if old else None
        if source and not (directory.is_dir() and any(directory.iterdir())):
            shutil.copytree(source, directory, dirs_exist_ok=True)
            directory.chmod(0o700)


def after_restore(
    *, reason: str, by: str, old: Sequence[Path], extra: Sequence[Path], say: Callable[[str], None]
) -> Outcome:
    """Bring the schema up to date, reconcile with every anchor known, and check all that came back.

    `old` are the anchors of the backup, `extra` those that the operator names.
    """
    call_command("migrate", verbosity=0, stdout=io.StringIO())
    _adopt(old)
    outcome, extra = Outcome(), [*extra, *old]
    newest = _newest_data()
    directories = [*journal.anchor_directories(), *extra]
    offices = sorted(set().union(*map(journal.anchored_offices, directories)))
    lost_heads = [head for office in offices if (head := journal.lost_tail(office, directories))]
    found = reconciling.compare(extra=extra)
    outcome.problems += found.damage
    outcome.numbers_lost = found.numbers_lost
    lost_until = [item.at for item in found.ahead] + [datetime.fromisoformat(head.at) for head in lost_heads]
    if newest and lost_until:
        outcome.rpo_seconds = round(max((max(lost_until) - newest).total_seconds(), 0.0), 1)
    outcome.newest_data = newest.isoformat() if newest else ""
    outcome.newest_anchor = found.newest.isoformat() if found.newest else ""
    say("Comparing with the anchors...")
    outcome.gaps = [_told(gap) for gap in reconcile(reason=reason, by=by, extra=extra)]
    say("Checking files and journal...")
    _look_at_files(outcome)
    _look_at_journal(outcome)
    return outcome
