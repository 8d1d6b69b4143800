"""Who may marry whom, what joins the two in the register, and how it ends; each undone exactly."""

from datetime import date
from typing import Any

import pytest

from loket.core import clock
from loket.offices.actions import sync_office
from loket.register import couples
from loket.register.actions import (
    Changes,
    death,
    divorce,
    divorce_annulment,
    held,
    marriage,
    marriage_annulment,
    revert_event,
)
from loket.register.actions.marriage import Papers
from loket.register.actions.parties import Decision, Party
from loket.register.models import HeldDocument, Marriage, Resident
from tests.integration.offices.invented import office_file
from tests.integration.register.conftest import AT, MARRIED, SINGLE, Town
from tests.integration.register.vital import (
    DAY,
    JUDGMENT,
    REPORTED,
    death_of,
    end_of,
    people,
    recorded,
    refused,
    wedding_of,
)

DIVORCED = "CERAI HIDUP TERCATAT"
RENEW = "Status perkawinan berubah"


@pytest.fixture
def two(town: Town) -> tuple[Resident, Resident]:
    """A man and a woman who never married, each on a card of their own."""
    man = town.person("L", date(1995, 5, 10), SINGLE)
    woman = town.person("P", date(1997, 6, 11), SINGLE)
    town.family(("KEPALA KELUARGA", man))
    town.family(("KEPALA KELUARGA", woman))
    return man, woman


def row_of(*two: Resident) -> Marriage:
    return Marriage.objects.get(husband=two[0], wife=two[1])


def statuses(*two: Resident) -> list[tuple[str, date | None]]:
    found = [Resident.objects.get(pk=one.pk) for one in two]
    return [(one.marital_status, one.marriage_date) for one in found]


# Siapa boleh kawin


def test_who_is_under_twenty_one_needs_the_consent_of_parents(town: Town, two: Any) -> None:
    young = town.person("P", date(2006, 1, 1), SINGLE)
    assert refused(town, marriage.record, wedding_of(two[0], young)) == "perkawinan_izin_orang_tua_istri"
    boy = town.person("L", date(2006, 1, 1), SINGLE)
    assert refused(town, marriage.record, wedding_of(boy, two[1])) == "perkawinan_izin_orang_tua_suami"
    report = wedding_of(two[0], young, papers=(Papers(), Papers(consent="IBU MEMPELAI")))
    assert recorded(town, marriage.record, report).facts["wife_consent"] == "IBU MEMPELAI"


def test_a_widower_shows_how_the_marriage_before_ended(town: Town, two: Any) -> None:
    widower, divorced = (
        town.person("L", date(1980, 1, 1), "CERAI MATI"),
        town.person("P", date(1982, 1, 1), DIVORCED),
    )
    report = wedding_of(widower, divorced)
    assert refused(town, marriage.record, report) == "perkawinan_akta_sebelumnya_suami"
    papers = (Papers(former="6471-KM-1"), Papers())
    assert refused(town, marriage.record, wedding_of(widower, divorced, papers=papers)) == (
        "perkawinan_akta_sebelumnya_istri"
    )
    papers = (Papers(former="6471-KM-1"), Papers(former="6471-CR-2"))
    event = recorded(town, marriage.record, wedding_of(widower, divorced, papers=papers))
    assert (event.facts["husband_former"], event.facts["wife_former"]) == ("6471-KM-1", "6471-CR-2")


def test_what_the_register_knows_of_the_end_needs_no_paper(town: Town, two: Any) -> None:
    man, woman = two
    akta = recorded(town, marriage.record, wedding_of(man, woman, day=date(2026, 2, 1))).number
    recorded(town, divorce.record, end_of(man, woman, akta, "perceraian"))
    other = town.person("P", date(1996, 1, 1), SINGLE)
    # The divorce holds from the day on which it was entered here: not before.
    assert refused(town, marriage.record, wedding_of(man, other)) == "perkawinan_tanggal"
    recorded(town, marriage.record, wedding_of(man, other, day=REPORTED))
    assert statuses(man, other) == [(MARRIED, REPORTED)] * 2


@pytest.mark.parametrize("known", ["father_nik", "mother_nik"])
def test_kin_do_not_marry(town: Town, two: Any, known: str) -> None:
    man, woman = two
    sister = town.person("P", date(1999, 1, 1), SINGLE, **{known: "9971030101500001"})
    brother = town.person("L", date(1998, 1, 1), SINGLE, **{known: "9971030101500001"})
    daughter = town.person("P", date(2004, 1, 1), SINGLE, **{known: man.nik})
    granddaughter = town.person("P", date(2005, 1, 1), SINGLE, **{known: daughter.nik})
    niece = town.person("P", date(2004, 1, 1), SINGLE, **{known: sister.nik})
    for pair in ((brother, sister), (man, daughter), (man, granddaughter), (brother, niece)):
        consent = (Papers(consent="WALI"), Papers(consent="WALI"))
        assert refused(town, marriage.record, wedding_of(*pair, papers=consent)) == "subjek2_nik"


def test_children_of_one_mother_on_one_card_do_not_marry(town: Town) -> None:
    mother = town.person("P", date(1970, 1, 1), "CERAI MATI", name="IBU SEMUA")
    son = town.person("L", date(1995, 1, 1), SINGLE, mother_name="IBU SEMUA")
    daughter = town.person("P", date(1997, 1, 1), SINGLE, mother_name="IBU SEMUA")
    town.family(("KEPALA KELUARGA", mother), ("ANAK", son), ("ANAK", daughter))
    assert refused(town, marriage.record, wedding_of(son, daughter)) == "subjek2_nik"
    with_proof = (Papers(), Papers(former="6471-KM-1"))
    assert refused(town, marriage.record, wedding_of(son, mother, papers=with_proof)) == "subjek2_nik"


def test_a_stepchild_is_not_married(town: Town, two: Any) -> None:
    man, woman = two
    daughter = town.person("P", date(2004, 1, 1), SINGLE, mother_nik=woman.nik)
    recorded(town, marriage.record, wedding_of(man, woman, day=date(2026, 1, 5)))
    recorded(town, death.record, death_of(woman, day=date(2026, 1, 20)))
    assert refused(town, marriage.record, wedding_of(man, daughter)) == "subjek2_nik"


def test_muslims_marry_at_the_kua_whatever_the_form_says(town: Town, two: Any) -> None:
    man, woman = two
    Resident.objects.update(religion="ISLAM")
    assert refused(town, marriage.record, wedding_of(man, woman)) == "perkawinan_agama"
    Resident.objects.filter(pk=woman.pk).update(religion="HINDU")
    assert refused(town, marriage.record, wedding_of(man, woman)) == "perkawinan_agama"
    decided = wedding_of(man, woman, court="PN Contoh 5/Pdt.P/2026")
    assert recorded(town, marriage.record, decided).facts["court_decision"] == "PN Contoh 5/Pdt.P/2026"


def test_two_faiths_need_a_court(town: Town, two: Any) -> None:
    Resident.objects.filter(pk=two[0].pk).update(religion="KRISTEN")
    assert refused(town, marriage.record, wedding_of(*two)) == "perkawinan_agama"


@pytest.mark.parametrize(
    ("announced", "camat", "good"),
    [
        # A Monday; from Tuesday on there are nine working days before Monday the 16th, ten before the 17th.
        (date(2026, 2, 2), "", {16: False, 17: True}),
        (date(2026, 2, 13), "470/3", {16: True}),
    ],
)
def test_a_marriage_is_announced_for_ten_working_days(
    town: Town, two: Any, announced: date, camat: str, good: dict[int, bool]
) -> None:
    for day, allowed in good.items():
        report = wedding_of(*two, day=date(2026, 2, day), announced_on=announced, camat=camat)
        if allowed:
            assert recorded(town, marriage.record, report).facts["announced_on"] == announced.isoformat()
        else:
            assert refused(town, marriage.record, report) == "perkawinan_pengumuman"


def test_an_office_may_announce_for_another_time(town: Town, two: Any) -> None:
    town.office = sync_office(file=office_file("9971", announcement_days=2), by="system")
    recorded(town, marriage.record, wedding_of(*two, announced_on=date(2026, 2, 17)))


def test_a_man_takes_a_second_wife_by_leave_of_a_court_and_a_woman_never(town: Town, two: Any) -> None:
    man, woman = two
    first = town.person("P", date(1990, 1, 1), SINGLE)
    recorded(town, marriage.record, wedding_of(man, first, day=date(2020, 1, 1)))
    assert refused(town, marriage.record, wedding_of(man, woman)) == "subjek1_nik"
    leave = {"polygamy": "PN Contoh 7/Pdt.P/2026"}
    recorded(town, marriage.record, wedding_of(man, woman, **leave))
    assert couples.spouses(man) == [woman, first]
    # He keeps the day of his first marriage on his card.
    assert statuses(man, woman) == [(MARRIED, date(2020, 1, 1)), (MARRIED, DAY)]
    other = town.person("L", date(1990, 1, 1), SINGLE)
    assert refused(town, marriage.record, wedding_of(other, woman, **leave)) == "subjek2_nik"
    # A divorce from one leaves him married to the other.
    akta = row_of(man, woman).number
    recorded(town, divorce.record, end_of(man, woman, akta, "perceraian"))
    assert statuses(man, woman) == [(MARRIED, date(2020, 1, 1)), (DIVORCED, None)]
    recorded(town, death.record, death_of(first, day=date(2026, 3, 1)))
    assert statuses(man)[0][0] == "CERAI MATI"


def test_a_foreigner_brings_the_permission_of_the_mission(town: Town, two: Any) -> None:
    john = Party("JOHN EXAMPLE", "", "WNA", "PA1", "Perth", date(1990, 1, 2))
    assert refused(town, marriage.record, wedding_of(john, two[1])) == "perkawinan_izin_perwakilan"
    event = recorded(town, marriage.record, wedding_of(john, two[1], permission="K-1"), "vital:john")
    row = Marriage.objects.get()
    assert (row.husband, row.husband_name, row.number) == (None, "JOHN EXAMPLE", event.number)
    assert couples.bound(two[1])
    recorded(town, divorce.record, end_of(john, two[1], event.number, "perceraian"))
    row.refresh_from_db()
    assert (row.ended_why, statuses(two[1])) == ("divorce", [(DIVORCED, None)])


def test_a_marriage_abroad_is_reported_late_from_the_return_on(town: Town, two: Any) -> None:
    john = Party("JOHN EXAMPLE", "", "WNA", "PA1", "Perth", date(1990, 1, 2))
    abroad = {"abroad": True, "witness_niks": (), "day": date(2025, 6, 1)}
    in_time = recorded(
        town, marriage.record, wedding_of(john, two[1], **abroad, returned_on=date(2026, 2, 1))
    )
    assert "days_late" not in in_time.facts
    other = town.person("P", date(1990, 1, 1), SINGLE)
    late = recorded(town, marriage.record, wedding_of(john, other, **abroad, returned_on=date(2026, 1, 1)))
    assert late.facts["days_late"] == 30


def test_a_marriage_here_is_late_after_sixty_days(town: Town, two: Any) -> None:
    event = recorded(town, marriage.record, wedding_of(*two, day=date(2025, 12, 31)))
    assert event.facts["days_late"] == 1


def test_one_marriage_has_one_akta(town: Town, two: Any) -> None:
    recorded(town, marriage.record, wedding_of(*two))
    assert refused(town, marriage.record, wedding_of(*two)) == "subjek1_nik"
    # Also where somebody put their statuses back by hand.
    Resident.objects.update(marital_status=SINGLE)
    Marriage.objects.all().delete()
    assert refused(town, marriage.record, wedding_of(*two)) == "subjek1_nik"
    _, husband, wife = town.couple()
    assert refused(town, marriage.record, wedding_of(husband, wife)) == "subjek1_nik"


def test_a_marriage_that_was_only_declared_gets_its_akta(town: Town) -> None:
    _, man, woman = town.couple()
    Resident.objects.update(marital_status="KAWIN BELUM TERCATAT")
    event = recorded(town, marriage.record, wedding_of(man, woman))
    assert (row_of(man, woman).proof, row_of(man, woman).number) == ("akta", event.number)
    # Who is declared married to another marries nobody else.
    _, other, _ = town.couple()
    Resident.objects.filter(pk=other.pk).update(marital_status="KAWIN BELUM TERCATAT")
    assert refused(town, marriage.record, wedding_of(other, town.person("P", date(1990, 1, 1), SINGLE))) == (
        "subjek1_nik"
    )


# Akibat dan akhirnya


def test_a_marriage_makes_cards_due_and_is_corrected_as_one(town: Town, two: Any) -> None:
    man, woman = two
    held.give(Changes(), man, "ktp_el", date(2020, 1, 1))
    held.give(Changes(), woman, "kia", date(2020, 1, 1))
    before = people()
    recorded(town, marriage.record, wedding_of(*two), "vital:cards")
    his, hers = (HeldDocument.objects.get(resident=one) for one in two)
    assert (his.state, his.renew_why, hers.state) == ("in_force", RENEW, "void")
    corrected = recorded(town, marriage.record, wedding_of(*two, day=date(2026, 2, 1)), "vital:cards")
    row = row_of(*two)
    assert (row.since, row.number, row.until) == (date(2026, 2, 1), corrected.number, None)
    with clock.use(AT):
        revert_event(case_ref="vital:cards", by=town.by)
    assert people() == before


def test_each_end_is_kept_with_its_day_reason_and_number(town: Town, two: Any) -> None:
    akta = recorded(town, marriage.record, wedding_of(*two)).number
    ended = recorded(town, divorce.record, end_of(*two, akta, "perceraian"))
    row = row_of(*two)
    assert (row.until, row.ended_why, row.ended_number) == (REPORTED, "divorce", ended.number)
    recorded(town, divorce_annulment.record, end_of(*two, ended.number, "pembatalan_perceraian"))
    row.refresh_from_db()
    assert (row.until, row.ended_why, row.ended_number) == (None, "", "")
    assert statuses(*two) == [(MARRIED, DAY)] * 2
    annulled = recorded(town, marriage_annulment.record, end_of(*two, akta, "pembatalan_perkawinan"))
    row.refresh_from_db()
    assert (row.until, row.ended_why, row.ended_number) == (JUDGMENT.day, "annulled", annulled.number)
    assert statuses(*two) == [(SINGLE, None)] * 2


def test_an_annulled_marriage_of_another_office_leaves_what_was_before_it(town: Town) -> None:
    _, man, woman = town.couple()
    first = town.person("P", date(1990, 1, 1), "MATI", status="MATI", death_date=date(2019, 1, 1))
    Marriage.objects.create(
        office=town.office, husband=man, wife=first, husband_name=man.name, wife_name=first.name,
        since=date(2015, 1, 1), proof="akta", until=date(2019, 1, 1), ended_why="death",
    )  # fmt: skip
    recorded(town, marriage_annulment.record, end_of(man, woman, "6471-KW-1", "pembatalan_perkawinan"))
    assert statuses(man, woman) == [("CERAI MATI", None), (SINGLE, None)]


def test_only_who_is_married_to_each_other_is_parted(town: Town, two: Any) -> None:
    _, husband, wife = town.couple()
    _, other, _ = town.couple()
    assert refused(town, divorce.record, end_of(other, wife, "6471-KW-1", "perceraian")) == "subjek2_nik"
    akta = recorded(town, marriage.record, wedding_of(*two)).number
    before_it = Decision("PN", "1", date(2026, 2, 1))
    report = end_of(*two, akta, "perceraian", decision=before_it)
    assert refused(town, divorce.record, report) == "perceraian_tanggal_putusan"
    assert refused(town, marriage_annulment.record, end_of(husband, wife, akta, "pembatalan_perkawinan")) == (
        "pembatalan_perkawinan_nomor_akta"
    )


@pytest.mark.parametrize(
    ("record", "field", "limit"),
    [
        (divorce.record, "perceraian", 60),
        (marriage_annulment.record, "pembatalan_perkawinan", 90),
    ],
)
def test_a_decision_is_reported_late_from_when_it_was_final(
    town: Town, record: Any, field: str, limit: int
) -> None:
    _, husband, wife = town.couple()
    decided = Decision("PN", "1", date(2025, 10, 1))
    event = recorded(town, record, end_of(husband, wife, "6471-KW-1", field, decision=decided), "vital:late")
    assert event.facts["days_late"] == 152 - limit
    final = end_of(husband, wife, "6471-KW-1", field, decision=decided, final_on=date(2026, 2, 1))
    assert "days_late" not in recorded(town, record, final, "vital:late").facts


def test_who_married_again_is_not_given_back_by_an_annulled_divorce(town: Town, two: Any) -> None:
    man, woman = two
    akta = recorded(town, marriage.record, wedding_of(*two)).number
    ended = recorded(town, divorce.record, end_of(*two, akta, "perceraian")).number
    other = town.person("L", date(1990, 1, 1), SINGLE)
    recorded(town, marriage.record, wedding_of(other, woman, day=REPORTED))
    assert (
        refused(town, divorce_annulment.record, end_of(*two, ended, "pembatalan_perceraian")) == "subjek2_nik"
    )
