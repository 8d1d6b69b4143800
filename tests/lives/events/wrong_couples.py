"""What must be refused about marriages, their end, deaths and citizenship."""

from loket.register.actions import death, divorce
from loket.register.rules import HEAD
from tests.lives.deeds import Deed
from tests.lives.events.couples import (
    citizenship_of,
    death_of,
    death_report,
    end_of,
    free,
    matches,
    tomorrow,
    wedding_of,
)
from tests.lives.hamlet import DEAD, MARRIED, MOVED, SINGLE, Hamlet, Person, in_words


def _free(h: Hamlet, sex: str) -> Person | None:
    return h.one(p for p in h.here() if p.sex == sex and free(h, p) and p.religion != "ISLAM")


def married_already(h: Hamlet) -> Deed | None:
    man = h.one(one for one in h.here() if one.sex == "L" and one.marital == MARRIED)
    woman = _free(h, "P")
    if man is None or woman is None:
        return None
    return wedding_of(h, man, woman, "the man is married", religion="KRISTEN")


def two_women(h: Hamlet) -> Deed | None:
    women = [one for one in h.here() if one.sex == "P" and free(h, one)]
    return wedding_of(h, *women[:2], "two women", religion="HINDU") if len(women) > 1 else None


def too_young(h: Hamlet) -> Deed | None:
    girl = h.one(p for p in h.here() if p.sex == "P" and 12 <= h.age(p) < 18 and p.marital == SINGLE)
    man = _free(h, "L")
    return wedding_of(h, man, girl, "a child bride") if man and girl else None


def for_the_kua(h: Hamlet) -> Deed | None:
    pair = matches(h, muslim=True)
    return wedding_of(h, *pair, "for the KUA") if pair else None


def the_dead_marry(h: Hamlet) -> Deed | None:
    dead = h.one(one for one in h.gone(DEAD) if one.sex == "L" and h.age(one) > 20)
    woman = _free(h, "P")
    return wedding_of(h, dead, woman, "the man is dead", religion="HINDU") if dead and woman else None


def wedding_to_come(h: Hamlet) -> Deed | None:
    pair = matches(h, muslim=False)
    return wedding_of(h, *pair, "a wedding to come", day=tomorrow(h)) if pair else None


def both_elsewhere(h: Hamlet) -> Deed | None:
    """Divorced by an office where neither was ever married."""
    man, woman = (h.one(p for p in h.adults() if p.sex == sex and p.marital == SINGLE) for sex in "LP")
    if man is None or woman is None:
        return None
    report = end_of(h, divorce, "divorce", (man, woman), "9971-KW-01012020-0001")
    return Deed(
        f"they are not married: divorce of {in_words(man, woman)}",
        lambda case: divorce.record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
    )


def akta_of_others(h: Hamlet) -> Deed | None:
    """A divorce with the akta of another couple."""
    bonds = [b for b in h.notes.bonds if not b.ended_by and all(h.at_home(pk) for pk in b.pair)]
    mine = h.one(bonds)
    other = h.one(b for b in h.notes.bonds if mine and b.number and not set(b.pair) & set(mine.pair))
    if mine is None or other is None:
        return None
    pair = (h.people[mine.husband], h.people[mine.wife])
    report = end_of(h, divorce, "divorce", pair, other.number)
    return Deed(
        f"another couple's akta: divorce of {in_words(*pair)}",
        lambda case: divorce.record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
    )


def dies_twice(h: Hamlet) -> Deed | None:
    done = {pk for akta in h.notes.aktas if akta.kind.startswith("death") for pk in akta.people}
    dead = h.one(one for one in h.gone(DEAD) if one.pk in done)
    return death_of(h, dead, "") if dead else None


def dies_tomorrow(h: Hamlet) -> Deed | None:
    person = h.one(p for p in h.here() if h.relation(p) != HEAD)
    return death_of(h, person, "", day=tomorrow(h)) if person else None


def dies_unborn(h: Hamlet) -> Deed | None:
    person = h.one(p for p in h.here() if h.relation(p) != HEAD)
    return (
        death_of(h, person, "", day=person.born.replace(year=person.born.year - 1, day=1)) if person else None
    )


def dies_elsewhere(h: Hamlet) -> Deed | None:
    gone = h.one(h.gone(MOVED))
    return death_of(h, gone, "") if gone else None


def _heads(h: Hamlet) -> list[Person]:
    """Heads who would leave somebody behind."""
    return [head for family in h.families() if len(h.card(family)) > 1 and (head := h.head(family))]


def head_without_successor(h: Hamlet) -> Deed | None:
    head = h.one(_heads(h))
    return death_of(h, head, "") if head else None


def stranger_follows(h: Hamlet) -> Deed | None:
    head = h.one(_heads(h))
    stranger = h.one(
        p for p in h.adults() if head and h.places[p.pk].family != h.places[head.pk].family
    )  # fmt: skip
    return death_of(h, head, stranger.nik) if head and stranger else None


def child_follows(h: Hamlet) -> Deed | None:
    """Where somebody grown could; children alone may have one of them as head."""
    for head in _heads(h):
        others = [person for _, person in h.card_of(head) if person is not head]
        child = next((one for one in others if not h.grown(one)), None)
        if child and any(h.grown(one) for one in others):
            return death_of(h, head, child.nik)
    return None


def the_dead_report(h: Hamlet) -> Deed | None:
    dead = h.one(h.gone(DEAD))
    person = h.one(p for p in h.here() if h.relation(p) != HEAD)
    return death_of(h, person, "", reporter_nik=dead.nik) if dead and person else None


def wrong_name(h: Hamlet) -> Deed | None:
    person = h.one(p for p in h.here() if h.relation(p) != HEAD)
    if person is None:
        return None
    report = death_report(h, person, "", name=person.name + " LAIN")
    return Deed(
        f"another name: death of {person}",
        lambda case: death.record(office=h.town.office, report=report, case_ref=case, by=h.town.by),
    )


def no_citizen(h: Hamlet) -> Deed | None:
    person = h.one(p for p in h.gone(MOVED) if p.nationality != "WNI")
    return citizenship_of(h, person, "") if person else None
