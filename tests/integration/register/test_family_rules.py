"""Kartu Keluarga by the matrix: heads, spouses, parting, declarations, children alone, cards, evidence."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loket.core.errors import LoketError
from loket.register.actions import ChangedSince, births, held
from loket.register.actions.biodata import (
    DataChange,
    Element,
    FollowsTheAkta,
    NewMember,
    NoEvidence,
    NotUnmarriedAgain,
    record_data_change,
    record_new_member,
)
from loket.register.actions.changes import Changes
from loket.register.actions.family_events import (
    Joining,
    Marriage,
    NewFamily,
    Removal,
    record_joining,
    record_new_family,
    record_removal,
)
from loket.register.actions.family_rules import (
    AlreadyHead,
    AnotherAddress,
    ConsentMissing,
    DeclarationNotAccepted,
    NoIdCard,
    SecondHusband,
    record_new_head,
)
from loket.register.actions.household import NotOfThisFamily
from loket.register.models import Family, HeldDocument, RegisterEvent, Resident
from loket.register.queries import current_family
from tests.integration.register.conftest import MARRIED, SINGLE
from tests.integration.register.population import (
    ADDRESS,
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
DAY = date(2026, 2, 14)


def setting(home: Household, **values: Any) -> None:
    """The office decides otherwise in its office.yaml."""
    home.town.office.definition |= values
    home.town.office.save()


def new_head(home: Household, head: Resident, **changes: Any) -> RegisterEvent:
    values = {"applicant": applicant(home.mother), "basis": "SURAT PERNYATAAN 1/2026"} | changes
    asked = replace(applicant(head), field="kepala_baru_nik")
    return record_new_head(head=asked, **values, **about(home))


def test_another_head_means_another_nomor_kk_and_the_former_one_stays(home: Household) -> None:
    before = register_state()
    event = new_head(home, home.mother)
    assert event.family is not None
    assert (event.family.number, event.family.number != home.family.number) == ("9971030203269001", True)
    assert card_of(event.family) == [
        (HEAD, home.mother.nik),
        ("SUAMI", home.father.nik),
        (CHILD, home.daughter.nik),
        (CHILD, home.son.nik),
    ]
    assert (card_of(home.family), event.family.address) == ([], home.family.address)
    assert event.facts["former_number"] == home.family.number
    # Corrected, the case keeps its number.
    again = new_head(home, home.daughter)
    assert card_of(again.family)[:2] == [(HEAD, home.daughter.nik), ("ORANG TUA", home.father.nik)]
    assert again.family is not None
    assert again.family.number == "9971030203269001"
    undo(home)
    assert register_state() == before


@pytest.mark.parametrize(
    ("head", "error"),
    [
        (lambda home: home.father, AlreadyHead),
        (lambda home: home.town.person("L", date(1990, 1, 1)), NotOfThisFamily),
        (lambda home: home.son, LoketError),
    ],
)
def test_a_head_is_another_grown_member(home: Household, head: Any, error: type[LoketError]) -> None:
    person = head(home)
    before = register_state()
    with pytest.raises(error) as caught:
        new_head(home, person)
    assert (caught.value.field, register_state()) == ("kepala_baru_nik", before)


def wife_elsewhere(home: Household) -> Resident:
    wife = home.town.person("P", date(1994, 1, 1), MARRIED)
    home.town.family((HEAD, wife))
    return wife


def joining(home: Household, *members: tuple[str, Resident], consent: str = "") -> Joining:
    return Joining(
        applicant(home.father), home.family.number, home.father.name, lines(*members), consent=consent
    )


def test_another_wife_comes_only_with_the_courts_permission(home: Household) -> None:
    second = wife_elsewhere(home)
    before = register_state()
    with pytest.raises(ConsentMissing) as caught:
        record_joining(report=joining(home, (WIFE, second)), **about(home))
    assert (caught.value.field, register_state()) == ("numpang_anggota-0-shdk", before)
    event = record_joining(report=joining(home, (WIFE, second), consent="PA 12/2026"), **about(home))
    assert [relation for relation, _ in card_of(event.family)].count(WIFE) == 2
    undo(home)
    assert register_state() == before
    report = NewMember(applicant(home.father), newcomer(name="ISTRI KEDUA", marital_status=MARRIED), WIFE)
    with pytest.raises(ConsentMissing) as caught:
        record_new_member(report=report, **about(home))
    assert caught.value.field == "orang_shdk"


def test_nobody_has_two_husbands(home: Household) -> None:
    wife = home.town.person("P", date(1990, 1, 1))
    family = home.town.family((HEAD, wife), ("SUAMI", home.town.person("L", date(1988, 1, 1))))
    other = home.town.person("L", date(1985, 1, 1))
    home.town.family((HEAD, other))
    report = Joining(applicant(wife), family.number, wife.name, lines(("SUAMI", other)), consent="PA 1")
    with pytest.raises(SecondHusband):
        record_joining(report=report, **about(home))


def split(home: Household, head: Resident, **changes: Any) -> NewFamily:
    return replace(NewFamily(applicant(head), ADDRESS, lines((HEAD, head))), **changes)


def parted(home: Household, report: NewFamily, kind: str = "family_split") -> RegisterEvent:
    return record_new_family(report=report, kind=kind, **about(home))


def test_parting_stays_at_one_place(home: Household) -> None:
    far = replace(ADDRESS, village="99.71.05.1001")
    before = register_state()
    with pytest.raises(AnotherAddress) as caught:
        parted(home, split(home, home.daughter, address=far))
    assert (caught.value.field, register_state()) == ("keluarga_desa", before)


def test_an_office_may_want_the_ktp_el_of_who_parts(home: Household) -> None:
    setting(home, split_needs_id_card=True)
    with pytest.raises(NoIdCard) as caught:
        parted(home, split(home, home.daughter))
    assert caught.value.field == "keluarga_anggota"
    held.give(Changes(), home.daughter, "ktp_el", DAY)
    assert card_of(parted(home, split(home, home.daughter)).family) == [(HEAD, home.daughter.nik)]


def wedding(home: Household, *, recorded: bool) -> NewFamily:
    man = home.town.person("L", date(2000, 5, 10), SINGLE)
    home.town.family((HEAD, man))
    members = lines((HEAD, man), (WIFE, home.daughter))
    return NewFamily(applicant(man), ADDRESS, members, marriage=Marriage(DAY, recorded=recorded, number="1"))


def test_a_declared_marriage_counts_as_the_office_says(home: Household) -> None:
    parted(home, wedding(home, recorded=False), "family_new")
    home.daughter.refresh_from_db()
    assert home.daughter.marital_status == "KAWIN BELUM TERCATAT"
    undo(home)
    setting(home, card_by_declaration=False)
    with pytest.raises(DeclarationNotAccepted) as caught:
        parted(home, wedding(home, recorded=False), "family_new")
    assert caught.value.field == "kawin_bukti"
    parted(home, wedding(home, recorded=True), "family_new")


def test_a_wedding_voids_the_kia_and_the_ktp_el_has_to_be_made_anew(home: Household) -> None:
    report = wedding(home, recorded=True)
    man = Resident.objects.get(nik=report.applicant.nik)
    held.give(Changes(), home.daughter, "kia", DAY)
    held.give(Changes(), man, "ktp_el", DAY)
    before = register_state()
    parted(home, report, "family_new")
    found = HeldDocument.objects.order_by("pk").values_list("kind", "state", "renew_why")
    assert list(found) == [("kia", "void", ""), ("ktp_el", "in_force", "Status perkawinan berubah")]
    undo(home)
    assert register_state() == before


def removal(home: Household, person: Resident, *, died: bool, successor: str = "") -> RegisterEvent:
    report = Removal(applicant(home.mother), died, DAY, "1", lines(("", person)), successor)
    return record_removal(report=report, **about(home))


@pytest.mark.parametrize(("died", "state"), [(True, "void"), (False, "withdrawn")])
def test_cards_of_who_leaves_the_card_end(home: Household, died: bool, state: str) -> None:
    held.give(Changes(), home.daughter, "ktp_el", DAY)
    before = register_state()
    removal(home, home.daughter, died=died)
    assert list(HeldDocument.objects.values_list("state", "ended_on")) == [(state, DAY)]
    undo(home)
    assert register_state() == before


def test_where_only_children_stay_one_of_them_may_be_head_until_a_guardian_takes_them(
    home: Household,
) -> None:
    widow = home.town.person("P", date(1980, 1, 1), "CERAI MATI")
    child, smaller = (home.town.person("L", date(year, 1, 1), SINGLE) for year in (2012, 2015))
    family = home.town.family((HEAD, widow), (CHILD, child), (CHILD, smaller))
    uncle = home.town.person("L", date(1975, 1, 1))
    home.town.family((HEAD, uncle))

    def leaves() -> RegisterEvent:
        asked = Joining(
            applicant(widow), current_family(uncle).number, uncle.name, lines((KIN, widow)), child.nik
        )
        return record_joining(report=asked, **about(home))

    before = register_state()
    setting(home, children_may_head=False)
    with pytest.raises(LoketError, match="17 tahun"):
        leaves()
    assert register_state() == before
    setting(home, children_may_head=True)
    leaves()
    alone = current_family(child)
    assert alone not in (None, family)
    assert card_of(alone) == [(HEAD, child.nik), (KIN, smaller.nik)]
    undo(home)
    assert register_state() == before


def element(person: Resident, name: str, value: str, basis: str = "IJAZAH 12/2025") -> Element:
    return Element(person.nik, person.name, name, value, basis, "perubahan_lain-0-menjadi")


def changed(home: Household, *elements: Element, ref: str = "case:1") -> RegisterEvent:
    report = DataChange(replace(applicant(home.mother), field="pernyata_nik"), elements)
    return record_data_change(report=report, **about(home, ref))


def test_what_a_card_prints_makes_it_due_and_the_numbers_stay(home: Household) -> None:
    held.give(Changes(), home.daughter, "ktp_el", DAY)
    number, nik, before = home.family.number, home.daughter.nik, register_state()
    changed(home, element(home.daughter, "PENDIDIKAN", "DIPLOMA IV/STRATA I"))
    assert HeldDocument.objects.get().renew_why == ""
    undo(home)
    changed(home, element(home.daughter, "TANGGAL LAHIR", "16-01-2004"))
    home.daughter.refresh_from_db()
    assert (HeldDocument.objects.get().renew_why, home.daughter.nik) == ("Data berubah", nik)
    assert Family.objects.get(pk=home.family.pk).number == number
    undo(home)
    assert register_state() == before


@pytest.mark.parametrize(
    ("name", "value", "basis", "error"),
    [
        ("NAMA", "NAMA LAIN", "  ", NoEvidence),
        ("STATUS PERKAWINAN", "BELUM KAWIN", "SURAT 1", NotUnmarriedAgain),
    ],
)
def test_a_declaration_is_not_enough(
    home: Household, name: str, value: str, basis: str, error: type[LoketError]
) -> None:
    before = register_state()
    with pytest.raises(error) as caught:
        changed(home, element(home.father, name, value, basis))
    assert (caught.value.field, register_state()) == ("perubahan_lain-0-menjadi", before)


def test_what_an_akta_of_ours_says_is_changed_by_the_akta(home: Household) -> None:
    report = home.town.report(home.mother, home.father)
    births.record(office=home.town.office, report=report, case_ref="case:9", by=home.town.by)
    child = Resident.objects.latest("pk")
    for name, value in (("NAMA", "NAMA LAIN"), ("TANGGAL LAHIR", "01-02-2026"), ("NAMA IBU", "IBU LAIN")):
        with pytest.raises(FollowsTheAkta):
            changed(home, element(child, name, value))
    changed(home, element(child, "GOLONGAN DARAH", "B"))
    assert Resident.objects.get(pk=child.pk).blood_type == "B"


def test_an_event_is_not_undone_after_the_register_went_on(home: Household) -> None:
    new_head(home, home.mother)
    Resident.objects.filter(pk=home.mother.pk).update(religion="BUDHA")
    # Another column of hers: the event did not touch it, so it may still be undone.
    undo(home)
    new_head(home, home.mother)
    after = current_family(home.mother)
    record_new_head(
        applicant=applicant(home.mother),
        head=applicant(home.father),
        basis="SURAT 2",
        **about(home, "case:2"),
    )
    with pytest.raises(ChangedSince):
        undo(home)
    assert current_family(home.mother) != after
