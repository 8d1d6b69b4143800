"""Who stays behind on a card when somebody dies: the others, a new head, or children whom a guardian takes
in.

Law: Perpres 96/2018 and F-1.02 (a new head is a new nomor KK). That children alone go to the card of their
guardian, or may have one under the eldest of them, is [G]: an office says which in `office.yaml`
(`children_may_head`).
"""

from datetime import date
from typing import Any

from loket.offices.queries import definition
from loket.register import queries, rules
from loket.register.actions.births import UnknownPerson
from loket.register.actions.changes import Changes
from loket.register.actions.household import OTHER_KIN, NotInFamily, Numbers, add_member, leave
from loket.register.models import Family, Membership, Resident
from loket.register.rules import HEAD, HEAD_AGE, RuleBroken

GUARDIAN, SUCCESSOR = "kematian_wali_nik", "kematian_kepala_baru_nik"


class NoGuardian(RuleBroken):
    """Yang tinggal dalam Kartu Keluarga ini hanya anak-anak. Tuliskan NIK wali yang Kartu Keluarganya
    menerima mereka."""


def leave_by_death(
    changes: Changes, numbers: Numbers, dead: Resident, day: date, successor_nik: str, guardian_nik: str
) -> tuple[Family | None, dict[str, Any]]:
    """Take somebody who died off their card; the family of those who stay, and what is to be told of it.

    Raises NoGuardian, NoSuccessor, WrongSuccessor, RuleBroken.
    """
    family = queries.current_family(dead)
    rows = queries.members(family) if family else []
    children = [row for row in rows if row.resident_id != dead.pk]
    was_head = any(row.resident_id == dead.pk and row.relation == HEAD for row in rows)
    if was_head and children and all(_too_young(row, day) for row in children):
        if guardian_nik:
            return _to_guardian(changes, numbers, dead, children, day, guardian_nik)
        if not definition(numbers.office).children_may_head:
            raise NoGuardian(field=GUARDIAN)
        remaining = leave(changes, numbers, [dead], day, successor_nik, SUCCESSOR)
        return next(iter(remaining.values())), {"head_under_age": True}
    remaining = leave(changes, numbers, [dead], day, successor_nik, SUCCESSOR)
    left = next(iter(remaining.values()), None)
    return (left if left is not None and queries.members(left) else None), {}


def _too_young(row: Membership, day: date) -> bool:
    """Whether somebody may not head a card: under 17 and never married."""
    person = row.resident
    never_married = person.marital_status == "BELUM KAWIN"
    return rules.age_on(person.birth_date, day) < HEAD_AGE and never_married


def _to_guardian(
    changes: Changes,
    numbers: Numbers,
    dead: Resident,
    children: list[Membership],
    day: date,
    guardian_nik: str,
) -> tuple[Family, dict[str, Any]]:
    """The children go to the card of their guardian as kin; the card of the dead is empty."""
    facts = queries.facts_of(guardian_nik)
    if facts is None:
        raise UnknownPerson(field=GUARDIAN)
    rules.lives_at_office(facts, numbers.office.code, GUARDIAN)
    rules.still_alive(facts, GUARDIAN)
    rules.head_of_age(facts, day, GUARDIAN)
    guardian = Resident.objects.get(nik=guardian_nik)
    family = queries.current_family(guardian)
    if family is None:
        raise NotInFamily(field=GUARDIAN)
    people = [row.resident for row in children]
    leave(changes, numbers, [dead, *people], day, "", SUCCESSOR)
    for child in people:
        add_member(changes, family, child, OTHER_KIN, day)
    changes.change(family, issued_on=day)
    return family, {"guardian": {"name": guardian.name, "nik": guardian.nik}}
