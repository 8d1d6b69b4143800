"""Documents that wait for a signature, and batches of them."""

from loket.cases import actions
from loket.cases.models import Case
from loket.documents.models import Document, SigningBatch
from tests.integration.cases.world import World


def ready(world: World, count: int = 1) -> tuple[list[Case], list[Document]]:
    """Cases at the signing step, two documents each."""
    cases = [
        world.at_step("tanda-tangan", penyimpan_nama=f"PENYIMPAN {chr(65 + n)}", peti=f"P-{n}")
        for n in range(count)
    ]
    return cases, world.render(*cases)


def results(batch: SigningBatch) -> list[str]:
    return list(batch.items.order_by("position").values_list("result", flat=True))


def states(documents: list[Document]) -> list[str]:
    return [Document.objects.get(pk=document.pk).state for document in documents]


def run(batch: SigningBatch) -> SigningBatch:
    actions.run_batch(batch_id=batch.pk)
    return SigningBatch.objects.get(pk=batch.pk)
