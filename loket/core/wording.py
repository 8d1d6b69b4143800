"""Numbers and dates as Indonesian words, for documents and pages."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
DAYS = "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split()
_UNITS = "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split()
_ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
# (value, its word when it stands alone, its word after a multiplier)
_STEPS = ((1000, "seribu", "ribu"), (100, "seratus", "ratus"))


def number_words(number: int) -> str:
    """`2026` as `dua ribu dua puluh enam`. Takes 0 to 999,999; raises ValueError beyond."""
    if not 0 <= number < 1_000_000:
        raise ValueError(f"{number} is outside 0..999999")
    if number < 12:
        return _UNITS[number]
    if number < 20:
        return f"{_UNITS[number - 10]} belas"
    if number < 100:
        return _joined(f"{_UNITS[number // 10]} puluh", number % 10)
    for value, alone, after in _STEPS:
        if number >= value:
            count = number // value
            head = alone if count == 1 else f"{number_words(count)} {after}"
            return _joined(head, number % value)
    raise AssertionError("unreachable: every number is below 12, 20, 100 or above a step")


def _joined(head: str, rest: int) -> str:
    return f"{head} {number_words(rest)}" if rest else head


def long_date(day: date) -> str:
    """`17 Agustus 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def date_words(day: date) -> str:
    """`tujuh belas Agustus dua ribu dua puluh enam`, as a kutipan writes a birth date."""
    return f"{number_words(day.day)} {MONTHS[day.month - 1]} {number_words(day.year)}"


def day_name(day: date) -> str:
    """`Senin`."""
    return DAYS[day.weekday()]


def zone_name(zone: ZoneInfo) -> str:
    """`WITA` for Asia/Makassar; the key itself for a zone outside Indonesia."""
    return _ZONE_NAMES.get(zone.key, zone.key)


def local_moment(moment: datetime, zone: ZoneInfo) -> str:
    """`Senin, 17 Agustus 2026 pukul 09.05 WITA`."""
    local = moment.astimezone(zone)
    return f"{day_name(local)}, {long_date(local)} pukul {local:%H.%M} {zone_name(zone)}"
