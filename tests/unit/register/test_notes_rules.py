"""Each rule about akta that are in the book already lets the good through and refuses in its own words."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from loket.register.rules import RuleBroken, notes

F = "kolom"
DAY = date(2026, 3, 2)
NEXT = DAY + timedelta(days=1)

RULES: list[tuple[Callable[..., None], tuple[Any, ...], tuple[Any, ...]]] = [
    (notes.new_name, ("AYU LESTARI", F), ("AYU", F)),
    (notes.new_name, ("AYU LESTARI", F), ("AYU LEST4RI", F)),
    (notes.is_another, ("L", "P", F), ("L", "L", F)),
    (notes.guardian_for_child, (date(2008, 3, 2), DAY, "", F), (date(2008, 3, 3), DAY, "", F)),
    (notes.guardian_for_child, (date(2020, 1, 1), DAY, "1", F), (date(2020, 1, 1), DAY, "", F)),
    (notes.court_decided, ("PN", "1", DAY, F), ("", "1", DAY, F)),
    (notes.court_decided, ("PN", "1", DAY, F), ("PN", "", DAY, F)),
    (notes.court_decided, ("PN", "1", DAY, F), ("PN", "1", None, F)),
    (notes.as_written, ("ayu  lestari", "Ayu Lestari", F), ("AYU LESTARY", "AYU LESTARI", F)),
    # It sounds the same; it is written nearly the same; it is another name.
    (notes.slip_of_the_pen, ("MOH. SOEKIRNO", "MUHAMMAD SUKIRNO", F), ("BUDI", "SITI AMINAH", F)),
    (notes.slip_of_the_pen, ("RIAN", "RYANTO", F), ("AYU LESTARI", "BUDI SANTOSO", F)),
    (notes.after_birth, (DAY, DAY, F), (NEXT, DAY, F)),
    (notes.in_such_akta, ("LU", {"LU", "LT"}, F), ("KM", {"LU", "LT"}, F)),
    (notes.not_of_a_couple, ("KM", F), ("KW", F)),
    (notes.not_of_a_couple, ("LU", F), ("CR", F)),
    (notes.no_spouse, ("BELUM KAWIN", F), ("KAWIN TERCATAT", F)),
    (notes.becomes_foreign, ("Australia", F), ("warga  negara indonesia", F)),
    (notes.becomes_indonesian, ("Indonesia", F), ("Australia", F)),
    (notes.is_foreigner, ("WNA", F), ("WNI", F)),
    (notes.origin_shown, ("BA/1", "", F), ("", "", F)),
    (notes.origin_shown, ("", "1", F), ("", "", F)),
    (notes.has_guardians_card, ("1", F), (None, F)),
    (notes.guardian_of_age, (date(2005, 3, 2), DAY, False, F), (date(2005, 3, 3), DAY, False, F)),
    (notes.guardian_of_age, (date(2009, 1, 1), DAY, True, F), (date(2009, 1, 1), DAY, False, F)),
    (notes.recorded_after, (DAY, DAY, DAY, F), (NEXT, DAY, NEXT, F)),
    (notes.recorded_after, (DAY, DAY, NEXT, F), (DAY, NEXT, DAY, F)),
]


@pytest.mark.parametrize(("rule", "good", "bad"), RULES)
def test_a_rule_lets_through_and_refuses(
    rule: Callable[..., None], good: tuple[Any, ...], bad: tuple[Any, ...]
) -> None:
    rule(*good)
    with pytest.raises(RuleBroken) as refused:
        rule(*bad)
    assert refused.value.message == " ".join((rule.__doc__ or "").split())
    assert refused.value.field == F


def test_no_rule_is_left_out() -> None:
    functions = {
        one
        for one in vars(notes).values()
        if callable(one) and getattr(one, "__module__", "") == notes.__name__
    }
    assert functions - {notes.days_late} == {rule for rule, _, _ in RULES}


@pytest.mark.parametrize(
    ("kind", "decided", "late"),
    [
        ("name_change", DAY - timedelta(days=30), 0),
        ("name_change", DAY - timedelta(days=31), 1),
        ("citizenship_gain", DAY - timedelta(days=61), 1),
        ("name_change", None, 0),
        ("akta_correction", date(2000, 1, 1), 0),
    ],
)
def test_days_late(kind: str, decided: date | None, late: int) -> None:
    assert notes.days_late(kind, decided, DAY) == late
