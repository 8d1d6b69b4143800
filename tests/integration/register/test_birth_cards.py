"""The KIA that comes with an akta of birth: to whom, until when, and that it goes with the birth."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from loket.core import clock
from loket.register.actions import revert_event
from loket.register.models import HeldDocument, Resident
from loket.register.queries import held
from tests.integration.register.conftest import AT, BORN, Town, record_birth
from tests.integration.register.population import register_state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.use(AT):
        yield


def born(town: Town, **changes: Any) -> Resident:
    if not Resident.objects.exists():
        town.couple()
    father, mother = Resident.objects.order_by("pk")[:2]
    report = town.report(mother, father, **({"gives_card": True} | changes))
    entry = record_birth(office=town.office, report=report, case_ref="case:1", by=town.by)
    assert entry.resident is not None
    return entry.resident


def cards(child: Resident) -> list[tuple[str, date | None, str]]:
    return [(row.kind, row.valid_until, row.state) for row in held(child)]


def test_the_child_gets_its_first_kia_with_the_akta(town: Town) -> None:
    town.couple()
    before = register_state()
    assert cards(born(town)) == [("kia", date(2031, 2, 20), "in_force")]
    # Corrected, it is one card still, with the other day.
    assert cards(born(town, birth_date=date(2026, 2, 21))) == [("kia", date(2031, 2, 21), "in_force")]
    assert HeldDocument.objects.count() == 1
    revert_event(case_ref="case:1", by=town.by)
    assert register_state() == before


@pytest.mark.parametrize(
    ("day", "given"),
    [
        (BORN, {"gives_card": False}),
        (date(2009, 3, 2), {}),
        (BORN, {"citizenship": "WNA"}),
    ],
)
def test_without_a_card_in_the_service_from_17_on_or_without_a_permit_there_is_none(
    town: Town, day: date, given: dict[str, Any]
) -> None:
    assert cards(born(town, birth_date=day, **given)) == []


def test_reported_late_it_is_the_second_card(town: Town) -> None:
    assert cards(born(town, birth_date=date(2015, 3, 2))) == [("kia", date(2032, 3, 1), "in_force")]
