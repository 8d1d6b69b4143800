"""SKTT: new, prolonged, lost; as long as the permit; and what runs out."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from loket.core import clock
from loket.core.errors import LoketError
from loket.offices.actions import sync_office
from loket.register.actions import revert_event
from loket.register.actions.foreigners import (
    ForeignResidence,
    NoAddress,
    NoLetterYet,
    PermanentPermit,
    record_foreign_residence,
)
from loket.register.actions.permits import NotAForeigner, PassportExpired, Permit, PermitExpired
from loket.register.models import RegisterEvent, Resident
from loket.register.queries import held, running_out
from tests.integration.offices.invented import office_file
from tests.integration.register.conftest import AT
from tests.integration.register.population import (
    ADDRESS,
    Household,
    applicant,
    newcomer,
    register_state,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
TODAY = date(2026, 3, 2)
END = date(2027, 3, 1)
PERMIT = Permit(
    "IZIN TINGGAL TERBATAS (ITAS)", "2C21AB1", END, "NX1", "BELANDA", "PT CONTOH",
    issued_on=date(2026, 3, 1), passport_until=date(2031, 1, 1),
)  # fmt: skip
FIRST = "SKTT/9971/02032026/0001"


def foreigner() -> ForeignResidence:
    return ForeignResidence(None, newcomer(nationality="WNA", name="JAN JANSEN", sex="L"), PERMIT, ADDRESS)


def settle(home: Household, report: ForeignResidence, ref: str = "case:1") -> RegisterEvent:
    office = home.town.office
    return record_foreign_residence(office=office, report=report, case_ref=ref, by=home.town.by)


def settled(home: Household) -> Resident:
    person = settle(home, foreigner()).resident
    assert person is not None
    return person


def shown(person: Resident) -> list[tuple[Any, ...]]:
    return [(row.kind, row.number, row.valid_until, row.state, row.ended_why) for row in held(person)]


def test_a_foreigner_gets_a_nik_and_a_letter_and_no_family(home: Household) -> None:
    before = register_state()
    event = settle(home, foreigner())
    assert event.resident is not None
    assert (event.number, event.resident.nik) == (FIRST, "9971030403959001")
    assert (event.resident.nationality, event.family) == ("WNA", None)
    assert event.facts["valid_until"] == "2027-03-01"
    assert event.facts["address"].startswith("JL. MELATI NO. 7, RT 004/RW 000, KELURAHAN ILIR")
    assert sorted(shown(event.resident)) == [
        ("itas", "2C21AB1", END, "in_force", ""),
        ("passport", "NX1", date(2031, 1, 1), "in_force", ""),
        ("sktt", FIRST, END, "in_force", ""),
    ]
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_corrected_it_is_the_same_letter(home: Household) -> None:
    settled(home)
    later = replace(PERMIT, valid_until=date(2027, 6, 1))
    person = settle(home, replace(foreigner(), permit=later)).resident
    assert person is not None
    assert [row for row in shown(person) if row[0] == "sktt"] == [
        ("sktt", FIRST, date(2027, 6, 1), "in_force", "")
    ]


def test_the_letter_is_prolonged_with_the_permit(home: Household) -> None:
    person = settled(home)
    before = register_state()
    longer = replace(PERMIT, number="2C21AB2", valid_until=date(2028, 3, 1), passport="", country="")
    second = settle(home, ForeignResidence(applicant(person), None, longer, None), "case:2")
    assert (second.facts["number"], second.facts["passport"]) == ("2C21AB2", "NX1")
    assert (second.facts["replaces"], second.facts["valid_until"]) == (FIRST, "2028-03-01")
    assert {row[:4] for row in shown(person)} == {
        ("itas", "2C21AB1", END, "replaced"),
        ("itas", "2C21AB2", date(2028, 3, 1), "in_force"),
        ("passport", "NX1", date(2031, 1, 1), "in_force"),
        ("sktt", FIRST, END, "replaced"),
        ("sktt", second.number, date(2028, 3, 1), "in_force"),
    }
    revert_event(case_ref="case:2", by=home.town.by)
    assert register_state() == before


def test_lost_it_is_given_again_for_as_long_as_the_permit_goes_on(home: Household) -> None:
    person = settled(home)
    lost = ForeignResidence(applicant(person), None, None, None, cause="Hilang")
    event = settle(home, lost, "case:2")
    assert (event.facts["valid_until"], event.facts["replaces"]) == ("2027-03-01", FIRST)
    assert [row for row in shown(person) if row[0] == "sktt"] == [
        ("sktt", event.number, END, "in_force", ""),
        ("sktt", FIRST, END, "void", "Hilang"),
    ]
    with clock.use(AT + timedelta(days=365)), pytest.raises(PermitExpired) as caught:
        settle(home, lost, "case:3")
    assert caught.value.field == "pemohon_nik"


def test_with_a_permanent_permit_there_is_no_letter_but_where_the_office_gives_one(home: Household) -> None:
    permanent = replace(foreigner(), permit=replace(PERMIT, document="itap"))
    with pytest.raises(PermanentPermit) as caught:
        settle(home, permanent)
    assert (caught.value.field, RegisterEvent.objects.count()) == ("izin_jenis", 0)
    sync_office(file=office_file(cards={"sktt_with_itap": True}), by="system")
    home.town.office.refresh_from_db()
    person = settle(home, permanent).resident
    assert person is not None
    assert {row[0] for row in shown(person)} == {"itap", "passport", "sktt"}


def test_who_gets_no_letter_of_residence(home: Household) -> None:
    known = applicant(home.mother)
    with pytest.raises(NotAForeigner):
        settle(home, ForeignResidence(known, None, PERMIT, None))
    expired = replace(PERMIT, valid_until=TODAY - timedelta(days=1))
    with pytest.raises(PermitExpired):
        settle(home, replace(foreigner(), permit=expired))
    with pytest.raises(PassportExpired):
        settle(home, replace(foreigner(), permit=replace(PERMIT, passport_until=TODAY - timedelta(days=1))))
    with pytest.raises(NoAddress):
        settle(home, replace(foreigner(), address=None))
    resident = home.town.person("L", date(1980, 1, 1), nationality="WNA")
    with pytest.raises(NoLetterYet):
        settle(home, ForeignResidence(applicant(resident), None, None, None))
    with pytest.raises(NoAddress):
        settle(home, ForeignResidence(applicant(resident), None, PERMIT, None))
    with pytest.raises(LoketError, match="tidak termasuk wilayah"):
        settle(home, replace(foreigner(), address=replace(ADDRESS, village="99.72.01.1001")))
    assert RegisterEvent.objects.count() == 0


def test_what_runs_out_is_listed_by_its_end(home: Household) -> None:
    person = settled(home)
    office = home.town.office
    assert running_out(office, END - timedelta(days=1)) == []
    assert {row.kind for row in running_out(office, END)} == {"itas", "sktt"}
    ends = [row.valid_until for row in running_out(office, date(2031, 1, 1))]
    assert ends == [END, END, date(2031, 1, 1)]
    # A child's card, and what the dead held, are no matter of a permit.
    Resident.objects.filter(pk=person.pk).update(status="PINDAH")
    assert running_out(office, date(2031, 1, 1)) == []
