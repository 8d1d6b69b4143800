"""Issuing documents (`issuing`), signing them (`signing`; on paper: `wet`), taking over what was signed in
SIAK (`receiving`), ending them (`standing`)."""

from loket.documents.actions.issuing import NoSigner, issue, render_document
from loket.documents.actions.receiving import (
    AlreadyTakenOver,
    FileOfAnother,
    NoSiakRoots,
    NotExpected,
    SignedElsewhere,
    check_siak_file,
    take_over,
)
from loket.documents.actions.signing import (
    NothingToSign,
    doubt_stale_intents,
    finish_batch,
    release_batch,
    settle_doubt,
    sign_item,
    start_batch,
)
from loket.documents.actions.standing import revoke
from loket.documents.actions.wet import NotPrintable, OtherNamePrinted, sign_on_paper

__all__ = [
    "AlreadyTakenOver",
    "FileOfAnother",
    "NoSiakRoots",
    "NotExpected",
    "SignedElsewhere",
    "check_siak_file",
    "take_over",
    "NoSigner",
    "NotPrintable",
    "NothingToSign",
    "OtherNamePrinted",
    "doubt_stale_intents",
    "finish_batch",
    "issue",
    "release_batch",
    "render_document",
    "revoke",
    "settle_doubt",
    "sign_item",
    "sign_on_paper",
    "start_batch",
]
