"""A worker that dies in the middle of a batch, at every moment at which it looks at the clock."""

from collections.abc import Callable
from typing import Any

import pytest

from loket.cases import actions, tasks
from loket.core import clock
from loket.documents.models import Document
from tests.integration.cases.fixtures import SignerThread
from tests.integration.cases.world import World, fresh
from tests.integration.documents.batches import ready, run

pytestmark = pytest.mark.django_db
SIGNED, IN_DOUBT = "signed", "in_doubt"
# A batch of two documents reads the clock fewer times than this.
LAST = 23


class Crash(BaseException):
    """The worker is gone: no `except` of ours sees it."""


def crash_at(world: World, number: int) -> Callable[[], Any]:
    """A clock that ends the process at its `number`-th reading."""
    count = iter(range(number))
    moment = world.time.now

    def read() -> Any:
        if next(count, None) is None:
            raise Crash
        return moment

    return read


@pytest.mark.parametrize("number", range(LAST + 1))
def test_a_worker_may_crash_anywhere(world: World, signer: SignerThread, number: int) -> None:
    """Whatever was reached, running the batch again signs the rest, and never makes a second file."""
    (case,), documents = ready(world)
    batch = world.release(*documents)
    crashed = False
    try:
        with clock.use(crash_at(world, number)):
            actions.run_batch(batch_id=batch.pk)
    except Crash:
        crashed = True
    assert (number, crashed) != (LAST, True), "the clock is read more often now: raise LAST"
    signed_before = {d.pk: d.signed_sha256 for d in Document.objects.filter(state="signed")}
    batch = run(batch)
    assert batch.state == "done"
    outcome = {item.document_id: item.result for item in batch.items.all()}
    assert set(outcome.values()) <= {SIGNED, IN_DOUBT}
    for document in Document.objects.all():
        assert document.signed_sha256 == signed_before.get(document.pk, document.signed_sha256)
        live = document.intents.exclude(state__in=["failed", "void"])
        assert [intent.state for intent in live] == ["done" if document.signed_sha256 else "calling"]
        assert outcome[document.pk] == (SIGNED if document.signed_sha256 else IN_DOUBT)
    tasks.sweep(timestamp=0)
    everything = all(result == SIGNED for result in outcome.values())
    assert fresh(case).state == ("done" if everything else "open")
