"""Changes to the register: numbers (`numbers`) and one module for each event."""

from loket.register.actions.biometrics import note_biometrics
from loket.register.actions.births import AlreadyRecorded, BirthReport, UnknownPerson
from loket.register.actions.bookrequests import ask_blank, ask_reopen, ask_spoil, decide
from loket.register.actions.books import enter, note_number, open_day, take_number
from loket.register.actions.changes import (
    AnotherPerson,
    ChangedSince,
    Changes,
    MovedMeanwhile,
    NumberAlreadyGiven,
    Outcome,
    lock_people,
    record_event,
    revert_event,
)
from loket.register.actions.closing import (
    books_to_close,
    close_after_hours,
    close_books,
    close_day,
    close_year,
)
from loket.register.actions.families import (
    CardAlreadyIssued,
    FamilyCardReport,
    FamilyMember,
    NoFamilyCard,
    amend_family_card,
    issue_family_card,
    revert_family_card,
)
from loket.register.actions.numbers import next_family_card_number, next_nik, next_serial
from loket.register.actions.spoiling import spoil_blank, spoil_number

__all__ = [
    "ask_blank",
    "ask_reopen",
    "ask_spoil",
    "books_to_close",
    "close_after_hours",
    "close_books",
    "close_day",
    "close_year",
    "decide",
    "spoil_blank",
    "spoil_number",
    "note_biometrics",
    "AnotherPerson",
    "Changes",
    "Outcome",
    "enter",
    "note_number",
    "open_day",
    "take_number",
    "lock_people",
    "record_event",
    "revert_event",
    "AlreadyRecorded",
    "BirthReport",
    "CardAlreadyIssued",
    "ChangedSince",
    "FamilyCardReport",
    "FamilyMember",
    "MovedMeanwhile",
    "NoFamilyCard",
    "NumberAlreadyGiven",
    "UnknownPerson",
    "amend_family_card",
    "issue_family_card",
    "next_family_card_number",
    "next_nik",
    "next_serial",
    "revert_family_card",
]
