"""Special hours of an office, as in Ramadan."""

from datetime import date

from django.db import IntegrityError, transaction

from loket.audit.actions import record
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError, NotAllowedError, NotFoundError
from loket.offices.models import Office, SpecialHours
from loket.offices.rules import require_hours

YEARS_AROUND = 2
LONGEST_DAYS = 92
_OVERLAP = "offices_special_hours_apart"


class SpecialHoursOverlap(ConflictError):
    """Pada sebagian tanggal itu sudah ada jam khusus lain. Ubah tanggalnya, atau hapus dulu yang lain."""


class UnusableHours(LoketError):
    """Jam khusus ini tidak dapat dipakai."""


def checked_special_hours(
    *, office: Office, name: str, first: date, last: date, hours: dict[str, list[str]]
) -> SpecialHours:
    """Special hours as they would be recorded. Raises UnusableHours with what is wrong, and its field."""
    if not name.strip():
        raise UnusableHours("Tulis namanya, misalnya Ramadan 1447 H.", field="name")
    if last < first:
        raise UnusableHours("Tanggal akhir mendahului tanggal awal.", field="last")
    if (last - first).days >= LONGEST_DAYS:
        raise UnusableHours(f"Jam khusus paling lama {LONGEST_DAYS} hari.", field="last")
    if abs(first.year - clock.now().year) > YEARS_AROUND:
        raise UnusableHours("Tulis tanggal yang paling jauh dua tahun dari sekarang.", field="first")
    if not any(hours.values()):
        raise UnusableHours("Tulis jam buka paling sedikit satu hari.", field="senin")
    for day, spans in hours.items():
        try:
            require_hours({day: spans})
        except ValueError as error:
            raise UnusableHours(f"{day.capitalize()}: {error}.", field=day) from error
    given = {day: spans for day, spans in hours.items() if spans}
    return SpecialHours(office=office, name=name.strip()[:120], first_day=first, last_day=last, hours=given)


@transaction.atomic
def add_special_hours(
    *, office: Office, name: str, first: date, last: date, hours: dict[str, list[str]], by: Actor
) -> SpecialHours:
    """Let an office have these hours between two days, both included; a day not named is closed then.

    Raises NotAllowedError, UnusableHours, SpecialHoursOverlap.
    """
    if not by.may("calendar", office.code):
        raise NotAllowedError()
    found = checked_special_hours(office=office, name=name, first=first, last=last, hours=hours)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        if _OVERLAP not in str(error):
            raise
        raise SpecialHoursOverlap(field="first") from error
    _journal(found, "add", by)
    return found


@transaction.atomic
def remove_special_hours(*, office: Office, special_id: int, by: Actor) -> SpecialHours:
    """Go back to the usual hours; returns what was removed. Raises NotAllowedError, NotFoundError."""
    if not by.may("calendar", office.code):
        raise NotAllowedError()
    found = SpecialHours.objects.select_for_update().filter(pk=special_id, office=office).first()
    if found is None:
        raise NotFoundError("Jam khusus ini tidak ditemukan.")
    _journal(found, "remove", by)
    SpecialHours.objects.filter(pk=found.pk).delete()
    return found


def _journal(found: SpecialHours, what: str, by: Actor) -> None:
    record(
        action=f"special_hours.{what}",
        subject=f"special_hours:{found.pk}",
        actor=by.ref,
        office_code=found.office_id,
        details={
            "name": found.name,
            "first": found.first_day.isoformat(),
            "last": found.last_day.isoformat(),
            "hours": found.hours,
        },
    )
