"""Pictures, decoded wholly and written anew: nothing of the file survives but what is to be seen."""

from io import BytesIO

import pillow_heif
from PIL import Image, ImageOps, Jpeg2KImagePlugin, MpoImagePlugin, UnidentifiedImageError

from loket.core.inspection.findings import Limits, Unacceptable
from loket.core.inspection.kinds import HEIC, JPEG, PNG

# Everything is loaded now: the fork that looks into a file can open none.
Image.preinit()
__all__ = ["Jpeg2KImagePlugin", "MpoImagePlugin", "clean"]
pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # our own limit is lower, and never only a warning
# Phones put a second picture behind the photo (MPO); for every reader that is a JPEG.
_READERS = {JPEG: ("JPEG", "MPO"), PNG: ("PNG",), HEIC: ("HEIF",)}
_QUALITY = 90
_BROKEN = (OSError, ValueError, SyntaxError, KeyError, IndexError, TypeError, EOFError, RuntimeError)


def clean(content: bytes, kind: str, limits: Limits) -> tuple[bytes, str]:
    """The picture without anything hidden, upright, halved until it is small enough; and its media type.

    Raises Unacceptable for a picture that is broken, cut, or too large, before it is decoded if possible.
    """
    try:
        with Image.open(BytesIO(content), formats=_READERS[kind]) as picture:
            _require_size(picture.size, limits)
            if kind == JPEG:
                _decode_small(picture, limits)
            picture.load()
            shown = ImageOps.exif_transpose(_small_enough(_plain(picture), limits))
    except UnidentifiedImageError as error:
        raise Unacceptable("broken_picture") from error
    except _BROKEN as error:
        raise Unacceptable("broken_picture") from error
    shown.info = {}
    out = BytesIO()
    if kind == PNG:
        shown.save(out, "PNG")
        return out.getvalue(), PNG
    shown.convert("L" if shown.mode == "L" else "RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue(), JPEG


def _require_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.max_pixels or max(size) > limits.max_side:
        raise Unacceptable("too_many_pixels")


def _decode_small(picture: Image.Image, limits: Limits) -> None:
    """A JPEG can be decoded at a half, quarter or eighth, which costs as much less memory."""
    width, height = picture.size
    for part in (2, 4, 8):
        if width * height <= limits.served_pixels:
            return
        picture.draft(None, (picture.size[0] // 2, picture.size[1] // 2))
        if width // part * (height // part) <= limits.served_pixels:
            return


def _plain(picture: Image.Image) -> Image.Image:
    """In grey, RGB or RGBA; the orientation stays in `info` for now."""
    exif = picture.getexif()
    mode = picture.mode
    if mode in ("L", "RGB", "RGBA"):
        shown = picture.copy() if mode == "L" else picture
    elif mode.startswith("I"):
        shown = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif mode == "1":
        shown = picture.convert("L")
    elif "transparency" in picture.info or mode in ("LA", "La", "PA", "RGBa"):
        shown = picture.convert("RGBA")
    else:
        shown = picture.convert("RGB")
    orientation = exif.get(0x0112)
    shown.getexif().clear()
    if orientation:
        shown.getexif()[0x0112] = orientation
    return shown


def _small_enough(picture: Image.Image, limits: Limits) -> Image.Image:
    exif = picture.getexif()
    while picture.width * picture.height > limits.served_pixels:
        picture = picture.reduce(2)
    picture.getexif().update(exif)
    return picture
