"""Whether a file, an id or a number is ours, and still in force."""

from typing import Any

import pytest

from loket.audit.queries import history
from loket.core import filestore
from loket.core.codes import new_document_id
from loket.core.errors import NotFoundError
from loket.documents import queries
from loket.documents.models import Document
from loket.documents.queries import Verification, verify_file, verify_id, verify_number
from tests.integration.cases.fixtures import SignerThread
from tests.integration.cases.world import World

pytestmark = pytest.mark.django_db


def issued(world: World, peti: str = "P-1", name: str = "SITI AMINAH") -> Document:
    """A signed certificate for the box `peti`."""
    case = world.sign(world.at_step("tanda-tangan", "cepat", peti=peti, penyimpan_nama=name))
    return queries.of_case(case.ref)[0]


def verdict(found: Verification) -> tuple[str, Document | None]:
    return found.verdict, found.document


@pytest.fixture
def document(world: World, signer: SignerThread) -> Document:
    return issued(world)


@pytest.fixture
def content(document: Document) -> bytes:
    return queries.signed_file(document)


def test_the_file_itself_is_genuine(document: Document, content: bytes) -> None:
    found = verify_file(content)
    assert verdict(found) == ("genuine", document)
    assert found.sha256 == document.signed_sha256
    assert document.shown == {"Nama": "S*** A*****", "Peti": "P-1"}


def test_one_changed_byte_anywhere_is_a_mismatch(document: Document, content: bytes) -> None:
    size = len(content)
    marks = [content.index(document.pk.encode()), content.index(b"/ByteRange"), content.index(b"/Contents")]
    places = sorted({*range(0, size, size // 20), *marks, *(mark + 12 for mark in marks), size - 1})
    assert len(places) >= 20
    for place in places:
        forged = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        assert verdict(verify_file(forged)) == ("mismatch", document), place


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content + b"\n",
        lambda content: content[:-1],
        lambda content: content[len(content) // 2 :],
        lambda content: content + content,
        lambda content: b" " + content,
        lambda content: content.replace(b"/Title", b"/Judul"),
    ],
    ids=["longer", "shorter", "second-half", "doubled", "shifted", "other-words"],
)
def test_what_was_made_from_our_file_is_recognised(document: Document, content: bytes, change: Any) -> None:
    assert change(content) != content
    assert verdict(verify_file(change(content))) == ("mismatch", document)


def test_our_signature_under_another_file_is_recognised(document: Document, content: bytes) -> None:
    """Every trace of the id removed: the signature itself gives it away."""
    stripped = content.replace(document.pk.encode(), b"0" * 26)
    assert verdict(verify_file(stripped)) == ("mismatch", document)


def test_our_id_in_somebody_s_file_is_no_proof(document: Document) -> None:
    forged = b"%PDF-1.7\n(loket:" + document.pk.encode() + b")\n%%EOF\n"
    assert verdict(verify_file(forged)) == ("mismatch", document)


def test_the_file_before_its_signature_is_no_original(document: Document, settings: Any) -> None:
    unsigned = filestore.get(settings.FILES_DIR, document.unsigned_sha256)
    assert verdict(verify_file(unsigned)) == ("mismatch", document)


@pytest.mark.parametrize("foreign", [b"", b"%PDF-1.7\n%%EOF\n", b"x" * 1000, b"loket:" + b"0" * 26])
def test_what_is_not_ours_is_unknown(document: Document, foreign: bytes) -> None:
    assert verdict(verify_file(foreign)) == ("unknown", None)


def test_a_document_that_waits_for_its_signature_is_unknown(
    world: World, signer: SignerThread, settings: Any
) -> None:
    (document,) = world.render(world.at_step("tanda-tangan", "cepat"))
    unsigned = filestore.get(settings.FILES_DIR, document.unsigned_sha256)
    assert verdict(verify_file(unsigned)) == ("unknown", None)
    assert verdict(verify_id(document.pk)) == ("unknown", None)
    assert verdict(verify_number(document.number)) == ("unknown", None)
    with pytest.raises(NotFoundError):
        queries.signed_file(document)


@pytest.fixture
def replaced(world: World, signer: SignerThread) -> tuple[Document, Document]:
    """The certificate of a box, and the newer one that took its place."""
    old = issued(world, name="SITI AMINAH")
    world.time.pass_(hours=1)
    new = issued(world, name="TONO")
    old.refresh_from_db()
    return old, new


def test_a_newer_document_of_the_subject_takes_the_place_of_the_older(
    replaced: tuple[Document, Document],
) -> None:
    old, new = replaced
    assert (old.state, old.superseded_by, new.state) == ("superseded", new, "signed")
    assert verdict(verify_file(queries.signed_file(old))) == ("superseded", old)
    assert verdict(verify_file(queries.signed_file(new))) == ("genuine", new)
    assert verdict(verify_id(old.pk)) == ("superseded", old)
    found = verify_id(old.pk).document
    assert found is not None
    assert found.superseded_by == new
    row = history(f"document:{old.pk}")[-1]
    kepala = f"account:{new.signer_id}"
    assert (row.action, row.actor, row.details) == ("document.supersede", kepala, {"by": new.pk})


def test_another_subject_takes_no_place(world: World, document: Document) -> None:
    other = issued(world, peti="P-2")
    document.refresh_from_db()
    assert (document.state, other.state) == ("signed", "signed")


def test_an_id_says_registered_and_in_force(document: Document) -> None:
    found = verify_id(document.pk)
    assert verdict(found) == ("genuine", document)
    assert found.document is not None
    assert found.document.office.code == "9911"
    assert verdict(verify_id(f"  {document.pk.lower()}\n")) == ("genuine", document)
    for unknown in (new_document_id(), "", document.pk[:-1], document.pk + "0"):
        assert verdict(verify_id(unknown)) == ("unknown", None)


def test_a_number_gives_what_is_in_force_first(world: World, signer: SignerThread) -> None:
    """Both papers of a case bear the number of its entry in the book."""
    case = world.sign(world.at_step("tanda-tangan"))
    label, certificate = queries.of_case(case.ref)
    Document.objects.filter(pk=label.pk).update(state="revoked")
    found = verify_number("9911-sb-0001 ")
    assert verdict(found) == ("genuine", certificate)
    assert found.others == [label]
    Document.objects.filter(pk=certificate.pk).update(state="revoked")
    assert verify_number("9911-SB-0001").verdict == "revoked"
    assert verdict(verify_number("9911-SB-0002")) == ("unknown", None)
    assert verdict(verify_number("")) == ("unknown", None)


def test_a_revoked_document_is_revoked_however_it_is_asked_for(document: Document, content: bytes) -> None:
    Document.objects.filter(pk=document.pk).update(state="revoked", revoked_reason="Salah peti")
    found = (verify_file(content), verify_id(document.pk), verify_number(document.number))
    assert [verdict(each) for each in found] == [("revoked", document)] * 3


def test_a_damaged_stored_file_is_not_given_out(document: Document, settings: Any) -> None:
    path = filestore.path_of(settings.FILES_DIR, document.signed_sha256)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(filestore.DamagedFile):
        queries.signed_file(document)
