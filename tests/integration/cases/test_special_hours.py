"""Hours of a period: who sets them, what is refused, what the calendar makes of them."""

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from loket.audit.models import Entry
from loket.core.errors import NotAllowedError, NotFoundError
from loket.offices.actions import (
    SpecialHoursOverlap,
    UnusableHours,
    add_holiday,
    add_special_hours,
    remove_special_hours,
)
from loket.offices.models import SpecialHours
from loket.offices.queries import calendar
from tests.integration.cases.world import World

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)
HOURS = {"senin": ["08.00-12.00", "12.30-15.00"], "jumat": ["08.00-15.30"], "selasa": []}


def add(
    world: World, *, first: date = FIRST, last: date = LAST, who: str = "admin", **more: object
) -> SpecialHours:
    office = world.other_office if who == "admin-kebun" else world.office
    given = {"office": office, "name": "Ramadan", "hours": HOURS} | more
    return add_special_hours(first=first, last=last, by=world.actor(who), **given)


def test_they_replace_the_week_and_holidays_win_over_them(world: World) -> None:
    kept = add(world)
    add_holiday(office=world.office, day=date(2026, 9, 7), name="Libur", by=world.actor("admin"))
    hours = calendar(world.office).hours
    monday = ((time(8), time(12)), (time(12, 30), time(15)))
    assert [hours(date(2026, 8, 31)), hours(date(2026, 10, 1))] == [
        ((time(8), time(12)), (time(13), time(16)))
    ] * 2
    assert [hours(date(2026, 9, day)) for day in (1, 2, 4, 7, 14)] == [
        (), (), ((time(8), time(15, 30)),), (), monday,
    ]  # fmt: skip
    assert calendar(world.other_office).special == {}
    remove_special_hours(office=world.office, special_id=kept.pk, by=world.actor("admin"))
    assert calendar(world.office).special == {}
    rows = Entry.objects.filter(action__startswith="special_hours.").order_by("id")
    assert [(row.action, row.details["first"]) for row in rows] == [
        ("special_hours.add", "2026-09-01"),
        ("special_hours.remove", "2026-09-01"),
    ]


def test_two_periods_of_an_office_share_no_day(world: World) -> None:
    add(world)
    for first, last in ((FIRST, LAST), (LAST, date(2026, 10, 2)), (date(2026, 8, 1), FIRST)):
        with pytest.raises(SpecialHoursOverlap):
            add(world, first=first, last=last)
    add(world, first=date(2026, 10, 1), last=date(2026, 10, 1))
    add(world, who="admin-kebun")
    assert SpecialHours.objects.count() == 3
    with pytest.raises(IntegrityError, match="offices_special_hours_apart"), transaction.atomic():
        SpecialHours.objects.filter(office="9911").update(first_day=FIRST, last_day=LAST)
    with pytest.raises(IntegrityError, match="offices_special_hours_forward"), transaction.atomic():
        SpecialHours.objects.filter(office="9912").update(last_day=date(2026, 8, 1))


def test_only_whoever_keeps_the_calendar_and_only_the_own_office_s(world: World) -> None:
    kept = add(world)
    for who in ("kepala", "siti"):
        with pytest.raises(NotAllowedError):
            add(world, who=who)
        with pytest.raises(NotAllowedError):
            remove_special_hours(office=world.office, special_id=kept.pk, by=world.actor(who))
    with pytest.raises(NotFoundError):
        remove_special_hours(office=world.other_office, special_id=kept.pk, by=world.actor("admin-kebun"))
    assert SpecialHours.objects.get() == kept


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"last": date(2026, 8, 31)}, "last"),
        ({"last": date(2026, 12, 2)}, "last"),
        ({"first": date(2029, 1, 1), "last": date(2029, 1, 2)}, "first"),
        ({"hours": {"senin": []}}, "senin"),
        ({"hours": {"rabu": ["12.00-08.00"]}}, "rabu"),
        ({"hours": {"rabu": ["08.00-12.00", "11.00-13.00"]}}, "rabu"),
    ],
)
def test_what_cannot_be_used_names_its_field(world: World, change: dict, field: str) -> None:
    with pytest.raises(UnusableHours) as refused:
        add(world, **change)
    assert refused.value.field == field
