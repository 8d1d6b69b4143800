"""Invented residents and their families. Serials are 9xxx: nobody real has them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.core.identity import Sex, family_card_prefix, nik_prefix
from loket.offices.models import Office
from loket.register.models import Family, Membership, Resident


@dataclass(frozen=True)
class Village:
    """Where they live, and since when their family cards say so."""

    office: Office
    code: str
    town: str
    issued: date

    def resident(self, sex: Sex, born: date, name: str, serial: int, **more: Any) -> Resident:
        """A grown person who was born in the town; `more` as in Resident."""
        return Resident.objects.create(
            office=self.office,
            nik=nik_prefix(self.code[:8], born, sex) + str(serial),
            name=name,
            sex=sex,
            birth_place=self.town,
            birth_date=born,
            religion="ISLAM",
            education="SLTA/SEDERAJAT",
            occupation="WIRASWASTA",
            father_name="AYAH LAMA",
            mother_name="IBU LAMA",
            **{"marital_status": "BELUM KAWIN", **more},
        )

    def family(self, serial: int, *members: tuple[str, Resident]) -> Family:
        """A family of these members, each with the relation to its head."""
        family = Family.objects.create(
            office=self.office,
            number=family_card_prefix(self.code[:8], self.issued) + str(serial),
            address="JL. CONTOH NO. 1",
            rt="001",
            rw="002",
            village_id=self.code,
            issued_on=self.issued,
        )
        for position, (relation, person) in enumerate(members, start=1):
            Membership.objects.create(
                family=family, resident=person, relation=relation, position=position, since=self.issued
            )
        return family
