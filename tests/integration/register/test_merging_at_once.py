"""Two who decide on one merge at once, and two merges that cross: carried out once, or not at all."""

import uuid
from collections.abc import Iterator
from datetime import date
from functools import partial

import pytest

from loket.core import clock
from loket.core.actors import Actor
from loket.register.actions.merging import MergeDecided, agree_to_merge, ask_merge
from loket.register.models import MergeRequest, RegisterEvent, Resident
from loket.register.rules.merging import AlreadyMerged
from tests.committed import committed, together
from tests.integration.offices.invented import staff
from tests.integration.register.conftest import AT, SINGLE, Town
from tests.integration.register.population import HEAD

pytestmark = committed
PEOPLE = 6


@pytest.fixture(autouse=True)
def _at_one_moment() -> Iterator[None]:
    with clock.use(AT):
        yield


def official(town: Town, number: int) -> Actor:
    return staff(town.office, "register", "supervise", ref=f"account:{number}")


def twice(town: Town) -> tuple[Resident, Resident]:
    one, other = (town.person("L", date(1990, 5, day), SINGLE, name="WARGA SAMA") for day in (10, 11))
    for person in (one, other):
        town.family((HEAD, person))
    return one, other


def asked(town: Town, survivor: Resident, merged: Resident) -> MergeRequest:
    return ask_merge(
        office=town.office,
        survivor=survivor.pk,
        merged=merged.pk,
        take=[],
        place="survivor",
        reason="sidik jarinya sama",
        key=uuid.uuid4(),
        by=official(town, 1),
    )


def test_many_who_agree_at_once_carry_it_out_once(town: Town) -> None:
    request = asked(town, *twice(town))
    results = together(
        [
            partial(agree_to_merge, request_id=request.pk, by=official(town, 10 + number))
            for number in range(PEOPLE)
        ]
    )
    assert sorted(type(result).__name__ for result in results) == [
        *[MergeDecided.__name__] * (PEOPLE - 1),
        "MergeRequest",
    ]
    assert RegisterEvent.objects.count() == 1


def test_two_merges_that_cross_do_not_close_both(town: Town) -> None:
    one, other = twice(town)
    requests = [asked(town, one, other), asked(town, other, one)]
    results = together(
        [partial(agree_to_merge, request_id=request.pk, by=official(town, 9)) for request in requests]
    )
    assert sorted(type(result).__name__ for result in results) == [AlreadyMerged.__name__, "MergeRequest"]
    assert Resident.objects.filter(merged_into__isnull=False).count() == 1
