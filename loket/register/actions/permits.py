"""Residence permits and passports of foreigners, as they show them.

Law: UU 6/2011 (immigration gives the permits), UU 23/2006 jo. 24/2013 art. 20 and 63: with a limited permit
(ITAS) a SKTT, with a permanent one (ITAP) a Kartu Keluarga and a KTP-el. What Loket gives on a permit never
counts longer than the permit.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from loket.register.actions import held
from loket.register.actions.changes import Changes
from loket.register.models import HeldDocument, Resident
from loket.register.rules import RuleBroken


class NotAForeigner(RuleBroken):
    """Izin tinggal dan surat keterangan tempat tinggal hanya untuk orang asing; orang ini tercatat sebagai
    WNI."""


class PermitExpired(RuleBroken):
    """Izin tinggal ini sudah berakhir. Perpanjang dahulu izin tinggal di kantor imigrasi."""


class PassportExpired(RuleBroken):
    """Paspor ini sudah berakhir. Perpanjang dahulu paspornya."""


@dataclass(frozen=True)
class Permit:
    """The residence permit and the passport of a foreigner. `kind` is as letters print it."""

    kind: str
    number: str
    valid_until: date
    passport: str = ""
    country: str = ""
    sponsor: str = ""
    document: Literal["itas", "itap"] = "itas"
    issued_on: date | None = None
    passport_until: date | None = None


def note_permit(changes: Changes, person: Resident, permit: Permit, day: date, field: str) -> None:
    """Note what a foreigner holds; the permit and the passport of before are replaced.

    Raises NotAForeigner, PermitExpired, PassportExpired.
    """
    if person.nationality == "WNI":
        raise NotAForeigner(field=field)
    if permit.valid_until < day:
        raise PermitExpired(field="izin_berakhir")
    if permit.passport_until is not None and permit.passport_until < day:
        raise PassportExpired(field="orang_paspor_berakhir")
    issued_on = min(permit.issued_on or day, permit.valid_until)
    held.give(changes, person, permit.document, issued_on, permit.number, permit.valid_until)
    if permit.passport:
        held.give(changes, person, held.PASSPORT, day, permit.passport, permit.passport_until)


def permit_of(person: Resident) -> HeldDocument | None:
    """The permit that somebody holds, also where its time is over; or None."""
    return next(iter(held.in_force([person], held.PERMITS)), None)
