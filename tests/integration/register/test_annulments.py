"""Akta that hold no longer, by a court or by the office that erred; and who becomes Indonesian."""

from datetime import date
from typing import Any

import pytest

from loket.core import clock
from loket.register import queries
from loket.register.actions import (
    ChangedSince,
    acknowledgement,
    annulments,
    citizenship_gain,
    citizenship_loss,
    death,
    held,
    marriage,
    name_change,
    revert_event,
)
from loket.register.actions.changes import Changes
from loket.register.actions.parties import Decision
from loket.register.models import CivilRecord, Family, HeldDocument, Resident
from loket.register.rules import civil
from tests.integration.register.conftest import AT, SINGLE, Town, record_birth
from tests.integration.register.noted import (
    BASIS,
    CASE,
    TODAY,
    TOMORROW,
    akta_of_child,
    end_of,
    everything,
    family_of,
    name_of,
    notes_of,
    to_be_renewed,
)
from tests.integration.register.vital import REPORTED, death_of, people, recorded, refused, wedding_of


@pytest.fixture
def akta(town: Town) -> CivilRecord:
    return akta_of_child(town)


# Pembatalan akta


@pytest.mark.parametrize(
    ("record", "why", "text", "word"),
    [
        (annulments.record, "dibatalkan", "Akta ini dibatalkan.", "putusan"),
        (
            annulments.record_withdrawal,
            "ditarik",
            "Akta ini ditarik kembali oleh pejabat yang menerbitkannya karena kekeliruan: Tercatat dua kali.",
            "keputusan",
        ),
    ],
)
def test_an_akta_kelahiran_holds_no_longer(
    town: Town, akta: CivilRecord, record: Any, why: str, text: str, word: str
) -> None:
    before, child = everything(), Resident.objects.get(pk=akta.resident_id)
    reason = "Tercatat dua kali." if word == "keputusan" else ""
    recorded(town, record, end_of(akta, reason=reason), CASE)
    child.refresh_from_db()
    assert (child.birth_certificate, child.status, child.nik) == ("", "HIDUP", akta.subject_nik)
    assert notes_of(akta) == [(text, BASIS.replace("penetapan", word))]
    assert (akta.facts["ended"], akta.number) == (why, "9971-LU-02032026-0001")
    # It ends once, and nothing is noted beside it any more.
    assert refused(town, annulments.record, end_of(akta)) == "pembatalan_akta_nomor"
    assert refused(town, name_change.record, name_of(akta)) == "perubahan_nama_nomor_akta"
    revert_event(case_ref=CASE, by=town.by)
    assert everything() == before


def test_who_was_recorded_dead_by_mistake_lives_where_they_lived(town: Town) -> None:
    family, man, woman = town.couple()
    alive = people()
    event = recorded(town, death.record, death_of(man, successor_nik=woman.nik))
    dead = everything()
    akta = CivilRecord.objects.get(number=event.number)
    recorded(town, annulments.record, end_of(akta), CASE)
    man.refresh_from_db()
    woman.refresh_from_db()
    assert (man.status, man.death_date, woman.marital_status) == ("HIDUP", None, "KAWIN TERCATAT")
    assert [(row.relation, row.resident) for row in queries.members(family)] == [
        ("KEPALA KELUARGA", man),
        ("ISTRI", woman),
    ]
    # The card of the widow's family has nobody on it any more.
    (founded,) = Family.objects.exclude(pk=family.pk)
    assert queries.members(founded) == []
    family.refresh_from_db()
    assert family.issued_on == TODAY
    assert queries.event_of_case(akta.case_ref) is not None
    assert len(alive) == len(people())
    revert_event(case_ref=CASE, by=town.by)
    assert everything() == dead


def test_a_recognition_annulled_leaves_the_child_without_its_father(town: Town) -> None:
    woman = town.person("P", date(1992, 6, 11), SINGLE)
    man = town.person("L", date(1990, 5, 10), SINGLE)
    town.family(("KEPALA KELUARGA", woman))
    town.family(("KEPALA KELUARGA", man))
    with clock.use(AT):
        birth = record_birth(
            office=town.office, report=town.report(woman, None), case_ref="case:birth", by=town.by
        )
    report = acknowledgement.Report(
        child_nik=birth.resident.nik,
        child_name=birth.resident.name,
        birth_number=birth.number,
        father_nik=man.nik,
        father_name=man.name,
        mother_nik=woman.nik,
        mother_name=woman.name,
        wedding_day=date(2019, 1, 1),
        officiant="PANDITA CONTOH",
        decision=Decision(),
        reported_on=REPORTED,
        field="pengakuan",
    )
    event = recorded(town, acknowledgement.record, report)
    akta = CivilRecord.objects.get(number=event.number)
    recorded(town, annulments.record, end_of(akta))
    child = Resident.objects.get(pk=birth.resident_id)
    assert (child.father_name, child.father_nik) == ("", "")


def test_annulments_that_cannot_be(town: Town, akta: CivilRecord) -> None:
    for changes, field in (
        ({"decision": Decision()}, "pembatalan_akta_tanggal_putusan"),
        ({"decision": TOMORROW}, "pembatalan_akta_tanggal_putusan"),
        ({"record_number": "X"}, "pembatalan_akta_nomor"),
        ({"name": "ORANG LAIN"}, "subjek1_nik"),
    ):
        assert refused(town, annulments.record, end_of(akta, **changes)) == field
    groom, bride = town.person("L", date(1990, 1, 1), SINGLE), town.person("P", date(1991, 1, 1), SINGLE)
    town.family(("KEPALA KELUARGA", groom))
    wedding = recorded(town, marriage.record, wedding_of(groom, bride))
    married = CivilRecord.objects.get(number=wedding.number)
    report = end_of(married, nik=groom.nik, name=groom.name)
    assert refused(town, annulments.record, report) == "pembatalan_akta_nomor"


def test_a_death_that_the_register_has_gone_on_from_is_not_taken_back(town: Town) -> None:
    _, man, woman = town.couple()
    event = recorded(town, death.record, death_of(man, successor_nik=woman.nik))
    Resident.objects.filter(pk=woman.pk).update(marital_status="KAWIN TERCATAT")
    akta = CivilRecord.objects.get(number=event.number)
    before = everything()
    with pytest.raises(ChangedSince):
        recorded(town, annulments.record, end_of(akta))
    assert everything() == before


# Kewarganegaraan


def gain_of(person: Resident, **changes: Any) -> citizenship_gain.Report:
    values: dict[str, Any] = {
        "nik": person.nik,
        "name": person.name,
        "citizenship": "Indonesia",
        "record_number": "",
        "authority": "Presiden Republik Indonesia",
        "decision_number": "5/PWI/2026",
        "decision_date": date(2026, 2, 20),
        "reported_on": REPORTED,
    }
    return citizenship_gain.Report(**(values | changes))


def test_a_foreigner_becomes_indonesian(town: Town) -> None:
    person = town.person("P", date(1990, 1, 1), SINGLE, nationality="WNA")
    town.family(("KEPALA KELUARGA", person))
    changes = Changes()
    held.give(changes, person, HeldDocument.Kind.ITAP, date(2024, 1, 1))
    held.give(changes, person, HeldDocument.Kind.KTP_EL, date(2024, 1, 1))
    before = everything()
    event = recorded(town, citizenship_gain.record, gain_of(person), CASE)
    person.refresh_from_db()
    assert (person.nationality, person.valid_from) == (civil.CITIZEN, date(2026, 2, 20))
    states = HeldDocument.objects.filter(resident=person).order_by("pk").values_list("kind", "state")
    assert list(states) == [("itap", "withdrawn"), ("ktp_el", "in_force")]
    assert to_be_renewed(person)[1] == ("ktp_el", "Memperoleh kewarganegaraan Republik Indonesia")
    assert (event.family, family_of(person).issued_on) == (family_of(person), TODAY)
    assert refused(town, citizenship_gain.record, gain_of(person)) == "subjek1_nik"
    revert_event(case_ref=CASE, by=town.by)
    assert everything() == before


def test_a_new_citizen_with_an_akta_here_has_a_note(town: Town) -> None:
    mother = town.person("P", date(1990, 1, 1), SINGLE, nationality="WNA")
    town.family(("KEPALA KELUARGA", mother))
    with clock.use(AT):
        report = town.report(mother, None, citizenship="WNA")
        akta = record_birth(office=town.office, report=report, case_ref="case:1", by=town.by)
    child = akta.resident
    recorded(town, citizenship_gain.record, gain_of(child, record_number=akta.number))
    assert notes_of(akta) == [
        (
            "Ayu Lestari memperoleh kewarganegaraan Republik Indonesia.",
            "keputusan Presiden Republik Indonesia nomor 5/PWI/2026 tanggal 20-02-2026",
        )
    ]


def test_changes_of_citizenship_that_cannot_be(town: Town) -> None:
    person = town.person("P", date(1990, 1, 1), SINGLE, nationality="WNA")
    citizen = town.person("P", date(1990, 1, 1), SINGLE)
    for changes, field in (
        ({"citizenship": "Australia"}, "kewarganegaraan_baru"),
        ({"decision_date": date(2026, 3, 3)}, "kewarganegaraan_tanggal_keputusan"),
        ({"record_number": "X"}, "kewarganegaraan_nomor_akta"),
        ({"nik": citizen.nik, "name": citizen.name}, "subjek1_nik"),
    ):
        assert refused(town, citizenship_gain.record, gain_of(person, **changes)) == field
    loss = citizenship_loss.Report(
        nik=citizen.nik,
        name=citizen.name,
        citizenship="indonesia",
        record_number="",
        authority="Menteri Hukum",
        decision_number="1",
        decision_date=date(2026, 2, 20),
        successor_nik="",
        reported_on=REPORTED,
    )
    assert refused(town, citizenship_loss.record, loss) == "kewarganegaraan_baru"
