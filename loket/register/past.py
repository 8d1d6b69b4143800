"""What was true on a day, as the register knew it at a moment: residents, families and who belonged to them.

UU 23/2006 art. 1 (11) calls every change an event that is recorded; nothing recorded is ever overwritten. The
database keeps what a change replaces (model `Version`); here it is read. Who looks is recorded by the caller.
"""

from dataclasses import dataclass
from datetime import date, datetime
from json import loads
from typing import Any

from django.db import connection

from loket.register.rules.past import State

# The view `register_state` holds every rectangle of a row, live or past (migration versions). The ids of
# memberships are an array: joined as rows, they let the planner read ten million memberships.
_ON = """
SELECT data FROM register_state
 WHERE kind = %(kind)s AND row_id = %(row)s
   AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
   AND recorded_from <= %(known)s AND (recorded_to IS NULL OR recorded_to > %(known)s)
"""
# All memberships that the family was ever known to have, as they stood on that day; who of them belonged to
# it then, the days in the row say.
_MEMBERS = """
WITH members AS (
  SELECT data, (data ->> 'resident_id')::bigint AS resident FROM register_state
   WHERE kind = 'membership'
     AND row_id = ANY (ARRAY(SELECT id FROM register_membership WHERE family_id = %(row)s
                              UNION
                             SELECT row_id FROM register_version
                              WHERE kind = 'membership' AND (data ->> 'family_id')::bigint = %(row)s))
     AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
     AND recorded_from <= %(known)s AND (recorded_to IS NULL OR recorded_to > %(known)s)
     AND (data ->> 'family_id')::bigint = %(row)s AND (data ->> 'since')::date <= %(day)s
     AND (data ->> 'until' IS NULL OR (data ->> 'until')::date > %(day)s))
SELECT m.resident, m.data, p.data FROM members m
  LEFT JOIN register_state p ON p.kind = 'resident' AND p.row_id = m.resident
       AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
       AND p.recorded_from <= %(known)s AND (p.recorded_to IS NULL OR p.recorded_to > %(known)s)
 ORDER BY (m.data ->> 'position')::int, m.resident
"""
_FAMILY = """
SELECT (data ->> 'family_id')::bigint FROM register_state
 WHERE kind = 'membership'
   AND row_id = ANY (ARRAY(SELECT id FROM register_membership WHERE resident_id = %(row)s
                            UNION
                           SELECT row_id FROM register_version
                            WHERE kind = 'membership' AND (data ->> 'resident_id')::bigint = %(row)s))
   AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
   AND recorded_from <= %(known)s AND (recorded_to IS NULL OR recorded_to > %(known)s)
   AND (data ->> 'resident_id')::bigint = %(row)s AND (data ->> 'since')::date <= %(day)s
   AND (data ->> 'until' IS NULL OR (data ->> 'until')::date > %(day)s)
"""
_HISTORY = """
SELECT data, valid_from, valid_to, recorded_from, recorded_to FROM register_state
 WHERE kind = 'resident' AND row_id = %s ORDER BY valid_from, recorded_from
"""


@dataclass(frozen=True)
class PastMember:
    """Who belonged to a family on a day: their relation, and what was true of them (None: not known)."""

    resident_id: int
    relation: str
    person: dict[str, Any] | None


@dataclass(frozen=True)
class PastFamily:
    """A family on a day as known at a moment: number and address, and its members in the card's order."""

    data: dict[str, Any]
    members: tuple[PastMember, ...]


def _on(kind: str, row: int, day: date, known: datetime) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(_ON, {"kind": kind, "row": row, "day": day, "known": known})
        found = cursor.fetchone()
    return loads(found[0]) if found else None


def resident_on(resident_id: int, day: date, known: datetime) -> dict[str, Any] | None:
    """A resident's columns as they were true on `day`, as known at `known`; None where nothing was known.

    One query.
    """
    return _on("resident", resident_id, day, known)


def family_on(family_id: int, day: date, known: datetime) -> PastFamily | None:
    """A family and its members on `day`, as known at `known`; None where nothing was known. Two queries."""
    data = _on("family", family_id, day, known)
    if data is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, {"row": family_id, "day": day, "known": known})
        rows = cursor.fetchall()
    members = tuple(
        PastMember(resident, loads(row)["relation"], loads(person) if person else None)
        for resident, row, person in rows
    )
    return PastFamily(data, members)


def family_of_resident_on(resident_id: int, day: date, known: datetime) -> PastFamily | None:
    """The family a resident belonged to on `day`, as known at `known`, or None. Three queries."""
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, {"row": resident_id, "day": day, "known": known})
        found = cursor.fetchone()
    return family_on(found[0], day, known) if found else None


def resident_history(resident_id: int) -> list[State]:
    """All that was ever known of a resident, by day and then by when it was learned. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, [resident_id])
        return [State(loads(data), *when) for data, *when in cursor.fetchall()]
