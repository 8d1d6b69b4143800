"""A birth is recorded whole or not at all, and each office counts for itself."""

from datetime import date

import pytest
from django.db import transaction

from loket.core.errors import NotFoundError
from loket.register import queries
from loket.register.models import Family
from tests.integration.offices.invented import make_office
from tests.integration.register.bookkeeping import books_of
from tests.integration.register.conftest import Town
from tests.integration.register.test_birth import recorded


def test_a_transaction_taken_back_leaves_no_gap(town: Town) -> None:
    _, father, mother = town.couple()
    first = recorded(town, mother, father, child_name="Satu Contoh")
    with transaction.atomic():
        lost = recorded(town, mother, father, child_name="Dua Contoh")
        transaction.set_rollback(True)
    again = recorded(town, mother, father, child_name="Dua Contoh")
    assert (again.number, again.entry, again.resident.nik) == (lost.number, 2, lost.resident.nik)
    assert first.entry == 1


def test_another_offices_book_is_counted_apart(town: Town) -> None:
    _, father, mother = town.couple()
    recorded(town, mother, father)
    other = Town(make_office("9972"), residents=town.residents, families=town.families)
    _, other_father, other_mother = other.couple()
    entry = recorded(other, other_mother, other_father, birth_date=date(2026, 2, 21))
    assert (entry.entry, entry.number) == (1, "9972-LU-02032026-0001")
    assert books_of(town.office) == [("LU", 2026)]
    with pytest.raises(NotFoundError):
        queries.family_by_number(town.office, Family.objects.get(office=other.office).number)
