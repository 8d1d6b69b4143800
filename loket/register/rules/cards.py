"""How long cards count, and from which age. Plain Python.

UU 24/2013 art. 63 and 64; Permendagri 2/2016 (KIA). The ages that an office may set otherwise come from its
`cards` in office.yaml.
"""

from dataclasses import dataclass
from datetime import date, timedelta

ID_CARD_AGE = 17


def birthday(birth: date, age: int) -> date:
    """The day on which somebody completes `age` years; for 29 February in a common year, 1 March."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 3, 1)


@dataclass(frozen=True)
class ChildCard:
    """Which of the two KIA a child gets: until when it counts, and whether it shows a photo."""

    valid_until: date
    photo: bool


def child_card(birth: date, day: date, *, first_until: int, photo_from: int) -> ChildCard:
    """KIA pertama berlaku sampai ulang tahun ke-5 dan tanpa foto; KIA berikutnya sampai sehari sebelum anak
    berusia 17 tahun, dengan foto (Permendagri 2/2016). Batas usianya menurut ketentuan kantor."""
    first, grown = birthday(birth, first_until), birthday(birth, ID_CARD_AGE)
    valid_until = first if day < first else grown - timedelta(days=1)
    return ChildCard(valid_until, photo=day >= birthday(birth, photo_from))
