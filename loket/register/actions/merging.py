"""Two residents who are one person become one: asked by one official, carried out by the word of another.

Law: UU 24/2013 art. 13: each resident has exactly one NIK, and it is never given to anybody else. The NIK
that does not stay is closed and points to the other; families, events, books and cases of both stay as they
are and are read under both. What it changes is an event of the register, so it is undone exactly, again by
two.
"""

import uuid
from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from loket.audit.actions import record
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError, NotAllowedError, NotFoundError
from loket.offices.models import Office
from loket.register.actions import held, wedlock
from loket.register.actions.changes import Changes, Outcome, record_event, revert_event, today_at
from loket.register.finding import resident_of
from loket.register.models import HeldDocument, Membership, MergeRequest, Resident
from loket.register.rules import HEAD
from loket.register.rules.merging import HeadOfOthers, NoPlaceForTheGone, Person, columns, may_be_one

KIND = "merge"
ASKS, DECIDES = "register", "supervise"
SHORTEST, LONGEST = 10, 1000
State, Place = MergeRequest.State, MergeRequest.Place


class WhyMissing(LoketError):
    """Tulis alasannya, paling sedikit 10 huruf, supaya orang lain dapat memutuskan."""

    status = 422


class SurvivorMissing(LoketError):
    """Pilih NIK yang tetap berlaku."""

    status = 422


class MergeWaits(ConflictError):
    """Penggabungan data orang ini sudah diusulkan dan menunggu keputusan."""


class OwnMerge(NotAllowedError):
    """Usulan ini Anda ajukan sendiri; orang lain yang berhak harus memutuskannya."""


class MergeDecided(ConflictError):
    """Usulan ini sudah diputuskan."""


class NotMerged(ConflictError):
    """Penggabungan ini tidak berlaku, sehingga tidak ada yang dibatalkan."""


def _why(text: str) -> str:
    written = " ".join(text.split())
    if len(written) < SHORTEST:
        raise WhyMissing(field="reason")
    return written[:LONGEST]


def _facts(person: Resident, row: Membership | None) -> Person:
    return Person(
        id=person.pk,
        nik=person.nik,
        status=person.status,
        mother_nik=person.mother_nik,
        father_nik=person.father_nik,
        family=row.family_id if row else None,
        relation=row.relation if row else "",
    )


def _present(person: Resident) -> Membership | None:
    return Membership.objects.filter(resident=person, until__isnull=True).select_related("family").first()


def _checked(request: MergeRequest, survivor: Resident, merged: Resident) -> None:
    """Every rule that needs no change of the register. Raises RuleBroken."""
    rows = _present(survivor), _present(merged)
    may_be_one(_facts(survivor, rows[0]), _facts(merged, rows[1]))
    columns(request.take)
    if request.place == Place.MERGED and survivor.status != Resident.Status.ALIVE:
        raise NoPlaceForTheGone(field="place")
    _refuse_left_head(rows, request.place)


def _refuse_left_head(rows: tuple[Membership | None, Membership | None], place: str) -> None:
    """Whoever's place is given up must not leave others without a head. Raises HeadOfOthers."""
    stays, goes = rows if place == Place.SURVIVOR else (rows[1], rows[0])
    if goes is None or goes.relation != HEAD or (stays and stays.family_id == goes.family_id):
        return
    others = Membership.objects.filter(family=goes.family_id, until__isnull=True).exclude(pk=goes.pk)
    if others.exists():
        raise HeadOfOthers(field="place")


@transaction.atomic
def ask_merge(
    *,
    office: Office,
    survivor: int,
    merged: int,
    take: Iterable[str],
    place: str,
    reason: str,
    key: uuid.UUID,
    by: Actor,
) -> MergeRequest:
    """Propose that `merged` is closed and `survivor` keeps the NIK; the same `key` gives the first one again.

    Raises NotAllowedError, NotFoundError, WhyMissing, MergeWaits, RuleBroken.
    """
    if not by.may(ASKS, office.code):
        raise NotAllowedError()
    if existing := MergeRequest.objects.filter(key=key, office=office).first():
        return existing
    stays, goes = resident_of(office, survivor), resident_of(office, merged)
    request = MergeRequest(
        office=office,
        survivor=stays,
        merged=goes,
        take=list(take),
        place=Place.MERGED if place == Place.MERGED else Place.SURVIVOR,
        reason=_why(reason),
    )
    _checked(request, stays, goes)
    return _asked(request, key, by)


@transaction.atomic
def ask_undoing(*, merge_id: int, reason: str, key: uuid.UUID, by: Actor) -> MergeRequest:
    """Propose that a merge is undone. Raises NotAllowedError, NotFoundError, WhyMissing, NotMerged,
    MergeWaits."""
    merge = _locked(merge_id, by, ASKS)
    if existing := MergeRequest.objects.filter(key=key, office=merge.office).first():
        return existing
    if not in_force(merge):
        raise NotMerged()
    request = MergeRequest(
        office=merge.office,
        survivor=merge.survivor,
        merged=merge.merged,
        undoes=merge,
        reason=_why(reason),
    )
    return _asked(request, key, by)


def _asked(request: MergeRequest, key: uuid.UUID, by: Actor) -> MergeRequest:
    request.key, request.asked_at = key, clock.now()
    request.asked_by, request.asked_by_name = by.ref, by.name
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:  # one waits already, or the same form came twice at once
        raise MergeWaits() from error
    _journal(request, "ask", by)
    return request


def in_force(merge: MergeRequest) -> bool:
    """Whether this merge was carried out and not undone. One query."""
    if merge.undoes_id is not None or merge.state != State.AGREED:
        return False
    return not merge.undone_by.filter(state=State.AGREED).exists()


def _locked(request_id: int, by: Actor, right: str) -> MergeRequest:
    rows = MergeRequest.objects.select_for_update(of=("self",)).select_related("office", "survivor", "merged")
    request = rows.filter(pk=request_id, office=by.office).first() if by.kind == "staff" else None
    if request is None:
        raise NotFoundError("Usulan ini tidak ditemukan.")
    if not by.may(right, request.office_id):
        raise NotAllowedError()
    return request


def _to_decide(request_id: int, by: Actor) -> MergeRequest:
    request = _locked(request_id, by, DECIDES)
    if request.asked_by == by.ref:
        raise OwnMerge()
    if request.state != State.WAITING:
        raise MergeDecided()
    return request


@transaction.atomic
def agree_to_merge(*, request_id: int, by: Actor) -> MergeRequest:
    """Carry out what was proposed, in this transaction: the merge, or its undoing.

    Raises NotAllowedError, OwnMerge, NotFoundError, MergeDecided, RuleBroken, MovedMeanwhile, and
    ChangedSince where the register has gone on since the merge.
    """
    request = _to_decide(request_id, by)
    if request.undoes is not None:
        revert_event(case_ref=request.undoes.ref, by=by)
    else:
        people = Resident.objects.filter(pk__in=[request.survivor_id, request.merged_id])
        record_event(
            office=request.office,
            kind=KIND,
            case_ref=request.ref,
            by=by,
            niks=[
                *people.values_list("nik", flat=True),
                *_children(request.merged).values_list("nik", flat=True),
            ],
            apply=lambda changes: _merge(changes, request),
        )
    return _decided(request, str(State.AGREED), "", by)


@transaction.atomic
def refuse_merge(*, request_id: int, reason: str, by: Actor) -> MergeRequest:
    """Leave the register as it is, with the reason. Raises as `agree_to_merge`, and WhyMissing."""
    request = _to_decide(request_id, by)
    return _decided(request, str(State.REFUSED), _why(reason), by)


def _decided(request: MergeRequest, state: str, decision: str, by: Actor) -> MergeRequest:
    request.state, request.decision, request.decided_at = state, decision, clock.now()
    request.decided_by, request.decided_by_name = by.ref, by.name
    request.save()
    _journal(request, "agree" if state == State.AGREED else "refuse", by)
    return request


def _journal(request: MergeRequest, what: str, by: Actor) -> None:
    of = "unmerge" if request.undoes_id else "merge"
    record(
        action=f"register.{of}.{what}",
        subject=request.ref,
        actor=by.ref,
        office_code=request.office_id,
        details={"survivor": f"resident:{request.survivor_id}", "merged": f"resident:{request.merged_id}"},
    )


def _children(parent: Resident) -> QuerySet[Resident]:
    return Resident.objects.filter(Q(mother_nik=parent.nik) | Q(father_nik=parent.nik))


def _merge(changes: Changes, request: MergeRequest) -> Outcome:
    survivor = Resident.objects.get(pk=request.survivor_id)
    merged = Resident.objects.get(pk=request.merged_id)
    _checked(request, survivor, merged)
    day = today_at(request.office)
    changes.change(survivor, **{column: getattr(merged, column) for column in columns(request.take)})
    _settle_place(changes, request, survivor, merged, day)
    for child in _children(merged).select_for_update().order_by("pk"):
        names = {"mother_nik": child.mother_nik, "father_nik": child.father_nik}
        changes.change(child, **{name: survivor.nik for name, nik in names.items() if nik == merged.nik})
    wedlock.take_over(changes, merged, survivor, day)
    for earlier in Resident.objects.filter(merged_into=merged).order_by("pk"):
        changes.change(earlier, merged_into=survivor)
    why = "NIK digabung dengan NIK lain"
    held.end(changes, [merged], HeldDocument.Kind.values, str(HeldDocument.State.WITHDRAWN), day, why)
    changes.change(merged, status=Resident.Status.MERGED, merged_into=survivor, death_date=None)
    row = _present(survivor)
    return Outcome(resident=survivor, family=row.family if row else None, facts={"merged": merged.pk})


def _settle_place(
    changes: Changes, request: MergeRequest, survivor: Resident, merged: Resident, day: date
) -> None:
    """One place in a family is left: the chosen one; on one card that of the head, if one of them is it."""
    kept, given_up = _present(survivor), _present(merged)
    if given_up is None:
        return
    changes.change(given_up, until=day)
    changes.change(given_up.family, issued_on=day)
    if kept is not None and kept.family_id == given_up.family_id:
        if given_up.relation == HEAD or request.place == Place.MERGED:
            changes.change(kept, relation=given_up.relation, position=given_up.position)
        return
    if request.place == Place.MERGED:
        if kept is not None:
            changes.change(kept, until=day)
            changes.change(kept.family, issued_on=day)
        changes.add(
            Membership(
                family=given_up.family,
                resident=survivor,
                relation=given_up.relation,
                position=given_up.position,
                since=day,
            )
        )
