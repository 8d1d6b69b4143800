"""PDFs, rebuilt from their pages: what is not needed to draw a page does not come along.

Scripts, actions, forms, attached files and media hang on the catalogue, on annotations and on pages; a new
document receives only what draws the pages (annotations as they look), so that nothing has to be recognised
as evil. What could still make a viewer suffer (streams and pictures that grow, nested forms) is weighed.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream
from PIL import Image

from loket.core.inspection.findings import Limits, Unacceptable

_PAGE_KEYS = {"/Type", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group"}
_XOBJECT_KEYS = set(
    "/Type /Subtype /Length /Filter /DecodeParms /Name /OC"
    " /FormType /BBox /Matrix /Resources /Group"
    " /Width /Height /ColorSpace /BitsPerComponent /Intent /ImageMask /Mask /Decode /Interpolate /SMask"
    " /SMaskInData /Matte".split()
)
_EXTERNAL = ("/F", "/FFilter", "/FDecodeParms")
_INERT_TYPES = {"/EmbeddedFile", "/Metadata"}
_ACTIONS = set(
    "/JavaScript /Launch /SubmitForm /ImportData /ResetForm /GoToR /GoToE /URI /Named /Hide /Rendition /Movie"
    " /Sound /Thread /SetOCGState /Trans /GoTo3DView /RichMediaExecute".split()
)
_POINTS = 14_400  # the largest side of a page that the format knows, 5 m
_INFLATED = 256 * 1024 * 1024
_STEP = 1024 * 1024
_DRAWN = 64 * 1024 * 1024
_PICTURE_FILTERS = {"/DCTDecode": "JPEG", "/JPXDecode": "JPEG2000"}
_DRAW = re.compile(rb"/([^\s/\[\]<>(){}%]+)\s+Do\b")
_END = re.compile(rb"startxref\s+\d+\s+%%EOF")  # where a cut file was only closed again, this is missing


def clean(content: bytes, limits: Limits) -> tuple[bytes, tuple[str, ...]]:
    """The rebuilt document, and what was left out. Raises Unacceptable."""
    if not _END.search(content[-2048:]):
        raise Unacceptable("truncated_pdf")
    try:
        with Pdf.open(BytesIO(content), suppress_warnings=True) as source, Pdf.new() as target:
            removed = _require_drawable(source, limits)
            _draw_annotations(source)
            _move_pages(source, target)
            _strip(target)
            _weigh(target, limits)
            out = BytesIO()
            target.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            return out.getvalue(), removed
    except pikepdf.PasswordError as error:
        raise Unacceptable("encrypted_pdf") from error
    except MemoryError as error:
        raise Unacceptable("too_heavy") from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        raise Unacceptable("broken_pdf") from error


def warm_up() -> None:
    """Let the library load what it loads late, for whoever can open no file afterwards."""
    for revision in (2, 4, 6):
        with Pdf.new() as pdf:
            pdf.add_blank_page()
            out = BytesIO()
            lock = pikepdf.Encryption(owner="x", user="", R=revision, aes=revision > 2, metadata=revision > 2)
            pdf.save(out, encryption=lock)
        with Pdf.open(BytesIO(out.getvalue())) as pdf:
            pdf.save(BytesIO())


def _require_drawable(source: Pdf, limits: Limits) -> tuple[str, ...]:
    count = len(source.pages)
    if count > limits.max_pages:
        raise Unacceptable("too_many_pages")
    if count == 0:
        raise Unacceptable("broken_pdf")
    root = source.Root
    form = root.get("/AcroForm")
    if isinstance(form, Dictionary) and "/XFA" in form and root.get("/NeedsRendering", False):
        raise Unacceptable("dynamic_form")
    for page in source.pages:
        box = [float(number) for number in page.mediabox]
        if len(box) != 4 or max(abs(box[2] - box[0]), abs(box[3] - box[1])) > _POINTS:
            raise Unacceptable("too_many_pixels")
    found = {key for key in ("/OpenAction", "/AA", "/AcroForm", "/AF", "/Metadata") if key in root}
    names = root.get("/Names")
    if isinstance(names, Dictionary):
        found |= {key for key in ("/JavaScript", "/EmbeddedFiles") if key in names}
    if any("/Annots" in page.obj for page in source.pages):
        found.add("/Annots")
    return tuple(sorted(key[1:] for key in found))


def _draw_annotations(source: Pdf) -> None:
    """Filled fields, stamps and notes become part of the page; links and buttons leave nothing."""
    form = source.Root.get("/AcroForm")
    if isinstance(form, Dictionary):
        if "/XFA" in form:
            del form["/XFA"]
        if form.get("/NeedAppearances", False):
            source.generate_appearance_streams()
    source.flatten_annotations("all")


def _move_pages(source: Pdf, target: Pdf) -> None:
    for page in source.pages:
        for key in set(page.obj.keys()) - _PAGE_KEYS:
            del page.obj[key]
        target.pages.append(page)
    layers = source.Root.get("/OCProperties")
    if isinstance(layers, Dictionary):  # which layers are shown
        target.Root["/OCProperties"] = target.copy_foreign(source.make_indirect(layers))


def _inner(value: Object) -> Iterator[Object]:
    """The value and everything directly within it; what stands elsewhere is met by itself."""
    waiting = [value]
    while waiting:
        present = waiting.pop()
        yield present
        children: list[Object] = []
        if isinstance(present, Dictionary | Stream):
            children = [present[key] for key in present.keys()]  # noqa: SIM118 (streams iterate otherwise)
        elif isinstance(present, Array):
            children = list(present)
        for child in children:
            if isinstance(child, Object) and not child.is_indirect:
                waiting.append(child)


def _strip(target: Pdf) -> None:
    """What the pages dragged along though it draws nothing."""
    for top in list(target.objects):
        if not isinstance(top, Dictionary | Stream | Array):
            continue
        for value in _inner(top):
            if isinstance(value, Stream):
                _strip_stream(value)
            elif isinstance(value, Dictionary) and (
                str(value.get("/S", "")) in _ACTIONS or str(value.get("/Type", "")) == "/Filespec"
            ):
                for key in list(value.keys()):
                    del value[key]


def _strip_stream(stream: Stream) -> None:
    keys, subtype = set(stream.keys()), str(stream.get("/Subtype", ""))
    drop = set(_EXTERNAL) & keys
    if subtype in ("/Form", "/Image"):
        drop |= keys - _XOBJECT_KEYS
    for key in drop:
        del stream[key]
    if str(stream.get("/Type", "")) in _INERT_TYPES or subtype == "/PS":
        stream.write(b"")
    if _filters(stream) == ["/DCTDecode"]:
        stream.write(without_metadata(stream.read_raw_bytes()), filter=Name.DCTDecode)


def without_metadata(jpeg: bytes) -> bytes:
    """A JPEG without EXIF, XMP and comments, its picture data untouched; something else as it is.

    Kept are what readers need for the colours: JFIF (APP0), ICC profile (APP2), Adobe (APP14).
    """
    out, at = bytearray(jpeg[:2]), 2
    while jpeg[at : at + 1] == b"\xff" and at + 4 <= len(jpeg):
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if marker == 0xDA or not 0xC0 <= marker <= 0xFE:
            break
        hidden = marker == 0xFE or (0xE1 <= marker <= 0xEF and marker not in (0xE2, 0xEE))
        if not hidden:
            out += jpeg[at : at + 2 + length]
        at += 2 + length
    return bytes(out + jpeg[at:])


def _filters(stream: Stream) -> list[str]:
    value = stream.get("/Filter")
    if value is None:
        return []
    return [str(name) for name in value] if isinstance(value, Array) else [str(value)]


def _weigh(target: Pdf, limits: Limits) -> None:
    """Raises Unacceptable where drawing would cost a viewer far more than the file shows."""
    total = 0
    for value in list(target.objects):
        if not isinstance(value, Stream):
            continue
        if str(value.get("/Subtype", "")) == "/Image":
            _require_picture(value, limits)
        total += _size_unpacked(value, _INFLATED - total)
        if total > _INFLATED:
            raise Unacceptable("too_heavy")
    known: dict[tuple[int, int], int] = {}
    drawn = sum(_cost(page.obj, known, ()) for page in target.pages)
    if drawn > _DRAWN:
        raise Unacceptable("too_heavy")


def _require_picture(stream: Stream, limits: Limits) -> None:
    sizes = [(int(stream.get("/Width", 0)), int(stream.get("/Height", 0)))]
    filters = _filters(stream)
    if len(filters) == 1 and (reader := _PICTURE_FILTERS.get(filters[0])):
        try:
            with Image.open(BytesIO(stream.read_raw_bytes()), formats=[reader, "MPO"]) as picture:
                sizes.append(picture.size)
        except (OSError, ValueError, SyntaxError) as error:
            raise Unacceptable("broken_pdf") from error
    for width, height in sizes:
        if width * height > limits.max_pixels or max(width, height) > limits.max_side:
            raise Unacceptable("too_many_pixels")


def _size_unpacked(stream: Stream, room: int) -> int:
    """How many bytes the stream unpacks to; at most a step more than there is room for."""
    filters = _filters(stream)
    packed = [name for name in filters if name not in (*_PICTURE_FILTERS, "/CCITTFaxDecode", "/JBIG2Decode")]
    if not packed:
        return len(stream.read_raw_bytes())
    if packed[0] != "/FlateDecode" or len(packed) > 1:
        if packed != filters or len(packed) > 4:
            raise Unacceptable("too_heavy")
        return len(stream.read_bytes())  # rare ones: within this process's memory, or not at all
    reader, size, rest = zlib.decompressobj(), 0, stream.read_raw_bytes()
    while rest and size <= room and not reader.eof:
        try:
            size += len(reader.decompress(rest, _STEP))
        except zlib.error:
            break  # viewers show what comes before the fault
        rest = reader.unconsumed_tail
    return size


def _cost(value: Object, known: dict[tuple[int, int], int], above: tuple[tuple[int, int], ...]) -> int:
    """How many bytes of drawing commands a page or form stands for, forms within it counted each time."""
    if value.objgen in above:
        raise Unacceptable("too_heavy")  # a form that draws itself
    if value.objgen in known:
        return known[value.objgen]
    if isinstance(value, Stream):
        commands = value.read_bytes()
    else:
        contents = value.get("/Contents", Array())
        parts = list(contents) if isinstance(contents, Array) else [contents]
        commands = b"\n".join(part.read_bytes() for part in parts if isinstance(part, Stream))
    total = len(commands)
    forms = value.get("/Resources", Dictionary()).get("/XObject", Dictionary())
    for name in _DRAW.findall(commands):
        form = forms.get("/" + re.sub(rb"#([0-9A-Fa-f]{2})", _unescaped, name).decode("latin-1"))
        if isinstance(form, Stream) and str(form.get("/Subtype", "")) == "/Form":
            total += _cost(form, known, (*above, value.objgen))
        if total > _DRAWN:
            break
    known[value.objgen] = total
    return total


def _unescaped(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)])
