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
from loket.cases.actions.uploads import (
    FileTooLarge,
    NotShownSafely,
    RefusedFile,
    clean_attachment,
    shown,
    too_large,
)
from loket.cases.actions.working import COMPARING_KINDS, reject, return_case, take_step

__all__ = [
    "COMPARING_KINDS",
    "AlreadyChanged",
    "AlreadyDecided",
    "Contact",
    "DuplicateSuspected",
    "FileTooLarge",
    "Given",
    "Handed",
    "IncompleteApplication",
    "NoPaperChosen",
    "NotPossible",
    "NotRunning",
    "NotShownSafely",
    "NotSignedYet",
    "OwnRequest",
    "PapersMissing",
    "ReasonMissing",
    "RefusedFile",
    "StopExists",
    "UnknownStopReason",
    "UnreadableContact",
    "approve_stop",
    "ask_case_stop",
    "ask_office_stop",
    "attach",
    "cancel",
    "carry_out",
    "change_contact",
    "clean_attachment",
    "close_office_day",
    "detach",
    "drop_special_hours",
    "end_stop",
    "expire_unanswered",
    "give_back",
    "open_office_day",
    "preview_special_hours",
    "receipt_pdf",
    "receive_papers",
    "recompute_deadlines",
    "refuse_stop",
    "reject",
    "release_signing",
    "repair",
    "return_case",
    "run_batch",
    "save_answers",
    "set_special_hours",
    "shown",
    "start_at_counter",
    "start_case",
    "start_signing",
    "submit",
    "take_step",
    "too_large",
    "work_office_day",
]
