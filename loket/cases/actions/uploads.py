"""Which files are taken in: by content, never by name; limits before anything is decoded."""

from io import BytesIO

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from loket.core.errors import LoketError

# Phones put a second picture behind the photo (MPO); for every reader that is a JPEG.
_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "MPO": "image/jpeg"}
_READERS = ("JPEG", "PNG")
_PDF = "application/pdf"
MIB = 1024 * 1024


class RefusedFile(LoketError):
    """Berkas ini tidak dapat diterima. Unggah foto (JPEG, PNG) atau PDF."""


def media_type(content: bytes) -> str:
    """The type of an acceptable file by its content. Raises RefusedFile with what to do.

    Reads only the header of a picture; nothing is decompressed here.
    """
    if not content:
        raise RefusedFile("Berkas ini kosong. Pilih berkas lain.")
    if len(content) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // MIB
        raise RefusedFile(f"Berkas lebih besar dari {limit} MB. Perkecil atau foto ulang, lalu unggah lagi.")
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise RefusedFile("PDF ini terpotong. Unduh atau pindai ulang, lalu unggah lagi.")
        return _PDF
    return _picture_type(content)


def _picture_type(content: bytes) -> str:
    try:
        with Image.open(BytesIO(content), formats=_READERS) as picture:
            width, height = picture.size
            found = _PICTURES[picture.format or ""]
    except (UnidentifiedImageError, OSError, KeyError, ValueError, Image.DecompressionBombError) as error:
        raise RefusedFile() from error
    if width * height > settings.UPLOAD_MAX_PIXELS:
        limit = settings.UPLOAD_MAX_PIXELS // 1_000_000
        raise RefusedFile(f"Foto lebih dari {limit} juta piksel. Perkecil fotonya, lalu unggah lagi.")
    return found
