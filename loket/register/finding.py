"""Finding residents, showing one whole, and suspecting that two are one.

Who looked is recorded by the caller. A fixed number of queries, however much there is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, F, Func, Q, QuerySet, TextField, When

from loket.core import clock
from loket.core.errors import NotFoundError
from loket.core.names import address_words, name_choices
from loket.offices.models import Office
from loket.offices.queries import zone
from loket.register import couples, queries
from loket.register.models import (
    CivilRecord,
    Family,
    FamilyChange,
    HeldDocument,
    Membership,
    MergeRequest,
    RegisterEvent,
    Resident,
)
from loket.register.rules import HEAD, may_head
from loket.register.rules.finding import NEAR_DAYS, Known, Wanted, near_niks, suspicions

# More than a page are not read: whoever gets so many has to narrow down.
MOST = 50
_MOST_SUSPECTED = 20
_MOST_SHOWN = 100


class _Words(Func):
    """What the index of names, or of addresses, holds of a column (migration finding_residents)."""

    output_field = ArrayField(TextField())


def _sounding(people: QuerySet[Resident], column: str, typed: str) -> QuerySet[Resident]:
    """Those whose name in `column` holds all that was typed, in one of the ways to part it into words."""
    held = Q()
    for choice in name_choices(typed):
        held |= Q(**{f"{column}_words__contains": choice})
    words = _Words(F(column), function="register_name_words")
    return people.alias(**{f"{column}_words": words}).filter(held)


def _at(wanted: Wanted) -> QuerySet[Membership]:
    """The memberships of families that live where it is said."""
    families = Family.objects.all()
    if wanted.address:
        words = _Words(F("address"), function="register_address_words")
        families = families.alias(words=words).filter(words__contains=address_words(wanted.address))
    if wanted.village:
        families = families.filter(village_id=wanted.village)
    return Membership.objects.filter(until__isnull=True, family__in=families)


@dataclass(frozen=True)
class Found:
    """Somebody who was found, and where they belong now.

    `closed`: what was looked for is a NIK that was closed; theirs is the one in force in its stead.
    """

    person: Resident
    family: Family | None
    closed: bool = False

    @property
    def village(self) -> str:
        """The village of their family; empty where they have none."""
        return self.family.village.name if self.family else ""


def _with_families(people: Iterable[Resident]) -> list[Found]:
    """People with their present families. One query."""
    rows = list(people)
    present = Membership.objects.filter(resident__in=rows, until__isnull=True)
    homes = {row.resident_id: row.family for row in present.select_related("family__village")}
    return [Found(person, homes.get(person.pk)) for person in rows]


def find_residents(office: Office, wanted: Wanted) -> tuple[list[Found], bool]:
    """The residents of an office who are as wanted, at most MOST, and whether there are more.

    Whoever's NIK was closed is not among them: that number finds the one who has the NIK in its stead.

    Those written as typed come first. Not sorted by the database: it would have to read everybody of a name.
    """
    people = Resident.objects.filter(office=office, merged_into__isnull=True)
    instead: list[int] = []
    if wanted.number:
        members = Membership.objects.filter(family__number=wanted.number, until__isnull=True)
        of_family = list(members.values_list("resident", flat=True))
        closed = Resident.objects.filter(nik=wanted.number, merged_into__isnull=False)
        instead = list(closed.values_list("merged_into", flat=True))
        people = people.filter(Q(nik=wanted.number) | Q(pk__in=[*of_family, *instead]))
    if wanted.name:
        people = _sounding(people, "name", wanted.name)
    if wanted.mother:
        people = _sounding(people, "mother_name", wanted.mother)
    if wanted.born_from:
        people = people.filter(birth_date__gte=wanted.born_from)
    if wanted.born_to:
        people = people.filter(birth_date__lte=wanted.born_to)
    if wanted.address or wanted.village:
        people = people.filter(pk__in=_at(wanted).values("resident"))
    found = list(people[: MOST + 1])
    typed = wanted.name.upper()
    first = sorted(found[:MOST], key=lambda one: (one.name != typed, one.name, one.birth_date, one.pk))
    shown = [replace(row, closed=row.person.pk in instead) for row in _with_families(first)]
    return shown, len(found) > MOST


@dataclass(frozen=True)
class Suspicion:
    """Another resident who may be the same person, and why."""

    found: Found
    reasons: list[str]


def _known(person: Resident) -> Known:
    return Known(person.nik, person.name, person.birth_date, person.mother_nik, person.mother_name)


def suspected(person: Resident) -> list[Suspicion]:
    """The residents of the same office who may be this one. Four queries, each by an index."""
    others = Resident.objects.filter(office=person.office_id, merged_into__isnull=True).exclude(pk=person.pk)
    same_day = others.filter(birth_date=person.birth_date)
    near = timedelta(days=NEAR_DAYS)
    days = (person.birth_date - near, person.birth_date + near)
    candidates = [others.filter(nik__in=near_niks(person.nik))]
    if name_choices(person.name):
        candidates.append(_sounding(same_day, "name", person.name))
    if name_choices(person.mother_name):
        candidates.append(_sounding(same_day, "mother_name", person.mother_name))
    if person.mother_nik:
        candidates.append(others.filter(mother_nik=person.mother_nik, birth_date__range=days))
    rows = {other.pk: other for found in candidates for other in found}
    reasons = {key: suspicions(_known(person), _known(other)) for key, other in rows.items()}
    alike = [rows[key] for key in sorted(rows) if reasons[key]][:_MOST_SUSPECTED]
    return [Suspicion(found, reasons[found.person.pk]) for found in _with_families(alike)]


def alike(office: Office, born: tuple[date, date], *, name: str, mother: str, nik: str) -> list[Suspicion]:
    """The residents who may be somebody of whom a field team knows only this. At most three queries.

    `born` is the first and the last day on which they may have been born; `nik` what a comparison of their
    biometrics found.
    """
    near, exact = Resident.objects.filter(office=office, birth_date__range=born), born[0] == born[1]
    reasons: dict[int, list[str]] = {}
    rows: dict[int, Resident] = {}

    def note(people: Iterable[Resident], reason: str) -> None:
        for person in people:
            rows[person.pk] = person
            reasons.setdefault(person.pk, []).append(reason)

    if nik:
        note(Resident.objects.filter(office=office, nik=nik), "NIK yang ditemukan biometrik.")
    if name_choices(name):
        age = "tanggal lahir sama" if exact else "umurnya mungkin sama"
        note(_sounding(near, "name", name)[:_MOST_SUSPECTED], f"Nama berbunyi sama dan {age}.")
    if exact and name_choices(mother):
        people = _sounding(near, "mother_name", mother)[:_MOST_SUSPECTED]
        note(people, "Nama ibu berbunyi sama dan tanggal lahir sama.")
    few = [rows[key] for key in sorted(rows)][:_MOST_SUSPECTED]
    return [Suspicion(found, reasons[found.person.pk]) for found in _with_families(few)]


@dataclass(frozen=True)
class Whole:
    """All that the register holds of somebody; `records` also those of who is or was in their families."""

    person: Resident
    family: Family | None
    members: list[Membership]
    earlier: list[Membership]
    events: list[RegisterEvent]
    family_changes: list[FamilyChange]
    records: list[CivilRecord]
    held: list[HeldDocument] = field(default_factory=list)
    suspected: list[Suspicion] = field(default_factory=list)
    # Those whose closed NIK points here; what the register holds of them is among the rest.
    merged: list[Resident] = field(default_factory=list)
    requests: list[MergeRequest] = field(default_factory=list)
    marriages: list[couples.Wedlock] = field(default_factory=list)

    @property
    def child_heads(self) -> bool:
        """Whether a child is the head, because only children stayed: a guardian has to be found."""
        heads = [row.resident for row in self.members if row.relation == HEAD]
        today = clock.now().astimezone(zone(self.person.office)).date()
        return not all(may_head(one.birth_date, one.marital_status, today) for one in heads)

    @property
    def case_refs(self) -> list[str]:
        """The cases that wrote something of this person or their families, each once."""
        rows = [*self.events, *self.family_changes, *self.records]
        return list(dict.fromkeys(row.case_ref for row in rows))


def resident_of(office: Office, resident_id: int) -> Resident:
    """A resident of this office. Raises NotFoundError, the same for foreign and absent ones."""
    people = Resident.objects.select_related("merged_into")
    person = people.filter(office=office, pk=resident_id).first()
    if person is None:
        raise NotFoundError("Penduduk ini tidak ditemukan.")
    return person


def merge_requests(office: Office) -> list[MergeRequest]:
    """The last proposals to merge two residents of an office, those that wait first. One query."""
    waiting = Q(state=MergeRequest.State.WAITING)
    rows = MergeRequest.objects.filter(office=office).select_related("survivor", "merged", "undoes")
    return list(rows.order_by(Case(When(waiting, then=0), default=1), "-asked_at", "-pk")[:_MOST_SHOWN])


def merge_request(office: Office, request_id: int) -> MergeRequest:
    """One proposal of an office. Raises NotFoundError."""
    rows = MergeRequest.objects.select_related("survivor", "merged", "undoes", "office")
    found = rows.filter(office=office, pk=request_id).first()
    if found is None:
        raise NotFoundError("Usulan ini tidak ditemukan.")
    return found


def whole(person: Resident) -> Whole:
    """Somebody with families, events, entries of the books and suspected duplicates; the newest first.

    What was written under a NIK that was merged into theirs counts as theirs.
    """
    merged = list(Resident.objects.filter(merged_into=person).order_by("pk"))
    entries_of = [person, *merged]
    memberships = list(
        Membership.objects.filter(resident__in=entries_of)
        .select_related("family__village")
        .order_by(F("until").desc(nulls_first=True), "-since", "-pk")[:_MOST_SHOWN]
    )
    present = [row for row in memberships if row.until is None]
    family = present[0].family if present else None
    families = {row.family_id for row in memberships}
    about = Q(resident__in=entries_of) | Q(family__in=families)
    events = RegisterEvent.objects.filter(about).order_by("-applied_at", "-pk")
    changes = FamilyChange.objects.filter(family__in=families).order_by("-applied_at", "-pk")
    relatives = Membership.objects.filter(family__in=families).values("resident")
    entries = CivilRecord.objects.filter(Q(resident__in=entries_of) | Q(resident__in=relatives))
    records = entries.select_related("resident").order_by("-recorded_on", "-pk")
    members = Membership.objects.filter(family=family, until__isnull=True).select_related("resident")
    return Whole(
        person=person,
        family=family,
        members=list(members.order_by("position", "pk")) if family else [],
        earlier=[row for row in memberships if row.until is not None],
        events=list(events.defer("facts", "changes")[:_MOST_SHOWN]),
        family_changes=list(changes.defer("facts")[:_MOST_SHOWN]),
        records=list(records.defer("facts")[:_MOST_SHOWN]),
        held=queries.held(person)[:_MOST_SHOWN],
        suspected=[] if person.merged_into_id else suspected(person),
        merged=merged,
        requests=list(
            MergeRequest.objects.filter(Q(survivor=person) | Q(merged=person))
            .select_related("survivor", "merged")
            .order_by("-asked_at", "-pk")[:_MOST_SHOWN]
        ),
        marriages=couples.wedlocks(person),
    )
