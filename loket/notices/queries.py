"""Reading the outbox."""

from loket.core import clock
from loket.notices.models import Notice

SWEEP_BATCH = 500


def due_ids() -> list[int]:
    """Ids of the notices that should be sent now, oldest first."""
    waiting = Notice.objects.filter(state=Notice.State.WAITING, next_try_at__lte=clock.now())
    return list(waiting.order_by("next_try_at").values_list("pk", flat=True)[:SWEEP_BATCH])


def of_case(case_ref: str) -> list[Notice]:
    """The notices about one case, oldest first."""
    return list(Notice.objects.filter(case_ref=case_ref).order_by("id"))
