"""Pencatatan kelahiran: a new resident, a row in the family, an entry in the book.

Law: UU 23/2006 jo. UU 24/2013 art. 27 (within 60 days), art. 32 (later: by decision of the head of the
office, without a court since MK 18/PUU-XI/2013; register LT) and art. 102 (where the parents live); Perpres
96/2018 art. 33; Permendagri 108/2019 (SPTJM F-2.03 and F-2.04); names: Permendagri 73/2022. Effects as in the
matrix of events: NIK new, KK keeps its number and gains an ANAK, status BELUM KAWIN.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from loket.core.actors import Actor
from loket.core.errors import ConflictError
from loket.core.identity import Sex
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions import held
from loket.register.actions.changes import Changes, MovedMeanwhile, Outcome, record_event, today_at
from loket.register.actions.numbers import next_nik
from loket.register.models import Family, Membership, RegisterEvent, Resident
from loket.register.rules import HEAD, HUSBAND, WIFE, PersonFacts, RuleBroken, civil
from loket.register.rules.numbering import outside

COUPLE = {HEAD, HUSBAND, WIFE}


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
    # Who answers for the birth with a SPTJM (F-2.03), where there is no letter of birth.
    declarant_nik: str = ""
    # A mother who is a foreigner and maybe not in the register: the child of an Indonesian joins his KK.
    mother_foreign: bool = False
    mother_name: str = ""
    # The service gives the child its KIA together with the akta.
    gives_card: bool = False
    mother_birth_date: date | None = None

    @property
    def niks(self) -> list[str]:
        """Everybody whom it names."""
        named = [self.mother_nik, self.father_nik, self.reporter_nik, self.declarant_nik]
        return [nik for nik in [*named, *self.witness_niks] if nik]


@dataclass(frozen=True)
class _People:
    mother: PersonFacts
    father: PersonFacts | None


def citizenship_of(mother: str, father: str) -> str:
    """A child of one Indonesian is Indonesian (UU 12/2006 art. 4); `father` is "" where none is named."""
    return civil.CITIZEN if civil.CITIZEN in (mother, father) else civil.FOREIGNER


def record(*, office: Office, report: BirthReport, case_ref: str, by: Actor) -> RegisterEvent:
    """Record a birth, or its corrected form before the kutipan is signed: NIK, family row and book entry, or
    nothing at all.

    The register type is LU within 60 days of the birth and LT after; the head decides on a late one by
    releasing it for signing, there is no letter of its own. [G] The akta keeps its number, and the NIK unless
    birth date or sex was wrong: that one was never given out. Raises RuleBroken (with the field of F-2.01 and
    the sentence for the user), AlreadyRecorded and what `record_event` raises.
    """
    return record_event(
        office=office,
        kind="birth",
        case_ref=case_ref,
        by=by,
        niks=[report.mother_nik, report.father_nik if report.mother_foreign else ""],
        book=rules.birth_register_type(report.birth_date, report.reported_on),
        on=report.birth_date,
        apply=lambda changes: apply(changes, office, report),
    )


def apply(changes: Changes, office: Office, report: BirthReport, certificate: str = "") -> Outcome:
    """What a birth changes; one abroad has a `certificate` of that country, a corrected one its akta number.

    Raises RuleBroken, AlreadyRecorded.
    """
    rules.not_in_future(report.birth_date, report.reported_on)
    rules.child_name(report.child_name)
    people = _checked_people(report, office)
    household = _household(people)
    _refuse_second_record(report)
    parents = _parents(report, household, people)
    child = add_child(
        changes,
        office,
        household.family,
        rules.relation_of_child(household.parent.relation),
        household.next_position,
        (report.birth_date, report.child_sex),
        religion=household.parent.resident.religion,
        birth_certificate=certificate or changes.number,
        **_child_fields(report, people),
    )
    if report.gives_card:
        held.give_child_card(changes, office, child, today_at(office))
    facts = _facts(report, people, child, parents)
    return Outcome(resident=child, family=household.family, facts=facts, born=child)


def _father(report: BirthReport, people: dict[str, PersonFacts]) -> PersonFacts | None:
    """The father as the register knows him, else as declared: a foreigner, or of another office."""
    if not report.father_nik and not report.father_name:
        return None
    born = report.father_birth_date or report.birth_date
    return people.get(report.father_nik) or _declared(report.father_nik, report.father_name, "L", born)


def _mother(report: BirthReport, people: dict[str, PersonFacts]) -> PersonFacts:
    """The mother as the register knows her; a foreigner also as declared. Raises UnknownPerson."""
    found = people.get(report.mother_nik)
    if found is not None:
        return found
    if not report.mother_foreign or report.mother_birth_date is None:
        raise UnknownPerson(field="ibu_nik")
    return _declared(report.mother_nik, report.mother_name, "P", report.mother_birth_date)


def _declared(nik: str, name: str, sex: Sex, born: date) -> PersonFacts:
    """Somebody whom the register does not know."""
    return PersonFacts(
        nik=nik,
        name=name,
        sex=sex,
        birth_date=born,
        alive=True,
        death_date=None,
        ever_married=False,
        family_number=None,
        office="",
    )


def _checked_people(report: BirthReport, office: Office) -> _People:
    """The mother and father after every rule about people. Raises RuleBroken.

    The mother must be in this office's register (the child joins her KK), or the father where she is a
    foreigner without KK; the others may live elsewhere and are then taken as declared.
    """
    people = queries.facts_of_all(report.niks)
    mother = _mother(report, people)
    rules.mother_is_woman(mother)
    rules.mother_older_than_child(mother, report.birth_date)
    rules.mother_alive_at_birth(mother, report.birth_date)
    father = _father(report, people)
    if not report.mother_foreign or father is None or mother.family_number is not None:
        rules.mother_at_office(mother, office.code)
    else:
        civil.father_at_office(father, office.code)
    if father is not None:
        rules.father_is_man(father)
        if father.office or report.father_birth_date:
            rules.father_older_than_child(father, report.birth_date)
        rules.father_lived(father, report.birth_date)
    check_reporting(
        people,
        report.reporter_nik,
        report.witness_niks,
        [report.mother_nik, report.father_nik],
        report.reported_on,
        report.declarant_nik,
    )
    if report.declared_couple is not None:
        civil.couple_as_declared(report.declared_couple, (report.father_nik, report.mother_nik))
    return _People(mother, father)


def check_reporting(
    people: dict[str, PersonFacts],
    reporter: str,
    witnesses: Sequence[str],
    parents: Sequence[str],
    reported: date,
    declarant: str = "",
) -> None:
    """Who reports is alive; two witnesses of age, apart from who reports, who declares and the parents.

    `people` are those of them whom the register knows. Raises RuleBroken.
    """
    if reporter in people:
        rules.reporter_alive(people[reporter])
    if declarant in people:
        civil.declarant_alive(people[declarant].alive)
    for place, nik in enumerate(witnesses, start=1):
        if nik in people:
            rules.witness_of_age(people[nik], reported, f"saksi{place}_nik")
    rules.witnesses_independent(list(witnesses), [reporter, declarant, *parents])


def _refuse_second_record(report: BirthReport) -> None:
    for child in queries.children_born(report.mother_nik, report.birth_date, report.father_nik):
        if rules.same_child((child.name, child.sex), (report.child_name, report.child_sex)):
            raise AlreadyRecorded(field="anak_nama")


@dataclass(frozen=True)
class _Household:
    """The family that the child joins, with its members before: its mother's, or else its father's."""

    rows: list[Membership]
    parent: Membership

    @property
    def family(self) -> Family:
        """The family itself."""
        return self.parent.family

    @property
    def next_position(self) -> int:
        """Where somebody new stands on the card."""
        return max(row.position for row in self.rows) + 1


def _household(people: _People) -> _Household:
    """The child's family, which `record_event` has locked: two births of one mother do not pass each other
    unseen."""
    mother, father = people.mother, people.father
    parent = father if mother.family_number is None and father is not None else mother
    rows = queries.members_by_number(parent.family_number or "")
    found = next((row for row in rows if row.resident.nik == parent.nik), None)
    if found is None:
        raise MovedMeanwhile(field="ibu_nik")
    return _Household(rows, found)


def _are_recorded_couple(household: _Household, people: _People) -> bool:
    """Whether the marriage of mother and father counts as recorded.

    Where the KK that the child joins shows a husband or wife of the parent there, that is the other parent.
    Where it shows none (on another KK, under another office, abroad), both must be recorded as married as far
    as the register knows them; that it is with each other stands in the buku nikah that the official has
    checked.
    """
    if people.father is None:
        return False
    here = household.parent.resident
    couple = [row.resident for row in household.rows if row.relation in COUPLE]
    wed = {one.nik for one in couple if here in couple and one.sex != here.sex}
    if wed and not wed & {people.mother.nik, people.father.nik}:
        return False
    known = [one for one in (people.mother, people.father) if one.office]
    return all(one.marital_status == civil.MARRIED for one in known)


def _parents(report: BirthReport, household: _Household, people: _People) -> str:
    """How the kutipan names the parents. Raises RuleBroken where nothing shows that they are a couple."""
    kind = rules.parents_kind(
        father_known=people.father is not None, couple_recorded=_are_recorded_couple(household, people)
    )
    if kind == "unrecorded":
        shown = {row.resident.nik for row in household.rows if row.relation in COUPLE}
        civil.couple_is_shown(
            report.declared_couple is not None or {report.mother_nik, report.father_nik} <= shown, "ayah_nik"
        )
    return kind


def _child_fields(report: BirthReport, people: _People) -> dict[str, Any]:
    """What F-2.01 decides of the child's row."""
    return {
        "name": report.child_name,
        "birth_place": report.birth_place,
        "nationality": report.citizenship,
        "father_nik": people.father.nik if people.father else "",
        "father_name": people.father.name if people.father else "",
        "mother_nik": people.mother.nik,
        "mother_name": people.mother.name,
    }


def add_child(
    changes: Changes,
    office: Office,
    family: Family,
    relation: str,
    position: int,
    born: tuple[date, Sex],
    **fields: Any,
) -> Resident:
    """Somebody new in the register, born on a day with a sex: a row of their own and one in a family.

    A corrected form gives the same row, and the same NIK where day and sex agree with it; one from outside
    is asked for each time, since the official may have corrected it.
    """
    day, sex = born
    before = changes.added_before(Resident) or {}
    agrees = (before.get("birth_date"), before.get("sex")) == (day.isoformat(), sex)
    child = Resident(
        pk=before.get("id"),
        office=office,
        nik=before["nik"] if agrees and not outside() else _new_nik(office, family, day, sex),
        sex=sex,
        birth_date=day,
        education="TIDAK/BELUM SEKOLAH",
        occupation="BELUM/TIDAK BEKERJA",
        marital_status=civil.UNMARRIED,
        **fields,
    )
    changes.add(child)
    row = Membership(family=family, resident=child, relation=relation, position=position, since=day)
    changes.add(row)
    return child


def _new_nik(office: Office, family: Family, day: date, sex: Sex) -> str:
    """A NIK of the kecamatan of a family's address."""
    district = family.village_id.rpartition(".")[0]
    return next_nik(office=office, district=district, birth_date=day, sex=sex)


def book_of_child(child: Resident) -> dict[str, str]:
    """The child as the book keeps it."""
    return {
        "name": child.name,
        "nik": child.nik,
        "sex": child.sex,
        "birth_place": child.birth_place,
        "birth_date": child.birth_date.isoformat(),
        "citizenship": child.nationality,
    }


def _facts(report: BirthReport, people: _People, child: Resident, parents: str) -> dict[str, Any]:
    """What the book keeps of the birth, as it was reported."""
    return {
        "child": book_of_child(child),
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
        "declarant_nik": report.declarant_nik,
        "witness_niks": list(report.witness_niks),
    }
