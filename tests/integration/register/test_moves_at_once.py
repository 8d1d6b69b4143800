"""Several arrivals at once: a letter counts once, a NIK is one person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from loket.core import clock
from loket.register.actions.arrivals import Arrival, record_arrival
from loket.register.actions.biodata import Biodata, KnownElsewhere
from loket.register.actions.family_events import Joining, record_joining
from loket.register.actions.moveletters import LetterUsed
from loket.register.models import Membership, RegisterEvent, Resident
from tests.committed import committed, together
from tests.integration.register.conftest import AT, Town
from tests.integration.register.population import ADDRESS, HEAD, KIN, Household, applicant, lines, newcomer

pytestmark = committed
THREADS = 6


@pytest.fixture(autouse=True)
def _at_one_moment() -> Iterator[None]:
    with clock.use(AT):
        yield


def arrival(data: Biodata, letter: str) -> Arrival:
    someone = Resident(nik=data.nik, name=data.name)
    return Arrival(
        applicant=applicant(someone),
        people=lines((HEAD, someone)),
        table="anggota_datang",
        letter=letter,
        letter_field="skpwni_nomor",
        letter_date=date(2026, 3, 1),
        origin="KOTA TETANGGA",
        address=ADDRESS,
        biodata={data.nik: data},
    )


def arrive_together(town: Town, reports: list[Arrival]) -> list[Any]:
    return together(
        [
            partial(
                record_arrival,
                office=town.office,
                kind="move_in",
                report=report,
                case_ref=f"case:{number}",
                by=town.by,
            )
            for number, report in enumerate(reports)
        ]
    )


def outcomes(results: list[Any]) -> dict[str, int]:
    names = [type(result).__name__ for result in results]
    return {name: names.count(name) for name in sorted(set(names))}


def test_one_of_many_uses_a_letter(town: Town) -> None:
    Household(town)
    people = [newcomer(nik=f"99720144039500{number:02d}") for number in range(1, THREADS + 1)]
    results = arrive_together(town, [arrival(data, "SKPWNI/9972/01032026/0001") for data in people])
    assert outcomes(results) == {RegisterEvent.__name__: 1, LetterUsed.__name__: THREADS - 1}
    assert Resident.objects.filter(nik__startswith="9972").count() == 1


def test_one_nik_arrives_once_whatever_the_letters_say(town: Town) -> None:
    Household(town)
    data = newcomer(nik="9972014403950001")
    numbers = [f"SKPWNI/9972/01032026/{number:04d}" for number in range(THREADS)]
    results = arrive_together(town, [arrival(data, number) for number in numbers])
    found = outcomes(results)
    assert found.pop(RegisterEvent.__name__) == 1
    # Who waited for the first finds the NIK given; who began later finds a resident of this office.
    assert set(found) <= {KnownElsewhere.__name__, "LivesHere"}
    assert Membership.objects.get(resident__nik=data.nik, until=None).relation == HEAD


def test_a_member_joins_one_of_several_families(town: Town) -> None:
    home = Household(town)
    heads = [town.person("L", date(1970, 1, number)) for number in range(1, 5)]
    families = [town.family((HEAD, head)) for head in heads]
    report = Joining(applicant(home.mother), "", "", lines((KIN, home.daughter)))
    together(
        [
            partial(
                record_joining,
                office=town.office,
                report=replace(report, family_number=family.number, head_name=head.name),
                case_ref=f"case:{family.pk}",
                by=town.by,
            )
            for family, head in zip(families, heads, strict=True)
        ]
    )
    current = Membership.objects.get(resident=home.daughter, until=None)
    assert current.family in families
    assert current.relation == KIN
