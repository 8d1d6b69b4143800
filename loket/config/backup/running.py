"""`loket restore` and `loket drill` from beginning to end."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from loket.config import embedded
from loket.config.backup import restoring
from loket.config.backup.keys import Opener
from loket.config.start import setup
from loket.core.errors import LoketError

if TYPE_CHECKING:
    from loket.config.backup.checking import Outcome

Say = Callable[[str], None]


class NoBackup(LoketError):
    """Tidak ada cadangan di tempat ini. Jalankan `loket backup` dahulu."""


@contextmanager
def _database(data_dir: Path, say: Say) -> Iterator[str]:
    """The address to restore into: DATABASE_URL, or the embedded server, stopped again if started here."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    cluster = embedded.start(data_dir, progress=say)
    os.environ["DATABASE_URL"] = cluster.url
    try:
        yield cluster.url
    finally:
        if cluster.started_here:
            embedded.stop(cluster)


def restore(
    path: Path, opener: Opener, *, data_dir: Path, replace: bool, extra: Sequence[Path], reason: str, say: Say
) -> "Outcome":
    """Bring a backup back and check it. The settings are loaded in between: their secret is in the backup.

    Can be repeated after an interruption. Raises TargetNotEmpty, WrongRecoveryKey, DamagedBackup,
    OtherSecret, ProgramFailed.
    """
    begun = time.monotonic()
    restoring.require_target(data_dir, replace=replace)
    say("Checking the backup...")
    manifest = restoring.read_manifest(path, opener)
    repeated = restoring.begin(data_dir, replace=replace)
    with _database(data_dir, say) as conninfo:
        restoring.unpack(
            path, opener, data_dir=data_dir, conninfo=conninfo, replace=replace or repeated, say=say
        )
        setup()
        # Only now: these read the settings.
        from django.db import connections  # noqa: PLC0415 (reads the settings)

        from loket.config.backup.checking import after_restore  # noqa: PLC0415 (reads the settings)

        try:
            outcome = after_restore(
                reason=reason, by="cli", old=restoring.old_anchors(data_dir), extra=extra, say=say
            )
        finally:
            connections.close_all()
    restoring.finish(data_dir)
    outcome.counts = manifest["counts"]
    outcome.rto_seconds = round(time.monotonic() - begun, 1)
    return outcome


def told(outcome: "Outcome") -> Iterator[str]:
    """The outcome for people."""
    yield f"RTO {outcome.rto_seconds} s; RPO {outcome.rpo_seconds} s (data sampai {outcome.newest_data})"
    yield f"{outcome.documents} dokumen dan {outcome.files - outcome.documents} lampiran diperiksa"
    for office, verdict in outcome.journal.items():
        yield f"jurnal {office}: {verdict}"
    if outcome.gaps:
        yield (
            f"{outcome.numbers_lost} nomor yang sudah diberikan tidak ada dalam cadangan dan tidak akan "
            "diberikan lagi. Cetak berita acaranya: loket restore --report"
        )
    for problem in outcome.problems:
        yield f"MASALAH: {problem}"


def drill(folder: Path, *, key_file: Path | None, passphrase_file: Path | None) -> tuple[str, int]:
    """Restore the newest backup of a folder somewhere else; returns what it printed and its exit code.

    Compared with the live anchors, which are only read. Raises NoBackup.
    """
    from loket.audit.queries import anchor_directories  # noqa: PLC0415 (reads the settings)
    from loket.config.backup.making import backups  # noqa: PLC0415 (reads the settings)

    found = backups(folder)
    if not found:
        raise NoBackup(f"{NoBackup().message} ({folder})")
    place = Path(tempfile.mkdtemp(prefix="loket-drill-"))
    place.chmod(0o711)  # PostgreSQL, which does not run as root, has its directory below
    try:
        command = [sys.executable, "-m", "loket", "restore", str(found[-1]), "--json", "--into"]
        command.append(str(place / "data"))
        for option, file in (("--key-file", key_file), ("--passphrase-file", passphrase_file)):
            command += [option, str(file.resolve())] if file else []
        for directory in anchor_directories():
            command += ["--anchors", str(directory)] if directory.is_dir() else []
        # Empty, not left out: what is left out the child would read from the settings file again.
        kept = dict(os.environ) | {"DATABASE_URL": "", "ANCHORS_DIR": "", "LOKET_FILE_KEYS_DIR": ""}
        done = subprocess.run(command, env=kept, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 (own program)
        embedded.destroy(place / "data")
    finally:
        shutil.rmtree(place, ignore_errors=True)
    if not done.stdout.strip():
        return json.dumps({"ok": False, "backup": found[-1].name}), done.returncode or 1
    return json.dumps(
        json.loads(done.stdout) | {"backup": found[-1].name}, ensure_ascii=False
    ), done.returncode
