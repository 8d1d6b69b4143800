"""The life of a SKPWNI or SKPLN: given, then used, replaced, cancelled or expired, once and for all.

Law: UU 23/2006 jo. 24/2013 art. 15, Perpres 96/2018, Permendagri 108/2019. Whoever a SKPWNI names stays a
resident of the office that gave it until an office takes them in with it ("removed at arrival", ADR 0028):
so a letter that is never used, or is cancelled, changes nobody. A SKPLN takes effect with its number.

Whoever touches a letter locks the people it names first, then the letter (`hold`): two cases never wait for
each other in a circle.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from django.db import connection, transaction

from loket.audit.actions import record
from loket.core.actors import SYSTEM
from loket.offices.models import Office
from loket.offices.queries import definition
from loket.register.actions import held
from loket.register.actions.changes import Changes, today_at
from loket.register.actions.families import FamilyMember
from loket.register.actions.household import leave
from loket.register.models import Family, LetterPerson, MoveLetter, Resident
from loket.register.rules import RuleBroken

SKPWNI, SKPLN = str(MoveLetter.Kind.SKPWNI), str(MoveLetter.Kind.SKPLN)
ISSUED, USED = str(MoveLetter.State.ISSUED), str(MoveLetter.State.USED)
CANCELLED, REPLACED = str(MoveLetter.State.CANCELLED), str(MoveLetter.State.REPLACED)
EXPIRED, WITHDRAWN = str(MoveLetter.State.EXPIRED), str(held.State.WITHDRAWN)
HANDED_IN = "Diserahkan saat melapor datang"
KIND_OF = {"move_out": SKPWNI, "move_in": SKPWNI, "move_abroad": SKPLN}
KIND_OF["return_from_abroad"] = SKPLN


class UnknownLetter(RuleBroken):
    """Nomor surat ini bukan surat pindah yang diterbitkan kantor ini. Periksa kembali nomornya."""


class LetterUsed(RuleBroken):
    """Surat pindah ini sudah dipakai melapor datang. Satu surat pindah hanya berlaku untuk satu kedatangan
    (Perpres 96/2018)."""


class LetterReplaced(LetterUsed):
    """Surat pindah ini sudah diganti dengan surat yang lebih baru. Mintalah surat penggantinya kepada
    pemohon."""


class LetterCancelled(LetterUsed):
    """Surat pindah ini sudah dibatalkan di kantor asal; yang tercantum tetap penduduk daerah asal."""


class LetterExpired(RuleBroken):
    """Masa berlaku surat pindah ini sudah berakhir sebelum kedatangan dilaporkan; yang tercantum tetap
    penduduk daerah asal. Minta pergantian SKPWNI di kantor asal, lalu lapor datang dengan surat yang baru."""


class WrongKind(RuleBroken):
    """Surat dengan nomor ini bukan surat untuk pelaporan ini: SKPWNI untuk datang dari daerah lain, SKPLN
    untuk datang dari luar negeri."""


class OtherDestination(RuleBroken):
    """Surat pindah ini untuk kabupaten atau kota lain. Minta pergantian SKPWNI dengan tujuan yang benar di
    kantor asal."""


class NotOnLetter(RuleBroken):
    """Orang ini tidak tercantum dalam surat pindah itu. Periksa kembali NIK-nya."""


class NotEverybody(RuleBroken):
    """Semua yang tercantum dalam surat pindah itu melapor datang bersama-sama. Bila ada yang tidak jadi
    pindah, minta pergantian SKPWNI di kantor asal."""


class OriginChanged(RuleBroken):
    """Keluarga asal sudah berubah sejak surat pindah ini terbit (misalnya ada kelahiran atau kematian),
    sehingga yang tinggal tidak mempunyai kepala keluarga. Minta pergantian SKPWNI di kantor asal."""


class HasLetter(RuleBroken):
    """Orang ini tercantum dalam surat pindah yang masih berlaku. Ajukan pergantian atau pembatalan surat itu
    lebih dahulu."""


class _Reserved:
    """The nomor KK that a letter keeps for those who stay."""

    def __init__(self, letter: MoveLetter) -> None:
        self._number = letter.stayers_number

    def family(self, district: str, day: date) -> str:
        """The number, once. Raises OriginChanged where none was kept, or it is in use."""
        if not self._number or Family.objects.filter(number=self._number).exists():
            raise OriginChanged()
        return self._number


def normal(number: str) -> str:
    """A number as letters are compared: people put blanks and small letters into it."""
    return "".join(number.upper().split())


def valid_until(office: Office, issued: date) -> date:
    """The last day on which somebody may report their arrival with a SKPWNI of `issued`."""
    return issued + timedelta(days=definition(office).letter_days(issued))


def hold(number: str) -> MoveLetter | None:
    """Lock the letter of this number until the transaction ends, also where there is none yet."""
    number = normal(number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"letter:{number}"])
    return MoveLetter.objects.select_for_update().filter(number=number).exclude(number="").first()


def named(letter: MoveLetter) -> list[LetterPerson]:
    """Whom a letter names, in its order. One query."""
    return list(LetterPerson.objects.filter(letter=letter).order_by("position"))


def require_open(letter: MoveLetter, field: str) -> None:
    """A letter that was used, replaced or cancelled counts no longer. Raises LetterUsed and its kin."""
    ended = {USED: LetterUsed, REPLACED: LetterReplaced, CANCELLED: LetterCancelled}
    if letter.state in ended:
        raise ended[letter.state](field=field)


def refuse_waiting(niks: Sequence[str], table: str, *, beside: MoveLetter | None = None) -> None:
    """Nobody waits with two letters, nor changes family with one. Raises HasLetter with the cell."""
    found = LetterPerson.objects.filter(nik__in=niks, waiting=True)
    if beside is not None:
        found = found.exclude(letter=beside)
    waiting = set(found.values_list("nik", flat=True))
    for index, nik in enumerate(niks):
        if nik in waiting:
            raise HasLetter(field=f"{table}-{index}-nik")


def issue(changes: Changes, letter: MoveLetter, people: Sequence[FamilyMember]) -> list[LetterPerson]:
    """A new letter for these people, who hold it; it gets the number of its event. Gives its lines."""
    changes.add(letter)
    changes.letters.append(letter)
    for person in _residents(people):
        held.give(changes, person, letter.kind, letter.issued_on, valid_until=letter.valid_until, letter=True)
    lines = [_line(letter, person, position, waiting=True) for position, person in enumerate(people, start=1)]
    for line in lines:
        changes.add(line)
    return lines


def _residents(people: Iterable[FamilyMember | LetterPerson]) -> list[Resident]:
    """Those of them whom the register knows, in a fixed order."""
    return list(Resident.objects.filter(nik__in=[person.nik for person in people]).order_by("pk"))


def _line(
    letter: MoveLetter, person: FamilyMember, position: int, *, waiting: bool, arrived_on: date | None = None
) -> LetterPerson:
    return LetterPerson(
        arrived_on=arrived_on,
        letter=letter,
        nik=person.nik,
        name=person.name,
        relation=person.relation,
        position=position,
        waiting=waiting,
    )


def end_letter(
    changes: Changes, letter: MoveLetter, state: str, day: date, case_ref: str, at: Office | None = None
) -> None:
    """The letter counts no longer; the database lets no second case end it."""
    changes.change(letter, state=state, ended_on=day, ended_by=case_ref, used_at=at)


def foreign_letter(
    changes: Changes,
    kind: str,
    number: str,
    people: Sequence[FamilyMember],
    day: date,
    *,
    state: str,
    case_ref: str,
    issued_on: date,
    at: Office | None = None,
) -> MoveLetter:
    """A letter that this installation did not give, noted with its end, so that it counts once here."""
    letter = MoveLetter(
        kind=kind,
        number=normal(number),
        issued_on=issued_on,
        state=state,
        ended_on=day,
        ended_by=case_ref,
        used_at=at,
    )
    changes.add(letter)
    for position, person in enumerate(people, start=1):
        changes.add(_line(letter, person, position, waiting=False, arrived_on=day if at else None))
    return letter


def use_letter(
    changes: Changes,
    *,
    office: Office,
    kind: str,
    number: str,
    issued_on: date,
    people: Sequence[FamilyMember],
    case_ref: str,
    field: str,
    reported_on: date,
) -> MoveLetter:
    """Use a letter up at an arrival: whom it names leave their family of origin, today.

    One of another place is taken as it is written. `reported_on` is the day on which the arrival was
    reported: what the office takes longer for makes no letter too old. Raises LetterUsed and its kin,
    LetterExpired, WrongKind, OtherDestination, NotOnLetter, NotEverybody, OriginChanged.
    """
    day, letter = today_at(office), hold(number)
    if letter is None:
        if kind == SKPWNI and reported_on > valid_until(office, issued_on):
            raise LetterExpired(field=field)
        return foreign_letter(
            changes, kind, number, people, day, state=USED, case_ref=case_ref, issued_on=issued_on, at=office
        )
    coming = {person.nik for person in people}
    _require_usable(letter, office, kind, coming, reported_on, field)
    let_go(changes, letter, day, field)
    held.end(changes, _residents(named(letter)), [kind], WITHDRAWN, day, HANDED_IN)
    for row in named(letter):
        if row.nik in coming:
            changes.change(row, arrived_on=day)
    end_letter(changes, letter, USED, day, case_ref, office)
    return letter


def _require_usable(
    letter: MoveLetter, office: Office, kind: str, coming: Collection[str], reported_on: date, field: str
) -> None:
    """The letter counts, for this office and report, on that day, for just these people."""
    require_open(letter, field)
    if letter.valid_until is not None and reported_on > letter.valid_until:
        raise LetterExpired(field=field)
    if letter.kind != kind:
        raise WrongKind(field=field)
    if letter.destination and letter.destination != office.definition["area"]:
        raise OtherDestination(field=field)
    _require_all(letter, coming, field)


def _require_all(letter: MoveLetter, coming: Collection[str], field: str) -> None:
    """Everybody alive whom the letter names comes, and nobody else; none has a newer letter."""
    names = {person.nik for person in named(letter)}
    if not names.issuperset(coming):
        raise NotOnLetter(field=field)
    dead = Resident.objects.filter(nik__in=names, status=Resident.Status.DEAD)
    if names - set(coming) - set(dead.values_list("nik", flat=True)):
        raise NotEverybody(field=field)
    if LetterPerson.objects.filter(nik__in=names, waiting=True).exclude(letter=letter).exists():
        raise LetterReplaced(field=field)


def let_go(changes: Changes, letter: MoveLetter, day: date, field: str) -> list[Resident]:
    """Whom a letter names leave the family where they still are; those who stay get the head it names.

    Gives those who left: nobody where they went with the letter itself (abroad, or before this register knew
    letters). Raises OriginChanged.
    """
    rows = {row.nik: row for row in named(letter)}
    people = Resident.objects.filter(nik__in=rows, office=letter.office_id, status=Resident.Status.ALIVE)
    leaving = list(people.order_by("pk")) if letter.office_id else []
    for person in leaving:
        changes.change(rows[person.nik], left_on=day)
    if leaving:
        try:
            leave(changes, _Reserved(letter), leaving, day, letter.successor_nik, field)
            held.end(changes, leaving, held.CARDS, WITHDRAWN, day, "Pindah ke daerah lain")
        except RuleBroken as error:  # no head, or one who may not be it any more
            raise OriginChanged(field=field) from error
    return leaving


@transaction.atomic
def expire_letters(*, office: Office) -> int:
    """Close the SKPWNI of an office whose time is over; again, it finds none. Gives how many.

    Nobody changes by it. A letter that a case works on just now is left for the next run.
    """
    overdue = MoveLetter.objects.filter(office=office, state=ISSUED, valid_until__lt=today_at(office))
    letters = list(overdue.select_for_update(skip_locked=True).order_by("pk"))
    for letter in letters:
        letter.state = EXPIRED
        if letter.valid_until is not None:
            letter.ended_on = letter.valid_until + timedelta(days=1)
        letter.save(update_fields=["state", "ended_on"])
        record(
            action="register.letter_expired",
            subject=f"move-letter:{letter.pk}",
            actor=SYSTEM.ref,
            office_code=office.code,
            details={"number": letter.number},
        )
    return len(letters)
