"""What must be refused about moves and their letters."""

from datetime import timedelta

from loket.register.rules import HEAD
from tests.lives.deeds import Deed
from tests.lives.events.households import KIN
from tests.lives.events.moves import (
    FAR,
    again_of,
    arriving,
    cancelling,
    coming_with,
    departing,
    in_time,
    letters,
    movers,
    named_on,
    waits,
)
from tests.lives.events.wrong_households import head_of_many
from tests.lives.hamlet import ALIVE, DEAD, MOVED, Hamlet, in_words

ENDED = ("used", "cancelled", "replaced")


def move_inside(h: Hamlet) -> Deed | None:
    found = movers(h)
    return departing(h, "move_out", *found, "inside the town: ", regency=h.town.areas[0]) if found else None


def move_nowhere(h: Hamlet) -> Deed | None:
    found = movers(h)
    return departing(h, "move_out", *found, "to no such place: ", regency="97.99") if found else None


def head_moves_alone(h: Hamlet) -> Deed | None:
    head = head_of_many(h)
    if head is None or head.nationality != "WNI":
        return None
    return departing(h, "move_out", [head], "", "no successor: ")


def kind_disagrees(h: Hamlet) -> Deed | None:
    person = h.one(p for p in h.adults() if h.relation(p) != HEAD and p.nationality == "WNI")
    return departing(h, "move_out", [person], "", "not everybody: ", kind="2") if person else None


def who_is_gone_moves(h: Hamlet) -> Deed | None:
    gone, other = h.one(h.gone(MOVED)), h.one(h.adults())
    if gone is None or other is None:
        return None
    people = (h.line(other), h.line(gone, KIN))
    return departing(h, "move_out", [other], "", f"{gone} is gone: ", people=people, kind="")


def second_letter(h: Hamlet) -> Deed | None:
    """Somebody who has a letter asks for another one."""
    person = h.one(p for p in h.adults() if h.relation(p) != HEAD and waits(h, p))
    return departing(h, "move_out", [person], "", "has a letter: ") if person else None


def abroad_yesterday(h: Hamlet) -> Deed | None:
    found = movers(h)
    if found is None:
        return None
    return departing(h, "move_abroad", *found, "in the past: ", planned_on=h.today - timedelta(days=1))


def letter_twice(h: Hamlet) -> Deed | None:
    letter = h.one(one for one in letters(h, "skpwni", ENDED) if one["destination"] != FAR)
    return coming_with(h, letter, "letter used: ") if letter else None


def letter_too_old(h: Hamlet) -> Deed | None:
    found = (one for one in letters(h, "skpwni", ("issued", "expired")) if one["destination"] != FAR)
    letter = h.one(one for one in found if not in_time(h, one))
    return coming_with(h, letter, "letter too old: ") if letter else None


def used_letter_again(h: Hamlet) -> Deed | None:
    letter = h.one(letters(h, "skpwni", ENDED))
    return again_of(h, letter, "letter used: ") if letter else None


def used_letter_cancelled(h: Hamlet) -> Deed | None:
    letter = h.one(letters(h, "skpwni", ENDED))
    return cancelling(h, letter, "letter used: ") if letter else None


def letter_for_another_place(h: Hamlet) -> Deed | None:
    letter = h.one(one for one in letters(h) if in_time(h, one) and one["destination"] == FAR)
    return coming_with(h, letter, "another destination: ", h.town.neighbour) if letter else None


def not_on_letter(h: Hamlet) -> Deed | None:
    """Somebody else comes with a letter to the neighbouring office."""
    letter = h.one(one for one in letters(h) if in_time(h, one) and one["destination"] == h.town.areas[1])
    other = h.one(one for one in h.adults() if letter and one not in named_on(h, letter))
    if letter is None or other is None:
        return None
    why = f"{in_words(other)} is not on it: "
    return arriving(h, "move_in", [h.line(other, HEAD)], letter["number"], why, office=h.town.neighbour)


def not_everybody(h: Hamlet) -> Deed | None:
    """One of several comes alone."""
    for letter in letters(h):
        alive = [one for one in named_on(h, letter) if one.status == ALIVE]
        head = h.one(one for one in alive if h.grown(one))
        if len(alive) > 1 and head and letter["destination"] == h.town.areas[1] and in_time(h, letter):
            lines, number = [h.line(head, HEAD)], letter["number"]
            return arriving(h, "move_in", lines, number, "not everybody: ", office=h.town.neighbour)
    return None


def letter_to_come(h: Hamlet) -> Deed | None:
    letter = h.one(letters(h, "skpln"))
    day = h.today + timedelta(days=1)
    return coming_with(h, letter, "letter of tomorrow: ", letter_date=day) if letter else None


def resident_arrives(h: Hamlet) -> Deed | None:
    person = h.one(h.adults())
    letter = f"SKPWNI/9801/{h.today:%d%m%Y}/{h.town.next_number():04d}"
    return arriving(h, "move_in", [h.line(person, HEAD)], letter, "lives here: ") if person else None


def the_dead_arrive(h: Hamlet) -> Deed | None:
    dead = h.one(h.gone(DEAD))
    letter = f"SKPWNI/9801/{h.today:%d%m%Y}/{h.town.next_number():04d}"
    return arriving(h, "move_in", [h.line(dead, HEAD)], letter, "dead: ") if dead else None
