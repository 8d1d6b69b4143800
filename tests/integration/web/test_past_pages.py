"""A resident on a day that is past: what the page says, to whom, and what it refuses."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from loket.core import clock
from loket.register.actions.changes import true_from
from loket.register.models import Resident
from tests.integration.web.test_residents import somebody
from tests.journeys.town import Town
from tests.journeys.visitor import Official

PURPOSE = "warga menanyakan keadaan lamanya"


@pytest.fixture
def person(town: Town) -> Resident:
    """Somebody known since 5 January who became a farmer on 1 February, which was learned on 1 March."""
    with transaction.atomic(), clock.use(datetime(2026, 1, 5, 3, tzinfo=UTC)), true_from(date(2026, 1, 5)):
        found = somebody(town.office, "WAYAN CONTOH", date(1980, 5, 6), 77)
    with transaction.atomic(), clock.use(datetime(2026, 3, 1, 3, tzinfo=UTC)), true_from(date(2026, 2, 1)):
        Resident.objects.filter(pk=found.pk).update(occupation="PETANI/PEKEBUN")
    return found


@pytest.fixture
def page(person: Resident) -> str:
    return f"/petugas/penduduk/{person.pk}/riwayat/"


def occupation(text: str) -> str:
    return text.split("<dt>Pekerjaan</dt><dd>")[1].partition("<")[0]


def test_a_day_as_known_now_and_as_known_then(town: Town, person: Resident, page: str) -> None:
    clerk = Official(town.staff["operator_perubahan"])

    def asked(**typed: str) -> str:
        return clerk.send(page, {"purpose": PURPOSE, **typed})

    before = person.occupation
    assert occupation(asked(pada="15-02-2026")) == "PETANI/PEKEBUN"
    assert occupation(asked(pada="31-01-2026")) == before
    assert occupation(asked(pada="15-02-2026", menurut="28-02-2026")) == before
    assert "belum ada yang diketahui" in asked(pada="01-01-2025")
    changes = asked().split("<h2>Semua perubahan</h2>")[1]
    assert [cell in changes for cell in ("1 Februari 2026", before, "PETANI/PEKEBUN", "1 Maret 2026")] == [
        True
    ] * 4


@pytest.mark.parametrize(
    ("typed", "at", "words"),
    [
        ({"pada": "31-02-2026", "purpose": PURPOSE}, "pada", "Tanggal ini tidak ada"),
        ({"pada": "01-01-2999", "purpose": PURPOSE}, "pada", "belum tiba"),
        ({"menurut": "kemarin", "purpose": PURPOSE}, "menurut", "Tanggal ini tidak ada"),
        ({"pada": "15-02-2026"}, "purpose", "keperluan"),
    ],
)
def test_mistakes_stand_at_their_field_and_show_nobody(
    town: Town, person: Resident, page: str, typed: dict[str, str], at: str, words: str
) -> None:
    said = Official(town.staff["operator_perubahan"]).send(page, typed, status=422)
    assert words in said.split(f'id="e-{at}">')[1].partition("</span>")[0]
    assert all(f'value="{value}"' in said for value in typed.values())
    assert person.name not in said


def test_a_fixed_number_of_queries(town: Town, person: Resident, page: str) -> None:
    clerk = Official(town.staff["operator_perubahan"])
    clerk.open(page)
    counts = []
    for changes in (1, 20):
        for number in range(changes):
            moment = datetime(2026, 3, 2, 3, number, tzinfo=UTC)
            with transaction.atomic(), clock.use(moment), true_from(date(2026, 3, 2)):
                Resident.objects.filter(pk=person.pk).update(education=f"UJI {changes} {number}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            clerk.send(page, {"purpose": PURPOSE})
        counts.append(len(queries))
    assert counts[0] == counts[1]
