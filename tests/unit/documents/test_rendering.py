"""Every national template, rendered and taken apart again."""

import copy
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from loket.core.codes import new_document_id
from loket.documents.rendering import (
    ContextError,
    Frame,
    RenderingError,
    Template,
    TemplateError,
    check_context,
    load_template,
    render,
)

DOCUMENTS = Path(__file__).parents[3] / "standards" / "national" / "documents"
SLUGS = sorted(path.parent.name for path in DOCUMENTS.glob("*/document.yaml"))
LARGEST_UNSIGNED = 80 * 1024
DOCUMENT_ID = "7KQ2M4XD9RTB3HWP7KQ2M4XD9R"
FRAME = Frame(
    document_id=DOCUMENT_ID,
    number="6471-LU-18082026-0001",
    verify_url=f"HTTPS://LOKET.BALIKPAPAN.EXAMPLE/V/{DOCUMENT_ID}",
    office_name="Dinas Kependudukan dan Pencatatan Sipil",
    region="Kota Balikpapan",
    place="Balikpapan",
    issued_on=date(2026, 8, 18),
    issued_at=datetime(2026, 8, 18, 9, 5, tzinfo=ZoneInfo("Asia/Makassar")),
    signer_name="RATNA DEWI KUSUMA, M.Si.",
    signer_title="Kepala Dinas Kependudukan dan Pencatatan Sipil Kota Balikpapan",
    signer_id="197003151995032001",
    specimen=False,
    signed_electronically=True,
)
UNSIGNED = replace(FRAME, verify_url="", signed_electronically=False)
BIRTH, FAMILY, TICKET = "kutipan-akta-kelahiran", "kartu-keluarga", "tiket-cetak"
PAPER_RECEIPTS = "resi-kertas"


@cache
def template(slug: str) -> Template:
    return load_template(DOCUMENTS / slug)


def example(slug: str, **changes: Any) -> dict[str, Any]:
    return json.loads((DOCUMENTS / slug / "example.json").read_text(encoding="utf-8")) | changes


@cache
def rendered_example(slug: str) -> bytes:
    return render(template(slug), example(slug), frame=UNSIGNED if slug == TICKET else FRAME)


def page_texts(pdf: bytes) -> list[str]:
    """The text of every page, each run of white space as one blank."""
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf)]


def codes_on(pdf: bytes) -> list[str]:
    pictures = [page.render(scale=200 / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    return [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]


def birth_sentence(**changes: Any) -> str:
    pdf = render(template(BIRTH), example(BIRTH, **changes), frame=FRAME)
    found = re.search(r"Bahwa di .*(?= Kutipan ini)", page_texts(pdf)[0])
    assert found
    return found[0]


def problems_of(slug: str, context: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    with pytest.raises(ContextError) as caught:
        check_context(template(slug), context)
    return caught.value.problems


def family_of(count: int) -> dict[str, Any]:
    """The example family, cut or grown with more children to `count` members."""
    context = example(FAMILY)
    youngest = context["members"][-1]
    children = [youngest | {"name": f"ANAK {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[place]}"} for place in range(count)]
    return context | {"members": [*context["members"], *children][:count]}


@pytest.mark.parametrize("slug", SLUGS)
def test_examples_are_tagged_pdf_a_2a_with_their_id(slug: str) -> None:
    with pikepdf.open(BytesIO(rendered_example(slug))) as pdf:
        metadata = pdf.open_metadata()
        number = UNSIGNED.number if slug == TICKET else FRAME.number
        assert metadata["pdfaid:part"] == "2"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdf:Keywords"] == f"loket:{DOCUMENT_ID}"
        assert str(pdf.docinfo["/Keywords"]) == f"loket:{DOCUMENT_ID}"
        assert str(pdf.docinfo["/Title"]) == f"{template(slug).title} {number}"
        assert str(pdf.docinfo["/Author"]) == FRAME.office_name
        assert str(pdf.docinfo["/CreationDate"]) == "D:20260818010500Z"
        assert bool(pdf.Root.MarkInfo.Marked) is True
        assert str(pdf.Root.StructTreeRoot.Type) == "/StructTreeRoot"
        assert str(pdf.Root.Lang) == "id"


@pytest.mark.parametrize("slug", SLUGS)
def test_examples_embed_their_fonts_and_carry_nothing_active(slug: str) -> None:
    with pikepdf.open(BytesIO(rendered_example(slug))) as pdf:
        dictionaries = [
            item for item in pdf.objects if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream))
        ]
        descriptors = [item for item in dictionaries if item.get("/Type") == "/FontDescriptor"]
        fonts = [item for item in dictionaries if str(item.get("/Subtype", "")).startswith("/CIDFont")]
        assert len(descriptors) == len([item for item in fonts if "/FontDescriptor" in item]) > 0
        assert [item for item in descriptors if not {"/FontFile2", "/FontFile3"} & set(item.keys())] == []
        active = {"/JS", "/JavaScript", "/OpenAction", "/AA", "/EmbeddedFiles", "/AcroForm"}
        assert [item for item in dictionaries if active & set(item.keys())] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_examples_are_small_and_repeat_byte_for_byte(slug: str) -> None:
    frame = UNSIGNED if slug == TICKET else FRAME
    again = load_template(DOCUMENTS / slug)
    assert len(rendered_example(slug)) <= LARGEST_UNSIGNED
    assert render(again, example(slug), frame=frame) == rendered_example(slug)


@pytest.mark.parametrize("slug", SLUGS)
def test_specimen_is_written_on_every_page_of_a_specimen_only(slug: str) -> None:
    context = family_of(24) if slug == FAMILY else example(slug)
    plain = page_texts(render(template(slug), context, frame=UNSIGNED))
    marked = page_texts(render(template(slug), context, frame=replace(UNSIGNED, specimen=True)))
    assert [text.count("SPECIMEN") for text in plain] == [0] * len(plain)
    # A sheet that is cut in two says it on both halves.
    boxes = [2, 2, 1] if slug == PAPER_RECEIPTS else [1] * len(plain)
    assert [text.count("SPECIMEN: bukan dokumen resmi") for text in marked] == boxes
    # Behind the text, in the box and at the foot.
    assert [text.count("SPECIMEN") for text in marked] == [2 + count for count in boxes]


def test_the_watermark_is_an_artifact() -> None:
    pdf = render(template(BIRTH), example(BIRTH), frame=replace(UNSIGNED, specimen=True))
    with pikepdf.open(BytesIO(pdf)) as opened:
        depth, drawn_in_artifact = 0, []
        for operands, operator in pikepdf.parse_content_stream(opened.pages[0]):
            if str(operator) in ("BMC", "BDC"):
                depth += str(operands[0]) == "/Artifact"
            elif str(operator) == "EMC":
                depth = 0
            elif str(operator) == "Tf" and operands[1] > 100:
                drawn_in_artifact.append(depth > 0)
    assert drawn_in_artifact == [True]


@pytest.mark.parametrize("slug", [BIRTH, FAMILY])
@pytest.mark.parametrize("specimen", [False, True])
def test_the_qr_holds_exactly_the_verify_url(slug: str, specimen: bool) -> None:
    pdf = render(template(slug), example(slug), frame=replace(FRAME, specimen=specimen))
    assert codes_on(pdf) == [FRAME.verify_url]


def test_the_qr_of_twenty_other_documents_decodes_too() -> None:
    urls = [f"HTTPS://LOKET.BALIKPAPAN.EXAMPLE/V/{new_document_id()}" for _ in range(20)]
    frames = [replace(FRAME, verify_url=url) for url in urls]
    assert [codes_on(render(template(BIRTH), example(BIRTH), frame=each)) for each in frames] == [
        [url] for url in urls
    ]


def test_without_an_electronic_signature_there_is_no_verify_qr_and_no_claim_of_one() -> None:
    pdf = render(template(BIRTH), example(BIRTH), frame=replace(FRAME, signed_electronically=False))
    assert codes_on(pdf) == []
    assert re.findall(r"secara elektronik|kode QR", page_texts(pdf)[0]) == []


def test_a_ticket_tracks_and_says_that_it_is_no_card() -> None:
    pdf = rendered_example(TICKET)
    assert codes_on(pdf) == [example(TICKET)["tracking_url"]]
    assert re.findall(r"Tiket ini [^.]*\.", page_texts(pdf)[0]) == [
        "Tiket ini bukan KIA dan bukan dokumen kependudukan."
    ]


START = (
    "Bahwa di Kota Balikpapan pada tanggal 17 Agustus 2026 (tujuh belas Agustus dua ribu dua puluh enam) "
    "telah lahir AISYAH PUTRI RAMADHANI "
)
COUPLE = "ayah BUDI SANTOSO RAMADHAN dan ibu SITI NURHALIZAH"
UNRECORDED = ", yang perkawinannya belum tercatat sesuai dengan peraturan perundang-undangan"


@pytest.mark.parametrize(
    ("changes", "rest"),
    [
        ({}, f"anak ke-2 (dua), perempuan dari {COUPLE}."),
        (
            {"parents_kind": "unrecorded", "sex": "L"},
            f"anak ke-2 (dua), laki-laki dari {COUPLE}{UNRECORDED}.",
        ),
        (
            {"parents_kind": "mother_only", "father_name": None, "child_order": 11},
            "anak ke-11 (sebelas), perempuan dari ibu SITI NURHALIZAH.",
        ),
        (
            {"parents_kind": "unknown", "father_name": None, "mother_name": None, "child_order": None},
            "perempuan, yang tidak diketahui asal-usul atau keberadaan orang tuanya.",
        ),
    ],
)
def test_the_sentence_of_a_birth(changes: dict[str, Any], rest: str) -> None:
    assert birth_sentence(**changes) == START + rest


@pytest.mark.parametrize(
    "name",
    [
        'D\'ARTAGNAN "DE" O’NEIL',
        '#eval("1+1") $x^2$ *tebal* _miring_ \\ @rujuk <label> [isi] ~ -- ...',
        '// BUKAN KOMENTAR /* INI */ #include "/etc/passwd"',
        "SUHARTONO",
    ],
)
def test_names_are_shown_as_they_are(name: str) -> None:
    sentence = birth_sentence(name=name, mother_name=name)
    assert sentence == (
        f"{START.removesuffix('AISYAH PUTRI RAMADHANI ')}{name} "
        f"anak ke-2 (dua), perempuan dari ayah BUDI SANTOSO RAMADHAN dan ibu {name}."
    )


def test_a_family_card_holds_both_tables_and_counts_its_members() -> None:
    text = page_texts(rendered_example(FAMILY))[0]
    # A row is followed from its number to the last cell that holds something.
    assert re.findall(r"4 AISYAH PUTRI RAMADHANI .*? BEKERJA", text) == [
        "4 AISYAH PUTRI RAMADHANI 6471015708269001 PEREMPUAN BALIKPAPAN 17-08-2026 ISLAM TIDAK/BELUM SEKOLAH "
        "BELUM/TIDAK BEKERJA"
    ]
    assert re.findall(r"1 KAWIN TERCATAT .*? KARTINI", text) == [
        "1 KAWIN TERCATAT 20-06-2015 KEPALA KELUARGA WNI - - SLAMET RAMADHAN KARTINI"
    ]
    assert re.findall(r"Jumlah anggota keluarga: \d+", text) == ["Jumlah anggota keluarga: 4"]


@pytest.mark.parametrize(("members", "pages"), [(1, 1), (5, 1), (6, 1), (10, 1), (12, 1), (24, 2)])
def test_large_families_flow_to_a_second_page(members: int, pages: int) -> None:
    texts = page_texts(render(template(FAMILY), family_of(members), frame=FRAME))
    assert len(texts) == pages
    assert [text.count(f"Lanjutan Kartu Keluarga No. {FRAME.number}") for text in texts] == [0, 1][:pages]
    assert [text.count("Ditandatangani secara elektronik") for text in texts] == [1, 0][:pages][::-1]


def test_missing_rt_and_rw_are_a_dash() -> None:
    context = example(FAMILY, rt=None, rw=None)
    text = page_texts(render(template(FAMILY), context, frame=FRAME))[0]
    assert re.findall(r"RT/RW \S+", text) == ["RT/RW -"]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"name": None}, (("name", "belum diisi"),)),
        ({"name": "  "}, (("name", "belum diisi"),)),
        ({"nik": 6471015708269001}, (("nik", "harus teks"),)),
        ({"weight": "3 kg"}, (("weight", "tidak dikenal"),)),
        ({"birth_date": "17-08-2026"}, (("birth_date", "harus tanggal (TTTT-BB-HH)"),)),
        ({"birth_date": datetime(2026, 8, 17, tzinfo=UTC)}, (("birth_date", "harus tanggal (TTTT-BB-HH)"),)),
        ({"child_order": True}, (("child_order", "harus bilangan bulat 0 sampai 999999"),)),
        ({"sex": "X"}, (("sex", "harus salah satu dari L, P"),)),
        ({"name": "ANI\nBUDI"}, (("name", "memuat tanda yang tidak dapat dicetak"),)),
        ({"name": "ANI \u202eIDUB"}, (("name", "memuat tanda yang tidak dapat dicetak"),)),
        ({"father_name": None}, (("father_name", "belum diisi"),)),
        ({"parents_kind": "mother_only"}, (("father_name", "tidak berlaku untuk dokumen ini"),)),
        (
            {"name": None, "sex": None, "x": 1},
            (("x", "tidak dikenal"), ("name", "belum diisi"), ("sex", "belum diisi")),
        ),
    ],
)
def test_a_wrong_context_names_the_exact_keys(changes: dict[str, Any], problems: Any) -> None:
    assert problems_of(BIRTH, example(BIRTH, **changes)) == problems


def test_a_wrong_context_names_the_item_of_a_list() -> None:
    context = copy.deepcopy(example(FAMILY))
    del context["members"][2]["nik"]
    context["members"][3]["umur"] = "0"
    assert problems_of(FAMILY, context) == (
        ("members[2].nik", "belum diisi"),
        ("members[3].umur", "tidak dikenal"),
    )
    assert problems_of(FAMILY, example(FAMILY, members=[])) == (("members", "belum diisi"),)
    assert problems_of(FAMILY, example(FAMILY, members="ANI")) == (("members", "harus berupa daftar"),)
    assert problems_of(FAMILY, example(FAMILY, members=["ANI"])) == (
        ("members[0]", "harus berupa kumpulan isian"),
    )


def test_a_word_too_long_for_its_cell_keeps_all_its_letters() -> None:
    name = "SASTRO" * 10
    context = example(FAMILY)
    context["members"][3]["name"] = name
    text = page_texts(render(template(FAMILY), context, frame=FRAME))[0]
    assert [row.replace(" ", "") for row in re.findall(r"4 (\D*) 6471015708269001", text)] == [name]


def test_threads_may_render_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: render(template(BIRTH), example(BIRTH), frame=FRAME), range(12)))
    assert results == [rendered_example(BIRTH)] * 12


def test_dates_may_be_dates_or_iso_text() -> None:
    given = example(BIRTH, birth_date=date(2026, 8, 17))
    assert render(template(BIRTH), given, frame=FRAME) == rendered_example(BIRTH)


def test_a_letter_without_a_glyph_is_refused_and_never_shown_as_a_box() -> None:
    with pytest.raises(RenderingError):
        render(template(BIRTH), example(BIRTH, name="漢字"), frame=FRAME)


def test_a_frame_must_be_verifiable_and_repeatable() -> None:
    with pytest.raises(ValueError, match="verify_url"):
        replace(FRAME, verify_url="")
    with pytest.raises(ValueError, match="time zone"):
        replace(FRAME, issued_at=datetime(2026, 8, 18, 9, 5))  # noqa: DTZ001  (that is the mistake)


def test_the_content_hash_follows_template_and_shared_files(tmp_path: Path) -> None:
    for source in [*DOCUMENTS.glob("_shared/*"), *DOCUMENTS.glob(f"{BIRTH}/*")]:
        copied = tmp_path / source.relative_to(DOCUMENTS)
        copied.parent.mkdir(exist_ok=True)
        copied.write_bytes(source.read_bytes())
    original = load_template(tmp_path / BIRTH).content_hash
    assert original == template(BIRTH).content_hash
    seen = {original}
    for name in (f"{BIRTH}/document.typ", f"{BIRTH}/document.yaml", "_shared/loket.typ"):
        path = tmp_path / name
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        seen.add(load_template(tmp_path / BIRTH).content_hash)
    assert len(seen) == 4


def test_a_template_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        load_template(tmp_path)
    (tmp_path / "document.yaml").write_text("document: x\ntitle: [", encoding="utf-8")
    with pytest.raises(TemplateError):
        load_template(tmp_path)


@pytest.mark.parametrize("slug", ["surat-keterangan-pindah-wni", "surat-keterangan-pindah-luar-negeri"])
def test_a_cancelled_move_says_that_nobody_moves(slug: str) -> None:
    cancelled = {"replaces": "SKPWNI/6471/01082026/0001", "cancelled": "Batal pindah kerja"}
    plain, void = (
        page_texts(render(template(slug), example(slug, **changes), frame=FRAME))[0]
        for changes in ({"replaces": "SKPWNI/6471/01082026/0001"}, cancelled)
    )
    assert [words in plain for words in ("PEMBATALAN", "dibatalkan", "Membatalkan surat")] == [False] * 3
    assert [words in void for words in ("PEMBATALAN", "dibatalkan", "Membatalkan surat")] == [True] * 3
    assert ("Menggantikan surat" in plain, "Menggantikan surat" in void) == (True, False)


@pytest.mark.parametrize(("movers", "pages"), [(1, 1), (5, 1), (20, 2)])
def test_a_large_family_moves_on_a_second_page(movers: int, pages: int) -> None:
    slug = "surat-keterangan-pindah-wni"
    person = example(slug)["movers"][-1]
    found = page_texts(render(template(slug), example(slug, movers=[person] * movers), frame=FRAME))
    assert len(found) == pages
    assert sum(text.count(person["nik"]) for text in found) == movers
