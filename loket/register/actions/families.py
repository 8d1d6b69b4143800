"""Penerbitan Kartu Keluarga: a new household, a card lost or damaged, a card corrected.

Law: UU 23/2006 art. 61-62, Perpres 96/2018. A new household gets a new nomor KK; a card that is replaced or
corrected keeps it. What a change did is kept row by row in its FamilyChange, so that a corrected application
is applied again and a refused one undone exactly (see docs/adr/0012).
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from loket.audit.actions import record
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, NotFoundError
from loket.offices.models import Area, Office
from loket.offices.queries import zone
from loket.register import queries, rules
from loket.register.actions.births import UnknownPerson
from loket.register.actions.changes import (
    ChangedSince,
    lock_people,
    open_rows,
    plain,
    require_heads,
)
from loket.register.actions.numbers import next_family_card_number
from loket.register.models import Family, FamilyChange, Membership, Resident
from loket.register.rules import HEAD, CardReason, PersonFacts, RuleBroken
from loket.register.rules.numbering import outside

_FAMILY_FIELDS = ("address", "rt", "rw", "postal_code", "village_id", "issued_on")
_ROW_FIELDS = ("family_id", "resident_id", "relation", "position", "since", "until")


class NoFamilyCard(RuleBroken):
    """Pemohon belum tercatat dalam Kartu Keluarga mana pun. Pilih alasan membentuk rumah tangga baru."""


class CardAlreadyIssued(ConflictError):
    """Kartu Keluarga permohonan ini sudah tercatat di register."""


@dataclass(frozen=True)
class FamilyMember:
    """One line of the members' table."""

    nik: str
    name: str
    relation: str


@dataclass(frozen=True)
class FamilyCardReport:
    """What F-1.15 says, checked for shape but not against the register yet. `village` is an area code."""

    reason: CardReason
    applicant_nik: str
    applicant_name: str
    family_number: str
    address: str
    rt: str
    rw: str
    postal_code: str
    village: str
    members: tuple[FamilyMember, ...]

    @property
    def niks(self) -> list[str]:
        """The members in the order of the form."""
        return [member.nik for member in self.members]


def _field(index: int, column: str = "nik") -> str:
    return f"anggota-{index}-{column}"


def _checked_person(nik: str, name: str, office: Office, field: str) -> PersonFacts:
    person = queries.facts_of(nik)
    if person is None:
        raise UnknownPerson(field=field)
    rules.lives_at_office(person, office.code, field)
    rules.still_alive(person, field)
    rules.name_agrees(person, name, field)
    return person


def _checked_people(report: FamilyCardReport, office: Office, today: date) -> None:
    """Every rule that holds for all three reasons. Raises RuleBroken with the field of F-1.15."""
    applicant = _checked_person(report.applicant_nik, report.applicant_name, office, "pemohon_nik")
    rules.number_is_theirs(report.family_number, applicant.family_number, "kk_semula")
    people = [
        _checked_person(member.nik, member.name, office, _field(index))
        for index, member in enumerate(report.members)
    ]
    rules.named_once(report.niks, "anggota")
    relations = [member.relation for member in report.members]
    rules.one_head(relations, "anggota")
    head = relations.index(HEAD)
    rules.head_of_age(people[head], today, _field(head, "shdk"))
    in_force = Area.objects.filter(code=report.village, retired=False).exists()
    rules.village_of_office(report.village, office.definition["area"], in_force=in_force)


def _changed(row: Membership, **values: Any) -> dict[str, Any]:
    """Change a membership, and what is needed to undo it."""
    before = plain(row, _ROW_FIELDS)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return {"id": row.pk, "before": before, "after": plain(row, _ROW_FIELDS)}


def _address(report: FamilyCardReport, today: date) -> dict[str, Any]:
    return {
        "address": report.address,
        "rt": report.rt,
        "rw": report.rw,
        "postal_code": report.postal_code,
        "village_id": report.village,
        "issued_on": today,
    }


def _households_left(report: FamilyCardReport, people: list[Resident]) -> list[Membership]:
    """The rows that end because their people leave. Raises RuleBroken for a head who leaves others behind."""
    leaving = open_rows(people)
    numbers = {person.pk: report.niks.index(person.nik) for person in people}
    for family in sorted({row.family_id for row in leaving}):
        gone = [row for row in leaving if row.family_id == family]
        others = Membership.objects.filter(family=family, until__isnull=True)
        staying = others.exclude(pk__in=[row.pk for row in gone]).values_list("relation", flat=True)
        head = next((row for row in gone if row.relation == HEAD), gone[0])
        rules.head_leaves_nobody(
            [row.relation for row in gone], list(staying), _field(numbers[head.resident_id])
        )
    return leaving


def _new_household(
    report: FamilyCardReport, office: Office, given: Family | None, today: date
) -> tuple[Family, dict[str, Any]]:
    """A new nomor KK (or the one given to this case before); its members leave their old families for it."""
    rules.applicant_is_member(report.applicant_nik, report.niks, "pemohon_nik")
    people = {person.nik: person for person in Resident.objects.filter(nik__in=report.niks)}
    leaving = _households_left(report, list(people.values()))
    left = sorted({row.family_id for row in leaving})
    rows = [_changed(row, until=today) for row in leaving]
    # A number from outside is asked for each time: the official may have corrected it.
    if given is None or outside():
        district = report.village.rpartition(".")[0]
        number = next_family_card_number(office=office, district=district, issued=today)
        given = given or Family(office=office)
        given.number = number
    for name, value in _address(report, today).items():
        setattr(given, name, value)
    given.save()
    added = [
        Membership.objects.create(
            family=given, resident=people[member.nik], relation=member.relation, position=place, since=today
        )
        for place, member in enumerate(report.members, start=1)
    ]
    return given, {
        "given": given.pk,
        "families": [*left, given.pk],
        "rows": rows,
        "added": [{"id": row.pk, "after": plain(row, _ROW_FIELDS)} for row in added],
        "family": None,
    }


def _same_household(report: FamilyCardReport, today: date) -> tuple[Family, dict[str, Any]]:
    """The applicant's card again with its number: as it was, or with address and SHDK corrected (other)."""
    applicant = Resident.objects.get(nik=report.applicant_nik)
    family = queries.current_family(applicant)
    if family is None:
        raise NoFamilyCard(field="pemohon_nik")
    recorded = {row.resident.nik: row for row in queries.members(family)}
    for index, member in enumerate(report.members):
        rules.member_recorded(member.nik, list(recorded), _field(index))
        relation = recorded[member.nik].relation
        if report.reason == "lost_or_damaged":
            rules.relation_unchanged(member.relation, relation, _field(index, "shdk"))
        else:
            rules.head_stays(member.relation, relation, _field(index, "shdk"))
    before, rows = plain(family, _FAMILY_FIELDS), []
    family.issued_on = today
    if report.reason == "other":
        rules.same_village(report.village, family.village_id)
        for name, value in _address(report, today).items():
            setattr(family, name, value)
        rows = [
            _changed(recorded[member.nik], relation=member.relation)
            for member in report.members
            if recorded[member.nik].relation != member.relation
        ]
    family.save()
    after = plain(family, _FAMILY_FIELDS)
    return family, {
        "families": [family.pk],
        "rows": rows,
        "added": [],
        "family": {"before": before, "after": after},
    }


def _apply(change: FamilyChange, report: FamilyCardReport, given: Family | None, by: Actor) -> None:
    """Check the report and carry it out, on rows that are locked. Raises RuleBroken."""
    office = change.office
    today = clock.now().astimezone(zone(office)).date()
    _checked_people(report, office, today)
    if report.reason == "new_household":
        change.family, effects = _new_household(report, office, given, today)
    else:
        change.family, effects = _same_household(report, today)
    # A number that was given to this case stays its own, also while the reason is another.
    kept = {"given": given.pk} if given else {"given": None}
    change.kind = report.reason
    change.facts = {**kept, **effects, "report": asdict(report)}
    change.recorded_by = by.ref
    change.applied_at, change.reverted_at = clock.now(), None


def _note(change: FamilyChange, action: str, by: Actor) -> None:
    record(
        action=action,
        subject=f"family:{change.family_id}",
        actor=by.ref,
        office_code=change.office_id,
        details={"kind": change.kind, "case": change.case_ref},
    )


@transaction.atomic
def issue_family_card(*, office: Office, report: FamilyCardReport, case_ref: str, by: Actor) -> FamilyChange:
    """Record that a family gets its card: a new household, a card replaced, a card corrected.

    Raises RuleBroken (with the field of F-1.15 and the sentence for the user), MovedMeanwhile and
    CardAlreadyIssued.
    """
    lock_people([*report.niks, report.applicant_nik])
    if FamilyChange.objects.filter(case_ref=case_ref).exists():
        raise CardAlreadyIssued()
    change = FamilyChange(office=office, case_ref=case_ref, created_at=clock.now())
    _apply(change, report, None, by)
    change.save()
    _note(change, "register.family_card", by)
    return change


@transaction.atomic
def amend_family_card(*, change: FamilyChange, report: FamilyCardReport, by: Actor) -> FamilyChange:
    """Undo what the case did and apply its corrected form; a new household keeps the number it was given.

    The caller makes sure that no signed document exists. Raises as `issue_family_card`, and ChangedSince.
    """
    change = FamilyChange.objects.select_for_update().get(pk=change.pk)
    niks = [*report.niks, report.applicant_nik, *_niks_of(change)]
    lock_people(niks, change.facts["families"])
    if change.reverted_at is None:
        _revert(change)
    _apply(change, report, Family.objects.filter(pk=change.facts["given"]).first(), by)
    change.save()
    _note(change, "register.amend_family_card", by)
    return change


@transaction.atomic
def revert_family_card(*, case_ref: str, by: Actor) -> FamilyChange:
    """Undo exactly what a case did. A nomor KK that was given stays used, on a family without members.

    Again, it does nothing. Raises NotFoundError for a case that changed nothing, and ChangedSince.
    """
    change = FamilyChange.objects.select_for_update().filter(case_ref=case_ref).first()
    if change is None:
        raise NotFoundError("Permohonan ini tidak mengubah keluarga mana pun.")
    if change.reverted_at is not None:
        return change
    lock_people(_niks_of(change), change.facts["families"])
    _revert(change)
    change.reverted_at = clock.now()
    change.save(update_fields=["reverted_at"])
    _note(change, "register.revert_family_card", by)
    return change


def _niks_of(change: FamilyChange) -> list[str]:
    """Everybody whose membership the change touched."""
    rows = [*change.facts["rows"], *change.facts["added"]]
    ids = {row["after"]["resident_id"] for row in rows}
    return list(Resident.objects.filter(pk__in=ids).values_list("nik", flat=True))


def _refuse_if_changed_since(change: FamilyChange) -> None:
    """Every row must be as the change left it, and no later change may have built on it."""
    facts = change.facts
    touched = Q()
    for family in facts["families"]:
        touched |= Q(facts__families__contains=[family])
    later = FamilyChange.objects.filter(
        touched, office=change.office_id, reverted_at__isnull=True, applied_at__gt=change.applied_at
    )
    if later.exists():
        raise ChangedSince()
    rows = [*facts["rows"], *facts["added"]]
    found = Membership.objects.in_bulk([row["id"] for row in rows])
    for row in rows:
        if row["id"] not in found or plain(found[row["id"]], _ROW_FIELDS) != row["after"]:
            raise ChangedSince()
    added = [row["id"] for row in facts["added"]]
    if added and change.family.memberships.exclude(pk__in=added).exists():
        raise ChangedSince()
    if facts["family"] and plain(change.family, _FAMILY_FIELDS) != facts["family"]["after"]:
        raise ChangedSince()


def _revert(change: FamilyChange) -> None:
    """Put every row back as it was. Raises ChangedSince."""
    _refuse_if_changed_since(change)
    facts = change.facts
    # The rows that were added go first: nobody may be in two families for a moment.
    Membership.objects.filter(pk__in=[row["id"] for row in facts["added"]]).delete()
    for row in facts["rows"]:
        Membership.objects.filter(pk=row["id"]).update(**row["before"])
    if facts["family"]:
        Family.objects.filter(pk=change.family_id).update(**facts["family"]["before"])
    require_heads(facts["families"])
