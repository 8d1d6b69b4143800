"""The office in which lives are lived: its areas, its day, its families, and what is counted."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from loket.core.actors import Actor
from loket.core.identity import family_card_prefix, nik_prefix
from loket.offices.models import Area, Office
from loket.register.actions import revert_event
from loket.register.actions.biodata import Biodata
from loket.register.models import Family, Membership, Resident
from loket.register.rules import CHILD, HEAD, WIFE
from tests.integration.offices.invented import make_office, staff
from tests.lives.hamlet import HOME, LAST, MARRIED, RELIGIONS, SINGLE, Hamlet
from tests.lives.notes import WIDOWED, Bond
from tests.lives.watching import Watch, net

CODE, NEIGHBOUR = "9971", "9972"
BEGIN = date(2026, 1, 5)
AREAS = (
    ("99", "Provinsi Contoh", "provinsi"),
    ("99.71", "Kota Contoh", "kota"),
    ("99.71.03", "Barat", "kecamatan"),
    ("99.71.05", "Timur", "kecamatan"),
    ("99.71.03.1001", "Ilir", "kelurahan"),
    ("99.71.05.1001", "Ulu", "kelurahan"),
    ("99.72", "Kota Tetangga", "kota"),
    ("99.72.01", "Utara", "kecamatan"),
    ("99.72.01.1001", "Seberang", "kelurahan"),
    ("98.01", "Kabupaten Jauh", "kabupaten"),
)
CHILDREN_MOST = 3


@dataclass
class Figures:
    """What happened, and how often."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    undone: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    population: Counter[str] = field(default_factory=Counter)
    jobs: Counter[str] = field(default_factory=Counter)


class Town:
    """One office in one database, at a day that the lives move on."""

    def __init__(self) -> None:
        """Founds the office; from now on every row is watched."""
        self.watch = Watch()
        for code, name, level in AREAS:
            Area.objects.get_or_create(code=code, defaults={"name": name, "level": level, "parent": ""})
        self.office: Office = make_office(CODE)
        self.neighbour: Office = make_office(NEIGHBOUR)
        self.offices = {one.code: one for one in (self.office, self.neighbour)}
        self.areas = [str(one.definition["area"]) for one in self.offices.values()]
        self.by: Actor = staff(self.office)
        self.today = BEGIN
        self.figures = Figures()
        self._numbers = count(1)
        self._moments = count(1)
        self._serials: Counter[str] = Counter()

    def moment(self) -> datetime:
        """Now: a little later than before, on the day that it is."""
        at = datetime(self.today.year, self.today.month, self.today.day, 1, tzinfo=UTC)
        return at + timedelta(milliseconds=next(self._moments) % 36_000_000)

    def next_number(self) -> int:
        return next(self._numbers)

    def office_at(self, area: str) -> Office | None:
        """The office of ours for an area, None for one that is elsewhere."""
        return next((one for one in self.offices.values() if one.definition["area"] == area), None)

    def revert(self, case: str) -> Any:
        return revert_event(case_ref=case, by=self.by)

    def _serial(self, prefix: str) -> str:
        """Below those that the office gives, which begin at 9001."""
        self._serials[prefix] += 1
        return f"{prefix}{self._serials[prefix]:04d}"

    def foreign_nik(self, data: Biodata) -> str:
        """The NIK of somebody from elsewhere."""
        return self._serial(nik_prefix("98.01.02", data.birth_date, data.sex))

    # Founding families

    def found(self, hamlet: Hamlet, families: int) -> None:
        """Families as an office finds them: couples with children, the widowed, those who live alone."""
        for _ in range(families):
            kind = hamlet.rng.random()
            if kind < 0.7:
                self._couple(hamlet)
            elif kind < 0.85:
                self._alone(hamlet, WIDOWED, children=hamlet.rng.randint(0, 2))
            else:
                self._alone(hamlet, SINGLE)
        hamlet.take(net(self.watch.read()))
        for bond in hamlet.notes.bonds:
            hamlet.notes.before.update(dict.fromkeys(bond.pair, SINGLE))

    def _born(self, hamlet: Hamlet, youngest: int, oldest: int) -> date:
        return BEGIN - timedelta(days=hamlet.rng.randint(youngest * 365, oldest * 365))

    def _couple(self, h: Hamlet) -> None:
        religion, wife_age = h.rng.choice(RELIGIONS), h.rng.randint(20, 60)
        father = self._person(h, "L", self._born(h, wife_age, wife_age + 4), religion, MARRIED)
        mother = self._person(h, "P", self._born(h, wife_age, wife_age + 1), religion, MARRIED)
        family = self._family(h, (HEAD, father), (WIFE, mother))
        h.notes.bonds.append(Bond(father.pk, mother.pk, None, ""))
        self._children(h, family, father, mother, wife_age)

    def _children(
        self, h: Hamlet, family: Family, father: Resident | None, mother: Resident, mother_age: int
    ) -> None:
        for position in range(3, 3 + h.rng.randint(0, CHILDREN_MOST)):
            age = h.rng.randint(0, max(0, mother_age - 20))
            known = {"father_nik": father.nik, "father_name": father.name} if father else {}
            child = self._person(
                h, h.rng.choice("LP"), self._born(h, age, age + 1), mother.religion, SINGLE,
                mother_nik=mother.nik, mother_name=mother.name, **known,
            )  # fmt: skip
            self._join(family, child, CHILD, position)

    def _alone(self, h: Hamlet, marital: str, children: int = 0) -> None:
        sex, age = (
            ("P" if children else h.rng.choice("LP")),
            h.rng.randint(19 if marital == SINGLE else 40, 70),
        )
        person = self._person(h, sex, self._born(h, age, age + 1), h.rng.choice(RELIGIONS), marital)
        family = self._family(h, (HEAD, person))
        if children:
            self._children(h, family, None, person, age)

    def _person(self, h: Hamlet, sex: Any, born: date, religion: str, marital: str, **more: Any) -> Resident:
        nik = self._serial(nik_prefix(h.rng.choice(HOME)[:8], born, sex))
        return Resident.objects.create(
            office=self.office, nik=nik, name=h.name(sex), sex=sex, birth_place="KOTA CONTOH",
            birth_date=born, religion=religion, education="SLTA/SEDERAJAT", occupation="WIRASWASTA",
            marital_status=marital, **more,
        )  # fmt: skip

    def _family(self, h: Hamlet, *members: tuple[str, Resident]) -> Family:
        village = h.rng.choice(HOME)
        issued = date(2020, 1, 1)
        family = Family.objects.create(
            office=self.office, number=self._serial(family_card_prefix(village[:8], issued)),
            address=f"JL. {h.rng.choice(LAST)} NO. {h.rng.randint(1, 99)}", village_id=village,
            issued_on=issued,
        )  # fmt: skip
        for position, (relation, person) in enumerate(members, start=1):
            self._join(family, person, relation, position)
        return family

    def _join(self, family: Family, person: Resident, relation: str, position: int) -> None:
        since = max(person.birth_date, date(2020, 1, 1))
        Membership.objects.create(
            family=family, resident=person, relation=relation, position=position, since=since
        )


def hamlets(town: Town, seed: int, numbers: range, families: int) -> Iterator[Hamlet]:
    """Hamlets of so many families; each has its chance from the seed and its number alone."""
    for number in numbers:
        hamlet = Hamlet(town, number, Random(f"{seed}/{number}"))
        town.found(hamlet, families)
        yield hamlet
