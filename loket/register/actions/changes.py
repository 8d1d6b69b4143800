"""Recording an event: what it changes is noted row by row, so that it can be corrected and undone exactly.

An event is a function that changes the register through `Changes` and says whom it was about. `record_event`
runs it once for each case: a corrected case first undoes what it did, then does it anew, and keeps its
number.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Count, F, ProtectedError, Q

from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, NotFoundError
from loket.offices.models import Office
from loket.offices.queries import zone
from loket.register import queries
from loket.register.actions.books import enter, number_again, take_number
from loket.register.actions.telling import journal, tell_others
from loket.register.actions.truth import true_from
from loket.register.models import (
    CivilRecord,
    DataAccess,
    Family,
    HeldDocument,
    LetterPerson,
    Marriage,
    Membership,
    MoveLetter,
    Origin,
    RegisterEvent,
    Resident,
)
from loket.register.rules import HEAD
from loket.register.rules.numbering import outside

_MODELS: dict[str, type[models.Model]] = {
    "resident": Resident,
    "family": Family,
    "membership": Membership,
    "data_access": DataAccess,
    "civil_record": CivilRecord,
    "held_document": HeldDocument,
    "move_letter": MoveLetter,
    "letter_person": LetterPerson,
    "marriage": Marriage,
}
_NAMES = {model: name for name, model in _MODELS.items()}


class MovedMeanwhile(ConflictError):
    """Keluarga salah satu orang ini baru saja berubah karena permohonan lain. Muat ulang halaman, lalu
    periksa lagi."""


class ChangedSince(ConflictError):
    """Keluarga ini sudah berubah lagi sesudah permohonan ini dicatat, sehingga pencatatannya tidak dapat
    dibatalkan atau diulang. Selesaikan dulu permohonan yang lebih baru."""


class AnotherPerson(ConflictError):
    """Akta permohonan ini sudah bernomor atas nama orang lain, sehingga orangnya tidak dapat diganti.
    Permohonan harus diselesaikan oleh Kepala Dinas."""


class NumberAlreadyGiven(ConflictError):
    """Jenis register akta ini tidak lagi sesuai dengan tanggal yang diperbaiki. Nomor akta sudah diberikan;
    permohonan harus diselesaikan oleh Kepala Dinas."""


def plain(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Fields of a row as JSON holds them."""
    values = ((name, getattr(row, name)) for name in names)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values}


# When a row is known is the database's own; putting a row back is something new that is learned.
_KEPT_BY_DATABASE = {"valid_from", "recorded_from"}


def _columns(row: models.Model) -> list[str]:
    columns = (column.attname for column in row._meta.concrete_fields if not column.primary_key)
    return [name for name in columns if name not in _KEPT_BY_DATABASE]


class Changes:
    """The rows that an event adds and changes, each noted as it was before and is after."""

    def __init__(self, earlier: Sequence[Mapping[str, Any]] = (), number: str = "") -> None:
        """Begins with nothing changed; a corrected case knows its number and what its first form did."""
        self.rows: list[dict[str, Any]] = []
        # What is this event's own letter: it gets the event's number when that is given.
        self.letters: list[HeldDocument | MoveLetter] = []
        # Rows that keep the number of this event in one of their columns, in the same way.
        self.numbered: list[tuple[models.Model, str]] = []
        # Whose rows it changed, by office: a partner may live elsewhere.
        self.people: dict[str, set[int]] = {}
        self.number = number
        self._earlier = earlier

    def added_before(self, model: type[models.Model]) -> dict[str, Any] | None:
        """The first row of a model that the first form of a corrected case added, with its `id`; or None."""
        name = _NAMES[model]
        found = (row for row in self._earlier if row["model"] == name and row["before"] is None)
        return next(({"id": row["id"], **row["after"]} for row in found), None)

    def add(self, row: models.Model) -> None:
        """Insert a new row."""
        row.save(force_insert=True)
        self._note(row, None, plain(row, _columns(row)))

    def change(self, row: models.Model, **values: Any) -> None:
        """Give columns of a row other values; nothing is written where they are the same."""
        names = [row._meta.get_field(name).attname for name in values]
        before = plain(row, names)
        for name, value in values.items():
            setattr(row, name, value)
        after = plain(row, names)
        if after != before:
            row.save(update_fields=list(values))
            self._note(row, before, after)

    def take_number(self, number: str) -> None:
        """Put the number of the event, which is given last, where it belongs."""
        for letter in self.letters:
            self.change(letter, number=number)
        for row, column in self.numbered:
            self.change(row, **{column: number})

    def _note(self, row: models.Model, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        self.rows.append({"model": _NAMES[type(row)], "id": row.pk, "before": before, "after": after})
        if isinstance(row, Resident):
            self.people.setdefault(row.office_id, set()).add(row.pk)


@dataclass(frozen=True)
class Outcome:
    """Whom an event was about, and what its documents say besides the register.

    `born` is the child whose birth the book records: it is told the number of its akta.
    """

    resident: Resident | None = None
    family: Family | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    born: Resident | None = None


def open_rows(residents: Iterable[Resident]) -> list[Membership]:
    """The present membership of each resident that has one. One query."""
    return list(Membership.objects.filter(resident__in=residents, until__isnull=True))


def lock_people(niks: Iterable[str], families: Iterable[int] = ()) -> list[Resident]:
    """Lock the families of these people, then the people, each in the order of their keys.

    Raises MovedMeanwhile where somebody came to another family while this waited: what the official saw is
    no longer so.
    """
    named = {nik for nik in niks if nik}
    theirs = Membership.objects.filter(resident__nik__in=named, until__isnull=True).values("family")
    locked = Family.objects.filter(Q(pk__in=theirs) | Q(pk__in=set(families))).select_for_update()
    wanted = set(locked.order_by("pk").values_list("pk", flat=True))
    people = list(Resident.objects.filter(nik__in=named).select_for_update().order_by("pk"))
    if not wanted.issuperset(row.family_id for row in open_rows(people)):
        raise MovedMeanwhile()
    return people


def today_at(office: Office) -> date:
    """The date at the office now."""
    return clock.now().astimezone(zone(office)).date()


@transaction.atomic
def record_event(
    *,
    office: Office,
    kind: str,
    case_ref: str,
    by: Actor,
    apply: Callable[[Changes], Outcome],
    niks: Iterable[str] = (),
    book: str = "",
    letter: str = "",
    on: date | None = None,
) -> RegisterEvent:
    """Record the event of a case, or its corrected form, or nothing at all.

    `niks` are the people it touches, locked first. `book` is the register book in which the law wants an
    akta, `letter` the prefix under which its letter is numbered. `on` is the day from which its effects are
    true (of the death, the judgment...), where that is not today. Raises what `apply` raises, MovedMeanwhile,
    ChangedSince where the register has gone on since the first form, AnotherPerson, NumberAlreadyGiven.
    """
    event = _begun(office, kind, case_ref, niks)
    changes = Changes(event.changes, event.number)
    with true_from(on or today_at(office)):
        outcome = apply(changes)
        event.kind, event.resident, event.family = kind, outcome.resident, outcome.family
        event.facts, event.changes = outcome.facts, changes.rows
        event.recorded_by, event.applied_at, event.reverted_at = by.ref, clock.now(), None
        event.happened_on = on
        event.source = Origin.SIAK if outside() else Origin.OWN
        event.number = _number_of(event, book, letter, by)
        if outcome.born is not None:
            changes.change(outcome.born, birth_certificate=event.number)
        changes.take_number(event.number)
    event.save()
    journal(event, f"register.{kind}", by)
    tell_others(event, f"register.{kind}", by, changes.people)
    return event


def _number_of(event: RegisterEvent, book: str, letter: str, by: Actor) -> str:
    """The number of the event's akta or letter, given once; one from outside as it is entered now."""
    if book:
        return _entry(event, book, by).number
    office, number = event.office, event.number
    if letter and number:
        return number_again(office=office, book=letter, number=number, day=today_at(office))
    return take_number(office=office, book=letter, ref=event.case_ref, by=by).number if letter else number


def _begun(office: Office, kind: str, case_ref: str, niks: Iterable[str]) -> RegisterEvent:
    """The event of a case with nothing done by it, everybody it touches or touched locked."""
    event = RegisterEvent.objects.select_for_update().filter(case_ref=case_ref).first()
    if event is None:
        lock_people(niks)
        return RegisterEvent(office=office, kind=kind, case_ref=case_ref, created_at=clock.now())
    lock_people([*niks, *_niks_of(event)])
    if event.reverted_at is None:
        _put_back(event)
    return event


def _entry(event: RegisterEvent, book: str, by: Actor) -> CivilRecord:
    """The entry of the case in a book, written once; its facts follow a correction, notes beside it stay."""
    entry = None
    if event.number:
        entry = CivilRecord.objects.select_for_update().filter(case_ref=event.case_ref).first()
    if entry is None:
        return enter(
            office=event.office,
            book=book,
            day=today_at(event.office),
            resident=event.resident,
            facts=event.facts,
            case_ref=event.case_ref,
            by=by,
        )
    if entry.book != book:
        raise NumberAlreadyGiven()
    if entry.resident_id != event.resident_id and not _is_their_birth(entry, event.resident):
        raise AnotherPerson()
    kept = {key: entry.facts[key] for key in ("notes", "ended") if key in entry.facts}
    entry.resident, entry.facts = event.resident, {**event.facts, **kept}
    entry.save(update_fields=["resident", "facts"])
    number = number_again(office=entry.office, book=book, number=entry.number, day=entry.recorded_on)
    if number != entry.number:
        entry.number = number
        entry.save(update_fields=["number"])
    return entry


def _is_their_birth(entry: CivilRecord, child: Resident | None) -> bool:
    """Whether an entry records the birth of this child, who is in the register only since this event."""
    return entry.resident_id is None and child is not None and child.birth_certificate == entry.number


@transaction.atomic
def revert_event(*, case_ref: str, by: Actor) -> RegisterEvent:
    """Undo exactly what the event of a case did; its number stays used. Again, it does nothing.

    Raises NotFoundError for a case that recorded nothing, and ChangedSince.
    """
    event = RegisterEvent.objects.select_for_update().filter(case_ref=case_ref).first()
    if event is None:
        raise NotFoundError("Permohonan ini tidak mencatat peristiwa apa pun.")
    if event.reverted_at is not None:
        return event
    people: dict[str, set[int]] = {}
    for person in lock_people(_niks_of(event)):
        people.setdefault(person.office_id, set()).add(person.pk)
    _put_back(event)
    event.reverted_at = clock.now()
    event.save(update_fields=["reverted_at"])
    journal(event, "register.revert", by)
    tell_others(event, "register.revert", by, people)
    return event


def _niks_of(event: RegisterEvent) -> list[str]:
    """Everybody whose row, or whose place in a family, the event added or changed."""
    ids: dict[str, set[int]] = {}
    for row in event.changes:
        ids.setdefault(row["model"], set()).add(row["id"])
    touched = Q(pk__in=ids.get("resident", ())) | Q(memberships__in=ids.get("membership", ()))
    touched |= Q(held__in=ids.get("held_document", ()))
    on_letter = Q(letter__in=ids.get("move_letter", ())) | Q(pk__in=ids.get("letter_person", ()))
    touched |= Q(nik__in=LetterPerson.objects.filter(on_letter).values("nik"))
    return list(Resident.objects.filter(touched).distinct().values_list("nik", flat=True))


def _put_back(event: RegisterEvent) -> None:
    """Put every row back as it was, the last change first. Raises ChangedSince."""
    _refuse_alive_again(event)
    added = {(change["model"], change["id"]) for change in event.changes if change["before"] is None}
    # Rows that it added go; it points there no longer, nor does its entry, which stays in the book.
    born = [row_id for model, row_id in added if model == "resident"]
    if born:
        _leave_entry(event, born)
    if ("resident", event.resident_id) in added:
        event.resident = None
    if ("family", event.family_id) in added:
        event.family = None
    event.save(update_fields=["resident", "family"])
    with true_from(event.happened_on or event.applied_at.astimezone(zone(event.office)).date()):
        for change in reversed(event.changes):
            _put_row_back(change)
        _refuse_headless(event.changes)


def _leave_entry(event: RegisterEvent, born: list[int]) -> None:
    """The child leaves the entry of its birth. Raises ChangedSince where that is its akta no longer."""
    entries = CivilRecord.objects.filter(case_ref=event.case_ref, resident__in=born)
    if entries.exclude(resident__birth_certificate=F("number")).exists():
        raise ChangedSince()
    entries.update(resident=None)


def _refuse_headless(changes: Iterable[Mapping[str, Any]]) -> None:
    """Somebody must not come back to a family that has gone on without them. Raises ChangedSince."""
    rows = [change for change in changes if change["model"] == "membership"]
    left = {change["after"]["family_id"] for change in rows if change["before"] is None}
    back = Membership.objects.filter(pk__in=[change["id"] for change in rows])
    require_heads([*left, *back.values_list("family_id", flat=True)])


def require_heads(families: Iterable[int]) -> None:
    """After rows were put back, each of these families is empty or has its head. Raises ChangedSince."""
    present = Membership.objects.filter(family__in=set(families), until__isnull=True)
    heads = present.values("family").annotate(heads=Count("pk", filter=Q(relation=HEAD)))
    if heads.exclude(heads=1).exists():
        raise ChangedSince()


def _refuse_alive_again(event: RegisterEvent) -> None:
    """Who has an akta kematian of another case does not live again. Raises ChangedSince."""
    closed = [
        change["id"]
        for change in event.changes
        if change["model"] == "resident" and change["after"].get("status") == Resident.Status.DEAD
    ]
    if closed and queries.has_death_akta(closed, event.case_ref):
        raise ChangedSince()


def _put_row_back(change: Mapping[str, Any]) -> None:
    model = _MODELS[change["model"]]
    row = model._default_manager.filter(pk=change["id"]).first()
    if row is None or plain(row, change["after"]) != change["after"]:
        raise ChangedSince()
    try:
        with transaction.atomic():
            if change["before"] is not None:
                model._default_manager.filter(pk=change["id"]).update(**change["before"])
            else:
                row.delete()
    except (
        ProtectedError,
        IntegrityError,
    ) as error:  # somebody else's row stands on this one, or in its place
        raise ChangedSince() from error


def renumber(event: RegisterEvent, old: str, number: str) -> None:
    """Give an event another number, and every row that it noted with the old one, which was spoiled.

    What the event noted says so too, so that it can still be undone exactly.
    """
    day = event.happened_on or event.applied_at.astimezone(zone(event.office)).date()
    with true_from(day):
        for row in event.changes:
            names = [name for name, value in row["after"].items() if value == old]
            if names:
                bearing = _MODELS[row["model"]]._default_manager.filter(
                    pk=row["id"], **dict.fromkeys(names, old)
                )
                bearing.update(**dict.fromkeys(names, number))
    event.number = number
    event.changes = [
        {**row, "after": {name: number if value == old else value for name, value in row["after"].items()}}
        for row in event.changes
    ]
    event.save(update_fields=["number", "changes"])
