"""NIK and nomor KK: what can be one, what is read from it, and what only warns."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loket.core.identity import (
    FamilyCardNumber,
    InvalidNumber,
    Nik,
    family_card_findings,
    family_card_prefix,
    impossible,
    mask_name,
    mask_number,
    nik_findings,
    nik_prefix,
)

MEN, WOMEN = range(1, 32), range(41, 72)


def number(day_month_year: str, serial: str = "0001") -> str:
    return f"647101{day_month_year}{serial}"


def accepted(kind: type[Nik] | type[FamilyCardNumber], text: str) -> bool:
    """Whether a number can have been issued as it is written."""
    findings = nik_findings(text) if kind is Nik else family_card_findings(text)
    return impossible(findings) is None


def parsed(kind: type[Nik] | type[FamilyCardNumber], text: str) -> bool:
    try:
        kind.parse(text)
    except InvalidNumber:
        return False
    return True


@pytest.mark.parametrize("day", range(100))
def test_days_of_a_nik_are_those_of_a_month_or_40_more(day: int) -> None:
    assert accepted(Nik, number(f"{day:02d}0190")) is (day in MEN or day in WOMEN)


@pytest.mark.parametrize("day", [0, 1, 31, 32, 40, 41, 71, 72, 99])
def test_days_of_a_nomor_kk_are_never_shifted(day: int) -> None:
    assert accepted(FamilyCardNumber, number(f"{day:02d}0190")) is (day in MEN)


@pytest.mark.parametrize("month", range(100))
def test_months(month: int) -> None:
    expected = 1 <= month <= 12
    assert accepted(Nik, number(f"15{month:02d}90")) is expected
    assert accepted(FamilyCardNumber, number(f"15{month:02d}90")) is expected


@pytest.mark.parametrize(
    ("day_month_year", "expected"),
    [
        ("290296", True),  # 1996
        ("690296", True),  # a woman
        ("290200", True),  # 2000 had one, 1900 had not
        ("290204", True),
        ("290297", False),
        ("690297", False),
        ("290201", False),
        ("300296", False),
        ("310490", False),
        ("710490", False),
        ("310590", True),
        ("710590", True),
    ],
)
def test_only_dates_that_exist(day_month_year: str, expected: bool) -> None:
    assert accepted(Nik, number(day_month_year)) is expected


@pytest.mark.parametrize(
    "text",
    [
        "6471011501900001",
        "6471 0115 0190 0001",
        "  6471011501900001\n",
        "647101.150190.0001",
        "6471-0115-0190-0001",
        "647101 150190 0001",  # as copied from a web page, with a non-breaking space
        "647101 . - 1501900001",
    ],
)
def test_separators_that_people_type_are_dropped(text: str) -> None:
    assert Nik.parse(text).digits == "6471011501900001"
    assert FamilyCardNumber.parse(text).digits == "6471011501900001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "    ",
        "647101150190000",  # 15
        "64710115019000010",  # 17
        "647101150190000O",
        "64710l1501900001",
        "6471/0115/0190/0001",
        "+647101150190000",
        "6471_0115_0190_0001",
        "６４７１０１１５０１９００００１",  # noqa: RUF001 (full width)
        "٦٤٧١٠١١٥٠١٩٠٠٠٠١",  # Arabic digits
        "647101150190000¹",
        "647101150190000１",  # noqa: RUF001 (one of them full width)
        "6471011501900001\x00",
        "6471\u200b011501900001",  # an invisible sign is no separator
    ],
)
def test_anything_but_sixteen_digits_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidNumber, match="^NIK harus terdiri dari 16 angka.$"):
        Nik.parse(text)
    with pytest.raises(InvalidNumber, match="^Nomor KK harus terdiri dari 16 angka.$"):
        FamilyCardNumber.parse(text)


def test_an_impossible_date_is_kept_and_says_the_place_of_the_mistake() -> None:
    nik = Nik.parse(number("320190")).digits
    card = FamilyCardNumber.parse(number("410190")).digits
    found = impossible(nik_findings(nik)), impossible(family_card_findings(card))
    assert [finding and finding.code for finding in found] == ["nik_impossible", "kk_impossible"]
    assert [finding and finding.message.partition("angka ")[2] for finding in found] == [
        "ke-7 sampai ke-12 bukan tanggal lahir.",
        "ke-7 sampai ke-12 bukan tanggal terbit.",
    ]


def test_region_is_that_of_the_first_issue() -> None:
    assert Nik.parse("6471011501900001").region == "64.71.01"
    assert str(Nik.parse("6471011501900001")) == "6471011501900001"
    assert str(FamilyCardNumber.parse("6471011501900001")) == "6471011501900001"


@pytest.mark.parametrize(
    ("digits", "sex", "birth", "expected"),
    [
        (number("150190"), "L", date(1990, 1, 15), []),
        (number("550190"), "P", date(1990, 1, 15), []),
        (number("710190"), "P", date(1990, 1, 31), []),
        (number("150190"), None, None, []),
        (number("150190"), "P", None, ["Jenis kelamin pada NIK tidak sama dengan data."]),
        (number("550190"), "L", None, ["Jenis kelamin pada NIK tidak sama dengan data."]),
        (number("150190"), None, date(1990, 1, 16), ["Tanggal lahir pada NIK tidak sama dengan data."]),
        (number("550190"), None, date(1991, 1, 15), ["Tanggal lahir pada NIK tidak sama dengan data."]),
        (number("150190"), None, date(2090, 1, 15), []),  # two digits cannot tell the century
        (number("150190", "0000"), None, None, ["Nomor urut 0000 tidak pernah diterbitkan."]),
        (
            number("150190", "0000"),
            "P",
            date(1990, 2, 15),
            [
                "Jenis kelamin pada NIK tidak sama dengan data.",
                "Tanggal lahir pada NIK tidak sama dengan data.",
                "Nomor urut 0000 tidak pernah diterbitkan.",
            ],
        ),
    ],
)
def test_what_does_not_agree_warns_only(digits: str, sex, birth, expected: list[str]) -> None:
    assert Nik.parse(digits).warnings(sex=sex, birth_date=birth) == expected


@pytest.mark.parametrize(
    ("birth", "sex", "prefix"),
    [
        (date(2026, 8, 3), "L", "647101030826"),
        (date(2026, 8, 3), "P", "647101430826"),
        (date(2026, 8, 31), "P", "647101710826"),
        (date(2000, 2, 29), "P", "647101690200"),
    ],
)
def test_the_prefix_of_a_new_nik_makes_a_nik_without_warnings(birth: date, sex, prefix: str) -> None:
    assert nik_prefix("64.71.01", birth, sex) == prefix
    assert Nik.parse(f"{prefix}0001").warnings(sex=sex, birth_date=birth) == []


def test_the_prefix_of_a_new_nomor_kk_makes_a_nomor_kk() -> None:
    prefix = family_card_prefix("64.71.01", date(2026, 8, 31))
    assert prefix == "647101310826"
    assert FamilyCardNumber.parse(f"{prefix}0001").digits == "6471013108260001"


def test_masks_hide_what_tells_people_apart() -> None:
    assert mask_number("6471011501900001") == "6471********0001"
    assert mask_number("12345") == "*****"
    assert mask_number("") == ""
    assert mask_name("Budi  SANTOSO") == "B*** S******"
    assert mask_name("A") == "A"
    assert mask_name("") == ""


REGIONS = {"64", "64.71", "64.71.01", "91", "91.01", "91.01.01"}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("6471010101900001", []),
        ("9101010101900001", []),  # retired, known
        ("647101", ["reject nik_digits"]),
        ("６４７１０１０１０１９００００１", ["reject nik_digits"]),
        ("6471013201900001", ["override nik_impossible", "warn nik_birth_date"]),
        ("6471014101900001", ["warn nik_sex"]),
        ("6471010201900001", ["warn nik_birth_date"]),
        ("6471010101900000", ["warn nik_serial"]),
        ("8871010101900001", ["warn nik_province"]),
        ("6472010101900001", ["warn nik_region"]),
        ("6471020101900001", ["warn nik_region"]),
        ("8871023201900000", ["override nik_impossible", "warn nik_province", "warn nik_birth_date",
                              "warn nik_serial"]),
    ],
)  # fmt: skip
def test_findings_of_a_nik_have_levels(text: str, codes: list[str]) -> None:
    found = nik_findings(text, sex="L", birth_date=date(1990, 1, 1), regions=REGIONS)
    assert [f"{finding.level} {finding.code}" for finding in found] == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("6471010101200001", []),
        ("6471 0101 0120 0001", []),
        ("6471", ["reject kk_digits"]),
        ("6471014101200001", ["override kk_impossible"]),
        ("8871010101200001", ["warn kk_province"]),
        ("6471020101200001", ["warn kk_region"]),
    ],
)
def test_findings_of_a_nomor_kk_have_levels(text: str, codes: list[str]) -> None:
    found = family_card_findings(text, regions=REGIONS)
    assert [f"{finding.level} {finding.code}" for finding in found] == codes


@given(st.text(alphabet="0123456789", min_size=15, max_size=17))
def test_what_is_parsed_is_what_no_finding_rejects(text: str) -> None:
    assert parsed(Nik, text) is ("reject" not in {finding.level for finding in nik_findings(text)})
    levels = {finding.level for finding in family_card_findings(text)}
    assert parsed(FamilyCardNumber, text) is ("reject" not in levels)
