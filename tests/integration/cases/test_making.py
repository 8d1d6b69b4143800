"""The steps around a document: printed, announced, activated, reported; somebody interviewed, recorded."""

import uuid
from datetime import date

import pytest

from loket.audit.models import Entry
from loket.cases import actions, queries
from loket.cases.actions import NotPossible, making
from loket.cases.models import Case, HandOver
from loket.core.errors import LoketError, NotFoundError
from loket.delivery.actions import mark_printed, open_tickets
from loket.delivery.models import PrintTicket
from loket.notices.models import Notice
from loket.register.actions import note_biometrics
from loket.register.actions.biometrics import NotHere
from loket.register.models import Resident
from tests.integration.cases.senders import make_cards, received, to_step, work
from tests.integration.cases.world import World, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(world: World) -> Resident:
    return world.resident("SITI AMINAH", date(1990, 1, 1), 1, biometrics_recorded_on=None)


def refused(error: type[LoketError], world: World, case: Case, **given: object) -> str:
    """The field that the refusal names; the case stays where it is."""
    before = fresh(case)
    with pytest.raises(error) as found:
        work(world, case, **given)
    assert (fresh(case).step, fresh(case).version) == (before.step, before.version)
    return found.value.field or ""


def test_the_print_room_gets_the_card_at_the_printing_step_and_the_step_waits_for_it(
    world: World, owner: Resident
) -> None:
    case = to_step(world, received(world, owner), "catat")
    assert open_tickets() == 0
    case = work(world, case)
    assert (case.step, open_tickets(), open_tickets()) == ("cetak", 1, 0)
    assert [product.document for product in queries.cards_unmade(case)] == ["kartu-penyimpan"]
    refused(making.CardsNotMade, world, case)
    ticket = PrintTicket.objects.get()
    mark_printed(ticket_id=ticket.pk, blanko="AB12345", by=world.actor("pemeriksa"))
    assert queries.cards_unmade(case) == []
    assert queries.products_of(case)[0].made_at == world.time()
    assert work(world, case).step == "umumkan"


def test_a_card_is_made_once(world: World, owner: Resident) -> None:
    case = to_step(world, received(world, owner), "cetak")
    make_cards(case)
    first = queries.products_of(case)[0].made_at
    world.time.pass_(days=1)
    make_cards(case)
    assert queries.products_of(case)[0].made_at == first


@pytest.mark.parametrize("step", ["rekam", "tanya", "pasang"])
def test_the_person_has_to_be_there(world: World, owner: Resident, step: str) -> None:
    case = to_step(world, received(world, owner), step)
    assert refused(making.NotPresent, world, case, present=False) == "present"


def test_the_recording_leaves_its_day_and_the_case_in_the_journal_and_nothing_else(
    world: World, owner: Resident
) -> None:
    case = to_step(world, received(world, owner), "rekam")
    world.time.set("2026-08-04 09:00")
    assert work(world, case).step == "tanya"
    assert Resident.objects.get(pk=owner.pk).biometrics_recorded_on == date(2026, 8, 4)
    row = Entry.objects.get(action="register.biometrics")
    assert (row.subject, row.actor, row.details) == (
        f"resident:{owner.pk}", world.actor("penerima").ref, {"case": case.ref},
    )  # fmt: skip


def test_who_is_not_in_this_office_s_register_is_not_recorded(world: World, owner: Resident) -> None:
    case = to_step(world, received(world, owner), "rekam")
    Resident.objects.filter(pk=owner.pk).update(office=world.other_office)
    refused(making.NobodyNamed, world, case)
    with pytest.raises(NotFoundError):
        note_biometrics(office=world.office, nik=owner.nik, case_ref=case.ref, by=world.actor("penerima"))
    with pytest.raises(NotFoundError):
        note_biometrics(office=world.office, nik="9" * 16, case_ref=case.ref, by=world.actor("penerima"))
    assert Resident.objects.get(pk=owner.pk).biometrics_recorded_on is None


@pytest.mark.parametrize(("status", "died"), [("MATI", date(2026, 8, 1)), ("PINDAH", None)])
def test_the_dead_and_those_who_moved_away_are_not_recorded(
    world: World, owner: Resident, status: str, died: date | None
) -> None:
    case = to_step(world, received(world, owner), "rekam")
    Resident.objects.filter(pk=owner.pk).update(status=status, death_date=died)
    refused(NotHere, world, case)
    assert Resident.objects.get(pk=owner.pk).biometrics_recorded_on is None


def test_what_was_said_stands_in_the_history(world: World, owner: Resident) -> None:
    case = to_step(world, received(world, owner), "tanya")
    assert refused(making.NothingWritten, world, case, text=" \n ") == "text"
    assert refused(LoketError, world, case, text="x" * 1001) == "text"
    assert work(world, case, text=f" {'x' * 1000} ").step == "catat"
    assert queries.events_of(case)[-1].reason == "x" * 1000


def test_the_applicant_is_told_once_that_it_can_be_fetched(world: World, owner: Resident) -> None:
    """By the step that announces it, and not again by the step before the hand-over."""
    case = to_step(world, received(world, owner, email="siti@contoh.id"), "umumkan")
    assert Notice.objects.filter(subject="Dokumen Anda siap diambil").count() == 0
    case = work(world, case)
    assert (case.step, Notice.objects.filter(subject="Dokumen Anda siap diambil").count()) == ("pasang", 1)
    assert case.stopped_at == world.time()
    case = work(world, case)
    assert (case.step, Notice.objects.filter(subject="Dokumen Anda siap diambil").count()) == ("serah", 1)


def test_one_of_the_published_ways_of_taking_it_is_noted(world: World, owner: Resident) -> None:
    case = to_step(world, received(world, owner), "serah")
    assert refused(LoketError, world, case, way="") == "way"
    assert refused(LoketError, world, case, way="pos") == "way"
    case = work(world, case, way="kotak")
    assert (case.state, case.pickup, HandOver.objects.get().received_by) == ("done", "kotak", "Siti Aminah")


def report(world: World) -> Case:
    """Work of the office at the step that writes its report."""
    case = actions.open_work(
        revision=world.services["hitung-gudang"],
        variant="sewaktu",
        by=world.actor("pencatat"),
        key=uuid.uuid4(),
    )
    return to_step(world, case, "laporan")


def test_a_report_becomes_the_document_and_a_corrected_one_another(world: World) -> None:
    case = work(world, report(world), text="  Dua peti kosong. ")
    assert (case.step, case.answers) == ("periksa", {"laporan": "Dua peti kosong."})
    (document,) = world.render(case)
    assert (document.context["isi"], document.state) == ("Dua peti kosong.", "rendered")
    case = work(world, world.back(case, "laporan"), text="Tiga peti kosong.")
    (document,) = world.render(case)
    assert document.context["isi"] == "Tiga peti kosong."
    case = to_step(world, case, "kirim")
    assert work(world, case).state == "done"


def test_a_report_is_not_empty_and_not_endless(world: World) -> None:
    case = report(world)
    assert refused(making.NothingWritten, world, case, text="") == "text"
    with pytest.raises(LoketError, match=r"Paling panjang 8\.000 huruf\."):
        work(world, case, text="x" * 8001)
    assert len(work(world, case, text="x" * 8000).answers["laporan"]) == 8000


def test_what_somebody_outside_did_is_confirmed_by_the_role_named_for_it(world: World) -> None:
    case = actions.open_work(
        revision=world.services["hitung-gudang"],
        variant="sewaktu",
        by=world.actor("pencatat"),
        key=uuid.uuid4(),
    )
    case = to_step(world, case, "perbaiki")
    assert (case.step_role, fresh(case).step_kind) == ("pengawas", "repair")
    assert [found.pk for found in queries.inbox(world.office, world.actor("pengawas"))[0]] == [case.pk]
    for other in ("pencatat", "pemeriksa", "admin"):
        with pytest.raises(NotPossible):
            work(world, case, by=world.actor(other))
    assert work(world, case).step == "laporan"
