"""NIK and nomor KK: 16 digits `PPKKCC DDMMYY NNNN`.

The region is where the number was first issued, never the present address; the birth date and sex in a
NIK serve a plausibility warning only and are never read as data (UU 24/2013 art. 13).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Sex = Literal["L", "P"]
_SEPARATORS = re.compile(r"[\s.\-]+")
WOMAN_DAY_SHIFT = 40


class InvalidNumber(ValueError):
    """Nomor harus terdiri dari 16 angka."""


def _sixteen_digits(text: str, what: str) -> str:
    digits = _SEPARATORS.sub("", text)
    if not re.fullmatch(r"[0-9]{16}", digits):
        raise InvalidNumber(f"{what} harus terdiri dari 16 angka.")
    return digits


def _valid_day_month(day: int, month: int, two_digit_year: int) -> bool:
    """Whether day and month exist in 19YY or 20YY."""
    for century in (1900, 2000):
        try:
            date(century + two_digit_year, month, day)
        except ValueError:
            continue
        return True
    return False


@dataclass(frozen=True)
class Nik:
    """A NIK whose 16 digits can be one: day and month exist, the day shifted by 40 for women."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> "Nik":
        """Read a NIK as people type it (spaces, dots and dashes allowed).

        Raises InvalidNumber with an Indonesian sentence: not 16 digits, or an impossible day or month.
        """
        digits = _sixteen_digits(text, "NIK")
        day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
        if 41 <= day <= 71:
            day -= WOMAN_DAY_SHIFT
        if not _valid_day_month(day, month, year):
            raise InvalidNumber("NIK ini tidak mungkin: angka ke-7 sampai ke-12 bukan tanggal lahir.")
        return cls(digits)

    @property
    def region(self) -> str:
        """Code of the kecamatan of first issue, dotted: `64.71.01`."""
        return f"{self.digits[:2]}.{self.digits[2:4]}.{self.digits[4:6]}"

    def warnings(self, *, sex: Sex | None = None, birth_date: date | None = None) -> list[str]:
        """What does not agree with the person's recorded sex and birth date; empty where all agrees."""
        found = []
        day = int(self.digits[6:8])
        if sex is not None and (day > WOMAN_DAY_SHIFT) != (sex == "P"):
            found.append("Jenis kelamin pada NIK tidak sama dengan data.")
        if birth_date is not None:
            written = f"{birth_date:%d%m%y}"
            shown = f"{day - WOMAN_DAY_SHIFT if day > WOMAN_DAY_SHIFT else day:02d}{self.digits[8:12]}"
            if written != shown:
                found.append("Tanggal lahir pada NIK tidak sama dengan data.")
        if self.digits.endswith("0000"):
            found.append("Nomor urut 0000 tidak pernah diterbitkan.")
        return found

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True)
class FamilyCardNumber:
    """A nomor KK whose 16 digits can be one: region, date of issue (day not shifted), serial."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> "FamilyCardNumber":
        """Read a nomor KK as people type it. Raises InvalidNumber with an Indonesian sentence."""
        digits = _sixteen_digits(text, "Nomor KK")
        if not _valid_day_month(int(digits[6:8]), int(digits[8:10]), int(digits[10:12])):
            raise InvalidNumber("Nomor KK ini tidak mungkin: angka ke-7 sampai ke-12 bukan tanggal terbit.")
        return cls(digits)

    def __str__(self) -> str:
        return self.digits


def nik_prefix(kecamatan_code: str, birth_date: date, sex: Sex) -> str:
    """The first 12 digits of a NIK first issued in `kecamatan_code` (dotted)."""
    day = birth_date.day + (WOMAN_DAY_SHIFT if sex == "P" else 0)
    return f"{kecamatan_code.replace('.', '')}{day:02d}{birth_date:%m%y}"


def family_card_prefix(kecamatan_code: str, issued: date) -> str:
    """The first 12 digits of a nomor KK issued on `issued` in `kecamatan_code` (dotted)."""
    return f"{kecamatan_code.replace('.', '')}{issued:%d%m%y}"


def mask_number(digits: str) -> str:
    """`6471********0001`: what may be shown of a NIK or nomor KK to somebody who has no need of it."""
    return f"{digits[:4]}{'*' * 8}{digits[-4:]}" if len(digits) == 16 else "*" * len(digits)


def mask_name(name: str) -> str:
    """`B*** S******`: first letters only."""
    return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())
