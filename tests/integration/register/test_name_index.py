"""The database's normal form is that of `loket.core.names`, letter by letter."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from loket.core.names import address_words, name_words
from loket.offices.models import Office
from loket.register.actions.changes import Changes
from loket.register.finding import find_residents
from loket.register.models import Family, Membership, Resident
from loket.register.rules.finding import Wanted
from tests.integration.register.conftest import Town
from tests.unit.core.test_names import ALIKE, DIFFERENT

# Whatever the rules speak of, and letters between.
PIECES = (
    "a b c d e f g h i j k l m n o p q r s t u v w x y z oe oo dj tj chr ck kh ch th dh gh bh sh dz ts ph ie"
    " oir ae ao ei roh sia siu sie sio oh ah muh moh moch mokh muhd mchammad mohammad moehamat mhd abd abdul"
    " abdoel st sti h hj haji drs dr ny tn and jl jalan no rt 0 00 7 03 É é Ç ñ ' ’ . , - / ( ) %"
).split()
TEXTS = st.lists(st.sampled_from([*PIECES, " ", "  ", " "]), max_size=14).map("".join)
PLAIN = st.text(max_size=30).filter(lambda text: "\x00" not in text and text.isprintable())


def in_database(function: str, texts: list[str]) -> list[list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(name) FROM unnest(%s::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n",
            [texts],
        )
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_the_database_hears_names_as_python_does() -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(TEXTS | TEXTS.map(str.upper) | PLAIN, min_size=1, max_size=40))
    def check(names: list[str]) -> None:
        assert in_database("register_name_words", names) == [name_words(name) for name in names]

    check()
    known = [name for pair in ALIKE + DIFFERENT for name in pair]
    assert in_database("register_name_words", known) == [name_words(name) for name in known]


@pytest.mark.django_db
def test_the_database_reads_addresses_as_python_does() -> None:
    @settings(max_examples=40, deadline=None)
    @given(st.lists(TEXTS | PLAIN, min_size=1, max_size=40))
    def check(addresses: list[str]) -> None:
        assert in_database("register_address_words", addresses) == [address_words(text) for text in addresses]

    check()


def many(town: Town) -> None:
    """So many residents and families that PostgreSQL would rather not read them all, and knows it."""
    couple = town.couple()
    one = {"name": "BUDI", "mother_name": "RATNA", "birth_date": date(1970, 1, 1)}
    Resident.objects.filter(pk=couple[1].pk).update(**one)
    person = Resident.objects.get(pk=couple[1].pk)
    days = [date(1900, 1, 1) + timedelta(days=n) for n in range(3000)]
    people = Resident.objects.bulk_create(
        copied(person, nik=f"997105{day:%d%m%y}{n:04d}", birth_date=day) for n, day in enumerate(days)
    )
    families = Family.objects.bulk_create(
        copied(couple[0], number=f"997105010120{n:04d}") for n in range(3000)
    )
    Membership.objects.bulk_create(
        Membership(resident=one, family=family, relation="ANAK", position=1, since=one.birth_date)
        for one, family in zip(people, families, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE register_resident, register_family, register_membership")


def copied(row: Any, **values: Any) -> Any:
    """A new row like this one, with these values of its own."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields[1:]}
    return type(row)(**(fields | values))


@pytest.mark.django_db
def test_a_search_goes_by_the_indexes(town: Town) -> None:
    many(town)
    day = date(1901, 1, 1)
    wanted = {
        "register_resident_name_words": Wanted(name="moh. iqbal"),
        "register_resident_mother_words": Wanted(mother="St. Aminah"),
        "register_family_address_words": Wanted(address="Melati 7"),
        "register_resident_born": Wanted(born_from=day, born_to=day),
    }
    plans = {index: plan_of(town.office, one) for index, one in wanted.items()}
    assert [index for index, plan in plans.items() if index not in plan] == []


def plan_of(office: Office, wanted: Wanted) -> str:
    with CaptureQueriesContext(connection) as seen:
        find_residents(office, wanted)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + seen.captured_queries[0]["sql"])
        return str(cursor.fetchall())


@pytest.mark.django_db
def test_rows_that_come_by_copy_are_found_and_an_undone_name_is_not(town: Town) -> None:
    columns = (
        "office_id, nik, name, sex, birth_place, birth_date, religion, blood_type, education, occupation,"
    )
    columns += " marital_status, nationality, father_nik, father_name, mother_nik, mother_name, status,"
    columns += " birth_certificate"
    row = ("9971", "9971030101900777", "MOEHAMMAD DJAELANI", "L", "KOTA", "1990-01-01", "HINDU", "O", "S1",
           "GURU", "BELUM KAWIN", "WNI", "", "", "", "NYONYA SITTI", "HIDUP", "")  # fmt: skip
    with connection.cursor() as cursor, cursor.copy(f"COPY register_resident ({columns}) FROM STDIN") as copy:
        copy.write_row(row)
    assert names(town, Wanted(name="m. jailani", mother="siti")) == ["MOEHAMMAD DJAELANI"]
    person = Resident.objects.get(nik="9971030101900777")
    changes = Changes()
    changes.change(person, name="BUDI")
    assert (names(town, Wanted(name="jailani")), names(town, Wanted(name="boedi"))) == ([], ["BUDI"])


def names(town: Town, wanted: Wanted) -> list[str]:
    found, _ = find_residents(town.office, wanted)
    return [one.person.name for one in found]
