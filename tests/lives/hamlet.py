"""The families of one random life: a picture of their rows, and choosing among them.

A hamlet is closed: its people marry, adopt and join each other, leave and come back. What happens depends on
its seed alone, so that a life that breaks something is lived again by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from loket.register.actions.families import FamilyMember
from loket.register.actions.household import OTHER_KIN, Address, Applicant
from loket.register.rules import CHILD, HEAD, HUSBAND, WIFE, age_on
from tests.lives.notes import Notes
from tests.lives.watching import Key, Net, Seen

if TYPE_CHECKING:
    from loket.offices.models import Office
    from tests.lives.town import Town

T = TypeVar("T")
ALIVE, DEAD, MOVED = "HIDUP", "MATI", "PINDAH"
SINGLE, MARRIED = "BELUM KAWIN", "KAWIN TERCATAT"
COUPLE = (HEAD, HUSBAND, WIFE)
GROWN = 17
FIRST = {
    "L": "AGUS BAMBANG CAHYO DEDI EKO FAJAR GUNAWAN HENDRA IRFAN JOKO KRISNA LUKMAN MADE OKA PUTU".split(),
    "P": "AYU BUNGA CITRA DEWI ENDAH FITRI GITA HESTI INDAH JULIA KARTIKA LESTARI MEGA OKTA PUSPA".split(),
}
LAST = (
    "SAPUTRA WIBOWO HARTONO SANTOSO SIREGAR NASUTION LUBIS HASIBUAN TARIGAN GINTING MANURUNG SIMATUPANG"
    " PANGARIBUAN SITORUS RITONGA POHAN DAULAY HARAHAP RANGKUTI BATUBARA"
).split()
RELIGIONS = ("ISLAM", "ISLAM", "KRISTEN", "HINDU", "KATHOLIK")
HOME = ("99.71.03.1001", "99.71.05.1001")
VILLAGES = (*HOME, "99.72.01.1001")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Person:
    """A resident as the register has them now."""

    pk: int
    nik: str
    name: str
    sex: Any
    born: date
    religion: str
    marital: str
    wed: date | None
    status: str
    nationality: str
    father: str
    father_name: str
    mother: str
    mother_name: str
    akta: str
    died: date | None
    recorded: date | None
    card: date | None
    office: str

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Person":
        """From the row as JSON."""
        names = "id nik name sex religion marital_status status nationality office_id".split()
        pk, nik, name, sex, religion, marital, status, nationality, office = (row[name] for name in names)
        parents = (row["father_nik"], row["father_name"], row["mother_nik"], row["mother_name"])
        return cls(
            pk, nik, name, sex, date.fromisoformat(row["birth_date"]), religion, marital,
            _day(row["marriage_date"]), status, nationality, *parents, row["birth_certificate"],
            _day(row["death_date"]), _day(row["biometrics_recorded_on"]), _day(row["id_card_issued_on"]),
            office,
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} ({self.sex}, b. {self.born}, #{self.pk})"


@dataclass(frozen=True)
class Place:
    """Where somebody stands on a card now."""

    pk: int
    family: int
    person: int
    relation: str
    position: int
    since: date


@dataclass
class Hamlet:
    """The picture, kept up with every row that a deed touches; what is noted beside it; and its chance."""

    town: "Town"
    number: int
    rng: Random
    rows: dict[Key, dict[str, Any]] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    cards: dict[int, dict[int, Place]] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)
    cases: int = 0

    # The picture

    def take(self, changes: Net) -> None:
        """Rows as they are now."""
        for key, (_, new) in changes.items():
            table, pk = key
            if new is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = new
            if table == "register_resident":
                self._take_person(pk, new)
            elif table == "register_membership":
                self._take_place(pk, new)

    def _take_person(self, pk: int, row: dict[str, Any] | None) -> None:
        if row is None:
            self.people.pop(pk, None)
        else:
            self.people[pk] = Person.of(row)
            self.notes.before.setdefault(pk, row["marital_status"])

    def _take_place(self, pk: int, row: dict[str, Any] | None) -> None:
        for card in self.cards.values():
            if place := card.pop(pk, None):
                if self.places.get(place.person) == place:
                    del self.places[place.person]
                break
        if row is not None and row["until"] is None:
            since = date.fromisoformat(row["since"])
            place = Place(pk, row["family_id"], row["resident_id"], row["relation"], row["position"], since)
            self.cards.setdefault(place.family, {})[pk] = place
            self.places[place.person] = place

    # Choosing

    @property
    def today(self) -> date:
        return self.town.today

    def chance(self, of_ten: float) -> bool:
        return self.rng.random() * 10 < of_ten

    def one(self, among: Iterable[T]) -> T | None:
        """One of them, None where there is none."""
        found = list(among)
        return self.rng.choice(found) if found else None

    def days_ago(self, most: int, not_before: date | None = None) -> date:
        """A day up to so many days ago."""
        day = self.today - timedelta(days=self.rng.randint(0, most))
        return max(day, not_before) if not_before else day

    def name(self, sex: str) -> str:
        return f"{self.rng.choice(FIRST[sex])} {self.rng.choice(FIRST[sex])} {self.rng.choice(LAST)}"

    def address(self, area: str = "99.71") -> Address:
        """Somewhere in the area of an office."""
        street = f"JL. {self.rng.choice(LAST)} NO. {self.rng.randint(1, 99)}"
        village = self.rng.choice([code for code in VILLAGES if code.startswith(area)])
        return Address(street, f"{self.rng.randint(1, 12):03d}", "", "99710", village)

    def home_address(self, person: Person) -> Address:
        """Somewhere in the village where somebody lives."""
        village = self.rows[("register_family", self.places[person.pk].family)]["village_id"]
        return replace(self.address(), village=village)

    # Who there is

    def age(self, person: Person) -> int:
        return age_on(person.born, self.today)

    def grown(self, person: Person) -> bool:
        """Whether somebody may be the head of a family."""
        return self.age(person) >= GROWN or person.marital != SINGLE

    def here(self) -> list[Person]:
        """Who lives here and is on a card."""
        return self._of(self.town.office.code)

    def there(self) -> list[Person]:
        """Who lives at the neighbouring office and is on a card."""
        home = self.town.office.code
        return [one for pk in sorted(self.places) if (one := self.people[pk]).office != home]

    def at_home(self, pk: int) -> bool:
        """Whether somebody lives here and is on a card."""
        return pk in self.places and self.people[pk].office == self.town.office.code

    def _of(self, office: str) -> list[Person]:
        return [one for pk in sorted(self.places) if (one := self.people[pk]).office == office]

    def adults(self) -> list[Person]:
        return [person for person in self.here() if self.age(person) >= GROWN]

    def gone(self, status: str) -> list[Person]:
        """The dead, those who moved (also abroad), or those alive, who were or are of this office."""
        home = self.town.office.code
        found = (one for _, one in sorted(self.people.items()) if one.office == home)
        return [one for one in found if one.status.startswith(status)]

    def card_of(self, person: Person) -> list[tuple[Place, Person]]:
        """Everybody on somebody's card, in its order."""
        return self.card(self.places[person.pk].family)

    def card(self, family: int) -> list[tuple[Place, Person]]:
        places = sorted(self.cards.get(family, {}).values(), key=lambda one: (one.position, one.pk))
        return [(place, self.people[place.person]) for place in places]

    def family_number(self, family: int) -> str:
        return str(self.rows[("register_family", family)]["number"])

    def relation(self, person: Person) -> str:
        return self.places[person.pk].relation

    def head(self, family: int) -> Person | None:
        return next((person for place, person in self.card(family) if place.relation == HEAD), None)

    def latest(self, person: Person) -> date:
        """The day before which somebody cannot have died: the last wedding, or the birth."""
        last = self.notes.last_bond(person.pk)
        return max(person.born, (last.day if last else None) or person.born)

    def partner(self, person: Person) -> Person | None:
        """Husband or wife, alive or not, here or not."""
        bond = self.notes.bond_of(person.pk)
        return self.people[bond.other(person.pk)] if bond else None

    def known_couples(self, dying: Iterable[Person]) -> list[int]:
        """Those of the dying whose husband or wife the register knows: it recorded the marriage, or the card
        shows it."""
        found = []
        for person in dying:
            bond = self.notes.bond_of(person.pk)
            both = [self.places.get(pk) for pk in bond.pair] if bond else []
            card = all(both) and len({place.family for place in both if place}) == 1
            shown = card and all(p.relation in COUPLE for p in both if p)
            if bond and (bond.here or shown):
                found.append(person.pk)
        return found

    def towards(self, head: Person, person: Person) -> str:
        """The SHDK of somebody towards a head."""
        if person is head:
            return HEAD
        if self.partner(head) is person:
            return WIFE if person.sex == "P" else HUSBAND
        return CHILD if head.nik in (person.father, person.mother) else OTHER_KIN

    def ancestors(self, person: Person) -> set[str]:
        """NIKs of parents, their parents, and theirs."""
        known = {one.nik: one for one in self.people.values()}
        above, found = {person.nik}, set[str]()
        for _ in range(3):
            people = [known[nik] for nik in sorted(above) if nik in known]
            above = {nik for one in people for nik in (one.father, one.mother) if nik}
            found |= above
        return found

    def akin(self, one: Person, other: Person) -> bool:
        """Whether two are too near to marry: one card, of one blood, or by a marriage that was."""
        if self.places[one.pk].family == self.places[other.pk].family:
            return True
        first, second = self.ancestors(one), self.ancestors(other)
        parents, others = ({p for p in (x.father, x.mother) if p} for x in (one, other))
        blood = one.nik in second or other.nik in first or parents & second or others & first
        return bool(blood) or self._in_laws(one, other) or self._in_laws(other, one)

    def _in_laws(self, one: Person, other: Person) -> bool:
        spouses = (self.people[bond.other(one.pk)] for bond in self.notes.bonds if one.pk in bond.pair)
        return any(
            other.nik in (spouse.father, spouse.mother) or spouse.nik in (other.father, other.mother)
            for spouse in spouses
        )

    def families(self, office: "Office | None" = None) -> list[int]:
        """Families with members, of this office where no other is named."""
        code = (office or self.town.office).code
        found = (family for family, card in self.cards.items() if card)
        return sorted(one for one in found if self.rows[("register_family", one)]["office_id"] == code)

    def successor(self, leaving: Sequence[Person]) -> tuple[bool, str]:
        """Whether these may leave their cards, and who follows as head where one has to be named."""
        gone, named = {person.pk for person in leaving}, ""
        for family in sorted({self.places[person.pk].family for person in leaving}):
            card = self.card(family)
            staying = [person for _, person in card if person.pk not in gone]
            if not staying or not any(p.relation == HEAD and p.person in gone for p, _ in card):
                continue
            follows = self.one(person for person in staying if self.grown(person))
            if follows is None or named:
                return False, ""
            named = follows.nik
        return True, named

    # Reports

    def applicant(self, person: Person) -> Applicant:
        return Applicant(person.nik, person.name)

    def line(self, person: Person, relation: str = "") -> FamilyMember:
        return FamilyMember(person.nik, person.name, relation or self.relation(person))

    def witnesses(self, *others: str) -> tuple[str, str]:
        """Two who are not in the register: those of the register are asked for elsewhere."""
        return ("9971030101700091", "9971030101700092")


def in_words(*people: Person) -> str:
    return ", ".join(str(person) for person in people)


__all__ = ["Hamlet", "Person", "Place", "Seen", "in_words"]
