"""The clock, actors, errors and keys of forms."""

import threading
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest

from loket.core import clock
from loket.core.actors import SYSTEM, Actor
from loket.core.errors import ConflictError, LoketError, NotAllowedError, NotFoundError, TooManyError
from loket.core.idempotency import new_key, parse_key

MOMENT = datetime(2026, 8, 3, 10, 0, tzinfo=timezone(timedelta(hours=8)))


def test_the_clock_is_the_system_s_unless_moved() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    with clock.use(MOMENT):
        assert clock.now() == MOMENT
        assert clock.now().tzinfo is UTC
    assert clock.now() > MOMENT


def test_the_clock_may_tick_and_moves_may_be_nested() -> None:
    seconds = iter(range(3))
    with clock.use(lambda: MOMENT + timedelta(seconds=next(seconds))):
        assert [clock.now() - MOMENT for _ in range(2)] == [timedelta(0), timedelta(seconds=1)]
        with clock.use(MOMENT - timedelta(days=1)):
            assert clock.now() == MOMENT - timedelta(days=1)
        assert clock.now() - MOMENT == timedelta(seconds=2)


def test_a_moved_clock_is_moved_for_its_own_thread_only() -> None:
    seen: list[datetime] = []
    with clock.use(MOMENT - timedelta(days=4000)):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert abs(seen[0] - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_fault_within_puts_the_clock_back() -> None:
    with pytest.raises(ZeroDivisionError), clock.use(MOMENT - timedelta(days=4000)):
        1 / 0  # noqa: B018 (raises, that is all)
    assert clock.now() > MOMENT - timedelta(days=3999)


@pytest.mark.parametrize(
    ("kind", "office", "rights", "expected"),
    [
        ("staff", "9911", {"sign"}, True),
        ("staff", "9912", {"sign"}, False),
        ("staff", "9911", {"calendar"}, False),
        ("staff", "9911", set(), False),
        ("citizen", "9911", {"sign"}, False),
        ("system", "9911", {"sign"}, False),
    ],
)
def test_rights_belong_to_staff_at_their_own_office(kind, office: str, rights: set, expected: bool) -> None:
    actor = Actor(kind=kind, ref="account:1", name="A", office=office, rights=frozenset(rights))
    assert actor.may("sign", "9911") is expected


def test_the_system_may_nothing_by_right() -> None:
    assert SYSTEM.may("sign", "") is False


class TooEarlyError(LoketError):
    """Belum waktunya.
    Coba lagi
    besok."""


def test_the_docstring_is_the_message_on_one_line() -> None:
    assert TooEarlyError().message == "Belum waktunya. Coba lagi besok."
    assert str(TooEarlyError("Lain.", field="tanggal")) == "Lain."
    assert TooEarlyError(field="tanggal").field == "tanggal"
    assert TooEarlyError().field is None


def test_failures_have_the_status_of_their_kind() -> None:
    kinds = (LoketError, NotFoundError, NotAllowedError, ConflictError, TooManyError)
    assert [kind().status for kind in kinds] == [400, 404, 403, 409, 429]


def test_keys_of_forms() -> None:
    key = new_key()
    assert parse_key(key) == uuid.UUID(key)
    assert new_key() != key


@pytest.mark.parametrize("text", ["", "x", "0" * 31, "0" * 33, "' OR 1=1", "g" * 32])
def test_what_is_no_key(text: str) -> None:
    assert parse_key(text) is None
