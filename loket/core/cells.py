"""Cells of CSV and XLSX files that people open in a spreadsheet.

A spreadsheet runs a cell that begins like a formula, and turns sixteen digits into a number of which it keeps
fifteen. An apostrophe in front makes either one text; `plain` takes it off again.
"""

import re

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_LONG_NUMBER = re.compile(r"[0-9]{12,}\Z")
_GUARDED = re.compile(r"'(?=[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]|[0-9]{12,}\Z)")
# A whole number that passed through a program for which it was a fraction: 3.0.
_POINT_ZERO = re.compile(r"[0-9]{1,20}\.0+\Z")
# Numbers as a spreadsheet shows them once their last digits are gone: 6,47101E+15.
_BROKEN_NUMBER = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}\Z")


def harmless(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def keeping_digits(text: str) -> str:
    """The same, and a long number keeps its digits when the CSV is opened and saved in a spreadsheet."""
    return f"'{text}" if text.startswith(_FORMULA) or _LONG_NUMBER.match(text) else text


def plain(text: str) -> str:
    """A cell without the apostrophe that `harmless` or `keeping_digits` put in front."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


def is_broken_number(text: str) -> bool:
    """Whether a long number became a rounded one in a spreadsheet."""
    return _BROKEN_NUMBER.match(text) is not None


def from_number(value: float) -> str:
    """A number cell as text. Sixteen digits come out as a broken number where their last one may be lost.

    A spreadsheet keeps fifteen digits of what is typed and makes the rest zeros; beyond 2**53 a number cell
    cannot even hold sixteen.
    """
    if value != int(value):
        return str(value)
    whole = int(value)
    if abs(whole) < 10**15 or (whole % 10 and abs(whole) < 2**53):
        return str(whole)
    return f"{value:.5E}"


def cleaned(text: str) -> str:
    """A cell as it is read: outer and doubled spaces gone, a guarding apostrophe gone, 3.0 as 3."""
    text = plain(" ".join(text.split()))
    return from_number(float(text)) if _POINT_ZERO.match(text) else text
