"""Released cards of an invented office, ready for its print room."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from loket.cases.models import Case, CaseProduct
from loket.catalogue.actions import content_hash
from loket.catalogue.models import ServiceRevision
from loket.core import clock
from loket.core.actors import Actor
from loket.core.codes import new_tracking_code
from loket.delivery.actions import open_ticket
from loket.delivery.models import PrintTicket
from loket.offices.models import Account, Area, Office
from loket.register.models import Family, Membership, Resident
from tests.integration.offices.invented import make_account, make_office, staff

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
NIK = "9971036002260001"
MEMBERS = (
    ("KEPALA KELUARGA", "PUTU CONTOH", "9971035106920001", "P", date(1992, 6, 11)),
    ("ANAK", "AYU LESTARI", NIK, "P", date(2026, 2, 20)),
)


@dataclass
class PrintRoom:
    """An office whose cases release cards."""

    office: Office
    revision: ServiceRevision
    applicant: Account

    @property
    def by(self) -> Actor:
        return staff(self.office, "print_room")

    def product(self, *, released: bool = True, **changes: Any) -> CaseProduct:
        """What one finished case yields: a card for its child."""
        case = Case.objects.create(
            office=self.office,
            revision=self.revision,
            service="kartu",
            variant="baru",
            channel="portal",
            applicant=self.applicant,
            applicant_name="Budi Contoh",
            state="done",
            tracking_code=new_tracking_code(),
            create_key=uuid.uuid4(),
            created_at=AT,
            submitted_at=AT,
            deadline_at=AT,
            finished_at=AT,
        )
        values = {
            "document": "kia",
            "label": "Kartu Identitas Anak",
            "medium": "card",
            "data": {"nik": NIK, "family_card_number": "9971030101200001"},
            "released_at": AT if released else None,
        }
        return CaseProduct.objects.create(case=case, office=self.office, **(values | changes))

    def ticket(self) -> PrintTicket:
        with clock.use(AT):
            return open_ticket(product=self.product())


def make_print_room(code: str = "9971") -> PrintRoom:
    office = make_office(code)
    definition = f'{{"office": "{code}"}}'
    revision = ServiceRevision.objects.create(
        office=office,
        service="kartu",
        number=1,
        name="Kartu Identitas Anak",
        service_number="1",
        group="kartu",
        effective_from=date(2026, 1, 1),
        content_hash=content_hash(definition),
        definition=definition,
        published_at=AT,
    )
    return PrintRoom(office, revision, make_account(None, f"warga-{code}@contoh.example"))


@pytest.fixture
def room(db: None) -> PrintRoom:
    return make_print_room()


@pytest.fixture
def child(room: PrintRoom) -> Resident:
    """The child for whom the cards are."""
    village = Area.objects.create(code="99.71.03.1001", name="Ilir", level="kelurahan", parent="99.71.03")
    family = Family.objects.create(
        office=room.office,
        number="9971030101200001",
        address="JL. MAWAR NO. 3",
        rt="004",
        rw="012",
        village=village,
        issued_on=date(2020, 1, 1),
    )
    for position, (relation, name, nik, sex, birth) in enumerate(MEMBERS, start=1):
        person = Resident.objects.create(
            office=room.office,
            nik=nik,
            name=name,
            sex=sex,
            birth_place="KOTA CONTOH",
            birth_date=birth,
            religion="HINDU",
            education="TIDAK/BELUM SEKOLAH",
            occupation="BELUM/TIDAK BEKERJA",
            marital_status="BELUM KAWIN",
            birth_certificate="9971-LU-02032026-0001" if nik == NIK else "",
        )
        Membership.objects.create(
            family=family, resident=person, relation=relation, position=position, since=birth
        )
    return person
