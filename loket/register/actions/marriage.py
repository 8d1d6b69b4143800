"""Pencatatan perkawinan: husband and wife count as married from the day of the ceremony.

Law: UU 23/2006 art. 34-36, UU 1/1974 jo. UU 16/2019, Perpres 96/2018. Their families stay as they are: a card
of their own is another service.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.actions.changes import Changes, Outcome, record_event
from loket.register.actions.parties import Decision, Party, check_witnesses, met, plain_party
from loket.register.models import RegisterEvent, Resident
from loket.register.rules import civil

HUSBAND, WIFE = "subjek1", "subjek2"


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of a marriage. `details` is what the book keeps and no rule looks at."""

    husband: Party
    wife: Party
    day: date
    place: str
    religion: str
    officiant: str
    dispensation: Decision
    witness_niks: tuple[str, ...]
    reported_on: date
    abroad: bool
    details: dict[str, Any]


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record a marriage with its akta (book KW). Raises RuleBroken and what `record_event` raises."""
    return record_event(
        office=office,
        kind="marriage",
        case_ref=case_ref,
        by=by,
        niks=[report.husband.nik, report.wife.nik],
        book=civil.BOOKS["marriage"],
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    civil.happened(report.day, report.reported_on, "perkawinan_tanggal")
    if not report.abroad:
        civil.not_for_kua(report.religion, "perkawinan_agama")
    husband, wife = met(report.husband, HUSBAND), met(report.wife, WIFE)
    civil.man_and_woman(husband.sex if husband else "", wife.sex if wife else "")
    offices = [person.office_id for person in (husband, wife) if person]
    # Two foreigners who only visit are recorded where they marry.
    if offices:
        civil.one_at_home(offices, office.code, "subjek1_nik")
    for who, party, person in ((HUSBAND, report.husband, husband), (WIFE, report.wife, wife)):
        _may_marry(report, who, party, person)
    check_witnesses(report.witness_niks, [report.husband.nik, report.wife.nik], report.reported_on)
    facts = {
        "husband": plain_party(report.husband, husband),
        "wife": plain_party(report.wife, wife),
        "wedding_date": report.day.isoformat(),
        "wedding_place": report.place.upper(),
        "religion": report.religion,
        "officiant": report.officiant,
        "dispensation": report.dispensation.facts,
        "witness_niks": list(report.witness_niks),
        **report.details,
    }
    for person in (husband, wife):
        if person is not None:
            changes.change(person, marital_status=civil.MARRIED, marriage_date=report.day)
    return Outcome(resident=_of_this_office(husband, wife, office), facts=facts)


def _may_marry(report: Report, who: str, party: Party, person: Resident | None) -> None:
    born = person.birth_date if person else party.birth_date
    if born is not None:
        civil.of_marriage_age(born, report.day, report.dispensation.court, f"{who}_nik")
    if person is not None:
        civil.free_to_marry(person.marital_status, f"{who}_nik")


def _of_this_office(husband: Resident | None, wife: Resident | None, office: Office) -> Resident | None:
    """Under whom the book has the akta: the husband where he lives here, else the wife."""
    here = [person for person in (husband, wife) if person and person.office_id == office.code]
    return here[0] if here else None
