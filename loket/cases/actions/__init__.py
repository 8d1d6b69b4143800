"""Changes to cases, by who makes them: the applicant (`applying`), the counter for an applicant (`counter`,
`papers`, `receipts`), officials (`working`, `desk`), the signer (`signing`), section heads (`stopping`), and
time (`timing`, `recomputing`)."""

from loket.cases.actions.applying import attach, cancel, detach, repair, save_answers, start_case, submit
from loket.cases.actions.common import (
    AlreadyChanged,
    DuplicateSuspected,
    Given,
    IncompleteApplication,
    NotPossible,
    NotSignedYet,
)
from loket.cases.actions.counter import Contact, UnreadableContact, change_contact, start_at_counter
from loket.cases.actions.papers import Handed, NoPaperChosen, PapersMissing, give_back, receive_papers
from loket.cases.actions.receipts import receipt_pdf
from loket.cases.actions.recomputing import carry_out, recompute_deadlines
from loket.cases.actions.signing import release_signing, run_batch, start_signing
from loket.cases.actions.stopping import (
    AlreadyDecided,
    NotRunning,
    OwnRequest,
    ReasonMissing,
    StopExists,
    UnknownStopReason,
    approve_stop,
    ask_case_stop,
    ask_office_stop,
    end_stop,
    refuse_stop,
)
from loket.cases.actions.timing import (
    close_office_day,
    drop_special_hours,
    expire_unanswered,
    open_office_day,
    preview_special_hours,
    set_special_hours,
    work_office_day,
)
from loket.cases.actions.uploads import RefusedFile
from loket.cases.actions.working import COMPARING_KINDS, reject, return_case, take_step

__all__ = [
    "drop_special_hours",
    "preview_special_hours",
    "set_special_hours",
    "refuse_stop",
    "end_stop",
    "ask_office_stop",
    "ask_case_stop",
    "approve_stop",
    "UnknownStopReason",
    "StopExists",
    "ReasonMissing",
    "OwnRequest",
    "NotRunning",
    "AlreadyDecided",
    "COMPARING_KINDS",
    "AlreadyChanged",
    "Contact",
    "DuplicateSuspected",
    "Given",
    "Handed",
    "IncompleteApplication",
    "NoPaperChosen",
    "NotPossible",
    "NotSignedYet",
    "PapersMissing",
    "RefusedFile",
    "UnreadableContact",
    "attach",
    "cancel",
    "carry_out",
    "change_contact",
    "close_office_day",
    "detach",
    "expire_unanswered",
    "give_back",
    "open_office_day",
    "receipt_pdf",
    "receive_papers",
    "recompute_deadlines",
    "reject",
    "release_signing",
    "repair",
    "return_case",
    "run_batch",
    "save_answers",
    "start_at_counter",
    "start_case",
    "start_signing",
    "submit",
    "take_step",
    "work_office_day",
]
