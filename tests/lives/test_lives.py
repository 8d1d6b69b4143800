"""Random legal lives: families through years of events, and what must be true after each of them."""

import os

import pytest

from tests.lives.running import Years
from tests.lives.size import Size

pytestmark = pytest.mark.django_db
SEED = int(os.environ.get("LIVES_SEED", "1"))


def test_the_lives_of_some_families() -> None:
    years = Years(Size(seed=SEED, first=1, hamlets=3, years=5))
    figures = years.live()
    print(figures)
