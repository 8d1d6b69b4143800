"""When the kutipan names the parents as a couple whose marriage is recorded."""

from datetime import date

import pytest

from loket.register.models import Membership
from tests.integration.register.conftest import BORN, MARRIED, SINGLE, Town
from tests.integration.register.test_birth import recorded

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("status", "expected"), [(MARRIED, "married"), (SINGLE, "unrecorded")])
def test_a_husband_on_another_card_counts_where_the_mothers_card_shows_none(
    town: Town, status: str, expected: str
) -> None:
    _, _, mother = town.couple()
    Membership.objects.filter(family__memberships__resident=mother).exclude(resident=mother).update(
        until=BORN
    )
    Membership.objects.filter(resident=mother).update(relation="KEPALA KELUARGA")
    father = town.person("L", date(1988, 3, 10), status)
    assert recorded(town, mother, father).facts["parents_kind"] == expected
