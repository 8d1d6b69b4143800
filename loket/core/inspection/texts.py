"""The text on the pages of a PDF, to recognise whose it is. The library reads as a browser does."""

from io import BytesIO

import pikepdf
import pypdfium2
from pikepdf import Name

from loket.core.inspection.findings import Limits, Unacceptable
from loket.core.inspection.kinds import PDF, kind_of

# Of a page with more than that nobody is recognised any better.
MOST_LETTERS = 200_000


def text_of(content: bytes, limits: Limits) -> str:
    """The text of all pages, at most MOST_LETTERS. Raises Unacceptable: no PDF, locked, broken, too long."""
    if kind_of(content) != PDF:
        raise Unacceptable("unknown")
    try:
        with pikepdf.Pdf.open(BytesIO(content), suppress_warnings=True) as source:
            if source.is_encrypted:
                raise Unacceptable("encrypted_pdf")
            if len(source.pages) > limits.max_pages:
                raise Unacceptable("too_many_pages")
        return _read(content)
    except pikepdf.PasswordError as error:
        raise Unacceptable("encrypted_pdf") from error
    except (pikepdf.PdfError, pypdfium2.PdfiumError, ValueError, RuntimeError) as error:
        raise Unacceptable("broken_pdf") from error


def _read(content: bytes) -> str:
    parts: list[str] = []
    document = pypdfium2.PdfDocument(content)
    try:
        for page in document:
            parts.append(page.get_textpage().get_text_bounded())
            if sum(map(len, parts)) > MOST_LETTERS:
                break
    finally:
        document.close()
    # What no text holds (NUL, halves of surrogates) a broken font may still name.
    text = "\n".join(parts)[:MOST_LETTERS].replace("\0", " ")
    return text.encode("utf-8", "replace").decode()


def warm_up() -> None:
    """Let the library load what it loads late, for whoever can open no file afterwards."""
    with pikepdf.Pdf.new() as pdf:
        page = pdf.add_blank_page()
        font = pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.obj.Contents = pdf.make_stream(b"BT /F 12 Tf (A) Tj ET")
        out = BytesIO()
        pdf.save(out)
    _read(out.getvalue())
