"""Every rule of the register at the boundary where it turns."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from loket.register import rules
from loket.register.rules import PersonFacts, RuleBroken

BORN = date(2026, 1, 1)


def person(**changes: Any) -> PersonFacts:
    values: dict[str, Any] = {
        "nik": "9971031501900001",
        "name": "SITI CONTOH",
        "sex": "P",
        "birth_date": date(1990, 1, 15),
        "alive": True,
        "death_date": None,
        "ever_married": True,
        "family_number": "9971030102200001",
        "office": "9971",
    }
    return PersonFacts(**(values | changes))


def father(**changes: Any) -> PersonFacts:
    return person(**({"sex": "L"} | changes))


def field_of_refusal(rule: Callable[..., None], *given: Any) -> str | None:
    """The field that the refusal names; the sentence is the rule's own docstring."""
    with pytest.raises(RuleBroken) as refused:
        rule(*given)
    assert refused.value.message == " ".join((rule.__doc__ or "").split())
    assert refused.value.status == 422
    return refused.value.field


@pytest.mark.parametrize(
    ("days", "book"), [(0, "LU"), (59, "LU"), (60, "LU"), (61, "LT"), (365, "LT"), (25_000, "LT")]
)
def test_a_birth_is_late_after_sixty_days(days: int, book: str) -> None:
    """UU 24/2013 Pasal 32."""
    reported = BORN + timedelta(days=days)
    assert rules.birth_register_type(BORN, reported) == book
    assert rules.is_late(BORN, reported) is (book == "LT")


def test_a_birth_today_is_no_future_birth() -> None:
    rules.not_in_future(BORN, BORN)
    assert field_of_refusal(rules.not_in_future, BORN + timedelta(days=1), BORN) == "anak_tanggal_lahir"


@pytest.mark.parametrize(
    "name",
    ["Ayu Lestari", "AYU DEWI LESTARI", "Ayu  Lestari", "José Contoh", "Ö Å", "A" * 29 + " " + "B" * 30],
)
def test_names_that_may_be_recorded(name: str) -> None:
    rules.child_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "Ayu",
        " Ayu ",
        "Ayu 2",
        "Ayu Lestari2",
        "Ayu Nur'aini",
        "Ayu Lestari-Putri",
        "Ayu L.",
        "Ayu, S.H.",
        "Ayu _",
        "Ayu ✝",
        "Ayu Lestari\u200b",
        "A" * 30 + " " + "B" * 30,
    ],
)
def test_names_that_may_not_be_recorded(name: str) -> None:
    """Permendagri 73/2022 Pasal 4 ayat (2), Pasal 5 ayat (3)."""
    assert field_of_refusal(rules.child_name, name) == "anak_nama"


def test_the_longest_name_has_sixty_letters_with_its_spaces() -> None:
    longest = "A" * 29 + " " + "B" * 30
    assert len(longest) == 60
    rules.child_name(longest)
    assert field_of_refusal(rules.child_name, longest + "B") == "anak_nama"


@pytest.mark.parametrize("name", ["محمد علي", "李 小龙", "Аня Иванова", "Ayu Лestari", "Ꮪara Lestari"])
def test_names_are_written_in_latin_letters(name: str) -> None:
    """Permendagri 73/2022 Pasal 5 ayat (1) huruf a."""
    assert field_of_refusal(rules.child_name, name) == "anak_nama"


def test_the_mother_is_a_woman_and_the_father_a_man() -> None:
    rules.mother_is_woman(person(sex="P"))
    rules.father_is_man(person(sex="L"))
    assert field_of_refusal(rules.mother_is_woman, person(sex="L")) == "ibu_nik"
    assert field_of_refusal(rules.father_is_man, person(sex="P")) == "ayah_nik"


def test_a_mother_may_die_on_the_day_of_the_birth_but_not_before() -> None:
    rules.mother_alive_at_birth(person(), BORN)
    rules.mother_alive_at_birth(person(alive=False, death_date=BORN), BORN)
    dead = person(alive=False, death_date=BORN - timedelta(days=1))
    assert field_of_refusal(rules.mother_alive_at_birth, dead, BORN) == "ibu_nik"


@pytest.mark.parametrize("birth", [date(2016, 1, 1), date(1965, 1, 2)])
def test_youngest_and_oldest_mother(birth: date) -> None:
    rules.mother_older_than_child(person(birth_date=birth), BORN)


@pytest.mark.parametrize("birth", [date(2016, 1, 2), date(1965, 1, 1), BORN, date(2026, 1, 2)])
def test_mothers_of_an_impossible_age(birth: date) -> None:
    assert field_of_refusal(rules.mother_older_than_child, person(birth_date=birth), BORN) == "ibu_nik"


def test_the_mother_lives_under_this_office() -> None:
    """UU 24/2013 Pasal 102 huruf b."""
    rules.mother_at_office(person(office="9971"), "9971")
    assert field_of_refusal(rules.mother_at_office, person(office="9972"), "9971") == "ibu_nik"
    assert field_of_refusal(rules.mother_at_office, person(family_number=None), "9971") == "ibu_nik"


def test_a_father_may_have_died_310_days_before_the_birth() -> None:
    rules.father_lived(father(), BORN)
    rules.father_lived(father(alive=False, death_date=BORN - timedelta(days=310)), BORN)
    dead = father(alive=False, death_date=BORN - timedelta(days=311))
    assert field_of_refusal(rules.father_lived, dead, BORN) == "ayah_nik"


def test_youngest_father() -> None:
    rules.father_older_than_child(father(birth_date=date(2016, 1, 1)), BORN)
    young = father(birth_date=date(2016, 1, 2))
    assert field_of_refusal(rules.father_older_than_child, young, BORN) == "ayah_nik"


def test_the_reporter_lives() -> None:
    rules.reporter_alive(person())
    assert field_of_refusal(rules.reporter_alive, person(alive=False)) == "pelapor_nik"


def test_a_witness_may_sign_from_the_twenty_first_birthday() -> None:
    """Perpres 96/2018."""
    witness = person(birth_date=date(2005, 3, 2), ever_married=False)
    rules.witness_of_age(witness, date(2026, 3, 2), "saksi1_nik")
    day_before = date(2026, 3, 1)
    assert field_of_refusal(rules.witness_of_age, witness, day_before, "saksi1_nik") == "saksi1_nik"


def test_a_witness_born_on_29_february_is_of_age_on_1_march() -> None:
    witness = person(birth_date=date(2004, 2, 29), ever_married=False)
    rules.witness_of_age(witness, date(2025, 3, 1), "saksi2_nik")
    refused = field_of_refusal(rules.witness_of_age, witness, date(2025, 2, 28), "saksi2_nik")
    assert refused == "saksi2_nik"


def test_a_younger_witness_may_sign_when_ever_married() -> None:
    rules.witness_of_age(person(birth_date=date(2007, 1, 1), ever_married=True), BORN, "saksi1_nik")


def test_a_dead_witness_is_refused_at_any_age() -> None:
    assert field_of_refusal(rules.witness_of_age, person(alive=False), BORN, "saksi2_nik") == "saksi2_nik"


@pytest.mark.parametrize(
    ("witnesses", "parties"),
    [
        (["1", "1"], ["3"]),
        (["1", "2"], ["1"]),
        (["1", "2"], ["2"]),
        (["1", "2"], ["3", "4", "1"]),
        (["1", "2"], ["3", "2", ""]),
    ],
)
def test_witnesses_are_two_others(witnesses: list[str], parties: list[str]) -> None:
    """Perpres 96/2018: not one person twice, not the reporter, not a parent."""
    assert field_of_refusal(rules.witnesses_independent, witnesses, parties) == "saksi1_nik"


@pytest.mark.parametrize("parties", [["3", "4", "5"], ["3", "3", "4"], ["3", "4", ""], ["3", "", ""]])
def test_a_parent_may_report_and_a_father_may_be_unknown(parties: list[str]) -> None:
    rules.witnesses_independent(["1", "2"], parties)


@pytest.mark.parametrize(
    ("father_known", "couple_recorded", "kind"),
    [
        (True, True, "married"),
        (True, False, "unrecorded"),
        (False, False, "mother_only"),
        (False, True, "mother_only"),
    ],
)
def test_how_the_kutipan_names_the_parents(father_known: bool, couple_recorded: bool, kind: str) -> None:
    assert rules.parents_kind(father_known=father_known, couple_recorded=couple_recorded) == kind


@pytest.mark.parametrize(
    ("mother", "child"),
    [
        ("KEPALA KELUARGA", "ANAK"),
        ("ISTRI", "ANAK"),
        ("ANAK", "CUCU"),
        ("MENANTU", "CUCU"),
        ("CUCU", "FAMILI LAIN"),
        ("MERTUA", "FAMILI LAIN"),
        ("FAMILI LAIN", "FAMILI LAIN"),
    ],
)
def test_the_childs_place_follows_the_mothers(mother: str, child: str) -> None:
    assert rules.relation_of_child(mother) == child


def test_the_same_child_whatever_the_spacing_and_case() -> None:
    assert rules.same_child(("Ayu Lestari", "P"), ("AYU   lestari ", "P")) is True
    assert rules.same_child(("Ayu Lestari", "P"), ("Ayu Lestari", "L")) is False
    assert rules.same_child(("Ayu Lestari", "P"), ("Ayu Lestary", "P")) is False


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
        (date(2000, 2, 29), date(2020, 2, 29), 20),
        (date(2000, 3, 1), date(2000, 3, 1), 0),
    ],
)
def test_age_in_completed_years(birth: date, day: date, age: int) -> None:
    assert rules.age_on(birth, day) == age


DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (rules.lives_at_office, (person(), "9971"), (person(office="9972"), "9971")),
        (rules.lives_at_office, (person(family_number=None), "9971"), (person(moved_away=True), "9971")),
        (rules.still_alive, (person(),), (person(alive=False),)),
        (rules.name_agrees, (person(), "siti contoh"), (person(), "siti conto")),
        (rules.name_agrees, (person(name="NUR'AINI S.PD"), "Nuraini Spd"), (person(), "contoh siti")),
        (rules.named_once, (["1", "2"],), (["1", "2", "1"],)),
        (rules.one_head, ([rules.HEAD, "ANAK"],), (["ANAK"],)),
        (rules.one_head, ([rules.HEAD],), ([rules.HEAD, rules.HEAD],)),
        (
            rules.head_of_age,
            (person(birth_date=date(2009, 3, 2), ever_married=False), DAY),
            (person(birth_date=date(2009, 3, 3), ever_married=False), DAY),
        ),
        (
            rules.head_of_age,
            (person(birth_date=date(2011, 1, 1), ever_married=True), DAY),
            (person(birth_date=date(2011, 1, 1), ever_married=False), DAY),
        ),
        (rules.head_leaves_nobody, ([rules.HEAD, "ANAK"], []), ([rules.HEAD], ["ANAK"])),
        (rules.head_leaves_nobody, (["ANAK"], [rules.HEAD]), ([rules.HEAD, "ANAK"], ["ISTRI"])),
        (rules.applicant_is_member, ("1", ["2", "1"]), ("1", ["2"])),
        (rules.number_is_theirs, ("", "1"), ("2", "1")),
        (rules.number_is_theirs, ("1", "1"), ("1", None)),
        (rules.member_recorded, ("1", ["1"]), ("1", ["2"])),
        (rules.relation_unchanged, ("ANAK", "ANAK"), ("CUCU", "ANAK")),
        (rules.head_stays, ("CUCU", "ANAK"), (rules.HEAD, "ANAK")),
        (rules.head_stays, (rules.HEAD, rules.HEAD), ("ANAK", rules.HEAD)),
    ],
)
def test_rules_of_family_cards(rule: Callable[..., None], good: tuple, bad: tuple) -> None:
    rule(*good, "x")
    assert field_of_refusal(rule, *bad, "x") == "x"


def test_villages_of_a_card() -> None:
    rules.village_of_office("99.71.03.1001", "99.71", in_force=True)
    rules.same_village("99.71.03.1001", "99.71.03.1001")
    for village, in_force in (("99.71.03.1001", False), ("99.7.03.1001", True), ("99.71", True)):
        with pytest.raises(RuleBroken) as refused:
            rules.village_of_office(village, "99.71", in_force=in_force)
        assert refused.value.field == "desa"
    assert field_of_refusal(rules.same_village, "99.71.03.1001", "99.71.03.1002") == "desa"
