"""The paper kit: numbered resi that are reserved once, and forms to write on."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from loket.audit.models import Entry
from loket.cases.actions import OnPaper
from loket.cases.actions.paper import reserve_pack
from loket.cases.actions.paperkit import NothingToPrint, forms_pdf, print_kit, print_receipts
from loket.cases.models import PaperPack, PaperReceipt
from loket.cases.queries import variant_of
from loket.cases.rules.afterwards import parse_receipt_number
from loket.core.codes import parse_tracking_code
from loket.core.errors import LoketError, NotAllowedError
from loket.documents import queries
from loket.offices.models import Office
from tests.integration.cases.desk import Counter
from tests.integration.cases.world import World, at

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


def test_the_same_form_twice_reserves_one_block(world: World) -> None:
    key = uuid.uuid4()
    first, again = (reserve_pack(office=world.office, count=2, by="account:1", key=key) for _ in range(2))
    assert (first, PaperReceipt.objects.count()) == (again, 2)
    assert reserve_pack(office=world.office, count=2, by="account:1").number == 2


@pytest.mark.parametrize("count", [0, -1, 1000])
def test_a_block_of_no_sensible_size(world: World, count: int) -> None:
    with pytest.raises(LoketError, match="paling sedikit 1"):
        reserve_pack(office=world.office, count=count, by="cli")
    assert (PaperPack.objects.count(), Entry.objects.filter(action="paper.reserve").count()) == (0, 0)


# Printing


def text_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


def test_the_kit(world: World, real_templates: None) -> None:
    pack, files = print_kit(office=world.office, count=2, by="cli")
    applied_for = {  # not the office's own work, and not the cards that it makes unasked
        "simpan-benih": ["cepat", "kunci", "lengkap", "loket"],
        "titip-benih": ["aparat", "sampai", "sendiri", "terbuka"],
    }
    forms = [f"formulir-{service}-{name}.pdf" for service, names in applied_for.items() for name in names]
    assert sorted(files) == [*forms, "resi-0001.pdf"]
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


def printed(pdf: bytes, pack: PaperPack) -> list[str]:
    """The numbers of the pack that stand on the sheets before the list."""
    sheets = " ".join(text_of(pdf)[:-1])
    return [number for number in numbers(pack) if number in sheets]


def test_a_second_printing_leaves_out_what_was_used_and_says_so(
    world: World, real_templates: None, pack: PaperPack
) -> None:
    by = world.actor("penerima")
    first = print_receipts(pack=pack, by=by)
    assert (printed(first, pack), "cetakan ke-" in text_of(first)[0]) == (numbers(pack), False)
    world.time.pass_(hours=1)
    Counter(world).start(paper=OnPaper(pack.first, at("2026-08-03 09:30")))
    second = print_receipts(pack=pack, by=by)
    assert (printed(second, pack), "cetakan ke-2" in text_of(second)[0]) == (numbers(pack)[1:], True)
    assert list(
        Entry.objects.filter(action="paper.print").order_by("pk").values_list("details", flat=True)
    ) == [
        {"printing": 1, "receipts": 3},
        {"printing": 2, "receipts": 2},
    ]


def test_what_is_used_up_is_not_printed(world: World) -> None:
    pack = reserve_pack(office=world.office, count=1, by="cli")
    world.time.pass_(hours=1)
    Counter(world).start(paper=OnPaper(pack.first, at("2026-08-03 09:30")))
    with pytest.raises(NothingToPrint):
        print_receipts(pack=pack, by=world.actor("penerima"))


@pytest.mark.parametrize("who", ["penerima-kebun", "pemeriksa", "siti"])
def test_only_the_counter_of_the_office_prints(world: World, pack: PaperPack, who: str) -> None:
    with pytest.raises(NotAllowedError):
        print_receipts(pack=pack, by=world.actor(who))


def test_one_file_with_the_forms_of_the_counter(world: World, real_templates: None) -> None:
    text = " ".join(" ".join(text_of(forms_pdf(world.office))).split())
    assert ("Simpan Benih di Loket" in text, "Simpan Benih tanpa Buku" in text) == (True, False)
