"""Which files are taken in: looked into by a child process, and shown only as the copy it made."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from loket.audit.actions import record
from loket.cases.models import Attachment
from loket.core import filestore
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError
from loket.core.inspection.client import inspect
from loket.core.inspection.findings import Finding, Limits, Reason, Unacceptable

MIB = 1024 * 1024


class RefusedFile(LoketError):
    """Berkas ini tidak dapat diterima. Unggah foto (JPEG, PNG, HEIC) atau PDF."""

    status = 422


class EmptyFile(RefusedFile):
    """Berkas ini kosong. Pilih berkas lain."""


class FileTooLarge(RefusedFile):
    """Berkas terlalu besar. Perkecil atau foto ulang, lalu unggah lagi."""

    status = 413


class WebPage(RefusedFile):
    """Ini halaman web atau gambar SVG, bukan foto atau PDF. Foto dokumennya atau simpan sebagai PDF, lalu
    unggah lagi."""


class OfficeFile(RefusedFile):
    """Berkas Word, Excel, atau ZIP tidak dapat diterima. Simpan sebagai PDF, lalu unggah PDF-nya."""


class OtherPicture(RefusedFile):
    """Jenis gambar ini tidak dapat diterima. Simpan sebagai JPEG atau PNG, lalu unggah lagi."""


class ProgramFile(RefusedFile):
    """Berkas ini program, bukan foto atau PDF. Periksa berkas yang Anda pilih."""


class BrokenPicture(RefusedFile):
    """Foto ini terpotong atau rusak. Foto atau unduh ulang, lalu unggah lagi."""


class TooManyPixels(RefusedFile):
    """Foto terlalu besar. Perkecil fotonya, lalu unggah lagi."""


class BrokenPdf(RefusedFile):
    """PDF ini rusak. Unduh atau pindai ulang, lalu unggah lagi."""


class TruncatedPdf(RefusedFile):
    """PDF ini terpotong. Unduh atau pindai ulang, lalu unggah lagi."""


class EncryptedPdf(RefusedFile):
    """PDF ini dikunci dengan kata sandi. Simpan tanpa kata sandi, lalu unggah lagi."""


class DynamicForm(RefusedFile):
    """PDF ini formulir yang hanya terbuka di Adobe Reader. Cetak menjadi PDF biasa, lalu unggah lagi."""


class TooManyPages(RefusedFile):
    """PDF ini terlalu banyak halaman. Unggah hanya halaman yang diminta."""


class TooHeavy(RefusedFile):
    """Berkas ini terlalu berat untuk diperiksa. Foto ulang atau simpan lebih kecil, lalu unggah lagi."""


class NotShownSafely(ConflictError):
    """Berkas lama ini tidak dapat ditampilkan dengan aman. Minta pemohon mengunggahnya lagi."""


def too_large() -> FileTooLarge:
    """The refusal of a file with too many bytes, wherever that is noticed."""
    limit = settings.UPLOAD_MAX_BYTES // MIB
    return FileTooLarge(f"Berkas lebih besar dari {limit} MB. Perkecil atau foto ulang, lalu unggah lagi.")


def _too_many_pixels() -> TooManyPixels:
    limit = settings.UPLOAD_MAX_PIXELS // 1_000_000
    return TooManyPixels(f"Foto lebih dari {limit} juta piksel. Perkecil fotonya, lalu unggah lagi.")


def _too_many_pages() -> TooManyPages:
    limit = settings.UPLOAD_MAX_PAGES
    return TooManyPages(f"PDF ini lebih dari {limit} halaman. Unggah hanya halaman yang diminta.")


REFUSALS: dict[Reason, Callable[[], RefusedFile]] = {
    "empty": EmptyFile,
    "too_large": too_large,
    "unknown": RefusedFile,
    "web_page": WebPage,
    "office_file": OfficeFile,
    "other_picture": OtherPicture,
    "program": ProgramFile,
    "broken_picture": BrokenPicture,
    "too_many_pixels": _too_many_pixels,
    "broken_pdf": BrokenPdf,
    "truncated_pdf": TruncatedPdf,
    "encrypted_pdf": EncryptedPdf,
    "dynamic_form": DynamicForm,
    "too_many_pages": _too_many_pages,
    "too_heavy": TooHeavy,
}


def limits() -> Limits:
    """The limits of this installation."""
    return Limits(
        max_bytes=settings.UPLOAD_MAX_BYTES,
        max_pixels=settings.UPLOAD_MAX_PIXELS,
        max_side=settings.UPLOAD_MAX_SIDE,
        max_pages=settings.UPLOAD_MAX_PAGES,
        served_pixels=settings.UPLOAD_SERVED_PIXELS,
    )


def looked_into(content: bytes) -> Finding:
    """What an acceptable file is, and its copy to show. Raises RefusedFile, InspectionBusy."""
    try:
        return inspect(content, limits())
    except Unacceptable as refusal:
        raise REFUSALS[refusal.reason]() from refusal


def shown(*, attachment: Attachment, by: Actor) -> tuple[bytes, str]:
    """The copy of a paper that may be shown, and its type; never the original.

    A paper that was taken in before there were copies gets its copy now. Raises NotShownSafely where that
    cannot be made, DamagedFile.
    """
    if not attachment.served_sha256:
        attachment = clean_attachment(attachment_id=attachment.pk, by=by)
    return filestore.get(settings.FILES_DIR, attachment.served_sha256), attachment.served_type


def clean_attachment(*, attachment_id: int, by: Actor) -> Attachment:
    """Give a paper of an older version its copy to show; once more changes nothing. Raises NotShownSafely."""
    attachment = Attachment.objects.select_related("case").get(pk=attachment_id)
    if attachment.served_sha256:
        return attachment
    # Outside of the transaction: looking into a file takes a while.
    try:
        finding = looked_into(filestore.get(settings.FILES_DIR, attachment.sha256))
    except RefusedFile as refusal:
        raise NotShownSafely(f"{NotShownSafely().message} Sebabnya: {refusal.message}") from refusal
    digest = filestore.put(settings.FILES_DIR, finding.served)
    with transaction.atomic():
        changed = Attachment.objects.filter(pk=attachment_id, served_sha256="").update(
            served_sha256=digest, served_type=finding.served_type
        )
        if changed:
            record(
                action="case.clean_attachment",
                subject=attachment.case.ref,
                actor=by.ref,
                office_code=attachment.case.office_id,
                details={"attachment": attachment_id, "served_sha256": digest},
            )
    attachment.refresh_from_db(fields=["served_sha256", "served_type"])
    return attachment
