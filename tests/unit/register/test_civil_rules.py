"""Every rule of the vital events, where it holds and where it turns; the sentence is the rule's docstring."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from loket.register.rules import RuleBroken, civil
from tests.unit.register.test_rules import person

DAY, NEXT = date(2026, 3, 2), date(2026, 3, 3)
F = "isian"
# Rule, what it lets through, what it refuses.
RULES: list[tuple[Callable[..., None], tuple[Any, ...], tuple[Any, ...]]] = [
    (civil.happened, (DAY, DAY, F), (NEXT, DAY, F)),
    (civil.at_home, (person(), "9971", F), (person(), "9972", F)),
    (civil.at_home, (person(), "9971", F), (person(moved_away=True), "9971", F)),
    (civil.one_at_home, (["9972", "9971"], "9971", F), (["9972"], "9971", F)),
    (civil.declared, ("PERTH", DAY, F), ("", DAY, F)),
    (civil.declared, ("PERTH", DAY, F), ("PERTH", None, F)),
    (civil.citizen_has_number, ("WNA", "", F), ("WNI", "", F)),
    (civil.citizen_has_number, ("WNI", "1", F), ("DUA KEWARGANEGARAAN", "", F)),
    (civil.witnesses_apart, (["1", "2"], ["3", "", ""]), (["1", "1"], ["3"])),
    (civil.witnesses_apart, ([], ["3"]), (["1", "2"], ["2"])),
    (civil.couple_as_declared, (("1", "2"), ("1", "2")), (("1", "2"), ("2", "1"))),
    (civil.father_at_office, (person(), "9971"), (person(), "9972")),
    (civil.father_at_office, (person(), "9971"), (person(family_number=None), "9971")),
    (civil.father_at_office, (person(), "9971"), (person(alive=False), "9971")),
    (civil.couple_is_shown, (True, F), (False, F)),
    (civil.declarant_alive, (True,), (False,)),
    (civil.dies_once, (None, F), (DAY, F)),
    (civil.as_stated, (DAY, DAY, F), (DAY, NEXT, F)),
    (civil.lived_before, (DAY, DAY, F), (NEXT, DAY, F)),
    (civil.basis_for_unknown, ("Putusan 1", F), ("", F)),
    (civil.man_and_woman, ("L", "P"), ("P", "P")),
    (civil.man_and_woman, ("", ""), ("L", "L")),
    (civil.of_marriage_age, (date(2007, 3, 2), DAY, "", F), (date(2007, 3, 3), DAY, "", F)),
    (civil.of_marriage_age, (date(2010, 3, 2), DAY, "PN", F), (date(2010, 3, 2), DAY, "", F)),
    (civil.married, ("KAWIN TERCATAT", F), ("KAWIN BELUM TERCATAT", F)),
    (civil.divorced, ("CERAI HIDUP TERCATAT", F), ("KAWIN TERCATAT", F)),
    (civil.of_these_people, (["1", "2"], ["1", ""], F), (["1", "2"], ["1", "3"], F)),
    (civil.still_stands, ("", F), ("annulled", F)),
    (civil.of_this_book, ("LT", civil.BIRTH_BOOKS, F), ("KM", civil.BIRTH_BOOKS, F)),
    (civil.has_no_father, ("", F), ("AYAH", F)),
    (civil.is_the_mother, ("1", "1", F), ("1", "2", F)),
    (civil.is_the_mother, ("", "2", F), ("1", "2", F)),
    (civil.is_the_father, ("", "2", F), ("1", "2", F)),
    (civil.may_be_father, ("L", DAY, NEXT, F), ("P", DAY, NEXT, F)),
    (civil.may_be_father, ("L", DAY, NEXT, F), ("L", DAY, DAY, F)),
    (civil.court_for_foreign_mother, ("", "PN", F), ("", "", F)),
    (civil.court_for_foreign_mother, ("1", "", F), ("", "", F)),
    (civil.married_before_birth, (DAY, DAY, "", F), (NEXT, DAY, "", F)),
    (civil.married_before_birth, (NEXT, DAY, "PN", F), (NEXT, DAY, "", F)),
    (civil.still_a_child, (date(2008, 3, 3), DAY, F), (date(2008, 3, 2), DAY, F)),
    (civil.not_own_parent, ("3", ["1", "2"], F), ("2", ["1", "2"], F)),
    (civil.not_own_parent, ("", ["", ""], F), ("1", ["1", ""], F)),
    (civil.is_citizen, ("WNI", F), ("WNA", F)),
]


@pytest.mark.parametrize(("rule", "good", "bad"), RULES)
def test_a_rule_lets_through_and_refuses(
    rule: Callable[..., None], good: tuple[Any, ...], bad: tuple[Any, ...]
) -> None:
    rule(*good)
    with pytest.raises(RuleBroken) as refused:
        rule(*bad)
    assert refused.value.message == " ".join((rule.__doc__ or "").split())
    assert refused.value.field == (bad[-1] if bad[-1] == F else FIELDS[rule])


# Rules that always speak of the same field.
FIELDS = {
    civil.witnesses_apart: "saksi1_nik",
    civil.couple_as_declared: "sptjm_pasangan_suami_nik",
    civil.man_and_woman: "subjek1_nik",
    civil.father_at_office: "ayah_nik",
    civil.declarant_alive: "sptjm_kelahiran_nik",
}


def test_no_rule_is_left_out() -> None:
    functions = {
        one
        for one in vars(civil).values()
        if callable(one) and getattr(one, "__module__", "") == civil.__name__
    }
    assert functions == {rule for rule, _, _ in RULES}
