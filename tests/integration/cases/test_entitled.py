"""What the office gives whom it kept waiting: said where the promise is broken, and nowhere else."""

import pytest
from django.template.loader import render_to_string

from loket.cases import queries
from loket.cases.models import Case
from loket.offices.queries import calendar
from tests.integration.cases.world import World, fresh

pytestmark = pytest.mark.django_db


def said(case: Case) -> str:
    case = fresh(case)
    clock = queries.clock_face(case, calendar(case.office))
    return render_to_string("web/_entitled.html", {"case": case, "clock": clock}).strip()


def test_only_who_was_kept_waiting_is_told(world: World) -> None:
    """Four working hours from Monday 09.00: 14.00."""
    case = world.sent("cepat")
    assert said(case) == ""
    world.time.set("2026-08-03 14:00")
    assert said(case) == ""
    world.time.set("2026-08-03 14:01")
    assert "Satu kantong benih pilihan." in said(case)


def test_it_stays_said_when_the_case_is_done_late_and_not_when_it_was_refused(world: World) -> None:
    case = world.sent("cepat")
    world.time.set("2026-08-04 09:00")
    Case.objects.filter(pk=case.pk).update(state="done", finished_at=world.time(), step="")
    assert "Satu kantong benih pilihan." in said(case)
    Case.objects.filter(pk=case.pk).update(state="rejected")
    assert said(case) == ""


def test_an_office_that_promises_nothing_says_nothing(world: World) -> None:
    case = world.sent("cepat")
    world.office.definition |= {"compensation": ""}
    world.office.save()
    world.time.set("2026-08-04 09:00")
    assert said(case) == ""


def test_while_the_clock_stands_nobody_is_late(world: World) -> None:
    case = world.back(world.sent("cepat"), "permohonan")
    world.time.set("2026-08-10 09:00")
    assert said(case) == ""
