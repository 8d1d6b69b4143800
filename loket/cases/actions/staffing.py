"""Agreeing to a change of people: no work is left without somebody, and everybody concerned is told."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from loket.cases.models import InboxRow
from loket.core.actors import Actor
from loket.core.errors import ConflictError
from loket.documents.models import SigningBatch, SigningIntent
from loket.notices.actions import queue
from loket.offices import actions as people
from loket.offices import queries as offices
from loket.offices.actions import carry_out_staff_change, lock_staff_change, new_password_code
from loket.offices.models import Account, Role, StaffChange


class WorkLeftBehind(ConflictError):
    """Masih ada permohonan terbuka yang hanya dapat dikerjakan orang ini. Minta lagi, dengan penggantinya."""


class SigningUnderway(ConflictError):
    """Kumpulan tanda tangan orang ini masih berjalan. Tunggu sampai selesai, lalu putuskan lagi."""


class DoubtLeftBehind(ConflictError):
    """Tanda tangan orang ini masih ada yang diragukan. Putuskan dahulu di halaman Diragukan."""


@dataclass(frozen=True)
class OpenWork:
    """What somebody would leave behind: roles that only they hold, each with its open cases, and batches.

    `doubts`: signings of theirs of which nobody knows whether they happened. Only the signer can still say.
    """

    roles: list[tuple[Role, int]]
    batches: int
    doubts: int
    requests: int


def open_work(account: Account, only: Role | None = None) -> OpenWork:
    """What `account` would leave behind, losing all roles or only one."""
    losing = [role for role in offices.roles_of(account) if only is None or role.pk == only.pk]
    alone = [role for role in losing if offices.only_holder(account, role)]
    counted = [
        (role, InboxRow.objects.filter(office=role.office_id, step_role=role.slug).count()) for role in alone
    ]
    running = SigningBatch.objects.filter(signer=account).exclude(state=SigningBatch.State.DONE)
    doubts = SigningIntent.objects.filter(signer=account, state=SigningIntent.State.IN_DOUBT)
    asked = StaffChange.objects.filter(asked_by=account, state=StaffChange.State.WAITING)
    left = [(role, count) for role, count in counted if count]
    return OpenWork(left, running.count(), doubts.count(), asked.count())


@transaction.atomic
def agree_to_staff_change(*, change_id: int, by: Actor) -> StaffChange:
    """Decide that a change is made, and make it.

    Raises NotFoundError, OwnChange, AskerDecides, AlreadyDecided, WorkLeftBehind, SigningUnderway,
    DoubtLeftBehind, NothingToChange, TooFewDeciders, AddressTaken.
    """
    change = lock_staff_change(change_id=change_id, by=by)
    if change.kind in (StaffChange.Kind.END_ROLE, StaffChange.Kind.CLOSE):
        left = open_work(change.account, change.role)
        if left.roles and change.successor is None:
            raise WorkLeftBehind()
        signs = change.role is None or "sign" in change.role.rights
        if left.batches and signs:
            raise SigningUnderway()
        if left.doubts and signs:
            raise DoubtLeftBehind()
    carry_out_staff_change(change=change, by=by)
    _tell(change)
    return change


@transaction.atomic
def refuse_staff_change(*, change_id: int, reason: str, by: Actor) -> StaffChange:
    """Decide that a change is not made, and tell who asked. Raises as the one of `offices`."""
    change = people.refuse_staff_change(change_id=change_id, reason=reason, by=by)
    _tell_asker(change, "ditolak")
    return change


@transaction.atomic
def expire_staff_changes() -> int:
    """Close requests that nobody decided in time, and tell who asked; returns how many."""
    late = people.expire_staff_changes()
    for change in late:
        _tell_asker(change, "kedaluwarsa karena tidak diputuskan pada waktunya")
    return len(late)


def _tell_asker(change: StaffChange, what: str) -> None:
    """Without the reason, which may speak of somebody's life: it is on the page."""
    queue(
        key=f"{change.ref}:asker",
        to=change.asked_by.email,
        subject="Permintaan perubahan akun tidak dilaksanakan",
        body=(
            f"Permintaan nomor {change.pk} ({change.get_kind_display().lower()}) {what}.\n"
            f"Lihat {settings.BASE_URL}/petugas/pegawai/permintaan/{change.pk}/\n"
        ),
        office=change.office,
    )


def _tell(change: StaffChange) -> None:
    """Mail to whom it concerns, with a code where a password has to be set, and to the other deciders."""
    # Every change that is done has an account (constraint `offices_change_hired_when_done`).
    account: Account = change.account
    what = change.get_kind_display().lower()
    body = f"Perubahan pada akun Anda di {change.office.short_name}: {what}"
    body += f" ({change.role.name})" if change.role else ""
    body += ".\nSemua sesi Anda sudah diakhiri.\n"
    secret = change.kind in (StaffChange.Kind.HIRE, StaffChange.Kind.PASSWORD)
    if secret:
        body += (
            f"\nKode untuk membuat kata sandi: {new_password_code(account=account)}\n"
            f"Buka {settings.BASE_URL}/petugas/kata-sandi/ dalam 72 jam. Kode hanya berlaku satu kali.\n"
        )
    body += "\nBila Anda tidak mengetahui perubahan ini, segera hubungi admin kantor.\n"
    queue(
        key=f"{change.ref}:subject",
        to=account.email,
        subject="Perubahan akun pegawai",
        body=body,
        office=change.office,
        secret=secret,
    )
    for holder in offices.holders_of_right(change.office, "people"):
        if holder.pk not in (account.pk, change.decided_by_id):
            queue(
                key=f"{change.ref}:{holder.pk}",
                to=holder.email,
                subject="Perubahan akun pegawai diputuskan",
                body=(
                    f"Permintaan nomor {change.pk} ({what}) sudah disetujui dan dilaksanakan.\n"
                    f"Lihat {settings.BASE_URL}/petugas/pegawai/\n"
                ),
                office=change.office,
            )
