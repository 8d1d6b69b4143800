"""Deaths by every proof, whom each leaves behind, and the akta of a death that the register knew already."""

from datetime import date
from typing import Any

import pytest

from loket.audit.models import Entry
from loket.core import clock
from loket.offices.actions import sync_office
from loket.register import couples, queries
from loket.register.actions import ChangedSince, Changes, annulments, death, held, revert_event
from loket.register.actions.changes import today_at
from loket.register.actions.families import FamilyMember
from loket.register.actions.family_events import Removal, record_removal
from loket.register.actions.household import Applicant
from loket.register.actions.orphans import NoGuardian
from loket.register.models import CivilRecord, Family, HeldDocument, Marriage, RegisterEvent, Resident
from loket.register.rules import deaths
from tests.integration.offices.invented import office_file
from tests.integration.register.conftest import AT, MARRIED, SINGLE, Town, make_town
from tests.integration.register.vital import (
    DAY,
    JUDGMENT,
    REPORTED,
    card_of,
    death_of,
    people,
    recorded,
    refused,
)

SOME_BASIS = "Nomor 3 tanggal 2 Maret 2026"
NOBODY = Resident(name="TIDAK DIKENAL", nik="")
OLD = Resident(name="ORANG LAMA", nik="")


@pytest.fixture
def home(town: Town) -> tuple[Family, Resident, Resident, Resident]:
    """Father, mother, and a grown child."""
    father, mother = town.person("L", date(1960, 5, 10)), town.person("P", date(1962, 6, 11))
    child = town.person("L", date(1990, 7, 12), SINGLE, father_nik=father.nik, mother_nik=mother.nik)
    family = town.family(("KEPALA KELUARGA", father), ("ISTRI", mother), ("ANAK", child))
    return family, father, mother, child


def fresh(person: Resident) -> Resident:
    return Resident.objects.get(pk=person.pk)


def settings(town: Town, **changes: Any) -> None:
    town.office = sync_office(file=office_file("9971", **changes), by="system")


# Bukti


def test_nobody_knows_who_it_was_and_the_police_says_so(town: Town) -> None:
    found = {"proof": deaths.POLICE, "basis": SOME_BASIS, "sex": "L"}
    event = recorded(town, death.record, death_of(NOBODY, **found))
    entry = CivilRecord.objects.get(number=event.number)
    assert (entry.resident, entry.subject_name, entry.facts["proof"]) == (
        None,
        "TIDAK DIKENAL",
        deaths.POLICE,
    )
    assert refused(town, death.record, death_of(NOBODY, **found | {"basis": ""})) == "kematian_dasar"
    assert refused(town, death.record, death_of(NOBODY, **found | {"proof": deaths.COURT})) == "kematian_nama"


@pytest.mark.parametrize("proof", [deaths.COURT, deaths.CARRIER, deaths.MISSION])
def test_a_resident_who_is_missing_or_died_abroad_is_closed_on_a_named_proof(
    town: Town, home: Any, proof: str
) -> None:
    mother = home[2]
    assert refused(town, death.record, death_of(mother, proof=proof)) == "kematian_dasar"
    event = recorded(town, death.record, death_of(mother, proof=proof, basis=SOME_BASIS))
    assert (fresh(mother).status, event.facts["basis"], event.facts["proof"]) == ("MATI", SOME_BASIS, proof)


def test_who_died_long_ago_and_is_in_no_database_needs_a_court_or_papers_and_witnesses(town: Town) -> None:
    papers = {"proof": deaths.OLD_PAPERS, "basis": SOME_BASIS, "sex": "P"}
    recorded(town, death.record, death_of(OLD, proof=deaths.COURT, basis=SOME_BASIS, sex="P"))
    recorded(town, death.record, death_of(OLD, **papers))
    assert refused(town, death.record, death_of(OLD, **papers, witness_niks=())) == "kematian_bukti"
    settings(town, old_deaths_by_papers=False)
    assert refused(town, death.record, death_of(OLD, **papers)) == "kematian_bukti"


# Pelapor


def test_who_may_report(town: Town, home: Any) -> None:
    _, father, mother, child = home
    young = town.person("P", date(2006, 1, 1), SINGLE)
    dead = town.person("L", date(1980, 1, 1), status="MATI", death_date=date(2026, 1, 1))
    for reporter in (young, dead, mother):
        assert refused(town, death.record, death_of(mother, reporter_nik=reporter.nik)) == "pelapor_nik"
    stranger = town.person(
        "L", date(1980, 1, 1), father_nik="9971030101500001", mother_nik="9971030101500002"
    )
    said = death_of(mother, reporter_nik=stranger.nik, reporter_as=deaths.AS_CHILD)
    assert refused(town, death.record, said) == "kematian_pelapor"
    said = death_of(mother, reporter_nik=child.nik, reporter_as=deaths.AS_SPOUSE)
    assert refused(town, death.record, said) == "kematian_pelapor"
    report = death_of(mother, reporter_nik=child.nik, reporter_as=deaths.AS_CHILD)
    assert recorded(town, death.record, report).facts["reporter_as"] == deaths.AS_CHILD
    again = death_of(father, successor_nik=child.nik, reporter_nik=father.nik)
    assert refused(town, death.record, again) == "pelapor_nik"


def test_a_late_report_is_taken_and_marked_and_costs_what_the_office_says(town: Town, home: Any) -> None:
    late = date(2026, 1, 1)
    event = recorded(town, death.record, death_of(home[2], day=late))
    assert (event.facts["days_late"], event.facts["fine"]) == (30, 0)
    settings(town, late_fines={"death": 25000})
    event = recorded(town, death.record, death_of(home[3], day=late))
    assert event.facts["fine"] == 25000
    assert "days_late" not in recorded(town, death.record, death_of(home[1])).facts


# Akibat


def wed(town: Town, husband: Resident, wife: Resident) -> Marriage:
    return Marriage.objects.create(
        office=town.office,
        husband=husband,
        wife=wife,
        husband_name=husband.name,
        wife_name=wife.name,
        since=date(2015, 1, 1),
        proof="akta",
        number="9971-KW-1",
    )


def test_a_spouse_on_another_card_and_at_another_office_is_widowed(town: Town) -> None:
    elsewhere = make_town("9972")
    husband = town.person("L", date(1980, 1, 1))
    wife = elsewhere.person("P", date(1982, 1, 1), nik="9972034101820001")
    town.family(("KEPALA KELUARGA", husband))
    elsewhere.families = 50
    elsewhere.family(("KEPALA KELUARGA", wife))
    row = wed(town, husband, wife)
    before = people()
    recorded(town, death.record, death_of(husband), "vital:far")
    row.refresh_from_db()
    assert (fresh(wife).marital_status, fresh(wife).office_id) == ("CERAI MATI", "9972")
    assert (row.until, row.ended_why) == (DAY, "death")
    revert_event(case_ref="vital:far", by=town.by)
    assert people() == before
    # The other office reads in its own journal that somebody of it was changed, and put back.
    of_her = Entry.objects.filter(office_code="9972", subject=f"resident:{wife.pk}")
    details = {"kind": "death", "office": "9971", "case": "vital:far"}
    told = [(f"register.{what}", details) for what in ("death", "revert")]
    assert list(of_her.order_by("pk").values_list("action", "details")) == told


def test_a_wife_who_lives_with_her_parents_is_widowed_and_not_the_woman_beside_him(town: Town) -> None:
    husband, wife = town.person("L", date(1980, 1, 1)), town.person("P", date(1982, 1, 1))
    sister = town.person("P", date(1984, 1, 1), SINGLE)
    town.family(("KEPALA KELUARGA", husband), ("FAMILI LAIN", sister))
    town.family(("KEPALA KELUARGA", town.person("L", date(1955, 1, 1))), ("ANAK", wife))
    wed(town, husband, wife)
    recorded(town, death.record, death_of(husband, successor_nik=sister.nik))
    assert (fresh(wife).marital_status, fresh(sister).marital_status) == ("CERAI MATI", SINGLE)


def test_a_woman_whose_own_marriage_is_known_is_not_widowed_by_the_man_beside_her(
    town: Town, home: Any
) -> None:
    _, father, beside, child = home
    wed(town, town.person("L", date(1961, 1, 1)), beside)
    assert couples.spouses(father) == []
    recorded(town, death.record, death_of(father, successor_nik=child.nik))
    assert fresh(beside).marital_status == MARRIED


def test_nobody_died_before_the_wedding(town: Town, home: Any) -> None:
    _, father, mother, _ = home
    row = wed(town, father, mother)
    Marriage.objects.filter(pk=row.pk).update(since=date(2026, 2, 25))
    assert refused(town, death.record, death_of(mother)) == "kematian_tanggal"


def test_cards_of_the_dead_are_void_and_the_widowers_is_to_be_made_anew(town: Town, home: Any) -> None:
    _, father, mother, _ = home
    for person in (father, mother):
        held.give(Changes(), person, "ktp_el", date(2020, 1, 1))
    before = people()
    recorded(town, death.record, death_of(mother), "vital:cards")
    hers, his = (HeldDocument.objects.get(resident=person) for person in (mother, father))
    assert (hers.state, hers.ended_on, hers.ended_why) == ("void", DAY, "Meninggal")
    assert (his.state, his.renew_why) == ("in_force", "Status perkawinan berubah")
    revert_event(case_ref="vital:cards", by=town.by)
    assert people() == before


# Anak tanpa kepala keluarga


@pytest.fixture
def orphans(town: Town) -> tuple[Resident, Resident, Resident]:
    """A widow with two children who are still small."""
    mother = town.person("P", date(1980, 1, 1), "CERAI MATI")
    elder, younger = town.person("P", date(2012, 1, 1), SINGLE), town.person("L", date(2015, 1, 1), SINGLE)
    town.family(("KEPALA KELUARGA", mother), ("ANAK", elder), ("ANAK", younger))
    return mother, elder, younger


def test_children_alone_go_to_the_card_of_their_guardian(town: Town, orphans: Any) -> None:
    mother, elder, younger = orphans
    family, aunt, uncle = town.couple()
    before = people()
    settings(town, children_may_head=False)
    with pytest.raises(NoGuardian):
        recorded(town, death.record, death_of(mother, successor_nik=elder.nik))
    event = recorded(town, death.record, death_of(mother, guardian_nik=aunt.nik), "vital:orphans")
    assert event.family == family
    assert card_of(elder) == [
        ("KEPALA KELUARGA", aunt.name),
        ("ISTRI", uncle.name),
        ("FAMILI LAIN", elder.name),
        ("FAMILI LAIN", younger.name),
    ]
    assert event.facts["guardian"] == {"name": aunt.name, "nik": aunt.nik}
    revert_event(case_ref="vital:orphans", by=town.by)
    assert people() == before


def test_a_guardian_is_grown_lives_here_and_has_a_card(town: Town, orphans: Any) -> None:
    mother, elder, _ = orphans
    alone, moved = town.person("L", date(1980, 1, 1)), town.person("L", date(1980, 1, 1), status="PINDAH")
    for guardian in (elder.nik, mother.nik, alone.nik, moved.nik, "9971030101800077"):
        assert refused(town, death.record, death_of(mother, guardian_nik=guardian)) == "kematian_wali_nik"


def test_an_office_may_leave_children_a_card_of_their_own(town: Town, orphans: Any) -> None:
    mother, elder, younger = orphans
    assert refused(town, death.record, death_of(mother)) == "kematian_kepala_baru_nik"
    event = recorded(town, death.record, death_of(mother, successor_nik=elder.nik))
    assert card_of(younger) == [("KEPALA KELUARGA", elder.name), ("FAMILI LAIN", younger.name)]
    assert event.facts["head_under_age"] is True
    # Whoever else dies on such a card leaves its head as it is, and no guardian is asked for.
    settings(town, children_may_head=False)
    recorded(town, death.record, death_of(younger))
    assert card_of(elder) == [("KEPALA KELUARGA", elder.name)]


# Akta sesudah perubahan KK


def removed(town: Town, by: Resident, dead: Resident, day: date = DAY) -> RegisterEvent:
    """The family had somebody who died taken off its card, without an akta."""
    report = Removal(
        Applicant(by.nik, by.name),
        died=True,
        day=day,
        number="",
        people=(FamilyMember(dead.nik, dead.name, ""),),
    )
    with clock.use(AT):
        return record_removal(office=town.office, report=report, case_ref="kk:1", by=town.by)


def test_an_akta_follows_once_when_a_card_change_told_the_death(town: Town, home: Any) -> None:
    _, father, mother, _ = home
    removed(town, father, mother)
    between = people()
    event = recorded(town, death.record, death_of(mother))
    assert (event.number, event.resident) == ("9971-KM-02032026-0001", mother)
    # Nothing was left to change.
    assert people() == between
    assert refused(town, death.record, death_of(mother)) == "kematian_nik"
    # Nobody whose akta was made comes to life again.
    with pytest.raises(ChangedSince):
        revert_event(case_ref="kk:1", by=town.by)


def test_the_akta_mends_the_day_that_the_family_had_told(town: Town, home: Any) -> None:
    _, father, mother, _ = home
    row = wed(town, father, mother)
    removed(town, father, mother, day=date(2026, 2, 10))
    event = recorded(town, death.record, death_of(mother), "vital:mended")
    row.refresh_from_db()
    assert (fresh(mother).death_date, row.until) == (DAY, DAY)
    assert event.facts["recorded_before"] == "2026-02-10"
    # A corrected akta mends from what was there before it.
    event = recorded(town, death.record, death_of(mother, day=date(2026, 2, 12)), "vital:mended")
    assert (fresh(mother).death_date, event.facts["recorded_before"]) == (date(2026, 2, 12), "2026-02-10")


def test_a_death_that_came_in_with_a_population_gets_its_akta(town: Town) -> None:
    dead = town.person("L", date(1950, 1, 1), status="MATI", death_date=DAY)
    event = recorded(town, death.record, death_of(dead))
    assert CivilRecord.objects.get(number=event.number).resident == dead
    with pytest.raises(Exception, match="sudah tercatat"):
        recorded(town, death.record_statement, death_of(dead))


def test_an_annulled_akta_gives_back_life_and_marriage_and_another_one_may_follow(
    town: Town, home: Any
) -> None:
    _, father, mother, _ = home
    row = wed(town, father, mother)
    number = recorded(town, death.record, death_of(mother)).number
    ending = annulments.Report(mother.nik, mother.name, number, JUDGMENT, REPORTED, "nomor", "hari")
    recorded(town, annulments.record, ending)
    row.refresh_from_db()
    assert (fresh(mother).status, fresh(father).marital_status) == ("HIDUP", MARRIED)
    assert (row.until, row.ended_why) == (None, "")
    recorded(town, death.record_statement, death_of(mother))
    assert recorded(town, death.record, death_of(mother)).number == "9971-KM-02032026-0002"


def test_what_is_true_from_the_day_of_the_death(town: Town, home: Any) -> None:
    event = recorded(town, death.record, death_of(home[2]))
    with clock.use(AT):
        assert today_at(town.office) == REPORTED
    assert (event.happened_on, fresh(home[2]).valid_from) == (DAY, DAY)
    assert queries.current_family(home[2]) is None
    assert fresh(home[1]).marital_status != MARRIED
