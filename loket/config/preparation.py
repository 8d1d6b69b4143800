"""Bringing a data directory to the state in which Loket can serve: schema, standards, areas, demo data."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command

from loket.cases.actions import recompute_deadlines
from loket.catalogue.actions import Published, publish
from loket.catalogue.loader import load, read_areas
from loket.config import unchanged
from loket.config.backup.restoring import require_complete
from loket.config.demo.population import load_population
from loket.config.demo.staff import load_staff
from loket.config.health import pending_migrations
from loket.core import clock, filekeys, filestore
from loket.core.errors import LoketError
from loket.offices.actions import seed_holidays, sync_areas
from loket.offices.models import Account, Area, Office
from loket.offices.queries import all_offices
from loket.register.actions.reconciling import require_current

Say = Callable[[str], None]
# The holiday tables of the library are government decisions up to the next year, estimates beyond.
YEARS_BACK, YEARS_AHEAD = 2, 1


@contextmanager
def _timed(say: Say, what: str) -> Iterator[None]:
    say(f"{what}...")
    begun = time.monotonic()
    yield
    say(f"{what}: done in {time.monotonic() - begun:.1f} s")


class DemoDatabase(LoketError):
    """Basis data ini berisi akun percobaan. Pakai basis data baru untuk kantor yang sebenarnya."""


def prepare(say: Say) -> None:
    """Do what is not done yet; the second time this takes a moment.

    A production publishes by itself only where nothing is published yet. What an upgrade brings is published
    by `loket standards publish`, so that the release before it still understands all. Raises DemoDatabase,
    MissingFileKey, BrokenFileKeys, and what would issue numbers again: RestoreIncomplete, DatabaseTooOld,
    AnchorsMissing.
    """
    require_complete(settings.DATA_DIR)
    require_file_keys(make=settings.DEMO)
    prepare_schema(say)
    if settings.DEMO:
        publish_what_changed(say)
        load_staff(say)
        load_population(say)
    elif not Office.objects.exists():
        publish_standards(say)


def prepare_schema(say: Say) -> None:
    """The schema, the areas and the national holidays. Raises DemoDatabase for a demo's in production."""
    if pending_migrations():
        with _timed(say, "Preparing the database schema"):
            call_command("migrate", verbosity=0, stdout=io.StringIO())
    require_current()
    if not settings.DEMO and Account.objects.filter(is_demo=True).exists():
        raise DemoDatabase()
    if not Area.objects.exists():
        with _timed(say, "Loading the areas of Indonesia"):
            sync_areas(rows=read_areas(settings.STANDARDS_DIR))
    this_year = clock.now().year
    # Days already recorded stay; what the government decided since the last start is added.
    if seed_holidays(years=range(this_year - YEARS_BACK, this_year + YEARS_AHEAD + 1), by="system"):
        for office in all_offices():
            recompute_deadlines(office=office, by="system")


def publish_standards(say: Say, by: str = "system") -> Published:
    """Publish what changed in the chosen offices, and move the deadlines that depend on it.

    Areas that the standards have and the database has not (the villages of a new office) come first.
    """
    known = set(Area.objects.values_list("code", flat=True))
    sync_areas(rows=[row for row in read_areas(settings.STANDARDS_DIR) if row.code not in known])
    done = publish(loaded=load(settings.STANDARDS_DIR, settings.OFFICES), by=by, at=clock.now())
    for office in done.offices:
        recompute_deadlines(office=office, by=by)
    for revision in done.revisions:
        say(f"Published {revision.name} ({revision})")
    return done


def publish_what_changed(say: Say) -> Published | None:
    """As `publish_standards`, and None at once where nothing could have changed since the last time."""
    if unchanged.is_published():
        return None
    done = publish_standards(say)
    unchanged.note_published()
    return done


def require_file_keys(*, make: bool) -> None:
    """Nothing starts that could not store or read a file. With `make` a new installation gets its key.

    Raises MissingFileKey, BrokenFileKeys.
    """
    if make:
        filestore.ensure_key(settings.FILES_DIR)
    filekeys.load(settings.FILE_KEYS_DIR)


def summary(base: str) -> list[str]:
    """The lines printed once everything runs."""
    lines = ["", f"Loket is running: {base}/", f"  staff:   {base}/petugas/"]
    if settings.DEMO:
        lines += [
            f"  accounts: {base}/demo/   (password of all: {settings.DEMO_PASSWORD})",
            f"  mailbox:  {base}/demo/kotak-surat/",
            f"  passphrase of the signers: {settings.DEMO_PASSPHRASE}",
            "",
        ]
        accounts = Account.objects.filter(is_demo=True).select_related("office").order_by("email")
        lines += [f"  {account.email:<46} {account.name}" for account in accounts]
    return lines
