"""What every event about families does: who is named, who leaves, who follows as head, where they go.

Law: UU 23/2006 art. 61-62, Perpres 96/2018. A new head means a card with a new nomor KK (F-1.02, box
I.A.2); members who come or go leave the number as it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from loket.core.actors import Actor
from loket.core.identity import Sex, family_card_prefix, nik_prefix
from loket.offices.models import Area, Office
from loket.offices.queries import area_chain, definition
from loket.register import queries, rules
from loket.register.actions.births import UnknownPerson
from loket.register.actions.changes import Changes, Outcome, record_event, today_at
from loket.register.actions.families import FamilyMember
from loket.register.actions.numbers import next_family_card_number, next_nik
from loket.register.models import Family, Membership, RegisterEvent, Resident
from loket.register.rules import CHILD, HEAD, HUSBAND, WIFE, RuleBroken
from loket.register.rules.numbering import outside

OTHER_KIN, PARENT = "FAMILI LAIN", "ORANG TUA"
# What the former head is to a new one, by what that one was to him.
_FORMER_HEAD = {
    WIFE: HUSBAND,
    HUSBAND: WIFE,
    CHILD: PARENT,
    PARENT: CHILD,
    "MENANTU": "MERTUA",
    "MERTUA": "MENANTU",
}
# The digits of a number that say where it was first issued.
_REGION_DIGITS = 6


class NotInFamily(RuleBroken):
    """Orang ini belum tercatat dalam Kartu Keluarga mana pun di kantor ini."""


class NotOfThisFamily(RuleBroken):
    """Orang ini bukan anggota Kartu Keluarga pemohon. Periksa kembali NIK-nya."""


class NoSuccessor(RuleBroken):
    """Kepala keluarga keluar sedangkan masih ada anggota yang tinggal. Tuliskan NIK kepala keluarga
    penggantinya."""


class WrongSuccessor(RuleBroken):
    """Kepala keluarga pengganti harus salah satu anggota yang tinggal dalam Kartu Keluarga itu."""


@dataclass(frozen=True)
class Address:
    """Where a family lives; `village` is an area code."""

    address: str
    rt: str
    rw: str
    postal_code: str
    village: str

    @property
    def district(self) -> str:
        """Code of the kecamatan."""
        return self.village.rpartition(".")[0]


@dataclass(frozen=True)
class Applicant:
    """Who applies, as the form confirms it; the nomor KK may be left out. `field` is where the NIK stands."""

    nik: str
    name: str
    family_number: str = ""
    field: str = "pemohon_nik"


class CardNumbers(Protocol):
    """Who gives a family its number."""

    def family(self, district: str, day: date) -> str:
        """A nomor KK of this kecamatan."""


class Numbers:
    """The numbers of one case: what its first form was given, its corrected form gets again."""

    def __init__(self, office: Office, case_ref: str) -> None:
        """Knows the numbers that the case was given before."""
        earlier = RegisterEvent.objects.filter(case_ref=case_ref).first()
        self.office = office
        self.given: list[str] = list(earlier.facts.get("numbers", [])) if earlier else []
        self._free = list(self.given)

    def family(self, district: str, day: date) -> str:
        """A nomor KK of this kecamatan."""
        kept = self._kept(family_card_prefix(district, day)[:_REGION_DIGITS])
        return kept or self._new(next_family_card_number(office=self.office, district=district, issued=day))

    def nik(self, district: str, birth_date: date, sex: Sex) -> str:
        """A NIK first issued in this kecamatan."""
        kept = self._kept(nik_prefix(district, birth_date, sex))
        return kept or self._new(
            next_nik(office=self.office, district=district, birth_date=birth_date, sex=sex)
        )

    def _kept(self, prefix: str) -> str:
        if outside():
            return ""  # asked for each time: the official may have corrected it
        found = next((number for number in self._free if number.startswith(prefix)), "")
        if found:
            self._free.remove(found)
        return found

    def _new(self, number: str) -> str:
        self.given.append(number)
        return number


def record_household(
    *,
    office: Office,
    kind: str,
    case_ref: str,
    by: Actor,
    niks: Iterable[str],
    apply: Callable[[Changes, Numbers], Outcome],
    letter: str = "",
    on: date | None = None,
) -> RegisterEvent:
    """Record an event that may give numbers; see `record_event` for the rest."""
    numbers = Numbers(office, case_ref)

    def run(changes: Changes) -> Outcome:
        outcome = apply(changes, numbers)
        return replace(outcome, facts={**outcome.facts, "numbers": numbers.given})

    return record_event(
        office=office, kind=kind, case_ref=case_ref, by=by, apply=run, niks=niks, letter=letter, on=on
    )


def known_resident(nik: str, name: str, office: Office, field: str) -> Resident:
    """The living resident of this office with this NIK and name. Raises UnknownPerson, RuleBroken."""
    person = queries.facts_of(nik)
    if person is None:
        raise UnknownPerson(field=field)
    rules.lives_at_office(person, office.code, field)
    rules.still_alive(person, field)
    rules.name_agrees(person, name, field)
    return Resident.objects.get(nik=nik)


def applicant_of(applicant: Applicant, office: Office) -> Resident:
    """The resident who applies; a nomor KK that is written must be theirs. Raises RuleBroken."""
    person = known_resident(applicant.nik, applicant.name, office, applicant.field)
    family = queries.current_family(person)
    number_field = applicant.field.replace("_nik", "_nomor_kk")
    rules.number_is_theirs(applicant.family_number, family.number if family else None, number_field)
    return person


def family_of(person: Resident, field: str = "pemohon_nik") -> Family:
    """The family of a resident. Raises NotInFamily."""
    family = queries.current_family(person)
    if family is None:
        raise NotInFamily(field=field)
    return family


def named_members(
    lines: Sequence[FamilyMember], office: Office, table: str, *, of_family: Family | None = None
) -> dict[str, Resident]:
    """The people of a table, by NIK. Raises what is wrong with the first of them, naming its cell."""
    rules.named_once([line.nik for line in lines], table)
    people = {}
    for index, line in enumerate(lines):
        field = f"{table}-{index}-nik"
        people[line.nik] = known_resident(line.nik, line.name, office, field)
        if of_family is not None and queries.current_family(people[line.nik]) != of_family:
            raise NotOfThisFamily(field=field)
    return people


def check_heads(lines: Sequence[FamilyMember], office: Office, table: str, *, couple: bool = False) -> None:
    """A family has one head, of age; whoever marries now counts as married. Raises RuleBroken."""
    relations = [line.relation for line in lines]
    rules.one_head(relations, table)
    head = relations.index(HEAD)
    facts = queries.facts_of(lines[head].nik)
    if facts is not None and not couple:
        rules.head_of_age(facts, today_at(office), f"{table}-{head}-shdk")


def check_village(address: Address, office: Office) -> None:
    """The address must be in the office's own area. Raises RuleBroken."""
    in_force = Area.objects.filter(code=address.village, retired=False).exists()
    rules.village_of_office(address.village, office.definition["area"], in_force=in_force)


def found_family(
    changes: Changes, numbers: CardNumbers, office: Office, address: Address, day: date
) -> Family:
    """A new family without members, with its number."""
    family = Family(
        office=office,
        number=numbers.family(address.district, day),
        address=address.address,
        rt=address.rt,
        rw=address.rw,
        postal_code=address.postal_code,
        village_id=address.village,
        issued_on=day,
    )
    changes.add(family)
    return family


def address_of(family: Family) -> Address:
    """The address of a family."""
    return Address(family.address, family.rt, family.rw, family.postal_code, family.village_id)


def add_member(changes: Changes, family: Family, person: Resident, relation: str, day: date) -> None:
    """Put somebody, who belongs to no family now, at the end of a family's card."""
    present = [row.position for row in queries.members(family)]
    changes.add(
        Membership(
            family=family,
            resident=person,
            relation=relation,
            position=max(present, default=0) + 1,
            since=day,
        )
    )


def leave(
    changes: Changes,
    numbers: CardNumbers,
    people: Iterable[Resident],
    day: date,
    successor_nik: str,
    field: str = "pengganti_nik",
) -> dict[int, Family]:
    """End the memberships of people; where a head leaves others behind, they get a successor.

    Gives the families of those who stay, by the family that was left: the same one, or the new one of
    the successor. Raises NoSuccessor, WrongSuccessor, RuleBroken.
    """
    leaving = list(
        Membership.objects.filter(resident__in=list(people), until__isnull=True).select_related("family")
    )
    remaining = {}
    for family in {row.family_id: row.family for row in leaving}.values():
        gone = [row for row in leaving if row.family_id == family.pk]
        for row in gone:
            changes.change(row, until=day)
        staying = queries.members(family)
        if staying and any(row.relation == HEAD for row in gone):
            family_now = succeed(changes, numbers, staying, day, successor_nik, field)
        else:
            family_now = family
            if staying:
                changes.change(family, issued_on=day)
        remaining[family.pk] = family_now
    return remaining


def children_alone(office: Office, staying: Sequence[Membership], day: date) -> bool:
    """Whether only children stay, and the office lets one of them be head until a guardian takes them. [G]"""
    people = [row.resident for row in staying]
    grown = [one for one in people if rules.may_head(one.birth_date, one.marital_status, day)]
    return definition(office).children_may_head and not grown


def succeed(
    changes: Changes,
    numbers: CardNumbers,
    staying: list[Membership],
    day: date,
    successor_nik: str,
    field: str,
) -> Family:
    """Those who stay behind under their new head, in a family with a new number at the old address.

    Raises NoSuccessor, WrongSuccessor, RuleBroken.
    """
    first = successor(staying, day, successor_nik, field)
    old = first.family
    family = found_family(changes, numbers, old.office, address_of(old), day)
    for row in staying:
        changes.change(row, until=day)
    for row in [first, *(row for row in staying if row is not first)]:
        relation = HEAD if row is first else relation_under(first.relation, row.relation)
        add_member(changes, family, row.resident, relation, day)
    return family


def successor(staying: Sequence[Membership], day: date, nik: str, field: str) -> Membership:
    """Who of those who stay behind may be their head. Raises NoSuccessor, WrongSuccessor, RuleBroken."""
    if not nik:
        raise NoSuccessor(field=field)
    first = next((row for row in staying if row.resident.nik == nik), None)
    if first is None:
        raise WrongSuccessor(field=field)
    facts = queries.facts_of(nik)
    if facts is not None and not children_alone(first.family.office, staying, day):
        rules.head_of_age(facts, day, field)
    return first


def relation_under(successor: str, relation: str) -> str:
    """The SHDK towards a new head; both were relations to the old one, who may stay on the card too.

    Only what follows for certain is derived; whatever else becomes FAMILI LAIN and can be corrected. [G]
    """
    if relation == HEAD:
        return _FORMER_HEAD.get(successor, OTHER_KIN)
    if successor in (WIFE, HUSBAND):
        kept = {CHILD, "MENANTU", "CUCU", "PEMBANTU", "LAINNYA"}
        return relation if relation in kept else {PARENT: "MERTUA", "MERTUA": PARENT}.get(relation, OTHER_KIN)
    if successor == CHILD and relation in (WIFE, HUSBAND):
        return PARENT
    return relation if relation in ("PEMBANTU", "LAINNYA") else OTHER_KIN


def lock_niks(families: Iterable[Family | None]) -> list[str]:
    """NIKs whose lock holds these families too."""
    wanted = [family for family in families if family is not None]
    rows = Membership.objects.filter(family__in=wanted, until__isnull=True)
    return list(rows.values_list("resident__nik", flat=True))


def address_line(family: Family) -> str:
    """A family's address from the street to the province, as letters print it."""
    return address_words(address_of(family))


def address_words(address: Address) -> str:
    """An address from the street to the province, as letters print it."""
    parts = [address.address]
    if address.rt or address.rw:
        parts.append(f"RT {address.rt or '000'}/RW {address.rw or '000'}")
    return ", ".join([*parts, *area_words(address.village)])


def area_words(village: str) -> list[str]:
    """The names from a village to its province, in capitals."""
    areas = area_chain(village)
    words = []
    for level, before in (("village", ""), ("district", "KECAMATAN "), ("regency", ""), ("province", "")):
        if level in areas:
            kind = f"{areas[level].level.upper()} " if level == "village" else before
            words.append(f"{kind}{areas[level].name.upper()}")
    return words
