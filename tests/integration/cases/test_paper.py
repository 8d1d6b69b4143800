"""The paper kit, and cases of a day on paper entered afterwards under their true times."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.db import IntegrityError, transaction

from loket.audit.models import Entry
from loket.cases.actions.common import enter_step, note, set_deadline
from loket.cases.actions.paper import ReceiptUsed, UnknownReceipt, enter_afterwards, reserve_pack
from loket.cases.actions.paperkit import print_kit
from loket.cases.models import Case, PaperPack, PaperReceipt
from loket.cases.queries import variant_of
from loket.cases.rules.afterwards import FutureReceipt, TooLate, parse_receipt_number
from loket.core.codes import parse_tracking_code
from loket.core.errors import LoketError, NotAllowedError
from loket.documents import queries
from loket.offices.models import Office
from tests.integration.cases.world import World, at, fresh

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def pack(world: World) -> PaperPack:
    """Three resi, printed on Monday at nine."""
    return reserve_pack(office=world.office, count=3, by="account:1")


@pytest.fixture
def real_templates(world: World, settings: Any) -> Iterator[None]:
    """The kit's own templates, which the invented standards do not have."""
    settings.STANDARDS_DIR = ROOT / "standards"
    queries.template.cache_clear()
    yield
    queries.template.cache_clear()


def numbers(pack: PaperPack) -> list[str]:
    return list(pack.receipts.order_by("number").values_list("number", flat=True))


@transaction.atomic
def hand_in(world: World, case: Case, number: str, received: str, who: str = "penerima", **more: Any) -> Case:
    """What the counter's action does around `enter_afterwards`."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    by = world.actor(who)
    enter_afterwards(case=case, number=number, received_at=at(received), by=by, **more)
    variant = variant_of(case)
    enter_step(case, variant.procedure.steps[1], "open")
    set_deadline(case, variant)
    note(case, "submit", by, step=variant.procedure.steps[0].step)
    return fresh(case)


# Reserving


def test_a_block_of_resi(world: World, pack: PaperPack) -> None:
    found = numbers(pack)
    assert [number[:-3] for number in found] == ["K9911-0001-001", "K9911-0001-002", "K9911-0001-003"]
    assert [parse_receipt_number(number) for number in found] == found
    assert (pack.first, pack.last, pack.count) == (found[0], found[2], 3)
    codes = list(PaperReceipt.objects.values_list("tracking_code", flat=True))
    assert len(set(codes)) == 3
    assert [parse_tracking_code(code) for code in codes] == codes
    entry = Entry.objects.get(action="paper.reserve")
    assert (entry.actor, entry.office_code, entry.details) == (
        "account:1",
        "9911",
        {"first": found[0], "last": found[2]},
    )


def test_blocks_never_overlap(world: World, pack: PaperPack) -> None:
    second = reserve_pack(office=world.office, count=2, by="cli")
    elsewhere = reserve_pack(office=world.other_office, count=2, by="cli")
    assert (pack.number, second.number, elsewhere.number) == (1, 2, 1)
    everything = list(PaperReceipt.objects.values_list("number", flat=True))
    assert len(everything) == len(set(everything)) == 7


@pytest.mark.parametrize("count", [0, -1, 1000])
def test_a_block_of_no_sensible_size(world: World, count: int) -> None:
    with pytest.raises(LoketError, match="paling sedikit 1"):
        reserve_pack(office=world.office, count=count, by="cli")
    assert (PaperPack.objects.count(), Entry.objects.filter(action="paper.reserve").count()) == (0, 0)


# Entering afterwards


def test_the_clock_runs_from_the_true_time(world: World, pack: PaperPack) -> None:
    """As if the case had been handed in on the screen at the same moment."""
    world.time.set("2026-08-03 10:15")
    on_screen = world.sent("cepat", peti="P-2")
    world.time.set("2026-08-05 14:00")
    case = hand_in(world, world.fill(world.draft("cepat")), pack.first, "2026-08-03 10:15")
    assert (case.submitted_at, case.complete_at) == (at("2026-08-03 10:15"), at("2026-08-03 10:15"))
    assert case.deadline_at == fresh(on_screen).deadline_at
    receipt = PaperReceipt.objects.get(number=pack.first)
    assert case.tracking_code == receipt.tracking_code
    assert (receipt.used_by_case, receipt.received_at, receipt.entered_at, receipt.entered_by) == (
        case,
        at("2026-08-03 10:15"),
        at("2026-08-05 14:00"),
        world.actor("penerima").ref,
    )


def test_the_journal_says_who_entered_it_and_when(world: World, pack: PaperPack) -> None:
    world.time.set("2026-08-05 14:00")
    case = hand_in(world, world.fill(world.draft("cepat")), pack.first, "2026-08-03 10:15")
    entry = Entry.objects.get(action="case.enter_afterwards")
    assert (entry.subject, entry.actor, entry.at, entry.office_code) == (
        case.ref,
        world.actor("penerima").ref,
        at("2026-08-05 14:00"),
        "9911",
    )
    assert entry.details == {"receipt": pack.first, "received_at": at("2026-08-03 10:15").isoformat()}


def test_the_number_may_be_typed_without_its_dashes(world: World, pack: PaperPack) -> None:
    world.time.pass_(hours=2)
    case = hand_in(world, world.draft(), pack.first.replace("-", "").lower(), "2026-08-03 10:00")
    assert case.paper_receipt.number == pack.first


def test_the_same_again_changes_nothing(world: World, pack: PaperPack) -> None:
    world.time.pass_(hours=2)
    case = hand_in(world, world.draft(), pack.first, "2026-08-03 10:00")
    world.time.pass_(hours=1)
    with transaction.atomic():
        again = enter_afterwards(
            case=case, number=pack.first, received_at=at("2026-08-03 10:30"), by=world.actor("penerima")
        )
    assert again.received_at == at("2026-08-03 10:00")
    assert Entry.objects.filter(action="case.enter_afterwards").count() == 1


def test_a_resi_serves_one_case_and_a_case_has_one_resi(world: World, pack: PaperPack) -> None:
    world.time.pass_(hours=2)
    first, second, _ = numbers(pack)
    case = hand_in(world, world.draft(), first, "2026-08-03 10:00")
    with pytest.raises(ReceiptUsed):
        hand_in(world, world.draft(), first, "2026-08-03 10:00")
    with pytest.raises(ReceiptUsed):
        hand_in(world, case, second, "2026-08-03 10:00")
    assert PaperReceipt.objects.filter(used_by_case__isnull=False).count() == 1


def test_unknown_numbers_and_those_of_another_office(world: World, pack: PaperPack) -> None:
    other = reserve_pack(office=world.other_office, count=1, by="cli")
    wrong = pack.first[:-1] + str((int(pack.first[-1]) + 1) % 10)
    for number in (other.first, wrong, "", "K9911-0009-001-00"):
        with pytest.raises(UnknownReceipt):
            hand_in(world, world.draft(), number, "2026-08-03 09:00")
    assert PaperReceipt.objects.filter(used_by_case__isnull=False).count() == 0


@pytest.mark.parametrize("who", ["siti", "penerima-kebun"])
def test_only_staff_of_the_office_may(world: World, pack: PaperPack, who: str) -> None:
    with pytest.raises(NotAllowedError):
        hand_in(world, world.draft(), pack.first, "2026-08-03 09:00", who=who)


def test_times_that_are_not_believed(world: World, pack: PaperPack, settings: Any) -> None:
    settings.PAPER_DAYS = 3
    world.time.set("2026-08-07 09:00")
    with pytest.raises(FutureReceipt):
        hand_in(world, world.draft(), pack.first, "2026-08-07 09:01")
    with pytest.raises(TooLate):
        hand_in(world, world.draft(), pack.first, "2026-08-04 08:59")
    outage = (at("2026-08-06 08:00"), None)
    with pytest.raises(LoketError, match="sebelum gangguan"):
        hand_in(world, world.draft(), pack.first, "2026-08-06 07:59", outage=outage)
    assert PaperReceipt.objects.filter(used_by_case__isnull=False).count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"entered_by": "account:1"},
        {"received_at": at("2026-08-03 10:00")},
        {
            "entered_at": at("2026-08-03 10:00"),
            "received_at": at("2026-08-03 10:00"),
            "entered_by": "account:1",
        },
    ],
)
def test_the_database_keeps_a_used_resi_whole(world: World, pack: PaperPack, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="cases_paper_receipt_whole"), transaction.atomic():
        pack.receipts.update(**changes)


# Printing


def text_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


def test_the_kit(world: World, real_templates: None) -> None:
    pack, files = print_kit(office=world.office, count=2, by="cli")
    assert sorted(files) == [
        f"formulir-{world.revision.service}-cepat.pdf",
        f"formulir-{world.revision.service}-lengkap.pdf",
        f"formulir-{world.revision.service}-loket.pdf",
        "resi-0001.pdf",
    ]
    first, second, listing = text_of(files["resi-0001.pdf"])
    for page, receipt in zip((first, second), pack.receipts.order_by("number"), strict=True):
        assert page.count(receipt.number) == 2  # for the applicant and for the office
        assert page.count(receipt.tracking_code) == 2
    assert [number in listing for number in numbers(pack)] == [True, True]
    form = " ".join(" ".join(text_of(files[f"formulir-{world.revision.service}-lengkap.pdf"])).split())
    variant = variant_named(world, "lengkap")
    asked = [item.text for item in variant.requirements] + [field.label for field in variant.fields()]
    squeezed = re.sub(r"\s", "", form)
    assert [text for text in asked if re.sub(r"\s", "", text) not in squeezed] == []


def variant_named(world: World, slug: str) -> Any:
    return variant_of(world.draft(slug))


def test_a_kit_that_cannot_be_rendered_reserves_nothing(world: World) -> None:
    with pytest.raises(LoketError):  # the invented standards have no template of it
        print_kit(office=world.office, count=2, by="cli")
    assert (PaperPack.objects.count(), PaperReceipt.objects.count()) == (0, 0)


def test_offices_without_services_get_resi_only(world: World, real_templates: None) -> None:
    empty = Office.objects.create(
        code="9913",
        slug="kosong",
        name="Kosong",
        short_name="Kosong",
        definition=world.office.definition | {"office": "9913", "slug": "kosong"},
    )
    _, files = print_kit(office=empty, count=1, by="cli")
    assert list(files) == ["resi-0001.pdf"]
