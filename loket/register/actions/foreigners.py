"""Surat keterangan tempat tinggal of a foreigner (SKTT): new, prolonged, lost.

Law: UU 23/2006 jo. 24/2013 art. 20, Perpres 96/2018. It is valid as long as the permit; whoever has an
ITAS belongs to no Kartu Keluarga, so the address stands in the event. Whoever has an ITAP gets a Kartu
Keluarga and a KTP-el instead.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.offices.queries import definition
from loket.register import queries
from loket.register.actions import held
from loket.register.actions.biodata import Biodata, enrol, refuse_twin
from loket.register.actions.changes import Changes, Outcome, today_at
from loket.register.actions.household import (
    Address,
    Applicant,
    Numbers,
    address_line,
    address_words,
    check_village,
    known_resident,
    record_household,
)
from loket.register.actions.permits import NotAForeigner, Permit, PermitExpired, note_permit
from loket.register.models import RegisterEvent, Resident
from loket.register.rules import RuleBroken

FOREIGNER = "WNA"
LETTER = "SKTT"


class PermanentPermit(RuleBroken):
    """Pemegang izin tinggal tetap (ITAP) memperoleh Kartu Keluarga dan KTP-el, bukan surat keterangan tempat
    tinggal (UU 24/2013 Pasal 63)."""


class NoLetterYet(RuleBroken):
    """Orang ini belum punya surat keterangan tempat tinggal di kantor ini. Ajukan yang baru."""


class NoAddress(RuleBroken):
    """Alamat orang ini belum diketahui. Isi alamat tempat tinggalnya."""


@dataclass(frozen=True)
class ForeignResidence:
    """A SKTT: new (`person`), prolonged (`permit` of somebody known) or given again (`cause` why)."""

    applicant: Applicant | None
    person: Biodata | None
    permit: Permit | None
    address: Address | None
    replaces: str = ""
    cause: str = ""


def record_foreign_residence(
    *, office: Office, report: ForeignResidence, case_ref: str, by: Actor
) -> RegisterEvent:
    """Record a foreigner's residence and number the SKTT, which counts as long as the permit.

    Raises RuleBroken with the field.
    """
    niks = [report.applicant.nik] if report.applicant else []
    return record_household(
        office=office,
        kind="foreign_residence",
        case_ref=case_ref,
        by=by,
        niks=[*niks, report.person.nik if report.person else ""],
        apply=lambda changes, numbers: _residence(changes, numbers, office, report, case_ref),
        letter=LETTER,
    )


def _residence(
    changes: Changes, numbers: Numbers, office: Office, report: ForeignResidence, case_ref: str
) -> Outcome:
    person = _foreigner(changes, numbers, office, report)
    earlier = RegisterEvent.objects.filter(
        kind="foreign_residence", resident=person, office=office, reverted_at__isnull=True
    )
    last = earlier.exclude(case_ref=case_ref).order_by("-applied_at", "-pk").first()
    facts: dict[str, Any] = dict(last.facts) if last else {}
    if report.permit is None and last is None:
        raise NoLetterYet(field="pemohon_nik")
    day, field = today_at(office), "orang_nik" if report.person else "pemohon_nik"
    if report.permit is not None:
        if report.permit.document == "itap" and not definition(office).cards.sktt_with_itap:
            raise PermanentPermit(field="izin_jenis")
        note_permit(changes, person, report.permit, day, field)
        facts |= _permit_facts(report.permit, facts)
    _give_letter(changes, person, report, date.fromisoformat(facts["valid_until"]), day)
    facts["address"] = _address(report, person, facts, office)
    facts["replaces"] = last.number if last else report.replaces
    return Outcome(resident=person, family=queries.current_family(person), facts=facts)


def _give_letter(
    changes: Changes, person: Resident, report: ForeignResidence, valid_until: date, day: date
) -> None:
    """The letter that somebody holds from now on. Raises PermitExpired where its permit is over."""
    if valid_until < day:
        raise PermitExpired(field="pemohon_nik")
    if report.cause:
        held.end(changes, [person], [held.SKTT], held.VOID, day, report.cause)
    held.give(changes, person, held.SKTT, day, valid_until=valid_until, letter=True)


_SAID = ("kind", "number", "passport", "country", "sponsor")


def _permit_facts(permit: Permit, before: dict[str, Any]) -> dict[str, Any]:
    """The permit as the letter says it; passport and country of before where they are not said again."""
    said = {name: value for name in _SAID if (value := getattr(permit, name))}
    return {**before, **said, "valid_until": permit.valid_until.isoformat()}


def _foreigner(changes: Changes, numbers: Numbers, office: Office, report: ForeignResidence) -> Resident:
    """The foreigner: new with a NIK, or the known one. Raises RuleBroken."""
    data = report.person
    if data is not None and not (data.nik and queries.resident_by_nik(data.nik)):
        if report.address is None:
            raise NoAddress(field="tiba_alamat")
        check_village(report.address, office)
        refuse_twin(office, data)
        nik = data.nik or numbers.nik(report.address.district, data.birth_date, data.sex)
        return enrol(changes, office, data, nik, today_at(office))
    nik, name, field = (
        (data.nik, data.name, "orang_nik")
        if data is not None
        else (_applicant(report).nik, _applicant(report).name, "pemohon_nik")
    )
    person = known_resident(nik, name, office, field)
    if person.nationality == "WNI":
        raise NotAForeigner(field=field)
    return person


def _applicant(report: ForeignResidence) -> Applicant:
    if report.applicant is None:
        raise ValueError("a letter for somebody known needs the applicant")
    return report.applicant


def _address(report: ForeignResidence, person: Resident, facts: dict[str, Any], office: Office) -> str:
    """The address that the letter shows: as written now, else of the family, else as before."""
    if report.address is not None:
        check_village(report.address, office)
        return address_words(report.address)
    family = queries.current_family(person)
    if family is not None:
        return address_line(family)
    if not facts.get("address"):
        raise NoAddress(field="pemohon_nik")
    return str(facts["address"])
