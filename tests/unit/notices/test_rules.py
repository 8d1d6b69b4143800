"""When a message is tried again."""

from datetime import timedelta

import pytest

from loket.notices.rules import next_delay


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240), (6, 480), (7, 720), (8, 1440), (9, 1440)],
)
def test_each_failure_waits_longer(attempts: int, minutes: int) -> None:
    assert next_delay(attempts) == timedelta(minutes=minutes)


def test_after_nine_failures_and_three_days_it_is_given_up() -> None:
    assert next_delay(10) is None
    waited = sum((next_delay(attempt) or timedelta() for attempt in range(1, 10)), timedelta())
    assert waited == timedelta(days=3, hours=1, minutes=21)
