"""Kartu Keluarga: a family begins, parts, takes somebody in or lets somebody go, or gets its card again.

Law: UU 23/2006 art. 61-62, Perpres 96/2018, the boxes of F-1.02 (Permendagri 109/2019).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from loket.core.actors import Actor
from loket.core.errors import NotFoundError
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions import wedlock
from loket.register.actions.biodata import Biodata
from loket.register.actions.changes import Changes, Outcome, today_at
from loket.register.actions.families import FamilyMember
from loket.register.actions.family_couples import Divorce, Marriage, marry, part
from loket.register.actions.family_rules import (
    changed_cards,
    check_declaration,
    check_parting,
    gone_cards,
    refuse_second_spouse,
)
from loket.register.actions.household import (
    Address,
    Applicant,
    Numbers,
    add_member,
    applicant_of,
    check_heads,
    check_village,
    family_of,
    found_family,
    leave,
    lock_niks,
    named_members,
    record_household,
)
from loket.register.actions.life_end import end_life
from loket.register.actions.moveletters import SKPWNI, use_letter
from loket.register.actions.newcomers import lives_elsewhere, take_in
from loket.register.models import Family, RegisterEvent, Resident
from loket.register.rules import HEAD, RuleBroken, civil

MEMBERS, LETTER = "keluarga_anggota", "pendatang_skpwni_nomor"


class NoLetterOfOrigin(RuleBroken):
    """Anggota ini tidak tercatat di register kantor ini. Bila ia datang dari daerah lain, isi nomor dan
    tanggal SKPWNI-nya; bila tidak, periksa kembali NIK-nya."""


class SameFamily(RuleBroken):
    """Orang ini sudah tercatat dalam Kartu Keluarga tujuan."""


class UnknownFamily(RuleBroken):
    """Nomor Kartu Keluarga tujuan tidak tercatat di kantor ini. Periksa kembali nomornya."""


class NotTheHead(RuleBroken):
    """Nama kepala keluarga tujuan tidak sama dengan register. Periksa kembali nomor dan namanya."""


class ApplicantRemoved(RuleBroken):
    """Pemohon tidak dapat mengeluarkan dirinya sendiri dari Kartu Keluarga."""


@dataclass(frozen=True)
class Newcomers:
    """With which letter some of the members come from elsewhere, and their biodata."""

    letter: str
    letter_date: date | None
    biodata: Mapping[str, Biodata]
    # The day on which it was reported, today where None.
    reported_on: date | None = None


@dataclass(frozen=True)
class NewFamily:
    """A family that begins: F-1.01 with, for those who marry or divorce, the proof of it.

    `newcomers` is None where the form does not ask who comes from elsewhere.
    """

    applicant: Applicant
    address: Address
    members: tuple[FamilyMember, ...]
    successor_nik: str = ""
    marriage: Marriage | None = None
    divorce: Divorce | None = None
    newcomers: Newcomers | None = None


@dataclass(frozen=True)
class Joining:
    """Members who go to another family: F-1.02 with the family they join."""

    applicant: Applicant
    family_number: str
    head_name: str
    members: tuple[FamilyMember, ...]
    successor_nik: str = ""
    # Of the court and of the earlier wives, where another one comes onto the card.
    consent: str = ""


@dataclass(frozen=True)
class Removal:
    """Members who are taken off a card because they died or moved."""

    applicant: Applicant
    died: bool
    day: date
    number: str
    people: tuple[FamilyMember, ...]
    successor_nik: str = ""


def record_new_family(
    *, office: Office, kind: str, report: NewFamily, case_ref: str, by: Actor
) -> RegisterEvent:
    """A new nomor KK for a couple, for one who divorced, or for members who part (`kind` says which).

    Raises RuleBroken with the field, LetterUsed, NotOnLetter, MovedMeanwhile, ChangedSince.
    """
    niks = [report.applicant.nik, report.successor_nik, *(line.nik for line in report.members)]
    if report.divorce:
        niks.append(report.divorce.partner_nik)
    return record_household(
        office=office,
        kind=kind,
        case_ref=case_ref,
        by=by,
        niks=niks,
        apply=lambda changes, numbers: _new_family(changes, numbers, office, report, case_ref),
    )


def _new_family(
    changes: Changes, numbers: Numbers, office: Office, report: NewFamily, case_ref: str
) -> Outcome:
    day = today_at(office)
    applicant = applicant_of(report.applicant, office)
    facts = _take_in(changes, office, report, case_ref) if report.newcomers else {}
    people = named_members(report.members, office, MEMBERS)
    rules.applicant_is_member(applicant.nik, list(people), "pemohon_nik")
    check_heads(report.members, office, MEMBERS, couple=report.marriage is not None)
    check_village(report.address, office)
    head = next(people[line.nik] for line in report.members if line.relation == HEAD)
    if report.marriage:
        check_declaration(office, recorded=report.marriage.recorded, field="kawin_bukti")
        facts["marriage"] = marry(changes, office, report.members, people, report.marriage)
    if report.divorce:
        facts["divorce"] = part(changes, applicant, people, report.divorce, office)
    if report.marriage is None and report.divorce is None:
        check_parting(office, report.address, people.values(), head, ("keluarga_desa", "keluarga_anggota"))
    successor = report.successor_nik or (report.divorce.partner_nik if report.divorce else "")
    leave(changes, numbers, people.values(), day, successor)
    family = found_family(changes, numbers, office, report.address, day)
    for line in sorted(report.members, key=lambda line: line.relation != HEAD):
        add_member(changes, family, people[line.nik], line.relation, day)
    return Outcome(resident=applicant, family=family, facts=facts)


def _take_in(changes: Changes, office: Office, report: NewFamily, case_ref: str) -> dict[str, object]:
    """Members who live elsewhere become residents here, by their letter. Raises RuleBroken."""
    newcomers = report.newcomers
    rules.named_once([line.nik for line in report.members], MEMBERS)
    coming = {
        line.nik: f"{MEMBERS}-{index}-nik"
        for index, line in enumerate(report.members)
        if lives_elsewhere(line.nik, office)
    }
    if newcomers is None or not coming:
        return {}
    if not newcomers.letter:
        raise NoLetterOfOrigin(field=next(iter(coming.values())))
    day = today_at(office)
    letter = use_letter(
        changes,
        office=office,
        kind=SKPWNI,
        number=newcomers.letter,
        issued_on=newcomers.letter_date or day,
        people=[line for line in report.members if line.nik in coming],
        case_ref=case_ref,
        field=LETTER,
        reported_on=newcomers.reported_on or day,
    )
    for line in report.members:
        if line.nik in coming:
            take_in(changes, office, line, newcomers.biodata, coming[line.nik], day, letter)
    written = newcomers.letter_date.isoformat() if newcomers.letter_date else ""
    return {"letter_number": newcomers.letter, "letter_date": written, "uses": letter.number}


def record_joining(*, office: Office, report: Joining, case_ref: str, by: Actor) -> RegisterEvent:
    """Numpang KK: members go to another family of this office, which keeps its number.

    Raises RuleBroken with the field, MovedMeanwhile, ChangedSince.
    """
    target = _target(office, report.family_number)
    niks = [report.applicant.nik, *(line.nik for line in report.members), *lock_niks([target])]
    return record_household(
        office=office,
        kind="family_join",
        case_ref=case_ref,
        by=by,
        niks=niks,
        apply=lambda changes, numbers: _join(changes, numbers, office, report),
    )


def _target(office: Office, number: str) -> Family:
    try:
        return queries.family_by_number(office, number)
    except NotFoundError as error:
        raise UnknownFamily(field="numpang_nomor_kk") from error


def joined_family(office: Office, number: str, head_name: str | None, field: str) -> Family:
    """The family that somebody joins, with a head. Raises UnknownFamily, NotTheHead."""
    family = Family.objects.filter(office=office, number=number).first()
    head = next((row for row in queries.members(family) if row.relation == HEAD), None) if family else None
    if family is None or head is None:
        raise UnknownFamily(field=field)
    facts = queries.facts_of(head.resident.nik)
    if head_name is not None and facts is not None:
        try:
            rules.name_agrees(facts, head_name, field)
        except RuleBroken as error:
            raise NotTheHead(field=field) from error
    return family


def _join(changes: Changes, numbers: Numbers, office: Office, report: Joining) -> Outcome:
    day = today_at(office)
    applicant = applicant_of(report.applicant, office)
    people = named_members(report.members, office, "numpang_anggota")
    target = joined_family(office, report.family_number, report.head_name, "numpang_nomor_kk")
    for index, person in enumerate(people.values()):
        if queries.current_family(person) == target:
            raise SameFamily(field=f"numpang_anggota-{index}-nik")
    if any(line.relation == HEAD for line in report.members):
        rules.one_head([HEAD, HEAD], "numpang_anggota")
    leave(changes, numbers, people.values(), day, report.successor_nik)
    for index, line in enumerate(report.members):
        refuse_second_spouse(target, line.relation, report.consent, f"numpang_anggota-{index}-shdk")
        add_member(changes, target, people[line.nik], line.relation, day)
    changes.change(target, issued_on=day)
    changed_cards(changes, people.values(), "Alamat berubah")
    return Outcome(resident=applicant, family=target)


def record_removal(*, office: Office, report: Removal, case_ref: str, by: Actor) -> RegisterEvent:
    """Pengurangan anggota: people leave a card because they died or moved; a spouse becomes widowed.

    A death that is known by this alone has no akta yet: it may follow, once.
    Raises RuleBroken with the field, MovedMeanwhile, ChangedSince.
    """
    niks = [line.nik for line in report.people]
    return record_household(
        office=office,
        kind="family_member_removed",
        case_ref=case_ref,
        by=by,
        niks=[report.applicant.nik, *niks, *wedlock.partners_of(niks)],
        on=report.day,
        apply=lambda changes, numbers: _remove(changes, numbers, office, report),
    )


def _remove(changes: Changes, numbers: Numbers, office: Office, report: Removal) -> Outcome:
    applicant = applicant_of(report.applicant, office)
    family = family_of(applicant)
    people = named_members(report.people, office, "kurang_anggota", of_family=family)
    if applicant.nik in people:
        raise ApplicantRemoved(field="kurang_anggota")
    civil.happened(report.day, today_at(office), "kurang_tanggal")
    if report.died:
        for person in people.values():
            civil.lived_before(person.birth_date, report.day, "kurang_tanggal")
            end_life(changes, person, report.day, "kurang_tanggal")
    else:
        for person in people.values():
            changes.change(person, status=Resident.Status.MOVED)
    gone_cards(changes, people.values(), report.day, died=report.died)
    now = leave(changes, numbers, people.values(), today_at(office), report.successor_nik)
    facts = {"died": report.died, "day": report.day.isoformat(), "number": report.number}
    return Outcome(resident=applicant, family=now[family.pk], facts=facts)
