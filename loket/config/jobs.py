"""Jobs that look after the queue itself. The jobs of the business are in each app's `tasks`."""

from django.contrib.sessions.backends.db import SessionStore
from procrastinate import JobContext
from procrastinate.contrib.django import app

KEEP_FINISHED_HOURS = 24 * 7


@app.periodic(cron="* * * * *")
@app.task(name="jobs.take_up_stalled", queueing_lock="jobs.take_up_stalled", pass_context=True)
async def take_up_stalled(context: JobContext, timestamp: int = 0) -> None:
    """Run jobs again whose worker died; every job may run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.periodic(cron="29 3 * * *")
@app.task(name="jobs.forget_sessions", queueing_lock="jobs.forget_sessions")
def forget_sessions(timestamp: int = 0) -> None:
    """Remove ended sessions, with whatever somebody had typed into them."""
    SessionStore.clear_expired()


@app.periodic(cron="17 3 * * *")
@app.task(name="jobs.forget_finished", queueing_lock="jobs.forget_finished", pass_context=True)
async def forget_finished(context: JobContext, timestamp: int = 0) -> None:
    """Remove finished jobs after a week: the queue is no record."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FINISHED_HOURS, include_failed=True)
