"""Who is married to whom, who was, and who is kin: reading only.

A marriage that Loket recorded has a row of its own. Who came in by an import is known by the family card
alone: its head and the husband or wife beside them, as long as both count as married.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from loket.register import queries
from loket.register.models import CivilRecord, Marriage, Resident
from loket.register.rules import CHILD, HEAD, HUSBAND, WIFE, civil
from loket.register.rules.couples import BY_ANNULMENT, WEDDED, WIDOWED, Lineage

COUPLE = (HEAD, HUSBAND, WIFE)
# How far up kin are looked for: to the grandparents' parents (UU 1/1974 art. 8 goes to the grandparents'
# siblings).
_GENERATIONS = 3


def marriages(person: Resident) -> list[Marriage]:
    """Every marriage of somebody that the register has a row of, the newest first. One query."""
    rows = Marriage.objects.filter(Q(husband=person) | Q(wife=person)).select_related("husband", "wife")
    return list(rows.order_by("-since", "-pk"))


def partner_in(marriage: Marriage, person: Resident) -> Resident | None:
    """The other one, None for somebody whom the register does not know."""
    return marriage.wife if marriage.husband_id == person.pk else marriage.husband


@dataclass(frozen=True)
class Wedlock:
    """A marriage of somebody as their page shows it: the row, and who the other one is."""

    row: Marriage
    partner: Resident | None
    name: str


def wedlocks(person: Resident) -> list[Wedlock]:
    """The marriages of somebody with their partners, the newest first. One query."""
    found = []
    for row in marriages(person):
        partner, wife = partner_in(row, person), row.husband_id == person.pk
        found.append(
            Wedlock(row, partner, partner.name if partner else row.wife_name if wife else row.husband_name)
        )
    return found


def standing(person: Resident) -> list[Marriage]:
    """The marriages of somebody that hold now."""
    return [row for row in marriages(person) if row.until is None]


def between(husband: Resident | None, wife: Resident | None) -> Marriage | None:
    """The marriage of these two that holds now, where it has a row."""
    if husband is None and wife is None:
        return None
    return Marriage.objects.filter(husband=husband, wife=wife, until__isnull=True).first()


def spouses(person: Resident) -> list[Resident]:
    """To whom somebody is married now, of those whom the register knows: by their marriages, and by the card.

    A woman with a marriage of her own is the wife of nobody else whom a card shows beside her.
    """
    found = [one for row in standing(person) if (one := partner_in(row, person)) is not None]
    if found and person.sex == "P":
        return found
    for one in _beside(person):
        if one not in found and not (one.sex == "P" and standing(one)):
            found.append(one)
    return found


def _beside(person: Resident) -> list[Resident]:
    """The couple that the present card of somebody shows, without them."""
    family = queries.current_family(person) if person.marital_status in WEDDED else None
    pair = [row.resident for row in queries.members(family) if row.relation in COUPLE] if family else []
    if person not in pair:
        return []
    return [one for one in pair if one.sex != person.sex and one.marital_status in WEDDED]


def bound(person: Resident, but: Resident | None = None) -> bool:
    """Whether somebody is married now to anybody else than `but`, also to one whom the register does not
    know."""
    linked = (partner_in(row, person) for row in standing(person))
    return any(one is None or one != but for one in linked) or any(one != but for one in spouses(person))


def last_end(person: Resident) -> date | None:
    """When the last marriage of somebody that death or divorce ended was over; None where no row says so."""
    ends = [row.until for row in marriages(person) if row.until and row.ended_why != BY_ANNULMENT]
    return max(ends, default=None)


def status_without(person: Resident) -> str:
    """What somebody's status is by the marriages that they had, but for those that never held: the last
    tells."""
    ended = (Marriage.Ended.DEATH, Marriage.Ended.DIVORCE)
    rows = [row for row in marriages(person) if row.ended_why in ended and row.until]
    if not rows:
        return civil.UNMARRIED
    last = max(rows, key=lambda row: row.until or date.min)
    return WIDOWED if last.ended_why == Marriage.Ended.DEATH else civil.DIVORCED


def end_is_recorded(person: Resident) -> bool:
    """Whether the register itself proves how the last marriage of somebody ended: a row, or an akta in the
    books."""
    if last_end(person) is not None:
        return True
    entries = CivilRecord.objects.filter(book=civil.BOOKS["divorce"])
    named = Q(facts__husband__nik=person.nik) | Q(facts__wife__nik=person.nik)
    return entries.filter(Q(resident=person) | named, office=person.office_id).exists()


def akta_of(husband: Resident, wife: Resident, but_case: str) -> bool:
    """Whether the books have an akta perkawinan of these two that still holds, besides that of a case."""
    entries = CivilRecord.objects.filter(book=civil.BOOKS["marriage"], resident__in=[husband, wife])
    found = entries.exclude(case_ref=but_case).values_list("facts", flat=True)
    pair = (husband.nik, wife.nik)
    return any(
        (facts["husband"].get("nik"), facts["wife"].get("nik")) == pair and not facts.get("ended")
        for facts in found
    )


def lineage(person: Resident) -> Lineage:
    """Whom somebody descends from, as far as NIKs of parents are known. At most three queries."""
    generations: list[frozenset[str]] = []
    above = _niks([(person.father_nik, person.mother_nik)])
    while above and len(generations) < _GENERATIONS:
        generations.append(above)
        people = Resident.objects.filter(nik__in=above)
        above = _niks(people.values_list("father_nik", "mother_nik"))
    return Lineage(person.nik, tuple(generations))


def _niks(pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    return frozenset(nik for pair in pairs for nik in pair if nik)


def kin_by_card(one: Resident, other: Resident) -> bool:
    """Whether the card that both are on shows them as parent and child or as children of the same mother.

    For those who came in without the NIK of their parents: then the names on the card speak.
    """
    family = queries.current_family(one)
    if family is None or queries.current_family(other) != family:
        return False
    relations = {row.resident_id: row.relation for row in queries.members(family)}
    if relations[one.pk] == relations[other.pk] == CHILD:
        return bool(one.mother_name) and one.mother_name == other.mother_name
    child, parent = (one, other) if relations[one.pk] == CHILD else (other, one)
    if relations[child.pk] != CHILD or relations[parent.pk] not in COUPLE:
        return False
    return parent.name in (child.father_name, child.mother_name)


def in_laws(one: Resident, other: Resident) -> bool:
    """Whether a marriage, also one that is over, made these two parent and child by marriage."""
    return _parent_by_marriage(one, other) or _parent_by_marriage(other, one)


def _parent_by_marriage(person: Resident, other: Resident) -> bool:
    """Whether `other` is mother- or father-in-law of `person`, or their stepchild."""
    for row in marriages(person):
        partner = partner_in(row, person)
        if partner is None or partner == other:
            continue
        if other.nik in (partner.father_nik, partner.mother_nik):
            return True
        if partner.nik in (other.father_nik, other.mother_nik):
            return True
    return False
