"""Rules of cards at their boundaries."""

from datetime import date

import pytest

from loket.delivery.rules import address_line, card_valid_until, is_blanko_number, photo_background


@pytest.mark.parametrize(
    ("birth", "today", "until"),
    [
        (date(2022, 5, 10), date(2022, 5, 10), date(2027, 5, 10)),
        (date(2022, 5, 10), date(2027, 5, 9), date(2027, 5, 10)),
        (date(2022, 5, 10), date(2027, 5, 10), date(2039, 5, 9)),
        (date(2024, 2, 29), date(2026, 1, 1), date(2029, 3, 1)),
        (date(2024, 2, 29), date(2029, 2, 28), date(2029, 3, 1)),
        (date(2024, 2, 29), date(2029, 3, 1), date(2041, 2, 28)),
        (date(2022, 1, 1), date(2030, 1, 1), date(2038, 12, 31)),
    ],
)
def test_a_childs_card_ends_at_the_fifth_birthday_or_the_day_before_17(
    birth: date, today: date, until: date
) -> None:
    """Permendagri 2/2016; 29 February turns into 1 March in a common year."""
    assert card_valid_until(birth, today) == until


@pytest.mark.parametrize("today", [date(2038, 12, 31), date(2039, 1, 1)])
def test_a_ktp_el_is_for_life_also_of_who_married_before_17(today: date) -> None:
    """UU 24/2013 art. 63 and 64 (7)."""
    assert card_valid_until(date(2022, 1, 1), today, married=True) is None
    assert card_valid_until(date(2022, 1, 1), date(2039, 1, 1)) is None


@pytest.mark.parametrize(
    ("birth", "today", "colour"),
    [
        (date(2021, 5, 10), date(2026, 5, 9), "none"),
        (date(2021, 5, 10), date(2026, 5, 10), "red"),
        (date(2020, 5, 10), date(2025, 5, 9), "none"),
        (date(2020, 5, 10), date(2025, 5, 10), "blue"),
        (date(2020, 2, 29), date(2025, 2, 28), "none"),
        (date(2020, 2, 29), date(2025, 3, 1), "blue"),
    ],
)
def test_background_of_the_photo(birth: date, today: date, colour: str) -> None:
    """Without a photo before the fifth birthday; then red for an odd year of birth, blue for an even one."""
    assert photo_background(birth, today) == colour


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("A1234", True),
        ("A123", False),
        ("A" * 30, True),
        ("A" * 31, False),
        ("AB-123456", True),
        ("AB 123456", False),
        ("ab123456", False),
        ("AB123456\n", False),
        ("", False),
    ],
)
def test_what_a_blanko_number_looks_like(text: str, possible: bool) -> None:
    assert is_blanko_number(text) is possible


CARD = {
    "address": "JL. MAWAR NO. 3",
    "rt": "004",
    "rw": "012",
    "village": "Contoh Ilir",
    "district": "Contoh Barat",
}


@pytest.mark.parametrize(
    ("missing", "line"),
    [
        ([], "JL. MAWAR NO. 3, RT 004/RW 012, Contoh Ilir, Contoh Barat"),
        (["rt"], "JL. MAWAR NO. 3, Contoh Ilir, Contoh Barat"),
        (["rw"], "JL. MAWAR NO. 3, Contoh Ilir, Contoh Barat"),
        (["village", "district"], "JL. MAWAR NO. 3, RT 004/RW 012"),
        (["address", "rt", "rw", "village", "district"], ""),
    ],
)
def test_the_address_on_one_line_without_what_is_not_known(missing: list[str], line: str) -> None:
    assert address_line({**CARD, **dict.fromkeys(missing, "")}) == line
    assert address_line({key: text for key, text in CARD.items() if key not in missing}) == line
