"""Out of the area and into it, inside it, abroad and back, and the letters of it; between two offices.

A SKPWNI lets people go, and they leave at their arrival: at the neighbouring office, which is on the same
installation, or elsewhere, as an official notes.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from loket.offices.models import Office
from loket.register.actions.arrivals import Arrival, record_arrival
from loket.register.actions.biodata import Biodata
from loket.register.actions.elsewhere import record_arrival_elsewhere
from loket.register.actions.families import FamilyMember
from loket.register.actions.household import Applicant
from loket.register.actions.letters import record_cancellation, record_letter_again
from loket.register.actions.moveletters import OriginChanged
from loket.register.actions.moves import (
    EVERYBODY,
    HEAD_ALONE,
    HEAD_AND_SOME,
    MEMBERS_ONLY,
    Departure,
    record_departure,
)
from loket.register.actions.moves_within import MoveWithin, record_move_within
from loket.register.rules import CHILD, HEAD, WIFE
from tests.lives.deeds import Deed, Note, nothing
from tests.lives.events.households import KIN, biodata
from tests.lives.hamlet import ALIVE, DEAD, MARRIED, Hamlet, Person, in_words
from tests.lives.notes import UNMARRIED, Bond

FAR = "98.01"
LETTER, NAMED = "register_moveletter", "register_letterperson"


def kind_of_move(h: Hamlet, people: list[Person]) -> str:
    """Jenis kepindahan, by who is head."""
    card = h.card_of(people[0])
    head = any(h.relation(one) == HEAD for one in people)
    if len(people) == len(card):
        return HEAD_ALONE if len(card) == 1 and h.chance(5) else EVERYBODY
    if not head:
        return MEMBERS_ONLY
    return HEAD_ALONE if len(people) == 1 else HEAD_AND_SOME


# Letters, as the register has them


def letters(h: Hamlet, kind: str = "skpwni", states: Iterable[str] = ("issued",)) -> list[dict[str, Any]]:
    """Letters that an office of ours gave to people of this hamlet."""
    rows = [row for (table, _), row in sorted(h.rows.items()) if table == LETTER]
    return [row for row in rows if row["office_id"] and row["kind"] == kind and row["state"] in states]


def named_on(h: Hamlet, letter: dict[str, Any]) -> list[Person]:
    """Whom a letter names, in its order, the dead too."""
    rows = [row for (table, _), row in h.rows.items() if table == NAMED and row["letter_id"] == letter["id"]]
    by_nik = {one.nik: one for one in h.people.values()}
    return [by_nik[row["nik"]] for row in sorted(rows, key=lambda row: row["position"])]


def waits(h: Hamlet, person: Person) -> bool:
    """Whether somebody has a letter that they have not used."""
    return any(
        row["waiting"] and row["nik"] == person.nik for (table, _), row in h.rows.items() if table == NAMED
    )


def in_time(h: Hamlet, letter: dict[str, Any]) -> bool:
    return letter["valid_until"] is None or date.fromisoformat(letter["valid_until"]) >= h.today


def office_of(h: Hamlet, person: Person) -> Office:
    return h.town.offices[person.office]


def departing(
    h: Hamlet, event: str, movers: list[Person], successor: str, why: str = "", **changes: Any
) -> Deed:
    """Abroad, they leave at once; else with the arrival."""
    applicant, office = movers[0], office_of(h, movers[0])
    abroad = event == "move_abroad"
    others = [area for area in h.town.areas if area != office.definition["area"]]
    report = Departure(
        h.applicant(applicant), tuple(h.line(one) for one in movers), "JL. JAUH NO. 1",
        regency="" if abroad else h.rng.choice((*others, *others, FAR)),
        country="NEGERI JAUH" if abroad else "",
        reason="PEKERJAAN", kind="" if abroad else kind_of_move(h, movers), successor_nik=successor,
        planned_on=h.today + timedelta(days=10) if abroad else None,
    )  # fmt: skip
    report = replace(report, **changes)
    to = report.regency or "another country"
    return Deed(
        f"{why}{event} to {to}: {in_words(*movers)}",
        lambda case: record_departure(office=office, kind=event, report=report, case_ref=case, by=h.town.by),
        went=len(movers) if abroad else 0, undo=h.town.revert,
    )  # fmt: skip


def movers(h: Hamlet, *, there: bool = False) -> tuple[list[Person], str] | None:
    """Some of a family, the one who applies first, and who follows as head; nobody who has a letter."""
    people = h.there() if there else h.here()
    person = h.one(one for one in people if h.age(one) >= 17)
    if person is None:
        return None
    card = [one for _, one in h.card_of(person)]
    some = [one for one in card if h.chance(5)]
    people = h.rng.choice(([person], card, some))
    people = [person, *(one for one in people if one is not person)]
    may, successor = h.successor(people)
    if not may or any(one.nationality != "WNI" or waits(h, one) for one in people):
        return None
    return people, successor


def move_out(h: Hamlet) -> Deed | None:
    found = movers(h)
    return departing(h, "move_out", *found) if found else None


def move_back(h: Hamlet) -> Deed | None:
    """A letter of the neighbouring office."""
    found = movers(h, there=True)
    return departing(h, "move_out", *found, regency=h.town.areas[0]) if found else None


def move_abroad(h: Hamlet) -> Deed | None:
    found = movers(h)
    return departing(h, "move_abroad", *found) if found else None


def move_within(h: Hamlet) -> Deed | None:
    """To another address with the same number, to a family of their own, or to another family."""
    found = movers(h)
    if found is None:
        return None
    people, successor = found
    whole = len(people) == len(h.card_of(people[0]))
    target = h.one(f for f in h.families() if f != h.places[people[0].pk].family)
    joins = h.family_number(target) if target and h.chance(4) else ""
    head = h.one(one for one in people if h.grown(one))
    if head is None and not joins:
        return None
    # Who moves with a whole family keeps their place in it.
    lines = [
        h.line(one, KIN if joins else "" if whole or head is None else h.towards(head, one)) for one in people
    ]
    report = MoveWithin(
        h.applicant(people[0]), tuple(lines), None if joins else h.address(), joins, successor
    )  # fmt: skip
    return Deed(
        f"move inside the town{' to ' + joins if joins else ''}: {in_words(*people)}",
        lambda case: record_move_within(office=h.town.office, report=report, case_ref=case, by=h.town.by),
        undo=h.town.revert,
    )


def again_of(h: Hamlet, letter: dict[str, Any], why: str = "") -> Deed | None:
    people = named_on(h, letter)
    if not people:
        return None
    kind = "move_out" if letter["kind"] == "skpwni" else "move_abroad"
    return Deed(
        f"{why}letter {letter['number']} of {in_words(*people)} given again",
        lambda case: record_letter_again(
            office=h.town.offices[letter["office_id"]], kind=kind, applicant=h.applicant(people[0]),
            number=letter["number"], report=None, case_ref=case, by=h.town.by,
        ),
        undo=h.town.revert,
    )  # fmt: skip


def letter_again(h: Hamlet) -> Deed | None:
    kind = h.rng.choice(("skpwni", "skpln"))
    letter = h.one(one for one in letters(h, kind) if in_time(h, one))
    return again_of(h, letter) if letter else None


def cancelling(h: Hamlet, letter: dict[str, Any], why: str = "") -> Deed | None:
    """Nobody has left with a SKPWNI; from abroad they are back, unless something happened since."""
    people = named_on(h, letter)
    if not people:
        return None
    back = letter["kind"] == "skpln"
    return Deed(
        f"{why}letter {letter['number']} of {in_words(*people)} cancelled",
        lambda case: record_cancellation(
            office=h.town.offices[letter["office_id"]], kind="move_abroad" if back else "move_out",
            applicant=h.applicant(people[0]), number=letter["number"], reason="TIDAK JADI PINDAH",
            case_ref=case, by=h.town.by,
        ),
        came=len(people) if back else 0, undo=h.town.revert, late=True,
    )  # fmt: skip


def cancel(h: Hamlet) -> Deed | None:
    kind = h.rng.choice(("skpwni", "skpln"))
    letter = h.one(one for one in letters(h, kind) if in_time(h, one))
    return cancelling(h, letter) if letter else None


# Arrivals


def arriving(
    h: Hamlet, kind: str, lines: list[FamilyMember], letter: str, why: str, note: Note = nothing,
    known: dict[str, Biodata] | None = None, office: Office | None = None, **changes: Any,
) -> Deed:  # fmt: skip
    """People come; the first one applies. They come to this office where no other is named."""
    at = office or h.town.office
    report = Arrival(
        applicant=Applicant(lines[0].nik, lines[0].name), people=tuple(lines), table="anggota_datang",
        letter=letter, letter_field="skpwni_nomor", letter_date=h.today - timedelta(days=1),
        origin="JL. JAUH NO. 1", address=h.address(at.definition["area"]), biodata=known or {},
        country="NEGERI JAUH" if kind == "return_from_abroad" else "",
    )  # fmt: skip
    report = replace(report, **changes)
    if report.joins:
        report = replace(report, address=None)
    names = ", ".join(f"{line.relation} {line.name}" for line in lines)
    between = [one for one in h.people.values() if one.nik in {line.nik for line in lines}]
    moved = sum(one.status == ALIVE and one.office != at.code for one in between)
    here = at == h.town.office
    return Deed(
        f"{why}{kind} at {at.code} with {letter}: {names} {in_words(*between)}",
        lambda case: record_arrival(office=at, kind=kind, report=report, case_ref=case, by=h.town.by),
        came=len(lines) if here else 0, went=0 if here else moved,
        there=(-moved if here else len(lines)), undo=h.town.revert, note=note, late=True,
    )  # fmt: skip


def coming_with(
    h: Hamlet, letter: dict[str, Any], why: str = "", office: Office | None = None, **changes: Any
) -> Deed | None:
    """Everybody alive whom a letter names arrives, into a family of their own or another's."""
    people = [one for one in named_on(h, letter) if one.status != DEAD]
    abroad = letter["kind"] == "skpln"
    at = office or (
        h.town.offices[letter["office_id"]] if abroad else h.town.office_at(letter["destination"])
    )
    if at is None or not people:
        return None
    head = h.one(one for one in people if h.grown(one))
    target = h.one(h.families(at))
    joins = h.family_number(target) if target and (head is None or h.chance(3)) else ""
    if head is None and not joins:
        return None
    people = [one for one in people if one is head] + [one for one in people if one is not head]
    lines = [h.line(one, KIN if joins or head is None else h.towards(head, one)) for one in people]
    kind = "return_from_abroad" if abroad else "move_in"
    return arriving(h, kind, lines, letter["number"], why, office=at, joins=joins, **changes)


def arrive_at_neighbour(h: Hamlet) -> Deed | None:
    """Between the two offices of this installation, in either direction."""
    found = [one for one in letters(h) if in_time(h, one) and h.town.office_at(one["destination"])]
    letter = h.one(found)
    deed = coming_with(h, letter) if letter else None
    return replace(deed, late_of=(OriginChanged,)) if deed else None


def come_back(h: Hamlet) -> Deed | None:
    """From abroad."""
    letter = h.one(letters(h, "skpln"))
    return coming_with(h, letter) if letter else None


def arrived_elsewhere(h: Hamlet) -> Deed | None:
    """At an office that is not on this installation: an official notes what it tells."""
    letter = h.one(one for one in letters(h) if one["destination"] == FAR)
    if letter is None:
        return None
    office = h.town.offices[letter["office_id"]]
    people = [one for one in named_on(h, letter) if one.status == ALIVE and one.office == office.code]
    case, count = f"move-letter:{letter['id']}", len(people)
    return Deed(
        f"{in_words(*people)} arrived elsewhere with {letter['number']}",
        lambda _: record_arrival_elsewhere(
            office=office, letter_id=letter["id"], arrived_on=h.today, proof="SKDWNI/9801/1", by=h.town.by
        ),
        went=count if office == h.town.office else 0, there=0 if office == h.town.office else -count,
        undo=lambda _: h.town.revert(case), once=True, late=True, late_of=(OriginChanged,),
    )  # fmt: skip


def newcomers(h: Hamlet) -> Deed | None:
    """A couple, with or without a child, or somebody alone, whom the register does not know."""
    religion = h.rng.choice(("HINDU", "ISLAM", "KRISTEN"))
    alone = h.chance(3)

    def birth(low: int, high: int) -> date:
        return h.today - timedelta(days=h.rng.randint(low * 365, high * 365))

    marital = UNMARRIED if alone else MARRIED
    wed = None if alone else h.today - timedelta(days=400)
    man = biodata(h, name=h.name("L"), sex="L", birth_date=birth(24, 50), marital_status=marital,
                  marriage_date=wed, religion=religion)  # fmt: skip
    people = [(HEAD, man)]
    if not alone:
        woman = biodata(h, name=h.name("P"), sex="P", birth_date=birth(22, 42), marital_status=marital,
                        marriage_date=wed, religion=religion)  # fmt: skip
        people.append((WIFE, woman))
        if h.chance(5):
            people.append((CHILD, biodata(h, birth_date=birth(1, 3), religion=religion)))
    known = {h.town.foreign_nik(data): data for _, data in people}
    known = {nik: replace(data, nik=nik) for nik, data in known.items()}
    lines = [
        FamilyMember(nik, known[nik].name, relation) for nik, (relation, _) in zip(known, people, strict=True)
    ]

    def note(h: Hamlet, case: str, event: Any) -> None:
        pks = {one.nik: one.pk for one in h.people.values() if one.nik in known}
        if not alone:
            both = [pks[line.nik] for line in lines[:2]]
            h.notes.before.update(dict.fromkeys(both, UNMARRIED))
            h.notes.bonds.append(Bond(both[0], both[1], wed, case))

    letter = f"SKPWNI/9801/{h.today:%d%m%Y}/{h.town.next_number():04d}"
    return arriving(h, "move_in", lines, letter, "newcomers, ", note, known)
