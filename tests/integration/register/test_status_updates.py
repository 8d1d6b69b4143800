"""Marriages of the KUA and divorces of a Pengadilan Agama: a status changes, no akta is made."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loket.core.errors import LoketError
from loket.register import couples
from loket.register.actions import Changes, Outcome, record_event, revert_event, wedlock
from loket.register.actions.biodata import DataChange, Element, record_data_change
from loket.register.actions.family_events import Divorce, NewFamily, record_new_family
from loket.register.actions.family_events import Marriage as Wedding
from loket.register.actions.status_updates import (
    ANNULMENT,
    BOOK,
    COURT_AKTA,
    COURT_DECISION,
    DEATH,
    DEATH_AKTA,
    DIVORCE,
    WEDDING,
    StatusUpdate,
)
from loket.register.models import CivilRecord, Marriage, RegisterEvent, Resident, Serial
from tests.integration.register.conftest import MARRIED, SINGLE, make_town
from tests.integration.register.population import (
    ADDRESS,
    HEAD,
    WIFE,
    Household,
    applicant,
    lines,
    register_state,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
DAY, TODAY = date(2026, 2, 14), date(2026, 3, 2)
DIVORCED = "CERAI HIDUP TERCATAT"


@pytest.fixture
def groom(home: Household) -> Resident:
    """A single man of another office, on a card of his own there."""
    elsewhere = make_town("9972")
    man = elsewhere.person("L", date(2000, 5, 10), SINGLE, nik="9972031005000001")
    elsewhere.families = 50
    elsewhere.family((HEAD, man))
    return man


def update(person: Resident, partner: Resident, **changes: Any) -> StatusUpdate:
    said = StatusUpdate(
        nik=person.nik,
        name=person.name,
        partner_nik=partner.nik,
        partner_name=partner.name,
        day=DAY,
        paper=BOOK,
        number="0123/045/II/2026",
        what=WEDDING,
        reported_on=TODAY,
    )
    return replace(said, **changes)


def change(
    home: Household, status: StatusUpdate | None, *elements: Element, ref: str = "case:1"
) -> RegisterEvent:
    report = DataChange(applicant(home.mother), elements, status)
    return record_data_change(office=home.town.office, report=report, case_ref=ref, by=home.town.by)


def divorce_of(home: Household, **changes: Any) -> StatusUpdate:
    paper = {"paper": COURT_AKTA, "number": "77/AC/2026/PA.Ct", "what": DIVORCE}
    return update(home.mother, home.father, **(paper | changes))


def statuses(*people: Resident) -> list[tuple[str, date | None]]:
    found = [Resident.objects.get(pk=one.pk) for one in people]
    return [(one.marital_status, one.marriage_date) for one in found]


def refused(home: Household, status: StatusUpdate) -> str | None:
    """The field of the refusal; nothing changed."""
    before = register_state()
    with pytest.raises(LoketError) as refusal:
        change(home, status)
    assert register_state() == before
    return refusal.value.field


def test_a_buku_nikah_marries_two_at_two_offices_without_an_akta(home: Household, groom: Resident) -> None:
    before = register_state()
    event = change(home, update(home.daughter, groom))
    assert statuses(home.daughter, groom) == [(MARRIED, DAY)] * 2
    row = Marriage.objects.get()
    assert (row.husband, row.wife, row.since) == (groom, home.daughter, DAY)
    assert (row.proof, row.number, row.until) == ("buku_nikah", "0123/045/II/2026", None)
    assert (event.number, event.happened_on, CivilRecord.objects.count(), Serial.objects.count()) == (
        "",
        DAY,
        0,
        0,
    )
    assert event.facts["elements"] == [
        {
            "nik": home.daughter.nik,
            "element": "STATUS PERKAWINAN",
            "before": SINGLE,
            "basis": "BUKU NIKAH 0123/045/II/2026",
            "day": "2026-02-14",
            "partner": {"nik": groom.nik, "name": groom.name},
        }
    ]
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before


def test_a_corrected_book_moves_the_wedding(home: Household, groom: Resident) -> None:
    change(home, update(home.daughter, groom))
    change(home, update(home.daughter, groom, day=date(2026, 2, 7), number="2"))
    row = Marriage.objects.get()
    assert (row.since, row.number, statuses(groom)) == (date(2026, 2, 7), "2", [(MARRIED, date(2026, 2, 7))])


def test_an_akta_cerai_parts_a_couple_and_nobody_else(home: Household, groom: Resident) -> None:
    before = register_state()
    event = change(home, divorce_of(home))
    assert statuses(home.mother, home.father) == [(DIVORCED, None)] * 2
    assert (event.number, CivilRecord.objects.count()) == ("", 0)
    revert_event(case_ref="case:1", by=home.town.by)
    assert register_state() == before
    change(home, update(home.daughter, groom), ref="case:2")
    apart = update(home.daughter, groom, paper=COURT_AKTA, number="78/AC", what=DIVORCE, day=TODAY)
    change(home, apart, ref="case:3")
    row = Marriage.objects.get()
    assert (row.until, row.ended_why, row.ended_number) == (TODAY, "divorce", "78/AC")


def test_a_partner_whom_no_register_knows_is_named(home: Household) -> None:
    change(home, replace(update(home.daughter, home.father), partner_nik="", partner_name="JOHN EXAMPLE"))
    row = Marriage.objects.get()
    assert (row.husband, row.husband_name, row.wife_name) == (None, "JOHN EXAMPLE", home.daughter.name)


def test_what_the_papers_cannot_say_is_refused(home: Household, groom: Resident) -> None:
    _, other, _ = home.town.couple()
    for said, field in (
        (update(home.daughter, groom, day=date(2026, 3, 3)), "status_tanggal"),
        (update(home.daughter, groom, paper=COURT_AKTA), "status_bukti"),
        (divorce_of(home, paper=BOOK), "status_bukti"),
        (update(home.daughter, home.mother), "subjek1_nik"),
        (update(home.mother, groom), "status_nik"),
        (update(groom, home.daughter), "status_nik"),
        (update(other, home.daughter), "status_nik"),
        (update(home.daughter, groom, partner_name="ORANG LAIN"), "status_pasangan_nik"),
        (update(home.daughter, groom, paper=COURT_AKTA, what=DIVORCE), "status_nik"),
        (divorce_of(home, partner_nik=other.nik, partner_name=other.name), "status_pasangan_nik"),
    ):
        assert refused(home, said) == field
    Resident.objects.filter(pk=home.daughter.pk).update(father_nik=groom.nik)
    assert refused(home, update(home.daughter, groom)) == "status_pasangan_nik"
    Resident.objects.filter(pk=groom.pk).update(status="MATI", death_date=date(2026, 1, 1))
    assert refused(home, update(home.daughter, groom)) == "status_pasangan_nik"


def test_one_marriage_is_told_once_and_ends_before_the_next(home: Household, groom: Resident) -> None:
    change(home, update(home.daughter, groom))
    assert refused_again(home, update(home.daughter, groom)) == "status_nik"
    other = home.town.person("L", date(1999, 1, 1), SINGLE)
    assert refused_again(home, update(home.daughter, other)) == "status_nik"
    parted = update(home.daughter, groom, paper=COURT_AKTA, what=DIVORCE, day=date(2026, 2, 10))
    assert refused_again(home, parted) == "status_tanggal"
    change(home, replace(parted, day=TODAY), ref="case:2")
    assert refused_again(home, update(home.daughter, other)) == "status_tanggal"


def refused_again(home: Household, status: StatusUpdate) -> str | None:
    before = register_state()
    with pytest.raises(LoketError) as refusal:
        change(home, status, ref="case:9")
    assert register_state() == before
    return refusal.value.field


def test_a_court_of_muslims_annuls_a_marriage(home: Household, groom: Resident) -> None:
    change(home, update(home.daughter, groom))
    said = update(home.daughter, groom, what=ANNULMENT, paper=COURT_DECISION, number="9/PA", day=TODAY)
    event = change(home, said, ref="case:2")
    row = Marriage.objects.get()
    assert (row.until, row.ended_why, row.ended_number) == (TODAY, "annulled", "9/PA")
    assert statuses(home.daughter, groom) == [(SINGLE, None)] * 2
    assert (event.number, CivilRecord.objects.count()) == ("", 0)


def test_who_outlives_somebody_unknown_is_widowed(home: Household, groom: Resident) -> None:
    stranger = replace(update(home.daughter, groom), partner_nik="", partner_name="JOHN EXAMPLE")
    change(home, stranger)
    died = replace(stranger, what=DEATH, paper=DEATH_AKTA, number="D-1", day=TODAY)
    change(home, died, ref="case:2")
    row = Marriage.objects.get()
    assert (row.until, row.ended_why, row.ended_number) == (TODAY, "death", "D-1")
    assert statuses(home.daughter) == [("CERAI MATI", DAY)]
    # Whoever is a resident has a death of their own.
    known = update(home.mother, home.father, what=DEATH, paper=DEATH_AKTA, day=TODAY)
    assert refused_again(home, known) == "status_pasangan_nik"


def test_a_marriage_does_not_end_by_a_statement(home: Household, groom: Resident) -> None:
    change(home, update(home.daughter, groom))
    said = Element(
        home.daughter.nik, home.daughter.name, "STATUS PERKAWINAN", DIVORCED, "SURAT", "perubahan_agama-0-x"
    )
    with pytest.raises(LoketError, match="belum putus") as refusal:
        change(home, None, said, ref="case:2")
    assert refusal.value.field == "perubahan_agama-0-x"


# Dua NIK satu orang


def test_a_merged_nik_hands_its_marriages_over(home: Household, groom: Resident) -> None:
    change(home, update(home.daughter, groom))
    twin = home.town.person("P", home.daughter.birth_date, MARRIED, name=home.daughter.name)
    before = register_state()

    def merge(changes: Changes) -> Outcome:
        wedlock.take_over(changes, home.daughter, twin, TODAY)
        return Outcome(resident=twin)

    said = {"office": home.town.office, "kind": "merge", "case_ref": "case:2", "by": home.town.by}
    record_event(**said, apply=merge)
    row = Marriage.objects.get()
    assert (row.wife, row.husband, row.until, couples.spouses(groom)) == (twin, groom, None, [twin])
    revert_event(case_ref="case:2", by=home.town.by)
    assert register_state() == before
    # She is married to another under her other NIK: somebody is not who they seem to be.
    _, other, _ = home.town.couple()
    fixed = {"office": home.town.office, "wife": twin, "wife_name": twin.name, "proof": "akta"}
    held = Marriage.objects.create(husband=other, husband_name=other.name, since=DAY, **fixed)
    with pytest.raises(LoketError, match="hanya boleh mempunyai seorang suami"):
        record_event(**said, apply=merge)
    # Without a NIK of his, the same man may stand in both: one marriage, told twice.
    Marriage.objects.update(husband=None)
    record_event(**said, apply=merge)
    held.refresh_from_db()
    told = Marriage.objects.exclude(pk=held.pk).get()
    assert (held.until, told.until, told.ended_number) == (None, TODAY, "NIK digabung")


# Kartu Keluarga


def test_a_new_card_joins_the_two_by_what_they_show(home: Household) -> None:
    man = home.town.person("L", date(2000, 5, 10), SINGLE)
    home.town.family((HEAD, man))
    members = lines((HEAD, man), (WIFE, home.daughter))
    for paper, recorded, proof in ((BOOK, True, "buku_nikah"), ("", True, "akta"), ("", False, "sptjm")):
        wedding = Wedding(DAY, recorded=recorded, number="9", paper=paper)
        report = NewFamily(applicant(man), ADDRESS, members, marriage=wedding)
        record_new_family(
            office=home.town.office, kind="family_new", report=report, case_ref="case:1", by=home.town.by
        )
        row = Marriage.objects.get()
        assert (row.husband, row.wife, row.proof, row.since) == (man, home.daughter, proof, DAY)


def test_a_card_after_a_divorce_ends_the_marriage_at_both_offices(home: Household, groom: Resident) -> None:
    change(home, update(home.daughter, groom))
    parted = Divorce(groom.nik, groom.name, TODAY, recorded=True, number="78/AC")
    report = NewFamily(applicant(home.daughter), ADDRESS, lines((HEAD, home.daughter)), divorce=parted)
    record_new_family(
        office=home.town.office, kind="family_divorced", report=report, case_ref="case:2", by=home.town.by
    )
    assert statuses(home.daughter, groom) == [(DIVORCED, None)] * 2
    assert (couples.standing(groom), Marriage.objects.get().ended_number) == ([], "78/AC")
