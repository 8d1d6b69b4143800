"""Patterns of numbers: what they write, what is refused, and that none can write a number twice."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loket.core.numbering import (
    LONGEST,
    RESETS,
    WIDEST_SERIAL,
    BadPattern,
    Reset,
    fill,
    overlap,
    period,
    read_pattern,
)

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "reset", "number"),
    [
        ("{office}-{book}-{date}-{serial:04d}", "day", "9971-LU-20112026-0012"),
        ("{book}/{office}/{date}/{serial:04d}", "day", "LU/9971/20112026/0012"),
        ("{serial:04d}/BA/{office}/{year}", "year", "0012/BA/9971/2026"),
        ("471/{serial}/{roman}/{year}", "month", "471/12/XI/2026"),
        ("{serial:05d}.{day}.{month}.{year}", "day", "00012.20.11.2026"),
        ("NO.{serial}", "never", "NO.12"),
    ],
)
def test_a_pattern_writes_a_number(text: str, reset: Reset, number: str) -> None:
    assert fill(read_pattern(text, reset), office="9971", book="LU", day=DAY, serial=12) == number


@pytest.mark.parametrize(
    ("text", "reset", "part"),
    [
        ("{office}-{date}", "day", "{serial} tepat satu kali"),
        ("{serial}-{serial:04d}-{year}", "year", "{serial} tepat satu kali"),
        ("{serial}/{year}", "day", "{day} atau {date}"),
        ("{serial}/{day}/{year}", "day", "{month} atau {roman} atau {date}"),
        ("{serial}/{roman}", "month", "{year} atau {date}"),
        ("{serial}/{office}", "year", "{year} atau {date}"),
        ("{serial}/{year}/{year}", "year", "{year} lebih dari satu kali"),
        ("{serial}/{tahun}", "year", "tidak mengenal {tahun}"),
        ("{serial:4d}/{year}", "year", "tidak mengenal {serial:4d}"),
        ("{serial:09d}/{year}", "year", "tidak mengenal {serial:09d}"),
        ("no {serial}/{year}", "year", "hanya memuat huruf besar"),
        ("{serial/{year}", "year", "hanya memuat huruf besar"),
        ("SEKRETARIAT/DUKCAPIL/KOTA/{serial}/{date}", "day", "lebih panjang dari 40 huruf"),
    ],
)
def test_what_could_repeat_or_cannot_be_read_is_refused(text: str, reset: Reset, part: str) -> None:
    with pytest.raises(BadPattern) as refused:
        read_pattern(text, reset)
    assert part in str(refused.value)


LITERALS = st.text("AIVX019/.-", max_size=3)
PARTS = ("date", "day", "month", "roman", "year", "office", "book")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Any order of fields with anything between them; some of them are refused."""
    named = draw(st.lists(st.sampled_from(PARTS), unique=True, max_size=4))
    serial = draw(st.sampled_from(["serial", "serial:02d", "serial:04d"]))
    fields = draw(st.permutations([*named, serial]))
    return "".join(draw(LITERALS) + f"{{{name}}}" for name in fields) + draw(LITERALS)


MOMENTS = st.tuples(st.dates(date(2020, 1, 1), date(2031, 12, 31)), st.integers(1, 10**WIDEST_SERIAL - 1))


def same_serial(reset: Reset, one: tuple[date, int], other: tuple[date, int]) -> bool:
    """Whether a counter that begins anew at `reset` gives these two only once."""
    return (period(reset, one[0]), one[1]) == (period(reset, other[0]), other[1])


@given(texts(), st.sampled_from(sorted(RESETS)), st.lists(MOMENTS, min_size=2, max_size=8))
def test_two_serials_never_give_one_number(text: str, reset: Reset, moments: list[tuple[date, int]]) -> None:
    try:
        pattern = read_pattern(text, reset)
    except BadPattern:
        return
    numbers = [fill(pattern, office="9971", book="LU", day=day, serial=serial) for day, serial in moments]
    assert max(map(len, numbers)) <= LONGEST
    for here, number in enumerate(numbers):
        for there in range(here):
            if not same_serial(reset, moments[here], moments[there]):
                assert number != numbers[there]


@settings(max_examples=40, deadline=None)
@given(texts(), st.sampled_from(sorted(RESETS)), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_over_two_years_of_days_every_number_is_new(text: str, reset: Reset, first: date) -> None:
    """As a counter gives them: two a day, beginning anew where the pattern says so."""
    try:
        pattern = read_pattern(text, reset)
    except BadPattern:
        return
    seen: set[str] = set()
    last: dict[str, int] = {}
    for day in (first + timedelta(days=step) for step in range(731)):
        for _ in range(2):
            key = period(reset, day)
            last[key] = last.get(key, 0) + 1
            number = fill(pattern, office="9971", book="LU", day=day, serial=last[key])
            assert number not in seen
            seen.add(number)


@given(texts(), texts(), MOMENTS, MOMENTS)
def test_patterns_that_are_said_to_be_apart_are_apart(
    text: str, other: str, one: tuple[date, int], two: tuple[date, int]
) -> None:
    try:
        pattern, against = read_pattern(text, "never"), read_pattern(other, "never")
    except BadPattern:
        return
    shared = overlap(pattern, against, office="9971", books=("LU", "KM"))
    numbers = (
        fill(pattern, office="9971", book="LU", day=one[0], serial=one[1]),
        fill(against, office="9971", book="KM", day=two[0], serial=two[1]),
    )
    assert shared or numbers[0] != numbers[1]


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("{serial:04d}/BA/{year}", "{serial:05d}/BA/{year}", "00000/BA/0000"),
        ("{serial:04d}/BA/{year}", "{serial:04d}/RESI/{year}", ""),
        ("A{serial}", "A1{serial}", "A10"),
        ("{book}-{serial}", "{book}-{serial}", ""),
        ("{serial}/{roman}/{year}", "{serial}/V/{year}", "0/V/0000"),
        ("{serial}/{roman}/{year}", "{serial}/L/{year}", ""),
        ("{date}{serial:04d}", "{year}{serial:02d}{month}{day}", "000000000000"),
    ],
)
def test_a_number_that_two_patterns_share_is_found(one: str, other: str, shared: str) -> None:
    patterns = read_pattern(one, "never"), read_pattern(other, "never")
    assert overlap(*patterns, office="9971", books=("LU", "KM")) == shared


def test_periods_are_what_their_names_say() -> None:
    days = [date(2026, 12, 30) + timedelta(days=step) for step in range(4)]
    changes = {
        reset: sum(period(reset, a) != period(reset, b) for a, b in pairwise(days)) for reset in RESETS
    }
    assert changes == {"day": 3, "month": 1, "year": 1, "never": 0}
