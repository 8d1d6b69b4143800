"""Kartu Keluarga: founded, parted, joined, grown, shrunk, given again, corrected."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from loket.register.actions import FamilyCardReport, amend_family_card, issue_family_card, revert_family_card
from loket.register.actions.biodata import (
    Biodata,
    DataChange,
    Element,
    NewMember,
    record_data_change,
    record_new_member,
)
from loket.register.actions.families import FamilyMember
from loket.register.actions.family_events import (
    Divorce,
    Joining,
    Marriage,
    NewFamily,
    Removal,
    record_joining,
    record_new_family,
    record_removal,
)
from loket.register.actions.family_rules import record_new_head, record_replacement
from loket.register.rules import CHILD, HEAD, WIFE
from tests.lives.deeds import Deed, Note, nothing
from tests.lives.events.couples import matches
from tests.lives.hamlet import COUPLE, SINGLE, Hamlet, Person, in_words
from tests.lives.notes import DIVORCE, Bond

KIN = "FAMILI LAIN"


def founding(h: Hamlet, kind: str, report: NewFamily, why: str, note: Note = nothing, **changes: Any) -> Deed:
    report = replace(report, **changes)
    names = "; ".join(f"{line.relation} {line.name}" for line in report.members)
    return Deed(
        f"{why}: {kind} of {names}",
        lambda case: record_new_family(
            office=h.town.office, kind=kind, report=report, case_ref=case, by=h.town.by
        ),
        undo=h.town.revert, note=note,
    )  # fmt: skip


def _alone_as_pair(h: Hamlet, person: Person) -> bool:
    """Whether somebody's card shows no former husband or wife beside them."""
    card = h.card_of(person)
    pair = [one for place, one in card if place.relation in COUPLE]
    return person not in pair or len(pair) == 1


def _wed(h: Hamlet, man: Person, woman: Person, why: str, note: Note) -> Deed | None:
    """The two and those children of hers who live with her found a family."""
    children = [
        one for place, one in h.card_of(woman)
        if one.mother == woman.nik and one.marital == SINGLE and h.age(one) < 17 and place.relation != HEAD
    ]  # fmt: skip
    people = [man, woman, *children]
    may, successor = h.successor(people)
    if not may or not (_alone_as_pair(h, man) and _alone_as_pair(h, woman)):
        return None
    lines = (h.line(man, HEAD), h.line(woman, WIFE), *(h.line(one, CHILD) for one in children))
    marriage = Marriage(h.days_ago(30), recorded=True, number=f"{h.rng.randint(1, 999)}/12/I/2026")
    report = NewFamily(h.applicant(man), h.address(), lines, successor, marriage=marriage)
    return founding(h, "family_new", report, why, note)


def married_at_kua(h: Hamlet) -> Deed | None:
    """With a buku nikah: statuses and card in one."""
    pair = matches(h, muslim=True)
    if pair is None:
        return None
    man, woman = pair

    def note(h: Hamlet, case: str, event: Any) -> None:
        day = date.fromisoformat(event.facts["marriage"]["day"])
        h.notes.bonds.append(Bond(man.pk, woman.pk, day, case, here=True))

    return _wed(h, man, woman, "buku nikah", note)


def married_before(h: Hamlet) -> Deed | None:
    """A couple with an akta who have no card of their own yet."""
    for bond in h.notes.bonds:
        if bond.ended_by or not all(h.at_home(pk) for pk in bond.pair):
            continue
        if h.places[bond.husband].family != h.places[bond.wife].family:
            return _wed(h, h.people[bond.husband], h.people[bond.wife], "akta perkawinan", nothing)
    return None


def part_after_divorce(h: Hamlet) -> Deed | None:
    """One of a former couple leaves the card; with an akta cerai of the religious court if none is here."""
    found = h.one(
        bond for bond in h.notes.bonds
        if all(h.at_home(pk) for pk in bond.pair)
        and h.places[bond.husband].family == h.places[bond.wife].family
        and (bond.how == DIVORCE or (not bond.ended_by and h.people[bond.wife].religion == "ISLAM"))
        and h.notes.last_bond(bond.husband) is bond and h.notes.last_bond(bond.wife) is bond
    )  # fmt: skip
    if found is None:
        return None
    goes, stays = h.people[found.wife], h.people[found.husband]
    proof = Divorce(stays.nik, stays.name, h.days_ago(40), recorded=True, number="12/AC/2026/PA")
    people = [goes]
    may, successor = h.successor(people)
    if not may:
        return None
    if successor:
        successor = stays.nik
    report = NewFamily(h.applicant(goes), h.address(), (h.line(goes, HEAD),), successor, divorce=proof)

    def note(h: Hamlet, case: str, event: Any) -> None:
        if not found.ended_by:
            h.notes.end(found, how=DIVORCE, case=case, day=h.today)

    return founding(h, "family_divorced", report, "parted", note)


def _parting(h: Hamlet) -> tuple[Person, list[Person]] | None:
    """Somebody grown who leaves a card with others of it, while others stay."""
    head = h.one(p for p in h.here() if h.grown(p) and len(h.card_of(p)) > 2)
    if head is None:
        return None
    spouse = h.partner(head)
    others = [
        one for place, one in h.card_of(head)
        if one is not head and (one is spouse or (h.chance(3) and place.relation not in COUPLE))
    ]  # fmt: skip
    return head, [head, *others]


def split(h: Hamlet) -> Deed | None:
    found = _parting(h)
    may, successor = h.successor(found[1]) if found else (False, "")
    if found is None or not may:
        return None
    head, people = found
    lines = tuple(h.line(one, h.towards(head, one)) for one in people)
    report = NewFamily(h.applicant(head), h.home_address(head), lines, successor)
    return founding(h, "family_split", report, "parted")


def joining(
    h: Hamlet, people: list[Person], family: int, successor: str, relation: str = KIN, **changes: Any
) -> Deed:
    head = h.head(family)
    report = Joining(
        h.applicant(people[0]), h.family_number(family), head.name if head else "",
        tuple(h.line(one, relation) for one in people), successor,
    )  # fmt: skip
    report = replace(report, **changes)
    return Deed(
        f"join: {in_words(*people)} to the family of {head}",
        lambda case: record_joining(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        undo=h.town.revert,
    )


def join(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    if person is None:
        return None
    people = [one for _, one in h.card_of(person)] if h.chance(3) else [person]
    may, successor = h.successor(people)
    target = h.one(family for family in h.families() if family != h.places[person.pk].family)
    return joining(h, people, target, successor) if may and target else None


def biodata(h: Hamlet, **changes: Any) -> Biodata:
    """Somebody whom the register does not know."""
    sex = h.rng.choice(("L", "P"))
    values = Biodata(
        name=h.name(sex), sex=sex, birth_place="KOTA JAUH",
        birth_date=h.today - timedelta(days=h.rng.randint(30, 50 * 365)), religion="HINDU",
        marital_status=SINGLE, education="SLTA/SEDERAJAT", occupation="WIRASWASTA",
    )  # fmt: skip
    return replace(values, **changes)


def adding(h: Hamlet, applicant: Person, person: Biodata, relation: str = KIN, came: int = 1) -> Deed:
    report = NewMember(h.applicant(applicant), person, relation)
    return Deed(
        f"{applicant} adds {person.name} (b. {person.birth_date}) as {relation}",
        lambda case: record_new_member(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        came=came, undo=h.town.revert,
    )  # fmt: skip


def add(h: Hamlet) -> Deed | None:
    applicant = h.one(h.adults())
    return adding(h, applicant, biodata(h)) if applicant else None


def add_without_family(h: Hamlet) -> Deed | None:
    """Somebody who has a NIK and is on no card: the vulnerable with a letter."""
    applicant = h.one(h.adults())
    person = h.one(
        one for one in h.gone("HIDUP") if one.pk not in h.places and one.nationality == "WNI"
    )  # fmt: skip
    if applicant is None or person is None:
        return None
    data = biodata(h, nik=person.nik, name=person.name, sex=person.sex, birth_date=person.born)
    return adding(h, applicant, data, came=0)


def removing(h: Hamlet, applicant: Person, people: list[Person], successor: str, *, died: bool) -> Deed:
    lines = tuple(h.line(one) for one in people)
    day = h.days_ago(20, max(h.latest(one) for one in people))
    report = Removal(h.applicant(applicant), died, day, "474/12/2026", lines, successor)
    known = h.known_couples(people)

    def note(h: Hamlet, case: str, event: Any) -> None:
        if died:
            h.notes.widow([one.pk for one in people], case, h.today, known)

    count = len(people)
    return Deed(
        f"{applicant} has {in_words(*people)} taken off the card: " + ("died" if died else "moved"),
        lambda case: record_removal(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        died=count if died else 0, went=0 if died else count, undo=h.town.revert, note=note,
    )  # fmt: skip


def remove(h: Hamlet) -> Deed | None:
    applicant = h.one(h.adults())
    person = h.one(p for _, p in h.card_of(applicant) if p is not applicant) if applicant else None
    may, successor = h.successor([person]) if person else (False, "")
    if applicant is None or person is None or not may or (h.today - person.born).days < 30:
        return None
    return removing(h, applicant, [person], successor, died=h.chance(3))


def replaced(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    if person is None:
        return None
    return Deed(
        f"card of {person} given again",
        lambda case: record_replacement(
            office=h.town.office, applicant=h.applicant(person), case_ref=case, by=h.town.by
        ),
        undo=h.town.revert,
    )


def changing(h: Hamlet, declarant: Person, person: Person, element: str, value: str) -> Deed:
    changes = (Element(person.nik, person.name, element, value, "IJAZAH", "perubahan_pendidikan"),)
    report = DataChange(replace(h.applicant(declarant), field="pernyata_nik"), changes)
    return Deed(
        f"{element} of {person} becomes {value}, declared by {declarant}",
        lambda case: record_data_change(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        undo=h.town.revert,
    )


def change_data(h: Hamlet) -> Deed | None:
    declarant = h.one(h.adults())
    person = h.one(p for _, p in h.card_of(declarant)) if declarant else None
    if declarant is None or person is None:
        return None
    number = h.rng.randint(1, 999_999)
    values = [("PENDIDIKAN", f"SEKOLAH {number}"), ("PEKERJAAN", f"PEKERJA {number}")]
    if not has_birth_akta(h, person):
        values += [("NAMA", h.name(person.sex)), ("TEMPAT LAHIR", f"KOTA {number}")]
    value = h.rng.choice(values)
    if value[1] == person.name:
        return None
    return changing(h, declarant, person, *value)


def has_birth_akta(h: Hamlet, person: Person) -> bool:
    """Whether this office has the akta kelahiran of somebody, which their data follow."""
    return any(akta.kind == "birth" and person.pk in akta.people for akta in h.notes.aktas)


def heading(h: Hamlet, applicant: Person, head: Person, why: str = "") -> Deed:
    following = replace(h.applicant(head), field="kepala_baru_nik")
    return Deed(
        f"{why}{head} becomes head of the family of {applicant}",
        lambda case: record_new_head(
            office=h.town.office, applicant=h.applicant(applicant), head=following, basis="PERNYATAAN",
            case_ref=case, by=h.town.by,
        ),
        undo=h.town.revert,
    )  # fmt: skip


def new_head(h: Hamlet) -> Deed | None:
    applicant = h.one(h.adults())
    card = h.card_of(applicant) if applicant else []
    head = h.one(one for place, one in card if place.relation != HEAD and h.grown(one))
    return heading(h, applicant, head) if applicant and head else None


# The old form F-1.15, which has an undo of its own


def card_report(
    h: Hamlet, reason: Any, applicant: Person, lines: tuple[FamilyMember, ...]
) -> FamilyCardReport:
    home = h.rows[("register_family", h.places[applicant.pk].family)]
    return FamilyCardReport(
        reason=reason, applicant_nik=applicant.nik, applicant_name=applicant.name, family_number="",
        address=f"JL. BARU NO. {h.rng.randint(1, 99)}", rt="001", rw="", postal_code="99710",
        village=home["village_id"], members=lines,
    )  # fmt: skip


def carding(h: Hamlet, report: FamilyCardReport, why: str) -> Deed:
    return Deed(
        f"F-1.15 {report.reason} by {report.applicant_name}: {why}",
        lambda case: issue_family_card(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        undo=lambda case: revert_family_card(case_ref=case, by=h.town.by),
        again=lambda case, change: amend_family_card(change=change, report=report, by=h.town.by),
        # A nomor KK that was given stays used, on a family without members.
        stay=frozenset({"register_family"}),
    )


def family_card(h: Hamlet) -> Deed | None:
    applicant = h.one(h.adults())
    if applicant is None:
        return None
    reason = h.one(["new_household", "lost_or_damaged", "other"])
    card = h.card_of(applicant)
    if reason != "new_household":
        lines = tuple(h.line(one) for _, one in card)
        return carding(h, card_report(h, reason, applicant, lines), in_words(applicant))
    if h.relation(applicant) == HEAD and len(card) > 1:
        return None
    return carding(h, card_report(h, reason, applicant, (h.line(applicant, HEAD),)), in_words(applicant))
