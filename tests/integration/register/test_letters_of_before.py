"""Letters given before they were rows of their own become rows: what the migration makes of their events."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from loket.core import clock
from loket.register.models import LetterPerson, MoveLetter, RegisterEvent
from tests.integration.register.conftest import AT, Town

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def event(town: Town, kind: str, ref: str, number: str = "", *niks: str, **facts: Any) -> None:
    """An event as it was recorded then."""
    movers = [{"nik": nik, "name": "A", "relation": "ANAK"} for nik in niks]
    with clock.use(AT):
        RegisterEvent.objects.create(
            office=town.office,
            kind=kind,
            case_ref=ref,
            number=number,
            facts=({"movers": movers} if niks else {}) | facts,
            recorded_by="uji",
            created_at=clock.now(),
            applied_at=clock.now(),
        )


def migrate() -> None:
    migration = import_module("loket.register.migrations.0014_move_letters")
    with connection.cursor() as cursor:
        cursor.execute(migration.LETTERS_OF_BEFORE)


def test_letters_of_before_keep_what_became_of_them(town: Town) -> None:
    one, two, three, four, five = (f"997103010190{serial:04d}" for serial in range(1, 6))
    event(town, "move_out", "case:1", "S/1", one, two, regency="99.72")
    event(town, "move_out", "case:2", "S/2", three, regency="99.72")
    event(town, "move_out", "case:3", "S/3", three, regency="98.01", uses="S/2", root="case:2")
    event(town, "move_out", "case:4", "S/4", four, regency="99.72")
    event(town, "move_out", "case:5", "S/5", four, uses="S/4", cancelled="Batal", regency="99.72")
    event(town, "move_abroad", "case:6", "L/6", five, country="JEPANG")
    event(town, "return_from_abroad", "case:7", "D/7", uses="L/6")
    event(town, "move_in", "case:8", "D/8", uses="SKPWNI/3506/1")
    event(town, "move_out", "case:9", "S/9", one, regency="99.72")
    RegisterEvent.objects.filter(case_ref="case:9").update(reverted_at=AT)
    migrate()
    rows = MoveLetter.objects.order_by("pk").values_list(
        "number", "kind", "state", "case_ref", "ended_by", "office_id", "used_at_id", "destination"
    )
    assert sorted(rows) == [
        ("L/6", "skpln", "used", "case:6", "case:7", "9971", "9971", ""),
        ("S/1", "skpwni", "issued", "case:1", "", "9971", None, "99.72"),
        ("S/2", "skpwni", "replaced", "case:2", "case:3", "9971", None, "99.72"),
        ("S/3", "skpwni", "issued", "case:3", "", "9971", None, "98.01"),
        ("S/4", "skpwni", "cancelled", "case:4", "case:5", "9971", None, "99.72"),
        ("SKPWNI/3506/1", "skpwni", "used", "", "case:8", None, "9971", ""),
    ]
    assert set(MoveLetter.objects.values_list("issued_on", "valid_until", "family")) == {(DAY, None, None)}
    people = LetterPerson.objects.order_by("letter__number", "position")
    assert list(people.values_list("letter__number", "nik", "waiting", "left_on")) == [
        ("L/6", five, False, DAY),
        ("S/1", one, True, DAY),
        ("S/1", two, True, DAY),
        ("S/2", three, False, None),
        ("S/3", three, True, DAY),
        ("S/4", four, False, None),
    ]
