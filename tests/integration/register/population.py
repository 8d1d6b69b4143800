"""Families of the invented town for events of pendaftaran penduduk, and all that an event may change."""

from datetime import date
from typing import Any

from loket.offices.models import Area
from loket.register.actions import revert_event
from loket.register.actions.biodata import Biodata
from loket.register.actions.families import FamilyMember
from loket.register.actions.household import Address, Applicant
from loket.register.models import Family, HeldDocument, Marriage, Membership, Resident
from tests.integration.register.conftest import SINGLE, Town, plain_rows

HEAD, WIFE, CHILD, KIN = "KEPALA KELUARGA", "ISTRI", "ANAK", "FAMILI LAIN"
ADDRESS = Address("JL. MELATI NO. 7", "004", "", "99710", "99.71.03.1001")
ELSEWHERE, FAR = "99.72", "98.01"


class Household:
    """A couple with a grown daughter and a small son, in a kecamatan whose names are known."""

    def __init__(self, town: Town) -> None:
        """Adds them, and the areas around, to the register."""
        for code, name, level in (
            ("99", "Provinsi Contoh", "provinsi"),
            ("99.71", "Kota Contoh", "kota"),
            ("99.71.03", "Barat", "kecamatan"),
            (ELSEWHERE, "Kota Tetangga", "kota"),
            (FAR, "Kabupaten Jauh", "kabupaten"),
        ):
            Area.objects.get_or_create(code=code, defaults={"name": name, "level": level, "parent": ""})
        self.town = town
        self.family, self.father, self.mother = town.couple()
        self.daughter = town.person("P", date(2004, 1, 15), SINGLE)
        self.son = town.person("L", date(2018, 1, 15), SINGLE)
        for position, child in ((3, self.daughter), (4, self.son)):
            Membership.objects.create(
                family=self.family, resident=child, relation=CHILD, position=position, since=child.birth_date
            )


def applicant(person: Resident, number: str = "") -> Applicant:
    return Applicant(person.nik, person.name, number)


def lines(*members: tuple[str, Resident]) -> tuple[FamilyMember, ...]:
    return tuple(FamilyMember(person.nik, person.name, relation) for relation, person in members)


def card_of(family: Family | None) -> list[tuple[str, str]]:
    """Who is on a card now, in its order: SHDK and NIK."""
    rows = Membership.objects.filter(family=family, until__isnull=True).order_by("position")
    return list(rows.values_list("relation", "resident__nik"))


def register_state() -> dict[str, Any]:
    """Every row that an event may change. When each is known is no part of it: undoing is learned too."""
    return {
        model.__name__: plain_rows(model) for model in (Resident, Family, Membership, Marriage, HeldDocument)
    }


def newcomer(**changes: Any) -> Biodata:
    """Somebody whom the register does not know."""
    values: dict[str, Any] = {
        "name": "RATNA REKAAN",
        "sex": "P",
        "birth_place": "KOTA TETANGGA",
        "birth_date": date(1995, 3, 4),
        "religion": "HINDU",
        "marital_status": SINGLE,
        "education": "SLTA/SEDERAJAT",
        "occupation": "WIRASWASTA",
    }
    return Biodata(**(values | changes))


def about(home: Household, ref: str = "case:1") -> dict[str, Any]:
    """What every event is told besides its report."""
    return {"office": home.town.office, "case_ref": ref, "by": home.town.by}


def undo(home: Household) -> None:
    """Undo what the first case did."""
    revert_event(case_ref="case:1", by=home.town.by)
