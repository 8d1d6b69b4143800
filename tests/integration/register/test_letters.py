"""Letters without an akta, citizenship, and an akta once more."""

from datetime import date
from typing import Any

import pytest

from loket.core import clock
from loket.register.actions import (
    UnknownPerson,
    birth_letters,
    citizenship_loss,
    death,
    extracts,
    held,
    marriage,
    marriage_annulment,
    revert_event,
)
from loket.register.actions.changes import Changes
from loket.register.actions.household import NoSuccessor
from loket.register.actions.parties import UnknownRecord
from loket.register.models import CivilRecord, HeldDocument, Resident
from tests.integration.register.conftest import AT, SINGLE, Town, record_birth
from tests.integration.register.vital import (
    REPORTED,
    card_of,
    death_of,
    end_of,
    people,
    recorded,
    refused,
    wedding_of,
)


def letter(mother: Resident, father: Resident | None, **changes: Any) -> birth_letters.Report:
    values: dict[str, Any] = {
        "mother_nik": mother.nik,
        "mother_name": mother.name,
        "father_nik": father.nik if father else "",
        "father_name": father.name if father else "",
        "reporter_nik": mother.nik,
        "sex": "P",
        "day": date(2026, 2, 20),
        "place": "Kota Contoh",
        "order": 1,
        "reported_on": REPORTED,
        "field": "lahir_mati_tanggal",
        "details": {"weeks": 34},
    }
    return birth_letters.Report(**(values | changes))


@pytest.mark.parametrize(
    ("record", "number"),
    [
        (birth_letters.record_stillbirth, "SKLM/9971/02032026/0001"),
        (birth_letters.record_birth_statement, "SKL/9971/02032026/0001"),
    ],
)
def test_a_letter_about_a_birth_changes_nobody(town: Town, record: Any, number: str) -> None:
    _, father, mother = town.couple()
    before = people()
    event = recorded(town, record, letter(mother, father))
    assert (event.number, event.resident, event.facts["weeks"]) == (number, mother, 34)
    assert event.facts["father"] == {"name": father.name, "nik": father.nik}
    assert recorded(town, record, letter(mother, None)).facts["father"] is None
    assert (people(), CivilRecord.objects.count()) == (before, 0)


def test_letters_about_impossible_births_are_refused(town: Town) -> None:
    _, father, mother = town.couple()
    record = birth_letters.record_stillbirth
    girl = town.person("P", date(2020, 1, 1), SINGLE)
    dead = town.person("L", date(1980, 1, 1), status="MATI", death_date=date(2020, 1, 1))
    for report, field in (
        (letter(mother, father, day=date(2026, 3, 3)), "lahir_mati_tanggal"),
        (letter(father, None), "ibu_nik"),
        (letter(girl, None), "ibu_nik"),
        (letter(mother, None, mother_name="ORANG LAIN"), "ibu_nik"),
        (letter(mother, dead), "ayah_nik"),
        (letter(mother, girl), "ayah_nik"),
        (letter(mother, father, reporter_nik=dead.nik), "pelapor_nik"),
    ):
        assert refused(town, record, report) == field
    with pytest.raises(UnknownPerson):
        recorded(town, record, letter(mother, father, mother_nik="9971030101990099"))


def loss_of(person: Resident, **changes: Any) -> citizenship_loss.Report:
    values: dict[str, Any] = {
        "nik": person.nik,
        "name": person.name,
        "citizenship": "Australia",
        "record_number": "",
        "authority": "Menteri Hukum",
        "decision_number": "AHU-1",
        "decision_date": date(2026, 2, 1),
        "successor_nik": "",
        "reported_on": REPORTED,
    }
    return citizenship_loss.Report(**(values | changes))


def test_whoever_gives_up_citizenship_leaves_the_register(town: Town) -> None:
    family, husband, wife = town.couple()
    held.give(Changes(), wife, HeldDocument.Kind.KTP_EL, date(2020, 1, 1))
    before = people()
    event = recorded(town, citizenship_loss.record, loss_of(wife), "vital:x")
    wife.refresh_from_db()
    assert (wife.nationality, wife.status, wife.valid_from) == ("WNA", "PINDAH", date(2026, 2, 1))
    assert HeldDocument.objects.get(resident=wife).state == "withdrawn"
    assert (card_of(wife), card_of(husband)) == ([], [("KEPALA KELUARGA", husband.name)])
    assert (event.number, event.family) == ("SKPK/9971/02032026/0001", family)
    assert refused(town, citizenship_loss.record, loss_of(wife)) == "subjek1_nik"
    revert_event(case_ref="vital:x", by=town.by)
    assert people() == before
    assert HeldDocument.objects.get(resident=wife).state == "in_force"
    with pytest.raises(NoSuccessor):
        recorded(town, citizenship_loss.record, loss_of(husband))
    recorded(town, citizenship_loss.record, loss_of(husband, successor_nik=wife.nik))
    assert card_of(wife) == [("KEPALA KELUARGA", wife.name)]


def test_only_an_indonesian_gives_up_citizenship(town: Town) -> None:
    foreigner = town.person("L", date(1990, 1, 1), SINGLE, nationality="WNA")
    assert refused(town, citizenship_loss.record, loss_of(foreigner)) == "subjek1_nik"
    citizen = town.person("L", date(1990, 1, 1), SINGLE)
    later = loss_of(citizen, decision_date=date(2026, 3, 9))
    assert refused(town, citizenship_loss.record, later) == "kewarganegaraan_tanggal_keputusan"


def extract_of(person: Resident, number: str, **changes: Any) -> extracts.Report:
    values: dict[str, Any] = {
        "nik": person.nik,
        "name": person.name,
        "record_number": number,
        "field": "kutipan_nomor_akta",
    }
    return extracts.Report(**(values | changes))


@pytest.fixture
def akta(town: Town) -> CivilRecord:
    _, father, mother = town.couple()
    with clock.use(AT):
        report = town.report(mother, father)
        return record_birth(office=town.office, report=report, case_ref="case:1", by=town.by)


def test_a_new_kutipan_and_a_statement_leave_the_akta_as_it_is(town: Town, akta: CivilRecord) -> None:
    before = CivilRecord.objects.values().get()
    asked = extract_of(akta.resident, f" {akta.number.lower()}", books=["LU", "LT"])
    event = recorded(town, extracts.record_reissue, asked)
    assert (event.number, extracts.record_of_extract(event)) == ("", akta)
    told = recorded(
        town, extracts.record_statement, extract_of(akta.resident, akta.number, purpose="sekolah")
    )
    assert (told.number, told.facts["purpose"]) == ("SKPS/9971/02032026/0001", "sekolah")
    assert CivilRecord.objects.values().get() == before


def test_only_their_own_akta_of_the_right_kind_that_still_stands(town: Town, akta: CivilRecord) -> None:
    record, field = extracts.record_reissue, "kutipan_nomor_akta"
    stranger = town.person("L", date(1990, 1, 1), SINGLE)
    bride = town.person("P", date(1991, 1, 1), SINGLE)
    assert refused(town, record, extract_of(stranger, akta.number, books=["LU"])) == field
    assert refused(town, record, extract_of(akta.resident, akta.number, books=["KM"])) == field
    assert refused(town, record, extract_of(akta.resident, akta.number, name="LAIN")) == "subjek1_nik"
    with pytest.raises(UnknownRecord):
        recorded(town, record, extract_of(akta.resident, "9971-LU-01012000-0001", books=["LU"]))
    wedding = recorded(town, marriage.record, wedding_of(stranger, bride))
    recorded(town, record, extract_of(bride, wedding.number, books=["KW"]))
    ended = end_of(stranger, bride, wedding.number, "pembatalan_perkawinan")
    recorded(town, marriage_annulment.record, ended)
    assert refused(town, record, extract_of(bride, wedding.number, books=["KW"])) == field


def test_the_akta_of_the_dead_may_be_asked_for_again(town: Town) -> None:
    _, _, mother = town.couple()
    event = recorded(town, death.record, death_of(mother))
    again = recorded(town, extracts.record_reissue, extract_of(mother, event.number, books=["KM"]))
    assert again.resident == mother
