"""What the migration makes of cards and SKTT that the register knew before it kept documents."""

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import connection

from loket.core import clock
from loket.register.actions.foreigners import ForeignResidence, record_foreign_residence
from loket.register.actions.permits import Permit
from loket.register.models import HeldDocument, Membership, RegisterEvent, Resident
from tests.integration.register.conftest import AT
from tests.integration.register.population import ADDRESS, Household, newcomer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
FILL = import_module("loket.register.migrations.0011_held_documents").FILL
TODAY, ISSUED = date(2026, 3, 2), date(2018, 5, 6)
PERMIT = Permit("IZIN TINGGAL TERBATAS (ITAS)", "2C21AB1", date(2027, 3, 1))


def filled() -> list[tuple[object, ...]]:
    """The documents as the migration makes them, when there were none."""
    HeldDocument.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(FILL)
    names = ("kind", "number", "issued_on", "valid_until", "state", "ended_on", "ended_why")
    rows = HeldDocument.objects.order_by("resident", "kind")
    return [(row.resident, *(getattr(row, name) for name in names)) for row in rows]


def test_cards_of_the_living_the_dead_and_those_who_left(home: Household) -> None:
    people = [home.father, home.mother, home.daughter]
    Resident.objects.filter(pk__in=[one.pk for one in people]).update(id_card_issued_on=ISSUED)
    Resident.objects.filter(pk=home.mother.pk).update(status="MATI", death_date=date(2025, 1, 2))
    Resident.objects.filter(pk=home.daughter.pk).update(status="PINDAH")
    Membership.objects.filter(resident=home.daughter).update(until=date(2025, 3, 4))
    assert filled() == [
        (home.father, "ktp_el", "", ISSUED, None, "in_force", None, ""),
        (home.mother, "ktp_el", "", ISSUED, None, "void", date(2025, 1, 2), "Meninggal"),
        (home.daughter, "ktp_el", "", ISSUED, None, "withdrawn", date(2025, 3, 4), "Pindah"),
    ]


def settle(home: Household, report: ForeignResidence, ref: str) -> RegisterEvent:
    return record_foreign_residence(office=home.town.office, report=report, case_ref=ref, by=home.town.by)


def test_the_last_sktt_that_stands_and_its_permit(home: Household) -> None:
    new = ForeignResidence(None, newcomer(nationality="WNA", name="JAN JANSEN", sex="L"), PERMIT, ADDRESS)
    first = settle(home, new, "case:1")
    person = first.resident
    assert person is not None
    longer = replace(PERMIT, number="2C21AB2", valid_until=date(2028, 3, 1))
    again = replace(new, person=newcomer(nik=person.nik, name="JAN JANSEN"), permit=longer)
    with clock.use(AT + timedelta(days=1)):
        second = settle(home, again, "case:2")
        day = TODAY + timedelta(days=1)
        assert filled() == [
            (person, "itas", "2C21AB2", day, date(2028, 3, 1), "in_force", None, ""),
            (person, "sktt", second.number, day, date(2028, 3, 1), "in_force", None, ""),
        ]
    HeldDocument.objects.all().delete()
    RegisterEvent.objects.filter(pk=second.pk).update(reverted_at=AT)
    assert filled() == [
        (person, "itas", "2C21AB1", TODAY, date(2027, 3, 1), "in_force", None, ""),
        (person, "sktt", first.number, TODAY, date(2027, 3, 1), "in_force", None, ""),
    ]
