"""What `loket doctor` looks at so that nothing is lost: keys of stored files, and issued numbers."""

from datetime import timedelta

from django.conf import settings

from loket.audit.models import UnanchoredNumber
from loket.audit.queries import anchored_offices, lost_tail
from loket.config.health.check import Check, failed, well
from loket.core import clock, filekeys, filestore
from loket.register.actions.reconciling import compare

# Between the commit of a number and its anchor are milliseconds, after a crash seconds.
ANCHOR_PATIENCE = timedelta(minutes=1)


def file_keys() -> Check:
    """The ring is there, and opens what lies on the disk."""
    filekeys.load(settings.FILE_KEYS_DIR)
    _, whole = next(filestore.scrub(settings.FILES_DIR), (None, True))
    if not whole:
        return failed("file keys", "a stored file cannot be opened", "loket files check says which")
    if plain := filestore.plain_files(settings.FILES_DIR):
        return failed("file keys", f"{plain} files of an older version in plain", "loket files encrypt")
    return well("file keys", "in place")


def anchors() -> Check:
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
    if said:
        return failed("anchors", "; ".join(said), "docs/backup.md, What loket doctor says of anchors")
    return well("anchors", f"complete in {len(found.lacking)} places")
