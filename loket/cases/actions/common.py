"""What every change to a case needs: the locked row, the table's answer, the event, the clock."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import connection

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.models import Case, CaseEvent, ClockStop, Pause
from loket.cases.rules.answers import Fault
from loket.cases.rules.deadlines import due_at
from loket.cases.rules.states import FINAL, STATE_NAMES, Action, allowed
from loket.catalogue.rules import Step, Variant
from loket.core import clock
from loket.core.actors import SYSTEM, Actor
from loket.core.errors import ConflictError, LoketError, NotFoundError
from loket.offices.models import Office
from loket.offices.queries import calendar, zone

_CALENDAR_LOCK = 0xCA1E
# The whole row of a case, written once: Django would make this text anew at every step of every case.
_CHANGEABLE = {field.attname: field.column for field in Case._meta.concrete_fields if not field.primary_key}
_SAVE = f"UPDATE cases_case SET {', '.join(f'{name} = %s' for name in _CHANGEABLE.values())} WHERE id = %s"  # noqa: S608
# The case is locked, so nobody else counts its events meanwhile.
_EVENT = """
INSERT INTO cases_caseevent
       (case_id, kind, step, next_step, actor_ref, actor_name, reason, at, key, seq)
SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, coalesce(max(seq), 0) + 1 FROM cases_caseevent WHERE case_id = %s
"""
SIGNED = "sudah atau sedang ditandatangani"


class AlreadyChanged(ConflictError):
    """Permohonan ini baru saja dikerjakan oleh orang lain; di bawah ini keadaannya yang sekarang."""


class NotPossible(ConflictError):
    """Tindakan ini tidak dapat dilakukan pada keadaan permohonan sekarang."""


class NotSignedYet(ConflictError):
    """Semua dokumen permohonan ini harus ditandatangani terlebih dahulu."""


class DuplicateSuspected(LoketError):
    """Ada permohonan lain untuk peristiwa yang sama. Periksa keduanya; jika memang dua peristiwa berbeda
    (misalnya anak kembar), centang pernyataannya dan tulis alasannya."""

    status = 409


class IncompleteApplication(LoketError):
    """Permohonan belum lengkap. Perbaiki bagian yang ditandai."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """`faults` are all the things to mend, in the order of the form."""
        self.faults = list(faults)
        super().__init__()


@dataclass(frozen=True)
class Given:
    """What an official enters with a step, as far as its kind asks for it."""

    # sign, on paper: that every document bears the signature
    signed_on_paper: bool = False
    # hand_over: what stands on the receipt given back, or why it is missing; who takes the documents
    receipt: str = ""
    without_receipt: str = ""
    received_by: str = ""
    relation: str = ""
    # hand_over: originals that the office keeps instead of giving them back
    keep: frozenset[int] = frozenset()
    # hand_over: by which of the published ways the document is taken
    way: str = ""
    # acknowledge: that the applicant has signed the book
    acknowledged: bool = False
    # activate, record_biometrics, interview: that the person is here themselves
    present: bool = False
    # check_biometrics: whether the person is in the national data (`checks.RESULTS`), and under which NIK
    checked: str = ""
    found_nik: str = ""
    # report: what was found; interview: what was said
    text: str = ""
    # enter_data: the numbers that SIAK gave, by the slots that `numbers_wanted` tells
    numbers: Mapping[str, str] = field(default_factory=dict)


def locked(case_id: uuid.UUID) -> Case:
    """The case, locked until the transaction ends. Raises NotFoundError."""
    case = queries.whole_case(case_id, lock=True)
    if case is None:
        raise NotFoundError("Permohonan ini tidak ditemukan.")
    return case


def replayed(case: Case, kind: str, key: uuid.UUID | None) -> bool:
    """Whether the form with this idempotency key was carried out before.

    Raises AlreadyChanged where the key was used for another action: somebody went back to an old page.
    """
    if key is None or (case.state == "draft" and case.version == 1):
        return False  # nothing was done with it yet: the first event makes the second version
    done = CaseEvent.objects.filter(case=case, key=key).values_list("kind", flat=True).first()
    if done is not None and done != kind:
        raise AlreadyChanged()
    return done is not None


def require(action: Action, case: Case, by: Actor, *, version: int | None = None) -> Variant:
    """The case's variant, if the table lets `by` do `action` now.

    A stranger gets NotFoundError (the same as for a case that does not exist), somebody who came too late
    AlreadyChanged, anybody else NotPossible.
    """
    if not queries.visible(case, by):
        raise NotFoundError("Permohonan ini tidak ditemukan.")
    if version is not None and version != case.version:
        raise AlreadyChanged()
    variant = queries.variant_of(case)
    situation = queries.situation(case, variant)
    if not allowed(action, situation, by):
        kept = situation.signed and action in ("cancel", "reject", "return")
        state = SIGNED if kept else STATE_NAMES[case.state].lower()
        raise NotPossible(f"Tindakan ini tidak dapat dilakukan: permohonan sekarang {state}.")
    return variant


def note(
    case: Case,
    kind: str,
    by: Actor,
    *,
    step: str = "",
    reason: str = "",
    key: uuid.UUID | None = None,
) -> None:
    """Save the changed case under a new version, with its event and its journal row."""
    case.version += 1
    if case.state in FINAL:
        case.finished_at = clock.now()
        _stop_for_good(case, by)
    values = [json.dumps(case.answers) if name == "answers" else getattr(case, name) for name in _CHANGEABLE]
    happened = [kind, step, case.step, by.ref, by.name, reason, clock.now(), key]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, [*values, case.pk])
        cursor.execute(_EVENT, [case.pk, *happened, case.pk])
    record(
        action=f"case.{kind}",
        subject=case.ref,
        actor=by.ref,
        office_code=case.office_id,
        details={"step": step, "next": case.step, "state": case.state},
    )


def _stop_for_good(case: Case, by: Actor) -> None:
    """The clock of a case that ends: requests to stop it are void, and what stood counts until now."""
    live = ClockStop.objects.filter(case=case, ended_at__isnull=True, refused_reason="")
    live.filter(started_at__isnull=True).update(
        decided_by=SYSTEM.ref,
        decided_by_name=SYSTEM.name,
        decided_at=clock.now(),
        refused_reason="Permohonan sudah berakhir.",
    )
    if case.complete_at is not None and queries.deadline_unsettled(case):
        live.filter(started_at__isnull=False).update(ended_at=clock.now(), ended_by=by.ref)
        set_deadline(case, queries.variant_of(case))


def enter_step(case: Case, step: Step | None, state: str) -> None:
    """Put the case at a step of its procedure (none when it is over), in the given state."""
    case.state = state
    if step is None:
        case.step, case.step_kind, case.step_role = "", "", ""
    else:
        role = queries.variant_of(case).role_of(step)
        case.step, case.step_kind, case.step_role = step.step, step.kind, role


def wait_openly(case: Case, left: Step, entered: Step | None) -> None:
    """A step of which the SOP says "Terbuka" stops the clock from its begin to its end."""
    if left.open_ended:
        Pause.objects.filter(case=case, ended_at__isnull=True).update(ended_at=clock.now())
        set_deadline(case, queries.variant_of(case))
    begin_openly(case, entered)


def begin_openly(case: Case, entered: Step | None) -> None:
    """The clock stands from the begin of a step of which the SOP says "Terbuka"."""
    if entered is not None and entered.open_ended:
        Pause.objects.create(case=case, started_at=clock.now(), reason="open_ended")


def hold_calendar(office: str, *, alone: bool = False) -> None:
    """Keep the office's calendar and stops as they are for deadlines until the transaction ends.

    Many may hold it; `alone` waits until all of them have ended, after a change that they may not have seen.
    """
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s, hashtext(%s))", [_CALENDAR_LOCK, office])


def set_deadline(case: Case, variant: Variant) -> None:
    """Compute the deadline anew from the complete file and all times in which the clock stood."""
    if case.complete_at is None:
        return
    if variant.deadline.until:
        case.deadline_at = _end_of(date.fromisoformat(case.answers[variant.deadline.until]), case.office)
        return
    hold_calendar(case.office_id)
    pauses = queries.pauses_of(case)
    case.deadline_at = due_at(variant.deadline, calendar(case.office), case.complete_at, pauses, clock.now())


def _end_of(day: date, office: Office) -> datetime:
    """The last second of a day at the office."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone(office))


def stop_clock(case: Case, variant: Variant, moment: str) -> None:
    """Note that the standard's clock stops here, where it names this moment."""
    if variant.deadline.stops == moment and case.stopped_at is None:
        case.stopped_at = clock.now()


def required_text(text: str, sentence: str, *, field: str | None = None) -> str:
    """A short text without surrounding space. Raises LoketError with `sentence` where it is empty."""
    written = " ".join(text.split())[:100]
    if not written:
        raise LoketError(sentence, field=field)
    return written


def written_reason(reason: str) -> str:
    """The reason without surrounding space, perhaps empty. Raises LoketError where it is too long."""
    text = reason.strip()
    if len(text) > 1000:
        raise LoketError("Alasan paling panjang 1.000 huruf.", field="reason")
    return text


def required_reason(reason: str) -> str:
    """The reason without surrounding space. Raises LoketError where it is empty or too long."""
    text = written_reason(reason)
    if not text:
        raise LoketError("Tulis alasannya, supaya jelas apa yang harus dilakukan.", field="reason")
    return text
