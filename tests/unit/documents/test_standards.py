"""A published standard as papers: an invented service, taken apart again from its PDF and its page."""

import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from loket.catalogue.loader import load
from loket.catalogue.printing import contents
from loket.catalogue.rules import Procedure, Service
from loket.documents.standards import FORMS, head_of, published_file, sop_pdf, standard_html, standard_pdf
from loket.offices.rules import OfficeFile

LIBRARY = Path(__file__).parents[1] / "catalogue" / "library"
REAL = Path(__file__).parents[3] / "standards"
A4 = (595, 842)
Change = Callable[[str, str, str], None]


@pytest.fixture
def standards(tmp_path: Path) -> Path:
    """A copy of the invented standards that a test may change."""
    return Path(shutil.copytree(LIBRARY, tmp_path / "standards"))


def read(standards: Path) -> tuple[Service, OfficeFile]:
    loaded = load(standards)
    assert loaded.problems == []
    return loaded.services[0], loaded.offices[0]


def edit(standards: Path, name: str, old: str, new: str) -> None:
    path = standards / "offices/9901-perpustakaan" / name
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def texts(pdf: bytes) -> list[str]:
    """The text of every page, each run of white space as one blank."""
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf)]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def sizes(pdf: bytes) -> set[tuple[int, int]]:
    return {tuple(round(side) for side in page.get_size()) for page in pypdfium2.PdfDocument(pdf)}


def with_variants(service: Service, count: int) -> Service:
    first = service.variants[0]
    many = [first.model_copy(update={"variant": f"v{at}", "name": f"Varian ke-{at}"}) for at in range(count)]
    return service.model_copy(update={"variants": many})


def with_steps(service: Service, steps: list[dict[str, Any]]) -> Service:
    procedure = Procedure(procedure="alur", name="Alur", published=[{"text": "x"}], steps=steps)
    variant = service.variants[0].model_copy(update={"procedure": procedure})
    return service.model_copy(update={"variants": [variant]})


def long_steps(count: int, **returns: str) -> list[dict[str, Any]]:
    """Steps `s1`, `s2`... of two actors by turns; `s9="s2"` lets the ninth return to the second."""
    return [
        {
            "step": f"s{at}",
            "name": f"Kegiatan nomor {at} dari alur ini",
            "kind": "check" if at > 1 else "apply",
            "actor": ["petugas_loket", "kepala"][at % 2],
            "returns_to": [returns[f"s{at}"]] if f"s{at}" in returns else [],
        }
        for at in range(1, count + 1)
    ]


@pytest.mark.parametrize("form", ["pdf", "sop"])
def test_papers_are_tagged_pdf_a_with_their_fonts(form: str, standards: Path) -> None:
    pdf = FORMS[form].make(*read(standards))
    with pikepdf.open(BytesIO(pdf)) as opened:
        metadata = opened.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert str(opened.docinfo["/CreationDate"]) == "D:20240101000000Z"
        descriptors = [
            item
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        assert descriptors
        assert [item for item in descriptors if not {"/FontFile2", "/FontFile3"} & set(item.keys())] == []


@pytest.mark.parametrize(("form", "size"), [("pdf", A4), ("sop", A4[::-1])])
def test_papers_are_a4_and_repeat_byte_for_byte(form: str, size: tuple[int, int], standards: Path) -> None:
    service, office = read(standards)
    pdf = FORMS[form].make(service, office)
    assert sizes(pdf) == {size}
    assert FORMS[form].make(service, office) == pdf
    assert published_file(form, service.model_dump_json(), office.model_dump_json()) == pdf


def test_papers_are_black_and_white(standards: Path) -> None:
    for pdf in (standard_pdf(*read(standards)), sop_pdf(*read(standards))):
        for page in pypdfium2.PdfDocument(pdf):
            # Inner rules and the line at the foot are grey; nothing has a colour.
            red, green, blue = page.render(scale=1).to_pil().convert("RGB").split()
            assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_every_line_of_the_standard_is_in_its_pdf_in_order(standards: Path) -> None:
    service, office = read(standards)
    service = with_variants(service, 2)
    found = squeezed(" ".join(texts(standard_pdf(service, office))))
    at = 0
    for section in contents(service):
        wanted = [section.heading]
        for component in section.components:
            wanted += [f"{component.number}.", component.title]
            for block in component.blocks:
                wanted += [f"{block.number}.{block.heading}"] if block.number else []
                wanted += [mark + line for mark, line in block.marked]
        for text in wanted:
            at = found.find(squeezed(text), at)
            assert at >= 0, text
            at += len(squeezed(text))


def test_a_long_standard_repeats_the_head_of_its_table_and_is_signed_once(standards: Path) -> None:
    service, office = read(standards)
    pages = texts(standard_pdf(with_variants(service, 30), office))
    assert len(pages) > 2
    assert [page.count("No Komponen Uraian") > 0 for page in pages[:-1]] == [True] * (len(pages) - 1)
    assert [page.count("NIP") for page in pages] == [0] * (len(pages) - 1) + [1]
    assert "Nomor : 1 Jenis layanan : KARTU ANGGOTA" in pages[0]


def test_who_lays_the_standard_down_is_a_title_and_no_person(standards: Path) -> None:
    service, office = read(standards)
    assert head_of(office) == "Kepala"
    edit(standards, "office.yaml", "name: Kepala,", "name: Kepala, title: Kepala Perpustakaan Contoh,")
    service, office = read(standards)
    assert head_of(office) == "Kepala Perpustakaan Contoh"
    assert "Kepala Perpustakaan Contoh NIP" in texts(standard_pdf(service, office))[-1]
    assert "Disahkan oleh : Kepala Perpustakaan Contoh NIP" in texts(sop_pdf(service, office))[0]


def test_an_sop_may_be_approved_by_somebody_else(standards: Path) -> None:
    edit(standards, "standard.yaml", "texts:\n", "sop: {approved_by: Bupati Contoh}\ntexts:\n")
    service, office = read(standards)
    assert "Disahkan oleh : Bupati Contoh NIP" in texts(sop_pdf(service, office))[0]
    assert [page.count("Bupati") for page in texts(standard_pdf(service, office))] == [0]


class Page(HTMLParser):
    """A page taken apart: what is open, tables by caption, texts of the cells."""

    VOID = {"meta"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.captions: list[str] = []
        self.cells: list[str] = []
        self.heads: list[str | None] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "th":
            self.heads.append(given.get("scope"))
        if tag in ("td", "th"):
            self.cells.append("")
        if tag == "caption":
            self.captions.append("")
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "caption" in self.open:
            self.captions[-1] += data
        elif {"td", "th"} & set(self.open):
            self.cells[-1] += data


def test_the_page_is_well_formed_whole_and_needs_no_other_file(standards: Path) -> None:
    edit(
        standards,
        "services/1-kartu-anggota.yaml",
        "text: Kartu pelajar",
        'text: "Kartu <b>pelajar</b> & foto"',
    )
    service, office = read(standards)
    service = with_variants(service, 2)
    page = Page()
    text = standard_html(service, office).decode()
    page.feed(text)
    page.close()
    assert page.open == []
    assert page.links == []
    assert text.startswith('<!DOCTYPE html>\n<html lang="id">')
    assert page.captions == ["Penyampaian pelayanan", "Pengelolaan pelayanan"]
    assert page.heads == (["col"] * 3 + ["row"] * 6) + (["col"] * 3 + ["row"] * 8)
    rows = [item for section in contents(service) for item in section.components]
    words = [
        " ".join(cell.split()) for cell in page.cells if cell.strip() not in ("No", "Komponen", "Uraian")
    ]
    assert words[0::3] == [f"{row.number}." for row in rows]
    assert words[1::3] == [row.title for row in rows]
    assert words[2::3] == [
        " ".join(
            part
            for block in row.blocks
            for part in ([f"{block.number}. {block.heading}"] if block.number else []) + list(block.lines)
        )
        for row in rows
    ]


def test_the_sop_says_every_step_and_its_standard_of_quality(standards: Path) -> None:
    edit(standards, "procedures/daring.yaml", "    minutes: 10\n", "    minutes: 10\n    needs: Buku induk\n")
    service, office = read(standards)
    (identity, chart) = texts(sop_pdf(service, office))
    assert "Nama SOP : Kartu Anggota" in identity
    assert "Dasar Hukum Peraturan Contoh 1/2020" in identity
    assert "Kualifikasi Pelaksana Gemar membaca" in identity
    assert "Peralatan/Perlengkapan 1. Meja 2. Kursi" in identity
    head = "Pemohon Petugas loket Kepala Sistem Kelengkapan Waktu Output"
    assert head in chart
    names = [step.name for step in service.variants[0].procedure.steps]
    assert [f"{at} {name}" in chart for at, name in enumerate(names, start=1)] == [True] * 4
    assert "2 Memeriksa Buku induk 10 menit Tidak: kembali ke nomor 1" in chart


def test_the_identity_block_is_blank_where_the_office_says_nothing(standards: Path) -> None:
    (identity, _) = texts(sop_pdf(*read(standards)))
    assert (
        "Nomor SOP : Tanggal Pembuatan : Tanggal Revisi : Tanggal Efektif : Disahkan oleh : Kepala"
        in identity
    )
    edit(
        standards,
        "standard.yaml",
        "texts:\n",
        "sop: {number: 1/SOP, created: 2 Januari 2019, warnings: [Jaga api], recording: [Buku induk]}\n"
        "texts:\n",
    )
    (identity, _) = texts(sop_pdf(*read(standards)))
    assert "Nomor SOP : 1/SOP Tanggal Pembuatan : 2 Januari 2019 Tanggal Revisi : Tanggal" in identity
    assert "Peringatan Jaga api Pencatatan dan Pendataan Buku induk" in identity


def marks(pages: list[str]) -> list[list[str]]:
    """The letters in the connectors of each page."""
    return [sorted(re.findall(r"(?<!\S)[A-Z](?!\S)", page)) for page in pages]


@pytest.mark.parametrize(
    ("back", "letters"),
    [
        ({"s20": "s2"}, [["A", "B"], ["A", "B", "C"], ["C"]]),
        ({"s24": "s2"}, [["A", "B"], ["A", "B", "C", "D"], ["C", "D"]]),
        ({"s25": "s24"}, [["A"], ["A", "B"], ["B"]]),
    ],
)
def test_lines_that_leave_a_page_come_in_on_the_next_under_the_same_letter(
    back: dict[str, str], letters: list[list[str]], standards: Path
) -> None:
    """The line onward goes over both borders, a line back over those between its two rows."""
    service, office = read(standards)
    chart = texts(sop_pdf(with_steps(service, long_steps(25, **back)), office))[1:]
    assert marks(chart) == letters
    found = [number for page in chart for number in re.findall(r"Kegiatan nomor (\d+) dari", page)]
    assert found == [str(number) for number in range(1, 26)]
    assert [
        page.count("No Kegiatan Keterangan Kepala Petugas loket Kelengkapan Waktu Output") for page in chart
    ] == [1] * len(chart)


def test_a_chart_on_one_page_has_no_connectors(standards: Path) -> None:
    service, office = read(standards)
    chart = texts(sop_pdf(with_steps(service, long_steps(8, s8="s2")), office))[1:]
    assert marks(chart) == [[]]


def test_each_procedure_has_its_own_chart_under_its_name(standards: Path) -> None:
    service, office = read(standards)
    first = service.variants[0]
    other = first.procedure.model_copy(update={"procedure": "loket", "name": "Di loket"})
    second = first.model_copy(update={"variant": "loket", "procedure": other})
    several = service.model_copy(update={"variants": [first, second]})
    charts = texts(sop_pdf(several, office))[1:]
    assert [page.split(" Pelaksana ")[0] for page in charts] == [
        "SOP Kartu Anggota: Daring",
        "SOP Kartu Anggota: Di loket",
    ]


def test_who_acts_is_told_to_those_who_cannot_see_the_symbols(standards: Path) -> None:
    with pikepdf.open(BytesIO(sop_pdf(*read(standards)))) as opened:
        told = [
            str(item["/Alt"])
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    assert sorted(told) == [
        "Kepala: keputusan",
        "Pemohon: mulai",
        "Petugas loket: keputusan",
        "Sistem: selesai",
    ]


def test_everything_the_offices_publish_can_be_printed_and_is_found_again() -> None:
    """No requirement and no activity is lost, no letter lacks a glyph, in any service of any office."""
    loaded = load(REAL)
    offices = {office.office: office for office in loaded.offices}
    missing = []
    for service in loaded.services:
        office = offices[service.office]
        standard = squeezed(" ".join(texts(standard_pdf(service, office))))
        sop = squeezed(" ".join(texts(sop_pdf(service, office))))
        for variant in service.variants:
            needed = [(item.text, standard) for item in variant.requirements]
            done = [(step.name, sop) for step in variant.procedure.steps]
            missing += [
                (service.service, text) for text, where in needed + done if squeezed(text) not in where
            ]
    assert missing == []
