"""What a marriage, and the end of one, changes of the two people: their status, and the row that joins them.

Every event that marries or parts somebody goes through here: an akta of this office, a buku nikah or an akta
cerai of the courts of Muslims, a death. Law: UU 1/1974 art. 3 and 38-41, UU 23/2006 art. 34-43, the matrix of
events (both KAWIN TERCATAT; CERAI HIDUP TERCATAT; CERAI MATI).
"""

from collections.abc import Iterable
from datetime import date

from loket.offices.models import Office
from loket.register import couples
from loket.register.actions.changes import Changes
from loket.register.actions.held import Kind, State, outdate
from loket.register.actions.held import end as end_documents
from loket.register.models import Marriage, Resident
from loket.register.rules import civil
from loket.register.rules import couples as law


def wed(
    changes: Changes,
    office: Office,
    husband: Resident | None,
    wife: Resident | None,
    day: date,
    *,
    proof: str,
    number: str = "",
    names: tuple[str, str] = ("", ""),
) -> Marriage:
    """Join two people from a day; a marriage that was only declared gets its better proof.

    `names` are of whoever is not in the register. Whoever counts as married already keeps that day: a man
    with more wives.
    """
    row = couples.between(husband, wife)
    if row is None:
        row = Marriage(
            office=office,
            husband=husband,
            wife=wife,
            husband_name=husband.name if husband else names[0],
            wife_name=wife.name if wife else names[1],
            since=day,
            proof=proof,
            number=number,
        )
        changes.add(row)
    elif row.proof == law.DECLARED:
        changes.change(row, since=day, proof=proof, number=number)
    declared = proof == law.DECLARED
    for person in (husband, wife):
        if person is not None and person.marital_status != civil.MARRIED:
            status = law.UNRECORDED if declared else civil.MARRIED
            changes.change(person, marital_status=status, marriage_date=day)
            renew_cards(changes, person)
            # Married below 17: a KTP-el from now on (UU 24/2013 art. 63).
            end_documents(changes, [person], [str(Kind.KIA)], str(State.VOID), day, "Kawin")
    return row


def renew_cards(changes: Changes, person: Resident) -> None:
    """The status stands on the KTP-el: it is to be made anew (matrix of events)."""
    outdate(changes, [person], [str(Kind.KTP_EL)], "Status perkawinan berubah")


def end(
    changes: Changes, husband: Resident | None, wife: Resident | None, day: date, why: str, number: str = ""
) -> Marriage | None:
    """End the row of a marriage that holds; None where there is none. Statuses stay."""
    row = couples.between(husband, wife)
    if row is not None:
        changes.change(row, until=max(day, row.since), ended_why=why, ended_number=number)
    return row


def divorce(
    changes: Changes,
    husband: Resident | None,
    wife: Resident | None,
    day: date,
    *,
    number: str = "",
    recorded: bool = True,
) -> Marriage | None:
    """Part two people: both are divorced, but for a man who has another wife."""
    row = end(changes, husband, wife, day, law.BY_DIVORCE, number)
    status = law.DIVORCED if recorded else law.DIVORCED_UNRECORDED
    others = [couples.bound(one, other) if one else True for one, other in ((husband, wife), (wife, husband))]
    for person, bound in zip((husband, wife), others, strict=True):
        if person is not None and not bound and person.marital_status != law.DIVORCED:
            changes.change(person, marital_status=status, marriage_date=None)
            renew_cards(changes, person)
    return row


def annul(
    changes: Changes, husband: Resident | None, wife: Resident | None, day: date, *, number: str = ""
) -> Marriage | None:
    """The marriage of two never held (UU 1/1974 art. 28): each is what their marriages before it say."""
    row = end(changes, husband, wife, day, law.BY_ANNULMENT, number)
    for person, other in ((husband, wife), (wife, husband)):
        if person is not None and not couples.bound(person, other):
            changes.change(person, marital_status=couples.status_without(person), marriage_date=None)
            renew_cards(changes, person)
    return row


def outlive(
    changes: Changes,
    person: Resident,
    husband: Resident | None,
    wife: Resident | None,
    day: date,
    *,
    number: str,
) -> None:
    """Somebody's husband or wife, whom the register does not know, died."""
    end(changes, husband, wife, day, law.BY_DEATH, number)
    if not couples.bound(person):
        changes.change(person, marital_status=law.WIDOWED)
        renew_cards(changes, person)


def resume(changes: Changes, husband: Resident | None, wife: Resident | None) -> Marriage | None:
    """The row of a marriage whose divorce was annulled holds again; None where there is none. Statuses
    stay."""
    rows = Marriage.objects.filter(husband=husband, wife=wife, ended_why=law.BY_DIVORCE)
    row = rows.order_by("-until", "-pk").first() if husband or wife else None
    if row is not None:
        changes.change(row, until=None, ended_why="", ended_number="")
    return row


def widow(changes: Changes, dead: Resident, day: date) -> list[Resident]:
    """Whoever was married to somebody who died is widowed, wherever they live; who they are.

    Not a man who has another wife. Rows of marriages end with the day of the death.
    """
    left = [one for one in couples.spouses(dead) if one.status != Resident.Status.DEAD]
    widowed = [one for one in left if one.marital_status in law.WEDDED and not couples.bound(one, dead)]
    for row in couples.standing(dead):
        changes.change(row, until=max(day, row.since), ended_why=law.BY_DEATH)
    for one in widowed:
        changes.change(one, marital_status=law.WIDOWED)
        renew_cards(changes, one)
    return widowed


def take_over(changes: Changes, merged: Resident, survivor: Resident, day: date) -> None:
    """The marriages of a NIK that is closed become those of the one that stays.

    One that both have is one marriage: the other row ends. Raises RuleBroken for a woman with two husbands.
    """
    side = "husband" if merged.sex == "L" else "wife"
    for row in couples.marriages(merged):
        partner = couples.partner_in(row, merged)
        same = couples.between(*pair(survivor, partner)) if row.until is None else None
        if same is not None:
            ended = {"until": max(day, row.since), "ended_why": law.BY_ANNULMENT}
            changes.change(row, **ended, ended_number="NIK digabung")
        elif row.until is None and merged.sex == "P":
            law.one_husband(couples.bound(survivor, partner), "place")
        if same is None:
            changes.change(row, **{side: survivor, f"{side}_name": survivor.name})


def partners_of(niks: Iterable[str]) -> list[str]:
    """NIKs of those whom the end of somebody's marriage touches besides them, to be locked with them."""
    people = Resident.objects.filter(nik__in=[nik for nik in niks if nik])
    return [one.nik for person in people for one in couples.spouses(person)]


def pair(person: Resident, partner: Resident | None) -> tuple[Resident | None, Resident | None]:
    """The two as husband and wife."""
    return (person, partner) if person.sex == "L" else (partner, person)
