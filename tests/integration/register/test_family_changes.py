"""A card that stays: members join another family, are taken in or off, data change, a card is replaced."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loket.core.errors import LoketError
from loket.register.actions import ChangedSince
from loket.register.actions.biodata import (
    AlreadyKnown,
    DataChange,
    Element,
    HasFamily,
    NewMember,
    record_data_change,
    record_new_member,
)
from loket.register.actions.births import UnknownPerson
from loket.register.actions.family_events import (
    ApplicantRemoved,
    Joining,
    Removal,
    SameFamily,
    record_joining,
    record_removal,
)
from loket.register.actions.family_rules import record_replacement
from loket.register.models import Family, RegisterEvent, Resident
from tests.integration.register.conftest import SINGLE
from tests.integration.register.population import (
    CHILD,
    HEAD,
    KIN,
    WIFE,
    Household,
    about,
    applicant,
    card_of,
    lines,
    newcomer,
    register_state,
    undo,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_office")]
TODAY = date(2026, 3, 2)


@pytest.fixture
def uncle(home: Household) -> tuple[Family, Resident]:
    man = home.town.person("L", date(1970, 5, 10))
    return home.town.family((HEAD, man)), man


def joining(home: Household, family: Family, head: Resident, *members: Any, **changes: Any) -> Joining:
    report = Joining(applicant(home.mother), family.number, head.name, lines(*members))
    return replace(report, **changes)


def test_who_joins_a_family_stands_on_its_card_and_no_longer_on_the_old_one(
    home: Household, uncle: tuple[Family, Resident]
) -> None:
    family, man = uncle
    before = register_state()
    event = record_joining(report=joining(home, family, man, (KIN, home.daughter)), **about(home))
    assert event.family == family
    assert card_of(family) == [(HEAD, man.nik), (KIN, home.daughter.nik)]
    assert card_of(home.family) == [(HEAD, home.father.nik), (WIFE, home.mother.nik), (CHILD, home.son.nik)]
    family.refresh_from_db()
    assert family.issued_on == TODAY
    undo(home)
    assert register_state() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"family_number": "9971030101209999"}, "numpang_nomor_kk"),
        ({"head_name": "ORANG LAIN"}, "numpang_nomor_kk"),
    ],
)
def test_the_family_that_is_joined_must_be_the_named_one(
    home: Household, uncle: tuple[Family, Resident], change: dict[str, str], field: str
) -> None:
    before = register_state()
    with pytest.raises(LoketError) as caught:
        record_joining(report=joining(home, *uncle, (KIN, home.daughter), **change), **about(home))
    assert caught.value.field == field
    assert register_state() == before


def test_nobody_joins_their_own_family_nor_as_its_head(
    home: Household, uncle: tuple[Family, Resident]
) -> None:
    with pytest.raises(SameFamily):
        record_joining(report=joining(home, home.family, home.father, (KIN, home.daughter)), **about(home))
    with pytest.raises(LoketError, match="tepat satu kepala keluarga"):
        record_joining(report=joining(home, *uncle, (HEAD, home.daughter)), **about(home))


def new_member(home: Household, **changes: Any) -> NewMember:
    return NewMember(applicant(home.mother), newcomer(**changes), CHILD)


CHILD_DATA = {"name": "BINTANG REKAAN", "sex": "L", "birth_date": date(2025, 3, 4)}


def test_a_child_without_a_nik_gets_one_and_is_taken_in(home: Household) -> None:
    before = register_state()
    event = record_new_member(report=new_member(home, **CHILD_DATA), **about(home))
    assert event.resident is not None
    assert event.resident.nik == "9971030403259001"
    assert card_of(home.family)[-1] == (CHILD, "9971030403259001")
    # Sent again after a correction, the child keeps the NIK.
    again = record_new_member(report=new_member(home, **CHILD_DATA, religion="ISLAM"), **about(home))
    assert again.resident is not None
    assert (again.resident.nik, again.resident.religion) == ("9971030403259001", "ISLAM")
    undo(home)
    assert register_state() == before


def test_a_child_whose_akta_is_from_elsewhere_brings_the_nik(home: Household) -> None:
    nik = "9972010403259001"
    with pytest.raises(UnknownPerson):
        record_new_member(report=new_member(home, **CHILD_DATA, nik=nik), **about(home))
    data = CHILD_DATA | {"nik": nik, "birth_certificate": "9972-LU-01042025-0001"}
    event = record_new_member(report=new_member(home, **data), **about(home))
    assert event.resident is not None
    assert (event.resident.nik, event.resident.office_id) == (nik, home.town.office.code)


def test_a_resident_without_a_family_is_taken_in_and_others_are_not(home: Household) -> None:
    lone = home.town.person("L", date(2020, 2, 3), SINGLE)
    known = {"nik": lone.nik, "name": lone.name, "sex": "L", "birth_date": lone.birth_date}
    record_new_member(report=new_member(home, **known), **about(home))
    assert card_of(home.family)[-1] == (CHILD, lone.nik)
    son = {"nik": home.son.nik, "name": home.son.name}
    with pytest.raises(HasFamily):
        record_new_member(report=new_member(home, **son), **about(home, "case:2"))
    again = {"name": home.son.name, "sex": "L", "birth_date": home.son.birth_date}
    with pytest.raises(AlreadyKnown):
        record_new_member(report=new_member(home, **again), **about(home, "case:3"))
    with pytest.raises(LoketError) as caught:
        record_new_member(report=new_member(home, birth_date=date(2026, 3, 3)), **about(home, "case:4"))
    assert caught.value.field == "orang_tanggal_lahir"
    report = replace(new_member(home, **CHILD_DATA), relation=HEAD)
    with pytest.raises(LoketError) as caught:
        record_new_member(report=report, **about(home, "case:5"))
    assert caught.value.field == "orang_shdk"


def removal(home: Household, *people: Resident, **changes: Any) -> Removal:
    members = lines(*(("", person) for person in people))
    report = Removal(applicant(home.mother), died=True, day=date(2026, 2, 1), number="", people=members)
    return replace(report, **changes)


def test_the_dead_leave_the_card_and_a_spouse_is_widowed(home: Household) -> None:
    before = register_state()
    event = record_removal(report=removal(home, home.father, successor_nik=home.mother.nik), **about(home))
    dead = Resident.objects.get(pk=home.father.pk)
    assert (dead.status, dead.death_date) == ("MATI", date(2026, 2, 1))
    assert Resident.objects.get(pk=home.mother.pk).marital_status == "CERAI MATI"
    # The head is dead: those who stay have another nomor KK.
    assert event.family != home.family
    assert card_of(event.family) == [
        (HEAD, home.mother.nik),
        (CHILD, home.daughter.nik),
        (CHILD, home.son.nik),
    ]
    undo(home)
    assert register_state() == before


def test_who_moved_away_leaves_the_card(home: Household) -> None:
    event = record_removal(report=removal(home, home.daughter, died=False), **about(home))
    assert event.family == home.family
    assert card_of(home.family) == [(HEAD, home.father.nik), (WIFE, home.mother.nik), (CHILD, home.son.nik)]
    assert Resident.objects.get(pk=home.daughter.pk).status == "PINDAH"


def test_nobody_is_taken_off_by_strangers_or_takes_off_themselves(
    home: Household, uncle: tuple[Family, Resident]
) -> None:
    with pytest.raises(LoketError, match="bukan anggota Kartu Keluarga pemohon"):
        record_removal(report=removal(home, uncle[1]), **about(home))
    with pytest.raises(ApplicantRemoved):
        record_removal(report=removal(home, home.mother), **about(home))
    with pytest.raises(LoketError, match="kepala keluarga\\s+penggantinya"):
        record_removal(report=removal(home, home.father), **about(home))


def test_a_card_is_replaced_with_its_number(home: Household) -> None:
    before = register_state()
    event = record_replacement(applicant=applicant(home.father, home.family.number), **about(home))
    assert event.family == home.family
    home.family.refresh_from_db()
    assert home.family.issued_on == TODAY
    undo(home)
    assert register_state() == before


def element(person: Resident, name: str, value: str) -> Element:
    return Element(person.nik, person.name, name, value, "IJAZAH 12/2025", "perubahan_lain-0-menjadi")


def data_change(home: Household, *elements: Element) -> RegisterEvent:
    report = DataChange(replace(applicant(home.mother), field="pernyata_nik"), elements)
    return record_data_change(report=report, **about(home))


CHANGES: list[tuple[str, str, str, Any]] = [
    ("PENDIDIKAN", "DIPLOMA IV/STRATA I", "education", "DIPLOMA IV/STRATA I"),
    ("PEKERJAAN", "GURU", "occupation", "GURU"),
    ("AGAMA", "KRISTEN", "religion", "KRISTEN"),
    ("GOLONGAN DARAH", "B", "blood_type", "B"),
    ("STATUS PERKAWINAN", "KAWIN TERCATAT", "marital_status", "KAWIN TERCATAT"),
    ("NAMA", "Rina  Kusuma", "name", "RINA KUSUMA"),
    ("TEMPAT LAHIR", "Kota Lain", "birth_place", "KOTA LAIN"),
    ("TANGGAL LAHIR", "16-01-2004", "birth_date", date(2004, 1, 16)),
    ("JENIS KELAMIN", "LAKI-LAKI", "sex", "L"),
    ("NAMA AYAH", "H. Ma'ruf", "father_name", "H. MA'RUF"),
    ("NAMA IBU", "Ibu", "mother_name", "IBU"),
    ("NOMOR AKTA KELAHIRAN", "9971-LT-01012020-0001", "birth_certificate", "9971-LT-01012020-0001"),
]


@pytest.mark.parametrize(("name", "value", "column", "stored"), CHANGES, ids=[row[0] for row in CHANGES])
def test_each_element_changes_and_the_nik_stays(
    home: Household, name: str, value: str, column: str, stored: Any
) -> None:
    before = register_state()
    event = data_change(home, element(home.daughter, name, value))
    changed = Resident.objects.get(pk=home.daughter.pk)
    assert (getattr(changed, column), changed.nik) == (stored, home.daughter.nik)
    assert [note["element"] for note in event.facts["elements"]] == [name]
    assert event.facts["elements"][0]["before"] == str(getattr(home.daughter, column))
    undo(home)
    assert register_state() == before


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda home: [], "Tidak ada data yang berubah"),
        (lambda home: [element(home.son, "PEKERJAAN", home.son.occupation)], "sudah demikian"),
        (lambda home: [element(home.son, "TANGGAL LAHIR", "kemarin")], "tidak dapat dibaca"),
        (lambda home: [element(home.son, "TANGGAL LAHIR", "03-03-2026")], "sesudah hari ini"),
        (lambda home: [element(home.son, "JENIS KELAMIN", "X")], "tidak dapat dibaca"),
        (lambda home: [element(home.son, "NAMA", "-")], "tidak dapat dibaca"),
        (lambda home: [element(home.son, "NAMA IBU", "SITI 2")], "tidak dapat dibaca"),
        (lambda home: [element(home.town.couple()[1], "AGAMA", "ISLAM")], "bukan anggota"),
    ],
)
def test_what_cannot_be_changed_is_refused(
    home: Household, wrong: Callable[[Household], list[Element]], sentence: str
) -> None:
    elements = wrong(home)
    before = register_state()
    with pytest.raises(LoketError, match=sentence):
        data_change(home, *elements)
    assert register_state() == before


def test_what_changed_again_since_is_not_undone(home: Household) -> None:
    data_change(home, element(home.daughter, "PEKERJAAN", "GURU"))
    Resident.objects.filter(pk=home.daughter.pk).update(occupation="DOSEN")
    before = register_state()
    with pytest.raises(ChangedSince):
        undo(home)
    assert register_state() == before
