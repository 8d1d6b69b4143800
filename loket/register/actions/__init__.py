"""Changes to the register: numbers (`numbers`) and one module for each event."""

from loket.register.actions.births import (
    AlreadyRecorded,
    BirthReport,
    NumberAlreadyGiven,
    UnknownPerson,
    amend_birth,
    record_birth,
)
from loket.register.actions.numbers import next_family_card_number, next_nik, next_serial

__all__ = [
    "AlreadyRecorded",
    "BirthReport",
    "NumberAlreadyGiven",
    "UnknownPerson",
    "amend_birth",
    "next_family_card_number",
    "next_nik",
    "next_serial",
    "record_birth",
]
