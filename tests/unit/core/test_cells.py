"""Cells for spreadsheets: no formula, no lost digit, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loket.core.cells import cleaned, from_number, harmless, is_broken_number, keeping_digits, plain

SIGNS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_formula_becomes_text(sign: str) -> None:
    assert harmless(f"{sign}1") == keeping_digits(f"{sign}1") == f"'{sign}1"


@pytest.mark.parametrize("text", ["", "A", "A=1", "'A", "3", "6471010101900001"])
def test_other_cells_stay(text: str) -> None:
    assert harmless(text) == text


def test_a_long_number_keeps_its_digits() -> None:
    assert keeping_digits("6471010101900001") == "'6471010101900001"
    assert keeping_digits("081234567") == "081234567"


@given(st.text().filter(lambda text: plain(text) == text))
def test_the_way_back(text: str) -> None:
    assert plain(harmless(text)) == plain(keeping_digits(text)) == text


@pytest.mark.parametrize("text", ["6,47101E+15", "6.47101E+15", "6E+15", "6.4e15"])
def test_a_number_that_lost_its_digits_is_known(text: str) -> None:
    assert is_broken_number(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (3.0, "3"),
        (2.5, "2.5"),
        (6471010101900001, "6471010101900001"),
        (6471010101900001.0, "6471010101900001"),
        # The last digit is a zero: of the person, or of a spreadsheet that keeps fifteen.
        (6471010101900010, "6.47101E+15"),
        # Beyond what a number cell can hold.
        (9271010101900002.0, "9.27101E+15"),
    ],
)
def test_numbers_as_text(value: float, text: str) -> None:
    assert from_number(value) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (" A \u00a0 B ", "A B"),
        ("3.0", "3"),
        ("6471010101900001.0", "6471010101900001"),
        ("6471010101900010.0", "6.47101E+15"),
        ("'6471010101900001", "6471010101900001"),
        ("'=1", "=1"),
        ("'Aisyah", "'Aisyah"),
    ],
)
def test_what_is_read_of_a_cell(text: str, clean: str) -> None:
    assert cleaned(text) == clean
