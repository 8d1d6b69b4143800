"""PDFs, good and evil: most by pikepdf, those that no library would write as text."""

import io
import struct
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from tests.verification.corpus.pictures import GPS_MARK, XMP_MARK, jpeg_of_65500, jpeg_with_gps

SCRIPT = "app.alert('SKRIPMARK')"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
DRAWING = b"0 0 1 rg 20 20 100 100 re f"


def _built(change: Callable[[Pdf], None] = lambda _: None, pages: int = 1, **how: object) -> bytes:
    with Pdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(200, 200))
        pdf.pages[0].Contents = Stream(pdf, DRAWING)
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, **how)
        return out.getvalue()


def plain(pages: int = 1) -> bytes:
    return _built(pages=pages)


def _script() -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name.JavaScript, JS=String(SCRIPT))


def _annotated(**annotation: object) -> bytes:
    """A page with one annotation that looks like nothing."""

    def change(pdf: Pdf) -> None:
        entry = Dictionary(Type=Name.Annot, Rect=Array([10, 10, 90, 90]), **annotation)
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(entry)])

    return _built(change)


def _acting(action: Dictionary) -> bytes:
    return _annotated(Subtype=Name.Link, A=action)


def open_action_script() -> bytes:
    return _built(lambda pdf: pdf.Root.__setattr__("OpenAction", _script()))


def named_script() -> bytes:
    def change(pdf: Pdf) -> None:
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), _script()])))

    return _built(change)


def page_script() -> bytes:
    return _built(lambda pdf: pdf.pages[0].obj.__setattr__("AA", Dictionary(O=_script())))


def launch() -> bytes:
    return _acting(Dictionary(S=Name.Launch, F=String("SKRIPMARK.exe")))


def link() -> bytes:
    return _acting(Dictionary(S=Name.URI, URI=String("https://SKRIPMARK.example/")))


def remote_goto() -> bytes:
    return _acting(Dictionary(S=Name.GoToR, F=String("//SKRIPMARK/share/a.pdf"), D=Array([0, Name.Fit])))


def submit_form() -> bytes:
    return _acting(Dictionary(S=Name.SubmitForm, F=String("https://SKRIPMARK.example/"), Fields=Array()))


def import_data() -> bytes:
    return _acting(Dictionary(S=Name.ImportData, F=String("SKRIPMARK.fdf")))


def rich_media() -> bytes:
    return _annotated(
        Subtype=Name.RichMedia,
        RichMediaContent=Dictionary(Assets=Dictionary(Names=Array([String("SKRIPMARK.swf")]))),
    )


def _with_file(pdf: Pdf, content: bytes) -> Dictionary:
    file = Stream(pdf, content, Type=Name.EmbeddedFile)
    return Dictionary(Type=Name.Filespec, F=String("SKRIPMARK.exe"), EF=Dictionary(F=pdf.make_indirect(file)))


def embedded_file(content: bytes = b"MZ SKRIPMARK") -> bytes:
    def change(pdf: Pdf) -> None:
        files = Dictionary(Names=Array([String("a"), pdf.make_indirect(_with_file(pdf, content))]))
        pdf.Root.Names = Dictionary(EmbeddedFiles=files)

    return _built(change, compress_streams=False)


def attached_note() -> bytes:
    def change(pdf: Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]))
        note.FS = pdf.make_indirect(_with_file(pdf, b"MZ SKRIPMARK"))
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])

    return _built(change, compress_streams=False)


def filled_form(*, dynamic: bool = False, xfa: bool = False) -> bytes:
    """A filled-in field with a look of its own, a script on each key, and XFA beside it if asked for."""

    def change(pdf: Pdf) -> None:
        look = Stream(pdf, b"/Tx BMC 1 0 0 rg 0 0 80 20 re f EMC", Type=Name.XObject, Subtype=Name.Form)
        look.BBox = Array([0, 0, 80, 20])
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("nama"), F=4)
        field.V, field.Rect = String("SITI"), Array([100, 150, 180, 170])
        field.AP, field.AA = Dictionary(N=pdf.make_indirect(look)), Dictionary(K=_script())
        field = pdf.make_indirect(field)
        pdf.pages[0].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        if xfa:
            pdf.Root.AcroForm.XFA = pdf.make_indirect(Stream(pdf, b"<xdp>SKRIPMARK</xdp>"))
        if dynamic:
            pdf.Root.NeedsRendering = True

    return _built(change, compress_streams=False)


def external_stream() -> bytes:
    """A picture whose data lies in a file of the reader's machine."""

    def change(pdf: Pdf) -> None:
        picture = Stream(pdf, b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
        picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 8
        picture.F = Dictionary(Type=Name.Filespec, F=String("/etc/SKRIPMARK"))
        _draw(pdf, picture)

    return _built(change)


def _draw(pdf: Pdf, thing: Stream) -> None:
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=pdf.make_indirect(thing)))
    pdf.pages[0].Contents = Stream(pdf, b"200 0 0 200 0 0 cm /X Do")


def _picture(pdf: Pdf, data: bytes, width: int, height: int, **more: object) -> Stream:
    picture = Stream(pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, **more)
    picture.ColorSpace, picture.BitsPerComponent = more.get("ColorSpace", Name.DeviceRGB), 8
    return picture


def photo_with_gps() -> bytes:
    """As scanner apps make them: the phone's JPEG as it is, and metadata of the document."""

    def change(pdf: Pdf) -> None:
        _draw(pdf, _picture(pdf, jpeg_with_gps(), 60, 40, Filter=Name.DCTDecode))
        pdf.docinfo["/Author"] = String(XMP_MARK.decode())
        pdf.Root.Metadata = Stream(pdf, b"<x/>" + GPS_MARK, Type=Name.Metadata, Subtype=Name.XML)

    return _built(change, compress_streams=False)


def locked(user: str) -> bytes:
    return _built(encryption=pikepdf.Encryption(owner="pemilik", user=user))


# Bombs


def zeros(megabytes: int) -> bytes:
    """A zlib stream of that many megabytes: one packed block, again and again."""
    packer = zlib.compressobj(9)
    head = packer.compress(b"") or b"\x78\xda"
    once = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    once = once.removeprefix(head)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    again = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + once + again * (megabytes - 1) + b"\x03\0"


def _raw_stream(filters: str, data: bytes, more: str = "") -> bytes:
    """A document as text whose page content is `data` under `filters`."""
    return raw(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        b"<< /Length %d /Filter %s %s >>\nstream\n" % (len(data), filters.encode(), more.encode())
        + data
        + b"\nendstream",
    )


def raw(*objects: bytes, trailer: bytes = b"/Root 1 0 R", version: bytes = b"1.7") -> bytes:
    """A document of these objects, numbered from 1."""
    out, places = bytearray(b"%%PDF-%s\n" % version), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        start,
    )


def stream_bomb() -> bytes:
    return _raw_stream("/FlateDecode", zeros(300))


def stream_bomb_twice() -> bytes:
    return _raw_stream("[/FlateDecode /FlateDecode]", zlib.compress(zeros(2000)))


def object_stream_bomb() -> bytes:
    """The page itself lies in a stream of 600 MB, which has to be unpacked to find it."""
    packer = zlib.compressobj(9)
    page = b"3 0 << /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"
    data = packer.compress(page) + packer.flush(zlib.Z_FULL_FLUSH) + zeros(600)[2:]
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /ObjStm /N 1 /First 4 /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream"
        % (len(data), data),
    ]
    out, entries = bytearray(b"%PDF-1.7\n"), [(0, 0, 255)]
    for number, body in zip((1, 2, 4), bodies, strict=True):
        entries += [(2, 4, 0)] if number == 4 else []
        entries.append((1, len(out), 0))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(struct.pack(">BIB", *entry) for entry in [*entries, (1, start, 0)])
    head = b"<< /Type /XRef /Size 6 /W [1 4 1] /Root 1 0 R /Length %d >>" % len(table)
    out += b"5 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (head, table)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


def picture_bomb() -> bytes:
    def change(pdf: Pdf) -> None:
        _draw(pdf, _picture(pdf, zlib.compress(b"\0"), 60_000, 60_000, Filter=Name.FlateDecode))

    return _built(change)


def jpeg_bomb_inside() -> bytes:
    def change(pdf: Pdf) -> None:
        _draw(pdf, _picture(pdf, jpeg_of_65500(), 60, 40, Filter=Name.DCTDecode))

    return _built(change)


def nested_forms(*, endless: bool = False) -> bytes:
    """Ten forms that each draw the next one ten times; or one that draws itself."""

    def change(pdf: Pdf) -> None:
        below = pdf.make_indirect(Stream(pdf, DRAWING, Type=Name.XObject, Subtype=Name.Form))
        below.BBox = Array([0, 0, 200, 200])
        for _ in range(10):
            form = Stream(pdf, b"/X Do " * 10, Type=Name.XObject, Subtype=Name.Form)
            form.BBox, form.Resources = below.BBox, Dictionary(XObject=Dictionary(X=below))
            below = pdf.make_indirect(form)
        if endless:
            below.Resources.XObject.X = below
        _draw(pdf, below)

    return _built(change)


def deep_page_tree(depth: int = 3000) -> bytes:
    inner = [
        b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (number - 1, number + 1)
        for number in range(2, depth)
    ]
    inner[0] = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 200 200] >>" % (depth - 1)
    return raw(b"<< /Type /Catalog /Pages 2 0 R >>", *inner, page)


def page_tree_loop() -> bytes:
    return raw(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>",
    )


def xref_loop() -> bytes:
    content = plain_text()
    start = content.rindex(b"xref\n0 ")
    return content.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def plain_text() -> bytes:
    """A document as a person would type it."""
    return raw(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(DRAWING), DRAWING),
    )


def deep_array() -> bytes:
    return raw(
        b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * 100_000 + b"]" * 100_000 + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    )


def huge_page() -> bytes:
    return _built(lambda pdf: pdf.pages[0].obj.__setattr__("MediaBox", Array([0, 0, 200_000, 10])))


def cut() -> bytes:
    return plain(20)[:-600]


def cut_and_closed() -> bytes:
    """Half of a document with an end put behind it."""
    content = plain(20)
    return content[: len(content) // 3] + b"\n%%EOF\n"


def header_only() -> bytes:
    return b"%PDF-1.7\n%%EOF\n"
