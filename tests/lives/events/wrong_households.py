"""What must be refused about families and moves."""

from dataclasses import replace
from datetime import timedelta

from loket.register.actions.families import FamilyMember
from loket.register.actions.family_events import Marriage, NewFamily
from loket.register.rules import HEAD, WIFE
from tests.lives.deeds import Deed
from tests.lives.events.households import (
    KIN,
    adding,
    biodata,
    changing,
    founding,
    has_birth_akta,
    heading,
    joining,
    removing,
)
from tests.lives.hamlet import COUPLE, DEAD, HOME, MOVED, Hamlet, Person


def _split(h: Hamlet, why: str, head: Person, lines: tuple[FamilyMember, ...], successor: str = "") -> Deed:
    address = h.home_address(head) if head.pk in h.places else h.address()
    return founding(h, "family_split", NewFamily(h.applicant(head), address, lines, successor), why)


def head_of_many(h: Hamlet) -> Person | None:
    """A head with others, some of whom could follow."""
    return h.one(head for f in h.families() if len(h.card(f)) > 1 and (head := h.head(f)))


def head_leaves_nobody_named(h: Hamlet) -> Deed | None:
    head = head_of_many(h)
    return _split(h, "no successor", head, (h.line(head, HEAD),)) if head else None


def child_as_head(h: Hamlet) -> Deed | None:
    child = h.one(one for one in h.here() if not h.grown(one))
    return _split(h, "the head is a child", child, (h.line(child, HEAD),)) if child else None


def two_heads(h: Hamlet) -> Deed | None:
    card = h.one([p for _, p in h.card(f)] for f in h.families() if len(h.card(f)) > 1)
    return _split(h, "two heads", card[0], tuple(h.line(p, HEAD) for p in card[:2])) if card else None


def named_twice(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    if person is None:
        return None
    return _split(h, "named twice", person, (h.line(person, HEAD), h.line(person, KIN)))


def dead_member(h: Hamlet) -> Deed | None:
    person, dead = h.one(h.adults()), h.one(h.gone(DEAD))
    if person is None or dead is None:
        return None
    return _split(h, "one is dead", person, (h.line(person, HEAD), h.line(dead, KIN)))


def moved_member(h: Hamlet) -> Deed | None:
    person, gone = h.one(h.adults()), h.one(h.gone(MOVED))
    if person is None or gone is None:
        return None
    return _split(h, "one moved away", person, (h.line(person, HEAD), h.line(gone, KIN)))


def dead_applicant(h: Hamlet) -> Deed | None:
    dead = h.one(h.gone(DEAD))
    return _split(h, "the applicant is dead", dead, (h.line(dead, HEAD),)) if dead else None


def two_men_found_a_family(h: Hamlet) -> Deed | None:
    men = [one for one in h.adults() if one.sex == "L"]
    if len(men) < 2:
        return None
    lines = (h.line(men[0], HEAD), h.line(men[1], WIFE))
    report = NewFamily(
        h.applicant(men[0]), h.address(), lines, marriage=Marriage(h.today, True, "1/1/I/2026")
    )
    return founding(h, "family_new", report, "two men")


def foreign_village(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    if person is None:
        return None
    report = NewFamily(
        h.applicant(person), replace(h.address(), village="98.01.01.1001"), (h.line(person, HEAD),)
    )
    return founding(h, "family_split", report, "not this office's village")


def other_village(h: Hamlet) -> Deed | None:
    """Parting is for one address; into another village it is a move."""
    person = h.one(one for one in h.adults() if h.relation(one) != HEAD)
    if person is None:
        return None
    home = h.home_address(person).village
    address = replace(h.address(), village=next(code for code in HOME if code != home))
    report = NewFamily(h.applicant(person), address, (h.line(person, HEAD),))
    return founding(h, "family_split", report, "into another village")


def head_again(h: Hamlet) -> Deed | None:
    head = head_of_many(h)
    return heading(h, head, head, "is head already: ") if head else None


def child_heads(h: Hamlet) -> Deed | None:
    child = h.one(one for one in h.here() if not h.grown(one))
    head = h.one(one for _, one in h.card_of(child) if h.grown(one)) if child else None
    return heading(h, head, child, "a child: ") if head and child else None


def stranger_heads(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    other = h.one(
        one for one in h.adults() if person and h.places[one.pk].family != h.places[person.pk].family
    )
    return heading(h, person, other, "a stranger: ") if person and other else None


def name_of_the_akta(h: Hamlet) -> Deed | None:
    """What an akta says is not changed by a statement."""
    person = h.one(one for one in h.here() if has_birth_akta(h, one))
    head = h.head(h.places[person.pk].family) if person else None
    return changing(h, head, person, "NAMA", h.name(person.sex)) if head and person else None


def second_wife(h: Hamlet) -> Deed | None:
    """Onto a card that has a wife, without consent."""
    woman = h.one(one for one in h.adults() if one.sex == "P" and h.relation(one) not in COUPLE)
    target = h.one(
        f for f in h.families()
        if woman and f != h.places[woman.pk].family and any(place.relation == WIFE for place, _ in h.card(f))
    )  # fmt: skip
    return joining(h, [woman], target, "", WIFE) if woman and target else None


def join_own_family(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    return joining(h, [person], h.places[person.pk].family, "") if person else None


def join_as_head(h: Hamlet) -> Deed | None:
    person = h.one(one for one in h.adults() if h.relation(one) != HEAD)
    target = h.one(f for f in h.families() if person and f != h.places[person.pk].family)
    return joining(h, [person], target, "", HEAD) if person and target else None


def join_under_wrong_head(h: Hamlet) -> Deed | None:
    person = h.one(one for one in h.adults() if h.relation(one) != HEAD)
    target = h.one(f for f in h.families() if person and f != h.places[person.pk].family)
    return joining(h, [person], target, "", head_name="ORANG LAIN") if person and target else None


def add_second_head(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    return adding(h, person, biodata(h), HEAD) if person else None


def add_who_has_family(h: Hamlet) -> Deed | None:
    person, other = h.one(h.adults()), h.one(h.adults())
    if person is None or other is None:
        return None
    data = biodata(h, nik=other.nik, name=other.name, sex=other.sex, birth_date=other.born)
    return adding(h, person, data)


def add_known_person(h: Hamlet) -> Deed | None:
    """Somebody who says to have no NIK and has one."""
    person, other = h.one(h.adults()), h.one(h.here())
    if person is None or other is None:
        return None
    return adding(h, person, biodata(h, name=other.name, sex=other.sex, birth_date=other.born))


def add_unborn(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    return adding(h, person, biodata(h, birth_date=h.today + timedelta(days=9))) if person else None


def remove_oneself(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    return removing(h, person, [person], "", died=False) if person else None


def remove_stranger(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    other = h.one(one for one in h.here() if person and h.places[one.pk].family != h.places[person.pk].family)
    return removing(h, person, [other], "", died=False) if person and other else None


def change_nothing(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    return changing(h, person, person, "NAMA", person.name) if person else None


def change_stranger(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    other = h.one(one for one in h.here() if person and h.places[one.pk].family != h.places[person.pk].family)
    return changing(h, person, other, "PENDIDIKAN", "SEKOLAH LAIN") if person and other else None


def born_tomorrow(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    day = f"{h.today + timedelta(days=1):%d-%m-%Y}"
    return changing(h, person, person, "TANGGAL LAHIR", day) if person else None
