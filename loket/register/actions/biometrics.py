"""That somebody was recorded for the KTP-el, and what came of the check: never what was recorded.

Law: UU 24/2013 art. 63-64, Perpres 96/2018 art. 15. The national system compares each record with all others
(adjudication): it is print ready (PRR), waits, or is found to be a second record of somebody.
"""

from django.db import transaction

from loket.audit.actions import record
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError, NotFoundError
from loket.offices.models import Office
from loket.offices.queries import definition
from loket.register import rules
from loket.register.actions.changes import today_at
from loket.register.models import Resident
from loket.register.rules import RuleBroken


class NotHere(ConflictError):
    """Menurut register orang ini sudah meninggal atau pindah, jadi tidak dapat direkam di kantor ini."""


class TooYoungToRecord(RuleBroken):
    """Perekaman KTP-el dilakukan mulai usia yang ditetapkan kantor, atau sesudah kawin."""


class NotRecorded(ConflictError):
    """Orang ini belum direkam, jadi belum ada hasil pemeriksaannya."""


class UnknownResult(LoketError):
    """Pilih hasil pemeriksaan perekaman."""

    status = 422


def _resident(office: Office, **which: object) -> Resident:
    person = Resident.objects.select_for_update().filter(office=office, **which).first()
    if person is None:
        raise NotFoundError("NIK ini tidak tercatat di register kantor ini.")
    if person.status != Resident.Status.ALIVE:
        raise NotHere()
    return person


@transaction.atomic
def note_biometrics(*, office: Office, nik: str, case_ref: str, by: Actor) -> Resident:
    """Note that a resident was recorded today; recorded again, a doubt of before is over.

    Raises NotFoundError for one who is not of this office, NotHere for the dead and those who moved away,
    TooYoungToRecord under the age that the office has set [G].
    """
    person, day = _resident(office, nik=nik), today_at(office)
    youngest, age = definition(office).cards.record_from, rules.age_on(person.birth_date, day)
    if age < youngest and person.marital_status == "BELUM KAWIN":
        raise TooYoungToRecord(
            f"Perekaman KTP-el dilakukan mulai usia {youngest} tahun, atau sesudah kawin; orang ini berusia "
            f"{age} tahun."
        )
    person.biometrics_recorded_on, person.biometrics_doubt = day, ""
    person.save(update_fields=["biometrics_recorded_on", "biometrics_doubt"])
    record(
        action="register.biometrics",
        subject=f"resident:{person.pk}",
        actor=by.ref,
        office_code=office.code,
        details={"case": case_ref},
    )
    return person


@transaction.atomic
def note_check(*, office: Office, resident_id: int, result: str, by: Actor) -> Resident:
    """Note what the national check said of a record: "" (print ready), or one of `Resident.Doubt`.

    Said again it changes nothing. Raises NotFoundError, NotHere, NotRecorded, UnknownResult.
    """
    if not by.may("register", office.code):
        raise NotFoundError("Penduduk ini tidak ditemukan.")
    person = _resident(office, pk=resident_id)
    if result not in ("", *Resident.Doubt.values):
        raise UnknownResult(field="hasil")
    if person.biometrics_recorded_on is None:
        raise NotRecorded()
    if person.biometrics_doubt != result:
        person.biometrics_doubt = result
        person.save(update_fields=["biometrics_doubt"])
        record(
            action="register.biometrics_check",
            subject=f"resident:{person.pk}",
            actor=by.ref,
            office_code=office.code,
            details={"result": result or "print_ready"},
        )
    return person
