"""The database's normal form is that of `loket.core.names`, letter by letter."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from loket.core.names import address_words, name_words
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
