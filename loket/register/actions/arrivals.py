"""Datang: people come from elsewhere, or from abroad, into a family of their own or another's.

Law: UU 23/2006 jo. 24/2013 art. 15 and 19, Perpres 96/2018, Permendagri 108/2019, form F-1.03. Whoever
another office of this register let go with a letter leaves it in this very moment, with their data and NIK:
they are residents there or here, never of both or neither. Others bring their biodata (F-1.01).
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions import held
from loket.register.actions.biodata import Biodata
from loket.register.actions.changes import Changes, Outcome, today_at
from loket.register.actions.families import FamilyMember
from loket.register.actions.family_events import joined_family
from loket.register.actions.household import (
    Address,
    Applicant,
    Numbers,
    add_member,
    address_line,
    check_heads,
    check_village,
    found_family,
    lock_niks,
    record_household,
)
from loket.register.actions.moveletters import KIND_OF, use_letter
from loket.register.actions.newcomers import take_in
from loket.register.models import Family, MoveLetter, RegisterEvent, Resident
from loket.register.rules import HEAD, RuleBroken

LETTERS = {"move_in": "SKDWNI", "return_from_abroad": "SKDLN"}


class ApplicantStaysAway(RuleBroken):
    """Pemohon harus salah satu yang datang atau penduduk kantor ini."""


class LetterFromFuture(RuleBroken):
    """Tanggal surat tidak boleh sesudah hari ini."""


@dataclass(frozen=True)
class Arrival:
    """Who comes, with which letter, from where, into which family: `joins` is a nomor KK or empty.

    `table` is the key of the form's table of those who come, for faults.
    """

    applicant: Applicant
    people: tuple[FamilyMember, ...]
    table: str
    letter: str
    letter_field: str
    letter_date: date
    origin: str
    address: Address | None = None
    joins: str = ""
    biodata: dict[str, Biodata] = field(default_factory=dict)
    country: str = ""
    arrived_on: date | None = None
    passport: str = ""
    # The day on which the arrival was reported, today where None: until then the letter had to count.
    reported_on: date | None = None


def record_arrival(*, office: Office, kind: str, report: Arrival, case_ref: str, by: Actor) -> RegisterEvent:
    """Record who comes from elsewhere (`move_in`) or from abroad (`return_from_abroad`); uses the letter.

    Raises RuleBroken with the field, LetterUsed, LetterExpired, NotOnLetter, MovedMeanwhile, ChangedSince.
    """
    target = Family.objects.filter(office=office, number=report.joins).first() if report.joins else None
    niks = [report.applicant.nik, *(line.nik for line in report.people), *lock_niks([target])]
    return record_household(
        office=office,
        kind=kind,
        case_ref=case_ref,
        by=by,
        niks=niks,
        apply=lambda changes, numbers: _arrive(changes, numbers, office, kind, report, case_ref),
        letter=LETTERS[kind],
    )


def _arrive(
    changes: Changes, numbers: Numbers, office: Office, kind: str, report: Arrival, case_ref: str
) -> Outcome:
    day = today_at(office)
    if report.letter_date > day:
        raise LetterFromFuture(field=report.letter_field)
    rules.named_once([line.nik for line in report.people], report.table)
    letter = use_letter(
        changes,
        office=office,
        kind=KIND_OF[kind],
        number=report.letter,
        issued_on=report.letter_date,
        people=report.people,
        case_ref=case_ref,
        field=report.letter_field,
        reported_on=report.reported_on or day,
    )
    people = _people(changes, office, report, day, letter)
    applicant = people.get(report.applicant.nik) or _resident_here(report.applicant, office)
    family = _family(changes, numbers, office, report, day)
    for line in sorted(report.people, key=lambda line: line.relation != HEAD):
        add_member(changes, family, people[line.nik], line.relation, day)
    for person in sorted(people.values(), key=lambda one: one.pk):
        held.give(changes, person, LETTERS[kind].lower(), day, letter=True)
    facts = _facts(report, family, day) | {"uses": letter.number}
    return Outcome(resident=applicant, family=family, facts=facts)


def _resident_here(applicant: Applicant, office: Office) -> Resident:
    """Somebody of this office who applies for those who come. Raises ApplicantStaysAway."""
    person = queries.facts_of(applicant.nik)
    if person is None or person.office != office.code or person.moved_away or not person.alive:
        raise ApplicantStaysAway(field="pemohon_nik")
    rules.name_agrees(person, applicant.name, "pemohon_nik")
    return Resident.objects.get(nik=applicant.nik)


def _people(
    changes: Changes, office: Office, report: Arrival, day: date, letter: MoveLetter
) -> dict[str, Resident]:
    """Those who come, by NIK: from elsewhere, or new in the register. Raises RuleBroken."""
    return {
        line.nik: take_in(changes, office, line, report.biodata, f"{report.table}-{index}-nik", day, letter)
        for index, line in enumerate(report.people)
    }


def _family(changes: Changes, numbers: Numbers, office: Office, report: Arrival, day: date) -> Family:
    """The family they come into. Raises RuleBroken, UnknownFamily."""
    if report.joins:
        family = joined_family(office, report.joins, None, "datang_nomor_kk")
        if any(line.relation == HEAD for line in report.people):
            rules.one_head([HEAD, HEAD], report.table)
        changes.change(family, issued_on=day)
        return family
    check_heads(report.people, office, report.table)
    if report.address is None:
        raise ValueError("a family of their own needs an address")
    check_village(report.address, office)
    return found_family(changes, numbers, office, report.address, day)


def _facts(report: Arrival, family: Family, day: date) -> dict[str, Any]:
    """What the letter of arrival says besides the register."""
    return {
        "letter_number": report.letter,
        "letter_date": report.letter_date.isoformat(),
        "origin": report.origin,
        "country": report.country,
        "passport": report.passport,
        "arrived_on": (report.arrived_on or day).isoformat(),
        "applicant": {"nik": report.applicant.nik, "name": report.applicant.name},
        "destination": address_line(family),
        "arrivals": [
            {"nik": line.nik, "name": line.name, "relation": line.relation} for line in report.people
        ],
    }
