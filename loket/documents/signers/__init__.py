"""Electronic signatures: the interface and the local signer. Importing this loads no PDF library."""

from loket.documents.signers import client  # noqa: F401  (registers the local signer)
from loket.documents.signers.base import SIGNERS, Signer, SignerStatus, get

__all__ = ["SIGNERS", "Signer", "SignerStatus", "get"]
