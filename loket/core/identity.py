"""NIK and nomor KK: 16 digits `PPKKCC DDMMYY NNNN`.

The region is where the number was first issued, never the present address; the birth date and sex in a
NIK serve a plausibility warning only and are never read as data (UU 24/2013 art. 13).

What is wrong with a number has a level. `reject`: it is none. `override`: it cannot have been issued so, but
old numbers exist that were; it goes into the register only after a supervisor gave a reason. `warn`: it does
not agree with something and is only shown. `nik_findings` and `family_card_findings` tell them all, `parse`
refuses the first level; the register's table of residents refuses the second one without a reason.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import Literal

Sex = Literal["L", "P"]
Level = Literal["reject", "override", "warn"]
_SEPARATORS = re.compile(r"[\s.\-]+")
WOMAN_DAY_SHIFT = 40


# `match` with an end that a line break cannot slip past.
_SIXTEEN = re.compile(r"[0-9]{16}\Z")
# Days of each month; February has 29 where the year can be a leap year.
_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class InvalidNumber(ValueError):
    """Nomor harus terdiri dari 16 angka."""


@dataclass(frozen=True)
class Finding:
    """Something about a number: how grave, a word for it that programs count by, and the sentence."""

    level: Level
    code: str
    message: str


_NOT_A_NIK = Finding("reject", "nik_digits", "NIK harus terdiri dari 16 angka.")
_NOT_A_KK = Finding("reject", "kk_digits", "Nomor KK harus terdiri dari 16 angka.")
_IMPOSSIBLE_NIK = Finding(
    "override", "nik_impossible", "NIK ini tidak mungkin: angka ke-7 sampai ke-12 bukan tanggal lahir."
)
_IMPOSSIBLE_KK = Finding(
    "override", "kk_impossible", "Nomor KK ini tidak mungkin: angka ke-7 sampai ke-12 bukan tanggal terbit."
)
_OTHER_SEX = Finding("warn", "nik_sex", "Jenis kelamin pada NIK tidak sama dengan data.")
_OTHER_BIRTH = Finding("warn", "nik_birth_date", "Tanggal lahir pada NIK tidak sama dengan data.")
_SERIAL_ZERO = Finding("warn", "nik_serial", "Nomor urut 0000 tidak pernah diterbitkan.")


def digits_of(text: str) -> str:
    """A number as people type it without the spaces, dots and dashes that may stand in it."""
    return text if text.isdigit() else _SEPARATORS.sub("", text)


def _region_finding(digits: str, regions: Container[str], what: str) -> Finding | None:
    """A region of issue that is neither in force nor retired: a warning, never more (older codes exist)."""
    province, regency = digits[:2], f"{digits[:2]}.{digits[2:4]}"
    word = what.lower().replace("nomor ", "")
    if province not in regions:
        return Finding("warn", f"{word}_province", f"Kode provinsi pada {what} tidak dikenal.")
    if regency not in regions or f"{regency}.{digits[4:6]}" not in regions:
        return Finding(
            "warn", f"{word}_region", f"Kode kabupaten/kota atau kecamatan pada {what} tidak dikenal."
        )
    return None


def nik_findings(
    text: str,
    *,
    sex: Sex | None = None,
    birth_date: date | None = None,
    regions: Container[str] | None = None,
) -> list[Finding]:
    """All that is wrong or odd about a NIK, the gravest first; empty where nothing is.

    `regions` are the dotted codes of areas in force and retired. After a `reject` nothing else is looked at.
    """
    digits = digits_of(text)
    if not _SIXTEEN.match(digits):
        return [_NOT_A_NIK]
    day = int(digits[6:8])
    found = []
    born = day - WOMAN_DAY_SHIFT if day > WOMAN_DAY_SHIFT else day
    if not _valid_day_month(born, digits):
        found.append(_IMPOSSIBLE_NIK)
    if regions is not None and (unknown := _region_finding(digits, regions, "NIK")):
        found.append(unknown)
    if sex is not None and (day > WOMAN_DAY_SHIFT) != (sex == "P"):
        found.append(_OTHER_SEX)
    shown = (born, int(digits[8:10]), int(digits[10:12]))
    if birth_date is not None and shown != (birth_date.day, birth_date.month, birth_date.year % 100):
        found.append(_OTHER_BIRTH)
    if digits.endswith("0000"):
        found.append(_SERIAL_ZERO)
    return found


def family_card_findings(text: str, *, regions: Container[str] | None = None) -> list[Finding]:
    """All that is wrong or odd about a nomor KK, the gravest first; see `nik_findings`."""
    digits = digits_of(text)
    if not _SIXTEEN.match(digits):
        return [_NOT_A_KK]
    found = []
    if not _valid_day_month(int(digits[6:8]), digits):
        found.append(_IMPOSSIBLE_KK)
    if regions is not None and (unknown := _region_finding(digits, regions, "Nomor KK")):
        found.append(unknown)
    return found


def impossible(findings: list[Finding]) -> Finding | None:
    """The finding that wants a supervisor's reason, if there is one."""
    return next((finding for finding in findings if finding.level == "override"), None)


def _refuse(findings: list[Finding]) -> None:
    for finding in findings:
        if finding.level == "reject":
            raise InvalidNumber(finding.message)


def _valid_day_month(day: int, digits: str) -> bool:
    """Whether `day` exists in the month and year (19YY or 20YY) of these sixteen digits."""
    month, year = int(digits[8:10]), int(digits[10:12])
    if not 1 <= month <= 12 or not 1 <= day <= _DAYS[month]:
        return False
    # Of 1900 and 2000 the second was a leap year; all other leap years of both centuries have the same YY.
    return (month, day) != (2, 29) or year % 4 == 0


@dataclass(frozen=True)
class Nik:
    """A NIK: sixteen digits, of which `nik_findings` says whether they can be one."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> "Nik":
        """Read a NIK as people type it (spaces, dots and dashes allowed).

        Raises InvalidNumber with an Indonesian sentence where it has not sixteen digits.
        """
        digits = digits_of(text)
        _refuse(nik_findings(digits))
        return cls(digits)

    @property
    def region(self) -> str:
        """Code of the kecamatan of first issue, dotted: `64.71.01`."""
        return f"{self.digits[:2]}.{self.digits[2:4]}.{self.digits[4:6]}"

    def warnings(self, *, sex: Sex | None = None, birth_date: date | None = None) -> list[str]:
        """What does not agree with the person's recorded sex and birth date; empty where all agrees."""
        return [finding.message for finding in nik_findings(self.digits, sex=sex, birth_date=birth_date)]

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True)
class FamilyCardNumber:
    """A nomor KK: sixteen digits for region, date of issue (day not shifted) and serial."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> "FamilyCardNumber":
        """Read a nomor KK as people type it. Raises InvalidNumber with an Indonesian sentence."""
        digits = digits_of(text)
        _refuse(family_card_findings(digits))
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
