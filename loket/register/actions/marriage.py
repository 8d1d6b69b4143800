"""Pencatatan perkawinan: husband and wife count as married from the day of the ceremony.

Law: UU 23/2006 art. 34-36 (within 60 days; Muslims at the KUA, art. 8; different faiths or no proof by a
court's decision) and 37 (abroad, reported within 30 days of the return), UU 1/1974 jo. UU 16/2019 (19 years
or a dispensation, consent under 21, who may not marry whom), PP 9/1975 art. 3 and 10 (announced for ten
working days), Perpres 96/2018 art. 37-38. Effects by the matrix: both KAWIN TERCATAT, KTP-el to be made anew,
a KIA is void. Their families stay as they are: a card of their own is another service (F-1.02).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.offices.queries import calendar, definition
from loket.register import couples
from loket.register.actions import wedlock
from loket.register.actions.changes import Changes, Outcome, record_event
from loket.register.actions.parties import Decision, Party, check_witnesses, met, plain_party
from loket.register.models import RegisterEvent, Resident
from loket.register.rules import civil, lateness
from loket.register.rules import couples as law

HUSBAND, WIFE = "subjek1", "subjek2"
# What the fields of the form say of each of the two.
_SIDES = {HUSBAND: "suami", WIFE: "istri"}


@dataclass(frozen=True)
class Papers:
    """What somebody needs to marry besides the ceremony: consent, and how the marriage before ended."""

    consent: str = ""
    former: str = ""


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of a marriage. `details` is what the book keeps and no rule looks at.

    `court` decided on a marriage of two faiths or without proof, `polygamy` allowed a second wife; `camat`
    shortened the announcement. `returned_on` counts where the marriage was concluded abroad.
    """

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
    papers: tuple[Papers, Papers] = (Papers(), Papers())
    permission: str = ""
    polygamy: str = ""
    court: str = ""
    announced_on: date | None = None
    camat: str = ""
    returned_on: date | None = None

    @property
    def sides(self) -> tuple[tuple[str, Party, Papers], tuple[str, Party, Papers]]:
        """Each of the two with what their fields begin with."""
        return (HUSBAND, self.husband, self.papers[0]), (WIFE, self.wife, self.papers[1])


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record a marriage with its akta (book KW). Raises RuleBroken and what `record_event` raises."""
    return record_event(
        office=office,
        kind="marriage",
        case_ref=case_ref,
        by=by,
        niks=[report.husband.nik, report.wife.nik],
        book=civil.BOOKS["marriage"],
        on=report.day,
        apply=lambda changes: _apply(changes, office, report, case_ref),
    )


def _apply(changes: Changes, office: Office, report: Report, case_ref: str) -> Outcome:
    civil.happened(report.day, report.reported_on, "perkawinan_tanggal")
    husband, wife = met(report.husband, HUSBAND), met(report.wife, WIFE)
    civil.man_and_woman(husband.sex if husband else "", wife.sex if wife else "")
    offices = [person.office_id for person in (husband, wife) if person]
    # Two foreigners who only visit are recorded where they marry.
    if offices:
        civil.one_at_home(offices, office.code, "subjek1_nik")
    for (who, party, papers), person in zip(report.sides, (husband, wife), strict=True):
        _may_marry(report, who, party, papers, person)
    _may_marry_each_other(report, husband, wife, case_ref)
    if not report.abroad:
        _check_ceremony(office, report, husband, wife)
    check_witnesses(report.witness_niks, [report.husband.nik, report.wife.nik], report.reported_on)
    facts = _facts(office, report, husband, wife)
    names = (report.husband.name, report.wife.name)
    if offices:
        proof = law.AKTA
        row = wedlock.wed(changes, office, husband, wife, report.day, proof=proof, names=names)
        changes.numbered.append((row, "number"))
    return Outcome(resident=_of_this_office(husband, wife, office), facts=facts)


def _may_marry(report: Report, who: str, party: Party, papers: Papers, person: Resident | None) -> None:
    """What each of the two needs, whoever the other is. Raises RuleBroken."""
    side = _SIDES[who]
    born = person.birth_date if person else party.birth_date
    if born is not None:
        civil.of_marriage_age(born, report.day, report.dispensation.court, f"{who}_nik")
        if not report.abroad:
            consent = f"perkawinan_izin_orang_tua_{side}"
            law.consent_of_parents(born, report.day, papers.consent, consent)
    if person is not None:
        law.former_marriage_proved(
            person.marital_status,
            papers.former,
            recorded=couples.end_is_recorded(person),
            field=f"perkawinan_akta_sebelumnya_{side}",
        )
        law.after_the_former(couples.last_end(person), report.day, "perkawinan_tanggal")


def _may_marry_each_other(
    report: Report, husband: Resident | None, wife: Resident | None, case_ref: str
) -> None:
    """Neither is bound to another, nor are they kin, and it was not recorded before. Raises RuleBroken."""
    if husband is not None and wife is not None:
        law.not_married_to_each_other(_is_recorded(husband, wife, case_ref), "subjek1_nik")
        lines, by_card = (couples.lineage(husband), couples.lineage(wife)), couples.kin_by_card(husband, wife)
        law.not_of_one_blood(*lines, by_card, "subjek2_nik")
        law.not_related_by_marriage(couples.in_laws(husband, wife), "subjek2_nik")
    if husband is not None:
        law.one_wife(_is_bound(husband, wife), report.polygamy, "subjek1_nik")
    if wife is not None:
        law.one_husband(_is_bound(wife, husband), "subjek2_nik")


def _is_bound(person: Resident, partner: Resident | None) -> bool:
    """Married to another. A marriage that is only declared may be this one, where nobody else is known."""
    return person.marital_status == civil.MARRIED or couples.bound(person, partner)


def _is_recorded(husband: Resident, wife: Resident, case_ref: str) -> bool:
    row = couples.between(husband, wife)
    if row is not None and row.proof != law.DECLARED:
        return True
    both = husband.marital_status == wife.marital_status == civil.MARRIED
    return (both and wife in couples.spouses(husband)) or couples.akta_of(husband, wife, case_ref)


def _check_ceremony(office: Office, report: Report, husband: Resident | None, wife: Resident | None) -> None:
    """What a ceremony in this country needs: faith, witnesses, announcement, a foreigner's permission."""
    known = {person.religion for person in (husband, wife) if person}
    law.not_for_kua([report.religion], report.court, "perkawinan_agama")
    law.not_for_kua(known, report.court, "perkawinan_agama")
    law.same_faith(known, report.court, "perkawinan_agama")
    law.two_witnesses(len(report.witness_niks), "saksi1_nik")
    for _, party, _ in report.sides:
        law.permission_of_a_foreigner(party.citizenship, report.permission, "perkawinan_izin_perwakilan")
    if report.announced_on is not None:
        wanted = definition(office).announcement_days
        passed = _working_days(office, report.announced_on, report.day, wanted)
        law.announced_long_enough(passed, wanted, report.camat, "perkawinan_pengumuman")


def _working_days(office: Office, announced: date, wedding: date, enough: int) -> int:
    """Days on which the office worked after the announcement and before the wedding, counted up to
    `enough`."""
    times, count, day = calendar(office), 0, announced + timedelta(days=1)
    while day < wedding and count < enough:
        count += bool(times.hours(day))
        day += timedelta(days=1)
    return count


def _facts(office: Office, report: Report, husband: Resident | None, wife: Resident | None) -> dict[str, Any]:
    kind, since = ("marriage_abroad", report.returned_on) if report.abroad else ("marriage", report.day)
    given = {
        "permission": report.permission,
        "polygamy": report.polygamy,
        "court_decision": report.court,
        "announced_on": report.announced_on.isoformat() if report.announced_on else "",
        "camat": report.camat,
        "husband_consent": report.papers[0].consent,
        "wife_consent": report.papers[1].consent,
        "husband_former": report.papers[0].former,
        "wife_former": report.papers[1].former,
    }
    return {
        "husband": plain_party(report.husband, husband),
        "wife": plain_party(report.wife, wife),
        "wedding_date": report.day.isoformat(),
        "wedding_place": report.place.upper(),
        "religion": report.religion,
        "officiant": report.officiant,
        "dispensation": report.dispensation.facts,
        "witness_niks": list(report.witness_niks),
        **{name: said for name, said in given.items() if said},
        **report.details,
        **lateness.lateness(kind, since, report.reported_on, definition(office).late_fines),
    }


def _of_this_office(husband: Resident | None, wife: Resident | None, office: Office) -> Resident | None:
    """Under whom the book has the akta: the husband where he lives here, else the wife."""
    here = [person for person in (husband, wife) if person and person.office_id == office.code]
    return here[0] if here else None
