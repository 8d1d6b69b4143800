"""Reading offices, people and calendars."""

import json
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Prefetch, Q

from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import NotFoundError
from loket.core.worktime import Interval, WorkCalendar
from loket.offices.models import (
    Account,
    Area,
    Assignment,
    Holiday,
    Office,
    Role,
    Site,
    SpecialHours,
    StaffChange,
)
from loket.offices.rules import OfficeFile, special_days, weekly_hours


def all_offices() -> list[Office]:
    """Every office of this installation, by name."""
    return list(Office.objects.order_by("short_name"))


def office_by_slug(slug: str) -> Office:
    """The office whose address starts with `slug`. Raises NotFoundError."""
    office = Office.objects.filter(slug=slug).first()
    if office is None:
        raise NotFoundError("Kantor ini tidak terdaftar di layanan ini.")
    return office


def office_by_code(code: str) -> Office:
    """The office with this code. Raises NotFoundError."""
    office = Office.objects.filter(code=code).first()
    if office is None:
        raise NotFoundError("Kantor ini tidak terdaftar di layanan ini.")
    return office


def definition(office: Office) -> OfficeFile:
    """The published `office.yaml` of an office, as an object; parsed once per process."""
    return _parsed(json.dumps(office.definition))


@lru_cache(maxsize=1000)
def _parsed(text: str) -> OfficeFile:
    return OfficeFile.model_validate_json(text)


def sites(office: Office) -> list[Site]:
    """The places of an office besides its main one, by name."""
    return list(Site.objects.filter(office=office, active=True).order_by("name"))


def site_of_area(office: Office, village: str) -> Site | None:
    """The office's own place for the kecamatan of a village (its KUPT), or None."""
    district = village.rpartition(".")[0]
    found = [site.site for site in definition(office).sites if site.kind == "kupt" and site.area == district]
    return Site.objects.filter(office=office, slug__in=found, active=True).first()


def zone(office: Office) -> ZoneInfo:
    """The office's time zone."""
    return ZoneInfo(office.definition["zone"])


def calendar(office: Office) -> WorkCalendar:
    """When the office is open: weekly and special hours without the holidays that bind it. One query.

    The database is asked each time; what it says is made into a calendar once, as long as it says the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CALENDAR, [office.pk, office.pk])
        days, periods = cursor.fetchone()
    return _calendar(json.dumps(office.definition), days, periods)


_CALENDAR = """
SELECT (SELECT coalesce(json_agg(json_build_array(day, kind) ORDER BY id), '[]')::text
          FROM offices_holiday WHERE office_id = %s OR office_id IS NULL),
       (SELECT coalesce(json_agg(json_build_array(first_day, last_day, hours) ORDER BY id), '[]')::text
          FROM offices_specialhours WHERE office_id = %s)
"""


@lru_cache(maxsize=1000)
def _calendar(office: str, holidays: str, periods: str) -> WorkCalendar:
    """The calendar of what an office published and these holidays and special hours, all as JSON."""
    file = _parsed(office)
    days = [(date.fromisoformat(day), kind) for day, kind in json.loads(holidays)]
    works = {day for day, kind in days if kind == "open"}
    closed = {day for day, kind in days if kind != "joint" or file.closed_on_joint_leave}
    special: dict[date, tuple[Interval, ...]] = {}
    for first, last, hours in json.loads(periods):
        special |= special_days(date.fromisoformat(first), date.fromisoformat(last), hours)
    weekly = weekly_hours(dict(file.hours))
    return WorkCalendar(ZoneInfo(file.zone), weekly, frozenset(closed - works), special)


def special_hours(office: Office) -> list[SpecialHours]:
    """The periods with hours of their own, the latest first."""
    return list(SpecialHours.objects.filter(office=office).order_by("-first_day"))


def holidays(office: Office, year: int) -> list[Holiday]:
    """The holidays that bind an office in a year, national ones included, in order."""
    return list(
        Holiday.objects.filter(Q(office=office) | Q(office__isnull=True), day__year=year).order_by("day")
    )


def actor_of(account: Account) -> Actor:
    """What an account may do now: one query for staff, none for citizens."""
    if account.kind == Account.Kind.CITIZEN:
        return Actor(kind="citizen", ref=account.ref, name=account.name)
    held = Assignment.objects.filter(
        account=account, until__isnull=True, role__active=True, role__office_id=account.office_id
    ).values_list("role__slug", "role__rights")
    return Actor(
        kind="staff",
        ref=account.ref,
        name=account.name,
        office=account.office_id or "",
        roles=frozenset(slug for slug, _ in held),
        rights=frozenset(right for _, rights in held for right in rights),
        site=account.site_id,
    )


def holder_of_right(office: Office, right: str) -> Account | None:
    """The account that holds a right at an office now: the newest where several do."""
    return _newest(office, role__rights__contains=[right])


def holder_of_role(office: Office, role: str) -> Account | None:
    """The account that holds a role at an office now: the newest where several do."""
    return _newest(office, role__slug=role)


def _newest(office: Office, **held: Any) -> Account | None:
    found = (
        Assignment.objects.filter(
            role__office=office,
            role__active=True,
            until__isnull=True,
            account__is_active=True,
            **held,
        )
        .select_related("account")
        .order_by("-since")
        .first()
    )
    return found.account if found else None


def title_of(account: Account) -> str:
    """What stands above an official's signature: the title of the role that lets them sign."""
    held = Assignment.objects.filter(
        account=account, until__isnull=True, role__active=True, role__rights__contains=["sign"]
    )
    return held.order_by("-since").values_list("role__title", flat=True).first() or ""


def area_chain(code: str) -> dict[str, Area]:
    """The areas above and including `code`, by level (provinsi, kabupaten/kota, kecamatan, desa)."""
    parts = code.split(".")
    codes = [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    areas = {area.code: area for area in Area.objects.filter(code__in=codes)}
    names = ("province", "regency", "district", "village")
    return {name: areas[code] for name, code in zip(names, codes, strict=False) if code in areas}


def area_names(codes: set[str]) -> dict[str, str]:
    """The names of areas by code. One query."""
    return dict(Area.objects.filter(code__in=codes).values_list("code", "name"))


def villages(regency_code: str) -> list[Area]:
    """The current villages of a kabupaten/kota, by name."""
    return list(
        Area.objects.filter(code__startswith=f"{regency_code}.", retired=False)
        .extra(where=["length(code) = 13"])
        .order_by("name")
    )


def villages_by_district(regency_code: str) -> dict[str, list[Area]]:
    """The current villages of a kabupaten/kota under their kecamatan, both by name. Two queries."""
    here = Area.objects.filter(code__startswith=f"{regency_code}.", retired=False)
    names = dict(here.extra(where=["length(code) = 8"]).values_list("code", "name"))
    found: dict[str, list[Area]] = {name: [] for name in sorted(names.values())}
    for area in villages(regency_code):
        found.setdefault(names.get(area.code[:8], ""), []).append(area)
    return {name: areas for name, areas in found.items() if areas}


def national_holiday_years() -> list[int]:
    """The years for which national holidays are recorded."""
    return [found.year for found in Holiday.objects.filter(office=None).dates("day", "year")]


# A change of people takes one who asks and another who decides.
DECIDERS = 2


def holders_of_right(office: Office, right: str) -> list[Account]:
    """Everybody who holds a right at an office now, by name. One query."""
    held = Assignment.objects.filter(
        role__office=office, role__active=True, role__rights__contains=[right], until__isnull=True
    )
    return list(
        Account.objects.filter(is_active=True, pk__in=held.values("account_id")).order_by("name", "pk")
    )


def roles_of(account: Account) -> list[Role]:
    """The roles an account holds now, by name. One query."""
    held = Assignment.objects.filter(account=account, until__isnull=True, role__active=True)
    return list(Role.objects.filter(pk__in=held.values("role_id")).order_by("name"))


def only_holder(account: Account, role: Role) -> bool:
    """Whether nobody else who can sign in holds this role now."""
    others = Assignment.objects.filter(role=role, until__isnull=True, account__is_active=True)
    return not others.exclude(account=account).exists()


def staff_of(office: Office) -> list[Account]:
    """The people of an office with their roles of now (`held`), those who left last. Two queries."""
    held = Assignment.objects.filter(until__isnull=True, role__active=True).select_related("role")
    return list(
        Account.objects.filter(office=office)
        .prefetch_related(Prefetch("assignments", queryset=held, to_attr="held"))
        .order_by("-is_active", "name", "pk")
    )


def colleague(office: Office, account_id: int) -> Account:
    """Somebody of this office. Raises NotFoundError."""
    found = Account.objects.filter(pk=account_id, office=office).first()
    if found is None:
        raise NotFoundError("Pegawai ini tidak ditemukan.")
    return found


def staff_changes(office: Office) -> list[StaffChange]:
    """The requests that wait for a decision at an office, oldest first. One query."""
    waiting = StaffChange.objects.filter(office=office, state="waiting", expires_at__gt=clock.now())
    return list(waiting.select_related("account", "role", "successor", "asked_by").order_by("asked_at"))


def staff_change(office: Office, change_id: int) -> StaffChange:
    """A request of this office. Raises NotFoundError."""
    found = StaffChange.objects.select_related("account", "role", "successor", "asked_by", "decided_by")
    change = found.filter(office=office, pk=change_id).first()
    if change is None:
        raise NotFoundError("Permintaan ini tidak ditemukan.")
    return change
