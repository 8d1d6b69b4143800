"""The rules of marriage, its end and of death, where each holds and where it turns; how late a report is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from loket.register.rules import RuleBroken, couples, deaths
from loket.register.rules.couples import Lineage
from loket.register.rules.lateness import DAYS, lateness
from tests.unit.register.test_rules import person

DAY, NEXT = date(2026, 3, 2), date(2026, 3, 3)
F = "isian"
NOBODY, OLD = deaths.NOBODY, deaths.OLD_PAPERS
FORMER, UNKNOWN = couples.former_marriage_proved, deaths.unknown_by_court_or_papers


def line(nik: str, *generations: str) -> Lineage:
    """Somebody with parents "34", grandparents "56" and so on, each digit a NIK."""
    return Lineage(nik, tuple(frozenset(each) for each in generations))


# Rule, what it lets through, what it refuses; arguments by name behind the others.
RULES: list[tuple[Callable[..., None], tuple[Any, ...], tuple[Any, ...], dict[str, Any]]] = [
    (couples.two_witnesses, (2, F), (1, F), {}),
    (couples.two_witnesses, (2, F), (3, F), {}),
    (couples.not_for_kua, ({"HINDU"}, "", F), ({"ISLAM"}, "PN 1", F), {}),
    (couples.not_for_kua, ({"ISLAM", "HINDU"}, "PN 1", F), ({"ISLAM", "HINDU"}, "", F), {}),
    (couples.same_faith, ({"HINDU"}, "", F), ({"HINDU", "KRISTEN"}, "", F), {}),
    (couples.same_faith, ({"HINDU", "KRISTEN"}, "PN 1", F), ({"HINDU", "BUDHA"}, "", F), {}),
    (couples.consent_of_parents, (date(2005, 3, 2), DAY, "", F), (date(2005, 3, 3), DAY, "", F), {}),
    (couples.consent_of_parents, (date(2006, 3, 2), DAY, "IBU", F), (date(2006, 3, 2), DAY, "", F), {}),
    (FORMER, ("BELUM KAWIN", ""), ("CERAI MATI", ""), {"recorded": False}),
    (FORMER, ("CERAI MATI", "KM-1"), ("CERAI HIDUP TERCATAT", ""), {"recorded": False}),
    (couples.after_the_former, (DAY, DAY, F), (NEXT, DAY, F), {}),
    (couples.after_the_former, (None, DAY, F), (NEXT, DAY, F), {}),
    (couples.one_husband, (False, F), (True, F), {}),
    (couples.one_wife, (False, "", F), (True, "", F), {}),
    (couples.one_wife, (True, "PN 1", F), (True, "", F), {}),
    (couples.not_married_to_each_other, (False, F), (True, F), {}),
    (couples.not_of_one_blood, (line("1"), line("2"), False, F), (line("1"), line("2"), True, F), {}),
    (couples.not_related_by_marriage, (False, F), (True, F), {}),
    (couples.announced_long_enough, (10, 10, "", F), (9, 10, "", F), {}),
    (couples.announced_long_enough, (3, 10, "Camat 1", F), (0, 10, "", F), {}),
    (couples.permission_of_a_foreigner, ("WNI", "", F), ("WNA", "", F), {}),
    (couples.permission_of_a_foreigner, ("WNA", "K-1", F), ("WNA", "", F), {}),
    (couples.married_to_each_other, (True, True, F), (True, False, F), {}),
    (couples.married_to_each_other, (False, False, F), (True, False, F), {}),
    (couples.ends_after_it_began, (DAY, DAY, F), (NEXT, DAY, F), {}),
    (deaths.proof_is_numbered, ("", "", F), (deaths.POLICE, "", F), {}),
    (deaths.proof_is_numbered, (deaths.LETTER, "", F), (deaths.COURT, "", F), {}),
    (deaths.nobody_by_police, (NOBODY, "", deaths.POLICE, F), (NOBODY, "", deaths.COURT, F), {}),
    (deaths.nobody_by_police, ("BUDI", "1", "", F), (NOBODY, "1", deaths.POLICE, F), {}),
    (UNKNOWN, (deaths.COURT, 0, ""), ("", 2, ""), {"papers": True}),
    (UNKNOWN, (OLD, 2, ""), (OLD, 1, ""), {"papers": True}),
    (UNKNOWN, ("", 0, "PA1"), (OLD, 2, ""), {"papers": False}),
    (
        deaths.reporter_of_age,
        (person(birth_date=date(2005, 3, 2), ever_married=False), DAY, F),
        (person(birth_date=date(2005, 3, 3), ever_married=False), DAY, F),
        {},
    ),
    (
        deaths.reporter_of_age,
        (person(birth_date=date(2008, 3, 2), ever_married=True), DAY, F),
        (person(birth_date=date(2008, 3, 2), ever_married=False), DAY, F),
        {},
    ),
    (deaths.not_reported_by_the_dead, ("1", "2", F), ("1", "1", F), {}),
    (deaths.not_reported_by_the_dead, ("", "", F), ("1", "1", F), {}),
    (deaths.reporter_is_a_child, (("1", "2"), "1", F), (("1", "2"), "3", F), {}),
    (deaths.reporter_is_a_child, (("1", ""), "3", F), (("1", "2"), "", F), {}),
    (deaths.reporter_is_a_spouse, ({"1"}, "1", F), ({"1"}, "2", F), {}),
    (deaths.reporter_is_a_spouse, (set(), "2", F), ({"1"}, "", F), {}),
]


@pytest.mark.parametrize(("rule", "good", "bad", "named"), RULES)
def test_a_rule_lets_through_and_refuses(
    rule: Callable[..., None], good: tuple[Any, ...], bad: tuple[Any, ...], named: dict[str, Any]
) -> None:
    more = named | {"field": F} if named else {}
    rule(*good, **more)
    with pytest.raises(RuleBroken) as refused:
        rule(*bad, **more)
    assert (refused.value.field, refused.value.message) == (F, " ".join((rule.__doc__ or "").split()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (line("1", "23"), line("2")),
        (line("1"), line("2", "34", "15")),
        (line("1", "34"), line("2", "45")),
        (line("1", "34"), line("2", "5", "3")),
        (line("1", "34"), line("2", "5", "6", "3")),
    ],
    ids=["parent", "grandparent", "half-siblings", "uncle", "brother of a grandparent"],
)
def test_kin_do_not_marry_whoever_is_named_first(one: Lineage, other: Lineage) -> None:
    for pair in ((one, other), (other, one)):
        with pytest.raises(RuleBroken):
            couples.not_of_one_blood(*pair, False, F)


def test_cousins_may_marry() -> None:
    couples.not_of_one_blood(line("1", "3", "56"), line("2", "4", "56"), False, F)


@pytest.mark.parametrize("module", [couples, deaths])
def test_no_rule_is_left_out(module: Any) -> None:
    functions = {
        one
        for one in vars(module).values()
        if callable(one) and one is not Lineage and getattr(one, "__module__", "") == module.__name__
    }
    assert functions == {rule for rule, *_ in RULES if rule.__module__ == module.__name__}


@pytest.mark.parametrize(("kind", "days"), DAYS.items())
def test_a_report_is_late_from_the_day_after_its_limit(kind: str, days: int) -> None:
    began = date(2026, 1, 1)
    last = date.fromordinal(began.toordinal() + days)
    over = date.fromordinal(last.toordinal() + 1)
    assert lateness(kind, began, last, {}) == {}
    assert lateness(kind, began, over, {kind: 50000}) == {"days_late": 1, "fine": 50000}


def test_where_no_day_is_known_nothing_is_late_and_no_fine_is_the_rule() -> None:
    assert lateness("marriage_abroad", None, DAY, {"marriage_abroad": 1}) == {}
    assert lateness("death", date(2025, 3, 2), DAY, {"divorce": 1}) == {"days_late": 335, "fine": 0}
