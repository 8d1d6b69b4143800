"""Archives, programs, web pages, and files that are two things at once."""

import gzip
import io
import zipfile

from tests.verification.corpus import pdfs, pictures

PHP = b"<?php system($_GET['SKRIPMARK']); ?>"
HTML = b"<!doctype html><script>alert('SKRIPMARK')</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>SKRIPMARK</script></svg>'
XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def zipped(name: str = "a.txt", content: bytes = b"isi") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def nested_zip() -> bytes:
    """Like 42.zip: archives of archives, ten at each of three levels."""
    content = zipped("0", bytes(10_000_000))
    for level in range(3):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"{level}-{number}.zip", content)
        content = out.getvalue()
    return content


def gzip_bomb() -> bytes:
    return gzip.compress(bytes(50_000_000), 6)


def docx() -> bytes:
    return zipped("[Content_Types].xml", b"<Types/>")


def pdf_with_html() -> bytes:
    return pdfs.plain() + HTML


def pdf_with_zip() -> bytes:
    return pdfs.plain() + zipped("SKRIPMARK.exe", b"MZ") + b"\n%%EOF\n"


def html_before_pdf() -> bytes:
    return HTML + b"<!--" + pdfs.plain()


def jpeg_with_php() -> bytes:
    return pictures.jpeg(comment=PHP) + PHP


def png_with_zip() -> bytes:
    return pictures.png() + zipped("SKRIPMARK.exe", b"MZ")


def gifar() -> bytes:
    return pictures.gif() + zipped("SKRIPMARK.class", b"\xca\xfe\xba\xbe")


def png_with_eicar() -> bytes:
    return pictures.png() + pdfs.EICAR
