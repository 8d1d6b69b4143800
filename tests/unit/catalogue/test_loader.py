"""What the loader makes of files that are right."""

from datetime import date
from pathlib import Path

from loket.catalogue.loader import AreaRow, read_areas


def test_invented_standards_load_without_problems(library) -> None:
    loaded = library.load()
    assert loaded.problems == []
    assert [office.slug for office in loaded.offices] == ["perpustakaan"]


def test_service_is_resolved(library) -> None:
    (service,) = library.load().services
    variant = service.variant("baru")
    assert service.office == "9901"
    assert service.effective_from == date(2024, 1, 1)
    assert [part.part for part in variant.forms] == ["anggota", "penjamin"]
    assert [rule.rule for rule in variant.form_rules] == ["different", "not_before"]
    assert service.choices == {"jenis_buku": {"1": "CERITA", "2": "ILMU"}}
    assert [step.step for step in variant.procedure.steps] == [
        "permohonan",
        "periksa",
        "tanda-tangan",
        "kirim",
    ]


def test_menu_stands_in_the_published_lines(library) -> None:
    (service,) = library.load().services
    line = service.variant("baru").procedure.published[0]
    assert line.text == "Pemohon memilih menu Daftar Anggota dan mengisi formulir"


def test_service_overrides_the_texts_of_the_office(library) -> None:
    library.edit("service", "standard:", "standard:\n  fee: Rp. 5.000")
    (service,) = library.load().services
    assert service.standard["fee"] == "Rp. 5.000"
    assert service.standard["facilities"] == ["Meja", "Kursi"]
    assert service.standard["complaints"] == ["Kotak saran"]


def test_the_own_work_of_an_office_says_only_what_its_source_says(library) -> None:
    work, procedure = (
        library.path(f"{library.office}/{name}") for name in ("services/2.yaml", "procedures/hitung.yaml")
    )
    procedure.write_text(
        """\
procedure: hitung
name: Hitung
published: [{text: Buku dihitung, step: hitung}]
steps:
  - {step: hitung, name: Menghitung, kind: inspect, actor: petugas_loket, minutes: 30}
  - {step: lapor, name: Melapor, kind: report, actor: petugas_loket, minutes: 5}
"""
    )
    work.write_text(
        """\
service: hitung-buku
number: "2"
name: Hitung Buku
group: Internal
source: {file: contoh.txt, heading: "2. Hitung Buku"}
effective_from: 2024-01-01
internal: true
variants:
  - variant: tahunan
    name: Tahunan
    channels: [internal]
    requirements: []
    procedure: hitung
    deadline: {stops: done}
    products: [{document: surat-anggota, medium: pdf}]
standard:
  competence: Dapat berhitung
"""
    )
    assert library.problems() == []
    own = next(item for item in library.load().services if item.internal)
    assert own.standard == {"competence": "Dapat berhitung"}
    assert own.variant("tahunan").deadline.working_minutes == 35


def test_rules_over_parts_that_are_not_asked_for_are_left_out(library) -> None:
    library.edit("service", "parts: [anggota, penjamin]", "parts: [anggota]")
    (service,) = library.load().services
    assert service.variant("baru").form_rules == []


def test_words_that_yaml_reads_as_yes_or_no_stay_text(library) -> None:
    library.edit("service", "options: {ya: Ya, tidak: Tidak}", "options: {yes: Yes, no: No}")
    library.edit("service", "when: {pelajar: ya}", "when: {pelajar: no}")
    (service,) = library.load().services
    assert service.variant("baru").questions[0].options == {"yes": "Yes", "no": "No"}


def test_definition_survives_its_json(library) -> None:
    (service,) = library.load().services
    assert type(service).model_validate_json(service.model_dump_json()) == service


def test_areas_say_what_is_retired(library) -> None:
    assert list(read_areas(library.root)) == [
        AreaRow("99", "Provinsi Contoh", "provinsi", "", False),
        AreaRow("99.01", "Kabupaten Contoh", "kabupaten", "99", False),
        AreaRow("99.02", "Kabupaten Lama", "kabupaten", "99", True),
    ]


def test_no_office_at_all(tmp_path: Path, library) -> None:
    library.root = tmp_path
    assert library.problems() == ["offices baris 1: belum ada satu pun kantor."]


def test_the_identity_block_of_an_sop_is_the_offices_but_for_what_a_service_says(library) -> None:
    library.edit(
        "standard",
        "texts:\n",
        "sop: {effective: Maret 2019, warnings: [Jaga api], related: [SOP A]}\ntexts:\n",
    )
    library.edit("service", "standard:", 'sop: {number: "7/SOP", related: []}\nstandard:')
    (service,) = library.load().services
    sop = service.sop
    assert (sop.number, sop.effective, sop.warnings, sop.related) == ("7/SOP", "Maret 2019", ["Jaga api"], [])


def test_a_service_without_an_identity_block_keeps_its_content(library) -> None:
    """Revisions that were published before there was one must not change."""
    (service,) = library.load().services
    assert "sop" not in service.model_dump()
