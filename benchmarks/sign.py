"""A batch of documents: rendered, signed (PAdES B-B) by the signer process, checked and stored.

The same documents are first only rendered, then rendered and signed, both in this one process with the very
functions of the job worker; so the ratio says what signing and storing cost beside rendering. The signer is a
process of its own, as always.
"""

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.figures import Figure, at_least, say, told
from benchmarks.installation import ROOT, Installation, installation

DOCUMENTS = 500
BATCH = 200


def run(size: int | None = None) -> list[Figure]:
    """Documents in a second, rendered only and signed, and the ratio of the two."""
    count = size or DOCUMENTS
    with installation("sign") as place, place.database(), _signer(place):
        place.use_django()
        from django.db import connection

        try:
            alone = _render_alone(_issued(count))
            waiting = _issued(count)
            both = _render_and_sign(waiting)
        finally:
            connection.close()
    say(f"sign: rendering {alone:.1f} a second, with signing {both:.1f}")
    return [
        told("rendered", alone, "documents per second"),
        told("signed", both, "documents per second", f"{count} documents"),
        at_least("signed_ratio", both / alone, "of rendering alone", 0.5, "0.8 is the stretch"),
    ]


@contextmanager
def _signer(place: Installation) -> Iterator[None]:
    command = [sys.executable, "-m", "loket", "signer"]
    with place.log.open("ab") as log:
        process = subprocess.Popen(command, env=place.environment, cwd=ROOT, stderr=log, stdout=log)
    try:
        while not (place.data_dir / "run" / "signer.sock").exists():
            assert process.poll() is None, place.log.read_text()[-1000:]
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def _issued(count: int) -> list[str]:
    """New documents that say what the example of a birth certificate says, each of a case of its own."""
    from loket.core.actors import SYSTEM
    from loket.documents.actions import issue
    from loket.offices.models import Office

    folder = ROOT / "standards/national/documents/kutipan-akta-kelahiran"
    context = json.loads((folder / "example.json").read_text())
    office = Office.objects.get(code="6471")
    return [
        issue(
            office=office,
            kind="kutipan-akta-kelahiran",
            title="Kutipan Akta Kelahiran",
            number=f"6471-LU-{uuid.uuid4().hex[:12]}",
            subject_name=f"ANAK NOMOR {number}",
            subject_key=f"akta:{uuid.uuid4().hex}",
            context=context | {"name": f"ANAK KE {number}"},
            shown={"Nama": "A***"},
            case_ref=f"case:{uuid.uuid4()}",
            by=SYSTEM,
        ).pk
        for number in range(count)
    ]


def _render_alone(documents: list[str]) -> float:
    from loket.documents.actions import render_document

    render_document(document_id=documents[0])
    begun = time.perf_counter()
    for document in documents[1:]:
        render_document(document_id=document)
    return (len(documents) - 1) / (time.perf_counter() - begun)


def _render_and_sign(documents: list[str]) -> float:
    begun = time.perf_counter()
    for start in range(0, len(documents), BATCH):
        _sign_batch(documents[start : start + BATCH])
    return len(documents) / (time.perf_counter() - begun)


def _sign_batch(documents: list[str]) -> None:
    """What the job worker does for a batch; the batch is released as the head would."""
    import pyotp
    from django.conf import settings

    from benchmarks.people import official
    from loket.documents import actions
    from loket.offices.actions import totp_seed
    from loket.offices.queries import actor_of

    for document in documents:
        actions.render_document(document_id=document)
    head = official("kepala_dinas")
    type(head).objects.filter(pk=head.pk).update(totp_step=0)  # one code for every batch
    head.refresh_from_db()
    batch = actions.start_batch(
        office=head.office,
        account=head,
        by=actor_of(head),
        document_ids=documents,
        passphrase=settings.DEMO_PASSPHRASE,
        totp=pyotp.TOTP(totp_seed(head)).now(),
        key=uuid.uuid4(),
    )
    items = batch.items.order_by("position").select_related("batch__signer", "document__office")
    results = [actions.sign_item(item=item, wanted=lambda: True) for item in items]
    assert results == ["signed"] * len(documents), set(results)
    actions.finish_batch(batch_id=batch.pk, locked=False)
