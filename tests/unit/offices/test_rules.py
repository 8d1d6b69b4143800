"""The shape of office.yaml."""

from datetime import date, time
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from loket.offices.rules import RIGHT_NAMES, OfficeFile, Right, parse_interval, weekly_hours

OFFICE = {
    "office": "9971",
    "area": "99.71",
    "slug": "contoh",
    "name": "Dinas Contoh",
    "short_name": "Contoh",
    "region": "Kota Contoh",
    "place": "Contoh",
    "zone": "Asia/Makassar",
    "village_word": "kelurahan",
    "hours": {"senin": ["08.00-12.00", "13.00-16.00"], "jumat": ["08.00-10.30"]},
    "roles": [{"role": "kepala", "name": "Kepala", "rights": ["sign"]}],
}


def errors(**changes: Any) -> list[tuple[str, str]]:
    """Where office.yaml is refused, and why."""
    with pytest.raises(ValidationError) as refused:
        OfficeFile.model_validate(OFFICE | changes)
    return [(".".join(map(str, item["loc"])), item["msg"]) for item in refused.value.errors()]


@pytest.mark.parametrize("text", ["08.00-12.30", "08:00-12:30", " 08.00 - 12.30 "])
def test_hours_as_people_write_them(text: str) -> None:
    assert parse_interval(text) == (time(8), time(12, 30))


@pytest.mark.parametrize("text", ["", "8-12", "08.00", "08.00-24.00", "08.00-12.00-13.00", "pagi-siang"])
def test_hours_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"tidak terbaca; tulis seperti 08\.00-12\.00"):
        parse_interval(text)


@pytest.mark.parametrize("text", ["12.00-08.00", "08.00-08.00"])
def test_hours_that_end_before_they_begin(text: str) -> None:
    with pytest.raises(ValueError, match="berakhir sebelum dimulai"):
        parse_interval(text)


def test_the_week_as_the_clock_wants_it() -> None:
    hours = weekly_hours(dict(OfficeFile.model_validate(OFFICE).hours))
    assert hours == {
        0: ((time(8), time(12)), (time(13), time(16))),
        4: ((time(8), time(10, 30)),),
    }


@pytest.mark.parametrize(
    "spans", [["13.00-16.00", "08.00-12.00"], ["08.00-12.00", "11.30-16.00"], ["08.00-12.00"] * 2]
)
def test_hours_of_a_day_are_in_order_and_do_not_overlap(spans: list[str]) -> None:
    """The working-time clock would count such minutes twice."""
    message = "Value error, jam buka senin harus berurutan dan tidak bertumpuk"
    assert errors(hours={"senin": spans}) == [("hours", message)]


def test_hours_may_follow_each_other_at_once() -> None:
    file = OfficeFile.model_validate(OFFICE | {"hours": {"senin": ["08.00-12.00", "12.00-16.00"]}})
    assert weekly_hours(dict(file.hours)) == {0: ((time(8), time(12)), (time(12), time(16)))}


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("office", "997", "office"),
        ("area", "9971", "area"),
        ("slug", "Contoh", "slug"),
        ("zone", "Europe/Berlin", "zone"),
        ("hours", {"ahad": []}, "hours.ahad.[key]"),
        ("answer_days", 0, "answer_days"),
        ("roles", [{"role": "x", "name": "X", "rights": ["fly"]}], "roles.0.rights.0"),
        ("opening", "yes", "opening"),
    ],
)
def test_what_office_yaml_may_not_say(key: str, value: object, place: str) -> None:
    assert [where for where, _ in errors(**{key: value})] == [place]


def test_every_right_has_words() -> None:
    assert tuple(RIGHT_NAMES) == get_args(Right)


@pytest.mark.parametrize("shape", ["K{serial:04d}-{year}", "k9{serial}/{year}", "K2101-{serial}-{year}"])
def test_numbers_of_the_screen_never_look_like_those_of_paper(shape: str) -> None:
    message = "Value error, nomor resi tidak boleh dimulai dengan K dan angka; itu milik resi kertas"
    assert errors(receipt_number=shape) == [("receipt_number", message)]


def test_a_number_may_begin_with_the_service() -> None:
    shape = "KK/{serial:05d}/{year}"
    assert OfficeFile.model_validate(OFFICE | {"receipt_number": shape}).receipt_number == shape


@pytest.mark.parametrize(
    ("issued", "days"),
    [
        (date(2000, 1, 1), 30),
        (date(2019, 12, 31), 30),
        (date(2020, 1, 1), 100),
        (date(2026, 11, 20), 100),
    ],
)
def test_how_long_a_letter_of_a_move_counts(issued: date, days: int) -> None:
    assert OfficeFile.model_validate(OFFICE).letter_days(issued) == days


@pytest.mark.parametrize(
    ("periods", "place"),
    [
        ([], "move_letter_days"),
        ([{"since": "2026-01-01", "days": 0}], "move_letter_days.0.days"),
        ([{"since": "2026-01-01", "days": 9}, {"since": "2026-01-01", "days": 8}], "move_letter_days"),
    ],
)
def test_periods_that_say_nothing(periods: list[dict[str, Any]], place: str) -> None:
    assert [where for where, _ in errors(move_letter_days=periods)] == [place]
