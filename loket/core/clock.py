"""The one source of the present moment, so that tests and scenarios can move time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime


def _system_now() -> datetime:
    return datetime.now(UTC)


_source: ContextVar[Callable[[], datetime]] = ContextVar("loket_clock", default=_system_now)


def now() -> datetime:
    """The present moment in UTC, with its zone."""
    return _source.get()()


@contextmanager
def use(moment: datetime | Callable[[], datetime]) -> Iterator[None]:
    """Within the block, `now()` is `moment` (a fixed aware datetime, or a function giving one)."""
    token = _source.set(moment if callable(moment) else lambda: moment.astimezone(UTC))
    try:
        yield
    finally:
        _source.reset(token)
