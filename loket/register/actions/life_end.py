"""The end of a life in the register, whichever event tells of it: an akta kematian, a surat keterangan, a
change of KK.

Law: UU 24/2013 art. 44; the matrix of events: status MATI and the NIK closed, cards void, husband or wife
CERAI MATI. The way out of the family card is the event's own: who follows as head differs.
"""

from datetime import date

from loket.register import couples
from loket.register.actions import wedlock
from loket.register.actions.changes import Changes
from loket.register.actions.held import Kind, State, end
from loket.register.models import Resident
from loket.register.rules import couples as law

# What this office and its colleagues gave; a passport and a permit are not theirs to end.
_OURS = tuple(str(kind) for kind in (Kind.KTP_EL, Kind.KIA, Kind.SKTT, Kind.SKPTI, Kind.SKPWNI, Kind.SKPLN))


def end_life(changes: Changes, person: Resident, day: date, field: str) -> list[Resident]:
    """Somebody died on a day; who is widowed by it. Raises RuleBroken where they married after it."""
    for row in couples.standing(person):
        law.ends_after_it_began(row.since, day, field)
    widowed = wedlock.widow(changes, person, day)
    changes.change(person, status=Resident.Status.DEAD, death_date=day)
    end(changes, [person], _OURS, str(State.VOID), day, "Meninggal")
    return widowed
