"""Pictures, good and evil."""

import io
import struct
import zlib

import pillow_heif
from PIL import Image, PngImagePlugin

pillow_heif.register_heif_opener()
GPS_MARK = b"GPSMARK-1.2379S-116.8529E"
XMP_MARK = b"XMPMARK-Jalan-Rahasia-12"


def _saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def drawing(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Something that is not one colour, and not the same upside down."""
    picture = Image.linear_gradient("L").resize((width, height)).convert(mode)
    picture.paste(picture.resize((width // 2, height // 3)).transpose(Image.Transpose.ROTATE_180), (0, 0))
    return picture


def jpeg(width: int = 60, height: int = 40, **how: object) -> bytes:
    return _saved(drawing(width, height), "JPEG", **how)


def png(width: int = 60, height: int = 40, mode: str = "RGB", **how: object) -> bytes:
    return _saved(drawing(width, height, mode), "PNG", **how)


def heic(**how: object) -> bytes:
    return _saved(drawing(64, 48), "HEIF", **how)


def tiff() -> bytes:
    return _saved(drawing(), "TIFF")


def gif() -> bytes:
    return _saved(drawing(mode="L"), "GIF")


def webp() -> bytes:
    return _saved(drawing(), "WEBP")


def _exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = GPS_MARK.decode()
    exif.get_ifd(0x8825).update({1: "S", 2: (1.0, 14.0, 16.0), 3: "E", 4: (116.0, 51.0, 10.0)})
    exif.get_ifd(0x8825)[29] = "2026:08:03"
    return exif


def jpeg_with_gps(orientation: int = 1) -> bytes:
    return jpeg(exif=_exif(orientation), xmp=b"<x:xmpmeta>" + XMP_MARK + b"</x:xmpmeta>", comment=XMP_MARK)


def png_with_xmp() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", XMP_MARK.decode())
    texts.add_text("Comment", GPS_MARK.decode())
    return png(pnginfo=texts, exif=_exif())


def heic_with_gps() -> bytes:
    return heic(exif=_exif().tobytes(), xmp=XMP_MARK)


def phone_jpeg() -> bytes:
    """A second picture behind the first, as phones add it (MPO)."""
    return _saved(drawing(), "MPO", save_all=True, append_images=[drawing(30, 20)])


# Pixel bombs


def png_of_12000() -> bytes:
    """The one measured: 17 KB that cost 700 MB."""
    return _png_rows(12_000, 12_000)


def png_of_60000() -> bytes:
    return _png_rows(60_000, 60_000, rows=10)


def png_long() -> bytes:
    return _png_rows(20_000, 2)


def png_within_pixels() -> bytes:
    """As many pixels as allowed: decoded, and halved for showing."""
    return _png_rows(6_300, 6_300)


def png_too_heavy() -> bytes:
    """As many pixels as allowed, of four bytes each: halving them takes a second copy."""
    return _png_rows(6_300, 6_300, colour=6, depth=8, bits=32)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png_rows(
    width: int, height: int, *, rows: int | None = None, colour: int = 0, depth: int = 1, bits: int = 1
) -> bytes:
    """A PNG of empty rows, without ever holding it unpacked."""
    packer, row = zlib.compressobj(9), bytes(1 + (width * bits + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height if rows is None else rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def png_text_bomb() -> bytes:
    """Compressed text of 100 MB in a chunk of 100 KB."""
    whole = png()
    text = b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)
    return whole[:33] + _chunk(b"zTXt", text) + whole[33:]


def jpeg_of_65500() -> bytes:
    """A small JPEG whose header claims 65,500 by 65,500."""
    content = bytearray(jpeg())
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", 65_500, 65_500)
    return bytes(content)


def tiff_of_60000() -> bytes:
    content = tiff()
    return content.replace(struct.pack("<H", 60), struct.pack("<H", 60_000))


def heavy_jpeg() -> bytes:
    """More than five megabytes that are really a photo."""
    return _saved(Image.effect_noise((3000, 2400), 90).convert("RGB"), "JPEG", quality=97)
