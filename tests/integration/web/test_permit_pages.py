"""The list of permits that run out, and the result of a recording on the page of a resident."""

from datetime import date, timedelta

from loket.audit.models import Entry
from loket.cases.queries import today
from loket.register.models import HeldDocument, Resident
from tests.journeys.town import Town
from tests.journeys.visitor import Official

PATH = "/petugas/izin-tinggal/"
PURPOSE = "orang asing menanyakan SKTT di loket"


def foreigner(town: Town) -> Resident:
    person = town.people.father
    person.nationality = "WNA"
    person.save()
    return person


def holds(person: Resident, kind: str, until: date, number: str) -> None:
    HeldDocument.objects.create(
        office_id=person.office_id,
        resident=person,
        kind=kind,
        number=number,
        issued_on=date(2020, 1, 1),
        valid_until=until,
    )


def test_what_has_ended_and_what_ends_soon_is_listed_masked(town: Town) -> None:
    person, day = foreigner(town), today(town.office)
    holds(person, "itas", day - timedelta(days=1), "SUDAH-1")
    holds(person, "sktt", day + timedelta(days=60), "SEGERA-1")
    holds(person, "passport", day + timedelta(days=61), "NANTI-1")
    official = Official(town.staff["operator_perubahan"])
    before = Entry.objects.count()
    page = official.open(PATH)
    over, _, ending = page.partition("Segera berakhir</h2>")
    assert ("SUDAH-1" in over, "SEGERA-1" in over) == (True, False)
    assert ("SUDAH-1" in ending, "SEGERA-1" in ending) == (False, True)
    assert ("NANTI-1" in page, person.nik in page) == (False, False)
    assert [row.details for row in Entry.objects.order_by("pk")[before:]] == [
        {"reason": "izin tinggal berakhir"}
    ]


def test_a_resident_s_documents_and_recording_are_shown_and_its_check_is_noted(town: Town) -> None:
    person = foreigner(town)
    Resident.objects.filter(pk=person.pk).update(biometrics_recorded_on=date(2026, 1, 5))
    holds(person, "sktt", date(2027, 1, 1), "SKTT-UJI")
    official = Official(town.staff["operator_perubahan"])
    path = f"/petugas/penduduk/{person.pk}/"
    page = official.send(path, {"purpose": PURPOSE})
    assert ("SKTT-UJI" in page, "siap cetak (PRR)" in page) == (True, True)
    answer = official.client.post(f"{path}perekaman/", {"hasil": "adjudicate"}, follow=True)
    assert "Menunggu ajudikasi" in answer.content.decode()
    assert "menunggu ajudikasi" in official.send(path, {"purpose": PURPOSE})
    assert official.client.post(f"{path}perekaman/", {"hasil": "?"}).status_code == 422
    assert Resident.objects.get(pk=person.pk).biometrics_doubt == "adjudicate"
