"""Jobs of the outbox."""

from procrastinate.contrib.django import app

from loket.notices import actions, queries


@app.task(name="notices.send_one")
def send_one(notice_id: int) -> None:
    """Send one notice now."""
    actions.send(notice_id=notice_id)


@app.periodic(cron="* * * * *")
@app.task(name="notices.sweep", queueing_lock="notices.sweep")
def sweep(timestamp: int = 0) -> None:
    """Send what is due and has no job any more: retries, and messages whose job was lost."""
    for notice_id in queries.due_ids():
        actions.send(notice_id=notice_id)
