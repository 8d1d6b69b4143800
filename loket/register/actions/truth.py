"""From which day what is changed is true, and since when that is known: told to the database (migration
versions)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection

from loket.core import clock

# What was set before, and what is from now on.
_TRUE_FROM = """
WITH before AS MATERIALIZED (
    SELECT current_setting('loket.valid_day', true) AS day, current_setting('loket.moment', true) AS moment
)
SELECT day, moment, set_config('loket.valid_day', %s, true), set_config('loket.moment', %s, true) FROM before
"""


@contextmanager
def true_from(day: date) -> Iterator[None]:
    """What is changed inside is true from `day` on, as known from the clock's now; inside a transaction."""
    settings = "SELECT set_config('loket.valid_day', %s, true), set_config('loket.moment', %s, true)"
    with connection.cursor() as cursor:
        cursor.execute(_TRUE_FROM, [day.isoformat(), clock.now().isoformat()])
        around = [value or "" for value in cursor.fetchone()[:2]]
        yield
        cursor.execute(settings, around)
