"""The standards that are shipped: they load, and they say what the offices published."""

from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from loket.cases.actions.events.population import REASONS
from loket.catalogue.loader import Loaded, load, read_areas
from loket.catalogue.loader.national import read_national
from loket.catalogue.rules import Variant
from loket.register.rules import CHILD, HEAD, HUSBAND, WIFE

STANDARDS = Path(__file__).parents[3] / "standards"
AREAS_BY_LEVEL = {
    "provinsi": 38,
    "kabupaten": 416,
    "kota": 98,
    "kecamatan": 7285,
    "desa": 456,
    "kelurahan": 62,
}


@lru_cache
def loaded() -> Loaded:
    return load(STANDARDS)


def birth() -> Variant:
    (service,) = [
        item for item in loaded().services if (item.office, item.service) == ("6471", "akta-kelahiran")
    ]
    return service.variant("kelahiran-wni")


# Menus of Kota Balikpapan that serve several of its services; they are published so.
SHARED_MENUS = [
    "Akta kelahiran dengan produk 3 in 1 (akta kelahiran, kartu keluarga dan KIA)",
    "Kehilangan, Kerusakan, Cetak Ulang KK atau Cetak KTP (karena Kehilangan, Kerusakan, Perubahan"
    " Data, Penggantian"
    " Suket)",
    "kehilangan/kerusakan dokumen akta pencatatan sipil",
    "Kehilangan/Kerusakan Dokumen Kependudukan",
]


def test_standards_have_no_problems_but_the_shared_menus() -> None:
    assert [str(problem) for problem in loaded().errors] == []
    warned = [problem.message.partition("' dipakai oleh ")[0] for problem in loaded().warnings]
    assert warned == [f"menu '{menu}" for menu in SHARED_MENUS]


def test_the_four_offices_are_there() -> None:
    zones = {office.office: office.zone for office in loaded().offices}
    assert zones == {
        "1806": "Asia/Jakarta",
        "2101": "Asia/Jakarta",
        "6309": "Asia/Makassar",
        "6471": "Asia/Makassar",
    }


def test_hours_of_tabalong_are_the_published_ones() -> None:
    (office,) = [item for item in loaded().offices if item.office == "6309"]
    assert office.hours["kamis"] == ["09.00-15.00"]
    assert office.hours["jumat"] == ["08.30-10.30"]


def test_birth_certificate_has_the_published_requirements() -> None:
    texts = [item.text for item in birth().requirements]
    assert len(texts) == 7
    assert texts[0] == "Upload Surat Keterangan Kelahiran dari Rumah sakit/ dokter/ bidan"
    assert texts[4] == (
        "Upload SPTJM (Surat Pernyataan Tanggung Jawab Mutlak), jika tidak memiliki dokumen Surat Keterangan"
        " Kelahiran dari RS/Bidan"
    )
    assert texts[5] == "Upload buku nikah atau ijazah pemohon bagi yang menggunakan SPTJM"
    assert texts[6] == "Mengisi formulir pada aplikasi"


def test_birth_certificate_has_the_published_procedure() -> None:
    lines = [line.text for line in birth().procedure.published]
    assert len(lines) == 10
    assert lines[0] == "Pemohon mengakses web Disdukcapil Balikpapan (http://capil.balikpapan.go.id)"
    assert lines[3] == (
        "Pemohon log in pada akun pelayanan online dan memilih menu pelayanan Akta kelahiran dengan produk"
        " 3 in 1 (akta kelahiran, kartu keluarga dan KIA)"
    )
    assert lines[7] == (
        "File yang dimohonkan akan dikirimkan secara otomatis melalui e-mail dan Riwayat permohonan yang"
        " terdapat dalam aplikasi layanan online"
    )
    assert birth().deadline.text == "Bagi WNI 24 jam (1 hari kerja) apabila berkas lengkap dan sesuai"


def test_birth_certificate_runs_in_five_steps() -> None:
    steps = [(step.step, step.kind, step.actor) for step in birth().procedure.steps]
    assert steps == [
        ("permohonan", "apply", "pemohon"),
        ("verifikasi", "verify", "petugas_loket"),
        ("entri", "enter_data", "operator_perubahan"),
        ("tte", "sign", "kepala_dinas"),
        ("kirim", "send", "sistem"),
    ]


def test_papers_depend_on_the_letter_of_birth() -> None:
    with_letter = [item.key for item in birth().uploads({"surat_keterangan_lahir": "ada"})]
    without = [item.key for item in birth().uploads({"surat_keterangan_lahir": "tidak_ada"})]
    common = ["buku_nikah", "kk_dan_ktp", "ktp_saksi"]
    assert with_letter == ["surat_keterangan_kelahiran", *common]
    assert without == [*common, "sptjm_kelahiran", "buku_nikah_atau_ijazah"]


def test_form_asks_for_what_f_2_01_names() -> None:
    keys = [entry.key for entry in birth().fields()]
    assert len(keys) == 33
    optional = [entry.key for entry in birth().fields() if not entry.required]
    # A mother who reports alone leaves the whole part of the father empty.
    father = [f"ayah_{key}" for key in ("nama", "nik", "tempat_lahir", "tanggal_lahir", "kewarganegaraan")]
    assert optional == ["anak_berat", "anak_panjang", *father]
    assert set(birth().same_event) <= set(keys)


def test_the_application_for_a_family_card_asks_for_what_f_1_15_names() -> None:
    form = read_national(STANDARDS, []).forms["f-1.15"]
    assert form is not None
    fields = {field.key: field for part in form.parts for field in part.fields}
    assert [part.part for part in form.parts] == ["pemohon", "alamat", "keluarga"]
    assert [key for key, field in fields.items() if not field.required] == [
        "kk_semula",
        "kode_pos",
        "telepon",
    ]
    assert fields["desa"].type == "village"
    table = fields["anggota"]
    assert (table.type, table.fewest_rows, table.most_rows) == ("rows", 1, fields["jumlah_anggota"].max)
    columns = [(column.key, column.type, column.options) for column in table.columns]
    assert columns == [("nik", "nik", None), ("nama", "name", None), ("shdk", "choice", "shdk")]
    assert [rule.rule for rule in form.rules] == ["counts", "exactly_one", "unique"]


def test_reasons_and_relations_are_those_the_register_knows() -> None:
    lists = read_national(STANDARDS, []).code_lists
    assert list(lists["f115_alasan"].values()) == list(REASONS)
    assert lists["shdk"]["1"] == HEAD
    assert {HUSBAND, WIFE, CHILD} < set(lists["shdk"].values())


@pytest.mark.parametrize(("area", "count"), [("18.06", 302), ("21.01", 51), ("63.09", 131), ("64.71", 34)])
def test_each_office_has_villages_to_choose_from(area: str, count: int) -> None:
    assert len(read_national(STANDARDS, []).villages(area)) == count


def test_areas_are_complete_and_unique() -> None:
    rows = list(read_areas(STANDARDS))
    current = [row for row in rows if not row.retired]
    codes = {row.code for row in rows}
    assert Counter(row.level for row in current) == AREAS_BY_LEVEL
    assert len(rows) - len(current) == 620
    assert len(codes) == len(rows)
    assert [row for row in rows if row.parent and row.parent not in codes] == []


def test_every_village_belongs_to_one_of_the_offices() -> None:
    offices = {office.area for office in loaded().offices}
    villages = [row for row in read_areas(STANDARDS) if row.code.count(".") == 3]
    assert len(villages) == 518
    assert {row.code[:5] for row in villages} == offices


def test_the_list_of_regencies_is_that_of_the_areas() -> None:
    rows = [row for row in read_areas(STANDARDS) if not row.retired]
    names = {row.code: row.name for row in rows}
    regencies = {row.code: f"{row.name}, {names[row.parent]}" for row in rows if row.code.count(".") == 1}
    assert read_national(STANDARDS, []).code_lists["kabupaten_kota"] == regencies
