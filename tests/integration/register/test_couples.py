"""Marriage, divorce and their annulment: statuses, books, notes, and what is refused."""

from datetime import date
from typing import Any

import pytest

from loket.register.actions import (
    AnotherPerson,
    divorce,
    divorce_annulment,
    marriage,
    marriage_annulment,
    revert_event,
)
from loket.register.actions.parties import Decision, Party
from loket.register.models import CivilRecord, RegisterEvent, Resident
from tests.integration.offices.invented import make_office
from tests.integration.register.conftest import MARRIED, SINGLE, Town
from tests.integration.register.vital import COURT, DAY, end_of, people, recorded, refused, wedding_of

FOREIGNER = Party(
    name="JOHN EXAMPLE",
    citizenship="WNA",
    travel_document="PA1234567",
    birth_place="Perth",
    birth_date=date(1990, 1, 2),
)


@pytest.fixture
def two(town: Town) -> tuple[Resident, Resident]:
    """A man and a woman who never married, each on a card of their own."""
    man = town.person("L", date(1995, 5, 10), SINGLE)
    woman = town.person("P", date(1997, 6, 11), "CERAI MATI")
    town.family(("KEPALA KELUARGA", man))
    town.family(("KEPALA KELUARGA", woman))
    return man, woman


def statuses(*people_: Resident) -> list[tuple[str, date | None]]:
    for person in people_:
        person.refresh_from_db()
    return [(person.marital_status, person.marriage_date) for person in people_]


def entry_of(event: RegisterEvent) -> CivilRecord:
    return CivilRecord.objects.get(number=event.number)


# The bride of `two` is a widow: the akta kematian of her husband, which this register does not have.
WIDOW = (marriage.Papers(), marriage.Papers(former="6471-KM-1"))


def wed(town: Town, two: tuple[Resident, Resident]) -> CivilRecord:
    return entry_of(recorded(town, marriage.record, wedding_of(*two, papers=WIDOW)))


def test_both_are_married_and_the_book_says_who(town: Town, two: Any) -> None:
    entry = wed(town, two)
    assert statuses(*two) == [(MARRIED, DAY), (MARRIED, DAY)]
    assert (entry.book, entry.number, entry.resident) == ("KW", "9971-KW-02032026-0001", two[0])
    assert entry.facts["wife"]["status_before"] == "CERAI MATI"
    assert [entry.facts[key] for key in ("wedding_place", "religion")] == ["KOTA CONTOH", "HINDU"]


def test_a_foreigner_without_nik_marries_a_resident(town: Town, two: Any) -> None:
    report = wedding_of(FOREIGNER, two[1], papers=WIDOW, permission="K/12/2026")
    entry = entry_of(recorded(town, marriage.record, report))
    assert (entry.resident, entry.facts["husband"]["travel_document"]) == (two[1], "PA1234567")
    assert statuses(two[1]) == [(MARRIED, DAY)]


def test_two_foreigners_have_an_akta_without_resident(town: Town) -> None:
    bride = Party(**{**vars(FOREIGNER), "name": "JANE EXAMPLE", "travel_document": "PB1"})
    report = wedding_of(FOREIGNER, bride, permission="K/12/2026")
    entry = entry_of(recorded(town, marriage.record, report))
    assert (entry.resident, entry.subject_name) == (None, "JOHN EXAMPLE")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": date(2026, 3, 3)}, "perkawinan_tanggal"),
        ({"religion": "ISLAM"}, "perkawinan_agama"),
        ({"witness_niks": ("9971030101800091", "9971030101800091")}, "saksi1_nik"),
    ],
)
def test_what_the_law_forbids_is_refused(town: Town, two: Any, changes: Any, field: str) -> None:
    assert refused(town, marriage.record, wedding_of(*two, papers=WIDOW, **changes)) == field


def test_people_who_may_not_marry_are_refused(town: Town, two: Any) -> None:
    man, woman = two
    _, husband, wife = town.couple()
    young = town.person("P", date(2008, 1, 1), SINGLE)
    dead = town.person("P", date(1990, 1, 1), SINGLE, status="MATI", death_date=date(2026, 1, 1))
    nameless = Party(**{**vars(FOREIGNER), "birth_date": None})
    wni = Party(name="TANPA NIK", birth_place="X", birth_date=date(1990, 1, 1))
    stranger = Party(name="ORANG LAIN", nik=man.nik)
    # Each with the field that the refusal points at.
    for pair, field in (
        ((husband, woman), "subjek1_nik"),
        ((man, wife), "subjek2_nik"),
        ((woman, man), "subjek1_nik"),
        ((man, young), "subjek2_nik"),
        ((man, dead), "subjek2_nik"),
        ((nameless, woman), "subjek1_tempat_lahir"),
        ((wni, woman), "subjek1_nik"),
        ((stranger, woman), "subjek1_nik"),
    ):
        assert refused(town, marriage.record, wedding_of(*pair, papers=WIDOW)) == field
    Resident.objects.filter(pk__in=[man.pk, woman.pk]).update(office=make_office("9972"))
    assert refused(town, marriage.record, wedding_of(*two, papers=WIDOW)) == "subjek1_nik"


def test_a_court_lets_somebody_under_nineteen_marry(town: Town, two: Any) -> None:
    young = town.person("P", date(2008, 1, 1), SINGLE)
    consent = (marriage.Papers(), marriage.Papers(consent="IBU MEMPELAI"))
    recorded(town, marriage.record, wedding_of(two[0], young, dispensation=COURT, papers=consent))
    assert statuses(young) == [(MARRIED, DAY)]


def test_a_divorce_ends_the_akta_of_the_marriage(town: Town, two: Any) -> None:
    akta = wed(town, two)
    entry = entry_of(recorded(town, divorce.record, end_of(*two, akta.number, "perceraian")))
    assert statuses(*two) == [("CERAI HIDUP TERCATAT", None), ("CERAI HIDUP TERCATAT", None)]
    assert (entry.book, entry.facts["court"]) == ("CR", "Pengadilan Negeri Contoh")
    akta.refresh_from_db()
    assert akta.facts["ended"] == "divorced"
    assert [note["note"] for note in akta.facts["notes"]] == [
        "Perkawinan yang dicatat dengan akta ini putus karena perceraian."
    ]
    assert refused(town, divorce.record, end_of(*two, akta.number, "perceraian")) == "subjek1_nik"


def test_a_divorce_needs_the_akta_of_these_two(town: Town, two: Any) -> None:
    akta = wed(town, two)
    _, husband, wife = town.couple()
    field = "perceraian_nomor_akta"
    assert refused(town, divorce.record, end_of(husband, wife, akta.number, "perceraian")) == field
    late = Decision("PN", "1", date(2026, 3, 9))
    report = end_of(*two, akta.number, "perceraian", decision=late)
    assert refused(town, divorce.record, report) == "perceraian_tanggal_putusan"
    # An akta of another office is taken as the kutipan says.
    entry = entry_of(recorded(town, divorce.record, end_of(husband, wife, "6471-KW-1", "perceraian")))
    assert entry.facts["record_number"] == "6471-KW-1"


def test_an_annulled_marriage_gives_the_statuses_of_before_back(town: Town, two: Any) -> None:
    akta = wed(town, two)
    report = end_of(*two, akta.number, "pembatalan_perkawinan")
    event = recorded(town, marriage_annulment.record, report)
    assert statuses(*two) == [(SINGLE, None), ("CERAI MATI", None)]
    akta.refresh_from_db()
    assert akta.facts["ended"] == "annulled"
    assert event.number == "SKPP/9971/02032026/0001"
    assert refused(town, divorce.record, end_of(*two, akta.number, "perceraian")) == "subjek1_nik"


def test_an_annulled_divorce_makes_the_marriage_hold_again(town: Town, two: Any) -> None:
    akta = wed(town, two)
    ended = entry_of(recorded(town, divorce.record, end_of(*two, akta.number, "perceraian")))
    event = recorded(town, divorce_annulment.record, end_of(*two, ended.number, "pembatalan_perceraian"))
    assert statuses(*two) == [(MARRIED, DAY), (MARRIED, DAY)]
    for record in (akta, ended):
        record.refresh_from_db()
    assert (akta.facts["ended"], ended.facts["ended"]) == ("", "annulled")
    assert event.number == "SKPC/9971/02032026/0001"
    # And it can end again.
    recorded(town, divorce.record, end_of(*two, akta.number, "perceraian"))


def test_undoing_an_annulment_gives_back_people_and_akta(town: Town, two: Any) -> None:
    akta = wed(town, two)
    before = people(), CivilRecord.objects.values().get()
    recorded(town, marriage_annulment.record, end_of(*two, akta.number, "pembatalan_perkawinan"), "vital:x")
    revert_event(case_ref="vital:x", by=town.by)
    assert (people(), CivilRecord.objects.values().get()) == before


def test_a_corrected_marriage_keeps_its_number_and_its_person(town: Town, two: Any) -> None:
    first = recorded(town, marriage.record, wedding_of(*two, papers=WIDOW), "vital:x")
    earlier = wedding_of(*two, papers=WIDOW, day=date(2026, 2, 1))
    again = recorded(town, marriage.record, earlier, "vital:x")
    assert (again.number, CivilRecord.objects.count()) == (first.number, 1)
    assert statuses(*two) == [(MARRIED, date(2026, 2, 1))] * 2
    other = town.person("L", date(1995, 1, 1), SINGLE)
    with pytest.raises(AnotherPerson):
        recorded(town, marriage.record, wedding_of(other, two[1], papers=WIDOW), "vital:x")
