"""The page on which an official corrects who applies, of a case that somebody else sent."""

from datetime import date

import pytest
from django.urls import reverse

from tests.integration.cases.fixtures import time, world
from tests.integration.cases.senders import mandate, message, received
from tests.integration.cases.world import World
from tests.journeys.visitor import Official

__all__ = ["time", "world"]
pytestmark = pytest.mark.django_db


def test_the_sender_of_a_returned_case_can_still_be_chosen_after_the_mandate_is_over(world: World) -> None:
    noted = mandate(world)
    owner = world.resident("SITI AMINAH", date(1990, 1, 1), 1)
    case = received(world, owner, "aparat", mandate=noted.pk)
    world.back(case, "permohonan")
    world.time.set("2026-09-15 09:00")
    official = Official(world.people["penerima"])
    path = reverse("staff:contact", args=[case.pk])
    chosen = f'<option value="{noted.pk}" selected>PAK KAUR'
    assert chosen in official.open(path)
    answer = official.client.post(path, {"applicant_name": "Siti Binti Ali", "mandate": str(noted.pk)})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.applicant_name, case.mandate_id) == ("SITI BINTI ALI", noted.pk)


def test_a_draft_offers_only_mandates_that_hold(world: World) -> None:
    noted = mandate(world)
    case = message(world, "aparat", mandate=noted.pk)
    world.time.set("2026-09-15 09:00")
    body = Official(world.people["penerima"]).open(reverse("staff:contact", args=[case.pk]))
    assert (f'<option value="{noted.pk}"' in body, "Belum ada aparat dengan SPT yang berlaku" in body) == (
        False, True,
    )  # fmt: skip
