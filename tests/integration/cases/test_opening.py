"""Cases that nobody applies for: work of a period, cards of who completed 17, work begun by hand."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest

from loket.audit.models import Entry
from loket.cases import actions, queries
from loket.cases.actions import opening
from loket.cases.models import Case
from loket.cases.rules.states import possible
from loket.core.errors import NotFoundError
from loket.offices.models import Office
from loket.register.queries import id_card_ready
from loket.register.rules import age_on
from tests.integration.cases.world import World, at

pytestmark = pytest.mark.django_db


def opened(world: World) -> list[str]:
    """Which variants the daily job opens now, in alphabetical order."""
    return sorted(case.variant for case in actions.open_due(office=world.office))


def by_hand(world: World, variant: str = "sewaktu", who: str = "pencatat", **more: Any) -> Case:
    given = {"revision": world.services["hitung-gudang"], "key": uuid.uuid4(), "by": world.actor(who)} | more
    return actions.open_work(variant=variant, **given)


PERIODS = ["bulanan", "semester", "triwulan"]


def test_the_work_of_every_period_is_opened_once(world: World) -> None:
    assert [opened(world), opened(world)] == [PERIODS, []]
    cases = Case.objects.order_by("variant")
    assert [(case.state, case.channel, case.step, case.applicant_name) for case in cases] == [
        ("open", "internal", "bongkar", "Hitung bulanan"),
        ("open", "internal", "hitung", "Hitung semester"),
        ("open", "internal", "hitung", "Hitung triwulan"),
    ]
    rows = Entry.objects.filter(action="case.start").values_list("actor", flat=True)
    assert set(rows) == {"system"}
    assert {case.variant for case in queries.inbox(world.office, world.actor("pencatat"))[0]} == set(PERIODS)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-08-31 23:59", []),
        ("2026-09-01 00:00", ["bulanan"]),
        ("2026-10-01 00:00", ["bulanan", "triwulan"]),
        ("2026-12-31 23:59", ["bulanan", "triwulan"]),
        ("2027-01-01 00:00", PERIODS),
        ("2027-02-01 00:00", PERIODS),
        ("2027-08-03 09:00", PERIODS),
    ],
)
def test_a_new_period_begins_at_midnight_of_the_office(
    world: World, moment: str, expected: list[str]
) -> None:
    """From Monday 3 August 2026; the job that missed a month does not make up for it."""
    opened(world)
    world.time.set(moment)
    assert [opened(world), opened(world)] == [expected, []]


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        (date(2026, 1, 1), ["2026-01", "2026-Q1", "2026-S1"]),
        (date(2026, 3, 31), ["2026-03", "2026-Q1", "2026-S1"]),
        (date(2026, 6, 30), ["2026-06", "2026-Q2", "2026-S1"]),
        (date(2026, 7, 1), ["2026-07", "2026-Q3", "2026-S2"]),
        (date(2026, 12, 31), ["2026-12", "2026-Q4", "2026-S2"]),
        (date(2027, 1, 1), ["2027-01", "2027-Q1", "2027-S1"]),
        (date(2028, 2, 29), ["2028-02", "2028-Q1", "2028-S1"]),
    ],
)
def test_the_period_of_a_day(day: date, keys: list[str]) -> None:
    assert [opening.period_of(kind, day) for kind in ("monthly", "quarterly", "semester")] == keys


def test_an_office_opens_its_own_work_only(world: World) -> None:
    assert actions.open_due(office=world.other_office) == []
    assert len(actions.open_due(office=world.office)) == 3
    assert set(Case.objects.values_list("office", flat=True)) == {"9911"}


def cards(world: World) -> list[str]:
    """For whom the daily job opens a card now."""
    found = [case for case in actions.open_due(office=world.office) if case.channel == "automatic"]
    return [case.applicant_name for case in found]


def test_who_completed_17_gets_a_card_once_and_nobody_else(world: World) -> None:
    ready = world.resident("ANI", date(2009, 8, 3), 1)
    world.resident("BELUM", date(2009, 8, 4), 2)
    world.resident("TAK TEREKAM", date(2000, 1, 1), 3, biometrics_recorded_on=None)
    world.resident("SUDAH PUNYA", date(2000, 1, 1), 4, id_card_issued_on=date(2026, 1, 1))
    world.resident("WAFAT", date(2000, 1, 1), 5, status="MATI", death_date=date(2026, 1, 1))
    world.resident("PINDAH", date(2000, 1, 1), 6, status="PINDAH")
    world.resident("TANPA KELUARGA", date(2000, 1, 1), 8, family=False)
    world.resident("ORANG KEBUN", date(2000, 1, 1), 7, office=world.other_office)
    assert [cards(world), cards(world)] == [["ANI"], []]
    case = Case.objects.get(channel="automatic")
    assert (case.answers, case.step, case.deadline_at) == (
        {"pemilik_nik": ready.nik}, "siapkan", at("2026-08-10 09:00"),
    )  # fmt: skip
    world.time.set("2026-08-04 09:00")
    assert cards(world) == ["BELUM"]


def test_a_card_that_was_not_made_is_not_opened_again(world: World) -> None:
    world.resident("ANI", date(2009, 8, 3), 1)
    cards(world)
    Case.objects.filter(channel="automatic").update(state="done", finished_at=world.time(), step="")
    assert cards(world) == []


@pytest.mark.parametrize(("counts", "expected"), [(True, ["MENIKAH"]), (False, [])])
def test_whether_who_married_earlier_gets_one_is_the_office_s_word(
    world: World, counts: bool, expected: list[str]
) -> None:
    world.office.definition |= {"id_card_when_married": counts}
    world.office.save()
    world.resident("MENIKAH", date(2010, 1, 1), 1, marital_status="KAWIN TERCATAT")
    world.resident("TIDAK", date(2010, 1, 1), 2)
    assert cards(Fresh(world)) == expected


class Fresh(World):
    """The same seed bank, its office read anew."""

    def __init__(self, world: World) -> None:
        self.__dict__ |= world.__dict__
        self.office = Office.objects.get(pk=world.office.pk)


@pytest.mark.parametrize(
    ("born", "day", "expected"),
    [
        # Born on 29 February: seventeen years later there is none.
        (date(2008, 2, 29), "2025-02-28", []),
        (date(2008, 2, 29), "2025-03-01", ["LAHIR"]),
        # On 29 February itself.
        (date(2011, 2, 28), "2028-02-28", ["LAHIR"]),
        (date(2011, 3, 1), "2028-02-29", []),
        (date(2011, 3, 1), "2028-03-01", ["LAHIR"]),
        (date(2008, 2, 28), "2025-02-28", ["LAHIR"]),
        (date(2008, 3, 1), "2025-02-28", []),
    ],
)
def test_the_birthday_in_a_leap_year(world: World, born: date, day: str, expected: list[str]) -> None:
    world.resident("LAHIR", born, 1)
    world.time.set(f"{day} 09:00")
    assert cards(world) == expected


def test_the_day_on_which_17_years_are_complete_is_that_of_the_register_s_rule(world: World) -> None:
    """Otherwise a case is opened whose card the register refuses."""
    births = [date(year, 2, 26) + timedelta(days=n) for year in (2007, 2008, 2011) for n in range(6)]
    people = [world.resident("X", born, n, family=True) for n, born in enumerate(births)]
    for year in (2024, 2025, 2028):
        for day in (date(year, 2, 26) + timedelta(days=n) for n in range(6)):
            ready = id_card_ready(world.office, day, married=False, limit=99)
            grown = [person.birth_date for person in people if age_on(person.birth_date, day) >= 17]
            assert [person.birth_date for person in ready] == grown


def test_more_than_one_run_holds_are_opened_by_the_next_runs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "AT_ONCE", 2)
    for number in range(5):
        world.resident(f"ORANG {chr(65 + number)}", date(2000, 1, 1 + number), number + 1)
    assert [cards(world) for _ in range(4)] == [
        ["ORANG A", "ORANG B"], ["ORANG C", "ORANG D"], ["ORANG E"], [],
    ]  # fmt: skip


def test_work_is_begun_by_whoever_has_a_step_in_it(world: World) -> None:
    case = by_hand(world)
    assert (case.state, case.channel, case.step, case.step_role) == (
        "open",
        "internal",
        "bongkar",
        "pencatat",
    )
    assert [event.kind for event in queries.events_of(case)] == ["submit"]
    for who in ("pemeriksa", "kepala", "pengawas"):  # the last confirms what somebody outside did
        by_hand(world, who=who)
    for stranger in ("penerima", "admin", "pemeriksa-kebun"):
        with pytest.raises(NotFoundError, match="tidak dibuka oleh peran Anda"):
            by_hand(world, who=stranger)


def test_the_desk_withdraws_no_work_of_the_office(world: World) -> None:
    case = by_hand(world)
    assert "cancel" not in possible(queries.situation(case), world.actor("penerima"))
    assert queries.at_desk(case, world.actor("penerima")) is False


def test_the_same_form_again_gives_the_same_work(world: World) -> None:
    key = uuid.uuid4()
    assert by_hand(world, key=key) == by_hand(world, key=key)
    assert Case.objects.count() == 1


def test_work_begun_by_hand_does_not_stand_for_the_period(world: World) -> None:
    by_hand(world, "bulanan")
    assert opened(world) == PERIODS


def test_what_applicants_apply_for_is_not_opened(world: World) -> None:
    with pytest.raises(actions.ChannelClosed, match="diajukan oleh pemohon"):
        by_hand(world, "sendiri", revision=world.services["titip-benih"])
    with pytest.raises(actions.ChannelClosed):
        by_hand(world, "genap", revision=world.services["kartu-otomatis"])
    with pytest.raises(NotFoundError, match="Jenis layanan ini tidak ada"):
        by_hand(world, "harian")


def test_a_deadline_of_days_and_minutes_together(world: World) -> None:
    """One working day from Monday 09.00, then 90 minutes: Tuesday 10.30."""
    assert by_hand(world).deadline_at == at("2026-08-04 10:30")
    world.time.set("2026-08-03 15:00")
    assert by_hand(world).deadline_at == at("2026-08-05 08:30")  # Tuesday 15.00 and 90 minutes
