"""Lists that are too long to count: they say so, and can still be read page by page."""

import pytest

from loket.cases import queries
from loket.cases.queries import lists
from tests.integration.cases.world import World

pytestmark = pytest.mark.django_db


def test_counting_ends_one_beyond_the_bound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_COUNTED", 2)
    by = world.actor("penerima")
    for expected in (1, 2, 3, 3):
        world.sent()
        assert queries.inbox(world.office, by)[1] == expected
        assert queries.recent(world.office)[1] == expected


def test_what_is_not_counted_is_still_listed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_COUNTED", 1)
    monkeypatch.setattr(lists, "PAGE", 2)
    for _ in range(3):
        world.time.pass_(minutes=1)
        world.sent()
    assert len(queries.recent(world.office, page=2)[0]) == 1
