"""Jobs of the outbox."""

from procrastinate.contrib.django import app

from loket.notices import actions, queries
from loket.notices.channels.smtp import UNREACHABLE


@app.task(name="notices.send_one")
def send_one(notice_id: int) -> None:
    """Send one notice now."""
    actions.send(notice_id=notice_id)


@app.periodic(cron="* * * * *")
@app.task(name="notices.sweep", queueing_lock="notices.sweep", lock="notices.sweep")
def sweep(timestamp: int = 0) -> None:
    """Send what is due and has no job any more: retries, and messages whose job was lost."""
    for notice_id in queries.due_ids():
        notice = actions.send(notice_id=notice_id)
        if notice is not None and notice.last_error.startswith(UNREACHABLE):
            return  # the others would wait for the same server; the next sweep tries again
