"""Jobs of cases: signing batches, and the sweeps that take up what was left by a crash or by time."""

import contextlib
import uuid

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from loket.cases import actions, queries
from loket.cases.actions.signing import advance
from loket.cases.actions.staffing import expire_staff_changes
from loket.cases.models import Recompute
from loket.documents import queries as documents
from loket.documents.models import SigningBatch
from loket.offices.queries import all_offices, office_by_code


@app.task(name="cases.sign_batch")
def sign_batch(batch_id: str) -> None:
    """Sign the documents of one released batch."""
    actions.run_batch(batch_id=uuid.UUID(batch_id))


@app.task(name="cases.recompute")
def recompute(recompute_id: int) -> None:
    """Compute the deadlines anew that a change of the calendar or a stop of the office touches."""
    actions.carry_out(recompute_id=recompute_id)


@app.periodic(cron="* * * * *")
@app.task(name="cases.sweep", queueing_lock="cases.sweep")
def sweep(timestamp: int = 0) -> None:
    """Go on with batches whose job was lost and with cases whose documents are all signed."""
    running = SigningBatch.objects.filter(state=SigningBatch.State.RUNNING)
    for batch_id in running.values_list("pk", flat=True):
        # A job for each, so that one that fails holds up no other.
        with contextlib.suppress(AlreadyEnqueued):
            sign_batch.configure(queueing_lock=f"batch:{batch_id}").defer(batch_id=str(batch_id))
    for run in Recompute.objects.filter(finished_at__isnull=True).order_by("asked_at")[:100]:
        with contextlib.suppress(AlreadyEnqueued):
            job = recompute.configure(lock=f"recompute:{run.office_id}", queueing_lock=f"recompute:{run.pk}")
            job.defer(recompute_id=run.pk)
    actions.take_early_files()
    for case in queries.signed_forgotten():
        signed = [document for document in documents.of_case(case.ref) if document.signer_id]
        if signed and signed[0].signer is not None:
            advance(case.ref, signed[0].signer)


@app.periodic(cron="5 * * * *")
@app.task(name="cases.expire", queueing_lock="cases.expire")
def expire(timestamp: int = 0) -> None:
    """Remind applicants who owe an answer, and close what stayed unanswered."""
    actions.expire_unanswered()


@app.periodic(cron="*/15 * * * *")
@app.task(name="offices.expire_staff_changes", queueing_lock="offices.expire_staff_changes")
def expire_changes_of_people(timestamp: int = 0) -> None:
    """Close requests about people that nobody decided in time. Here, because who asked is told by mail."""
    expire_staff_changes()


@app.periodic(cron="20 * * * *")
@app.task(name="cases.open_due", queueing_lock="cases.open_due")
def open_due(timestamp: int = 0) -> None:
    """Open the work of a new period, and the cards of residents who completed 17: a job for each office."""
    for office in all_offices():
        # So that one office whose standards name something impossible holds up no other.
        with contextlib.suppress(AlreadyEnqueued):
            open_due_of.configure(queueing_lock=f"open_due:{office.code}").defer(office_code=office.code)


@app.task(name="cases.open_due_of")
def open_due_of(office_code: str) -> None:
    """Open what is due at one office."""
    actions.open_due(office=office_by_code(office_code))
