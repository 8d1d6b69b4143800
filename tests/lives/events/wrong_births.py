"""What must be refused about children."""

from dataclasses import replace
from datetime import timedelta

from loket.register.actions import births
from tests.lives.deeds import Deed
from tests.lives.events.births import adoption_of, couples, court, mothers, recognition_of, report_of
from tests.lives.hamlet import DEAD, MOVED, SINGLE, Hamlet, Person


def _birth(h: Hamlet, why: str, mother: Person | None, **changes: object) -> Deed | None:
    if mother is None:
        return None
    report = replace(report_of(h, mother, None), **changes)
    return Deed(
        f"{why}: birth of {report.child_name} reported, mother {mother}",
        lambda case: births.record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
    )


def dead_mother(h: Hamlet) -> Deed | None:
    dead = h.one(one for one in h.gone(DEAD) if one.sex == "P" and one.died and one.died < h.today)
    return _birth(h, "the mother was dead", dead, birth_date=h.today)


def mother_is_a_man(h: Hamlet) -> Deed | None:
    return _birth(h, "the mother is a man", h.one(one for one in h.adults() if one.sex == "L"))


def mother_is_a_child(h: Hamlet) -> Deed | None:
    return _birth(h, "the mother is a child", h.one(p for p in h.here() if p.sex == "P" and h.age(p) < 9))


def mother_moved_away(h: Hamlet) -> Deed | None:
    gone = h.one(one for one in h.gone(MOVED) if one.sex == "P" and 19 <= h.age(one) <= 44)
    return _birth(h, "the mother lives elsewhere", gone)


def in_the_future(h: Hamlet) -> Deed | None:
    return _birth(h, "a birth to come", h.one(mothers(h)), birth_date=h.today + timedelta(days=3))


def one_name_only(h: Hamlet) -> Deed | None:
    return _birth(h, "a name of one word", h.one(mothers(h)), child_name="BUDI")


def witness_reports(h: Hamlet) -> Deed | None:
    mother = h.one(mothers(h))
    return _birth(
        h, "the reporter is a witness", mother, witness_niks=(mother.nik if mother else "", h.witnesses()[0])
    )


def dead_witness(h: Hamlet) -> Deed | None:
    dead = h.one(h.gone(DEAD))
    if dead is None:
        return None
    return _birth(
        h, f"the witness {dead} is dead", h.one(mothers(h)), witness_niks=(dead.nik, h.witnesses()[0])
    )


def dead_reporter(h: Hamlet) -> Deed | None:
    dead = h.one(h.gone(DEAD))
    if dead is None:
        return None
    return _birth(h, f"the reporter {dead} is dead", h.one(mothers(h)), reporter_nik=dead.nik)


def born_twice(h: Hamlet) -> Deed | None:
    """The same child under another case."""
    for child in h.here():
        mother = next((one for one in mothers(h) if one.nik == child.mother), None)
        if mother and (h.today - child.born).days < 400 and len(child.name.split()) > 1:
            same = {"child_name": child.name.title(), "child_sex": child.sex, "birth_date": child.born}
            return _birth(h, "born already", mother, **same)
    return None


def adult_adopted(h: Hamlet) -> Deed | None:
    pair = h.one(couples(h))
    child = h.one(one for one in h.adults() if pair and h.age(one) >= 19 and not h.akin(one, pair[0]))
    return adoption_of(h, child, *pair) if pair and child else None


def own_child_adopted(h: Hamlet) -> Deed | None:
    for father, mother in couples(h):
        child = h.one(one for one in h.here() if one.mother == mother.nik and h.age(one) < 17)
        if child:
            return adoption_of(h, child, father, mother)
    return None


def adopted_tomorrow(h: Hamlet) -> Deed | None:
    child = h.one(one for one in h.here() if h.age(one) < 16 and one.marital == SINGLE)
    pair = h.one(
        both for both in couples(h) if child and all(p.nik not in (child.father, child.mother) for p in both)
    )
    if child is None or pair is None:
        return None
    return adoption_of(h, child, *pair, decision=replace(court(h), day=h.today + timedelta(days=1)))


def father_known(h: Hamlet) -> Deed | None:
    child = h.one(one for one in h.here() if one.father_name and h.age(one) < 17)
    man = h.one(one for one in h.adults() if one.sex == "L")
    return recognition_of(h, child, man, None, "acknowledgement") if child and man else None


def father_too_young(h: Hamlet) -> Deed | None:
    child = h.one(one for one in h.here() if not one.father_name and one.mother and h.age(one) < 17)
    boy = h.one(one for one in h.here() if child and one.sex == "L" and one.born > child.born)
    return recognition_of(h, child, boy, None, "acknowledgement") if child and boy else None
