"""What is typed to find somebody, and why two residents may be one."""

from dataclasses import replace
from datetime import date

import pytest

from loket.register.rules import finding
from loket.register.rules.finding import (
    Known,
    Unfindable,
    Wanted,
    near_niks,
    read_wanted,
    recognised,
    suspicions,
)

DAY = date(1990, 8, 17)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("6471011708900001", Wanted(number="6471011708900001")),
        ("6471 0117 0890 0001", Wanted(number="6471011708900001")),
        ("6471.01.170890.0001", Wanted(number="6471011708900001")),
        ("17-08-1990", Wanted(born_from=DAY, born_to=DAY)),
        ("17/8/1990", Wanted(born_from=DAY, born_to=DAY)),
        ("1990-08-17", Wanted(born_from=DAY, born_to=DAY)),
        ("17 Agustus 1990", Wanted(born_from=DAY, born_to=DAY)),
        ("17 08 1990", Wanted(born_from=DAY, born_to=DAY)),
        ("17081990", Wanted(born_from=DAY, born_to=DAY)),
        ("  Siti   Aminah ", Wanted(name="Siti Aminah")),
        ("siti aminah, 17-08-1990", Wanted(name="siti aminah", born_from=DAY, born_to=DAY)),
        ("17 agt 1990 Siti", Wanted(name="Siti", born_from=DAY, born_to=DAY)),
    ],
)
def test_one_field_recognises_what_is_typed(text: str, wanted: Wanted) -> None:
    assert recognised(text) == wanted


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", finding.NothingToFind),
        ("  - ", finding.NothingToFind),
        ("647101170890000", finding.NotSixteen),
        ("64710117089000011", finding.NotSixteen),
        ("31-02-1990", finding.NoSuchDay),
        ("17 Foo 1990", finding.NoSuchDay),
        ("32081990", finding.NoSuchDay),
        ("Siti 7", finding.NotAName),
        ("?!", finding.NotAName),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, problem: type[Unfindable]) -> None:
    with pytest.raises(problem):
        recognised(text)


def test_several_fields_together() -> None:
    typed = {
        "cari": "dewi",
        "nama_ibu": "Siti",
        "lahir_dari": "01-01-1990",
        "lahir_sampai": "17-08-1990",
        "alamat": "Melati 7",
        "desa": "64.71.01.1001",
    }
    assert read_wanted(typed) == Wanted(
        name="dewi", mother="Siti", born_from=date(1990, 1, 1), born_to=DAY, address="Melati 7",
        village="64.71.01.1001",
    )  # fmt: skip
    assert read_wanted({"cari": "", "nama_ibu": "Siti"}) == Wanted(mother="Siti")
    assert read_wanted({"cari": "siti 17-08-1990", "lahir_sampai": "01-01-2000"}).born_to == DAY


@pytest.mark.parametrize(
    ("typed", "problem", "field"),
    [
        ({"cari": "  "}, finding.NothingToFind, "cari"),
        ({"cari": "1234"}, finding.NotSixteen, "cari"),
        ({"desa": "64.71.01.1001"}, finding.TooWide, "cari"),
        ({"nama_ibu": "123"}, finding.NotAName, "nama_ibu"),
        ({"lahir_dari": "kemarin"}, finding.NoSuchDay, "lahir_dari"),
        ({"lahir_sampai": "30-02-2000"}, finding.NoSuchDay, "lahir_sampai"),
        ({"lahir_dari": "02-01-2000", "lahir_sampai": "01-01-2000"}, finding.WrongOrder, "lahir_dari"),
        ({"alamat": "Jl."}, finding.NothingToFind, "alamat"),
    ],
)
def test_the_field_of_a_mistake_is_named(
    typed: dict[str, str], problem: type[Unfindable], field: str
) -> None:
    with pytest.raises(problem) as failure:
        read_wanted(typed)
    assert failure.value.field == field


def test_the_journal_hears_kinds_and_nothing_of_what_was_typed() -> None:
    wanted = Wanted(name="Siti", mother="Aminah", born_from=DAY, village="64.71.01.1001")
    assert wanted.kinds == ["nama", "tanggal lahir", "nama ibu", "desa/kelurahan"]
    assert Wanted(number="1" * 16, address="Melati").kinds == ["NIK atau nomor KK", "alamat"]


def test_niks_that_differ_in_one_digit() -> None:
    near = near_niks("6471011708900001")
    assert (len(near), len(set(near)), "6471011708900001" in near) == (144, 144, False)
    assert {"7471011708900001", "6471011708900002"} <= set(near)


ONE = Known("6471011708900001", "MUHAMMAD IQBAL", DAY, "6471015708700001", "SITI AMINAH")
OTHER = Known("6471019999990009", "BUDI", date(1980, 1, 1), "", "RATNA")


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        (OTHER, []),
        (replace(OTHER, name="MOH. IKBAL"), []),
        (replace(OTHER, birth_date=DAY), []),
        (
            replace(OTHER, name="MOH. IKBAL", birth_date=DAY),
            ["Nama berbunyi sama dan tanggal lahir sama."],
        ),
        (
            replace(OTHER, name="M. Iqbal", nik="6471011708900007"),
            ["Nama berbunyi sama dan NIK berbeda satu angka."],
        ),
        (replace(OTHER, nik="6471011708900007"), []),
        (
            replace(OTHER, mother_nik=ONE.mother_nik, birth_date=date(1990, 8, 20)),
            ["NIK ibu sama, tanggal lahir berselisih 3 hari."],
        ),
        (replace(OTHER, mother_nik=ONE.mother_nik, birth_date=date(1991, 8, 20)), []),
        (
            replace(OTHER, mother_nik=ONE.mother_nik, birth_date=DAY),
            ["NIK ibu sama, lahir pada hari yang sama: mungkin kembar, mungkin tercatat dua kali."],
        ),
        (
            replace(OTHER, mother_name="ST. AMINA", birth_date=DAY),
            ["Nama ibu berbunyi sama, lahir pada hari yang sama: mungkin kembar, mungkin tercatat dua kali."],
        ),
        (replace(OTHER, mother_nik="6471015708700002", mother_name="SITI AMINAH", birth_date=DAY), []),
        (replace(OTHER, mother_name="SITI AMINAH", birth_date=date(1990, 8, 20)), []),
    ],
)
def test_reasons_to_suspect(other: Known, reasons: list[str]) -> None:
    assert suspicions(ONE, other) == reasons
    assert suspicions(other, ONE) == reasons


def test_names_without_letters_are_not_alike() -> None:
    nameless = Known("6471011708900001", "-", DAY, "", "")
    assert suspicions(nameless, replace(nameless, nik="6471011708900002")) == []
