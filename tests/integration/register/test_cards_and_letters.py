"""Cards, the letters of foreigners and of the vulnerable, access to data: who gets them, who does not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from loket.core import clock
from loket.core.errors import LoketError
from loket.register.actions import revert_event
from loket.register.actions.access import (
    AccessRequest,
    AgreementKnown,
    AgreementOver,
    record_access,
)
from loket.register.actions.biodata import AlreadyKnown
from loket.register.actions.cards import (
    HasCard,
    NotRecordedYet,
    TooOld,
    TooYoung,
    WithoutFamily,
    record_card,
)
from loket.register.actions.foreigners import (
    ForeignResidence,
    NoAddress,
    NoLetterYet,
    NotAForeigner,
    Permit,
    PermitExpired,
    record_foreign_residence,
    record_identity_substitute,
)
from loket.register.models import DataAccess, RegisterEvent, Resident
from loket.register.queries import data_access_of_case
from tests.integration.register.conftest import AT, SINGLE, Town
from tests.integration.register.population import (
    ADDRESS,
    Household,
    applicant,
    newcomer,
    register_state,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
CARDS = ["id_card_new", "id_card_replaced", "id_card_changed"]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.use(AT):
        yield


@pytest.fixture
def home(town: Town) -> Household:
    return Household(town)


def about(home: Household, ref: str = "case:1") -> dict[str, Any]:
    return {"office": home.town.office, "case_ref": ref, "by": home.town.by}


def order(home: Household, kind: str, person: Resident, **changes: Any) -> RegisterEvent:
    given = {"kind": kind, "nik": person.nik, "name": person.name, "field": "pemohon_nik"}
    return record_card(**(given | about(home) | changes))


def recorded(person: Resident) -> Resident:
    person.biometrics_recorded_on = TODAY
    person.save()
    return person


@pytest.mark.parametrize("kind", CARDS)
def test_a_card_is_ordered_and_that_can_be_undone(home: Household, kind: str) -> None:
    person = recorded(home.daughter)
    before = register_state()
    event = order(home, kind, person)
    person.refresh_from_db()
    assert (event.family, person.id_card_issued_on) == (home.family, TODAY)
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


@pytest.mark.parametrize("kind", CARDS)
def test_a_ktp_el_is_for_those_of_17_or_married(home: Household, kind: str) -> None:
    born = date(TODAY.year - 17, TODAY.month, TODAY.day)
    day_too_young = recorded(home.son)
    Resident.objects.filter(pk=home.son.pk).update(birth_date=born + timedelta(days=1))
    with pytest.raises(TooYoung) as caught:
        order(home, kind, day_too_young)
    assert caught.value.field == "pemohon_nik"
    Resident.objects.filter(pk=home.son.pk).update(birth_date=born)
    order(home, kind, day_too_young)
    Resident.objects.filter(pk=home.son.pk).update(
        birth_date=born + timedelta(days=1), marital_status="KAWIN TERCATAT", id_card_issued_on=None
    )
    order(home, kind, day_too_young, case_ref="case:2")


def test_a_first_card_is_first_and_after_the_recording(home: Household) -> None:
    with pytest.raises(NotRecordedYet):
        order(home, "id_card_new", home.mother)
    order(home, "id_card_new", recorded(home.mother))
    # The same case again gives the same card; another case is another card.
    order(home, "id_card_new", home.mother)
    with pytest.raises(HasCard):
        order(home, "id_card_new", home.mother, case_ref="case:2")
    order(home, "id_card_replaced", home.mother, case_ref="case:2")


def test_a_kia_is_for_those_under_17_who_never_married(home: Household) -> None:
    before = register_state()
    event = order(home, "child_card", home.son, field="kia_nik")
    assert (event.resident, event.facts["reason"]) == (home.son, "Penerbitan baru")
    assert register_state() == before
    with pytest.raises(TooOld) as caught:
        order(home, "child_card", home.daughter, field="kia_nik", case_ref="case:2")
    assert caught.value.field == "kia_nik"


def test_a_card_is_for_a_resident_with_a_family_by_the_right_name(home: Household) -> None:
    lone = recorded(home.town.person("L", date(1990, 1, 1)))
    with pytest.raises(WithoutFamily):
        order(home, "id_card_new", lone)
    with pytest.raises(LoketError, match="bukan nama pemilik NIK"):
        order(home, "id_card_replaced", home.mother, name="ORANG LAIN")
    order(home, "id_card_replaced", home.mother, name=None)
    with pytest.raises(LoketError, match="tidak tercatat di register"):
        order(home, "id_card_replaced", home.mother, nik="9971030101900099", name=None, case_ref="case:2")


PERMIT = Permit("IZIN TINGGAL TERBATAS (ITAS)", "2C21AB1", date(2027, 3, 1), "NX1", "BELANDA", "PT CONTOH")


def foreigner() -> ForeignResidence:
    return ForeignResidence(None, newcomer(nationality="WNA", name="JAN JANSEN", sex="L"), PERMIT, ADDRESS)


def settle(home: Household, report: ForeignResidence, ref: str = "case:1") -> RegisterEvent:
    return record_foreign_residence(report=report, **about(home, ref))


def test_a_foreigner_gets_a_nik_and_a_letter_and_no_family(home: Household) -> None:
    before = register_state()
    event = settle(home, foreigner())
    assert event.resident is not None
    assert (event.number, event.resident.nik) == ("SKTT/9971/02032026/0001", "9971030403959001")
    assert (event.resident.nationality, event.family) == ("WNA", None)
    assert event.facts["valid_until"] == "2027-03-01"
    assert event.facts["address"].startswith("JL. MELATI NO. 7, RT 004/RW 000, KELURAHAN ILIR")
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_the_letter_is_prolonged_with_the_permit_and_given_again_without(home: Household) -> None:
    person = settle(home, foreigner()).resident
    assert person is not None
    longer = replace(PERMIT, number="2C21AB2", valid_until=date(2028, 3, 1), passport="", country="")
    second = settle(home, ForeignResidence(applicant(person), None, longer, None), "case:2")
    assert (second.facts["number"], second.facts["passport"]) == ("2C21AB2", "NX1")
    assert second.facts["replaces"] == "SKTT/9971/02032026/0001"
    third = settle(home, ForeignResidence(applicant(person), None, None, None), "case:3")
    assert (third.facts["valid_until"], third.facts["replaces"]) == ("2028-03-01", second.number)


def test_who_gets_no_letter_of_residence(home: Household) -> None:
    known = applicant(home.mother)
    with pytest.raises(NotAForeigner):
        settle(home, ForeignResidence(known, None, PERMIT, None))
    expired = replace(PERMIT, valid_until=TODAY - timedelta(days=1))
    with pytest.raises(PermitExpired):
        settle(home, replace(foreigner(), permit=expired))
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


def substitute(home: Household, ref: str = "case:1", **changes: Any) -> RegisterEvent:
    given = {"applicant": None, "person": newcomer(), "address": ADDRESS}
    return record_identity_substitute(**(given | changes | about(home, ref)))


def test_the_vulnerable_get_a_nik_and_a_letter(home: Household) -> None:
    before = register_state()
    event = substitute(home)
    assert event.resident is not None
    assert (event.number, event.resident.nik) == ("SKPTI/9971/02032026/0001", "9971034403959001")
    with pytest.raises(AlreadyKnown):
        substitute(home, "case:2")
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_who_is_known_gets_the_letter_and_nothing_changes(home: Household) -> None:
    before = register_state()
    event = substitute(home, applicant=applicant(home.mother), person=None, address=None)
    assert event.facts["address"].startswith("JL. MAWAR NO. 3, KELURAHAN ILIR")
    assert register_state() == before
    lone = home.town.person("L", date(1960, 1, 1), SINGLE)
    with pytest.raises(NoAddress):
        substitute(home, "case:2", applicant=applicant(lone), person=None, address=None)
    with pytest.raises(NoAddress):
        substitute(home, "case:2", address=None)


REQUEST = AccessRequest(
    institution="Badan Pajak Contoh",
    institution_kind="PERANGKAT DAERAH",
    address="JL. CONTOH NO. 1",
    person_name="RATNA REKAAN",
    person_title="Kepala Bidang",
    phone="081200009001",
    email="pajak@contoh.id",
    kind="PEMANFAATAN DATA LOKAL",
    purpose="Verifikasi wajib pajak",
    mou_number="1/MOU/2026",
    mou_date=date(2026, 1, 5),
    agreement_number="2/PKS/2026",
    agreement_date=date(2026, 2, 5),
    valid_until=date(2029, 2, 4),
    categories=({"category": "NIK dan nama", "users": 2, "address": ""},),
)


def test_an_agency_is_given_access_under_its_agreement(home: Household) -> None:
    event = record_access(report=REQUEST, **about(home))
    access = data_access_of_case("case:1")
    assert access is not None
    assert (event.number, access.institution) == ("BA-AKSES/9971/02032026/0001", "Badan Pajak Contoh")
    assert access.categories == [{"category": "NIK dan nama", "users": 2, "address": ""}]
    with pytest.raises(AgreementKnown):
        record_access(report=REQUEST, **about(home, "case:2"))
    # Corrected it is the same access; undone there is none.
    record_access(report=replace(REQUEST, institution="Badan Lain"), **about(home))
    assert DataAccess.objects.get().institution == "Badan Lain"
    revert_event(case_ref="case:1", by=home.town.by)
    assert data_access_of_case("case:1") is None


def test_no_access_under_an_agreement_that_is_over(home: Household) -> None:
    with pytest.raises(AgreementOver):
        record_access(report=replace(REQUEST, valid_until=TODAY - timedelta(days=1)), **about(home))
    record_access(report=replace(REQUEST, valid_until=TODAY), **about(home))
    access = DataAccess.objects.get()
    for changes in ({"valid_until": date(2026, 2, 4)}, {"agreement_number": "3/PKS"}):
        copy = DataAccess.objects.get()
        copy.pk = None
        for name, value in changes.items():
            setattr(copy, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save()
    assert DataAccess.objects.get() == access
