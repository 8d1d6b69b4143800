"""The print room takes up the cards that cases released."""

from procrastinate.contrib.django import app

from loket.delivery import actions

# The sixth field of a cron line counts seconds.
EVERY_TEN_SECONDS = "* * * * * */10"


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="delivery.open_tickets", queueing_lock="delivery.open_tickets")
def open_tickets(timestamp: int = 0) -> None:
    """Open the tickets that are missing."""
    actions.open_tickets()
