"""One import from its file to its end; see docs/adr/0023."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from loket.audit.actions import record
from loket.catalogue.loader import read_code_lists
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError, NotFoundError
from loket.core.outfile import UnwritableFile, written_whole
from loket.offices.models import Area, Office
from loket.offices.queries import zone
from loket.register.actions.importing import rejects, staging
from loket.register.actions.importing.files import Table, UnreadableFile, kind_of, opened
from loket.register.actions.importing.taking import take_chunk
from loket.register.models import AcceptedNumber, ImportRun
from loket.register.rules.dkb import UnreadableColumns, places, unknown_columns
from loket.register.rules.population import Known, RowReader, readable

FAMILIES_AT_ONCE = 2000
_LOCK_NAMESPACE = 0x10CE9
_BLOCK = 1024 * 1024
OPEN = (ImportRun.State.READING, ImportRun.State.TAKING)
LISTS = (
    "agama", "golongan_darah", "jenis_kelamin", "kewarganegaraan", "pekerjaan", "pendidikan", "shdk",
    "status_kawin_f101",
)  # fmt: skip
# What is going on, how much of it is done, and of how much (0: not known).
Say = Callable[[str, int, int], None]


class ImportRunning(ConflictError):
    """Impor lain di kantor ini sedang berjalan. Tunggu sampai selesai."""


class ImportUnfinished(ConflictError):
    """Impor sebelumnya di kantor ini belum selesai. Lanjutkan dengan berkas yang sama dan --resume, atau
    hentikan dengan `loket register stop-import`."""


class OtherFile(ConflictError):
    """Impor yang belum selesai memakai berkas lain. Lanjutkan dengan berkas itu, yang tidak diubah."""


class NothingToResume(NotFoundError):
    """Tidak ada impor yang belum selesai di kantor ini."""


class FileChanged(ConflictError):
    """Berkas berubah ketika dibaca. Ulangi impor."""


class NothingInFile(LoketError):
    """Berkas ini tidak berisi baris penduduk."""


def import_population(
    *,
    office: Office,
    path: Path,
    rejected: Path,
    by: Actor,
    resume: bool = False,
    override_reason: str = "",
    families_at_once: int = FAMILIES_AT_ONCE,
    say: Say = lambda what, done, of: None,
) -> ImportRun:
    """Take the families of a population file into the register of an office; whole ones, each once.

    Rejected rows are written to `rejected`, if there are any. A call that was killed goes on with `resume`.
    `override_reason`: why numbers that cannot have been issued are accepted. Raises UnreadableFile,
    NothingInFile, UnwritableFile, ImportRunning, ImportUnfinished, NothingToResume, OtherFile, FileChanged.
    """
    if rejected.resolve() == path.resolve():
        raise UnwritableFile("Daftar yang ditolak tidak boleh menimpa berkas yang diimpor.")
    kind = kind_of(path)
    with written_whole(rejected.with_name(f"{rejected.name}.coba")):
        pass  # Better to hear now than after an hour that nothing can be written there.
    rejected.with_name(f"{rejected.name}.coba").unlink(missing_ok=True)
    with _alone(office):
        run = _resumed(office, path) if resume else _begun(office, path, kind, override_reason, by)
        if run.state == ImportRun.State.READING or not staging.exists(run):
            run = _read_or_stop(run, path, say, by)
        while run.next_family <= run.families:
            run = take_chunk(run_id=run.pk, families=families_at_once)
            say("families", run.next_family - 1, run.families)
        return _end(run, rejected, by)


def stop_import(*, office: Office, by: Actor, reason: str) -> ImportRun:
    """Give an unfinished import up. What it took stays: those are whole families.

    Raises ImportRunning, NothingToResume.
    """
    with _alone(office), transaction.atomic():
        run = ImportRun.objects.select_for_update().filter(office=office, state__in=OPEN).first()
        if run is None:
            raise NothingToResume()
        _stop(run, by, reason)
    return run


@transaction.atomic
def _stop(run: ImportRun, by: Actor, reason: str) -> None:
    staging.drop(run)
    run.state, run.finished_at = ImportRun.State.STOPPED, clock.now()
    run.save()
    _note(run, "register.import.stop", by, reason=reason, **_numbers(run))


@contextmanager
def _alone(office: Office) -> Iterator[None]:
    """Hold the office's lock of imports, which ends with the connection. Raises ImportRunning."""
    key = [_LOCK_NAMESPACE, int(office.code)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        if not cursor.fetchone()[0]:
            raise ImportRunning()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)


def _begun(office: Office, path: Path, kind: str, override_reason: str, by: Actor) -> ImportRun:
    if ImportRun.objects.filter(office=office, state__in=OPEN).exists():
        raise ImportUnfinished()
    with opened(path) as table:
        _places(table)
    with transaction.atomic():
        run = ImportRun.objects.create(
            office=office,
            file_hash=fingerprint(path),
            file_bytes=path.stat().st_size,
            kind=kind,
            override_reason=override_reason,
            by=by.ref,
            started_at=clock.now(),
        )
        _note(
            run, "register.import.start", by, bytes=run.file_bytes, kind=kind, override=bool(override_reason)
        )
    return run


def _resumed(office: Office, path: Path) -> ImportRun:
    run = ImportRun.objects.filter(office=office, state__in=OPEN).first()
    if run is None:
        raise NothingToResume()
    if run.file_hash != fingerprint(path):
        raise OtherFile()
    return run


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _places(table: Table) -> list[int | None]:
    try:
        return places(table.header)
    except UnreadableColumns as error:
        raise UnreadableFile(str(error)) from error


def _read_or_stop(run: ImportRun, path: Path, say: Say, by: Actor) -> ImportRun:
    """`_read`; an unreadable file leaves no unfinished import behind, unless it had taken families."""
    try:
        return _read(run, path, say)
    except LoketError:
        run.refresh_from_db()
        if not run.families_taken:
            _stop(run, by, reason="unreadable")
        raise


def _read(run: ImportRun, path: Path, say: Say) -> ImportRun:
    """Stage and check the file, in one transaction: either all of it waits to be taken, or nothing."""
    with transaction.atomic(), opened(path) as table:
        places = _places(table)
        for title in unknown_columns(table.header):
            say(f"column {title!r} is not known and not read", 0, 0)
        reader = RowReader(_known(run.office, override=bool(run.override_reason)))
        run.rows = staging.fill(run, table.rows, places, reader, lambda count: say("rows", count, 0))
        if not run.rows:
            raise NothingInFile()
        say("rows", run.rows, run.rows)
        if fingerprint(path) != run.file_hash:
            raise FileChanged()
        staging.check(run)
        ((run.families,),) = staging.execute(run, "SELECT count(*) FROM {families}")
        run.state, run.next_family = ImportRun.State.TAKING, 1
        run.save(update_fields=["rows", "families", "state", "next_family"])
    say("checked", run.rows, run.rows)
    return run


def _known(office: Office, *, override: bool) -> Known:
    area = office.definition["area"]
    villages = Area.objects.filter(code__startswith=f"{area}.", code__regex=r"^[0-9.]{13}$")
    return Known(
        lists=readable(read_code_lists(settings.STANDARDS_DIR, LISTS)),
        regions=frozenset(Area.objects.values_list("code", flat=True)),
        villages=dict(villages.values_list("code", "retired")),
        area=area,
        today=clock.now().astimezone(zone(office)).date(),
        override=override,
        accepted=frozenset(AcceptedNumber.objects.filter(office=office).values_list("number", flat=True)),
    )


def _end(run: ImportRun, rejected: Path, by: Actor) -> ImportRun:
    """Write the rejected rows, then close the run and forget the file's rows, in one transaction."""
    found = staging.counts(run)
    if found["rows_rejected"]:
        rejects.write(run=run, path=rejected)
    with transaction.atomic():
        for name, number in found.items():
            setattr(run, name, number)
        # After a crash that lost the staging table, families of this very run are known as well.
        run.families_known = run.families - run.families_rejected - run.families_taken
        run.warnings = staging.warnings(run)
        staging.drop(run)
        run.state, run.finished_at = ImportRun.State.DONE, clock.now()
        run.save()
        _note(run, "register.import.end", by, warnings=run.warnings, **_numbers(run))
    return run


def _numbers(run: ImportRun) -> dict[str, int]:
    names = ("rows", "families", "families_taken", "residents_taken", "families_known")
    return {name: getattr(run, name) for name in (*names, "families_rejected", "rows_rejected")}


def _note(run: ImportRun, action: str, by: Actor, **details: object) -> None:
    record(
        action=action,
        subject=run.ref,
        actor=by.ref,
        office_code=run.office_id,
        details={"sha256": run.file_hash, **details},
    )
