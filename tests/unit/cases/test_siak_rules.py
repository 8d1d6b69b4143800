"""Whose file it is, by its text; and what may stand on one."""

import pytest

from loket.cases.rules.siak import (
    Expected,
    disagreements,
    niks_in,
    possible_numbers,
    same_official,
    with_title,
)

AKTA = Expected("6471-LU-17082026-0001", "Bintang Cahaya Nusantara", frozenset({"6471010108269001"}))
TEXT = (
    "KUTIPAN AKTA KELAHIRAN\r\nNomor: 6471-LU-17082026-0001.\nBINTANG CAHAYA\nNUSANTARA, NIK 6471010108269001"
)


def test_all_of_it_is_there_across_lines() -> None:
    assert disagreements(TEXT, AKTA) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (TEXT.replace("0001.", "0002."), ["nomornya tidak ada pada berkas"]),
        (TEXT.replace("CAHAYA", "CAHYA"), ["nama BINTANG CAHAYA NUSANTARA tidak ada pada berkas"]),
        (TEXT.replace("269001", "269002"), ["NIK orangnya tidak ada pada berkas"]),
    ],
)
def test_what_does_not_agree(text: str, found: list[str]) -> None:
    assert disagreements(text, AKTA) == found


def test_both_names_of_a_couple() -> None:
    both = Expected("6471-KW-01012026-0001", "BUDI SANTOSO dan RINA KUSUMA", frozenset())
    assert disagreements("6471-KW-01012026-0001 Rina Kusuma Budi Santoso", both) == []
    assert disagreements("6471-KW-01012026-0001 Budi Santoso", both) == [
        "nama RINA KUSUMA tidak ada pada berkas"
    ]


def test_a_longer_number_is_another_number() -> None:
    assert "6471010108269001" not in possible_numbers("64710101082690011")
    assert disagreements("16471-LU-17082026-0001 BINTANG CAHAYA NUSANTARA 6471010108269001", AKTA) == [
        "nomornya tidak ada pada berkas"
    ]


def test_numbers_in_groups_and_with_slashes() -> None:
    text = "No. KK 6471 0104 0520 9001; SKPWNI/6471/17082026/0001"
    assert {"6471010405209001", "SKPWNI/6471/17082026/0001"} <= set(possible_numbers(text))


def test_niks_wherever_they_stand() -> None:
    said = {"nik": "6471010108269001", "rows": [{"nik": "6471010108269002"}, {"name": "A"}], "year": 2026}
    assert niks_in(said) == {"6471010108269001", "6471010108269002"}


@pytest.mark.parametrize(
    ("certificate", "name", "same"),
    [
        ("Drs. H. Budi Santoso, M.Si", "BUDI SANTOSO", True),
        ("BUDI SANTOSO", "Dr. Budi  Santoso, S.H.", True),
        ("BUDI SANTOSA", "BUDI SANTOSO", False),
        ("BUDI SANTOSO", "BUDI SANTOSO WIJAYA", False),
        ("", "", False),
    ],
)
def test_the_same_official_whatever_the_titles(certificate: str, name: str, same: bool) -> None:
    assert same_official(certificate, name) is same


def test_titles_on_a_file() -> None:
    assert with_title(TEXT, ["Kutipan Akta Kelahiran", "Kartu Keluarga"]) == {"Kutipan Akta Kelahiran"}
