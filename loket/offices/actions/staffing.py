"""Changes of people at an office: one asks, another decides. What follows for open work is in `cases`."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from loket.audit.actions import record
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError, NotAllowedError, NotFoundError
from loket.offices import queries
from loket.offices.actions.office import assign_role
from loket.offices.actions.passwords import end_sessions
from loket.offices.models import Account, Assignment, Office, Role, StaffChange

Kind = StaffChange.Kind
State = StaffChange.State
_WITH_ROLE = {"hire", "give_role", "end_role"}


class OwnChange(NotAllowedError):
    """Perubahan akun sendiri harus diminta dan diputuskan oleh orang lain."""


class AskerDecides(NotAllowedError):
    """Permintaan ini Anda ajukan sendiri; orang lain yang harus memutuskannya."""


class AlreadyAsked(ConflictError):
    """Perubahan yang sama sudah diminta dan masih menunggu keputusan."""


class AlreadyDecided(ConflictError):
    """Permintaan ini sudah diputuskan atau kedaluwarsa."""


class AddressTaken(ConflictError):
    """Sudah ada akun dengan surel ini."""


class NothingToChange(ConflictError):
    """Perubahan ini tidak mengubah apa pun: perannya sudah atau tidak lagi dipegang."""


class TooFewDeciders(ConflictError):
    """Sesudah ini kurang dari dua orang dapat mengurus akun. Berikan dahulu hak itu kepada orang lain."""


@dataclass(frozen=True)
class NewPerson:
    """Somebody who is to get an account."""

    email: str
    name: str
    number: str = ""


def account_id(by: Actor) -> int:
    """The account behind an actor of staff."""
    return int(by.ref.removeprefix("account:"))


def _colleague(office: Office, pk: int | None) -> Account | None:
    if pk is None:
        return None
    found = Account.objects.filter(pk=pk, office=office, is_active=True).first()
    if found is None:
        raise NotFoundError("Pegawai ini tidak ditemukan.")
    return found


def _role(office: Office, kind: str, slug: str) -> Role | None:
    if kind not in _WITH_ROLE:
        return None
    found = Role.objects.filter(office=office, slug=slug, active=True).first()
    if found is None:
        raise LoketError("Pilih perannya.", field="role")
    return found


def _category(slug: str) -> str:
    if slug not in StaffChange.Category.values:
        raise LoketError("Pilih golongan alasannya.", field="category")
    return slug


def _written(text: str) -> str:
    reason = " ".join(text.split())[:300]
    if not reason:
        raise LoketError("Tulis alasannya.", field="reason")
    return reason


@transaction.atomic
def ask_staff_change(
    *,
    office: Office,
    kind: str,
    category: str,
    reason: str,
    key: uuid.UUID,
    by: Actor,
    account: int | None = None,
    role: str = "",
    successor: int | None = None,
    new: NewPerson | None = None,
) -> StaffChange:
    """Ask for a change; the same `key` again gives the first request back.

    Raises NotAllowedError, OwnChange, NotFoundError, AlreadyAsked, AddressTaken, LoketError (a gap).
    """
    if not by.may("people", office.code):
        raise NotAllowedError()
    if known := StaffChange.objects.filter(key=key, office=office).first():
        return known
    person, heir = _colleague(office, account), _colleague(office, successor)
    me = account_id(by)
    if me in (account, successor):
        raise OwnChange()
    if new and Account.objects.filter(email=new.email.lower()).exists():
        raise AddressTaken(field="email")
    change = StaffChange(
        office=office,
        kind=kind,
        account=person,
        role=_role(office, kind, role),
        successor=heir,
        **({"email": new.email.lower(), "name": new.name, "employee_number": new.number} if new else {}),
        category=_category(category),
        reason=_written(reason),
        key=key,
        asked_by_id=me,
    )
    return _keep(change, by)


def _keep(change: StaffChange, by: Actor) -> StaffChange:
    change.asked_at = clock.now()
    change.expires_at = change.asked_at + timedelta(days=settings.STAFF_CHANGE_DAYS)
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as error:
        raise AlreadyAsked() from error
    _note(change, "ask", by)
    return change


def _note(change: StaffChange, verb: str, by: Actor) -> None:
    record(
        action=f"staff_change.{verb}",
        subject=change.ref,
        actor=by.ref,
        office_code=change.office_id,
        details={
            "kind": change.kind,
            "category": change.category,
            "account": change.account_id,
            "role": change.role.slug if change.role else "",
            "successor": change.successor_id,
        },
    )


def lock_staff_change(*, change_id: int, by: Actor) -> StaffChange:
    """A change that `by` may decide, locked until the transaction ends.

    Raises NotFoundError (also for another office), OwnChange, AskerDecides, AlreadyDecided.
    """
    found = StaffChange.objects.select_for_update(of=("self",))
    found = found.select_related("office", "account", "role", "successor", "asked_by")
    change = found.filter(pk=change_id).first()
    if change is None or not by.may("people", change.office_id):
        raise NotFoundError("Permintaan ini tidak ditemukan.")
    me = account_id(by)
    if me in (change.account_id, change.successor_id):
        raise OwnChange()
    if me == change.asked_by_id:
        raise AskerDecides()
    # One decision at a time in an office: two could each leave the other as the last holder of a right.
    Office.objects.select_for_update().get(pk=change.office_id)
    if change.state != State.WAITING or change.expires_at <= clock.now():
        raise AlreadyDecided()
    return change


@transaction.atomic
def refuse_staff_change(*, change_id: int, reason: str, by: Actor) -> StaffChange:
    """Decide that a change is not made. Raises as `lock_staff_change`, LoketError without a reason."""
    change = lock_staff_change(change_id=change_id, by=by)
    return _decide(change, str(State.REFUSED), _written(reason), by)


def _decide(change: StaffChange, state: str, words: str, by: Actor) -> StaffChange:
    change.state, change.decision = state, words
    change.decided_by_id, change.decided_at = account_id(by), clock.now()
    change.save()
    _note(change, "agree" if state == State.DONE else "refuse", by)
    return change


@transaction.atomic
def carry_out_staff_change(*, change: StaffChange, by: Actor) -> StaffChange:
    """Do what a locked request asks, and end the sessions of whom it concerns.

    Raises NothingToChange, TooFewDeciders, AddressTaken. Whether work would be left behind is checked by
    `cases.actions.staffing` before.
    """
    if change.kind in (Kind.END_ROLE, Kind.CLOSE):
        _leave(change, by)
    elif change.kind == Kind.HIRE:
        change.account = _hire(change, by)
    elif change.kind == Kind.GIVE_ROLE:
        if change.role in queries.roles_of(change.account):
            raise NothingToChange()
        assign_role(account=change.account, role=change.role, by=by)
    elif change.kind == Kind.PASSWORD:
        change.account.password = make_password(None)
        change.account.save(update_fields=["password"])
    else:
        change.account.totp_secret = ""
        change.account.save(update_fields=["totp_secret"])
    end_sessions(change.account)
    return _decide(change, str(State.DONE), "", by)


def _hire(change: StaffChange, by: Actor) -> Account:
    if Account.objects.filter(email=change.email).exists():
        raise AddressTaken()
    account = Account.objects.create(
        email=change.email,
        name=change.name,
        kind=Account.Kind.STAFF,
        office=change.office,
        employee_number=change.employee_number,
        password=make_password(None),
        created_at=clock.now(),
    )
    record(action="account.create", subject=account.ref, actor=by.ref, office_code=change.office_id)
    assign_role(account=account, role=change.role, by=by)
    return account


def _leave(change: StaffChange, by: Actor) -> None:
    """End one role or all of them; the successor takes them over first."""
    account, now = change.account, clock.now()
    held = Assignment.objects.filter(account=account, until__isnull=True).select_related("role")
    ending = list(held.filter(role=change.role) if change.kind == Kind.END_ROLE else held)
    if change.kind == Kind.END_ROLE and not ending:
        raise NothingToChange()
    for assignment in ending:
        if change.successor:
            assign_role(account=change.successor, role=assignment.role, by=by)
        assignment.until = now
        assignment.save(update_fields=["until"])
        record(
            action="role.end",
            subject=account.ref,
            actor=by.ref,
            office_code=change.office_id,
            details={"role": assignment.role.slug},
        )
    if change.successor:
        end_sessions(change.successor)
    if change.kind == Kind.CLOSE:
        Account.objects.filter(pk=change.account_id).update(is_active=False)
        mine = StaffChange.objects.filter(asked_by=account, state=State.WAITING).exclude(pk=change.pk)
        for asked in mine.select_for_update(of=("self",)).order_by("pk"):
            _expire(asked, "yang meminta sudah keluar")
        record(action="account.close", subject=account.ref, actor=by.ref, office_code=change.office_id)
    had_right = any("people" in assignment.role.rights for assignment in ending)
    if had_right and len(queries.holders_of_right(change.office, "people")) < queries.DECIDERS:
        raise TooFewDeciders()


def _expire(change: StaffChange, words: str = "") -> None:
    change.state, change.decided_at, change.decision = State.EXPIRED, clock.now(), words
    change.save()
    record(action="staff_change.expire", subject=change.ref, actor="system", office_code=change.office_id)


@transaction.atomic
def expire_staff_changes() -> list[StaffChange]:
    """Close requests that nobody decided in time, and give them back."""
    late = StaffChange.objects.select_for_update(skip_locked=True, of=("self",))
    late = late.select_related("office", "asked_by")
    found = list(late.filter(state=State.WAITING, expires_at__lte=clock.now()).order_by("pk"))
    for change in found:
        _expire(change)
    return found
