"""Documents whose job was lost; with real transactions, as a job that is there already ends one."""

from procrastinate.contrib.django.models import ProcrastinateJob

from loket.documents import tasks
from tests.committed import committed
from tests.integration.cases.world import World
from tests.integration.documents.test_issuing import issue, jobs

pytestmark = committed


def test_the_sweep_takes_up_what_has_no_job(world: World) -> None:
    document = issue(world)
    ProcrastinateJob.objects.all().delete()
    for _ in range(2):
        tasks.sweep(timestamp=0)
    assert jobs() == [{"document_id": document.pk}]
    tasks.render(document_id=document.pk)
    ProcrastinateJob.objects.all().delete()
    tasks.sweep(timestamp=0)
    assert jobs() == []
