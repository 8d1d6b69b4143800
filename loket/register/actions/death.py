"""Pencatatan kematian: who died leaves the family, the NIK is closed, husband or wife is widowed.

Law: UU 24/2013 art. 44 (reported within 30 days by the RT or the family; a court where no body is found; the
police where nobody knows who it was), Perpres 96/2018 art. 45 (which letter proves it), Permendagri 108/2019.
Where the head dies, the others get a card with a new number under the head whom the report names (Perpres
96/2018, F-1.02); children alone go to their guardian's card, or keep one under the eldest where the office
does it so. [G]

A death may be known before its akta: by a surat keterangan of this office, or because the family had the name
taken off its card. The akta follows once; then neither is undone any more.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.core.actors import Actor
from loket.core.identity import Sex
from loket.offices.models import Office
from loket.offices.queries import definition
from loket.register import couples, queries, rules
from loket.register.actions import wedlock
from loket.register.actions.changes import Changes, Outcome, record_event, revert_event, today_at
from loket.register.actions.household import Numbers, lock_niks
from loket.register.actions.life_end import end_life
from loket.register.actions.orphans import leave_by_death
from loket.register.actions.parties import check_witnesses, plain_resident
from loket.register.models import RegisterEvent, Resident
from loket.register.rules import PersonFacts, civil, deaths, lateness
from loket.register.rules import couples as law

DAY, NIK, BASIS, AS = "kematian_tanggal", "kematian_nik", "kematian_dasar", "kematian_pelapor"


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of a death. Sex, birth and basis are declared of whom the register does not know.

    `proof` and `reporter_as` are the words of their lists; empty: an ordinary letter, and not said.
    `guardian_nik` is whose card takes in children who are left alone.
    """

    name: str
    nik: str
    day: date
    time: str
    place: str
    cause: str
    stated_by: str
    successor_nik: str
    reporter_nik: str
    witness_niks: tuple[str, ...]
    reported_on: date
    basis: str = ""
    travel_document: str = ""
    sex: Sex | None = None
    birth_place: str = ""
    birth_date: date | None = None
    proof: str = ""
    reporter_as: str = ""
    guardian_nik: str = ""


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record a death with its akta (book KM). Raises RuleBroken and what `record_event` raises."""
    return _record(office, report, case_ref, by, kind="death")


def record_statement(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record a death for a surat keterangan; its akta may follow. Raises RuleBroken."""
    return _record(office, report, case_ref, by, kind="death_statement")


def revert_statement(*, case_ref: str, by: Actor) -> None:
    """Undo a death that a surat keterangan stands for, once. Raises ChangedSince where its akta was made."""
    if queries.event_of_case(case_ref) is not None:
        revert_event(case_ref=case_ref, by=by)


def _record(office: Office, report: Report, case_ref: str, by: Actor, *, kind: str) -> RegisterEvent:
    person = queries.resident_by_nik(report.nik) if report.nik else None
    family = queries.current_family(person) if person else None
    touched = [report.nik, report.guardian_nik, *lock_niks([family])]
    return record_event(
        office=office,
        kind=kind,
        case_ref=case_ref,
        by=by,
        niks=[*touched, *wedlock.partners_of([report.nik])],
        book=civil.BOOKS.get(kind, ""),
        letter=civil.LETTERS.get(kind, ""),
        on=report.day,
        apply=lambda changes: _apply(changes, office, report, case_ref, kind),
    )


def _apply(changes: Changes, office: Office, report: Report, case_ref: str, kind: str) -> Outcome:
    civil.happened(report.day, report.reported_on, DAY)
    deaths.proof_is_numbered(report.proof, report.basis, BASIS)
    deaths.nobody_by_police(report.name, report.nik, report.proof, "kematian_nama")
    check_witnesses(report.witness_niks, [report.nik, report.reporter_nik], report.reported_on)
    _check_reporter(report)
    known = queries.facts_of(report.nik) if report.nik else None
    facts = _facts(report) | lateness.lateness(
        kind, report.day, report.reported_on, definition(office).late_fines
    )
    if known is None:
        _check_unknown(report, office)
        return Outcome(facts={**_declared(report), **facts})
    _check_known(report, known, office)
    person = Resident.objects.get(nik=report.nik)
    _check_family(report, person)
    facts["person"] = _person(person)
    if (
        person.death_date is not None
        and kind == "death"
        and not queries.has_death_akta([person.pk], case_ref)
    ):
        facts |= _agree(changes, person, report)
        return Outcome(resident=person, facts=facts)
    civil.dies_once(person.death_date, NIK)
    numbers = Numbers(office, case_ref)
    end_life(changes, person, report.day, DAY)
    family, left = leave_by_death(
        changes, numbers, person, today_at(office), report.successor_nik, report.guardian_nik
    )
    return Outcome(resident=person, family=family, facts={**facts, **left, "numbers": numbers.given})


def _check_reporter(report: Report) -> None:
    deaths.not_reported_by_the_dead(report.nik, report.reporter_nik, "pelapor_nik")
    if reporter := queries.facts_of(report.reporter_nik):
        rules.reporter_alive(reporter)
        deaths.reporter_of_age(reporter, report.reported_on, "pelapor_nik")


def _check_unknown(report: Report, office: Office) -> None:
    """The death of somebody who is not in the register. Raises RuleBroken."""
    civil.basis_for_unknown(report.basis or report.travel_document, BASIS)
    # A basis without a kind is the court's or the police's, as the form asked before it asked the kind.
    proof = report.proof or (deaths.COURT if report.basis else "")
    deaths.unknown_by_court_or_papers(
        proof,
        len(report.witness_niks),
        report.travel_document,
        papers=definition(office).old_deaths_by_papers,
        field="kematian_bukti",
    )


def _check_known(report: Report, known: PersonFacts, office: Office) -> None:
    civil.at_home(known, office.code, NIK)
    rules.name_agrees(known, report.name, NIK)
    civil.lived_before(known.birth_date, report.day, DAY)


def _check_family(report: Report, person: Resident) -> None:
    """Who reports as child or spouse is one, as far as the register knows. Raises RuleBroken."""
    reporter = queries.resident_by_nik(report.reporter_nik) if report.reporter_nik else None
    if reporter is not None and report.reporter_as == deaths.AS_CHILD:
        deaths.reporter_is_a_child((reporter.father_nik, reporter.mother_nik), person.nik, AS)
    if report.reporter_as == deaths.AS_SPOUSE:
        wedded = {one.nik for one in couples.spouses(person)}
        deaths.reporter_is_a_spouse(wedded, report.reporter_nik, AS)


def _agree(changes: Changes, person: Resident, report: Report) -> dict[str, Any]:
    """The akta of a death that the register knows already, so that nothing else is left to change.

    A surat keterangan of this office binds its day; what a family stated for its card, or an import brought,
    gives way to the letter that the akta rests on.
    """
    recorded = person.death_date or report.day
    if _was_stated(person):
        civil.as_stated(report.day, recorded, DAY)
    if report.day == recorded:
        return {}
    changes.change(person, death_date=report.day)
    for row in couples.marriages(person):
        if row.ended_why == law.BY_DEATH and row.until == recorded and report.day >= row.since:
            changes.change(row, until=report.day)
    return {"recorded_before": recorded.isoformat()}


def _was_stated(person: Resident) -> bool:
    """Whether a surat keterangan stands for the death, without an akta yet."""
    return RegisterEvent.objects.filter(
        resident=person, kind="death_statement", reverted_at__isnull=True
    ).exists()


def _person(person: Resident) -> dict[str, Any]:
    parents = {"father_name": person.father_name, "mother_name": person.mother_name}
    return {**plain_resident(person), "sex": person.sex, **parents}


def _declared(report: Report) -> dict[str, Any]:
    return {
        "person": {
            "name": report.name,
            "nik": report.nik,
            "travel_document": report.travel_document,
            "sex": report.sex or "",
            "birth_place": report.birth_place.upper(),
            "birth_date": report.birth_date.isoformat() if report.birth_date else "",
            "citizenship": "",
        }
    }


def _facts(report: Report) -> dict[str, Any]:
    return {
        "death_date": report.day.isoformat(),
        "death_time": report.time,
        "death_place": report.place.upper(),
        "cause": report.cause,
        "stated_by": report.stated_by,
        "basis": report.basis,
        "proof": report.proof or deaths.LETTER,
        "reporter_as": report.reporter_as,
        "reporter_nik": report.reporter_nik,
        "witness_niks": list(report.witness_niks),
    }
