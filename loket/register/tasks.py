"""Jobs of the register."""

import contextlib

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from loket.offices.queries import all_offices, office_by_code
from loket.register import actions
from loket.register.actions import moveletters


@app.periodic(cron="*/10 * * * *")
@app.task(name="register.close_books", queueing_lock="register.close_books")
def close_books(timestamp: int = 0) -> None:
    """Close the books of the day where an office wants it after its hours: a job for each office."""
    for office in all_offices():
        # So that one office whose calendar is wrong holds up no other.
        with contextlib.suppress(AlreadyEnqueued):
            close_books_of.configure(queueing_lock=f"close_books:{office.code}").defer(
                office_code=office.code
            )


@app.task(name="register.close_books_of")
def close_books_of(office_code: str) -> None:
    """Close what waits at one office."""
    actions.close_after_hours(office=office_by_code(office_code))


@app.periodic(cron="10 * * * *")
@app.task(name="register.expire_letters", queueing_lock="register.expire_letters")
def expire_letters(timestamp: int = 0) -> None:
    """Close the SKPWNI whose time is over: a job for each office, which has a midnight of its own."""
    for office in all_offices():
        with contextlib.suppress(AlreadyEnqueued):
            expire_letters_of.configure(queueing_lock=f"expire_letters:{office.code}").defer(
                office_code=office.code
            )


@app.task(name="register.expire_letters_of")
def expire_letters_of(office_code: str) -> None:
    """Close the SKPWNI of one office whose time is over."""
    moveletters.expire_letters(office=office_by_code(office_code))
