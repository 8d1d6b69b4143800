"""The six civil statuses of F-1.01 and the four of a KTP-el: national data, and what is made of it."""

from pathlib import Path

import pytest

from loket.catalogue.loader import read_code_lists
from loket.register.queries import card_status

STANDARDS = Path(__file__).parents[3] / "standards"
LISTS = read_code_lists(
    STANDARDS, ("status_kawin_f101", "status_kawin_dasar", "status_kawin_ktp_el", "kewarganegaraan")
)


def test_each_of_the_six_is_one_of_the_four() -> None:
    assert set(LISTS["status_kawin_ktp_el"]) == set(LISTS["status_kawin_f101"])
    assert set(LISTS["status_kawin_ktp_el"].values()) == set(LISTS["status_kawin_dasar"].values())


@pytest.mark.parametrize(
    ("recorded", "printed"),
    [
        ("BELUM KAWIN", "BELUM KAWIN"),
        ("KAWIN TERCATAT", "KAWIN"),
        ("KAWIN BELUM TERCATAT", "KAWIN"),
        ("CERAI HIDUP TERCATAT", "CERAI HIDUP"),
        ("CERAI HIDUP BELUM TERCATAT", "CERAI HIDUP"),
        ("CERAI MATI", "CERAI MATI"),
    ],
)
def test_a_card_does_not_say_whether_it_is_recorded(recorded: str, printed: str) -> None:
    assert card_status(recorded) == printed


def test_nationalities_are_a_list_of_the_nation() -> None:
    assert list(LISTS["kewarganegaraan"].values()) == ["WNI", "WNA", "DUA KEWARGANEGARAAN"]
