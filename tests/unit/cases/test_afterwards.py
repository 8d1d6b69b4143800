"""Numbers of paper resi, and which true times are believed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from loket.cases.rules.afterwards import (
    BeforePrinting,
    FutureReceipt,
    FutureRegistration,
    RegisteredBeforeReceived,
    TooLate,
    UnreadableReceipt,
    WrongCheckDigits,
    parse_receipt_number,
    read_receipt_number,
    receipt_number,
    require_believable,
    require_registration,
)
from loket.core.errors import LoketError

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
NUMBER = receipt_number("2101", 3, 17)


def test_how_a_number_looks() -> None:
    check = 98 - 21010003017 * 100 % 97
    assert NUMBER.split("-") == ["K2101", "0003", "017", f"{check:02d}"]
    assert parse_receipt_number(NUMBER) == NUMBER


@pytest.mark.parametrize(
    "typed", [NUMBER.lower(), NUMBER.replace("-", ""), f" {NUMBER[1:]} ", NUMBER.replace("-", " ")]
)
def test_how_it_may_be_typed(typed: str) -> None:
    assert parse_receipt_number(typed) == NUMBER


def test_every_wrong_digit_is_found() -> None:
    digits = NUMBER.replace("-", "")[1:]
    wrong = [
        digits[:at] + other + digits[at + 1 :]
        for at in range(len(digits))
        for other in "0123456789"
        if other != digits[at]
    ]
    assert [text for text in wrong if parse_receipt_number(text)] == []


def test_every_swap_of_neighbours_is_found() -> None:
    digits = NUMBER.replace("-", "")[1:]
    swapped = [
        digits[:at] + right + left + digits[at + 2 :]
        for at, (left, right) in enumerate(pairwise(digits))
        if left != right
    ]
    assert len(swapped) > 8
    assert [text for text in swapped if parse_receipt_number(text)] == []


@pytest.mark.parametrize(
    "typed", ["", "K", "K2101", NUMBER + "0", "K2101-0003-٠17-65", "7KQ2-M4XD-9RTB-3HWP"]
)
def test_what_is_no_number(typed: str) -> None:
    assert parse_receipt_number(typed) is None
    with pytest.raises(UnreadableReceipt):
        read_receipt_number(typed)


def test_a_slip_of_the_finger_has_its_own_sentence() -> None:
    with pytest.raises(WrongCheckDigits):
        read_receipt_number(NUMBER.replace("17", "18"))


@pytest.mark.parametrize(("pack", "place"), [(0, 1), (1, 0), (10000, 1), (1, 1000)])
def test_numbers_that_do_not_fit_are_never_made(pack: int, place: int) -> None:
    with pytest.raises(ValueError, match="pack"):
        receipt_number("2101", pack, place)


PRINTED = NOW - 30 * DAY


@pytest.mark.parametrize(
    ("received_at", "printed_at"),
    [
        (NOW, PRINTED),
        (NOW - 14 * DAY, PRINTED),
        (NOW - DAY, NOW - DAY),
        (NOW - DAY, NOW - DAY + 59 * SECOND),
    ],
)
def test_times_that_are_believed(received_at: datetime, printed_at: datetime) -> None:
    require_believable(received_at, now=NOW, printed_at=printed_at, days=14)


@pytest.mark.parametrize(
    ("received_at", "printed_at", "error"),
    [
        (NOW + SECOND, PRINTED, FutureReceipt),
        (NOW - 14 * DAY - SECOND, PRINTED, TooLate),
        (NOW - DAY - SECOND, NOW - DAY, BeforePrinting),
    ],
)
def test_times_that_are_not(received_at: datetime, printed_at: datetime, error: type[LoketError]) -> None:
    with pytest.raises(error) as refused:
        require_believable(received_at, now=NOW, printed_at=printed_at, days=14)
    assert refused.value.field == "received_at"


@pytest.mark.parametrize(
    ("registered_at", "error"),
    [(NOW - DAY - SECOND, RegisteredBeforeReceived), (NOW + SECOND, FutureRegistration)],
)
def test_registrations_that_are_not(registered_at: datetime, error: type[LoketError]) -> None:
    with pytest.raises(error) as refused:
        require_registration(registered_at, received_at=NOW - DAY, now=NOW)
    assert refused.value.field == "registered_at"


@pytest.mark.parametrize("registered_at", [NOW - DAY, NOW])
def test_registrations_that_are(registered_at: datetime) -> None:
    require_registration(registered_at, received_at=NOW - DAY, now=NOW)
