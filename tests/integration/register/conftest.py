"""A register of an invented town: families whose rows are made directly, and reports of births."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest
from django.db.models import Model

from loket.core import clock
from loket.core.actors import Actor
from loket.core.identity import Sex, nik_prefix
from loket.offices.models import Area, Office
from loket.offices.queries import zone
from loket.register.actions import BirthReport, births
from loket.register.models import CivilRecord, Family, Membership, Resident
from tests.integration.offices.invented import make_office, staff

if TYPE_CHECKING:  # it builds on this file
    from tests.integration.register.population import Household

# A Monday, 11:00 at the office.
AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
BORN = date(2026, 2, 20)
WEST, EAST = "99.71.03", "99.71.05"
MARRIED, SINGLE = "KAWIN TERCATAT", "BELUM KAWIN"


def plain_rows(model: type[Model]) -> list[dict[str, Any]]:
    """All rows of a model but when they are known: undoing something is learned too."""
    rows = model._default_manager.order_by("pk").values()
    return [{k: v for k, v in row.items() if k not in ("valid_from", "recorded_from")} for row in rows]


def record_birth(*, office: Office, report: BirthReport, case_ref: str, by: Actor) -> CivilRecord:
    """A birth, or its corrected form where the case has one already: its entry in the book."""
    births.record(office=office, report=report, case_ref=case_ref, by=by)
    return CivilRecord.objects.select_related("resident").get(case_ref=case_ref)


@dataclass
class Town:
    """The office, and how its residents are made."""

    office: Office
    residents: int = 0
    families: int = 0

    @property
    def by(self) -> Actor:
        return staff(self.office)

    def person(self, sex: Sex, birth: date, marital: str = MARRIED, **changes: Any) -> Resident:
        """A resident without a family."""
        self.residents += 1
        values: dict[str, Any] = {
            "office": self.office,
            "nik": f"{nik_prefix(WEST, birth, sex)}{self.residents:04d}",
            "name": f"WARGA {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[self.residents % 26]}",
            "sex": sex,
            "birth_place": "KOTA CONTOH",
            "birth_date": birth,
            "religion": "HINDU",
            "education": "SLTA/SEDERAJAT",
            "occupation": "WIRASWASTA",
            "marital_status": marital,
        }
        return Resident.objects.create(**(values | changes))

    def family(self, *members: tuple[str, Resident], district: str = WEST) -> Family:
        """A family in `district` with these members in order."""
        self.families += 1
        family = Family.objects.create(
            office=self.office,
            number=f"997103010120{self.families:04d}",
            address="JL. MAWAR NO. 3",
            village_id=f"{district}.1001",
            issued_on=date(2020, 1, 1),
        )
        for position, (relation, person) in enumerate(members, start=1):
            Membership.objects.create(
                family=family,
                resident=person,
                relation=relation,
                position=position,
                since=person.birth_date,
            )
        return family

    def couple(self, district: str = WEST) -> tuple[Family, Resident, Resident]:
        """A family of a man and a woman whose marriage is recorded."""
        father = self.person("L", date(1990, 5, 10))
        mother = self.person("P", date(1992, 6, 11))
        family = self.family(("KEPALA KELUARGA", father), ("ISTRI", mother), district=district)
        return family, father, mother

    def report(self, mother: Resident, father: Resident | None, **changes: Any) -> BirthReport:
        """A birth reported by the mother, with two witnesses from outside the register."""
        values = BirthReport(
            child_name="Ayu Lestari",
            child_sex="P",
            birth_date=BORN,
            birth_time=time(7, 30),
            birth_place="KOTA CONTOH",
            birth_order=1,
            birth_kind="TUNGGAL",
            helper="BIDAN/PERAWAT",
            facility="RS/RB",
            weight_grams=3100,
            length_cm=49.5,
            mother_nik=mother.nik,
            father_nik=father.nik if father else "",
            father_name=father.name if father else "",
            father_birth_date=father.birth_date if father else None,
            reporter_nik=mother.nik,
            witness_niks=("9971030101800091", "9971030101800092"),
            reported_on=clock.now().astimezone(zone(self.office)).date(),
        )
        return replace(values, **changes)


def make_town(code: str = "9971") -> Town:
    """An office with two kecamatan."""
    office = make_office(code)
    region = f"{code[:2]}.{code[2:]}"
    for district in (f"{region}.03", f"{region}.05"):
        Area.objects.get_or_create(
            code=f"{district}.1001", defaults={"name": "Ilir", "level": "kelurahan", "parent": district}
        )
    return Town(office)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def at_office() -> Iterator[None]:
    """It is AT."""
    with clock.use(AT):
        yield


@pytest.fixture
def home(town: Town) -> "Household":
    """A family of four in the town."""
    from tests.integration.register.population import Household  # noqa: PLC0415 (it builds on this file)

    return Household(town)
