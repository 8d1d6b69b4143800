"""Documents that people hold: an event gives them, ends them, or makes them due to be made anew.

All through the event's `Changes`, so that undoing the event gives them back exactly. What each event does:
the matrix of Perpres 96/2018 and Permendagri 108/2019 (KTP-el and KIA are void with death, withdrawn with a
move, made anew with a marriage or a corrected name).
"""

from collections.abc import Collection, Iterable
from datetime import date

from loket.offices.models import Office
from loket.offices.queries import definition
from loket.register.actions.changes import Changes
from loket.register.models import HeldDocument, Resident
from loket.register.rules.cards import ID_CARD_AGE, birthday, child_card

Kind, State = HeldDocument.Kind, HeldDocument.State
KTP_EL, KIA, SKTT, SKPTI = str(Kind.KTP_EL), str(Kind.KIA), str(Kind.SKTT), str(Kind.SKPTI)
ITAP, ITAS, PASSPORT = str(Kind.ITAP), str(Kind.ITAS), str(Kind.PASSPORT)
VOID, WITHDRAWN, REPLACED = str(State.VOID), str(State.WITHDRAWN), str(State.REPLACED)
CARDS, PERMITS = (KTP_EL, KIA), (ITAP, ITAS)
# Of each group somebody holds one at a time: the next takes the place of the one before.
_INSTEAD = (CARDS, PERMITS)


def give(
    changes: Changes,
    person: Resident,
    kind: str,
    day: date,
    number: str = "",
    valid_until: date | None = None,
    *,
    letter: bool = False,
    why: str = "Diganti dengan yang baru",
) -> HeldDocument:
    """Somebody gets a document; one of the same kind that they hold is replaced (`why`).

    A KTP-el takes the place of a KIA, an ITAP that of an ITAS. `letter` says that it is the letter of this
    very event: it gets the event's number. `valid_until` must not be before `day`.
    """
    group = next((group for group in _INSTEAD if kind in group), (kind,))
    end(changes, [person], group, REPLACED, day, why)
    held = HeldDocument(
        office_id=person.office_id,
        resident=person,
        kind=kind,
        number=number,
        issued_on=day,
        valid_until=valid_until,
    )
    changes.add(held)
    if letter:
        changes.letters.append(held)
    if kind == KTP_EL:
        changes.change(person, id_card_issued_on=day)
    return held


def give_child_card(changes: Changes, office: Office, child: Resident, day: date) -> HeldDocument | None:
    """The KIA that comes with an akta of birth (Permendagri 2/2016); None for whom there is none.

    Who was reported late may be of an age for the KTP-el; a foreign child's card waits for its permit.
    """
    if day >= birthday(child.birth_date, ID_CARD_AGE) or child.nationality != "WNI":
        return None
    ages = definition(office).cards
    card = child_card(
        child.birth_date, day, first_until=ages.child_first_until, photo_from=ages.child_photo_from
    )
    return give(changes, child, KIA, day, valid_until=card.valid_until)


def end(
    changes: Changes, people: Iterable[Resident], kinds: Collection[str], state: str, day: date, why: str
) -> list[HeldDocument]:
    """What these people hold of these kinds counts no longer (`state`), from this day on, because of `why`.

    Gives what was ended; nothing where they hold none.
    """
    ended = in_force(people, kinds)
    for held in ended:
        changes.change(held, state=state, ended_on=day, ended_why=why)
    return ended


def outdate(
    changes: Changes, people: Iterable[Resident], kinds: Collection[str], why: str
) -> list[HeldDocument]:
    """What these people hold of these kinds has to be made anew, because of `why`; it counts until then."""
    outdated = in_force(people, kinds)
    for held in outdated:
        changes.change(held, renew_why=why)
    return outdated


def in_force(people: Iterable[Resident], kinds: Collection[str]) -> list[HeldDocument]:
    """What these people hold of these kinds, in a fixed order. One query."""
    rows = HeldDocument.objects.filter(resident__in=list(people), kind__in=kinds, state=State.IN_FORCE)
    return list(rows.order_by("pk"))


def take_over_cards(office: Office) -> int:
    """Note the KTP-el of residents whose day of card came in with a loaded population; gives how many.

    Done again it adds nothing. An import notes its own, chunk by chunk.
    """
    carded = Resident.objects.filter(office=office, id_card_issued_on__isnull=False)
    new = carded.exclude(held__kind=Kind.KTP_EL).only("office_id", "id_card_issued_on")
    rows = [
        HeldDocument(
            office_id=person.office_id,
            resident=person,
            kind=Kind.KTP_EL,
            issued_on=person.id_card_issued_on,
        )
        for person in new.order_by("pk")
    ]
    return len(HeldDocument.objects.bulk_create(rows, batch_size=2000))
