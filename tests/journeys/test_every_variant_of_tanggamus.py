"""Every variant that Tanggamus publishes runs from its application to its product."""

from tests.journeys.every_variant import play, require_products, scenarios_of


def test_every_variant_ends_in_its_product(always_open: str) -> None:
    files = scenarios_of("tanggamus")
    require_products(play(always_open, files), files, "tanggamus")
