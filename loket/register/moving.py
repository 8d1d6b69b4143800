"""Reading letters of moves: who is to leave, who is to come, how many did. The caller records who looked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from loket.offices.models import Area, Office
from loket.register.models import Family, LetterPerson, Membership, MoveLetter, RegisterEvent

MOST = 200


@dataclass(frozen=True)
class Waiting:
    """A letter that nobody has used, as a list shows it; `here`: its destination is an office of ours."""

    letter: MoveLetter
    people: list[LetterPerson]
    place: str
    here: bool


@dataclass(frozen=True)
class Used:
    """A letter that was used, and the nomor KK of those whom it left behind, "" where nobody stayed: their
    card is to be issued. `elsewhere`: an official has said so."""

    letter: MoveLetter
    number: str
    elsewhere: bool


@dataclass(frozen=True)
class Movements:
    """How many people came to an office and left it in some days, by letters."""

    arrived: int
    left: int


def _with_people(found: QuerySet[MoveLetter]) -> QuerySet[MoveLetter]:
    return found.prefetch_related(Prefetch("people", LetterPerson.objects.order_by("position")))


def leaving(office: Office) -> list[Waiting]:
    """The SKPWNI of an office that nobody has used, also those whose time is over but that nothing replaced;
    those that end first come first. Four queries."""
    states = [MoveLetter.State.ISSUED, MoveLetter.State.EXPIRED]
    found = MoveLetter.objects.filter(office=office, kind="skpwni", state__in=states)
    return _listed(_with_people(found).order_by("state", "valid_until", "pk")[:MOST])


def coming(office: Office) -> list[Waiting]:
    """The SKPWNI of other offices of this installation with this one as destination that nobody has used."""
    found = MoveLetter.objects.filter(
        destination=office.definition["area"], kind="skpwni", state=MoveLetter.State.ISSUED
    )
    return _listed(_with_people(found).select_related("office").order_by("valid_until", "pk")[:MOST])


def used_lately(office: Office, since: date) -> list[Used]:
    """The SKPWNI of an office that were used since a day, the newest first. One query."""
    staying = Membership.objects.filter(family=OuterRef("family"), until__isnull=True)
    new = Family.objects.filter(number=OuterRef("stayers_number"))
    found = MoveLetter.objects.filter(
        office=office, kind="skpwni", state=MoveLetter.State.USED, ended_on__gte=since
    ).annotate(stays=Exists(staying), new=Exists(new))
    rows = found.select_related("family", "used_at").order_by("-ended_on", "-pk")[:MOST]
    return [Used(row, _number_of_stayers(row), row.used_at_id is None) for row in rows]


def _number_of_stayers(row: Any) -> str:
    """`row` is a letter, with whether somebody stays in the family of origin, or in a new one."""
    if row.new:
        return str(row.stayers_number)
    return str(row.family.number) if row.stays else ""


def _listed(letters: Iterable[MoveLetter]) -> list[Waiting]:
    rows = list(letters)
    codes = {letter.destination for letter in rows}
    names = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    offices = {f"{code[:2]}.{code[2:]}" for code in Office.objects.values_list("code", flat=True)}
    return [
        Waiting(
            letter,
            list(letter.people.all()),
            names.get(letter.destination, letter.destination),
            letter.destination in offices,
        )
        for letter in rows
    ]


def letter_for(office: Office, number: str) -> MoveLetter | None:
    """A SKPWNI of another office, by its number, that this office may take people in with; or None."""
    wanted = "".join(number.upper().split())
    if not wanted:
        return None
    found = _with_people(MoveLetter.objects.filter(number=wanted, kind="skpwni", office__isnull=False))
    letter = found.select_related("office", "family").first()
    return letter if letter is not None and letter.destination == office.definition["area"] else None


def event_of(letter: MoveLetter) -> RegisterEvent | None:
    """The event that gave a letter: what it says besides the register."""
    return RegisterEvent.objects.filter(case_ref=letter.case_ref).first()


def movements(office: Office, first: date, last: date) -> Movements:
    """Who came to an office and who left it on these days: with births and deaths, all that changes how many
    residents it has. One query."""
    came = Q(letter__used_at=office, arrived_on__range=(first, last))
    went = Q(letter__office=office, left_on__range=(first, last))
    counted: dict[str, Any] = LetterPerson.objects.filter(came | went).aggregate(
        arrived=Count("pk", filter=came), left=Count("pk", filter=went)
    )
    return Movements(counted["arrived"], counted["left"])
