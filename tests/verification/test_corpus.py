"""The 72 files of the corpus, sent through the door and looked at in the child."""

import io
import stat
import time as system_time
from html import unescape
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from loket.cases.actions.uploads import REFUSALS, limits
from loket.cases.models import Attachment
from loket.core import filestore
from loket.core.inspection.client import inspect
from loket.core.inspection.findings import Unacceptable
from tests.integration.cases.world import World
from tests.verification.corpus import pdfs
from tests.verification.corpus.door import Endless, body, send
from tests.verification.corpus.pictures import GPS_MARK, XMP_MARK, drawing
from tests.verification.corpus.table import ENDLESS, SHORT_LENGTH, TABLE, Entry

MIB = 1024 * 1024
# What must be in no copy, whatever it was hidden in.
MARKS = [b"SKRIPMARK", GPS_MARK, XMP_MARK, b"EICAR", b"GPS", b"<script", b"<?php", b"PK\x03\x04"]
ACTIVE = [
    b"/JavaScript",
    b"/JS",
    b"/OpenAction",
    b"/AA",
    b"/Launch",
    b"/EmbeddedFile",
    b"/XFA",
    b"/RichMedia",
]
ACTIVE += [
    b"/SubmitForm",
    b"/ImportData",
    b"/URI",
    b"/GoToR",
    b"/Annots",
    b"/AcroForm",
    b"/Encrypt",
    b"/Names",
]
CONTENTS = {entry.name: entry.make() for entry in TABLE}


def unpacked(content: bytes) -> bytes:
    """A PDF with every stream as it reads."""
    if not content.startswith(b"%PDF-"):
        return content
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
    return content + out.getvalue()


def posted(client: Client, path: str, entry: Entry) -> HttpResponse:
    content = CONTENTS[entry.name]
    if entry.sending == ENDLESS:
        stream = Endless()
        response = send(client, path, stream, 1 << 30)
        assert stream.taken == 0
        return response
    data = body(content, entry.filename, entry.declared)
    return send(client, path, data, len(data) - 300 if entry.sending == SHORT_LENGTH else None)


def sentence(entry: Entry) -> str:
    if entry.sending == ENDLESS:
        return "Kiriman lebih besar dari 64 MB. Kirim lebih sedikit berkas."
    if entry.sending == SHORT_LENGTH:
        return "Pilih berkas terlebih dahulu."  # a file without an end is none
    assert entry.refused is not None
    return REFUSALS[entry.refused]().message


def test_there_are_72_files() -> None:
    assert len({entry.name for entry in TABLE}) == len(TABLE) == 72


def test_through_the_door(world: World, settings: Any) -> None:
    """Each file: taken in and shown as a clean copy, or refused with its sentence."""
    settings.UPLOADS_PER_REQUIREMENT = 100
    client, case = Client(), world.draft()
    client.force_login(world.people["siti"])
    path = f"/permohonan/{case.pk}/berkas/foto_benih/"
    wrong = {}
    for entry in TABLE:
        before = set(Attachment.objects.values_list("pk", flat=True))
        response = posted(client, path, entry)
        fresh = list(Attachment.objects.exclude(pk__in=before))
        if entry.served:
            found = (response.status_code, [paper.served_type for paper in fresh])
            expected = (302, [entry.served])
            for paper in fresh:
                check_shown(client, entry, paper)
            Attachment.objects.filter(removed_at=None).update(removed_at=world.time.now)
        else:
            status = 413 if entry.refused == "too_large" else 422
            said = sentence(entry) in unescape(response.content.decode())
            found, expected = (response.status_code, said, fresh), (status, True, [])
        if found != expected:
            wrong[entry.name] = (found, expected)
    assert wrong == {}
    check_disk(settings.FILES_DIR)


def check_shown(client: Client, entry: Entry, paper: Attachment) -> None:
    """Only the clean copy leaves, as what it is, under a name of ours."""
    response = client.get(f"/berkas/{paper.pk}/")
    assert response.status_code == 200
    suffix = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}[entry.served]
    assert response.headers["Content-Type"] == entry.served
    assert response.headers["Content-Disposition"] == f'inline; filename="foto_benih-{paper.pk}.{suffix}"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store, private"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    shown = unpacked(response.content)
    active = ACTIVE if entry.served == "application/pdf" else []
    assert (entry.name, [mark for mark in [*MARKS, *active] if mark in shown]) == (entry.name, [])


def check_disk(root: Path) -> None:
    """Private, and nothing to be read of what was put in."""
    files = [path for path in root.rglob("*") if path.is_file()]
    assert len(files) > 30
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    lines = {content[:24] for content in CONTENTS.values() if len(content) > 24}
    readable = [path for path in files for line in lines if line in path.read_bytes()]
    assert readable == []
    originals = Attachment.objects.values_list("sha256", flat=True)
    kept = {filestore.get(root, digest) for digest in originals}
    assert kept == {CONTENTS[entry.name] for entry in TABLE if entry.served}


@pytest.mark.parametrize(
    "entry",
    [entry for entry in TABLE if entry.sending not in (ENDLESS, SHORT_LENGTH)],
    ids=lambda entry: entry.name,
)
def test_in_the_child(entry: Entry) -> None:
    """Within 10 seconds and 300 MiB, whatever it is; the peak is known, so no child was killed over it."""
    begun = system_time.monotonic()
    try:
        finding = inspect(CONTENTS[entry.name], limits())
        found, peak = (finding.served_type, None), finding.peak_bytes
    except Unacceptable as refusal:
        found, peak = ("", refusal.reason), refusal.peak_bytes
    assert found == (entry.served, entry.refused)
    assert system_time.monotonic() - begun < 10
    assert peak < 300 * MIB
    assert (peak > 0) is bool(CONTENTS[entry.name])


# What is to be seen is still to be seen


def served(content: bytes) -> bytes:
    return inspect(content, limits()).served


def pixel(pdf: bytes, x: int, y: int) -> tuple[int, ...]:
    """The colour at a place of the first page, counted in points from the lower left."""
    picture = pypdfium2.PdfDocument(pdf)[0].render().to_pil().convert("RGB")
    return picture.getpixel((x, picture.height - 1 - y))


def test_a_page_looks_as_before() -> None:
    blue = (0, 0, 255)
    assert pixel(pdfs.plain(), 50, 50) == pixel(served(pdfs.plain()), 50, 50) == blue
    assert pixel(served(pdfs.locked("")), 50, 50) == blue
    assert pixel(served(pdfs.photo_with_gps()), 150, 100) == pixel(pdfs.photo_with_gps(), 150, 100)


def test_what_was_filled_in_stays_to_be_seen() -> None:
    form = pdfs.filled_form(xfa=True)
    assert pixel(served(form), 140, 160) == (255, 0, 0)


def test_a_turned_photo_is_upright_and_small_ones_keep_their_size() -> None:
    entry = next(entry for entry in TABLE if entry.name == "JPEG with GPS and XMP")
    with Image.open(io.BytesIO(served(entry.make()))) as shown:
        assert (shown.size, dict(shown.getexif())) == ((40, 60), {})
        turned = drawing().transpose(Image.Transpose.ROTATE_270)
        for place in ((5, 5), (35, 5), (5, 55), (35, 55)):
            assert abs(shown.getpixel(place)[0] - turned.getpixel(place)[0]) < 12


def test_a_large_picture_is_halved() -> None:
    entry = next(entry for entry in TABLE if entry.name.startswith("PNG with just as many"))
    with Image.open(io.BytesIO(served(entry.make()))) as shown:
        assert shown.size == (3150, 3150)
