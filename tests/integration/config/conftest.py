"""An installation that can be lost: a database of its own, files, keys and anchors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from loket.audit.actions import record, seal_and_anchor
from loket.config.backup import checking, keys, making, restoring
from loket.config.backup.checking import Outcome
from loket.core import filestore
from loket.documents.models import Document
from loket.offices.models import Office
from loket.register.actions import next_serial
from tests.integration.offices.invented import make_office
from tests.scratch import Scratch, scratch

__all__ = ["scratch"]
Say = Callable[[str], None]
BOOK = "book:LU:2026"
AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@dataclass
class Installation:
    """What an office has on its machine, and the key it keeps elsewhere."""

    scratch: Scratch
    settings: Any
    office: Office
    key: keys.RecoveryKey

    @property
    def data(self) -> Path:
        return Path(self.settings.DATA_DIR)

    @property
    def backups(self) -> Path:
        return self.scratch.home / "backups"

    def issue(self, count: int, key: str = BOOK) -> list[int]:
        """Numbers in transactions of their own, told in the journal, which is sealed then."""
        taken = []
        for _ in range(count):
            with transaction.atomic():
                taken.append(next_serial(office=self.office, key=key))
                record(action="x.issue", subject="x", actor="system", office_code=self.office.code)
        seal_and_anchor(office_code=self.office.code, directory=self.settings.ANCHORS_DIR)
        return taken

    def document(self, number: int) -> Document:
        """A signed document with its file."""
        return Document.objects.create(
            office=self.office,
            kind="surat",
            title="Surat",
            number=str(number),
            subject_name="Contoh",
            subject_key=f"surat:{number}",
            case_ref=f"case:{number}",
            context={},
            shown={},
            state=Document.State.SIGNED,
            issued_at=AT,
            signed_at=AT,
            signed_sha256=filestore.put(self.settings.FILES_DIR, b"surat %d" % number),
        )

    def backup(self, **changes: Any) -> making.Made:
        values = {"folder": self.backups, "recipient": self.key.public, "by": "cli", "say": lambda _: None}
        return making.make(**(values | changes))

    def lose(self, *, anchors: bool = False) -> None:
        """The machine is gone; its anchors too, where there was no copy elsewhere."""
        for path in [self.settings.FILES_DIR, self.settings.KEYS_DIR] + [self.settings.ANCHORS_DIR] * anchors:
            path.mkdir(exist_ok=True)
            path.rename(self.scratch.home / f"lost-{path.name}")
        self.scratch.create()

    def restore(self, path: Path, *, replace: bool = False, extra: tuple[Path, ...] = ()) -> Outcome:
        """As `loket restore` does it, in this process."""
        restoring.require_target(self.data, replace=replace)
        restoring.read_manifest(path, self.key)
        repeated = restoring.begin(self.data, replace=replace)
        self.unpack(path, replace=replace or repeated)
        outcome = checking.after_restore(
            reason="latihan", by="cli", old=restoring.old_anchors(self.data), extra=extra, say=lambda _: None
        )
        restoring.finish(self.data)
        return outcome

    def unpack(self, path: Path, *, replace: bool = False, say: Say = lambda _: None) -> None:
        connection.close()
        restoring.unpack(
            path, self.key, data_dir=self.data, conninfo=self.scratch.conninfo, replace=replace, say=say
        )


@pytest.fixture
def installation(scratch: Scratch, settings: Any) -> Installation:
    settings.DATA_DIR = scratch.home / "data"
    for name, folder in (("FILES_DIR", "files"), ("KEYS_DIR", "keys"), ("ANCHORS_DIR", "anchors")):
        setattr(settings, name, settings.DATA_DIR / folder)
    settings.KEYS_DIR.mkdir(parents=True)
    (settings.KEYS_DIR / "ca").mkdir()
    (settings.KEYS_DIR / "ca" / "key.pem").write_text("a signer's key")
    return Installation(scratch, settings, make_office(), keys.new_key(settings.KEYS_DIR))
