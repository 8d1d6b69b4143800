"""How the numbers of a book look: a small language, checked so that no number can ever come out twice.

A pattern is plain capitals, digits, `/`, `-` and `.` with fields in braces:

    {serial} {serial:04d}   the serial, with zeros in front up to that many digits
    {date}                  the day as DDMMYYYY; {day} {month} {year} are its parts, {roman} is the month
                            as a Roman number
    {office} {book}         code of the office, code of the book

The serial begins anew each day, month or year, or never (`reset`). It must be in the pattern once, with as
much of the date as its reset needs. All other fields are of a fixed width but the Roman month, which is
letters where the serial is digits, and each stands there once: so a number can be read back in one way only,
and two different serials never look the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

Reset = Literal["day", "month", "year", "never"]
RESETS: dict[Reset, str] = {"day": "hari", "month": "bulan", "year": "tahun", "never": "selamanya"}
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
# The longest number that every register has room for, with a serial of this many digits.
LONGEST, WIDEST_SERIAL = 40, 6
_FIELD = re.compile(r"\{([^{}]*)\}")
_LITERAL = re.compile(r"[A-Z0-9/.-]*")
_SERIAL = re.compile(r"serial(?::0([2-6])d)?")
_PLAIN = ("date", "day", "month", "roman", "year", "office", "book")
# What of the date each reset needs in the number, as fields of which one will do.
_NEEDED: dict[Reset, tuple[tuple[str, ...], ...]] = {
    "day": (("day", "date"), ("month", "roman", "date"), ("year", "date")),
    "month": (("month", "roman", "date"), ("year", "date")),
    "year": (("year", "date"),),
    "never": (),
}
_DIGITS, _LETTERS = "0123456789", "IVX"


class BadPattern(ValueError):
    """Pola nomor ini tidak dapat dipakai."""


@dataclass(frozen=True)
class Pattern:
    """A pattern that was read: literals and fields in order; `width` is the least width of the serial."""

    pieces: tuple[tuple[str, str], ...]
    width: int

    @property
    def fields(self) -> list[str]:
        """The names of its fields in order."""
        return [value for kind, value in self.pieces if kind == "field"]


@lru_cache(maxsize=1000)
def read_pattern(text: str, reset: Reset) -> Pattern:
    """The pattern that `text` writes. Raises BadPattern where two numbers under it could be the same."""
    pieces: list[tuple[str, str]] = []
    width, end = 1, 0
    for match in _FIELD.finditer(text):
        pieces += _literal(text[end : match.start()])
        end = match.end()
        if serial := _SERIAL.fullmatch(match[1]):
            width = int(serial[1] or 1)
            pieces.append(("field", "serial"))
        elif match[1] in _PLAIN:
            pieces.append(("field", match[1]))
        else:
            known = ", ".join(f"{{{name}}}" for name in ("serial", "serial:04d", *_PLAIN))
            raise BadPattern(f"pola nomor tidak mengenal {{{match[1]}}}; yang ada: {known}")
    pattern = Pattern((*pieces, *_literal(text[end:])), width)
    _require_distinct(pattern, reset)
    return pattern


def _literal(text: str) -> list[tuple[str, str]]:
    if not _LITERAL.fullmatch(text):
        raise BadPattern("pola nomor hanya memuat huruf besar, angka, garis miring, tanda hubung, dan titik")
    return [("literal", text)] if text else []


def _require_distinct(pattern: Pattern, reset: Reset) -> None:
    fields = pattern.fields
    if fields.count("serial") != 1:
        raise BadPattern("pola nomor harus memuat {serial} tepat satu kali, supaya nomor tidak pernah sama")
    if twice := next((name for name in fields if fields.count(name) > 1), ""):
        raise BadPattern(f"pola nomor memuat {{{twice}}} lebih dari satu kali")
    for group in _NEEDED[reset]:
        if not set(group) & set(fields):
            wanted = " atau ".join(f"{{{name}}}" for name in group)
            message = f"nomor urut dimulai lagi setiap {RESETS[reset]}, jadi pola nomor harus memuat {wanted}"
            raise BadPattern(message)
    longest = fill(pattern, office="9999", book="X" * 8, day=date(2028, 8, 8), serial=10**WIDEST_SERIAL - 1)
    if len(longest) > LONGEST:
        raise BadPattern(f"nomor menurut pola ini dapat lebih panjang dari {LONGEST} huruf")


def fill(pattern: Pattern, *, office: str, book: str, day: date, serial: int) -> str:
    """The number of a serial on a day."""
    values = {
        "serial": f"{serial:0{pattern.width}d}",
        "date": f"{day:%d%m}{day.year:04d}",
        "day": f"{day:%d}",
        "month": f"{day:%m}",
        "roman": ROMAN[day.month - 1],
        "year": f"{day.year:04d}",
        "office": office,
        "book": book,
    }
    return "".join(value if kind == "literal" else values[value] for kind, value in pattern.pieces)


def period(reset: Reset, day: date) -> str:
    """The time in which a serial is given once, as part of a counter's key: a day, a month, a year, or ""."""
    return {"day": day.isoformat(), "month": f"{day:%Y-%m}", "year": f"{day.year}", "never": ""}[reset]


def overlap(one: Pattern, other: Pattern, *, office: str, books: tuple[str, str]) -> str:
    """A number that both patterns can make at an office, each for its book of `books`; "" where there is
    none.

    Both are read as machines that write a number sign by sign, and run side by side.
    """
    machines = [
        _Machine(_classes(pattern, office, book)) for pattern, book in zip((one, other), books, strict=True)
    ]
    start = (machines[0].start, machines[1].start)
    reached, open_states = {start}, [(start, "")]
    while open_states:
        (left, right), text = open_states.pop(0)
        if machines[0].done(left) and machines[1].done(right):
            return text
        for sign, after_left in machines[0].steps(left):
            for also, after_right in machines[1].steps(right):
                if sign == also and (after_left, after_right) not in reached:
                    reached.add((after_left, after_right))
                    open_states.append(((after_left, after_right), text + sign))
    return ""


# A place of a machine: which part of the pattern it is in, and how much of that is written already.
_Place = tuple[int, str]


class _Machine:
    """Writes every number of a pattern (and, for the parts of a date, a few that no day has)."""

    def __init__(self, parts: list[tuple[str, int | str]]) -> None:
        self.parts = parts
        self.start: _Place = (0, "")

    def done(self, place: _Place) -> bool:
        """Whether a number may end here."""
        part, written = place
        return part == len(self.parts) or (part == len(self.parts) - 1 and self._complete(part, written))

    def steps(self, place: _Place) -> Iterator[tuple[str, _Place]]:
        """Each sign that may follow, and where it leads."""
        part, written = place
        if part == len(self.parts):
            return
        for sign in self._next(part, written):
            yield sign, self._after(part, written + sign)
        if written and self._complete(part, written):
            yield from self.steps((part + 1, ""))

    def _after(self, part: int, written: str) -> _Place:
        kind, size = self.parts[part]
        if kind == "serial":  # only how many digits there are matters, and no more than its width
            return (part, "0" * min(len(written), int(size)))
        if kind == "digits":
            return (part + 1, "") if len(written) == int(size) else (part, "0" * len(written))
        if kind == "literal" and written == size:
            return (part + 1, "")
        return (part, written)

    def _next(self, part: int, written: str) -> str:
        kind, size = self.parts[part]
        if kind == "literal":
            return str(size)[len(written)]
        if kind == "roman":
            return "".join(
                sign for sign in _LETTERS if any(name.startswith(written + sign) for name in ROMAN)
            )
        return _DIGITS

    def _complete(self, part: int, written: str) -> bool:
        kind, size = self.parts[part]
        if kind == "serial":
            return len(written) >= int(size)
        return kind == "roman" and written in ROMAN


def _classes(pattern: Pattern, office: str, book: str) -> list[tuple[str, int | str]]:
    """The parts of a pattern as `_Machine` writes them."""
    widths = {"date": 8, "day": 2, "month": 2, "year": 4}
    named = {"office": office, "book": book}
    parts: list[tuple[str, int | str]] = []
    for kind, value in pattern.pieces:
        if kind == "literal" or value in named:
            parts.append(("literal", named.get(value, value) if kind == "field" else value))
        elif value == "serial":
            parts.append(("serial", pattern.width))
        elif value == "roman":
            parts.append(("roman", 0))
        else:
            parts.append(("digits", widths[value]))
    return parts
