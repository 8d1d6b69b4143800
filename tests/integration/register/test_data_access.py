"""Access of agencies to population data: under which agreement, until when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from loket.register.actions import revert_event
from loket.register.actions.access import (
    AccessRequest,
    AgreementKnown,
    AgreementOver,
    record_access,
)
from loket.register.models import DataAccess
from loket.register.queries import data_access_of_case
from tests.integration.register.population import Household, about

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
TODAY = date(2026, 3, 2)


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
