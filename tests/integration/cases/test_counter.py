"""The counter: an application without an account, its papers, the receipt and the clock."""

import uuid

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from loket.cases import actions, queries
from loket.cases.actions import Handed
from loket.cases.models import Case, HandedPaper, HandOver, PaperMove
from loket.core.actors import SYSTEM, Actor
from loket.core.errors import LoketError, NotFoundError
from loket.offices.actions import assign_role
from loket.offices.models import Account, Role, Site
from loket.offices.queries import calendar
from tests.integration.cases.desk import Counter
from tests.integration.cases.world import World, at, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)


@pytest.fixture
def at_village(world: World) -> Actor:
    """An official who takes applications in at another place of the office."""
    site = Site.objects.get(office=world.office, slug="desa-atas")
    account = Account.objects.create(
        kind="staff",
        office=world.office,
        site=site,
        name="Desi",
        email="desi@contoh.id",
        created_at=world.time(),
    )
    role = Role.objects.get(office=world.office, slug="penerima_desa")
    assign_role(account=account, role=role, by=SYSTEM)
    world.people["desi"] = account
    return world.actor("desi")


def test_an_applicant_without_account_goes_all_the_way(world: World, counter: Counter) -> None:
    case = counter.at_step("tanda-terima")
    case = counter.work(case)
    assert (case.state, case.channel, case.applicant) == ("done", "counter", None)
    kinds = list(case.events.order_by("seq").values_list("kind", "step"))
    steps = ["terima", "daftar", "siapkan", "paraf", "tanda-tangan", "cap", "serah", "tanda-terima"]
    assert kinds == [("submit", "permohonan"), *(("complete", step) for step in steps)]
    assert HandOver.objects.get(case=case).acknowledged_at == world.time()


def test_nobody_but_the_counter_starts_an_application_there(world: World, counter: Counter) -> None:
    for stranger in ("pemeriksa", "siti", "penerima-kebun"):
        with pytest.raises(NotFoundError):
            counter.start(by=world.actor(stranger))


def test_the_counter_of_a_service_without_counter_is_closed(world: World) -> None:
    with pytest.raises(LoketError) as refused:
        actions.start_at_counter(
            revision=world.revision,
            variant="cepat",
            contact=actions.Contact("Siti"),
            by=world.actor("penerima"),
            key=uuid.uuid4(),
        )
    assert refused.value.message == "Layanan ini tidak dapat diajukan lewat saluran ini."


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"applicant_name": "  "}, "applicant_name"), ({"phone": "12"}, "phone"), ({"email": "a@"}, "email")],
)
def test_contact_that_cannot_be_read_is_refused(
    counter: Counter, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(LoketError) as refused:
        counter.start(**changes)
    assert refused.value.field == field
    assert Case.objects.count() == 0


def test_the_same_form_twice_is_one_draft(counter: Counter) -> None:
    key = uuid.uuid4()
    assert counter.start(key=key) == counter.start(key=key)


def test_an_incomplete_form_is_not_taken_in(counter: Counter) -> None:
    case = counter.start()
    with pytest.raises(actions.IncompleteApplication):
        counter.send(case)


def test_papers_are_checked_when_the_case_is_registered(world: World, counter: Counter) -> None:
    case = counter.fill(counter.start(), titipan="ya")
    counter.papers(case, Handed("letter", "surat_desa"))
    case = world.work(counter.send(case))
    with pytest.raises(actions.PapersMissing) as refused:
        world.work(case)
    assert refused.value.message.startswith(
        "Berkas belum lengkap: Buku kebun asli; Surat titipan; Kartu tani."
    )
    assert fresh(case).receipt_number is None


def test_receipts_are_numbered_without_a_gap_and_start_anew_each_year(world: World, counter: Counter) -> None:
    numbers = [counter.registered().receipt_number for _ in range(2)]
    world.time.set("2027-01-04 09:00")
    numbers.append(counter.registered().receipt_number)
    assert numbers == ["R-2026-001", "R-2026-002", "R-2027-001"]


def test_the_clock_starts_when_the_case_is_registered(world: World, counter: Counter) -> None:
    case = counter.fill(counter.start())
    counter.papers(case)
    case = world.work(counter.send(case))
    assert case.deadline_at == at("2026-08-06 09:00")
    world.time.set("2026-08-04 10:00")
    case = world.work(case)
    assert (case.registered_at, case.deadline_at) == (at("2026-08-04 10:00"), at("2026-08-07 10:00"))


def test_registering_again_after_a_correction_keeps_number_and_clock(world: World, counter: Counter) -> None:
    case = counter.at_step("paraf")
    before = (case.receipt_number, case.registered_at, case.deadline_at)
    world.time.set("2026-08-04 10:00")
    case = counter.work(world.back(case, "daftar"))
    assert (case.receipt_number, case.registered_at, case.deadline_at) == before


def test_the_clock_stops_when_the_document_is_ready(world: World, counter: Counter) -> None:
    case = counter.at_step("cap")
    world.time.set("2026-08-05 09:00")
    case = counter.work(case)
    assert case.stopped_at == at("2026-08-05 09:00")
    world.time.set("2026-09-01 09:00")
    face = queries.clock_face(case, calendar(world.office))
    assert (face.words, face.late) == ("menunggu diambil", False)


def test_a_paper_is_noted_once(counter: Counter) -> None:
    case = counter.start()
    first = counter.papers(case, Handed("original", "buku_kebun"))
    again = counter.papers(case, Handed("original", "buku_kebun"))
    assert (len(first), again, HandedPaper.objects.count()) == (1, [], 1)


def test_a_paper_of_another_standard_is_refused(counter: Counter) -> None:
    with pytest.raises(NotFoundError):
        counter.papers(counter.start(), Handed("original", "surat_lain"))


def test_a_paper_outside_the_list_needs_a_name(counter: Counter) -> None:
    case = counter.start()
    with pytest.raises(LoketError) as refused:
        counter.papers(case, Handed("original", label=" "))
    assert refused.value.message == "Tulis nama berkasnya."
    (paper,) = counter.papers(case, Handed("original", label="Peta kebun"))
    assert (paper.label, paper.state) == ("Peta kebun", "held")


def test_originals_go_back_and_the_rest_is_archived_at_the_hand_over(counter: Counter) -> None:
    case = counter.at_step("serah")
    counter.work(case, received_by="Budi")
    states = dict(HandedPaper.objects.filter(case=case).values_list("requirement", "state"))
    assert states == {"surat_desa": "archived", "buku_kebun": "returned", "kartu_tani": "shown"}
    moves = PaperMove.objects.filter(paper__requirement="buku_kebun").order_by("pk")
    assert list(moves.values_list("kind", "person")) == [("received", "SITI AMINAH"), ("returned", "Budi")]


def test_an_original_can_be_kept(counter: Counter) -> None:
    case = counter.at_step("serah")
    paper = HandedPaper.objects.get(case=case, requirement="buku_kebun")
    counter.work(case, keep=frozenset({paper.pk}))
    assert HandedPaper.objects.get(pk=paper.pk).state == "archived"


def test_giving_back_in_between_leaves_a_trace_and_reopens_the_checklist(
    world: World, counter: Counter
) -> None:
    case = counter.fill(counter.start())
    papers = counter.papers(case)
    by = world.actor("penerima")
    with pytest.raises(LoketError) as refused:
        actions.give_back(case_id=case.pk, paper_ids=[papers[1].pk], to=" ", by=by)
    assert refused.value.field == "to"
    back = actions.give_back(case_id=case.pk, paper_ids=[papers[1].pk], to="Siti", by=by)
    assert [paper.label for paper in back] == ["Buku kebun asli"]
    assert [item.key for item in queries.papers_missing(case)] == ["buku_kebun"]
    assert actions.give_back(case_id=case.pk, paper_ids=[papers[1].pk], to="Siti", by=by) == []


def test_the_trace_of_a_paper_stays(counter: Counter) -> None:
    counter.papers(counter.start())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_papermove SET person = 'X'")


def test_papers_from_another_place_arrive_with_the_step_that_receives(
    world: World, counter: Counter, at_village: Actor
) -> None:
    case = counter.fill(counter.start(by=at_village))
    counter.papers(case, by=at_village)
    case = actions.submit(case_id=case.pk, by=at_village, key=uuid.uuid4())
    assert case.site is not None
    assert case.site.name == "Pos Desa Atas"
    held = HandedPaper.objects.filter(case=case, state="held")
    assert set(held.values_list("site__slug", flat=True)) == {"desa-atas"}
    world.work(case)
    assert set(held.values_list("site", flat=True)) == {None}
    moved = PaperMove.objects.filter(kind="moved").values_list("actor_name", flat=True)
    assert list(moved) == ["Penerima", "Penerima"]


def test_the_counter_writes_the_repair_for_the_applicant(world: World, counter: Counter) -> None:
    case = counter.fill(counter.start())
    counter.papers(case)
    case = world.work(counter.send(case))
    case = world.back(case, "permohonan")
    assert case.state == "returned"
    world.time.set("2026-08-04 09:00")
    counter.fill(case, peti="P-9")
    case = actions.repair(case_id=case.pk, by=world.actor("penerima"), key=uuid.uuid4())
    assert (case.state, case.step, case.applicant_name) == ("open", "terima", "SITI AMINAH")


def test_online_applications_are_not_written_by_the_counter(world: World) -> None:
    case = world.draft()
    with pytest.raises(NotFoundError):
        actions.save_answers(case_id=case.pk, values={"peti": "X"}, by=world.actor("penerima"))
