"""The 72 files: what each is, how it is sent, and what has to become of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from loket.core.inspection.findings import Reason
from loket.core.inspection.kinds import JPEG, PDF, PNG
from tests.verification.corpus import others, pdfs, pictures

# How the body is sent.
PLAIN, SHORT_LENGTH, ENDLESS = "plain", "length too short", "1 GB"


@dataclass(frozen=True)
class Entry:
    """One file. `served` is the type of the copy shown, `refused` why there is none."""

    name: str
    make: Callable[[], bytes]
    served: str = ""
    refused: Reason | None = None
    filename: str = "berkas.jpg"
    declared: str = "image/jpeg"
    sending: str = PLAIN


def _no(name: str, make: Callable[[], bytes], reason: Reason, **how: str) -> Entry:
    return Entry(name, make, refused=reason, **how)


def _ok(name: str, make: Callable[[], bytes], served: str, **how: str) -> Entry:
    return Entry(name, make, served=served, **how)


def _named(name: str, filename: str) -> Entry:
    return Entry(f"name: {name}", pictures.jpeg, served=JPEG, filename=filename)


TABLE = [
    # Pixel bombs
    _no("PNG of 144 million pixels in 17 KB", pictures.png_of_12000, "too_many_pixels"),
    _no("PNG that claims 3.6 billion pixels", pictures.png_of_60000, "too_many_pixels"),
    _no("PNG longer than any paper", pictures.png_long, "too_many_pixels"),
    _no("PNG with transparency, within the pixels", pictures.png_too_heavy, "too_heavy"),
    _ok("PNG with just as many pixels as allowed", pictures.png_within_pixels, PNG),
    _no("PNG with 100 MB of packed text", pictures.png_text_bomb, "broken_picture"),
    _no("JPEG that claims 65,500 by 65,500", pictures.jpeg_of_65500, "too_many_pixels"),
    _no("TIFF that claims 60,000 by 40", pictures.tiff_of_60000, "other_picture"),
    # Archives
    _no("ZIP", others.zipped, "office_file"),
    _no("ZIP bomb", partial(others.zipped, "0", bytes(50_000_000)), "office_file"),
    _no("ZIP in ZIP in ZIP, like 42.zip", others.nested_zip, "office_file"),
    _no("gzip bomb", others.gzip_bomb, "office_file"),
    _no("DOCX", others.docx, "office_file"),
    _no("DOC", lambda: others.OLE, "office_file"),
    # PDFs that grow
    _no("PDF, page of 300 MB", pdfs.stream_bomb, "too_heavy"),
    _no("PDF, page packed twice", pdfs.stream_bomb_twice, "too_heavy"),
    _no("PDF, object stream of 600 MB", pdfs.object_stream_bomb, "broken_pdf"),
    _no("PDF, picture of 60,000 by 60,000", pdfs.picture_bomb, "too_many_pixels"),
    _no("PDF, JPEG inside that claims 65,500", pdfs.jpeg_bomb_inside, "too_many_pixels"),
    _no("PDF, forms that draw each other ten times", pdfs.nested_forms, "too_heavy"),
    _no("PDF, a form that draws itself", partial(pdfs.nested_forms, endless=True), "too_heavy"),
    _no("PDF, page tree 3,000 deep", pdfs.deep_page_tree, "broken_pdf"),
    _no("PDF, page tree in a circle", pdfs.page_tree_loop, "broken_pdf"),
    _ok("PDF, cross references in a circle", pdfs.xref_loop, PDF),
    _no("PDF, arrays 100,000 deep", pdfs.deep_array, "broken_pdf"),
    _no("PDF of 5,000 pages", partial(pdfs.plain, 5000), "too_many_pages"),
    _no("PDF of one page too many", partial(pdfs.plain, 51), "too_many_pages"),
    _ok("PDF with as many pages as allowed", partial(pdfs.plain, 50), PDF),
    _no("PDF, page of 70 metres", pdfs.huge_page, "too_many_pixels"),
    # PDFs that do something
    _ok("PDF, script at opening", pdfs.open_action_script, PDF),
    _ok("PDF, script by name", pdfs.named_script, PDF),
    _ok("PDF, script of a page", pdfs.page_script, PDF),
    _ok("PDF, launches a program", pdfs.launch, PDF),
    _ok("PDF, link to the web", pdfs.link, PDF),
    _ok("PDF, link into another machine", pdfs.remote_goto, PDF),
    _ok("PDF, sends a form", pdfs.submit_form, PDF),
    _ok("PDF, imports data", pdfs.import_data, PDF),
    _ok("PDF, rich media", pdfs.rich_media, PDF),
    _ok("PDF with a file inside", pdfs.embedded_file, PDF),
    _ok("PDF with a file on a note", pdfs.attached_note, PDF),
    _ok("PDF, filled form with scripts and XFA", partial(pdfs.filled_form, xfa=True), PDF),
    _no("PDF, form that only XFA draws", partial(pdfs.filled_form, xfa=True, dynamic=True), "dynamic_form"),
    _ok("PDF, picture from a file of the reader", pdfs.external_stream, PDF),
    # PDFs that cannot be read, or tell too much
    _no("PDF under a password", partial(pdfs.locked, "rahasia"), "encrypted_pdf"),
    _ok("PDF that only its owner may print", partial(pdfs.locked, ""), PDF),
    _no("PDF, cut", pdfs.cut, "truncated_pdf"),
    _no("PDF, cut and closed again", pdfs.cut_and_closed, "truncated_pdf"),
    _ok("PDF with a phone's photo and metadata", pdfs.photo_with_gps, PDF),
    # Two things at once
    _ok("PDF and HTML", others.pdf_with_html, PDF),
    _ok("PDF and ZIP", others.pdf_with_zip, PDF),
    _no("HTML before a PDF", others.html_before_pdf, "web_page"),
    _ok("JPEG and PHP", others.jpeg_with_php, JPEG),
    _no("GIF and JAR", others.gifar, "other_picture"),
    # Web pages
    _no("SVG with a script", lambda: others.SVG, "web_page", declared="image/svg+xml"),
    _no("HTML called .jpg", lambda: others.HTML, "web_page"),
    # EICAR: there is no virus scanner here. Refused, or gone from the copy.
    _no("EICAR", lambda: pdfs.EICAR, "program"),
    _no("EICAR in a ZIP", partial(others.zipped, "a.com", pdfs.EICAR), "office_file"),
    _ok("EICAR in a PDF", partial(pdfs.embedded_file, pdfs.EICAR), PDF),
    _ok("EICAR behind a PNG", others.png_with_eicar, PNG),
    # Photos
    _ok("JPEG with GPS and XMP", partial(pictures.jpeg_with_gps, 6), JPEG),
    _ok("HEIC with GPS and XMP", pictures.heic_with_gps, JPEG, declared="image/heic"),
    _no("HEIC, cut", lambda: pictures.heic()[:-60], "broken_picture", declared="image/heic"),
    # Sizes and declarations
    _no("nothing", lambda: b"", "empty"),
    Entry("1 GB", pictures.jpeg, refused="too_large", sending=ENDLESS),
    _ok("PNG declared as a program", pictures.png_with_xmp, PNG, declared="application/x-msdownload"),
    Entry("length said too short", pictures.jpeg, sending=SHORT_LENGTH),
    # Names
    _named("up the tree", "../../../../etc/passwd"),
    _named("NUL", "foto\0.php.jpg"),
    _named("right to left", "foto\u202egpj.exe"),
    _named("300 characters", "a" * 296 + ".jpg"),
    _named("a device, and a double ending", "CON.pdf.exe"),
    _named("dots of other scripts", "\uff0e\uff0e\u2215\u2024\u2024/foto\u3002jpg"),
]
