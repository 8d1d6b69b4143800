"""Every variant that Balikpapan publishes runs from its application to its product."""

import pytest

from tests.journeys.every_variant import SOURCES, play, require_products, scenarios_of


@pytest.mark.parametrize("source", SOURCES)
def test_every_variant_ends_in_its_product(always_open: str, source: str) -> None:
    files = scenarios_of("balikpapan")
    require_products(play(always_open, files, source), files, "balikpapan")
