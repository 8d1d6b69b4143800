"""Which files are taken in: by their content, and never more than the limits."""

import io
import uuid
from pathlib import Path
from typing import Any, get_args

import pytest
from PIL import Image

from loket.audit.models import Entry
from loket.cases import actions, queries
from loket.cases.actions import FileTooLarge, NotShownSafely, RefusedFile, applying
from loket.cases.actions.uploads import (
    REFUSALS,
    BrokenPicture,
    OfficeFile,
    OtherPicture,
    ProgramFile,
    WebPage,
)
from loket.cases.models import Attachment, Case
from loket.core.filestore import get, put
from loket.core.inspection.findings import Reason
from tests.integration.cases.world import World, photo
from tests.verification.corpus import pdfs, pictures

pytestmark = pytest.mark.django_db
PDF = pdfs.plain()
UNKNOWN = "Berkas ini tidak dapat diterima. Unggah foto (JPEG, PNG, HEIC) atau PDF."


def attach(world: World, case: Case, content: bytes) -> Any:
    by = world.actor("siti")
    return actions.attach(case_id=case.pk, requirement="foto_benih", content=content, by=by)


def sentence(refusal: type[RefusedFile]) -> str:
    return refusal().message


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (photo(kind="JPEG"), "image/jpeg"),
        (photo(kind="PNG"), "image/png"),
        (PDF, "application/pdf"),
        (PDF + b"\n" * 100, "application/pdf"),
        # Phones put a second picture (depth, brightness) behind the photo; for a reader it is a JPEG.
        (pictures.phone_jpeg(), "image/jpeg"),
        (pictures.heic(), "image/heic"),
    ],
    ids=["jpeg", "png", "pdf", "pdf-with-blank-lines", "jpeg-of-a-phone", "heic"],
)
def test_photos_and_pdfs_are_taken_in(world: World, settings: Any, content: bytes, media_type: str) -> None:
    case = world.draft()
    paper = attach(world, case, content)
    assert (paper.media_type, paper.size, paper.uploaded_at) == (media_type, len(content), world.time.now)
    assert get(settings.FILES_DIR, paper.sha256) == content
    shown, shown_type = actions.shown(attachment=paper, by=world.actor("siti"))
    assert shown == get(settings.FILES_DIR, paper.served_sha256)
    assert shown_type == ("image/jpeg" if media_type == "image/heic" else media_type)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Berkas ini kosong. Pilih berkas lain."),
        (PDF[:-8], "PDF ini terpotong. Unduh atau pindai ulang, lalu unggah lagi."),
        (PDF + b"\0" * 3000, "PDF ini terpotong. Unduh atau pindai ulang, lalu unggah lagi."),
        (b" " + PDF, UNKNOWN),
        (b"PK\x03\x04" + bytes(100), sentence(OfficeFile)),
        (b"<svg/>", sentence(WebPage)),
        (photo(kind="GIF"), sentence(OtherPicture)),
        (photo(kind="WEBP"), sentence(OtherPicture)),
        (photo(kind="BMP"), sentence(OtherPicture)),
        (photo()[:20], sentence(BrokenPicture)),
        (photo()[:-2], sentence(BrokenPicture)),
        (photo(kind="PNG")[:20], sentence(BrokenPicture)),
        (photo(kind="PNG")[:-30], sentence(BrokenPicture)),
        (b"\xff\xd8\xff", sentence(BrokenPicture)),
        (b"MZ" + bytes(100), sentence(ProgramFile)),
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
        "jpeg-cut-early",
        "jpeg-cut-late",
        "png-cut-early",
        "png-cut-late",
        "jpeg-header-only",
        "program",
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
    case, just = world.draft(), photo() + bytes(1024 * 1024 - len(photo()))
    assert attach(world, case, just).size == 1024 * 1024
    with pytest.raises(FileTooLarge, match="Berkas lebih besar dari 1 MB") as refused:
        attach(world, case, just + b"\0")
    assert refused.value.status == 413


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
    assert kept(settings.FILES_DIR) == 6  # original and copy of each; what is refused must not fill the disk
    assert attach(world, case, photo(8)) == papers[0]  # the same file again is no further one
    actions.detach(case_id=case.pk, attachment_id=papers[0].pk, by=world.actor("siti"))
    assert attach(world, case, photo(20)).size == len(photo(20))


def test_every_reason_has_its_sentence() -> None:
    assert set(REFUSALS) == set(get_args(Reason))
    made = [refusal() for refusal in REFUSALS.values()]
    assert len({type(refusal) for refusal in made}) == len({refusal.message for refusal in made}) == len(made)
    # What to do stands in every one, after what is wrong.
    assert [refusal.message for refusal in made if refusal.message.count(". ") != 1] == []


def test_the_case_is_not_locked_while_a_file_is_looked_into(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another change meanwhile is not held up, and decides whether the file may still be added."""
    case, looked_into = world.fill(world.draft()), applying.looked_into

    def slowly(content: bytes) -> Any:
        actions.cancel(case_id=case.pk, by=world.actor("siti"), key=uuid.uuid4())
        return looked_into(content)

    monkeypatch.setattr(applying, "looked_into", slowly)
    before = case.attachments.count()
    with pytest.raises(actions.NotPossible):
        attach(world, case, photo(20))
    assert case.attachments.count() == before


# Papers of a version that made no copies


def old_paper(world: World, settings: Any, content: bytes) -> Attachment:
    return Attachment.objects.create(
        case=world.draft(),
        requirement="foto_benih",
        sha256=put(settings.FILES_DIR, content),
        media_type="image/jpeg",
        size=len(content),
        uploaded_at=world.time.now,
    )


def test_an_old_paper_gets_its_copy_when_it_is_first_shown(world: World, settings: Any) -> None:
    paper, by = old_paper(world, settings, pictures.jpeg_with_gps()), world.actor("siti")
    shown, shown_type = actions.shown(attachment=paper, by=by)
    assert (shown.count(pictures.GPS_MARK), shown_type) == (0, "image/jpeg")
    paper.refresh_from_db()
    assert get(settings.FILES_DIR, paper.served_sha256) == shown
    assert actions.shown(attachment=paper, by=by) == (shown, "image/jpeg")
    assert Entry.objects.filter(action="case.clean_attachment").count() == 1


def test_an_old_paper_that_would_be_refused_today_is_not_shown(world: World, settings: Any) -> None:
    paper = old_paper(world, settings, pdfs.locked("rahasia"))
    with pytest.raises(NotShownSafely, match="Minta pemohon mengunggahnya lagi. Sebabnya: PDF ini dikunci"):
        actions.shown(attachment=paper, by=world.actor("siti"))
