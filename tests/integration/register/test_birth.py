"""What a recorded birth changes, and what keeps it from being recorded."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from loket.audit.models import Entry
from loket.core import clock
from loket.register import queries
from loket.register.actions import AlreadyRecorded, UnknownPerson
from loket.register.models import BookLine, CivilRecord, Family, Membership, Resident, Serial
from loket.register.rules import RuleBroken
from tests.integration.offices.invented import make_office
from tests.integration.register.bookkeeping import books_of
from tests.integration.register.conftest import AT, BORN, EAST, MARRIED, SINGLE, Town, record_birth

cases = count(1)


def recorded(town: Town, *given: Any, at: datetime = AT, **changes: Any) -> CivilRecord:
    with clock.use(at):
        return record_birth(
            office=town.office,
            report=town.report(*given, **changes),
            case_ref=f"case:{next(cases)}",
            by=town.by,
        )


def refused(town: Town, *given: Any, **changes: Any) -> str | None:
    """The field of the refusal; nothing at all may have changed."""
    before = [model.objects.count() for model in (Resident, Membership, CivilRecord, Serial, Entry)]
    with pytest.raises(RuleBroken) as refusal:
        recorded(town, *given, **changes)
    assert [model.objects.count() for model in (Resident, Membership, CivilRecord, Serial, Entry)] == before
    return refusal.value.field


def card(family: Family) -> list[tuple[int, str, str]]:
    return [(row.position, row.relation, row.resident.name) for row in queries.members(family)]


# The effects (matrix of events: NIK new, KK gains an ANAK and keeps its number, BELUM KAWIN)


def test_a_new_resident_with_a_new_nik(town: Town) -> None:
    _, father, mother = town.couple()
    child = recorded(town, mother, father).resident
    child.refresh_from_db()
    assert {field: getattr(child, field) for field in EXPECTED} == EXPECTED
    assert (child.nik, child.office) == ("9971036002269001", town.office)
    assert (child.mother_nik, child.mother_name) == (mother.nik, mother.name)
    assert (child.father_nik, child.father_name) == (father.nik, father.name)
    assert child.birth_certificate == "9971-LU-02032026-0001"


EXPECTED = {
    "name": "Ayu Lestari",
    "sex": "P",
    "birth_place": "KOTA CONTOH",
    "birth_date": BORN,
    "religion": "HINDU",
    "blood_type": "TIDAK TAHU",
    "education": "TIDAK/BELUM SEKOLAH",
    "occupation": "BELUM/TIDAK BEKERJA",
    "marital_status": "BELUM KAWIN",
    "marriage_date": None,
    "nationality": "WNI",
    "status": "HIDUP",
    "death_date": None,
}


def test_the_family_gains_a_child_and_keeps_its_number(town: Town) -> None:
    family, father, mother = town.couple()
    before = Family.objects.filter(pk=family.pk).values().get()
    child = recorded(town, mother, father).resident
    assert Family.objects.filter(pk=family.pk).values().get() == before
    assert card(family) == [
        (1, "KEPALA KELUARGA", father.name),
        (2, "ISTRI", mother.name),
        (3, "ANAK", "Ayu Lestari"),
    ]
    row = Membership.objects.get(resident=child)
    assert (row.since, row.until) == (BORN, None)
    assert queries.current_family(child) == family


def test_the_parents_stay_as_they_were(town: Town) -> None:
    _, father, mother = town.couple()
    before = list(Resident.objects.order_by("pk").values())
    recorded(town, mother, father)
    assert list(Resident.objects.filter(pk__in=[father.pk, mother.pk]).order_by("pk").values()) == before


@pytest.mark.parametrize(("sex", "day"), [("L", "20"), ("P", "60")])
@pytest.mark.parametrize(("district", "region"), [("99.71.03", "997103"), (EAST, "997105")])
def test_the_nik_names_the_familys_kecamatan_and_a_womans_day_plus_40(
    town: Town, sex: str, day: str, district: str, region: str
) -> None:
    """The kecamatan is that of the address, whatever the NIKs of the parents say."""
    _, father, mother = town.couple(district=district)
    assert recorded(town, mother, father, child_sex=sex).resident.nik == f"{region}{day}02269001"


def test_real_serials_start_at_one_and_demo_serials_at_9001(town: Town, settings: Any) -> None:
    _, father, mother = town.couple()
    demo = recorded(town, mother, father).resident.nik
    settings.DEMO = False
    real = recorded(town, mother, father, birth_date=date(2026, 2, 21)).resident.nik
    assert (demo[-4:], real[-4:]) == ("9001", "0001")


def test_the_entry_in_the_book(town: Town) -> None:
    _, father, mother = town.couple()
    entry = recorded(town, mother, father)
    assert (entry.office, entry.book, entry.year, entry.entry) == (town.office, "LU", 2026, 1)
    assert (entry.number, entry.recorded_on) == ("9971-LU-02032026-0001", date(2026, 3, 2))
    assert (entry.recorded_by, entry.created_at) == ("account:7", AT)
    assert entry.facts == {
        "child": {
            "name": "Ayu Lestari",
            "nik": "9971036002269001",
            "sex": "P",
            "birth_place": "KOTA CONTOH",
            "birth_date": "2026-02-20",
            "citizenship": "WNI",
        },
        "birth_time": "07:30:00",
        "birth_order": 1,
        "birth_kind": "TUNGGAL",
        "helper": "BIDAN/PERAWAT",
        "facility": "RS/RB",
        "weight_grams": 3100,
        "length_cm": 49.5,
        "parents_kind": "married",
        "mother": {"nik": mother.nik, "name": mother.name},
        "father": {"nik": father.nik, "name": father.name},
        "reporter_nik": mother.nik,
        "declarant_nik": "",
        "witness_niks": ["9971030101800091", "9971030101800092"],
    }
    assert queries.record_of_case(entry.case_ref) == entry
    assert BookLine.objects.get().number == entry.number
    assert books_of(town.office) == [("LU", 2026)]


def test_the_journal_tells_of_it_without_a_name(town: Town) -> None:
    _, father, mother = town.couple()
    entry = recorded(town, mother, father)
    told = Entry.objects.latest("id")
    assert (told.action, told.subject, told.actor, told.office_code) == (
        "register.birth",
        f"resident:{entry.resident_id}",
        "account:7",
        "9971",
    )
    assert told.details == {"kind": "birth", "number": entry.number, "case": entry.case_ref}


# Dates are the office's, eight hours ahead of UTC


def test_the_day_is_the_offices_and_not_utcs(town: Town) -> None:
    _, father, mother = town.couple()
    entry = recorded(town, mother, father, at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    assert (entry.number, entry.recorded_on) == ("9971-LU-02032026-0001", date(2026, 3, 2))


def test_the_sixtieth_day_ends_at_the_offices_midnight(town: Town) -> None:
    _, father, mother = town.couple()
    born = date(2026, 1, 1)
    last = datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)
    first = recorded(town, mother, father, at=last, birth_date=born)
    second = recorded(
        town, mother, father, at=last + timedelta(seconds=1), birth_date=born, child_name="Budi Lestari"
    )
    assert [(entry.book, entry.entry, entry.number) for entry in (first, second)] == [
        ("LU", 1, "9971-LU-02032026-0001"),
        ("LT", 1, "9971-LT-03032026-0001"),
    ]


def test_a_book_ends_with_the_offices_year(town: Town) -> None:
    _, father, mother = town.couple()
    born = date(2026, 12, 20)
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    names = ("Satu Contoh", "Dua Contoh", "Tiga Contoh")
    moments = (new_year - timedelta(minutes=2), new_year - timedelta(minutes=1), new_year)
    found = [
        recorded(town, mother, father, at=at, birth_date=born, child_name=name)
        for at, name in zip(moments, names, strict=True)
    ]
    assert [(entry.year, entry.entry, entry.number) for entry in found] == [
        (2026, 1, "9971-LU-31122026-0001"),
        (2026, 2, "9971-LU-31122026-0002"),
        (2027, 1, "9971-LU-01012027-0001"),
    ]
    assert books_of(town.office) == [("LU", 2027), ("LU", 2026)]


def test_a_child_is_not_born_tomorrow_by_the_offices_date(town: Town) -> None:
    _, father, mother = town.couple()
    today = date(2026, 3, 2)
    assert refused(town, mother, father, birth_date=today + timedelta(days=1)) == "anak_tanggal_lahir"
    entry = recorded(town, mother, father, birth_date=today, at=datetime(2026, 3, 1, 16, 0, tzinfo=UTC))
    assert entry.recorded_on == today


# Twins, and the same birth again


def test_twins_are_two_children_with_numbers_of_their_own(town: Town) -> None:
    family, father, mother = town.couple()
    first = recorded(town, mother, father, birth_kind="KEMBAR 2")
    second = recorded(town, mother, father, birth_kind="KEMBAR 2", birth_order=2, child_name="Ayu Melati")
    assert [entry.resident.nik for entry in (first, second)] == ["9971036002269001", "9971036002269002"]
    assert [entry.number[-4:] for entry in (first, second)] == ["0001", "0002"]
    assert [(place, relation) for place, relation, _ in card(family)[2:]] == [(3, "ANAK"), (4, "ANAK")]


def test_twins_may_share_a_name_where_one_is_a_girl(town: Town) -> None:
    _, father, mother = town.couple()
    recorded(town, mother, father, child_sex="P", child_name="Nur Contoh")
    assert recorded(town, mother, father, child_sex="L", child_name="Nur Contoh").entry == 2


@pytest.mark.parametrize("name", ["Ayu Lestari", "AYU  LESTARI", "ayu lestari"])
def test_the_same_birth_twice_is_refused(town: Town, name: str) -> None:
    _, father, mother = town.couple()
    recorded(town, mother, father)
    with pytest.raises(AlreadyRecorded) as refusal:
        recorded(town, mother, father, child_name=name)
    assert refusal.value.field == "anak_nama"
    assert (CivilRecord.objects.count(), Resident.objects.count()) == (1, 3)


# Parents


def test_an_unknown_mother_is_refused(town: Town) -> None:
    _, father, mother = town.couple()
    with pytest.raises(UnknownPerson) as refusal:
        recorded(town, mother, father, mother_nik="9971035106929999")
    assert refusal.value.field == "ibu_nik"


def test_a_mother_of_another_office_is_refused(town: Town) -> None:
    _, father, mother = town.couple()
    Resident.objects.filter(pk=mother.pk).update(office=make_office("9972"))
    assert refused(town, mother, father) == "ibu_nik"


def test_a_mother_without_a_family_is_refused(town: Town) -> None:
    _, father, _ = town.couple()
    assert refused(town, town.person("P", date(1990, 1, 1)), father) == "ibu_nik"


def test_a_father_outside_the_register_is_taken_as_declared(town: Town) -> None:
    family, _, mother = town.couple()
    declared = {
        "father_nik": "9972031003880004",
        "father_name": "ANDI LUAR",
        "father_birth_date": date(1988, 3, 10),
        "declared_couple": ("9972031003880004", mother.nik),
    }
    entry = recorded(town, mother, None, **declared)
    assert (entry.resident.father_nik, entry.resident.father_name) == ("9972031003880004", "ANDI LUAR")
    assert entry.facts["father"] == {"nik": "9972031003880004", "name": "ANDI LUAR"}
    assert entry.facts["parents_kind"] == "unrecorded"
    assert len(card(family)) == 3


def test_a_declared_fathers_age_is_looked_at(town: Town) -> None:
    _, _, mother = town.couple()
    young = {"father_nik": "9972031003190004", "father_name": "ANDI LUAR"}
    assert refused(town, mother, None, **young, father_birth_date=date(2019, 3, 10)) == "ayah_nik"


def test_a_declared_father_without_a_birth_date_is_not_judged_by_his_age(town: Town) -> None:
    _, _, mother = town.couple()
    nik = "9972031003880004"
    father = {"father_nik": nik, "father_name": "ANDI LUAR", "declared_couple": (nik, mother.nik)}
    entry = recorded(town, mother, None, **father)
    assert entry.resident.father_name == "ANDI LUAR"


def test_the_register_knows_the_fathers_name_better_than_the_report(town: Town) -> None:
    _, father, mother = town.couple()
    assert recorded(town, mother, father, father_name="SALAH TULIS").resident.father_name == father.name


@pytest.mark.parametrize("with_father", [True, False])
def test_an_unmarried_daughters_child_is_the_heads_grandchild(town: Town, with_father: bool) -> None:
    head = town.person("L", date(1970, 1, 1))
    mother = town.person("P", date(2002, 1, 1), SINGLE)
    family = town.family(("KEPALA KELUARGA", head), ("ANAK", mother))
    father = town.person("L", date(2000, 1, 1), SINGLE) if with_father else None
    declared = (father.nik, mother.nik) if father else None
    entry = recorded(town, mother, father, declared_couple=declared)
    assert card(family)[2][1] == "CUCU"
    assert entry.facts["parents_kind"] == ("unrecorded" if with_father else "mother_only")
    assert entry.resident.father_name == (father.name if father else "")


@pytest.mark.parametrize(
    ("father_status", "mother_status", "kind"),
    [
        (MARRIED, MARRIED, "married"),
        (MARRIED, "KAWIN BELUM TERCATAT", "unrecorded"),
        ("KAWIN BELUM TERCATAT", "KAWIN BELUM TERCATAT", "unrecorded"),
        (SINGLE, SINGLE, "unrecorded"),
    ],
)
def test_only_a_recorded_marriage_makes_a_couple(
    town: Town, father_status: str, mother_status: str, kind: str
) -> None:
    _, father, mother = town.couple()
    Resident.objects.filter(pk=father.pk).update(marital_status=father_status)
    Resident.objects.filter(pk=mother.pk).update(marital_status=mother_status)
    assert recorded(town, mother, father).facts["parents_kind"] == kind


def test_a_married_mother_and_another_familys_husband_are_no_couple(town: Town) -> None:
    _, _, mother = town.couple()
    _, elsewhere, _ = town.couple()
    assert refused(town, mother, elsewhere) == "ayah_nik"
    entry = recorded(town, mother, elsewhere, declared_couple=(elsewhere.nik, mother.nik))
    assert entry.facts["parents_kind"] == "unrecorded"


# Every rule about people is asked


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"child_name": "Ayu"}, "anak_nama"),
        ({"reporter_nik": "9971030101800091"}, "saksi1_nik"),
        ({"witness_niks": ("9971030101800091", "9971030101800091")}, "saksi1_nik"),
        ({"birth_date": date(2001, 1, 1)}, "ibu_nik"),
    ],
)
def test_what_the_report_itself_may_break(town: Town, changes: dict[str, Any], field: str) -> None:
    _, father, mother = town.couple()
    assert refused(town, mother, father, **changes) == field


@pytest.mark.parametrize(
    ("who", "changes", "field"),
    [
        ("mother", {"sex": "L"}, "ibu_nik"),
        ("mother", {"status": "MATI", "death_date": BORN - timedelta(days=1)}, "ibu_nik"),
        ("father", {"sex": "P"}, "ayah_nik"),
        ("father", {"status": "MATI", "death_date": BORN - timedelta(days=311)}, "ayah_nik"),
        ("father", {"birth_date": date(2020, 1, 1)}, "ayah_nik"),
        ("reporter", {"status": "MATI", "death_date": BORN}, "pelapor_nik"),
        ("witness", {"status": "MATI", "death_date": BORN}, "saksi2_nik"),
        ("witness", {"birth_date": date(2005, 3, 3), "marital_status": SINGLE}, "saksi2_nik"),
    ],
)
def test_what_the_register_knows_against_a_report(
    town: Town, who: str, changes: dict[str, Any], field: str
) -> None:
    _, father, mother = town.couple()
    reporter, witness = (town.person("P", date(1980, 1, 1)) for _ in range(2))
    people = {"mother": mother, "father": father, "reporter": reporter, "witness": witness}
    report = {"reporter_nik": reporter.nik, "witness_niks": ("9971030101800091", witness.nik)}
    Resident.objects.filter(pk=people[who].pk).update(**changes)
    assert refused(town, mother, father, **report) == field


def test_a_witness_is_of_age_by_the_offices_date(town: Town) -> None:
    _, father, mother = town.couple()
    witness = town.person("L", date(2005, 3, 2), SINGLE)
    niks = ("9971030101800091", witness.nik)
    evening = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)
    with pytest.raises(RuleBroken) as refusal:
        recorded(town, mother, father, witness_niks=niks, at=evening)
    assert refusal.value.field == "saksi2_nik"
    assert recorded(town, mother, father, witness_niks=niks, at=evening + timedelta(minutes=1)).entry == 1
