"""Spoiled numbers, and closes that are opened again: who asks does not decide."""

from datetime import date
from functools import partial

import pytest
from django.db import ProgrammingError, transaction

from loket.audit.models import Entry
from loket.core import clock
from loket.core.errors import LoketError, NotAllowedError, NotFoundError
from loket.register import bookpages
from loket.register.actions import (
    Changes,
    Outcome,
    ask_blank,
    ask_reopen,
    ask_spoil,
    close_day,
    close_year,
    decide,
    record_event,
    revert_event,
    spoil_blank,
    spoil_number,
)
from loket.register.actions.bookrequests import (
    NotLatestClose,
    OwnBookRequest,
    ReasonTooShort,
    RequestDecided,
    RequestWaiting,
    SpoiledAlready,
)
from loket.register.models import (
    BookClose,
    BookLine,
    CivilRecord,
    RegisterBook,
    RegisterEvent,
    Resident,
)
from tests.integration.offices.invented import staff
from tests.integration.register.bookkeeping import (
    DAY,
    MONDAY,
    NEXT,
    TUESDAY,
    akta,
    first,
    numbers,
    second,
)
from tests.integration.register.conftest import Town, make_town, record_birth

WHY = "kertas register sobek sebelum ditandatangani"


@pytest.fixture(autouse=True)
def _on_monday() -> "object":
    with clock.use(MONDAY):
        yield


def letter(town: Town, ref: str = "case:1") -> RegisterEvent:
    """An event with a letter that changes nobody."""

    def nothing(changes: Changes) -> Outcome:
        return Outcome(facts={"person": {"name": "WAYAN CONTOH"}})

    return record_event(
        office=town.office, kind="birth_statement", case_ref=ref, by=town.by, apply=nothing, letter="SKL"
    )


def line_with(number: str) -> BookLine:
    return BookLine.objects.get(number=number)


# Spoiled numbers


def test_an_akta_gets_the_next_number_and_its_old_one_stays(town: Town) -> None:
    child = town.person("P", date(2026, 2, 20), "BELUM KAWIN")
    spoiled = akta(town.office, "LU", "case:1", weight=3100)
    child.birth_certificate = spoiled.number
    child.save()
    line, number = spoil_number(
        office=town.office, line_id=line_with(spoiled.number).pk, reason=WHY, by=first(town.office)
    )
    assert number == "9971-LU-02032026-0002"
    assert (line.spoiled_at, line.spoiled_by, line.spoiled_reason) == (MONDAY, "account:7", WHY)
    assert line.replaced_by == number
    now = CivilRecord.objects.get(case_ref="case:1")
    assert (now.number, now.entry, now.facts) == (number, 2, spoiled.facts)
    assert CivilRecord.every.get(number=spoiled.number).spoiled_at == MONDAY
    child.refresh_from_db()
    assert child.birth_certificate == number
    told = Entry.objects.get(action="book.spoil")
    assert told.details == {"book": "LU", "number": spoiled.number, "instead": number, "case": "case:1"}
    assert WHY not in str(told.details)


def test_a_birth_whose_number_was_spoiled_is_undone_exactly(town: Town) -> None:
    _, father, mother = town.couple()
    before = Resident.objects.count()
    entry = record_birth(
        office=town.office, report=town.report(mother, father), case_ref="case:1", by=town.by
    )
    line = line_with(entry.number)
    _, number = spoil_number(office=town.office, line_id=line.pk, reason=WHY, by=first(town.office))
    assert CivilRecord.objects.get().resident.birth_certificate == number
    assert bookpages.entry_of(town.office, line.pk).event.resident.mother_nik == mother.nik
    revert_event(case_ref="case:1", by=town.by)
    assert Resident.objects.count() == before
    kept = CivilRecord.every.order_by("entry").values_list("number", "resident")
    assert list(kept) == [(entry.number, None), (number, None)]


@pytest.mark.parametrize("change", [{"recorded_on": NEXT}, {"case_ref": "case:2"}, {"spoiled_at": None}])
def test_an_entry_keeps_its_day_and_a_spoiled_one_is_so_for_good(
    town: Town, change: dict[str, object]
) -> None:
    entry = akta(town.office, "LU", "case:1")
    line = line_with(entry.number)
    spoil_number(office=town.office, line_id=line.pk, reason=WHY, by=first(town.office))
    with pytest.raises(ProgrammingError, match="stay on their day"), transaction.atomic():
        CivilRecord.every.filter(pk=entry.pk).update(**change)


def test_a_letter_gets_the_next_number_and_can_still_be_undone(town: Town) -> None:
    event = letter(town)
    _, number = spoil_number(
        office=town.office, line_id=line_with(event.number).pk, reason=WHY, by=first(town.office)
    )
    event.refresh_from_db()
    assert (event.number, number) == ("SKL/9971/02032026/0002", "SKL/9971/02032026/0002")
    undone = revert_event(case_ref="case:1", by=town.by)
    assert (undone.number, undone.reverted_at) == (number, MONDAY)


def test_a_letter_keeps_its_number_unless_that_was_spoiled(town: Town) -> None:
    event = letter(town)
    with pytest.raises(ProgrammingError, match="events of the register stay"), transaction.atomic():
        RegisterEvent.objects.filter(pk=event.pk).update(number="SKL/9971/02032026/0009")


def test_a_blank_is_taken_and_marked(town: Town) -> None:
    numbers(town.office, "LU", 1)
    line = spoil_blank(office=town.office, book="LU", reason=WHY, by=first(town.office))
    assert (line.entry, line.ref, line.spoiled_reason, line.replaced_by) == (2, "", WHY, "")
    with pytest.raises(NotFoundError):
        spoil_blank(office=town.office, book="SKTT", reason=WHY, by=first(town.office))


def test_a_number_is_spoiled_once_and_for_a_reason(town: Town) -> None:
    (line,) = numbers(town.office, "LU", 1)
    with pytest.raises(ReasonTooShort):
        spoil_number(
            office=town.office,
            line_id=line.pk,
            reason="sobek \u200b\u200b\u200b\u200b",
            by=first(town.office),
        )
    spoil_number(office=town.office, line_id=line.pk, reason=WHY, by=first(town.office))
    with pytest.raises(SpoiledAlready):
        spoil_number(office=town.office, line_id=line.pk, reason=WHY, by=first(town.office))
    with pytest.raises(ProgrammingError, match="lines of the books stay"), transaction.atomic():
        BookLine.objects.filter(pk=line.pk).update(spoiled_reason="lain lagi")


def test_a_number_of_another_office_is_not_there(town: Town) -> None:
    other = make_town("9972")
    (line,) = numbers(other.office, "LU", 1)
    for spoil in (spoil_number, ask_spoil):
        with pytest.raises(NotFoundError):
            spoil(office=town.office, line_id=line.pk, reason=WHY, by=first(town.office))


def test_what_was_spoiled_and_undone_stands_in_the_close_of_its_day(town: Town) -> None:
    first_line, _ = numbers(town.office, "SKL", 2)
    event = letter(town)
    spoil_number(office=town.office, line_id=first_line.pk, reason=WHY, by=first(town.office))
    revert_event(case_ref=event.case_ref, by=town.by)
    (closed,) = close_day(office=town.office, book="SKL", day=DAY, by=first(town.office))
    assert closed.entries == 4
    assert closed.details == {
        "spoiled": [{"number": "SKL/9971/02032026/0001", "reason": WHY}],
        "undone": ["SKL/9971/02032026/0003"],
        "gaps": [],
    }


def test_a_number_of_a_closed_day_is_spoiled_on_the_day_it_is_found(town: Town) -> None:
    (line,) = numbers(town.office, "LU", 1)
    close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    with clock.use(TUESDAY):
        _, number = spoil_number(office=town.office, line_id=line.pk, reason=WHY, by=first(town.office))
        (closed,) = close_day(office=town.office, book="LU", day=NEXT, by=first(town.office))
    assert number == "9971-LU-03032026-0001"
    assert (closed.entries, [item["number"] for item in closed.details["spoiled"]]) == (1, [line.number])


# Two people


def test_who_asks_does_not_decide(town: Town) -> None:
    (line,) = numbers(town.office, "LU", 1)
    request = ask_spoil(office=town.office, line_id=line.pk, reason=WHY, by=first(town.office))
    with pytest.raises(OwnBookRequest):
        decide(office=town.office, request_id=request.pk, approve=True, by=first(town.office))
    decided = decide(office=town.office, request_id=request.pk, approve=True, by=second(town.office))
    assert (decided.state, decided.asked_by, decided.decided_by) == ("approved", "account:7", "account:8")
    with pytest.raises(RequestDecided):
        decide(office=town.office, request_id=request.pk, approve=False, by=second(town.office))


def test_the_database_wants_two_people_too(town: Town) -> None:
    request = ask_blank(office=town.office, book="LU", reason=WHY, by=first(town.office))
    request.state, request.decided_by, request.decided_at = "approved", request.asked_by, MONDAY
    with pytest.raises(Exception, match="register_request_two_people"), transaction.atomic():
        request.save()


@pytest.mark.parametrize("right", ["register", "people"])
def test_only_who_keeps_the_books_asks_and_decides(town: Town, right: str) -> None:
    numbers(town.office, "LU", 1)
    request = ask_blank(office=town.office, book="LU", reason=WHY, by=first(town.office))
    (closed,) = close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    other = staff(town.office, right, ref="account:9")
    with pytest.raises(NotAllowedError):
        ask_blank(office=town.office, book="LU", reason=WHY, by=other)
    with pytest.raises(NotAllowedError):
        ask_reopen(office=town.office, close_id=closed.pk, reason=WHY, by=other)
    for close in (partial(close_day, day=DAY), partial(close_year, year=2025)):
        with pytest.raises(NotAllowedError):
            close(office=town.office, book="KM", by=other)
    with pytest.raises(NotAllowedError):
        decide(office=town.office, request_id=request.pk, approve=True, by=other)


def test_the_same_is_asked_once_at_a_time(town: Town) -> None:
    (line,) = numbers(town.office, "LU", 1)
    ask_spoil(office=town.office, line_id=line.pk, reason=WHY, by=first(town.office))
    with pytest.raises(RequestWaiting):
        ask_spoil(office=town.office, line_id=line.pk, reason=WHY, by=second(town.office))


# Opening again


def reopened(town: Town, close: BookClose) -> BookClose:
    request = ask_reopen(office=town.office, close_id=close.pk, reason=WHY, by=first(town.office))
    decide(office=town.office, request_id=request.pk, approve=True, by=second(town.office))
    close.refresh_from_db()
    return close


def test_a_close_is_opened_again_by_two_and_closed_anew(town: Town) -> None:
    numbers(town.office, "LU", 1)
    (closed,) = close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    assert reopened(town, closed).reopened_at == MONDAY
    assert RegisterBook.objects.get(book="LU").closed_through is None
    (line,) = numbers(town.office, "LU", 1)
    assert line.day == DAY
    (again,) = close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    assert (again.entries, closed.entries) == (2, 1)
    assert Entry.objects.filter(action="book.reopen", subject=f"close:{closed.pk}").count() == 1


def test_a_refused_request_opens_nothing(town: Town) -> None:
    (closed,) = close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    request = ask_reopen(office=town.office, close_id=closed.pk, reason=WHY, by=first(town.office))
    decide(office=town.office, request_id=request.pk, approve=False, by=second(town.office))
    closed.refresh_from_db()
    assert closed.reopened_at is None


def test_only_the_latest_close_is_opened_again(town: Town) -> None:
    (monday,) = close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    with clock.use(TUESDAY):
        asked = ask_reopen(office=town.office, close_id=monday.pk, reason=WHY, by=first(town.office))
        (tuesday,) = close_day(office=town.office, book="LU", day=NEXT, by=first(town.office))
        with pytest.raises(NotLatestClose):
            decide(office=town.office, request_id=asked.pk, approve=True, by=second(town.office))
        with pytest.raises(NotLatestClose):
            ask_reopen(office=town.office, close_id=monday.pk, reason=WHY, by=first(town.office))
        reopened(town, tuesday)
        decide(office=town.office, request_id=asked.pk, approve=True, by=second(town.office))
    assert RegisterBook.objects.get(book="LU").closed_through is None


def test_a_year_is_opened_before_its_last_day(town: Town) -> None:
    with clock.use(MONDAY.replace(year=2027)):
        year = close_year(office=town.office, book="LU", year=2026, by=first(town.office))
        last = BookClose.objects.get(kind="day")
        with pytest.raises(NotLatestClose):
            ask_reopen(office=town.office, close_id=last.pk, reason=WHY, by=first(town.office))
        reopened(town, year)
        reopened(town, last)
    assert RegisterBook.objects.get(book="LU").closed_through is None


@pytest.mark.parametrize("change", [{"reopened_at": MONDAY}, {"entries": 9}, {"day": NEXT}])
def test_the_database_opens_nothing_that_was_not_approved(town: Town, change: dict[str, object]) -> None:
    (closed,) = close_day(office=town.office, book="LU", day=DAY, by=first(town.office))
    with pytest.raises(ProgrammingError, match="closes of the books stay"), transaction.atomic():
        BookClose.objects.filter(pk=closed.pk).update(**change)
    with pytest.raises(ProgrammingError, match="books stay"), transaction.atomic():
        RegisterBook.objects.update(closed_through=None)


def test_every_refusal_is_a_sentence() -> None:
    refusals = (
        NotLatestClose,
        OwnBookRequest,
        ReasonTooShort,
        RequestDecided,
        RequestWaiting,
        SpoiledAlready,
    )
    assert [
        refusal
        for refusal in refusals
        if not issubclass(refusal, LoketError) or not refusal().message.endswith(".")
    ] == []
