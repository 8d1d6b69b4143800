"""Nobody comes back by an undoing to a family that has gone on without them."""

import pytest

from loket.register.actions import (
    ChangedSince,
    annulments,
    death,
    issue_family_card,
    revert_event,
    revert_family_card,
)
from loket.register.actions.family_events import NewFamily, record_new_family
from loket.register.actions.letters import record_cancellation
from loket.register.actions.moves import Departure, record_departure
from loket.register.actions.parties import Decision
from loket.register.models import Membership, RegisterEvent
from tests.integration.register.conftest import AT, SINGLE
from tests.integration.register.households import report_of
from tests.integration.register.population import (
    ADDRESS,
    CHILD,
    HEAD,
    Household,
    applicant,
    lines,
    register_state,
)
from tests.integration.register.vital import death_of, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
TODAY = AT.date()


def daughter_leaves(home: Household) -> RegisterEvent:
    people = lines((CHILD, home.daughter))
    report = Departure(applicant(home.daughter), people, "JL. JAUH NO. 1", country="NEGERI JAUH")
    town = home.town
    return record_departure(
        office=town.office, kind="move_abroad", report=report, case_ref="case:1", by=town.by
    )


def head_leaves(home: Household) -> None:
    """The others go on under the mother, with a new number; the old family is empty."""
    report = NewFamily(applicant(home.father), ADDRESS, lines((HEAD, home.father)), home.mother.nik)
    town = home.town
    record_new_family(office=town.office, kind="family_split", report=report, case_ref="case:2", by=town.by)


def test_who_left_a_family_does_not_come_back_to_it_alone(home: Household) -> None:
    daughter_leaves(home)
    head_leaves(home)
    before = register_state()
    with pytest.raises(ChangedSince):
        revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_nor_does_a_cancelled_letter_bring_them_there(home: Household) -> None:
    letter = daughter_leaves(home)
    head_leaves(home)
    before = register_state()
    with pytest.raises(ChangedSince):
        record_cancellation(
            office=home.town.office,
            kind="move_abroad",
            applicant=applicant(home.daughter),
            number=letter.number,
            reason="TIDAK JADI",
            case_ref="case:3",
            by=home.town.by,
        )
    assert register_state() == before


def test_nor_does_a_card_that_is_undone(home: Household) -> None:
    issue_family_card(
        office=home.town.office, report=report_of((HEAD, home.daughter)), case_ref="case:1", by=home.town.by
    )
    head_leaves(home)
    before = register_state()
    with pytest.raises(ChangedSince):
        revert_family_card(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_nor_do_the_dead_whose_akta_is_annulled_leave_somebody_alone(home: Household) -> None:
    """Their family went on under another head, and somebody has come to it since."""
    report = death_of(home.father, successor_nik=home.mother.nik)
    event = recorded(home.town, death.record, report, "case:1")
    cousin = home.town.person("L", home.father.birth_date, SINGLE)
    Membership.objects.create(
        family=event.family, resident=cousin, relation="FAMILI LAIN", position=9, since=TODAY
    )
    wrong = annulments.Report(
        nik=home.father.nik,
        name=home.father.name,
        record_number=event.number,
        decision=Decision("Pengadilan Negeri Contoh", "1/Pdt.P/2026", TODAY),
        reported_on=TODAY,
        number_field="pembatalan_akta_nomor",
        decided_field="pembatalan_akta_tanggal",
    )
    before = register_state()
    with pytest.raises(ChangedSince):
        recorded(home.town, annulments.record, wrong, "case:2")
    assert register_state() == before
