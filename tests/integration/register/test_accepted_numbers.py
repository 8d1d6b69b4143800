"""Numbers that cannot have been issued: refused by the database without a supervisor's reason; NIK stay."""

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from loket.audit.models import Entry
from loket.core import clock
from loket.core.errors import NotAllowedError
from loket.core.identity import family_card_findings, impossible, nik_findings
from loket.register.actions import births
from loket.register.actions.accepting import NothingToAccept, ReasonTooShort, accept_number
from loket.register.models import AcceptedNumber, Resident
from loket.register.queries import current_family, facts_of, family_card
from tests.integration.offices.invented import staff
from tests.integration.register.conftest import AT, Town

pytestmark = pytest.mark.django_db
BORN = date(1990, 5, 10)
NIK, CARD = "9971033213900001", "9971034105200001"
WHY = "NIK lama, sesuai KTP-el asli"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.use(AT):
        yield


def accept(town: Town, number: str, code: str, reason: str = WHY, *rights: str) -> AcceptedNumber:
    by = staff(town.office, *(rights or ("supervise",)))
    return accept_number(office=town.office, number=number, code=code, reason=reason, source="case:1", by=by)


def taken(town: Town, number: str) -> None:
    """A resident, or a family, that has this number."""
    with transaction.atomic():
        if number == CARD:
            district = town.family(("KEPALA KELUARGA", town.person("L", BORN)))
            district.pk, district.number = None, CARD
            district.save(force_insert=True)
        else:
            town.person("L", BORN, nik=number)


def refused(town: Town, number: str) -> str:
    """By which constraint the database refuses it."""
    with pytest.raises(IntegrityError) as caught:
        taken(town, number)
    assert isinstance(caught.value.__cause__, psycopg.Error)
    return caught.value.__cause__.diag.constraint_name or ""


@pytest.mark.parametrize(
    ("number", "constraint"),
    [
        (NIK, "register_nik_accepted"),
        (CARD, "register_kk_accepted"),
        ("997103", "register_nik_digits"),
    ],
)
def test_the_database_takes_no_impossible_number_by_itself(town: Town, number: str, constraint: str) -> None:
    assert refused(town, number) == constraint


def test_with_a_reason_it_is_taken_for_ever_and_asked_once(town: Town) -> None:
    first = accept(town, NIK, "nik_impossible")
    assert accept(town, NIK, "nik_impossible", "alasan yang lain lagi") == first
    assert town.person("L", BORN, nik=NIK).nik == NIK
    row = Entry.objects.get(action="register.accept_number")
    assert (row.subject, row.details) == ("case:1", {"code": "nik_impossible", "accepted": first.pk})
    for change in (lambda: AcceptedNumber.objects.update(reason="lain"), AcceptedNumber.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    # A reason for a NIK is none for a nomor KK of the same digits.
    card = refused(town, CARD)
    accept(town, CARD, "kk_impossible")
    assert (card, AcceptedNumber.objects.count()) == ("register_kk_accepted", 2)


def test_only_a_supervisor_only_what_is_impossible_only_with_words(town: Town) -> None:
    with pytest.raises(NotAllowedError):
        accept(town, NIK, "nik_impossible", WHY, "register")
    with pytest.raises(NothingToAccept):
        accept(town, "9971031005900001", "nik_impossible")
    with pytest.raises(NothingToAccept):
        accept(town, NIK, "nik_digits")
    for reason in ("pendek", f"sesuai kartu {NIK}"):
        with pytest.raises(ReasonTooShort) as caught:
            accept(town, NIK, "nik_impossible", reason)
        assert caught.value.field == "accept_reason"
    assert AcceptedNumber.objects.count() == 0


def test_a_nik_never_changes(town: Town) -> None:
    one = town.person("L", BORN)
    for change in ({"nik": "9971031005909999"}, {"nik": "9971031005909999", "name": "LAIN"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Resident.objects.filter(pk=one.pk).update(**change)
    one.name = "NAMA BARU"
    one.save()
    assert Resident.objects.get(pk=one.pk).name == "NAMA BARU"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("0123456789", min_size=6, max_size=6), min_size=50, max_size=50))
def test_the_database_and_the_program_call_the_same_numbers_impossible(dates: list[str]) -> None:
    numbers = [f"997103{text}0001" for text in dates]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT register_nik_possible(n), register_kk_possible(n) FROM unnest(%s::text[]) AS n", [numbers]
        )
        found = cursor.fetchall()
    assert found == [
        (impossible(nik_findings(n)) is None, impossible(family_card_findings(n)) is None) for n in numbers
    ]


def test_every_day_of_two_centuries() -> None:
    dates = [
        f"{day:02d}{month:02d}{year:02d}" for day in range(100) for month in range(14) for year in (0, 1, 96)
    ]
    test_the_database_and_the_program_call_the_same_numbers_impossible.hypothesis.inner_test(dates)


def test_a_nik_from_elsewhere_says_nothing_of_where_somebody_lives(town: Town) -> None:
    """The first six digits are where it was issued: office, address and a child's NIK follow the family."""
    mother = town.person("P", date(1992, 6, 11), nik="1201014606920001")
    family = town.family(("KEPALA KELUARGA", mother))
    facts = facts_of(mother.nik)
    assert facts is not None
    assert (facts.office, facts.family_number) == (town.office.code, family.number)
    assert family_card(family)["members"] == [("KEPALA KELUARGA", mother)]
    births.record(office=town.office, report=town.report(mother, None), case_ref="case:1", by=town.by)
    child = Resident.objects.get(mother_nik=mother.nik)
    assert (child.nik[:6], child.office_id, current_family(child)) == ("997103", town.office.code, family)
