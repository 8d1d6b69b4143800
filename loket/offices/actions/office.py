"""Changing offices, their calendars and roles. Sign-in is in `signin`."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import holidays as holiday_tables
from django.db import transaction

from loket.audit.actions import record
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, NotAllowedError, NotFoundError
from loket.offices import queries
from loket.offices.models import Account, Area, Assignment, Holiday, Office, Role, Site
from loket.offices.rules import OfficeFile

SET_BY_OFFICE = "ditetapkan kantor"
HOLIDAY_SOURCE = "pustaka holidays"
# The library marks what is not decided yet; such a day is kept and flagged in its name.
_KINDS = {"public": "public", "government": "joint"}


class HolidayExists(ConflictError):
    """Tanggal ini sudah tercatat sebagai hari libur."""


class NationalHoliday(NotAllowedError):
    """Hari libur nasional tidak dapat dihapus oleh satu kantor."""


@transaction.atomic
def sync_office(*, file: OfficeFile, by: str, in_use: frozenset[str] = frozenset()) -> Office:
    """Make the office and its roles what `office.yaml` says; roles no longer named become inactive.

    Those `in_use` stay: cases opened under older revisions still go through them. Where nothing changed,
    nothing is written.
    """
    known = Office.objects.filter(code=file.office).first()
    active = set(Role.objects.filter(office_id=file.office, active=True).values_list("slug", flat=True))
    # Whoever is outside has no account; somebody of the office confirms what they did.
    held = [role for role in file.roles if not role.outside]
    wanted = {role.role for role in held}
    if known and known.definition == file.model_dump(mode="json") and active - in_use <= wanted:
        return known
    office, _ = Office.objects.update_or_create(
        code=file.office,
        defaults={
            "slug": file.slug,
            "name": file.name,
            "short_name": file.short_name,
            "definition": file.model_dump(mode="json"),
        },
    )
    for role in held:
        Role.objects.update_or_create(
            office=office,
            slug=role.role,
            defaults={
                "name": role.name,
                "title": role.title or role.name,
                "rights": list(role.rights),
                "active": True,
            },
        )
    Role.objects.filter(office=office).exclude(slug__in=wanted | in_use).update(active=False)
    _sync_sites(office, file)
    record(action="office.sync", subject=f"office:{office.code}", actor=by, office_code=office.code)
    return office


def _sync_sites(office: Office, file: OfficeFile) -> None:
    for site in file.sites:
        Site.objects.update_or_create(
            office=office, slug=site.site, defaults={"name": site.name, "kind": site.kind, "active": True}
        )
    Site.objects.filter(office=office).exclude(slug__in=[site.site for site in file.sites]).update(
        active=False
    )


@transaction.atomic
def sync_areas(*, rows: Iterable[Any]) -> int:
    """Replace the table of areas by `rows` (code, name, level, parent, retired). Returns how many."""
    areas = [
        Area(code=row.code, name=row.name, level=row.level, parent=row.parent, retired=row.retired)
        for row in rows
    ]
    Area.objects.bulk_create(
        areas,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "level", "parent", "retired"],
    )
    return len(areas)


@transaction.atomic
def seed_holidays(*, years: Iterable[int], by: str) -> int:
    """Add the national holidays and cuti bersama of `years`; days already recorded stay as they are.

    Returns how many were added.
    """
    rows = []
    taken = set(Holiday.objects.filter(office=None).values_list("day", flat=True))
    for year in years:
        for category, kind in _KINDS.items():
            table = holiday_tables.ID(years=year, categories=(category,), language="id")
            for day, name in sorted(table.items()):
                if day not in taken:
                    taken.add(day)
                    rows.append(Holiday(day=day, name=name[:120], kind=kind, source=HOLIDAY_SOURCE))
    created = Holiday.objects.bulk_create(rows, ignore_conflicts=True)
    if created:
        record(action="holiday.seed", subject="holidays", actor=by, details={"days": len(created)})
    return len(created)


@transaction.atomic
def add_holiday(*, office: Office, day: date, name: str, by: Actor) -> Holiday:
    """Close an office on `day`. Raises NotAllowedError, HolidayExists.

    An office that works on cuti bersama may still close on one of its days.
    """
    if not by.may("calendar", office.code):
        raise NotAllowedError()
    if day in queries.calendar(office).closed:
        raise HolidayExists()
    holiday, created = Holiday.objects.get_or_create(
        office=office, day=day, defaults={"name": name, "kind": "office", "source": SET_BY_OFFICE}
    )
    if not created:
        raise HolidayExists()
    record(
        action="holiday.add",
        subject=f"holiday:{day.isoformat()}",
        actor=by.ref,
        office_code=office.code,
        details={"name": name},
    )
    return holiday


@transaction.atomic
def work_on_holiday(*, office: Office, day: date, by: Actor) -> Holiday:
    """Let an office work on a national holiday or cuti bersama: decided so here, or wrong in the table.

    Raises NotAllowedError, NotFoundError where the day is no national one, HolidayExists where it is decided.
    """
    if not by.may("calendar", office.code):
        raise NotAllowedError()
    national = Holiday.objects.filter(office=None, day=day).first()
    if national is None:
        raise NotFoundError("Tanggal ini bukan hari libur nasional.")
    holiday, created = Holiday.objects.get_or_create(
        office=office, day=day, defaults={"name": national.name, "kind": "open", "source": SET_BY_OFFICE}
    )
    if not created:
        raise HolidayExists()
    record(
        action="holiday.work",
        subject=f"holiday:{day.isoformat()}",
        actor=by.ref,
        office_code=office.code,
    )
    return holiday


@transaction.atomic
def remove_holiday(*, office: Office, holiday_id: int, by: Actor) -> date:
    """Take back a holiday the office had set itself; returns its date.

    Raises NotAllowedError, NationalHoliday, NotFoundError.
    """
    if not by.may("calendar", office.code):
        raise NotAllowedError()
    holiday = Holiday.objects.select_for_update().filter(pk=holiday_id).first()
    if holiday is None or holiday.office_id not in (None, office.code):
        raise NotFoundError()
    if holiday.office_id is None:
        raise NationalHoliday()
    day = holiday.day
    holiday.delete()
    record(
        action="holiday.remove",
        subject=f"holiday:{day.isoformat()}",
        actor=by.ref,
        office_code=office.code,
    )
    return day


@transaction.atomic
def assign_role(*, account: Account, role: Role, by: Actor) -> Assignment:
    """Give an account a role of its own office. Raises NotAllowedError for another office's role."""
    if role.office_id != account.office_id:
        raise NotAllowedError()
    assignment, _ = Assignment.objects.get_or_create(
        account=account, role=role, until=None, defaults={"since": clock.now()}
    )
    record(
        action="role.assign",
        subject=account.ref,
        actor=by.ref,
        office_code=role.office_id,
        details={"role": role.slug},
    )
    return assignment
