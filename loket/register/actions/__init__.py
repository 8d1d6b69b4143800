"""Changes to the register: numbers (`numbers`) and one module for each event."""

from loket.register.actions.births import (
    AlreadyRecorded,
    BirthReport,
    MovedMeanwhile,
    NumberAlreadyGiven,
    UnknownPerson,
    amend_birth,
    record_birth,
)
from loket.register.actions.families import (
    CardAlreadyIssued,
    ChangedSince,
    FamilyCardReport,
    FamilyMember,
    NoFamilyCard,
    amend_family_card,
    issue_family_card,
    revert_family_card,
)
from loket.register.actions.numbers import next_family_card_number, next_nik, next_serial

__all__ = [
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
    "amend_birth",
    "amend_family_card",
    "issue_family_card",
    "next_family_card_number",
    "next_nik",
    "next_serial",
    "record_birth",
    "revert_family_card",
]
