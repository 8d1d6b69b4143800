"""Demo residents: a few thousand in families for each office, the same at every loading.

Everybody is invented. NIK and KK serials are 9xxx, which no real person has.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from loket.audit.actions import note_numbers
from loket.config.demo import names
from loket.core.identity import Sex, family_card_prefix, nik_prefix
from loket.offices.models import Office
from loket.offices.queries import villages
from loket.register.actions.held import take_over_cards
from loket.register.models import Family, Membership, Resident, Serial
from loket.register.rules import HEAD, WIFE

Say = Callable[[str], None]
FAMILIES = 900
FIRST_SERIAL = 9001
# The population is as of this day, so that it does not change with the day of installation.
AS_OF = date(2026, 1, 1)
# Wives this young are among the people whom the demo shows.
YOUNG_SINCE = date(1990, 1, 1)
WITHOUT_CARD = 3
SEXES: tuple[Sex, Sex] = ("L", "P")


@dataclass
class _Builder:
    """Collects the rows of one office; serials are counted under each prefix."""

    office: Office
    chance: random.Random
    residents: list[Resident]
    families: list[Family]
    memberships: list[Membership]
    serials: dict[str, int]
    without_card: int = 0

    def serial(self, key: str) -> str:
        number = self.serials.get(key, FIRST_SERIAL - 1) + 1
        self.serials[key] = number
        return f"{number:04d}"

    def nik(self, district: str, birth: date, sex: Sex) -> str:
        prefix = nik_prefix(district, birth, sex)
        return prefix + self.serial(f"nik:{prefix}")

    def name(self, sex: str) -> str:
        first = self.chance.choice(names.MALE if sex == "L" else names.FEMALE)
        return f"{first} {self.chance.choice(names.LAST)}".upper()

    def born(self, youngest: int, oldest: int) -> date:
        return AS_OF - timedelta(days=self.chance.randint(youngest * 366, oldest * 365))

    def add(self, family: Family, relation: str, position: int, person: Resident) -> Resident:
        self.residents.append(person)
        self.memberships.append(
            Membership(
                family=family, resident=person, relation=relation, position=position, since=person.birth_date
            )
        )
        return person


def load_population(say: Say) -> None:
    """Load every office's residents that are not there yet."""
    for office in Office.objects.order_by("code"):
        if Resident.objects.filter(office=office).exists():
            continue
        if not villages(office.definition["area"]):
            say(f"{office.short_name} has no villages among the areas, so it gets no demo residents.")
        else:
            say(f"Making demo residents of {office.short_name}...")
            count = _load(office)
            say(f"  {count} residents in {FAMILIES} families")


def _person(build: _Builder, district: str, sex: Sex, birth: date, **more: object) -> Resident:
    defaults: dict[str, object] = {
        "name": build.name(sex),
        "birth_place": build.office.definition["region"].upper(),
        "blood_type": build.chance.choice(names.BLOOD),
        "education": build.chance.choice(names.SCHOOLS),
        "father_name": build.name("L"),
        "mother_name": build.name("P"),
    }
    return Resident(
        office=build.office,
        nik=build.nik(district, birth, sex),
        sex=sex,
        birth_date=birth,
        **{**defaults, **more},
    )


def _family(build: _Builder, village: str) -> Family:
    district = village.rpartition(".")[0]
    issued = AS_OF - timedelta(days=build.chance.randint(30, 3000))
    prefix = family_card_prefix(district, issued)
    family = Family(
        office=build.office,
        number=prefix + build.serial(f"kk:{prefix}"),
        address=f"JL. {build.chance.choice(names.STREETS).upper()} NO. {build.chance.randint(1, 180)}",
        rt=f"{build.chance.randint(1, 40):03d}",
        rw=f"{build.chance.randint(1, 12):03d}",
        village_id=village,
        issued_on=issued,
    )
    build.families.append(family)
    return family


def _parents(build: _Builder, family: Family, district: str) -> tuple[Resident, Resident]:
    weights = [weight for _, weight in names.RELIGIONS]
    religion = build.chance.choices([name for name, _ in names.RELIGIONS], weights)[0]
    husband_birth = build.born(24, 62)
    wife_birth = husband_birth + timedelta(days=build.chance.randint(-700, 2200))
    wife_birth = min(wife_birth, AS_OF - timedelta(days=21 * 366))
    married = max(husband_birth, wife_birth) + timedelta(days=build.chance.randint(20 * 366, 21 * 366))
    shared = {"religion": religion, "marital_status": "KAWIN TERCATAT", "marriage_date": min(married, AS_OF)}
    husband = _person(
        build, district, "L", husband_birth, occupation=build.chance.choice(names.JOBS_OF_MEN), **shared
    )
    wife = _person(
        build, district, "P", wife_birth, occupation=build.chance.choice(names.JOBS_OF_WOMEN), **shared
    )
    build.add(family, HEAD, 1, husband)
    build.add(family, WIFE, 2, wife)
    _recorded(build, husband, carded=True)
    # The first young wives have been recorded and never got their card, so that one can be applied for.
    first = wife.birth_date >= YOUNG_SINCE and build.without_card < WITHOUT_CARD
    build.without_card += first
    _recorded(build, wife, carded=not first)
    return husband, wife


def _recorded(build: _Builder, person: Resident, *, carded: bool) -> None:
    """Biometrics on the 17th birthday or a little later, and the KTP-el with them."""
    day = min(person.birth_date + timedelta(days=17 * 366), AS_OF)
    person.biometrics_recorded_on, person.id_card_issued_on = day, day if carded else None


def _children(build: _Builder, family: Family, district: str, husband: Resident, wife: Resident) -> None:
    youngest_mother = wife.birth_date + timedelta(days=21 * 366)
    births = sorted(
        youngest_mother + timedelta(days=build.chance.randint(200, 6500))
        for _ in range(build.chance.choices([0, 1, 2, 3], [2, 4, 4, 2])[0])
    )
    for position, birth in enumerate(births, start=3):
        if birth >= AS_OF - timedelta(days=90):
            continue
        child = _person(
            build,
            district,
            build.chance.choice(SEXES),
            birth,
            religion=wife.religion,
            marital_status="BELUM KAWIN",
            occupation="PELAJAR/MAHASISWA" if birth.year < AS_OF.year - 6 else "BELUM/TIDAK BEKERJA",
            education="TIDAK/BELUM SEKOLAH" if birth.year >= AS_OF.year - 6 else "BELUM TAMAT SD/SEDERAJAT",
            father_nik=husband.nik,
            father_name=husband.name,
            mother_nik=wife.nik,
            mother_name=wife.name,
        )
        build.add(family, "ANAK", position, child)


def _grown(office: Office) -> _Builder:
    build = _Builder(office, random.Random(int(office.code)), [], [], [], {})  # noqa: S311 (not for secrets)
    places = [area.code for area in villages(office.definition["area"])]
    for _ in range(FAMILIES):
        village = build.chance.choice(places)
        family = _family(build, village)
        district = village.rpartition(".")[0]
        husband, wife = _parents(build, family, district)
        _children(build, family, district, husband, wife)
    return build


@transaction.atomic
def _load(office: Office) -> int:
    build = _grown(office)
    Family.objects.bulk_create(build.families, batch_size=1000)
    Resident.objects.bulk_create(build.residents, batch_size=1000)
    Membership.objects.bulk_create(build.memberships, batch_size=2000)
    take_over_cards(office)
    # The counters go on where the demo numbers end.
    Serial.objects.bulk_create(
        [Serial(office=office, key=key, last=last) for key, last in build.serials.items()], batch_size=2000
    )
    note_numbers(office_code=office.code, last=build.serials)
    return len(build.residents)
