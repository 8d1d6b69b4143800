"""Jobs of offices."""

from procrastinate.contrib.django import app

from loket.offices import actions


@app.periodic(cron="41 2 * * *")
@app.task(name="offices.forget_old_tries", queueing_lock="offices.forget_old_tries")
def forget_old_tries(timestamp: int = 0) -> None:
    """Remove expired one-time codes and old throttle counts once a night."""
    actions.forget_old_tries()
