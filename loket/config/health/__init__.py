"""What `loket doctor` looks at, in the order in which things depend on each other."""

from django.conf import settings

from loket.config.health import contents, machine, safety
from loket.config.health.check import Check, guarded
from loket.config.health.contents import pending_migrations

__all__ = ["Check", "checks", "pending_migrations"]

DATABASE = "Is PostgreSQL running, and DATABASE_URL right? journalctl -u loket"
LOOK = "See the message; journalctl -u loket"
ALWAYS = [
    ("database", contents.database, DATABASE),
    ("schema", contents.schema, DATABASE),
    ("clock", contents.system_clock, DATABASE),
    ("standards", contents.standards, "loket migrate, then loket standards publish"),
    ("calendar", contents.calendar, "loket migrate"),
    ("files", machine.files, LOOK),
    ("file keys", safety.file_keys, "loket files check"),
    ("anchors", safety.anchors, "docs/backup.md"),
    ("disk", machine.disk, LOOK),
    ("time zones", machine.zones, LOOK),
    ("settings", machine.deployment, LOOK),
    ("jobs", contents.jobs, "loket migrate"),
]
# A demo has its own mailbox, no proxy, and nothing to lose.
PRODUCTION = [
    ("worker", contents.worker, "loket migrate"),
    ("web", machine.web, LOOK),
    ("address", machine.address, LOOK),
    ("mail", machine.mail, LOOK),
    ("backup", machine.backup, LOOK),
    ("signatures", contents.law, LOOK),
]


def checks() -> list[Check]:
    """Every check. What needs tables is left out where the schema is not up to date."""
    looks = ALWAYS if settings.DEMO else ALWAYS + PRODUCTION
    found = [guarded(name, look, todo) for name, look, todo in looks]
    if not found[1].ok:
        return found
    if not settings.DEMO:
        found += contents.administrators()
    return found + list(contents.signers()) + list(contents.siak_certificates())
