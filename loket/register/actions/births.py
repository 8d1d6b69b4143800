"""Pencatatan kelahiran: a new resident, a row in the family, an entry in the book.

Law: UU 24/2013 art. 27, 32 and 102; Perpres 96/2018 art. 33; effects as in the matrix of events: NIK new,
KK keeps its number and gains an ANAK, status BELUM KAWIN.
"""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import transaction

from loket.audit.actions import record
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError
from loket.core.identity import Sex
from loket.offices.models import Office
from loket.offices.queries import zone
from loket.register import queries, rules
from loket.register.actions.books import enter
from loket.register.actions.changes import MovedMeanwhile
from loket.register.actions.numbers import next_nik
from loket.register.models import CivilRecord, Family, Membership, Resident
from loket.register.rules import HEAD, HUSBAND, WIFE, PersonFacts, RuleBroken, civil

COUPLE = {HEAD, HUSBAND, WIFE}
MARRIED = "KAWIN TERCATAT"


class UnknownPerson(RuleBroken):
    """NIK ini tidak tercatat di register penduduk. Periksa kembali NIK-nya."""


class AlreadyRecorded(ConflictError):
    """Kelahiran anak ini sudah tercatat di register."""


@dataclass(frozen=True)
class BirthReport:
    """What F-2.01 says of a birth, checked for shape but not against the register yet."""

    child_name: str
    child_sex: Sex
    birth_date: date
    birth_time: time | None
    birth_place: str
    birth_order: int
    birth_kind: str
    helper: str
    facility: str
    weight_grams: int | None
    length_cm: float | None
    mother_nik: str
    father_nik: str
    father_name: str
    father_birth_date: date | None
    reporter_nik: str
    witness_niks: tuple[str, ...]
    # The office's day on which the report was complete: what the office took longer for is not late.
    reported_on: date
    citizenship: str = civil.CITIZEN
    # Husband and wife of a SPTJM (F-2.04), where there is no paper of the marriage.
    declared_couple: tuple[str, str] | None = None


@dataclass(frozen=True)
class _People:
    mother: PersonFacts
    father: PersonFacts | None


def _known(nik: str, field: str) -> PersonFacts:
    found = queries.facts_of(nik)
    if found is None:
        raise UnknownPerson(field=field)
    return found


def _father(report: BirthReport) -> PersonFacts | None:
    """The father as the register knows him, else as declared: he may live under another office."""
    if not report.father_nik:
        return None
    return queries.facts_of(report.father_nik) or PersonFacts(
        nik=report.father_nik,
        name=report.father_name,
        sex="L",
        birth_date=report.father_birth_date or report.birth_date,
        alive=True,
        death_date=None,
        ever_married=False,
        family_number=None,
        office="",
    )


def _checked_people(report: BirthReport, office: Office, reported: date) -> _People:
    """The mother and father after every rule about people. Raises RuleBroken.

    The mother must be in this office's register (the child joins her KK); the others may live elsewhere
    and are then taken as declared.
    """
    mother = _known(report.mother_nik, "ibu_nik")
    rules.mother_is_woman(mother)
    rules.mother_older_than_child(mother, report.birth_date)
    rules.mother_alive_at_birth(mother, report.birth_date)
    rules.mother_at_office(mother, office.code)
    father = _father(report)
    if father is not None:
        rules.father_is_man(father)
        if father.office or report.father_birth_date:
            rules.father_older_than_child(father, report.birth_date)
        rules.father_lived(father, report.birth_date)
    if reporter := queries.facts_of(report.reporter_nik):
        rules.reporter_alive(reporter)
    for place, nik in enumerate(report.witness_niks, start=1):
        if witness := queries.facts_of(nik):
            rules.witness_of_age(witness, reported, f"saksi{place}_nik")
    if report.declared_couple is not None:
        civil.couple_as_declared(report.declared_couple, (report.father_nik, report.mother_nik))
    parties = [report.reporter_nik, report.mother_nik, report.father_nik]
    rules.witnesses_independent(list(report.witness_niks), parties)
    return _People(mother, father)


def _refuse_second_record(report: BirthReport, itself: Resident | None = None) -> None:
    for child in queries.children_born(report.mother_nik, report.birth_date):
        if child != itself and rules.same_child(
            (child.name, child.sex), (report.child_name, report.child_sex)
        ):
            raise AlreadyRecorded(field="anak_nama")


@dataclass(frozen=True)
class _Household:
    """The mother's family, locked, with its members before the child comes."""

    family: Family
    rows: list[Membership]
    mother: Membership

    @property
    def next_position(self) -> int:
        """Where somebody new stands on the card."""
        return max(row.position for row in self.rows) + 1


def _are_recorded_couple(household: _Household, people: _People) -> bool:
    """Whether the marriage of mother and father counts as recorded.

    Where the mother's KK shows a husband, he must be the father. Where it shows none (he is on another KK, or
    under another office), both must be recorded as married as far as the register knows them; that it is with
    each other stands in the buku nikah that the official has checked.
    """
    if people.father is None:
        return False
    couple = [row.resident for row in household.rows if row.relation in COUPLE]
    wife_here = any(person.nik == people.mother.nik for person in couple)
    husbands = {person.nik for person in couple if wife_here and person.sex == "L"}
    if husbands and husbands != {people.father.nik}:
        return False
    niks = {people.mother.nik, people.father.nik}
    return set(Resident.objects.filter(nik__in=niks).values_list("marital_status", flat=True)) == {MARRIED}


def _locked_household(people: _People, office: Office) -> _Household:
    """The mother's family, locked so that two births of one mother cannot pass each other unseen."""
    family = queries.family_by_number(office, people.mother.family_number or "")
    family = Family.objects.select_for_update().get(pk=family.pk)
    rows = queries.members(family)
    mother = next((row for row in rows if row.resident.nik == people.mother.nik), None)
    if mother is None:
        raise MovedMeanwhile(field="ibu_nik")
    return _Household(family, rows, mother)


def _district(family: Family) -> str:
    """Code of the kecamatan of a family's address."""
    return family.village_id.rpartition(".")[0]


def _parents(household: _Household, people: _People) -> str:
    return rules.parents_kind(
        father_known=people.father is not None, couple_recorded=_are_recorded_couple(household, people)
    )


def _child_fields(report: BirthReport, people: _People) -> dict[str, Any]:
    """What F-2.01 decides of the child's row."""
    return {
        "name": report.child_name,
        "sex": report.child_sex,
        "birth_place": report.birth_place,
        "birth_date": report.birth_date,
        "nationality": report.citizenship,
        "father_nik": people.father.nik if people.father else "",
        "father_name": people.father.name if people.father else "",
        "mother_nik": people.mother.nik,
        "mother_name": people.mother.name,
    }


def _add_child(report: BirthReport, people: _People, household: _Household, office: Office) -> Resident:
    family, mother = household.family, household.mother
    child = Resident.objects.create(
        office=office,
        nik=next_nik(
            office=office, district=_district(family), birth_date=report.birth_date, sex=report.child_sex
        ),
        religion=mother.resident.religion,
        education="TIDAK/BELUM SEKOLAH",
        occupation="BELUM/TIDAK BEKERJA",
        marital_status="BELUM KAWIN",
        **_child_fields(report, people),
    )
    Membership.objects.create(
        family=family,
        resident=child,
        relation=rules.relation_of_child(mother.relation),
        position=household.next_position,
        since=report.birth_date,
    )
    return child


def _facts(report: BirthReport, people: _People, parents: str) -> dict[str, object]:
    """What the book keeps of the birth, as it was reported."""
    return {
        "birth_time": report.birth_time.isoformat() if report.birth_time else "",
        "birth_order": report.birth_order,
        "birth_kind": report.birth_kind,
        "helper": report.helper,
        "facility": report.facility,
        "weight_grams": report.weight_grams,
        "length_cm": report.length_cm,
        "parents_kind": parents,
        "mother": {"nik": people.mother.nik, "name": people.mother.name},
        "father": {"nik": people.father.nik, "name": people.father.name} if people.father else None,
        "reporter_nik": report.reporter_nik,
        "witness_niks": list(report.witness_niks),
    }


@transaction.atomic
def record_birth(*, office: Office, report: BirthReport, case_ref: str, by: Actor) -> CivilRecord:
    """Record a birth: NIK, family row and book entry, or nothing at all.

    The register type is LU within 60 days of the birth and LT after (UU 24/2013 art. 32). Raises RuleBroken
    (with the field of F-2.01 and the sentence for the user) and AlreadyRecorded.
    """
    reported, today = report.reported_on, clock.now().astimezone(zone(office)).date()
    rules.not_in_future(report.birth_date, reported)
    rules.child_name(report.child_name)
    people = _checked_people(report, office, reported)
    household = _locked_household(people, office)
    _refuse_second_record(report)
    child = _add_child(report, people, household, office)
    book = rules.birth_register_type(report.birth_date, reported)
    entry = enter(
        office=office,
        book=book,
        day=today,
        resident=child,
        facts=_facts(report, people, _parents(household, people)),
        case_ref=case_ref,
        by=by,
    )
    child.birth_certificate = entry.number
    child.save(update_fields=["birth_certificate"])
    record(
        action="register.birth",
        subject=f"resident:{child.pk}",
        actor=by.ref,
        office_code=office.code,
        details={"number": entry.number, "book": book, "entry": entry.entry, "case": case_ref},
    )
    return entry


def _take_to(child: Resident, household: _Household, since: date) -> None:
    """Put the child's row where its mother's is, and give it her religion where she is another one."""
    family, mother = household.family, household.mother
    row = Membership.objects.get(resident=child, until__isnull=True)
    if row.family_id != family.pk:
        row.family, row.position = family, household.next_position
    row.relation, row.since = rules.relation_of_child(mother.relation), since
    row.save()
    if child.mother_nik != mother.resident.nik:
        child.religion = mother.resident.religion


class NumberAlreadyGiven(ConflictError):
    """Jenis register akta ini tidak lagi sesuai dengan tanggal lahir yang diperbaiki. Nomor akta sudah
    diberikan; permohonan harus diselesaikan oleh Kepala Dinas."""


@transaction.atomic
def amend_birth(*, entry: CivilRecord, report: BirthReport, by: Actor) -> CivilRecord:
    """Correct a recorded birth before its kutipan is signed; the akta keeps its number.

    The caller makes sure that no signed document exists. A NIK whose birth date or sex was wrong was never
    given out and is replaced. Raises RuleBroken, AlreadyRecorded and NumberAlreadyGiven.
    """
    office = entry.office
    rules.not_in_future(report.birth_date, report.reported_on)
    rules.child_name(report.child_name)
    people = _checked_people(report, office, report.reported_on)
    if rules.birth_register_type(report.birth_date, report.reported_on) != entry.book:
        raise NumberAlreadyGiven()
    household = _locked_household(people, office)
    family = household.family
    child = Resident.objects.select_for_update().get(pk=entry.resident_id)
    _refuse_second_record(report, itself=child)
    _take_to(child, household, report.birth_date)
    if (child.birth_date, child.sex) != (report.birth_date, report.child_sex):
        child.nik = next_nik(
            office=office, district=_district(family), birth_date=report.birth_date, sex=report.child_sex
        )
    for field, value in _child_fields(report, people).items():
        setattr(child, field, value)
    child.save()
    entry.facts = _facts(report, people, _parents(household, people))
    entry.save(update_fields=["facts"])
    record(
        action="register.amend_birth",
        subject=f"resident:{child.pk}",
        actor=by.ref,
        office_code=office.code,
        details={"number": entry.number, "case": entry.case_ref},
    )
    return entry
