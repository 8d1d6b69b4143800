"""Kelahiran orang asing whose mother has no family here: an akta, but no NIK and no row in a family.

Law: UU 23/2006 art. 29, Perpres 96/2018. The child of a mother with a Kartu Keluarga at this office is
recorded as any other (`births`), as a foreigner.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.core.actors import Actor
from loket.core.identity import Sex
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions.changes import Outcome, record_event
from loket.register.actions.parties import Party, check_witnesses, met, plain_party
from loket.register.models import RegisterEvent
from loket.register.rules import civil


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of the birth of a foreigner. `details` is what the book keeps and no rule looks at."""

    child_name: str
    child_sex: Sex
    birth_date: date
    birth_place: str
    birth_order: int
    mother: Party
    father: Party | None
    witness_niks: tuple[str, ...]
    reported_on: date
    details: dict[str, Any]


def joins_family(mother: Party, office: Office) -> bool:
    """Whether the mother has a Kartu Keluarga at this office, which her child joins."""
    known = queries.facts_of(mother.nik) if mother.nik else None
    return known is not None and known.office == office.code and known.family_number is not None


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record the birth with its akta (LU, or LT after 60 days). Raises RuleBroken and what `record_event`
    raises."""
    return record_event(
        office=office,
        kind="birth",
        case_ref=case_ref,
        by=by,
        niks=[report.mother.nik],
        book=rules.birth_register_type(report.birth_date, report.reported_on),
        apply=lambda changes: _apply(report),
    )


def _apply(report: Report) -> Outcome:
    rules.not_in_future(report.birth_date, report.reported_on)
    mother = met(report.mother, "ibu_asing")
    parties = {"mother": plain_party(report.mother, mother), "father": None}
    if report.father is not None:
        parties["father"] = plain_party(report.father, met(report.father, "ayah_asing"))
    check_witnesses(report.witness_niks, [report.mother.nik], report.reported_on)
    facts = {
        "child": {
            "name": report.child_name,
            "nik": "",
            "sex": report.child_sex,
            "birth_place": report.birth_place,
            "birth_date": report.birth_date.isoformat(),
            "citizenship": civil.FOREIGNER,
        },
        "birth_order": report.birth_order,
        # The certificate of marriage is looked at by the official.
        "parents_kind": rules.parents_kind(father_known=report.father is not None, couple_recorded=True),
        "witness_niks": list(report.witness_niks),
        **parties,
        **report.details,
    }
    return Outcome(facts=facts)
