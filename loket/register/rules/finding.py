"""What somebody types to find a resident: one field that recognises numbers, dates and names, or several."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from loket.core.errors import LoketError
from loket.core.names import address_words, name_choices, same_sound
from loket.core.wording import MONTHS

LONGEST = 100
# How far apart two births of one mother may be recorded and still be one that was written down twice.
NEAR_DAYS = 30
_BETWEEN = re.compile(r"[\s.\-]+")
_MONTHS = {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)} | {"agt": 8}
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[\s./-]+(\d{1,2}|[a-z]{3,9})[\s./-]+(\d{4})(?!\d)", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")


class Unfindable(LoketError):
    """Yang dicari tidak dapat dibaca."""

    status = 422


class NothingToFind(Unfindable):
    """Isi dulu yang dicari: NIK, nomor KK, nama, tanggal lahir, nama ibu, atau alamat."""


class TooWide(Unfindable):
    """Desa/kelurahan saja terlalu luas. Isi juga nama, tanggal lahir, nama ibu, atau alamat."""


class NotSixteen(Unfindable):
    """NIK dan nomor KK terdiri dari 16 angka. Hitung kembali angkanya."""


class NoSuchDay(Unfindable):
    """Tanggal ini tidak ada. Tulis seperti 17-08-1990."""


class WrongOrder(Unfindable):
    """Tanggal lahir yang pertama harus sebelum yang kedua."""


class NotAName(Unfindable):
    """Nama ditulis dengan huruf, tanpa angka."""


@dataclass(frozen=True)
class Wanted:
    """Whom somebody looks for: everything that is given must be so."""

    number: str = ""
    name: str = ""
    mother: str = ""
    born_from: date | None = None
    born_to: date | None = None
    address: str = ""
    village: str = ""

    @property
    def kinds(self) -> list[str]:
        """What kind of thing is looked for, in words that hold nothing of it: for the journal."""
        given = {
            "NIK atau nomor KK": self.number,
            "nama": self.name,
            "tanggal lahir": self.born_from or self.born_to,
            "nama ibu": self.mother,
            "alamat": self.address,
            "desa/kelurahan": self.village,
        }
        return [kind for kind, value in given.items() if value]


def _date(day: str, month: str, year: str) -> date:
    number = int(month) if month.isdigit() else _MONTHS.get(month[:3].lower(), 0)
    try:
        return date(int(year), number, int(day))
    except ValueError as error:
        raise NoSuchDay() from error


def _take_date(text: str) -> tuple[date | None, str]:
    """The date in a text, and the text without it. Raises NoSuchDay."""
    for pattern in (_YEAR_FIRST, _DAY_FIRST):
        if found := pattern.search(text):
            one, two, three = found.groups()
            day = _date(three, two, one) if pattern is _YEAR_FIRST else _date(one, two, three)
            return day, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text


def recognised(text: str) -> Wanted:
    """What was typed into the one field: a NIK or nomor KK, a birth date, a name, or the last two together.

    Raises NothingToFind, NotSixteen, NoSuchDay, NotAName.
    """
    text = " ".join(text.split())
    digits = _BETWEEN.sub("", text)
    if digits.isascii() and digits.isdigit():
        if len(digits) == 16:
            return Wanted(number=digits)
        if len(digits) == 8 and not _YEAR_FIRST.fullmatch(text):
            day = _date(digits[:2], digits[2:4], digits[4:])
            return Wanted(born_from=day, born_to=day)
    born, rest = _take_date(text)
    name = rest.strip(" .,-/")
    if any(sign.isdigit() for sign in name):
        raise (NotAName() if any(sign.isalpha() for sign in name) else NotSixteen())
    if name and not name_choices(name):
        raise NotAName()
    if not name and born is None:
        raise NothingToFind()
    return Wanted(name=name, born_from=born, born_to=born)


def read_wanted(typed: Mapping[str, str]) -> Wanted:
    """The search as typed: `cari`, `nama_ibu`, `lahir_dari`, `lahir_sampai`, `alamat`, `desa`.

    Raises Unfindable with the field that it is about.
    """
    text = {key: " ".join(value.split())[:LONGEST] for key, value in typed.items()}
    found = _read("cari", lambda: recognised(text["cari"])) if text.get("cari") else Wanted()
    mother, address = text.get("nama_ibu", ""), text.get("alamat", "")
    if mother and not name_choices(mother):
        raise NotAName(field="nama_ibu")
    if address and not address_words(address):
        raise NothingToFind(field="alamat")
    first, last = read_day(text, "lahir_dari"), read_day(text, "lahir_sampai")
    if first and last and first > last:
        raise WrongOrder(field="lahir_dari")
    wanted = Wanted(
        number=found.number,
        name=found.name,
        mother=mother,
        born_from=max((day for day in (found.born_from, first) if day), default=None),
        born_to=min((day for day in (found.born_to, last) if day), default=None),
        address=address,
        village=text.get("desa", ""),
    )
    if wanted.kinds in ([], ["desa/kelurahan"]):
        raise (TooWide if wanted.village else NothingToFind)(field="cari")
    return wanted


def read_day(text: Mapping[str, str], key: str) -> date | None:
    """A date as typed in a field of its own, or None where it is empty. Raises NoSuchDay with the field."""
    if not text.get(key):
        return None
    found = _read(key, lambda: recognised(text[key]))
    if found.born_from is None or found.name:
        raise NoSuchDay(field=key)
    return found.born_from


def _read(key: str, read: Callable[[], Wanted]) -> Wanted:
    try:
        return read()
    except Unfindable as failure:
        failure.field = key
        raise


def near_niks(nik: str) -> list[str]:
    """The numbers that differ from a NIK in exactly one digit: 144."""
    return [
        nik[:place] + other + nik[place + 1 :]
        for place, digit in enumerate(nik)
        for other in "0123456789"
        if other != digit
    ]


@dataclass(frozen=True)
class Known:
    """What the suspicion of a duplicate looks at."""

    nik: str
    name: str
    birth_date: date
    mother_nik: str
    mother_name: str


def suspicions(one: Known, other: Known) -> list[str]:
    """Why two residents may be one person, in sentences; empty where nothing says so."""
    found = []
    same_name = same_sound(one.name, other.name)
    if same_name and one.birth_date == other.birth_date:
        found.append("Nama berbunyi sama dan tanggal lahir sama.")
    if same_name and len(one.nik) == len(other.nik) and _digits_apart(one.nik, other.nik) == 1:
        found.append("Nama berbunyi sama dan NIK berbeda satu angka.")
    if mother := _mother(one, other):
        days = abs((one.birth_date - other.birth_date).days)
        if days == 0 and not same_name:
            found.append(f"{mother}, lahir pada hari yang sama: mungkin kembar, mungkin tercatat dua kali.")
        elif days == 0:
            found.append(f"{mother}.")
        elif days <= NEAR_DAYS:
            found.append(f"{mother}, tanggal lahir berselisih {days} hari.")
    return found


def _digits_apart(one: str, other: str) -> int:
    return sum(first != second for first, second in zip(one, other, strict=True))


def _mother(one: Known, other: Known) -> str:
    """In which way the mother is the same; empty where she is not, or may be another of that name."""
    if one.mother_nik and other.mother_nik:
        return "NIK ibu sama" if one.mother_nik == other.mother_nik else ""
    alike = same_sound(one.mother_name, other.mother_name)
    return "Nama ibu berbunyi sama" if alike and one.birth_date == other.birth_date else ""
