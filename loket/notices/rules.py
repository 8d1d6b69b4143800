"""When a message is tried again."""

from datetime import timedelta

# About three days in all, as long as a mail server may well be away over a weekend.
BACKOFF_MINUTES = (1, 5, 15, 60, 240, 480, 720, 1440, 1440)


# A one-time code is worthless after five minutes.
SECRET_BACKOFF_MINUTES = (1, 2)


def next_delay(attempts: int, *, secret: bool = False) -> timedelta | None:
    """How long to wait after the `attempts`-th failure; None when it is time to give up and tell people.

    `secret` messages hold a code that soon ends, so they are not tried for long.
    """
    waits = SECRET_BACKOFF_MINUTES if secret else BACKOFF_MINUTES
    return timedelta(minutes=waits[attempts - 1]) if attempts <= len(waits) else None
