"""Rules of cards, in plain Python."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

from loket.register.rules.cards import ID_CARD_AGE, birthday, child_card


def card_valid_until(birth: date, today: date, *, married: bool = False, first_until: int = 5) -> date | None:
    """KIA berlaku sampai ulang tahun ke-5, kartu berikutnya sampai sehari sebelum 17 tahun (Permendagri
    2/2016); KTP-el warga negara Indonesia, juga yang kawin sebelum berusia 17 tahun, berlaku seumur hidup
    (UU 24/2013 Pasal 63 dan 64 ayat 7)."""
    if married or today >= birthday(birth, ID_CARD_AGE):
        return None
    return child_card(birth, today, first_until=first_until, photo_from=first_until).valid_until


def photo_background(birth: date, today: date, *, photo_from: int = 5) -> Literal["red", "blue", "none"]:
    """Latar foto merah untuk tahun lahir ganjil, biru untuk genap (Standar Pelayanan Balikpapan); kartu
    anak di bawah usia berfoto tanpa foto (Permendagri 2/2016: 5 tahun; kantor dapat menetapkan lain)."""
    if today < birthday(birth, photo_from):
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
