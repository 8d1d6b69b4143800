"""What `loket doctor` looks at."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import checks as django_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from loket.audit.models import UnanchoredNumber
from loket.audit.queries import anchored_offices, lost_tail
from loket.catalogue.models import ServiceRevision
from loket.core import clock, filekeys, filestore
from loket.documents.actions.signing import signer_key
from loket.documents.queries import signer
from loket.offices.models import Account, Office
from loket.offices.queries import national_holiday_years
from loket.register.actions.reconciling import compare

# Between the commit of a number and its anchor are milliseconds, after a crash seconds.
ANCHOR_PATIENCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Check:
    """One thing looked at: whether it is well, and what was seen."""

    name: str
    ok: bool
    detail: str


def _database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    return Check("database", version >= 150000, f"PostgreSQL {version // 10000}")


def pending_migrations() -> int:
    """How many migrations the database still lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrations() -> Check:
    pending = pending_migrations()
    return Check("schema", not pending, f"{pending} migrations to apply" if pending else "up to date")


def _standards() -> Check:
    offices, revisions = Office.objects.count(), ServiceRevision.objects.count()
    return Check("standards", offices > 0, f"{offices} offices, {revisions} revisions published")


def _calendar() -> Check:
    """Deadlines need the holidays of this year and the next."""
    this_year = clock.now().year
    missing = {this_year, this_year + 1} - set(national_holiday_years())
    detail = f"no holidays recorded for {sorted(missing)}" if missing else "holidays recorded"
    return Check("calendar", not missing, detail)


def _files() -> Check:
    folders = [settings.FILES_DIR, settings.KEYS_DIR, settings.ANCHORS_DIR, settings.FILE_KEYS_DIR]
    open_to_all = [str(path.name) for path in folders if path.exists() and path.stat().st_mode & 0o077]
    writable = os.access(settings.DATA_DIR, os.W_OK)
    detail = f"readable by others: {', '.join(open_to_all)}" if open_to_all else "private"
    return Check("files", writable and not open_to_all, detail if writable else "data directory not writable")


def _file_keys() -> Check:
    """The ring is there, and opens what lies on the disk."""
    filekeys.load(settings.FILE_KEYS_DIR)
    _, whole = next(filestore.scrub(settings.FILES_DIR), (None, True))
    if not whole:
        return Check("file keys", False, "a stored file cannot be opened: `loket files check` says which")
    plain = filestore.plain_files(settings.FILES_DIR)
    detail = f"{plain} files of an older version in plain: `loket files encrypt`" if plain else "in place"
    return Check("file keys", not plain, detail)


def _anchors() -> Check:
    """Every number outside the database, no number outside it alone, no line altered."""
    found = compare()
    waiting = UnanchoredNumber.objects.filter(at__lt=clock.now() - ANCHOR_PATIENCE).count()
    said = list(found.damage)
    if found.ahead or any(
        lost_tail(office, [directory])
        for directory in found.lacking
        for office in anchored_offices(directory)
    ):
        said.append(f"the database is older than its anchors ({found.numbers_lost} numbers)")
    said += [f"{directory}: {count} numbers missing" for directory, count in found.lacking.items() if count]
    said += [f"{waiting} numbers wait to be anchored"] if waiting else []
    return Check("anchors", not said, "; ".join(said) or f"complete in {len(found.lacking)} places")


def _jobs() -> Check:
    """Jobs that nobody has taken for minutes mean that no worker runs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs AS job WHERE status = 'todo'"
            " AND coalesce(scheduled_at, (SELECT min(at) FROM procrastinate_events WHERE job_id = job.id))"
            " < now() - interval '5 minutes'"
        )
        (waiting,) = cursor.fetchone()
    return Check("jobs", waiting == 0, f"{waiting} jobs wait for a worker" if waiting else "none overdue")


def _deployment() -> Check:
    found = django_checks.run_checks(include_deployment_checks=not settings.DEMO)
    serious = [item.id for item in found if item.level >= django_checks.WARNING and not item.is_silenced()]
    return Check("settings", not serious, ", ".join(str(item) for item in serious) or "clean")


def _signers() -> Iterator[Check]:
    may_sign = Account.objects.filter(
        assignments__role__rights__contains=["sign"],
        assignments__role__active=True,
        assignments__until__isnull=True,
        is_active=True,
    ).distinct()
    for account in may_sign:
        status = signer().status(signer_key(account))
        yield Check(f"signer of {account.office_id}", status.ok, status.reason or "ready")


def _guarded(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except Exception as error:  # noqa: BLE001 (a doctor reports what fails, whatever it is)
        return Check(name, False, f"{type(error).__name__}: {error}")


def checks() -> list[Check]:
    """Every check, in the order in which things depend on each other."""
    found = [
        _guarded("database", _database),
        _guarded("schema", _migrations),
        _guarded("standards", _standards),
        _guarded("calendar", _calendar),
        _guarded("files", _files),
        _guarded("file keys", _file_keys),
        _guarded("settings", _deployment),
        _guarded("jobs", _jobs),
        _guarded("anchors", _anchors),
    ]
    return found + list(_signers()) if found[1].ok else found
