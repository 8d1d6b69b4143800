"""What the database itself saw: every row of the register that was added, changed or removed.

Triggers of the test's own write it down in the transaction of the change: a refusal that is rolled back
leaves nothing, and nothing that an event does can be missed. So a check after an event looks at the rows it
touched, however many families there are.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

Key = tuple[str, int]
# The event itself, its counters and the history kept of every version: undoing leaves them.
STAY = {
    "register_registerevent",
    "register_familychange",
    "register_serial",
    "register_version",
    "register_numbergap",
    # Numbers keep their lines in the books.
    "register_registerbook",
    "register_bookline",
    "register_booknote",
    "register_bookrequest",
    "register_bookclose",
}
_TABLES = """
SELECT table_name FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name LIKE 'register\\_%' AND column_name = 'id' ORDER BY 1
"""
_SEE = """
CREATE TABLE lives_seen (seq bigserial PRIMARY KEY, tab text, id bigint, old jsonb, new jsonb);
CREATE FUNCTION lives_see() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- When a row began to be true and known is history, which an undoing goes on writing.
    history text[] := '{valid_from,recorded_from}';
    whole boolean := TG_ARGV[0] = 'all';
BEGIN
    INSERT INTO lives_seen (tab, id, old, new) VALUES (TG_TABLE_NAME, coalesce(NEW.id, OLD.id),
        CASE WHEN whole AND TG_OP <> 'INSERT' THEN to_jsonb(OLD) - history END,
        CASE WHEN whole AND TG_OP <> 'DELETE' THEN to_jsonb(NEW) - history END);
    RETURN NULL;
END
$$;
"""


@dataclass(frozen=True)
class Seen:
    """A row before and after: None where it was not there. Of what stays after undoing, neither is kept."""

    key: Key
    old: dict[str, Any] | None
    new: dict[str, Any] | None


class Watch:
    """The triggers, and how far they were read."""

    def __init__(self) -> None:
        """Watches every table of the register that exists."""
        self.last = 0
        with connection.cursor() as cursor:
            cursor.execute(_TABLES)
            tables = [table for (table,) in cursor.fetchall()]
            cursor.execute(_SEE)
            for table in tables:
                how = "bare" if table in STAY else "all"
                cursor.execute(
                    f"CREATE TRIGGER lives_sees AFTER INSERT OR UPDATE OR DELETE ON {table}"
                    f" FOR EACH ROW EXECUTE FUNCTION lives_see('{how}')"
                )

    def read(self) -> list[Seen]:
        """Everything since it was read last."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq, tab, id, old::text, new::text FROM lives_seen WHERE seq > %s ORDER BY seq",
                [self.last],
            )
            rows = cursor.fetchall()
        if rows:
            self.last = rows[-1][0]
        return [
            Seen((tab, pk), old and json.loads(old), new and json.loads(new)) for _, tab, pk, old, new in rows
        ]

    def forget(self) -> None:
        """Throw away what was read."""
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE lives_seen")


Net = dict[Key, tuple[dict[str, Any] | None, dict[str, Any] | None]]


def net(seen: list[Seen]) -> Net:
    """Each row as it was before the first change and is after the last; without those now the same.

    Rows that stay after undoing are left out.
    """
    found: Net = {}
    for one in seen:
        if one.key[0] not in STAY:
            before = found[one.key][0] if one.key in found else one.old
            found[one.key] = (before, one.new)
    return {key: (old, new) for key, (old, new) in found.items() if old != new}
