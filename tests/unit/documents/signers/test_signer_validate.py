import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from loket.core import clock
from loket.documents.signers import local
from loket.documents.signers.validate import NotProperlySigned, check_signed, signature_digest


def changed(content: bytes, position: int) -> bytes:
    copy = bytearray(content)
    copy[position] ^= 1
    return bytes(copy)


def value_place(signed: bytes) -> tuple[int, int]:
    """Where the hexadecimal digits of the signature value begin and end."""
    match = re.search(rb"/Contents <([0-9A-F]+)>", signed)
    return match.start(1), match.end(1)


def container_place(signed: bytes) -> tuple[int, int]:
    """Where the digits of the CMS container begin and end; zeros follow."""
    start, _ = value_place(signed)
    return start, start + 2 * (4 + int(signed[start + 4 : start + 8], 16))


def test_every_changed_byte_is_refused_and_the_origin_is_still_recognised(signed: bytes, roots):
    digest = signature_digest(signed)
    start, end = container_place(signed)
    value_end = value_place(signed)[1]
    spread = range(0, len(signed), len(signed) // 40)
    around = [start - 11, start - 2, start - 1, end, end + 1, value_end - 1, value_end, len(signed) - 1]
    assert len(spread) >= 40
    for position in [*spread, *around]:
        copy = changed(signed, position)
        with pytest.raises(NotProperlySigned):
            check_signed(copy, trust_roots=roots, expected_unsigned=None)
        if not start <= position < end:
            assert signature_digest(copy) == digest, position


def test_no_byte_of_the_container_may_change(sign, pdf: bytes, roots):
    signed = sign(pdf, "ec")
    start, end = container_place(signed)
    # The first 60 bytes hold what the signature itself does not cover.
    for position in [*range(start, start + 120), *range(start + 120, end, 7)]:
        digit = f"{int(chr(signed[position]), 16) ^ 1:X}".encode()
        copy = signed[:position] + digit + signed[position + 1 :]
        with pytest.raises(NotProperlySigned):
            check_signed(copy, trust_roots=roots, expected_unsigned=None)


def test_the_digest_is_of_the_container_and_the_same_in_the_facts(signed: bytes, pdf: bytes, roots, sign):
    facts = check_signed(signed, trust_roots=roots, expected_unsigned=pdf)
    assert signature_digest(signed) == facts.signature_digest
    assert signature_digest(sign(pdf)) != facts.signature_digest  # every update has an identifier of its own
    start, end = container_place(signed)
    assert signature_digest(signed[start:end].lower()) == facts.signature_digest


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"3082FFFF06092A864886F70D010702" * 1000])
def test_no_digest_without_a_whole_container(content: bytes):
    assert signature_digest(content) is None


def test_the_unsigned_file_has_no_digest_and_no_signature(pdf: bytes, roots):
    assert signature_digest(pdf) is None
    with pytest.raises(NotProperlySigned, match="jumlah tanda tangannya 0"):
        check_signed(pdf, trust_roots=roots, expected_unsigned=pdf)


@pytest.mark.parametrize("content", [b"", b"<html>502 Bad Gateway</html>", b"%PDF-1.7\n" + b"\0" * 999])
def test_what_is_not_a_pdf_is_refused(content: bytes, roots):
    with pytest.raises(NotProperlySigned, match="tidak dapat dibaca"):
        check_signed(content, trust_roots=roots, expected_unsigned=None)


def test_another_persons_document_is_refused(sign, pdf: bytes, roots):
    other = sign(pdf.replace(b"/Title", b"/Titel"))
    with pytest.raises(NotProperlySigned, match="bukan dokumen yang dimintakan"):
        check_signed(other, trust_roots=roots, expected_unsigned=pdf)


def test_another_authority_is_refused(signed: bytes, pdf: bytes, tmp_path: Path):
    local.ensure_ca(tmp_path, b"secret of another installation")
    with pytest.raises(NotProperlySigned, match="penerbit yang dipercaya"):
        check_signed(signed, trust_roots=[local.ca_certificate(tmp_path)], expected_unsigned=pdf)
    with pytest.raises(NotProperlySigned, match="penerbit yang dipercaya"):
        check_signed(signed, trust_roots=[], expected_unsigned=pdf)


def test_the_certificate_must_be_valid_at_the_moment(signed: bytes, pdf: bytes, roots):
    later = clock.now() + timedelta(days=731)
    with pytest.raises(NotProperlySigned, match="tidak berlaku"):
        check_signed(signed, trust_roots=roots, expected_unsigned=pdf, moment=later)
    facts = check_signed(signed, trust_roots=roots, expected_unsigned=pdf)
    with clock.use(later):
        check_signed(signed, trust_roots=roots, expected_unsigned=pdf, moment=facts.signing_time)


@pytest.mark.parametrize("days", [-1, 731])
def test_a_signing_time_outside_the_certificate_is_refused(sign, pdf: bytes, roots, days: int):
    signed = sign(pdf, "rsa", clock.now() + timedelta(days=days))
    with pytest.raises(NotProperlySigned, match="di luar masa berlaku"):
        check_signed(signed, trust_roots=roots, expected_unsigned=pdf)


@pytest.mark.parametrize("tail", [b"\n", b"%", b"9 0 obj\n<<>>\nendobj\n"])
def test_bytes_after_the_end_are_refused(signed: bytes, pdf: bytes, roots, tail: bytes):
    with pytest.raises(NotProperlySigned, match="seluruh berkas"):
        check_signed(signed + tail, trust_roots=roots, expected_unsigned=pdf)


def test_a_later_revision_is_refused(signed: bytes, pdf: bytes, roots):
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    writer.root["/Lang"] = generic.TextStringObject("en")
    writer.update_root()
    with pytest.raises(NotProperlySigned, match="seluruh berkas"):
        check_signed(appended(writer), trust_roots=roots, expected_unsigned=pdf)


def test_content_hidden_in_the_place_of_the_value_is_refused(signed: bytes, pdf: bytes, roots):
    """A literal string is half as long as its hexadecimal: the rest of the place could hold objects.

    The library's own test of coverage compares lengths only and takes this for the entire file.
    """
    start, end = value_place(signed)
    raw = bytes.fromhex(signed[start:end].decode())
    literal = b"(" + re.sub(rb"([()\\\r])", rb"\\\1", raw).replace(b"\\\r", b"\\r") + b")"
    place = literal + b" /Hidden (page)".ljust(end - start + 2 - len(literal))
    copy = signed[: start - 1] + place + signed[end + 1 :]
    assert len(copy) == len(signed)
    with pytest.raises(NotProperlySigned, match="memuat isi lain"):
        check_signed(copy, trust_roots=roots, expected_unsigned=pdf)


def test_mixed_case_in_the_value_is_refused(signed: bytes, pdf: bytes, roots):
    start, end = container_place(signed)
    position = next(place for place in range(start, end) if signed[place : place + 1].isalpha())
    copy = signed[:position] + signed[position : position + 1].lower() + signed[position + 1 :]
    with pytest.raises(NotProperlySigned, match="memuat isi lain"):
        check_signed(copy, trust_roots=roots, expected_unsigned=pdf)
    assert signature_digest(copy) == signature_digest(signed)


def other_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"q Q"))
    writer.update_container(page)


def other_stream(writer: IncrementalPdfFileWriter) -> None:
    reference = writer.root["/Pages"]["/Kids"][0].raw_get("/Contents").reference
    stream = generic.StreamObject(stream_data=b"q Q")
    writer.objects[(0, reference.idnum)] = stream


def other_kids(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"].append(pages["/Kids"].raw_get(0))
    writer.update_container(pages)


def note_on_the_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    names = {"/Type": "/Annot", "/Subtype": "/FreeText"}
    note = generic.DictionaryObject(
        {generic.NameObject(key): generic.NameObject(names[key]) for key in names}
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page)


def opening_action(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/OpenAction"] = generic.DictionaryObject(
        {generic.NameObject("/S"): generic.NameObject("/X")}
    )
    writer.update_root()


def appended(writer: IncrementalPdfFileWriter) -> bytes:
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize("change", [other_page, other_stream, other_kids, note_on_the_page, opening_action])
def test_a_signer_that_changes_what_the_page_shows_is_refused(sign, pdf: bytes, roots, change):
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer._update_meta = lambda: None  # only the change itself, not pyHanko's new metadata
    change(writer)
    signed = sign(appended(writer))
    check_signed(signed, trust_roots=roots, expected_unsigned=None)  # by itself a properly signed file
    with pytest.raises(NotProperlySigned, match="diubah sewaktu ditandatangani"):
        check_signed(signed, trust_roots=roots, expected_unsigned=pdf)
