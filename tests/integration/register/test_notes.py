"""What a court or the office decides about an akta: note, effects by the matrix, refusals, undoing."""

from dataclasses import replace
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
    corrections,
    death,
    held,
    marriage,
    name_change,
    other_events,
    revert_event,
)
from loket.register.actions.changes import Changes
from loket.register.actions.parties import Decision
from loket.register.models import CivilRecord, Family, HeldDocument, RegisterEvent, Resident
from loket.register.rules import civil
from tests.integration.register.conftest import AT, BORN, SINGLE, Town, plain_rows, record_birth
from tests.integration.register.vital import REPORTED, death_of, people, recorded, refused, wedding_of

COURT = Decision("Pengadilan Negeri Contoh", "7/Pdt.P/2026", date(2026, 2, 25))
TOMORROW = replace(COURT, day=date(2026, 3, 3))
BASIS = "penetapan Pengadilan Negeri Contoh nomor 7/Pdt.P/2026 tanggal 25-02-2026"
TODAY = date(2026, 3, 2)
CASE = "vital:x"


@pytest.fixture
def akta(town: Town) -> CivilRecord:
    """The akta kelahiran of a child of a couple, who holds a KIA."""
    _, father, mother = town.couple()
    with clock.use(AT):
        report = town.report(mother, father)
        entry = record_birth(office=town.office, report=report, case_ref="case:birth", by=town.by)
    held.give(Changes(), entry.resident, HeldDocument.Kind.KIA, BORN)
    return entry


def name_of(akta: CivilRecord, **changes: Any) -> name_change.Report:
    values: dict[str, Any] = {
        "nik": akta.subject_nik,
        "name": akta.subject_name,
        "new_name": "Ayu Melati",
        "record_number": akta.number,
        "guardian_nik": "9971035106929999",
        "decision": COURT,
        "reported_on": REPORTED,
    }
    return name_change.Report(**(values | changes))


def correction_of(akta: CivilRecord, element: str, before: str, after: str, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "nik": akta.subject_nik,
        "name": akta.subject_name,
        "record_number": akta.number,
        "element": element,
        "before": before,
        "after": after,
        "guardian_nik": "9971035106929999",
        "reported_on": REPORTED,
    }
    return corrections.Report(**(values | changes))


def other_of(akta: CivilRecord, **changes: Any) -> other_events.Report:
    values: dict[str, Any] = {
        "nik": akta.subject_nik,
        "name": akta.subject_name,
        "record_number": akta.number,
        "description": "Perubahan jenis kelamin.",
        "sex": "L",
        "decision": COURT,
        "reported_on": REPORTED,
    }
    return other_events.Report(**(values | changes))


def end_of(akta: CivilRecord, **changes: Any) -> annulments.Report:
    values: dict[str, Any] = {
        "nik": akta.subject_nik,
        "name": akta.subject_name,
        "record_number": akta.number,
        "decision": COURT,
        "reported_on": REPORTED,
        "number_field": "pembatalan_akta_nomor",
        "decided_field": "pembatalan_akta_tanggal_putusan",
    }
    return annulments.Report(**(values | changes))


def everything() -> list[Any]:
    """What an event may change and undoing must give back."""
    return [*people(), plain_rows(CivilRecord), plain_rows(HeldDocument)]


def notes_of(akta: CivilRecord) -> list[tuple[str, str]]:
    akta.refresh_from_db()
    return [(note["note"], note["basis"]) for note in akta.facts.get("notes", [])]


def to_be_renewed(person: Resident) -> list[tuple[str, str]]:
    rows = HeldDocument.objects.filter(resident=person).order_by("pk")
    return [(row.kind, row.renew_why) for row in rows]


def family_of(person: Resident) -> Family:
    found = queries.current_family(person)
    assert found is not None
    return found


# Perubahan nama: NIK kept, KK and cards made anew, a note


def test_another_name_by_a_court(town: Town, akta: CivilRecord) -> None:
    before, child = everything(), Resident.objects.get(pk=akta.resident_id)
    event = recorded(town, name_change.record, name_of(akta), CASE)
    child.refresh_from_db()
    assert (child.name, child.nik, child.birth_certificate) == ("AYU MELATI", akta.subject_nik, akta.number)
    assert notes_of(akta) == [("Nama Ayu Lestari diubah menjadi AYU MELATI.", BASIS)]
    assert to_be_renewed(child) == [("kia", "Perubahan nama")]
    assert family_of(child).issued_on == TODAY
    assert (event.number, event.resident, event.family) == (
        "CP/9971/02032026/0001",
        child,
        family_of(child),
    )
    assert (event.happened_on, child.valid_from) == (COURT.day, COURT.day)
    holders = [{"name": "Ayu Lestari", "nik": child.nik}]
    assert (event.facts["holders"], event.facts["days_late"]) == (holders, 0)
    revert_event(case_ref=CASE, by=town.by)
    assert everything() == before


def test_a_corrected_change_of_name_keeps_its_number(town: Town, akta: CivilRecord) -> None:
    first = recorded(town, name_change.record, name_of(akta), CASE)
    again = recorded(town, name_change.record, name_of(akta, name="Ayu Lestari", new_name="Ayu Mawar"), CASE)
    assert (again.pk, again.number) == (first.pk, first.number)
    assert notes_of(akta) == [("Nama Ayu Lestari diubah menjadi AYU MAWAR.", BASIS)]
    assert Resident.objects.get(pk=akta.resident_id).name == "AYU MAWAR"


def test_changes_of_name_that_cannot_be(town: Town, akta: CivilRecord) -> None:
    dead, _, stranger = town.person("L", date(1970, 1, 1)), *town.couple()[1:]
    Resident.objects.filter(pk=dead.pk).update(status="MATI", death_date=date(2026, 1, 1))
    for changes, field in (
        ({"new_name": "Ayu"}, "perubahan_nama_baru"),
        ({"new_name": "Ayu M3lati"}, "perubahan_nama_baru"),
        ({"new_name": "AYU LESTARI"}, "perubahan_nama_baru"),
        ({"guardian_nik": ""}, "perubahan_nama_wali_nik"),
        ({"decision": Decision()}, "perubahan_nama_pengadilan"),
        ({"decision": TOMORROW}, "perubahan_nama_tanggal_penetapan"),
        ({"record_number": "9971-LU-01012020-0001"}, "perubahan_nama_nomor_akta"),
        ({"nik": stranger.nik, "name": stranger.name}, "perubahan_nama_nomor_akta"),
        ({"nik": dead.nik, "name": dead.name}, "subjek1_nik"),
        ({"name": "ORANG LAIN"}, "subjek1_nik"),
        ({"nik": "9971030101990099"}, "subjek1_nik"),
    ):
        assert refused(town, name_change.record, name_of(akta, **changes)) == field


def test_a_late_report_is_taken_and_counted(town: Town, akta: CivilRecord) -> None:
    old = replace(COURT, day=date(2026, 1, 1))
    assert recorded(town, name_change.record, name_of(akta, decision=old)).facts["days_late"] == 30  # 60 - 30


# Pembetulan akta: clerical errors, on proof


@pytest.mark.parametrize(
    ("element", "before", "after", "column", "value"),
    [
        ("NAMA", "Ayu Lestari", "AYU LESTARY", "name", "AYU LESTARY"),
        ("TEMPAT LAHIR", "kota contoh", "KOTA BARU", "birth_place", "KOTA BARU"),
        ("TANGGAL LAHIR", "20-02-2026", "02-02-2026", "birth_date", date(2026, 2, 2)),
        ("JENIS KELAMIN", "PEREMPUAN", "LAKI-LAKI", "sex", "L"),
    ],
)
def test_a_slip_of_the_pen_is_mended_in_akta_and_register(
    town: Town, akta: CivilRecord, element: str, before: str, after: str, column: str, value: object
) -> None:
    was, child = everything(), Resident.objects.get(pk=akta.resident_id)
    event = recorded(town, corrections.record, correction_of(akta, element, before, after), CASE)
    child.refresh_from_db()
    assert (getattr(child, column), child.nik, child.birth_certificate) == (
        value,
        akta.subject_nik,
        akta.number,
    )
    written = {"name": "Ayu Lestari", "birth_place": "KOTA CONTOH"}.get(column, before)
    assert notes_of(akta) == [
        (
            f"{element.capitalize()} dibetulkan dari {written} menjadi {after}.",
            "dokumen autentik pemohon (UU 23/2006 Pasal 71)",
        )
    ]
    stored = value.isoformat() if isinstance(value, date) else value
    assert akta.facts["child"][column] == stored
    assert to_be_renewed(child) == [("kia", "Pembetulan akta")]
    assert family_of(child).issued_on == TODAY
    assert (event.number, event.facts["record"]) == ("CP/9971/02032026/0001", akta.pk)
    revert_event(case_ref=CASE, by=town.by)
    assert everything() == was


def test_the_parents_names_and_the_order_of_a_child(town: Town, akta: CivilRecord) -> None:
    mother = akta.facts["mother"]["name"]
    recorded(town, corrections.record, correction_of(akta, "NAMA IBU", mother, f"{mother}H"))
    recorded(town, corrections.record, correction_of(akta, "ANAK KE", "1", "2"))
    child = Resident.objects.get(pk=akta.resident_id)
    akta.refresh_from_db()
    assert (child.mother_name, akta.facts["mother"]["name"]) == (f"{mother}H", f"{mother}H")
    assert akta.facts["birth_order"] == 2
    # The mother's own row is hers.
    assert Resident.objects.get(nik=child.mother_nik).name == mother


def test_a_day_of_death_and_of_a_wedding(town: Town) -> None:
    _, man, woman = town.couple()
    event = recorded(town, death.record, death_of(man, successor_nik=woman.nik))
    died = CivilRecord.objects.get(number=event.number)
    report = correction_of(died, "TANGGAL KEMATIAN", "20-02-2026", "19-02-2026")
    recorded(town, corrections.record, report)
    man.refresh_from_db()
    assert man.death_date == date(2026, 2, 19)
    groom, bride = town.person("L", date(1990, 1, 1), SINGLE), town.person("P", date(1991, 1, 1), SINGLE)
    town.family(("KEPALA KELUARGA", groom))
    wedding = recorded(town, marriage.record, wedding_of(groom, bride))
    akta = CivilRecord.objects.get(number=wedding.number)
    recorded(town, corrections.record, correction_of(akta, "TANGGAL PERKAWINAN", "20-02-2026", "10-02-2026"))
    both = Resident.objects.filter(pk__in=[groom.pk, bride.pk])
    assert [one.marriage_date for one in both] == [date(2026, 2, 10)] * 2


def test_corrections_that_cannot_be(town: Town, akta: CivilRecord) -> None:
    for element, before, after, changes, field in (
        ("NAMA", "Ayu Mawar", "Ayu Melati", {}, "pembetulan_semula"),
        ("NAMA", "Ayu Lestari", "Budi Santoso", {}, "pembetulan_menjadi"),
        ("NAMA", "Ayu Lestari", "AYU  LESTARI", {}, "pembetulan_menjadi"),
        ("NAMA", "Ayu Lestari", "Ayu 1estari", {}, "pembetulan_menjadi"),
        ("TANGGAL LAHIR", "20-02-2026", "2 Februari", {}, "pembetulan_menjadi"),
        ("TANGGAL LAHIR", "20-02-2026", "03-03-2026", {}, "pembetulan_menjadi"),
        ("TANGGAL LAHIR", "20-02-2026", "20-02-1996", {}, "pembetulan_menjadi"),
        ("JENIS KELAMIN", "PEREMPUAN", "WANITA", {}, "pembetulan_menjadi"),
        ("ANAK KE", "1", "0", {}, "pembetulan_menjadi"),
        ("TEMPAT LAHIR", "KOTA CONTOH", "K" * 61, {}, "pembetulan_menjadi"),
        ("TEMPAT KEMATIAN", "KOTA CONTOH", "KOTA BARU", {}, "pembetulan_unsur"),
        ("NAMA", "Ayu Lestari", "Ayu Lestary", {"guardian_nik": ""}, "pembetulan_wali_nik"),
        ("NAMA", "Ayu Lestari", "Ayu Lestary", {"books": ["KM"]}, "pembetulan_nomor_akta"),
        ("NAMA", "Ayu Lestari", "Ayu Lestary", {"record_number": "X"}, "pembetulan_nomor_akta"),
    ):
        report = correction_of(akta, element, before, after, **changes)
        assert refused(town, corrections.record, report) == field


# Peristiwa penting lainnya


def test_another_sex_by_a_court(town: Town, akta: CivilRecord) -> None:
    before, child = everything(), Resident.objects.get(pk=akta.resident_id)
    recorded(town, other_events.record, other_of(akta), CASE)
    child.refresh_from_db()
    assert (child.sex, child.nik, child.valid_from) == ("L", akta.subject_nik, COURT.day)
    text = "Perubahan jenis kelamin. Jenis kelamin perempuan diubah menjadi laki-laki."
    assert notes_of(akta) == [(text, BASIS)]
    assert to_be_renewed(child) == [("kia", "Perubahan jenis kelamin")]
    revert_event(case_ref=CASE, by=town.by)
    assert everything() == before


def test_another_event_is_a_note_alone(town: Town, akta: CivilRecord) -> None:
    before = [*people(), plain_rows(HeldDocument)]
    recorded(town, other_events.record, other_of(akta, sex=None, description="Peristiwa lain"))
    assert notes_of(akta) == [("Peristiwa lain.", BASIS)]
    assert [*people(), plain_rows(HeldDocument)] == before


def test_other_events_that_cannot_be(town: Town, akta: CivilRecord) -> None:
    for changes, field in (
        ({"sex": "P"}, "peristiwa_lain_jenis_kelamin_baru"),
        ({"decision": Decision()}, "peristiwa_lain_pengadilan"),
        ({"decision": TOMORROW}, "peristiwa_lain_tanggal_penetapan"),
        ({"record_number": "X"}, "peristiwa_lain_nomor_akta"),
        ({"books": ["KW"]}, "peristiwa_lain_nomor_akta"),
    ):
        assert refused(town, other_events.record, other_of(akta, **changes)) == field
    Resident.objects.filter(pk=akta.resident_id).update(marital_status="KAWIN TERCATAT")
    assert refused(town, other_events.record, other_of(akta)) == "subjek1_nik"


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


def test_every_note_has_its_own_number(town: Town, akta: CivilRecord) -> None:
    recorded(town, other_events.record, other_of(akta, sex=None))
    recorded(town, corrections.record, correction_of(akta, "ANAK KE", "1", "2"))
    numbers = RegisterEvent.objects.filter(number__startswith="CP/").order_by("pk")
    assert [event.number for event in numbers] == ["CP/9971/02032026/0001", "CP/9971/02032026/0002"]
