"""Jobs of documents. Signing is driven by `cases.tasks`, which knows what follows."""

import contextlib

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from loket.audit.actions import anchor_numbers
from loket.documents import actions
from loket.documents.models import Document

SWEEP_BATCH = 200


@app.task(name="documents.render")
def render(document_id: str) -> None:
    """Make the unsigned file of one document."""
    # A file with a number that a restore could give again must not exist.
    anchor_numbers()
    # Without anybody who may sign the document waits; the page of the signer says so.
    with contextlib.suppress(actions.NoSigner):
        actions.render_document(document_id=document_id)


@app.periodic(cron="* * * * *")
@app.task(name="documents.sweep", queueing_lock="documents.sweep")
def sweep(timestamp: int = 0) -> None:
    """Render what has no job any more, and put signings without an answer in doubt."""
    waiting = Document.objects.filter(state=Document.State.PREPARED, source="own").order_by("issued_at")
    for document_id in waiting.values_list("pk", flat=True)[:SWEEP_BATCH]:
        # A job for each, so that one that cannot be rendered holds up no other.
        with contextlib.suppress(AlreadyEnqueued):
            render.configure(queueing_lock=f"render:{document_id}").defer(document_id=document_id)
    actions.doubt_stale_intents()
