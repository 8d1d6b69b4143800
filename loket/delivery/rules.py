"""Rules of cards, in plain Python."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

# Permendagri 2/2016: one card up to the fifth birthday, without photo, another up to a day before 17.
PHOTO_FROM_AGE = 5
ADULT_AGE = 17


def _birthday(birth: date, age: int) -> date:
    """The day somebody completes `age` years; for 29 February in a common year, 1 March."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 3, 1)


def card_valid_until(birth: date, today: date, *, married: bool = False) -> date | None:
    """KIA berlaku sampai ulang tahun ke-5, kartu berikutnya sampai sehari sebelum 17 tahun (Permendagri
    2/2016); KTP-el warga negara Indonesia, juga yang kawin sebelum berusia 17 tahun, berlaku seumur hidup
    (UU 24/2013 Pasal 63 dan 64 ayat 7)."""
    fifth, adult = _birthday(birth, PHOTO_FROM_AGE), _birthday(birth, ADULT_AGE)
    if today >= adult or married:
        return None
    return fifth if today < fifth else date.fromordinal(adult.toordinal() - 1)


def photo_background(birth: date, today: date) -> Literal["red", "blue", "none"]:
    """Latar foto merah untuk tahun lahir ganjil, biru untuk genap (Standar Pelayanan Balikpapan); kartu
    anak di bawah 5 tahun tanpa foto (Permendagri 2/2016)."""
    if today < _birthday(birth, PHOTO_FROM_AGE):
        return "none"
    return "red" if birth.year % 2 else "blue"


def is_blanko_number(text: str) -> bool:
    """Whether a text can be the serial of a blanko: letters and digits, 5 to 30."""
    return re.fullmatch(r"[A-Z0-9-]{5,30}", text) is not None


def address_line(card: Mapping[str, str]) -> str:
    """A family's address on one line, without the parts that are not known."""
    rt_rw = f"RT {card['rt']}/RW {card['rw']}" if card.get("rt") and card.get("rw") else ""
    parts = [card.get("address", ""), rt_rw, card.get("village", ""), card.get("district", "")]
    return ", ".join(part for part in parts if part)
