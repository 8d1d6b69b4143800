"""That somebody was recorded for the KTP-el: the day, never what was recorded."""

from django.db import transaction

from loket.audit.actions import record
from loket.core.actors import Actor
from loket.core.errors import ConflictError, NotFoundError
from loket.offices.models import Office
from loket.register.actions.changes import today_at
from loket.register.models import Resident


class NotHere(ConflictError):
    """Menurut register orang ini sudah meninggal atau pindah, jadi tidak dapat direkam di kantor ini."""


@transaction.atomic
def note_biometrics(*, office: Office, nik: str, case_ref: str, by: Actor) -> Resident:
    """Note that a resident was recorded today.

    Raises NotFoundError for one who is not of this office, NotHere for the dead and those who moved away.
    """
    person = Resident.objects.select_for_update().filter(office=office, nik=nik).first()
    if person is None:
        raise NotFoundError("NIK ini tidak tercatat di register kantor ini.")
    if person.status != Resident.Status.ALIVE:
        raise NotHere()
    person.biometrics_recorded_on = today_at(office)
    person.save(update_fields=["biometrics_recorded_on"])
    record(
        action="register.biometrics",
        subject=f"resident:{person.pk}",
        actor=by.ref,
        office_code=office.code,
        details={"case": case_ref},
    )
    return person
