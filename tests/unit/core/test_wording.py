"""Numbers, dates and moments in Indonesian words."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from loket.core.wording import date_words, day_name, local_moment, long_date, number_words, zone_name

UNITS = {
    word: value
    for value, word in enumerate("nol satu dua tiga empat lima enam tujuh delapan sembilan".split())
}
WHOLE = {"sepuluh": 10, "sebelas": 11, "seratus": 100, "seribu": 1000}
LARGEST = 999_999


def value_of(words: str) -> int:
    """The number that `words` say, read from the left by a grammar of its own."""
    thousands = part = unit = 0
    for word in words.split():
        if word in UNITS:
            unit = UNITS[word]
            continue
        if word == "ribu":
            thousands, part = (part + unit) * 1000, 0
        elif word == "belas":
            part += 10 + unit
        elif word in ("puluh", "ratus"):
            part += unit * {"puluh": 10, "ratus": 100}[word]
        else:
            part += WHOLE[word]
        unit = 0
    return thousands + part + unit


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (99, "sembilan puluh sembilan"),
        (100, "seratus"),
        (101, "seratus satu"),
        (111, "seratus sebelas"),
        (200, "dua ratus"),
        (999, "sembilan ratus sembilan puluh sembilan"),
        (1000, "seribu"),
        (1001, "seribu satu"),
        (1945, "seribu sembilan ratus empat puluh lima"),
        (2000, "dua ribu"),
        (2026, "dua ribu dua puluh enam"),
        (10_000, "sepuluh ribu"),
        (11_011, "sebelas ribu sebelas"),
        (21_000, "dua puluh satu ribu"),
        (100_000, "seratus ribu"),
        (101_100, "seratus satu ribu seratus"),
        (LARGEST, "sembilan ratus sembilan puluh sembilan ribu sembilan ratus sembilan puluh sembilan"),
    ],
)
def test_numbers_as_they_are_spoken(number: int, words: str) -> None:
    assert number_words(number) == words
    assert value_of(words) == number


def test_words_say_their_number() -> None:
    sample = [*range(3000), *range(3000, LARGEST, 787), *range(LARGEST - 300, LARGEST + 1)]
    assert [number for number in sample if value_of(number_words(number)) != number] == []


def test_one_is_joined_to_hundreds_and_a_lone_thousand() -> None:
    spoken = [number_words(number) for number in range(20_000)]
    wrong = ("satu puluh", "satu belas", "satu ratus")
    assert [words for words in spoken if any(each in words for each in wrong)] == []
    assert [words for words in spoken if words.startswith("satu ribu")] == []
    assert [words for words in spoken if words != " ".join(words.split())] == []


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_beyond_a_million_there_are_no_words(number: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        number_words(number)


@pytest.mark.parametrize(
    ("day", "long", "words", "name"),
    [
        (
            date(2026, 8, 17),
            "17 Agustus 2026",
            "tujuh belas Agustus dua ribu dua puluh enam",
            "Senin",
        ),
        (date(2000, 2, 29), "29 Februari 2000", "dua puluh sembilan Februari dua ribu", "Selasa"),
        (
            date(1999, 12, 31),
            "31 Desember 1999",
            "tiga puluh satu Desember seribu sembilan ratus sembilan puluh sembilan",
            "Jumat",
        ),
        (date(2026, 1, 1), "1 Januari 2026", "satu Januari dua ribu dua puluh enam", "Kamis"),
        (date(2026, 11, 22), "22 November 2026", "dua puluh dua November dua ribu dua puluh enam", "Minggu"),
    ],
)
def test_dates(day: date, long: str, words: str, name: str) -> None:
    assert long_date(day) == long
    assert date_words(day) == words
    assert day_name(day) == name


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Jakarta", "Minggu, 16 Agustus 2026 pukul 23.05 WIB"),
        ("Asia/Makassar", "Senin, 17 Agustus 2026 pukul 00.05 WITA"),
        ("Asia/Jayapura", "Senin, 17 Agustus 2026 pukul 01.05 WIT"),
        ("UTC", "Minggu, 16 Agustus 2026 pukul 16.05 UTC"),
    ],
)
def test_a_moment_is_told_in_the_zone_of_the_office(zone: str, shown: str) -> None:
    moment = datetime(2026, 8, 16, 16, 5, tzinfo=UTC)
    assert local_moment(moment, ZoneInfo(zone)) == shown


def test_zones_outside_indonesia_keep_their_name() -> None:
    assert zone_name(ZoneInfo("Asia/Makassar")) == "WITA"
    assert zone_name(ZoneInfo("Asia/Tokyo")) == "Asia/Tokyo"
