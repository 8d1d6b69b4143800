"""Merging two residents at the door of staff: compared for a purpose, proposed, decided, undone."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loket.audit.models import Entry
from loket.core.identity import mask_number
from loket.register.models import MergeRequest, Resident
from tests.integration.web.test_residents import PATH, PURPOSE, clerk, somebody
from tests.journeys.town import Town
from tests.journeys.visitor import Official

LIST = f"{PATH}penggabungan/"
WHY = "sidik jarinya sama menurut ajudikasi"
BORN = date(1960, 1, 1)


@pytest.fixture
def twice(town: Town) -> tuple[Resident, Resident]:
    one = somebody(town.office, "MUHAMMAD IQBAL", BORN, 1)
    return one, somebody(town.office, "MOH. IKBAL", BORN, 22, religion="KRISTEN")


def compared(town: Town, twice: tuple[Resident, Resident]) -> str:
    return f"{PATH}{twice[0].pk}/gabung/{twice[1].pk}/"


def asked(town: Town, twice: tuple[Resident, Resident]) -> MergeRequest:
    """The first keeps the NIK, with the religion of the second."""
    one, other = twice
    official, path = clerk(town), compared(town, twice)
    page = official.client.post(path, {"purpose": PURPOSE}).content.decode()
    key = page.partition('name="key" value="')[2].partition('"')[0]
    data = {"purpose": PURPOSE, "ask": "ya", "key": key, "survivor": one.pk, "place": one.pk, "reason": WHY}
    data |= {"v-name": one.pk, "v-religion": other.pk}
    answer = official.client.post(path, data)
    assert answer.status_code == 302
    return MergeRequest.objects.latest("pk")


def head(town: Town) -> Official:
    return Official(town.staff["kepala_dinas"])


def test_two_are_compared_for_a_stated_purpose_only(town: Town, twice: tuple[Resident, Resident]) -> None:
    one, other = twice
    official, path = clerk(town), compared(town, twice)
    assert "Untuk keperluan apa?" in official.open(path)
    before = Entry.objects.count()
    page = official.send(path, {"purpose": PURPOSE})
    assert (one.nik in page, other.nik in page) == (True, True)
    assert "Nama berbunyi sama dan tanggal lahir sama." in page
    assert [name for name in ("v-name", "v-religion", "v-sex") if f'name="{name}"' in page] == [
        "v-name",
        "v-religion",
    ]
    rows = list(Entry.objects.order_by("pk")[before:].values_list("action", "subject", "details"))
    reason = f"{PURPOSE} (dibandingkan dengan resident:{other.pk})"
    assert rows == [("person.look", f"resident:{one.pk}", {"reason": reason, "stated": True})]


@pytest.mark.parametrize(("change", "at"), [({"survivor": ""}, "survivor"), ({"reason": "sama"}, "reason")])
def test_what_is_missing_stands_at_its_field_with_what_was_typed(
    town: Town, twice: tuple[Resident, Resident], change: dict[str, str], at: str
) -> None:
    official, path = clerk(town), compared(town, twice)
    page = official.client.post(path, {"purpose": PURPOSE}).content.decode()
    key = page.partition('name="key" value="')[2].partition('"')[0]
    data = {"purpose": PURPOSE, "ask": "ya", "key": key, "survivor": twice[0].pk, "reason": WHY} | change
    answer = official.client.post(path, data)
    page = answer.content.decode()
    assert (answer.status_code, f'id="e-{at}"' in page, MergeRequest.objects.count()) == (422, True, 0)
    assert data["reason"] in page


def test_another_person_decides_and_the_old_nik_finds_the_new_one(
    town: Town, twice: tuple[Resident, Resident]
) -> None:
    one, other = twice
    request = asked(town, twice)
    assert (request.take, request.survivor, request.merged) == (["religion"], one, other)
    page = clerk(town).open(f"{LIST}{request.pk}/")
    assert ("Setujui" in page, "orang lain yang berhak harus" in page, other.nik in page) == (
        False,
        True,
        False,
    )
    page = head(town).open(f"{LIST}{request.pk}/")
    assert ("Setujui" in page, WHY in page, other.nik in page) == (True, True, True)
    head(town).client.post(f"{LIST}{request.pk}/", {"decision": "setuju"})
    one.refresh_from_db()
    assert one.religion == "KRISTEN"
    found = clerk(town).send(PATH, {"cari": other.nik})
    assert ("MUHAMMAD IQBAL" in found, "sudah ditutup" in found, "MOH. IKBAL" in found) == (True, True, False)
    old = clerk(town).send(f"{PATH}{other.pk}/", {"purpose": PURPOSE})
    assert ("NIK ini sudah ditutup" in old, mask_number(one.nik) in old) == (True, True)
    new = clerk(town).send(f"{PATH}{one.pk}/", {"purpose": PURPOSE})
    assert ("NIK lama orang ini" in new, "Penggabungan data ganda" in new) == (True, True)


def test_a_merge_is_undone_by_two(town: Town, twice: tuple[Resident, Resident]) -> None:
    request = asked(town, twice)
    path = f"{LIST}{request.pk}/"
    head(town).client.post(path, {"decision": "setuju"})
    official = clerk(town)
    official.send(path, {"decision": "batalkan", "reason": "keliru"}, status=422)
    official.send(path, {"decision": "batalkan", "reason": "ternyata saudara kembar"})
    undoing = MergeRequest.objects.latest("pk")
    assert undoing.undoes == request
    # Who asked has no button, and posting by hand does not help.
    assert official.client.post(f"{LIST}{undoing.pk}/", {"decision": "setuju"}).status_code == 403
    head(town).client.post(f"{LIST}{undoing.pk}/", {"decision": "setuju"})
    assert Resident.objects.filter(merged_into__isnull=False).count() == 0
    assert list(Resident.objects.filter(pk=twice[0].pk).values_list("religion", flat=True)) == ["ISLAM"]


def test_a_refusal_needs_its_reason(town: Town, twice: tuple[Resident, Resident]) -> None:
    path = f"{LIST}{asked(town, twice).pk}/"
    answer = head(town).client.post(path, {"decision": "tolak", "reason": ""})
    assert (answer.status_code, 'id="e-reason"' in answer.content.decode()) == (422, True)
    head(town).client.post(path, {"decision": "tolak", "reason": "ibunya dua orang berbeda"})
    assert MergeRequest.objects.get().state == "refused"
    assert "Ditolak" in clerk(town).open(LIST)


def test_thirty_proposals_ask_the_database_as_often_as_one(
    town: Town, twice: tuple[Resident, Resident]
) -> None:
    official = clerk(town)
    first = asked(town, twice)
    official.open(LIST)
    with CaptureQueriesContext(connection) as seen:
        official.open(LIST)
    for serial in range(30, 60):
        other = somebody(town.office, "M. IQBAL", BORN, serial)
        MergeRequest.objects.create(
            office=town.office,
            survivor=twice[0],
            merged=other,
            reason=WHY,
            key=f"00000000-0000-4000-8000-0000000000{serial}",
            asked_by="account:0",
            asked_by_name="SESEORANG",
            asked_at=first.asked_at,
        )
    with CaptureQueriesContext(connection) as again:
        official.open(LIST)
    assert len(again) == len(seen)
