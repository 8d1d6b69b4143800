"""Issuing documents (`issuing`) and signing them (`signing`)."""

from loket.documents.actions.issuing import NoSigner, issue, render_document
from loket.documents.actions.signing import (
    NothingToSign,
    doubt_stale_intents,
    finish_batch,
    release_batch,
    settle_doubt,
    sign_item,
    start_batch,
)

__all__ = [
    "NoSigner",
    "NothingToSign",
    "doubt_stale_intents",
    "finish_batch",
    "issue",
    "release_batch",
    "render_document",
    "settle_doubt",
    "sign_item",
    "start_batch",
]
