"""The life of a SKPWNI: what both offices see at each moment, when it ends, what the database refuses."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from loket.audit.models import Entry
from loket.core import clock
from loket.core.errors import LoketError
from loket.offices.models import Area
from loket.register.actions import ChangedSince, births, revert_event
from loket.register.actions.arrivals import Arrival, record_arrival
from loket.register.actions.letters import NothingToCancel, record_cancellation, record_letter_again
from loket.register.actions.moveletters import (
    LetterExpired,
    LetterReplaced,
    LetterUsed,
    OriginChanged,
    OtherDestination,
    UnknownLetter,
    WrongKind,
    expire_letters,
)
from loket.register.actions.moves import Departure, record_departure
from loket.register.actions.newcomers import NotGone
from loket.register.actions.spoiling import spoil_number
from loket.register.models import (
    BookLine,
    HeldDocument,
    LetterPerson,
    MoveLetter,
    RegisterEvent,
    Resident,
)
from tests.integration.register.conftest import AT, Town, make_town
from tests.integration.register.population import (
    ADDRESS,
    CHILD,
    ELSEWHERE,
    HEAD,
    WIFE,
    Household,
    applicant,
    lines,
    newcomer,
    register_state,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
TODAY = date(2026, 3, 2)
LAST = date(2026, 6, 10)
THERE = replace(ADDRESS, village="99.72.03.1001")


@pytest.fixture
def there(home: Household) -> Town:
    """The office to which they go."""
    return make_town("9972")


def everybody(home: Household) -> list[tuple[str, Resident]]:
    return [(HEAD, home.father), (WIFE, home.mother), (CHILD, home.daughter), (CHILD, home.son)]


def depart(home: Household, *people: tuple[str, Resident], ref: str = "case:1", **changes: Any) -> str:
    """A SKPWNI for these people, or for everybody; its number."""
    report = Departure(
        applicant(home.mother), lines(*(people or everybody(home))), "JL. JAUH NO. 1", ELSEWHERE
    )
    office, by = home.town.office, home.town.by
    report = replace(report, **changes)
    return record_departure(office=office, kind="move_out", report=report, case_ref=ref, by=by).number


def arrive(
    there: Town, number: str, *people: tuple[str, Resident], ref: str = "case:9", **changes: Any
) -> RegisterEvent:
    report = Arrival(
        applicant=applicant(people[0][1]),
        people=lines(*people),
        table="anggota_datang",
        letter=number,
        letter_field="skpwni_nomor",
        letter_date=TODAY,
        origin="KOTA CONTOH",
        address=THERE,
    )
    return record_arrival(
        office=there.office, kind="move_in", report=replace(report, **changes), case_ref=ref, by=there.by
    )


def later(days: int) -> Any:
    return clock.use(AT + timedelta(days=days))


def states() -> list[str]:
    return list(MoveLetter.objects.order_by("pk").values_list("state", flat=True))


def test_until_the_last_day_and_not_after(home: Household, there: Town) -> None:
    number = depart(home)
    before = register_state()
    with later(101), pytest.raises(LetterExpired) as caught:
        arrive(there, number, *everybody(home))
    assert caught.value.field == "skpwni_nomor"
    assert "pergantian SKPWNI di kantor asal" in caught.value.message
    assert (register_state(), states()) == (before, ["issued"])
    with later(100):
        arrive(there, number, *everybody(home))
    assert states() == ["used"]


def test_what_was_reported_in_time_is_taken_in_later(home: Household, there: Town) -> None:
    number = depart(home)
    with later(104):
        assert expire_letters(office=home.town.office) == 1
        arrive(there, number, *everybody(home), reported_on=LAST)
    assert states() == ["used"]


def test_the_job_closes_what_is_over_once_and_changes_nobody(home: Household) -> None:
    number = depart(home)
    before = register_state()
    with later(100):
        assert expire_letters(office=home.town.office) == 0
    with later(101):
        assert expire_letters(office=home.town.office) == 1
        assert expire_letters(office=home.town.office) == 0
    letter = MoveLetter.objects.get()
    assert (letter.state, letter.ended_on, register_state()) == ("expired", date(2026, 6, 11), before)
    rows = Entry.objects.filter(action="register.letter_expired")
    assert list(rows.values_list("subject", "details")) == [(f"move-letter:{letter.pk}", {"number": number})]
    assert LetterPerson.objects.filter(waiting=True).count() == 0


def test_one_whose_time_is_over_is_replaced_not_cancelled(home: Household, there: Town) -> None:
    number = depart(home)
    about = {"office": home.town.office, "kind": "move_out", "by": home.town.by, "number": number}
    about["applicant"] = applicant(home.father)
    with later(101):
        expire_letters(office=home.town.office)
        with pytest.raises(NothingToCancel):
            record_cancellation(**about, reason="Batal", case_ref="case:2")
        with pytest.raises(LetterExpired):
            record_letter_again(**about, report=None, case_ref="case:2")
        report = Departure(applicant(home.father), (), "JL. JAUH NO. 1", ELSEWHERE)
        second = record_letter_again(**about, report=report, case_ref="case:2").number
        with pytest.raises(LetterReplaced):
            arrive(there, number, *everybody(home), reported_on=LAST)
        arrive(there, second, *everybody(home))
    assert states() == ["replaced", "used"]


def test_an_older_letter_does_not_count_beside_a_newer_one(home: Household, there: Town) -> None:
    first = depart(home)
    with later(101):
        expire_letters(office=home.town.office)
        depart(home, ref="case:2")
        with pytest.raises(LetterReplaced):
            arrive(there, first, *everybody(home), reported_on=LAST)


def test_an_office_sets_how_long(home: Household) -> None:
    home.town.office.definition["move_letter_days"] = [{"since": "2026-03-01", "days": 14}]
    home.town.office.save()
    depart(home)
    assert MoveLetter.objects.get().valid_until == date(2026, 3, 16)


def test_a_letter_leads_to_one_place_and_one_report(home: Household, there: Town) -> None:
    number = depart(home)
    far = make_town("9801")
    with pytest.raises(OtherDestination):
        arrive(far, number, *everybody(home))
    report = Arrival(
        applicant=applicant(home.father),
        people=lines(*everybody(home)),
        table="anggota_datang",
        letter=number,
        letter_field="ln_surat_nomor",
        letter_date=TODAY,
        origin="JEPANG",
        address=THERE,
    )
    with pytest.raises(WrongKind):
        record_arrival(
            office=there.office, kind="return_from_abroad", report=report, case_ref="case:9", by=there.by
        )


def test_a_letter_of_another_place_counts_once_too(there: Town) -> None:
    number, data = "SKPWNI/3506/01032026/0007", newcomer(nik="9972014403959001")
    someone = Resident(nik=data.nik, name=data.name)
    other = newcomer(nik="9972014403959002", name="ORANG LAIN")
    Area.objects.get_or_create(code="99", defaults={"name": "Provinsi", "level": "provinsi", "parent": ""})
    with pytest.raises(LetterExpired):
        arrive(there, number, (HEAD, someone), biodata={data.nik: data}, letter_date=date(2025, 11, 1))
    arrive(there, number, (HEAD, someone), biodata={data.nik: data})
    letter = MoveLetter.objects.get()
    assert (letter.office, letter.state, letter.used_at) == (None, "used", there.office)
    second = Resident(nik=other.nik, name=other.name)
    with pytest.raises(LetterUsed):
        arrive(there, number, (HEAD, second), ref="case:10", biodata={other.nik: other})
    revert_event(case_ref="case:9", by=there.by)
    assert MoveLetter.objects.count() == 0
    arrive(there, number, (HEAD, second), ref="case:10", biodata={other.nik: other})


def test_a_child_born_meanwhile_is_not_left_without_a_head(home: Household, there: Town) -> None:
    number = depart(home)
    births.record(
        office=home.town.office,
        report=home.town.report(home.mother, home.father),
        case_ref="case:birth",
        by=home.town.by,
    )
    before = register_state()
    with pytest.raises(OriginChanged):
        arrive(there, number, *everybody(home))
    assert (register_state(), states()) == (before, ["issued"])
    about = {"office": home.town.office, "kind": "move_out", "by": home.town.by, "number": number}
    baby = Resident.objects.latest("pk")
    people = [*everybody(home), (CHILD, baby)]
    report = Departure(applicant(home.mother), lines(*people), "JL. JAUH NO. 1", ELSEWHERE)
    second = record_letter_again(
        **about, applicant=applicant(home.mother), report=report, case_ref="case:2"
    ).number
    arrive(there, second, *people)
    assert set(Resident.objects.values_list("office_id", flat=True)) == {"9972"}


def test_who_died_meanwhile_does_not_hold_up_the_others(home: Household, there: Town) -> None:
    number = depart(home, (WIFE, home.mother), (CHILD, home.son))
    Resident.objects.filter(pk=home.son.pk).update(status="MATI", death_date=TODAY)
    with pytest.raises(LoketError, match="sudah meninggal"):
        arrive(there, number, (HEAD, home.mother), (CHILD, home.son))
    arrive(there, number, (HEAD, home.mother))
    assert Resident.objects.get(pk=home.son.pk).office_id == "9971"


def test_who_holds_a_letter_or_a_card(home: Household, there: Town) -> None:
    HeldDocument.objects.create(
        office=home.town.office, resident=home.father, kind="ktp_el", number="", issued_on=TODAY
    )
    number = depart(home)
    found = HeldDocument.objects.filter(resident=home.father, state="in_force")
    assert list(found.order_by("kind").values_list("kind", "number", "valid_until")) == [
        ("ktp_el", "", None),
        ("skpwni", number, LAST),
    ]
    event = arrive(there, number, *everybody(home))
    assert list(found.values_list("kind", "number")) == [("skdwni", event.number)]
    ended = HeldDocument.objects.filter(resident=home.father).exclude(state="in_force")
    assert sorted(ended.values_list("kind", "state")) == [("ktp_el", "withdrawn"), ("skpwni", "withdrawn")]
    revert_event(case_ref="case:9", by=there.by)
    assert sorted(found.values_list("kind", flat=True)) == ["ktp_el", "skpwni"]


def test_undoing_never_gives_somebody_two_letters(home: Household) -> None:
    number = depart(home)
    about = {"office": home.town.office, "kind": "move_out", "by": home.town.by}
    record_cancellation(
        **about, applicant=applicant(home.father), number=number, reason="Batal", case_ref="case:2"
    )
    depart(home, ref="case:3")
    with pytest.raises(ChangedSince), transaction.atomic():
        revert_event(case_ref="case:2", by=home.town.by)
    assert states() == ["cancelled", "issued"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE register_moveletter SET state = 'used', ended_by = 'case:x', used_at_id = '9971'",
        "UPDATE register_moveletter SET state = 'cancelled', ended_by = 'case:9', used_at_id = NULL",
        "UPDATE register_moveletter SET number = 'SKPWNI/1'",
        "UPDATE register_moveletter SET valid_until = '2030-01-01'",
        "UPDATE register_moveletter SET ended_by = ''",
        "DELETE FROM register_letterperson; DELETE FROM register_moveletter",
    ],
)
def test_the_database_lets_a_used_letter_be(home: Household, there: Town, statement: str) -> None:
    arrive(there, depart(home), *everybody(home))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert states() == ["used"]


def test_the_database_lets_nobody_wait_with_two_letters(home: Household) -> None:
    depart(home, (CHILD, home.daughter))
    second = MoveLetter.objects.create(
        office=home.town.office, kind="skpwni", number="X", case_ref="case:x", issued_on=TODAY
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterPerson.objects.create(
            letter=second, nik=home.daughter.nik, name="A", relation=CHILD, position=1, waiting=True
        )


def test_a_spoiled_number_is_that_of_no_letter_any_more(home: Household, there: Town) -> None:
    old = depart(home)
    line = BookLine.objects.get(number=old)
    _, number = spoil_number(
        office=home.town.office, line_id=line.pk, reason="Salah cetak di lembar terakhir", by=home.town.by
    )
    before = register_state()
    with pytest.raises(NotGone):
        arrive(there, old, *everybody(home))
    arrive(there, number, *everybody(home))
    revert_event(case_ref="case:9", by=there.by)
    assert register_state() == before
    revert_event(case_ref="case:1", by=home.town.by)
    assert MoveLetter.objects.count() == 0


def test_a_letter_that_is_not_known_here_is_neither_replaced_nor_cancelled(home: Household) -> None:
    about = {"office": home.town.office, "kind": "move_out", "by": home.town.by, "number": "SKPWNI/1"}
    with pytest.raises(UnknownLetter):
        record_cancellation(**about, applicant=applicant(home.father), reason="Batal", case_ref="case:2")
