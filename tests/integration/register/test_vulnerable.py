"""The letter in place of an identity document: for whom, after which comparison of biometrics."""

from datetime import date
from typing import Any

import pytest

from loket.register.actions import revert_event
from loket.register.actions.biodata import AlreadyKnown
from loket.register.actions.foreigners import NoAddress
from loket.register.actions.vulnerable import (
    BiometricCheck,
    CheckNeeded,
    FoundAsAnother,
    NotChecked,
    Substitute,
    record_identity_substitute,
)
from loket.register.models import RegisterEvent, Resident
from loket.register.queries import held
from loket.register.rules import RuleBroken
from tests.integration.register.conftest import SINGLE
from tests.integration.register.population import (
    ADDRESS,
    Household,
    applicant,
    newcomer,
    register_state,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
NOBODY = BiometricCheck("not_found")


def substitute(home: Household, ref: str = "case:1", **changes: Any) -> RegisterEvent:
    report = Substitute(**({"applicant": None, "person": newcomer(), "address": ADDRESS} | changes))
    office = home.town.office
    return record_identity_substitute(office=office, report=report, case_ref=ref, by=home.town.by)


@pytest.mark.parametrize("check", [None, NOBODY])
def test_the_vulnerable_get_a_nik_and_a_letter(home: Household, check: BiometricCheck | None) -> None:
    before = register_state()
    event = substitute(home, check=check)
    assert event.resident is not None
    assert (event.number, event.resident.nik) == ("SKPTI/9971/02032026/0001", "9971034403959001")
    assert [(row.kind, row.number) for row in held(event.resident)] == [("skpti", event.number)]
    with pytest.raises(AlreadyKnown):
        substitute(home, "case:2", check=check)
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_who_is_known_gets_the_letter_and_keeps_everything(home: Household) -> None:
    before = register_state()
    found = BiometricCheck("found", home.mother.nik)
    event = substitute(home, applicant=applicant(home.mother), person=None, address=None, check=found)
    assert event.facts["address"].startswith("JL. MAWAR NO. 3, KELURAHAN ILIR")
    after = register_state()
    assert {key for key in after if after[key] != before[key]} == {"HeldDocument"}
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_without_an_address_there_is_no_letter(home: Household) -> None:
    lone = home.town.person("L", date(1960, 1, 1), SINGLE)
    with pytest.raises(NoAddress):
        substitute(home, applicant=applicant(lone), person=None, address=None)
    with pytest.raises(NoAddress):
        substitute(home, address=None)


CHILD = newcomer(birth_date=date(2015, 3, 4))


@pytest.mark.parametrize(
    ("check", "person", "refusal"),
    [
        (BiometricCheck(""), newcomer(), NotChecked),
        (BiometricCheck("not_needed"), newcomer(), CheckNeeded),
        (BiometricCheck("found", "9971030101600001"), newcomer(), FoundAsAnother),
    ],
)
def test_biometrics_are_compared_first_and_found_nowhere_else(
    home: Household, check: BiometricCheck, person: Any, refusal: type[RuleBroken]
) -> None:
    before = register_state()
    with pytest.raises(refusal) as caught:
        substitute(home, check=check, person=person)
    assert (caught.value.field, register_state()) == ("orang_nik", before)


def test_who_was_found_as_somebody_else_gets_no_letter(home: Household) -> None:
    found = BiometricCheck("found", home.father.nik)
    with pytest.raises(FoundAsAnother) as caught:
        substitute(home, applicant=applicant(home.mother), person=None, address=None, check=found)
    assert caught.value.field == "pemohon_nik"


def test_a_child_is_not_compared(home: Household) -> None:
    event = substitute(home, person=CHILD, check=BiometricCheck("not_needed"))
    assert event.facts["biometrics"] == "not_needed"


def test_who_was_found_writes_that_nik_and_stays_one_person(home: Household) -> None:
    known = newcomer(nik=home.mother.nik, name=home.mother.name)
    count = Resident.objects.count()
    event = substitute(home, person=known, check=BiometricCheck("found", home.mother.nik))
    assert (event.resident, Resident.objects.count()) == (home.mother, count)
