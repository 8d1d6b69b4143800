"""Recording for the KTP-el: from which age, and what the national check says of it."""

from datetime import date, timedelta

import pytest

from loket.audit.models import Entry
from loket.core.errors import LoketError, NotFoundError
from loket.offices.actions import sync_office
from loket.register.actions import note_biometrics
from loket.register.actions.biometrics import NotRecorded, TooYoungToRecord, UnknownResult, note_check
from loket.register.models import Resident
from loket.register.queries import id_card_ready
from tests.integration.offices.invented import make_office, office_file, staff
from tests.integration.register.population import Household

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
TODAY = date(2026, 3, 2)
SIXTEEN = date(2010, 3, 2)


def record(home: Household, born: date, **changes: str) -> Resident:
    Resident.objects.filter(pk=home.son.pk).update(birth_date=born, **changes)
    office = home.town.office
    return note_biometrics(office=office, nik=home.son.nik, case_ref="case:1", by=home.town.by)


def test_one_is_recorded_from_16_on_and_the_card_waits_for_17(home: Household) -> None:
    with pytest.raises(
        TooYoungToRecord, match="mulai usia 16 tahun, atau sesudah kawin; .* berusia 15 tahun"
    ):
        record(home, SIXTEEN + timedelta(days=1))
    assert record(home, SIXTEEN).biometrics_recorded_on == TODAY
    assert id_card_ready(home.town.office, TODAY, married=True, limit=9) == []
    later = date(2027, 3, 2)
    assert id_card_ready(home.town.office, later, married=True, limit=9) == [home.son]


def test_whoever_has_married_is_recorded_before(home: Household) -> None:
    record(home, SIXTEEN + timedelta(days=1), marital_status="KAWIN TERCATAT")


def test_the_age_of_recording_is_the_office_s(home: Household) -> None:
    sync_office(file=office_file(cards={"record_from": 17}), by="system")
    home.town.office.refresh_from_db()
    with pytest.raises(TooYoungToRecord):
        record(home, SIXTEEN)


def check(home: Household, result: str, *rights: str) -> Resident:
    by = staff(home.town.office, *(rights or ("register",)))
    return note_check(office=home.town.office, resident_id=home.son.pk, result=result, by=by)


def test_a_doubt_keeps_the_first_card_back_until_it_is_over(home: Household) -> None:
    record(home, date(2000, 1, 1))
    ready = [home.son]
    for result, waiting in (("adjudicate", []), ("duplicate", []), ("", ready), ("adjudicate", [])):
        check(home, result)
        assert id_card_ready(home.town.office, TODAY, married=True, limit=9) == waiting
    # Recorded anew, the doubt is over.
    assert record(home, date(2000, 1, 1)).biometrics_doubt == ""
    assert id_card_ready(home.town.office, TODAY, married=True, limit=9) == ready


def test_each_result_that_says_something_new_is_in_the_journal(home: Household) -> None:
    record(home, date(2000, 1, 1))
    for result in ("duplicate", "duplicate", ""):
        check(home, result)
    rows = Entry.objects.filter(action="register.biometrics_check").order_by("pk")
    assert [row.details for row in rows] == [{"result": "duplicate"}, {"result": "print_ready"}]


def test_who_may_say_what_of_whom(home: Household) -> None:
    with pytest.raises(NotRecorded):
        check(home, "duplicate")
    record(home, date(2000, 1, 1))
    with pytest.raises(UnknownResult):
        check(home, "anything")
    with pytest.raises(NotFoundError):
        check(home, "duplicate", "intake")
    other = make_office("9972")
    with pytest.raises(LoketError):
        note_check(office=other, resident_id=home.son.pk, result="", by=staff(other, "register"))
    assert Resident.objects.get(pk=home.son.pk).biometrics_doubt == ""


def test_a_foreigner_is_not_opened_by_the_daily_job(home: Household) -> None:
    record(home, date(2000, 1, 1), nationality="WNA")
    assert id_card_ready(home.town.office, TODAY, married=True, limit=9) == []
