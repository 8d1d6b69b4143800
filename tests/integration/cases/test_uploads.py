"""Which files are taken in: by their content, and never more than the limits."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from loket.cases import actions, queries
from loket.cases.actions import RefusedFile
from loket.cases.models import Case
from loket.core.filestore import get
from tests.integration.cases.world import World, photo

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def attach(world: World, case: Case, content: bytes) -> Any:
    by = world.actor("siti")
    return actions.attach(case_id=case.pk, requirement="foto_benih", content=content, by=by)


def animated(kind: str) -> bytes:
    out = io.BytesIO()
    first, second = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
    first.save(out, kind, save_all=True, append_images=[second])
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (photo(kind="JPEG"), "image/jpeg"),
        (photo(kind="PNG"), "image/png"),
        (PDF, "application/pdf"),
        (PDF + b"\n" * 100, "application/pdf"),
        # Phones put a second picture (depth, brightness) behind the photo; for a reader it is a JPEG.
        (animated("MPO"), "image/jpeg"),
    ],
    ids=["jpeg", "png", "pdf", "pdf-with-blank-lines", "jpeg-of-a-phone"],
)
def test_photos_and_pdfs_are_taken_in(world: World, settings: Any, content: bytes, media_type: str) -> None:
    case = world.draft()
    paper = attach(world, case, content)
    assert (paper.media_type, paper.size, paper.uploaded_at) == (media_type, len(content), world.time.now)
    assert get(settings.FILES_DIR, paper.sha256) == content


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Berkas ini kosong. Pilih berkas lain."),
        (PDF[:-8], "PDF ini terpotong. Unduh atau pindai ulang, lalu unggah lagi."),
        (PDF + b"\0" * 3000, "PDF ini terpotong. Unduh atau pindai ulang, lalu unggah lagi."),
        (b" " + PDF, "Berkas ini tidak dapat diterima. Unggah foto (JPEG, PNG) atau PDF."),
        (b"PK\x03\x04" + bytes(100), "Berkas ini tidak dapat diterima. Unggah foto (JPEG, PNG) atau PDF."),
        (b"<svg/>", "Berkas ini tidak dapat diterima. Unggah foto (JPEG, PNG) atau PDF."),
        (photo(kind="GIF"), "Berkas ini tidak dapat diterima. Unggah foto (JPEG, PNG) atau PDF."),
        (photo(kind="WEBP"), "Berkas ini tidak dapat diterima. Unggah foto (JPEG, PNG) atau PDF."),
        (photo(kind="BMP"), "Berkas ini tidak dapat diterima. Unggah foto (JPEG, PNG) atau PDF."),
        (photo()[:20], "Berkas ini tidak dapat diterima. Unggah foto (JPEG, PNG) atau PDF."),
        (photo(kind="PNG")[:20], "Berkas ini tidak dapat diterima. Unggah foto (JPEG, PNG) atau PDF."),
        (b"\xff\xd8\xff", "Berkas ini tidak dapat diterima. Unggah foto (JPEG, PNG) atau PDF."),
    ],
    ids=[
        "empty",
        "pdf-cut",
        "pdf-end-too-early",
        "pdf-not-at-the-start",
        "zip",
        "svg",
        "gif",
        "webp",
        "bmp",
        "jpeg-cut",
        "png-cut",
        "jpeg-header-only",
    ],
)
def test_anything_else_is_refused_and_not_kept(
    world: World, settings: Any, content: bytes, sentence: str
) -> None:
    case = world.draft()
    with pytest.raises(RefusedFile) as refused:
        attach(world, case, content)
    assert refused.value.message == sentence
    assert queries.attachments_of(case) == {}
    assert kept(settings.FILES_DIR) == 0


def kept(directory: Path) -> int:
    return sum(path.is_file() for path in directory.rglob("*"))


def test_size(world: World, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    case, filler = world.draft(), b"%PDF-1.7" + b" " * (1024 * 1024)
    assert attach(world, case, filler[: 1024 * 1024 - 6] + b"\n%%EOF").size == 1024 * 1024
    with pytest.raises(RefusedFile, match="Berkas lebih besar dari 1 MB"):
        attach(world, case, filler[: 1024 * 1024 - 5] + b"\n%%EOF")


def test_pixels_are_counted_before_anything_is_decoded(world: World, settings: Any) -> None:
    settings.UPLOAD_MAX_PIXELS = 2_000_000
    case = world.draft()
    assert attach(world, case, photo(2000, 1000)).media_type == "image/jpeg"
    with pytest.raises(RefusedFile, match="lebih dari 2 juta piksel"):
        attach(world, case, photo(2001, 1000))


def test_a_small_file_that_claims_a_gigantic_picture(world: World) -> None:
    png = bytearray(photo(kind="PNG"))
    png[16:24] = (60_000).to_bytes(4, "big") * 2
    # The checksum of the header no longer fits: a second one, of the right form, is refused for its size.
    huge = io.BytesIO()
    Image.new("1", (30_000, 20_000)).save(huge, "PNG", compress_level=9)
    for content in (bytes(png), huge.getvalue()):
        assert len(content) < 200_000
        with pytest.raises(RefusedFile):
            attach(world, world.draft(), content)


def test_so_many_files_and_no_more(world: World, settings: Any) -> None:
    settings.UPLOADS_PER_REQUIREMENT = 3
    case = world.draft()
    papers = [attach(world, case, photo(8 + number)) for number in range(3)]
    with pytest.raises(RefusedFile, match="Paling banyak 3 berkas untuk satu persyaratan"):
        attach(world, case, photo(20))
    assert kept(settings.FILES_DIR) == 3  # what is refused must not fill the disk
    assert attach(world, case, photo(8)) == papers[0]  # the same file again is no further one
    actions.detach(case_id=case.pk, attachment_id=papers[0].pk, by=world.actor("siti"))
    assert attach(world, case, photo(20)).size == len(photo(20))
