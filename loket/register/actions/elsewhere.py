"""Arrived elsewhere: the destination is on no installation of ours, so an official notes what it tells.

Law: UU 23/2006 jo. 24/2013 art. 15, Permendagri 108/2019: the data leave the place of origin when the place
of destination takes them; the national system says so, or the SKDWNI that people show.
"""

import re
from datetime import date

from loket.core.actors import Actor
from loket.core.errors import NotFoundError
from loket.offices.models import Office
from loket.register.actions import held
from loket.register.actions.changes import Changes, Outcome, record_event, revert_event, today_at
from loket.register.actions.moveletters import (
    HANDED_IN,
    SKPWNI,
    USED,
    WITHDRAWN,
    end_letter,
    let_go,
    named,
    require_open,
)
from loket.register.models import MoveLetter, RegisterEvent, Resident
from loket.register.rules import RuleBroken

EVENT = "moved_away"
LONGEST = 60
_PERSONAL = re.compile(r"[0-9]{16}")


class ArrivesHere(RuleBroken):
    """Kantor tujuan memakai layanan ini juga: kedatangan tercatat sendiri saat mereka melapor di sana."""


class ImpossibleDay(RuleBroken):
    """Tanggal datang harus antara tanggal surat pindah dan hari ini."""


class NoProof(RuleBroken):
    """Tulis nomor SKDWNI atau keterangan lain dari daerah tujuan."""


class NumberInProof(RuleBroken):
    """Jangan menulis NIK atau nomor KK. Tulis nomor SKDWNI atau keterangan lain dari daerah tujuan."""


def record_arrival_elsewhere(
    *, office: Office, letter_id: int, arrived_on: date, proof: str, by: Actor
) -> RegisterEvent:
    """Whom a SKPWNI of this office names have arrived at an office that is not on this installation.

    `proof` is the number of the SKDWNI, or where else it is known from. They leave with the day of their
    arrival. Raises NotFoundError, LetterUsed and its kin, ArrivesHere, ImpossibleDay, NoProof, NumberInProof,
    OriginChanged, ChangedSince.
    """
    letter = letter_of(office, letter_id)
    case_ref = _ref(letter)
    require_open(letter, "arrived_on")
    proof = proof.strip()
    if not proof:
        raise NoProof(field="proof")
    if _PERSONAL.search(proof):
        raise NumberInProof(field="proof")

    return record_event(
        office=office,
        kind=EVENT,
        case_ref=case_ref,
        by=by,
        apply=lambda changes: _leave_for_good(
            changes, office, letter.pk, arrived_on, proof.strip(), case_ref
        ),
        niks=[person.nik for person in named(letter)],
        on=arrived_on,
    )


def _leave_for_good(
    changes: Changes, office: Office, letter_id: int, arrived_on: date, proof: str, case_ref: str
) -> Outcome:
    found = MoveLetter.objects.select_for_update().get(pk=letter_id)
    require_open(found, "arrived_on")
    if Office.objects.filter(definition__area=found.destination).exists():
        raise ArrivesHere(field="arrived_on")
    if not found.issued_on <= arrived_on <= today_at(office):
        raise ImpossibleDay(field="arrived_on")
    left = let_go(changes, found, arrived_on, "arrived_on")
    for person in left:
        changes.change(person, status=Resident.Status.MOVED)
    held.end(changes, left, [SKPWNI], WITHDRAWN, arrived_on, HANDED_IN)
    end_letter(changes, found, USED, arrived_on, case_ref)
    facts = {"proof": proof[:LONGEST], "letter": found.number, "arrived_on": arrived_on.isoformat()}
    return Outcome(resident=left[0] if left else None, family=found.family, facts=facts)


def undo_arrival_elsewhere(*, office: Office, letter_id: int, by: Actor) -> RegisterEvent:
    """Take an official's word back: everybody is where they were, and the letter counts as before.

    Raises NotFoundError, ChangedSince where the register has gone on since.
    """
    return revert_event(case_ref=_ref(letter_of(office, letter_id)), by=by)


def _ref(letter: MoveLetter) -> str:
    return f"move-letter:{letter.pk}"


def letter_of(office: Office, letter_id: int) -> MoveLetter:
    """A SKPWNI that this office gave. Raises NotFoundError."""
    found = MoveLetter.objects.filter(pk=letter_id, office=office, kind=SKPWNI).first()
    if found is None:
        raise NotFoundError("Surat pindah ini tidak ditemukan.")
    return found
