"""The vulnerable (penduduk rentan administrasi kependudukan) get a letter in place of an identity document.

Law: UU 23/2006 art. 25 (victims of disasters and of social unrest, abandoned people, remote communities),
Perpres 96/2018, Permendagri 96/2019: data are taken down in an interview, biometrics are compared, then a
letter stands for the document. Who is not in the register gets a NIK and no Kartu Keluarga.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries
from loket.register.actions import held
from loket.register.actions.biodata import Biodata, enrol, refuse_twin
from loket.register.actions.cards import is_grown
from loket.register.actions.changes import Changes, Outcome, today_at
from loket.register.actions.foreigners import NoAddress
from loket.register.actions.household import (
    Address,
    Applicant,
    Numbers,
    address_line,
    address_words,
    applicant_of,
    check_village,
    known_resident,
    record_household,
)
from loket.register.models import Family, RegisterEvent, Resident
from loket.register.rules import RuleBroken

LETTER = "SKPTI"
# Whether somebody's biometrics were found in the national data; a child has none there.
CheckResult = Literal["", "found", "not_found", "not_needed"]


class NotChecked(RuleBroken):
    """Biometrik orang ini belum diperiksa. Periksa dahulu, lalu catat hasilnya (Permendagri 96/2019)."""


class CheckNeeded(RuleBroken):
    """Pemeriksaan biometrik hanya tidak perlu bagi yang belum wajib memiliki KTP-el."""


class FoundAsAnother(RuleBroken):
    """Biometrik orang ini ditemukan atas NIK lain. Tulis NIK yang ditemukan; satu orang hanya memiliki satu
    NIK (UU 24/2013 Pasal 13)."""


@dataclass(frozen=True)
class BiometricCheck:
    """What the comparison gave: only whether they were found, and under which NIK."""

    result: CheckResult
    nik: str = ""


@dataclass(frozen=True)
class Substitute:
    """Whom the letter is for: somebody known (`applicant`) or described in full (`person`, `address`).

    `check` is None where the service has no comparison of biometrics.
    """

    applicant: Applicant | None
    person: Biodata | None
    address: Address | None
    check: BiometricCheck | None = None


def record_identity_substitute(
    *, office: Office, report: Substitute, case_ref: str, by: Actor
) -> RegisterEvent:
    """Number the letter that stands for an identity document, for somebody vulnerable.

    Who is known (`applicant`) keeps everything; who is not (`person`) gets a NIK, and needs an address here.
    Raises RuleBroken with the field, AlreadyKnown, NoAddress.
    """
    niks = [one.nik for one in (report.applicant, report.person) if one is not None]
    return record_household(
        office=office,
        kind="identity_substitute",
        case_ref=case_ref,
        by=by,
        niks=niks,
        apply=lambda changes, numbers: _substitute(changes, numbers, office, report),
        letter=LETTER,
    )


def _substitute(changes: Changes, numbers: Numbers, office: Office, report: Substitute) -> Outcome:
    day, address = today_at(office), report.address
    if address is not None:
        check_village(address, office)
    person = _person(changes, numbers, office, report, day)
    if report.check is not None:
        _compared(report.check, person, day, "orang_nik" if report.person else "pemohon_nik")
    family = queries.current_family(person)
    where = _where(address, family)
    held.give(changes, person, held.SKPTI, day, letter=True)
    facts = {"recorded_on": day.isoformat(), "address": where}
    if report.check is not None:
        facts["biometrics"] = report.check.result
    return Outcome(resident=person, family=family, facts=facts)


def _person(changes: Changes, numbers: Numbers, office: Office, report: Substitute, day: date) -> Resident:
    """Who gets the letter: new with a NIK, or the known one."""
    data = report.person
    if data is None:
        if report.applicant is None:
            raise ValueError("a letter needs a person")
        return applicant_of(report.applicant, office)
    if data.nik:
        return known_resident(data.nik, data.name, office, "orang_nik")
    if report.check is not None and report.check.result == "found":
        raise FoundAsAnother(field="orang_nik")
    if report.address is None:
        raise NoAddress(field="tiba_alamat")
    refuse_twin(office, data)
    nik = numbers.nik(report.address.district, data.birth_date, data.sex)
    return enrol(changes, office, data, nik, day)


def _compared(check: BiometricCheck, person: Resident, day: date, field: str) -> None:
    """The comparison was made, and found nobody else. Raises NotChecked, CheckNeeded, FoundAsAnother."""
    if check.result == "":
        raise NotChecked(field=field)
    if check.result == "not_needed" and is_grown(person, day):
        raise CheckNeeded(field=field)
    if check.result == "found" and check.nik != person.nik:
        raise FoundAsAnother(field=field)


def _where(address: Address | None, family: Family | None) -> str:
    """The address that the letter shows. Raises NoAddress."""
    if address is not None:
        return address_words(address)
    if family is None:
        raise NoAddress(field="pemohon_nik")
    return address_line(family)
