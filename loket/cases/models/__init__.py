"""Cases (`case`), what changes hands at the counter (`counter`), the clock (`clock`), files from SIAK
(`siak`)."""

from loket.cases.models.case import Attachment, Case, CaseEvent, CaseProduct, EventMark, Pause
from loket.cases.models.clock import ClockStop, Recompute
from loket.cases.models.counter import (
    HandedPaper,
    HandOver,
    HandoverItem,
    HandoverRecord,
    PaperMove,
    PaperPack,
    PaperReceipt,
    SenderMandate,
)
from loket.cases.models.field import FieldLine, FieldList
from loket.cases.models.inbox import InboxRow
from loket.cases.models.siak import SiakFile

__all__ = [
    "Attachment",
    "Case",
    "CaseEvent",
    "CaseProduct",
    "ClockStop",
    "EventMark",
    "FieldLine",
    "FieldList",
    "HandOver",
    "HandedPaper",
    "HandoverItem",
    "HandoverRecord",
    "InboxRow",
    "PaperMove",
    "PaperPack",
    "PaperReceipt",
    "Pause",
    "Recompute",
    "SenderMandate",
    "SiakFile",
]
