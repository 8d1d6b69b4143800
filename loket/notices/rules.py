"""When a message is tried again."""

from datetime import timedelta

# About three days in all, as long as a mail server may well be away over a weekend.
BACKOFF_MINUTES = (1, 5, 15, 60, 240, 480, 720, 1440, 1440)


def next_delay(attempts: int) -> timedelta | None:
    """How long to wait after the `attempts`-th failure; None when it is time to give up and tell people."""
    if attempts > len(BACKOFF_MINUTES):
        return None
    return timedelta(minutes=BACKOFF_MINUTES[attempts - 1])
