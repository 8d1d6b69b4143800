"""Puts a PAdES B-B signature into a PDF that Loket rendered, as an incremental update."""

from datetime import datetime
from io import BytesIO

from cryptography import x509
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from loket.documents.signers.base import SigningRefused
from loket.documents.signers.cms import PrivateKey, SignatureContainer


class _Writer(IncrementalPdfFileWriter):
    """A writer that leaves the metadata as they are.

    pyHanko's own would rewrite the XMP with the time of the machine and itself as the producer, in a shape
    that no longer states the PDF/A extension schemas as Typst does; Info and XMP already agree.
    """

    def _update_meta(self) -> None:
        pass


class PadesSigner:
    """An opened key and its certificate; `sign` may be called from several threads."""

    def __init__(self, certificate: x509.Certificate, key: PrivateKey) -> None:
        """Raises ValueError where key and certificate do not belong together."""
        self.certificate = certificate
        self._container = SignatureContainer(certificate, key)
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        self._name = str(names[0].value) if names else None
        # Reserved in hexadecimal, in steps, so that most documents of an office have the same layout.
        self._reserved = -(-2 * self._container.largest_size // 512) * 512

    def sign(
        self, pdf: bytes, *, field_name: str, reason: str, location: str, signing_time: datetime
    ) -> bytes:
        """`pdf` followed by one invisible signature over the whole file.

        Raises SigningRefused where the file has a form (ours have none, so it may already be signed).
        Errors of the PDF library pass through: a file that we rendered never causes one.
        """
        writer = _Writer(BytesIO(pdf))
        if "/AcroForm" in writer.root or writer.prev.encrypted:
            raise SigningRefused("Dokumen sudah memuat formulir, tanda tangan, atau sandi.")
        writer.register_extension(ESIC_EXTENSION_1)
        steps = PdfCMSEmbedder().write_cms(field_name, writer)
        next(steps)
        placeholder = SignatureObject(
            timestamp=signing_time,
            name=self._name,
            reason=reason,
            location=location,
            subfilter=SigSeedSubFilter.PADES,
            bytes_reserved=self._reserved,
        )
        steps.send(SigObjSetup(sig_placeholder=placeholder))
        prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
        steps.send(self._container.make(prepared.document_digest))
        return output.getvalue()
