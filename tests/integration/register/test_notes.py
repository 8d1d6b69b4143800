"""What a court or the office decides about an akta: note, effects by the matrix, refusals, undoing."""

from dataclasses import replace
from datetime import date

import pytest

from loket.register.actions import (
    corrections,
    death,
    marriage,
    name_change,
    other_events,
    revert_event,
)
from loket.register.actions.parties import Decision
from loket.register.models import CivilRecord, HeldDocument, RegisterEvent, Resident
from tests.integration.register.conftest import SINGLE, Town, plain_rows
from tests.integration.register.noted import (
    BASIS,
    CASE,
    COURT,
    TODAY,
    TOMORROW,
    akta_of_child,
    correction_of,
    everything,
    family_of,
    name_of,
    notes_of,
    other_of,
    to_be_renewed,
)
from tests.integration.register.vital import death_of, people, recorded, refused, wedding_of


@pytest.fixture
def akta(town: Town) -> CivilRecord:
    return akta_of_child(town)


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


def test_every_note_has_its_own_number(town: Town, akta: CivilRecord) -> None:
    recorded(town, other_events.record, other_of(akta, sex=None))
    recorded(town, corrections.record, correction_of(akta, "ANAK KE", "1", "2"))
    numbers = RegisterEvent.objects.filter(number__startswith="CP/").order_by("pk")
    assert [event.number for event in numbers] == ["CP/9971/02032026/0001", "CP/9971/02032026/0002"]
