"""Adoption, recognition and legitimation of children, and births of foreigners."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loket.core import clock
from loket.register.actions import (
    NumberAlreadyGiven,
    UnknownPerson,
    acknowledgement,
    adoption,
    foreign_births,
    held,
    legitimation,
    marriage,
    revert_event,
)
from loket.register.actions.changes import Changes
from loket.register.actions.parties import Decision, Party
from loket.register.models import CivilRecord, HeldDocument, Resident
from tests.integration.register.conftest import AT, SINGLE, Town, record_birth
from tests.integration.register.vital import (
    COURT,
    REPORTED,
    WITNESSES,
    card_of,
    people,
    recorded,
    refused,
    wedding_of,
)


@pytest.fixture
def mother(town: Town) -> Resident:
    woman = town.person("P", date(1992, 6, 11), SINGLE, nik="9971035106920091", name="IBU CONTOH")
    town.family(("KEPALA KELUARGA", woman))
    return woman


@pytest.fixture
def father(town: Town) -> Resident:
    man = town.person("L", date(1990, 5, 10), SINGLE, nik="9971031005900091", name="AYAH CONTOH")
    town.family(("KEPALA KELUARGA", man))
    return man


@pytest.fixture
def akta(town: Town, mother: Resident) -> CivilRecord:
    """The akta kelahiran of a child of a mother alone, recorded in time."""
    with clock.use(AT):
        report = town.report(mother, None)
        return record_birth(office=town.office, report=report, case_ref="case:birth", by=town.by)


def report_of(child: Resident, father: Resident, mother: Resident, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "child_nik": child.nik,
        "child_name": child.name,
        "birth_number": child.birth_certificate,
        "father_nik": father.nik,
        "father_name": father.name,
        "mother_nik": mother.nik,
        "mother_name": mother.name,
        "wedding_day": date(2019, 1, 1),
        "officiant": "PANDITA CONTOH",
        "decision": Decision(),
        "reported_on": REPORTED,
        "field": "pengakuan",
    }
    return acknowledgement.Report(**(values | changes))


def test_a_mothers_child_gets_its_father(town: Town, akta: Any, father: Any, mother: Any) -> None:
    child = akta.resident
    assert akta.facts["parents_kind"] == "mother_only"
    event = recorded(town, acknowledgement.record, report_of(child, father, mother))
    child.refresh_from_db()
    assert (child.father_nik, child.father_name) == (father.nik, father.name)
    entry = CivilRecord.objects.get(number=event.number)
    assert (entry.book, entry.number, entry.resident) == ("PA", "9971-PA-02032026-0001", child)
    akta.refresh_from_db()
    assert [note["note"] for note in akta.facts["notes"]] == [
        "Anak diakui oleh AYAH CONTOH, ayahnya, dengan persetujuan ibu kandungnya."
    ]
    again = report_of(child, father, mother)
    assert refused(town, acknowledgement.record, again) == "pengakuan_anak_nik"


def test_recognitions_that_cannot_be(town: Town, akta: Any, father: Any, mother: Any) -> None:
    child = akta.resident
    other = town.person("P", date(1991, 1, 1), SINGLE)
    boy = town.person("L", date(2026, 3, 1), SINGLE)
    no_mother = {"mother_nik": "", "mother_name": "JANE EXAMPLE"}
    for people_, changes, field in (
        ((child, other, mother), {}, "pengakuan_ayah_nik"),
        ((child, boy, mother), {}, "pengakuan_ayah_nik"),
        ((child, father, other), {}, "pengakuan_ibu_nik"),
        ((child, father, mother), {"wedding_day": date(2026, 3, 3)}, "pengakuan_tanggal_kawin_agama"),
        ((child, father, mother), no_mother, "pengakuan_pengadilan"),
        ((child, father, mother), {"child_name": "ORANG LAIN"}, "pengakuan_anak_nik"),
    ):
        assert refused(town, acknowledgement.record, report_of(*people_, **changes)) == field
    recorded(
        town, acknowledgement.record, report_of(child, father, mother, **(no_mother | {"decision": COURT}))
    )


def test_a_child_is_legitimated_when_the_marriage_is_recorded(
    town: Town, akta: Any, father: Any, mother: Any
) -> None:
    child = akta.resident
    wedding = recorded(town, marriage.record, wedding_of(father, mother, day=date(2026, 3, 1)))
    after = {
        "field": "pengesahan",
        "wedding_day": date(2026, 3, 1),
        "marriage_number": wedding.number,
        "marriage_recorded": REPORTED,
    }
    # Born before the wedding: a court decides.
    report = report_of(child, father, mother, **after)
    assert refused(town, legitimation.record, report) == "pengesahan_tanggal_kawin_agama"
    event = recorded(town, legitimation.record, replace(report, decision=COURT))
    child.refresh_from_db()
    assert (event.number, child.father_name) == ("9971-PS-02032026-0001", father.name)
    assert event.facts["marriage_number"] == wedding.number
    strange = town.person("L", date(1985, 1, 1), SINGLE)
    wrong = report_of(child, strange, mother, **(after | {"decision": COURT}))
    assert refused(town, legitimation.record, wrong) == "pengesahan_ayah_nik"


def adoption_of(child: Resident, father: Resident, mother: Resident, **changes: Any) -> adoption.Report:
    values: dict[str, Any] = {
        "child_nik": child.nik,
        "child_name": child.name,
        "birth_number": child.birth_certificate,
        "father_nik": father.nik,
        "father_name": father.name,
        "mother_nik": mother.nik,
        "mother_name": mother.name,
        "decision": Decision("PN Contoh", "7/Pdt.P/2026", date(2026, 3, 1)),
        "reported_on": REPORTED,
    }
    return adoption.Report(**(values | changes))


def test_an_adopted_child_joins_the_card_and_keeps_its_parents(town: Town, akta: Any, mother: Any) -> None:
    child = akta.resident
    family, man, woman = town.couple()
    held.give(Changes(), child, HeldDocument.Kind.KIA, AT.date())
    before = people()
    event = recorded(town, adoption.record, adoption_of(child, man, woman), "vital:x")
    assert card_of(child) == [
        ("KEPALA KELUARGA", man.name),
        ("ISTRI", woman.name),
        ("ANAK", child.name),
    ]
    assert card_of(mother) == [("KEPALA KELUARGA", mother.name)]
    child.refresh_from_db()
    assert (child.mother_nik, child.father_name) == (mother.nik, "")
    assert (event.number, event.family) == ("SKPA/9971/02032026/0001", family)
    card = HeldDocument.objects.get(resident=child)
    assert (card.kind, card.state, card.renew_why) == ("kia", "in_force", "Pengangkatan anak")
    akta.refresh_from_db()
    assert [note["basis"] for note in akta.facts["notes"]] == [
        "putusan PN Contoh nomor 7/Pdt.P/2026 tanggal 01-03-2026"
    ]
    revert_event(case_ref="vital:x", by=town.by)
    assert people() == before
    assert HeldDocument.objects.get(resident=child).renew_why == ""
    akta.refresh_from_db()
    assert "notes" not in akta.facts


def test_adoptions_that_cannot_be(town: Town, akta: Any, mother: Any) -> None:
    child = akta.resident
    _, man, woman = town.couple()
    grown = town.person("L", date(2000, 1, 1), SINGLE)
    future = Decision("PN", "1", date(2026, 3, 9))
    for report, field in (
        (adoption_of(grown, man, woman), "pengangkatan_anak_nik"),
        (adoption_of(child, man, mother), "pengangkatan_ibu_angkat_nik"),
        (adoption_of(child, man, woman, father_name="ORANG LAIN"), "pengangkatan_ayah_angkat_nik"),
        (adoption_of(child, man, woman, decision=future), "pengangkatan_tanggal_penetapan"),
    ):
        assert refused(town, adoption.record, report) == field
    with pytest.raises(UnknownPerson):
        recorded(town, adoption.record, adoption_of(child, man, woman, child_nik="9971030101990099"))


FOREIGN = Party("JANE EXAMPLE", "", "WNA", "PB123", "PERTH", date(1992, 1, 2))


def foreign_birth(**changes: Any) -> foreign_births.Report:
    values: dict[str, Any] = {
        "child_name": "MARY EXAMPLE",
        "child_sex": "P",
        "birth_date": date(2026, 2, 20),
        "birth_place": "KOTA CONTOH",
        "birth_order": 1,
        "mother": FOREIGN,
        "father": None,
        "witness_niks": WITNESSES,
        "reported_on": REPORTED,
        "details": {},
    }
    return foreign_births.Report(**(values | changes))


def test_a_visitors_child_gets_an_akta_and_no_nik(town: Town) -> None:
    residents = Resident.objects.count()
    event = recorded(town, foreign_births.record, foreign_birth(), "vital:x")
    entry = CivilRecord.objects.get(number=event.number)
    assert (entry.number, entry.resident, entry.subject_name) == (
        "9971-LU-02032026-0001",
        None,
        "MARY EXAMPLE",
    )
    assert (entry.facts["parents_kind"], Resident.objects.count()) == ("mother_only", residents)
    recorded(town, foreign_births.record, foreign_birth(child_name="MARIA EXAMPLE"), "vital:x")
    entry.refresh_from_db()
    assert (CivilRecord.objects.count(), entry.subject_name) == (1, "MARIA EXAMPLE")
    with pytest.raises(NumberAlreadyGiven):
        recorded(town, foreign_births.record, foreign_birth(birth_date=date(2025, 2, 1)), "vital:x")
    assert refused(town, foreign_births.record, foreign_birth(birth_date=date(2026, 3, 3))) == (
        "anak_tanggal_lahir"
    )


def test_a_foreign_mother_with_a_card_has_a_foreign_child_on_it(town: Town, mother: Resident) -> None:
    assert foreign_births.joins_family(Party("IBU CONTOH", mother.nik), town.office)
    assert not foreign_births.joins_family(FOREIGN, town.office)
    with clock.use(AT):
        report = town.report(mother, None, citizenship="WNA")
        entry = record_birth(office=town.office, report=report, case_ref="case:1", by=town.by)
    assert entry.resident.nationality == "WNA"


def test_a_sptjm_of_a_couple_must_name_the_parents(town: Town, mother: Resident, father: Resident) -> None:
    def record(office: Any, report: Any, case_ref: str, by: Any) -> CivilRecord:
        return record_birth(office=office, report=report, case_ref=case_ref, by=by)

    report = town.report(mother, father, reported_on=REPORTED, declared_couple=("1", mother.nik))
    assert refused(town, record, report) == "sptjm_pasangan_suami_nik"
    entry = recorded(town, record, replace(report, declared_couple=(father.nik, mother.nik)))
    assert entry.facts["parents_kind"] == "unrecorded"
