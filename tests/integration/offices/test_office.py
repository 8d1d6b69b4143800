"""Offices as their files say, their roles, and the days on which they are closed."""

import json
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from loket.audit.models import Entry
from loket.catalogue.loader.national import AreaRow
from loket.core import clock
from loket.core.actors import SYSTEM, Actor
from loket.core.errors import NotAllowedError, NotFoundError
from loket.offices import queries
from loket.offices.actions import (
    HolidayExists,
    NationalHoliday,
    add_holiday,
    assign_role,
    remove_holiday,
    seed_holidays,
    sync_areas,
    sync_office,
)
from loket.offices.models import Account, Area, Holiday, Office, Role, SpecialHours
from tests.integration.offices.invented import make_account, make_office, office_file, staff

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
# A Monday without any holiday of the nation.
DAY = date(2026, 3, 2)


def roles(office: Office) -> dict[str, bool]:
    return dict(Role.objects.filter(office=office).values_list("slug", "active"))


def last_entry() -> tuple[str, str, str, str]:
    entry = Entry.objects.latest("id")
    return entry.action, entry.subject, entry.actor, entry.office_code


def test_an_office_is_what_its_file_says() -> None:
    file = office_file()
    office = sync_office(file=file, by="account:3")
    assert (office.code, office.slug, office.short_name) == ("9971", "contoh-9971", "Disdukcapil 9971")
    assert queries.definition(office) == file
    assert queries.zone(office).key == "Asia/Makassar"
    assert queries.office_by_slug("contoh-9971") == office
    assert roles(office) == {"petugas_loket": True, "kepala_dinas": True}
    assert last_entry() == ("office.sync", "office:9971", "account:3", "9971")


def test_a_changed_file_changes_the_same_office() -> None:
    sync_office(file=office_file(), by="system")
    office = sync_office(file=office_file(slug="baru", name="Nama Baru"), by="system")
    assert list(Office.objects.values_list("code", "slug", "name")) == [("9971", "baru", "Nama Baru")]
    with pytest.raises(NotFoundError):
        queries.office_by_slug("contoh-9971")
    assert queries.all_offices() == [office]


def test_a_role_that_is_no_longer_named_becomes_inactive_and_may_return(office: Office) -> None:
    without = office_file(roles=[{"role": "petugas_loket", "name": "Penerima berkas"}])
    sync_office(file=without, by="system")
    assert roles(office) == {"petugas_loket": True, "kepala_dinas": False}
    assert Role.objects.get(office=office, slug="petugas_loket").name == "Penerima berkas"
    sync_office(file=office_file(), by="system")
    assert roles(office) == {"petugas_loket": True, "kepala_dinas": True}
    assert Role.objects.get(office=office, slug="kepala_dinas").rights == ["sign", "signatures"]


def head(office: Office) -> Account:
    """The office's head, who may sign."""
    account = make_account(office, f"kepala@{office.slug}.example")
    assign_role(account=account, role=Role.objects.get(office=office, slug="kepala_dinas"), by=SYSTEM)
    return account


def test_what_somebody_may_do_comes_from_the_roles_held_now(office: Office) -> None:
    account = head(office)
    by = queries.actor_of(account)
    assert (by.kind, by.ref, by.office) == ("staff", account.ref, "9971")
    assert (by.roles, by.rights) == (frozenset({"kepala_dinas"}), frozenset({"sign", "signatures"}))
    assert [by.may("sign", code) for code in ("9971", "9972")] == [True, False]
    account.assignments.update(until=AT)
    assert queries.actor_of(account).rights == frozenset()


def test_an_inactive_role_gives_no_rights(office: Office) -> None:
    account = head(office)
    assert queries.holder_of_right(office, "sign") == account
    sync_office(file=office_file(roles=[{"role": "petugas_loket", "name": "Petugas"}]), by="system")
    assert queries.actor_of(account).rights == frozenset()
    assert queries.holder_of_right(office, "sign") is None


def test_the_newest_active_holder_of_a_right(office: Office) -> None:
    other = make_office("9972")
    head(other)
    first = head(office)
    second = make_account(office, "pengganti@contoh.example")
    with clock.use(datetime(2099, 1, 1, tzinfo=UTC)):
        role = Role.objects.get(office=office, slug="kepala_dinas")
        assign_role(account=second, role=role, by=SYSTEM)
    assert queries.holder_of_right(office, "sign") == second
    assert queries.holder_of_role(office, "kepala_dinas") == second
    assert queries.holder_of_role(office, "petugas_loket") is None
    Account.objects.filter(pk=second.pk).update(is_active=False)
    assert queries.holder_of_right(office, "sign") == first
    assert queries.holder_of_right(office, "calendar") is None


def test_a_role_is_held_once_and_only_at_the_own_office(office: Office) -> None:
    account = head(office)
    role = Role.objects.get(office=office, slug="kepala_dinas")
    again = assign_role(account=account, role=role, by=SYSTEM)
    assert list(account.assignments.all()) == [again]
    foreign = Role.objects.get(office=make_office("9972"), slug="kepala_dinas")
    with pytest.raises(NotAllowedError):
        assign_role(account=account, role=foreign, by=SYSTEM)


def test_a_citizen_has_no_rights(office: Office) -> None:
    citizen = make_account(None, "warga@contoh.example")
    assert queries.actor_of(citizen) == Actor(kind="citizen", ref=citizen.ref, name="Sri Contoh")


@pytest.mark.parametrize(("kind", "has_office"), [("staff", False), ("citizen", True)])
def test_staff_have_an_office_and_citizens_none(office: Office, kind: str, has_office: bool) -> None:
    account = make_account(office, "seseorang@contoh.example")
    account.kind, account.office = kind, office if has_office else None
    with pytest.raises(IntegrityError, match="offices_account_staff_has_office"), transaction.atomic():
        account.save()


# Holidays


def open_days(office: Office, *days: date) -> list[bool]:
    calendar = queries.calendar(office)
    return [bool(calendar.hours(day)) for day in days]


def test_the_holidays_of_2026() -> None:
    """17 days of the nation and 8 of cuti bersama, as the government's list has them."""
    assert seed_holidays(years=[2026], by="system") == 25
    found = list(Holiday.objects.order_by("day").values_list("day", "kind"))
    assert [kind for _, kind in found].count("public") == 17
    joint = [day.strftime("%d-%m") for day, kind in found if kind == "joint"]
    assert joint == ["16-02", "18-03", "20-03", "23-03", "24-03", "15-05", "28-05", "24-12"]
    named = Holiday.objects.get(day=date(2026, 8, 17))
    assert (named.name, named.office) == ("Hari Kemerdekaan Republik Indonesia", None)
    assert queries.national_holiday_years() == [2026]


def test_seeding_again_changes_and_counts_nothing() -> None:
    seed_holidays(years=[2026], by="system")
    Holiday.objects.filter(day=date(2026, 8, 17)).update(name="Diperbaiki", source="SKB 3 Menteri")
    before = list(Holiday.objects.order_by("pk").values())
    assert seed_holidays(years=[2026], by="system") == 0
    assert list(Holiday.objects.order_by("pk").values()) == before
    assert [
        entry.details["days"] for entry in Entry.objects.filter(action="holiday.seed").order_by("id")
    ] == [25]


@pytest.mark.parametrize("closed", [True, False])
def test_an_office_decides_whether_it_works_on_joint_leave(closed: bool) -> None:
    office = make_office(closed_on_joint_leave=closed)
    seed_holidays(years=[2026], by="system")
    public, joint, plain = date(2026, 8, 17), date(2026, 2, 16), DAY
    assert open_days(office, public, joint, plain) == [False, not closed, True]


def test_an_office_closes_for_itself_alone(office: Office) -> None:
    other = make_office("9972")
    with clock.use(AT):
        holiday = add_holiday(office=office, day=DAY, name="HUT Kota", by=staff(office, "calendar"))
    assert (holiday.kind, holiday.name) == ("office", "HUT Kota")
    assert last_entry() == ("holiday.add", "holiday:2026-03-02", "account:7", "9971")
    assert (open_days(office, DAY), open_days(other, DAY)) == ([False], [True])
    assert queries.holidays(office, 2026) == [holiday]
    assert queries.holidays(other, 2026) == []


def test_a_day_is_declared_once(office: Office) -> None:
    by = staff(office, "calendar")
    seed_holidays(years=[2026], by="system")
    add_holiday(office=office, day=DAY, name="HUT Kota", by=by)
    for taken in (DAY, date(2026, 8, 17)):
        with pytest.raises(HolidayExists):
            add_holiday(office=office, day=taken, name="Lagi", by=by)
    other = make_office("9972")
    add_holiday(office=other, day=DAY, name="HUT Kota", by=staff(other, "calendar"))
    assert Holiday.objects.filter(day=DAY).count() == 2


def test_an_office_that_works_on_joint_leave_may_close_on_one_of_its_days() -> None:
    office = make_office(closed_on_joint_leave=False)
    seed_holidays(years=[2026], by="system")
    add_holiday(office=office, day=date(2026, 2, 16), name="Imlek", by=staff(office, "calendar"))
    assert open_days(office, date(2026, 2, 16), date(2026, 3, 18)) == [False, True]


def test_a_declared_day_may_be_taken_back(office: Office) -> None:
    by = staff(office, "calendar")
    holiday = add_holiday(office=office, day=DAY, name="HUT Kota", by=by)
    assert remove_holiday(office=office, holiday_id=holiday.pk, by=by) == DAY
    assert open_days(office, DAY) == [True]
    assert last_entry() == ("holiday.remove", "holiday:2026-03-02", "account:7", "9971")
    with pytest.raises(NotFoundError):
        remove_holiday(office=office, holiday_id=holiday.pk, by=by)


def test_no_office_takes_back_a_day_of_the_nation(office: Office) -> None:
    seed_holidays(years=[2026], by="system")
    national = Holiday.objects.get(day=date(2026, 8, 17))
    with pytest.raises(NationalHoliday):
        remove_holiday(office=office, holiday_id=national.pk, by=staff(office, "calendar"))
    assert Holiday.objects.filter(pk=national.pk).exists()


def test_no_office_takes_back_a_day_of_another(office: Office) -> None:
    other = make_office("9972")
    theirs = add_holiday(office=other, day=DAY, name="HUT", by=staff(other, "calendar"))
    with pytest.raises(NotFoundError):
        remove_holiday(office=office, holiday_id=theirs.pk, by=staff(office, "calendar"))
    assert Holiday.objects.filter(pk=theirs.pk).exists()


def test_only_the_keeper_of_this_calendar_changes_it(office: Office) -> None:
    other = make_office("9972")
    holiday = add_holiday(office=office, day=DAY, name="HUT Kota", by=staff(office, "calendar"))
    for by in (staff(office, "sign", "signatures"), staff(other, "calendar")):
        with pytest.raises(NotAllowedError):
            add_holiday(office=office, day=date(2026, 3, 3), name="Libur", by=by)
        with pytest.raises(NotAllowedError):
            remove_holiday(office=office, holiday_id=holiday.pk, by=by)
    assert list(Holiday.objects.values_list("day", flat=True)) == [DAY]


@pytest.mark.parametrize("national", [True, False])
def test_the_database_keeps_a_day_once(office: Office, national: bool) -> None:
    values = {
        "day": DAY,
        "name": "x",
        "kind": "public",
        "source": "x",
        "office": None if national else office,
    }
    Holiday.objects.create(**values)
    with pytest.raises(IntegrityError, match="offices_holiday_once"), transaction.atomic():
        Holiday.objects.create(**values)
    with pytest.raises(IntegrityError, match="offices_holiday_kind"), transaction.atomic():
        Holiday.objects.create(**values | {"kind": "other", "day": date(2026, 3, 4)})


# Areas


def test_areas_are_loaded_and_loaded_again() -> None:
    rows = [
        AreaRow("99", "Contoh", "provinsi", "", False),
        AreaRow("99.71", "Kota Contoh", "kota", "99", False),
        AreaRow("99.71.03", "Barat", "kecamatan", "99.71", False),
        AreaRow("99.71.03.1001", "Ilir", "kelurahan", "99.71.03", False),
        AreaRow("99.71.03.1002", "Hulu", "kelurahan", "99.71.03", True),
    ]
    assert sync_areas(rows=rows) == 5
    assert [area.name for area in queries.villages("99.71")] == ["Ilir"]
    sync_areas(rows=[AreaRow("99.71.03.1002", "Hulu Baru", "kelurahan", "99.71.03", False)])
    assert [area.name for area in queries.villages("99.71")] == ["Hulu Baru", "Ilir"]
    assert Area.objects.count() == 5
    chain = queries.area_chain("99.71.03.1001")
    assert {level: area.name for level, area in chain.items()} == {
        "province": "Contoh",
        "regency": "Kota Contoh",
        "district": "Barat",
        "village": "Ilir",
    }


def test_the_definition_in_the_database_can_be_read_without_loket(office: Office) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT definition ->> 'zone' FROM offices_office")
        assert cursor.fetchall() == [("Asia/Makassar",)]
    assert json.loads(json.dumps(office.definition)) == office.definition


def test_the_calendar_is_what_the_database_says_now(office: Office) -> None:
    """Made into objects once, and again as soon as a day, a period or the office's file is another one."""
    usual = queries.calendar(office)
    assert len(usual.hours(DAY)) == 2
    holiday = Holiday.objects.create(office=office, day=DAY, name="Uji", kind="office")
    assert queries.calendar(office).hours(DAY) == ()
    Holiday.objects.filter(pk=holiday.pk).update(kind="open")
    assert queries.calendar(office) == usual
    special = {"first_day": DAY, "last_day": DAY, "hours": {"senin": ["09.00-10.00"]}}
    SpecialHours.objects.create(office=office, name="Uji", **special)
    assert len(queries.calendar(office).hours(DAY)) == 1
    SpecialHours.objects.all().delete()
    changed = sync_office(file=office_file(hours={"senin": ["08.00-09.00"]}), by="system")
    assert len(queries.calendar(changed).hours(DAY)) == 1
    assert queries.calendar(make_office("9972")) == usual


def test_one_query_for_a_calendar(office: Office) -> None:
    with CaptureQueriesContext(connection) as seen:
        queries.calendar(office)
    assert len(seen) == 1
