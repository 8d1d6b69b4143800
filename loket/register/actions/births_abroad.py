"""Kelahiran WNI di luar negeri: a birth that another country recorded is reported after the return.

Law: UU 23/2006 art. 29: recorded by the authority there and reported to the Perwakilan RI, and to the office
where the family lives within 30 days after the return; Permendagri 108/2019, F-2.01 part "luar wilayah
NKRI". No akta of this office: a surat keterangan pelaporan. The child is new in the register and joins its
mother's KK as any other (`births`), with the number of the foreign certificate.
"""

from dataclasses import dataclass, replace
from datetime import date

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.actions import births
from loket.register.actions.births import BirthReport
from loket.register.actions.changes import Changes, Outcome, record_event
from loket.register.models import RegisterEvent
from loket.register.rules import civil, notes


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of a birth, of the certificate from abroad, and of the report to the Perwakilan RI."""

    birth: BirthReport
    country: str
    proof_number: str
    proof_date: date
    mission: str
    mission_number: str
    mission_date: date | None
    returned_on: date | None


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record the report of a birth abroad, or its corrected form: NIK, family row, letter.

    Raises RuleBroken, AlreadyRecorded and what `record_event` raises.
    """
    return record_event(
        office=office,
        kind="birth_abroad",
        case_ref=case_ref,
        by=by,
        niks=[report.birth.mother_nik],
        letter=civil.LETTERS["birth_abroad"],
        on=report.birth.birth_date,
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    birth = report.birth
    notes.recorded_after(birth.birth_date, report.proof_date, birth.reported_on, "luar_negeri_tanggal_terbit")
    outcome = births.apply(changes, office, birth, certificate=report.proof_number.upper())
    facts = {
        **outcome.facts,
        "country": report.country.upper(),
        "proof_number": report.proof_number,
        "proof_date": report.proof_date.isoformat(),
        "mission": report.mission,
        "mission_number": report.mission_number,
        "mission_date": report.mission_date.isoformat() if report.mission_date else "",
        "days_late": notes.days_late("birth_abroad", report.returned_on, birth.reported_on),
    }
    return replace(outcome, facts=facts, born=None)
