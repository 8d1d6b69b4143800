"""What the published standards of the four offices ask for a Kartu Keluarga, by the matrix of events."""

from functools import lru_cache
from pathlib import Path

import pytest

from loket.catalogue.loader import load
from loket.catalogue.rules import Requirement, Variant

STANDARDS = Path(__file__).parents[3] / "standards"
POLICE = ("kepolisian", "polisi", "kehilangan")


@lru_cache
def variants(event: str) -> list[tuple[str, Variant]]:
    return [
        (f"{service.office} {service.service} {variant.variant}", variant)
        for service in load(STANDARDS).services
        for variant in service.variants
        if variant.event == event
    ]


def words(requirements: list[Requirement]) -> str:
    return " ".join(item.text for item in requirements).lower()


def lost(variant: Variant) -> dict[str, str | list[str]]:
    """The answers of somebody whose card is lost."""
    return {
        question.key: next((key for key in question.options if key == "hilang"), "")
        for question in variant.questions
    }


@pytest.mark.parametrize(("name", "variant"), variants("family_replaced"), ids=lambda value: str(value)[:40])
def test_a_lost_card_is_replaced_with_a_letter_of_the_police(name: str, variant: Variant) -> None:
    asked = [item for item in variant.requirements if not item.when or item.when == lost(variant)]
    assert [word for word in POLICE if word in words(asked)] != [], name


@pytest.mark.parametrize(("name", "variant"), variants("family_new"), ids=lambda value: str(value)[:40])
def test_who_married_brings_both_old_cards_and_the_buku_nikah(name: str, variant: Variant) -> None:
    asked = words(list(variant.requirements))
    assert ("nikah" in asked, "kk" in asked or "kartu keluarga" in asked) == (True, True), name


@pytest.mark.parametrize(
    ("name", "variant"), variants("family_data_changed"), ids=lambda value: str(value)[:40]
)
def test_a_change_of_data_says_on_what_it_rests(name: str, variant: Variant) -> None:
    tables = [field for field in variant.fields() if field.key.startswith("perubahan_")]
    grounds = [column for table in tables for column in table.columns if column.key == "dasar"]
    assert [column.required for column in grounds] == [True] * len(tables), name
    assert len(tables) == 3
