"""What must be true of a register: of the rows that a deed touched, and in SQL of everything."""

from typing import Any

from django.db import connection

from loket.register.rules import HEAD, HUSBAND, WIFE
from tests.lives.hamlet import ALIVE, DEAD, Hamlet
from tests.lives.watching import Net

LETTER = "register_moveletter"
RESIDENT, FAMILY, MEMBERSHIP = "register_resident", "register_family", "register_membership"
STATUSES = {
    "BELUM KAWIN", "KAWIN TERCATAT", "KAWIN BELUM TERCATAT", "CERAI HIDUP TERCATAT",
    "CERAI HIDUP BELUM TERCATAT", "CERAI MATI",
}  # fmt: skip


def living(net: Net, office: str) -> int:
    """By how many the living residents of an office changed."""

    def counts(row: dict[str, Any] | None) -> bool:
        return row is not None and row["status"] == ALIVE and row["office_id"] == office

    changes = (both for (table, _), both in net.items() if table == RESIDENT)
    return sum(counts(new) - counts(old) for old, new in changes)


def strangers(hamlet: Hamlet, net: Net) -> list[str]:
    """Rows of another hamlet that a deed of this one touched."""
    return [
        f"{table} {pk} belongs to others"
        for (table, pk), (old, _) in net.items()
        if old is not None and (table, pk) not in hamlet.rows
    ]


def wrong_after(hamlet: Hamlet, net: Net) -> list[str]:
    """What is wrong with the people and families that were touched. The picture is up to date."""
    wrong, families, people = [], set(), set()
    for (table, pk), (old, new) in net.items():
        if table == RESIDENT:
            people.add(pk)
        elif table == FAMILY:
            families.add(pk)
        elif table == MEMBERSHIP:
            families |= {row["family_id"] for row in (old, new) if row}
            people |= {row["resident_id"] for row in (old, new) if row}
            if new and new["until"] and new["until"] < new["since"]:
                wrong.append(f"membership {pk} ends before it begins")
            if new and max(new["since"], new["until"] or "") > hamlet.today.isoformat():
                wrong.append(f"membership {pk} is of days to come")
    families |= {hamlet.places[pk].family for pk in people if pk in hamlet.places}
    for family in sorted(families):
        wrong += _wrong_family(hamlet, family)
    for person in sorted(people):
        wrong += _wrong_person(hamlet, person)
    return wrong


def _wrong_family(hamlet: Hamlet, family: int) -> list[str]:
    card = hamlet.card(family)
    wrong = []
    if card and [place.relation for place, _ in card].count(HEAD) != 1:
        wrong.append(f"family {family} has not one head: {[(p.relation, one.name) for p, one in card]}")
    sexes = {HUSBAND: "L", WIFE: "P"}
    for place, person in card:
        if person.sex != sexes.get(place.relation, person.sex):
            wrong.append(f"{person} is {place.relation} of family {family}")
        if person.status != ALIVE or person.office != hamlet.rows[(FAMILY, family)]["office_id"]:
            wrong.append(f"{person} is {person.status} at {person.office} and yet in family {family}")
    return wrong


def _wrong_person(hamlet: Hamlet, pk: int) -> list[str]:
    person = hamlet.people.get(pk)
    if person is None:
        return [f"person {pk} is gone and yet in a family"] if pk in hamlet.places else []
    wrong = []
    expected = hamlet.notes.statuses(pk)
    if person.marital not in expected:
        wrong.append(f"{person} is {person.marital}, not {' or '.join(sorted(expected))}")
    if (person.status == DEAD) != (person.died is not None):
        wrong.append(f"{person} is {person.status} and died on {person.died}")
    open_rows = [
        pk for (table, pk), row in hamlet.rows.items()
        if table == MEMBERSHIP and row["resident_id"] == person.pk and row["until"] is None
    ]  # fmt: skip
    if len(open_rows) > 1:
        wrong.append(f"{person} is in {len(open_rows)} families")
    return wrong


def whole(hamlet: Hamlet) -> set[tuple[Any, ...]]:
    """Every row of a hamlet by what people call it (NIK, nomor KK), not by its key."""
    niks = {pk: row["nik"] for (table, pk), row in hamlet.rows.items() if table == RESIDENT}
    numbers = {pk: row["number"] for (table, pk), row in hamlet.rows.items() if table == FAMILY}
    letters = {pk: row["number"] for (table, pk), row in hamlet.rows.items() if table == LETTER}
    called = {"resident_id": niks, "family_id": numbers, "letter_id": letters}
    called |= {"husband_id": niks, "wife_id": niks}
    found = set()
    for (table, _), row in hamlet.rows.items():
        values = ((name, called[name].get(value) if name in called else value) for name, value in row.items())
        found.add((table, *(f"{name}={value}" for name, value in values if name != "id")))
    return found


# Over everything. Each query gives what is wrong; none may give a row.
EVERYWHERE = {
    "a family with members and not exactly one head": """
        SELECT family_id FROM register_membership WHERE until IS NULL
         GROUP BY 1 HAVING count(*) FILTER (WHERE relation = 'KEPALA KELUARGA') <> 1""",
    "somebody in two families": """
        SELECT resident_id FROM register_membership WHERE until IS NULL GROUP BY 1 HAVING count(*) > 1""",
    "a NIK twice": "SELECT nik FROM register_resident GROUP BY 1 HAVING count(*) > 1",
    "a nomor KK twice": "SELECT number FROM register_family GROUP BY 1 HAVING count(*) > 1",
    "somebody dead or gone in a family": """
        SELECT p.id FROM register_resident p JOIN register_membership m ON m.resident_id = p.id
         WHERE m.until IS NULL AND p.status <> 'HIDUP'""",
    "somebody of another office in a family": """
        SELECT p.id FROM register_resident p JOIN register_membership m ON m.resident_id = p.id
          JOIN register_family f ON f.id = m.family_id
         WHERE m.until IS NULL AND p.office_id <> f.office_id""",
    "a place that ends before it begins": "SELECT id FROM register_membership WHERE until < since",
    "an unknown marital status": f"""
        SELECT id FROM register_resident
         WHERE marital_status NOT IN ({", ".join(f"'{status}'" for status in sorted(STATUSES))})""",
    "a wife who is a man, a husband who is a woman": """
        SELECT m.id FROM register_membership m JOIN register_resident p ON p.id = m.resident_id
         WHERE m.until IS NULL
           AND (m.relation = 'ISTRI' AND p.sex <> 'P' OR m.relation = 'SUAMI' AND p.sex <> 'L')""",
    "somebody never married with a wedding day": """
        SELECT id FROM register_resident
         WHERE marital_status = 'BELUM KAWIN' AND marriage_date IS NOT NULL""",
    "born in the future, or dead before": """
        SELECT id FROM register_resident WHERE death_date < birth_date OR birth_date > %(today)s""",
    "a book with a gap": """
        SELECT office_id, book, year FROM register_civilrecord GROUP BY 1, 2, 3
        HAVING min(entry) <> 1 OR max(entry) <> count(*)""",
    "a book of any kind with a gap": """
        SELECT office_id, book, year FROM register_bookline GROUP BY 1, 2, 3
        HAVING min(entry) <> 1 OR max(entry) <> count(*)""",
    "an akta that is not in its place in the book": """
        SELECT r.id FROM register_civilrecord r LEFT JOIN register_bookline l
            ON (l.office_id, l.book, l.year, l.entry, l.number)
             = (r.office_id, r.book, r.year, r.entry, r.number)
         WHERE l.id IS NULL""",
    "a letter without its line in a book": """
        SELECT e.id FROM register_registerevent e
         WHERE e.number <> '' AND NOT EXISTS (
            SELECT FROM register_bookline l WHERE (l.office_id, l.number) = (e.office_id, e.number))""",
    "a book whose counter is not its last entry": """
        SELECT r.book, r.year FROM register_civilrecord r GROUP BY r.office_id, r.book, r.year
        HAVING max(r.entry) IS DISTINCT FROM (SELECT s.last FROM register_serial s
            WHERE s.office_id = r.office_id AND s.key = 'book:' || r.book || ':' || r.year)""",
    "numbers of akta of one day with a gap": """
        SELECT book, recorded_on FROM register_civilrecord GROUP BY office_id, book, recorded_on
        HAVING max(right(number, 4)::int) <> count(*)""",
    "letters of one day with a gap": """
        SELECT split_part(number, '/', 1), split_part(number, '/', 3) FROM register_registerevent
         WHERE number LIKE '%%/%%/%%/%%' GROUP BY office_id, 1, 2
        HAVING max(split_part(number, '/', 4)::int) <> count(*)""",
    "a letter used by two": """
        SELECT facts ->> 'uses' FROM register_registerevent WHERE reverted_at IS NULL AND facts ? 'uses'
         GROUP BY 1 HAVING count(*) > 1""",
}


def wrong_everywhere(today: Any) -> list[str]:
    """Every query above."""
    wrong = []
    with connection.cursor() as cursor:
        for sentence, query in EVERYWHERE.items():
            cursor.execute(query, {"today": today})
            rows = cursor.fetchall()
            if rows:
                wrong.append(f"{sentence}: {len(rows)}, such as {rows[:3]}")
    return wrong


def population(office: str) -> int:
    """The living residents of an office, counted by the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM register_resident WHERE status = 'HIDUP' AND office_id = %s", [office]
        )
        (found,) = cursor.fetchone()
    return int(found)
