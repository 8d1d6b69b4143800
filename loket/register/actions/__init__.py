"""Changes to the register: numbers (`numbers`) and one module for each event."""

from loket.register.actions.biometrics import note_biometrics
from loket.register.actions.births import AlreadyRecorded, BirthReport, UnknownPerson
from loket.register.actions.books import enter, letter_number
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

__all__ = [
    "note_biometrics",
    "AnotherPerson",
    "Changes",
    "Outcome",
    "enter",
    "letter_number",
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
