"""Every variant that Bintan and Tabalong publish, and Bintan's own work, runs to its product."""

from tests.journeys.every_variant import play, require_products, scenarios_of


def test_every_variant_ends_in_its_product(always_open: str) -> None:
    files = scenarios_of("bintan", "tabalong")
    require_products(play(always_open, files), files, "bintan", "tabalong")
