"""Jobs of offices."""

from procrastinate.contrib.django import app

from loket.offices import actions


@app.periodic(cron="41 2 * * *")
@app.task(name="offices.forget_old_tries", queueing_lock="offices.forget_old_tries")
def forget_old_tries(timestamp: int = 0) -> None:
    """Remove expired one-time codes and old throttle counts once a night."""
    actions.forget_old_tries()


@app.periodic(cron="*/15 * * * *")
@app.task(name="offices.expire_staff_changes", queueing_lock="offices.expire_staff_changes")
def expire_staff_changes(timestamp: int = 0) -> None:
    """Close requests about people that nobody decided in time."""
    actions.expire_staff_changes()
