"""Every fault rejects its family with a reason; every warning is counted and refuses nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from loket.core import clock
from loket.offices.models import Area
from loket.register.models import AcceptedNumber, Family, Resident
from loket.register.rules import dkb
from tests.integration.register.conftest import AT, Town
from tests.integration.register.dkb_files import (
    Row,
    expected,
    family,
    numbers,
    rejected,
    run_import,
    write_csv,
)


@pytest.fixture(autouse=True)
def _at_one_moment() -> "object":
    with clock.use(AT):
        yield


@pytest.fixture(autouse=True)
def _regions(town: Town) -> None:
    for code, level in (("99", "provinsi"), ("99.71", "kota"), ("99.71.03", "kecamatan")):
        Area.objects.create(code=code, name="Contoh", level=level, parent=code.rpartition(".")[0])


FAULTS: list[tuple[str, str, str, str]] = [
    ("NIK", "997103", "NIK", "NIK harus terdiri dari 16 angka."),
    ("NIK", "9971033913850001", "NIK", "NIK ini tidak mungkin: angka ke-7 sampai ke-12 bukan tanggal lahir."),
    (
        "NIK",
        "9,97103E+15",
        "NIK",
        "Angka terakhir nomor ini hilang karena lembar kerja menyimpannya sebagai "
        "bilangan. Ambil lagi dari sumbernya, sebagai teks.",
    ),
    ("NO_KK", "x", "NO_KK", "Nomor KK harus terdiri dari 16 angka."),
    (
        "NO_KK",
        "9971034501200001",
        "NO_KK",
        "Nomor KK ini tidak mungkin: angka ke-7 sampai ke-12 bukan tanggal terbit.",
    ),
    ("NAMA_LGKP", "", "NAMA_LGKP", "Wajib diisi."),
    ("NAMA_LGKP", "=1+1", "NAMA_LGKP", "Nama tidak mungkin diawali tanda ini."),
    ("NAMA_LGKP", "A" * 101, "NAMA_LGKP", "Terlalu panjang, paling banyak 100 huruf."),
    (
        "NAMA_LGKP",
        "MADE\u202eCONTOH",
        "NAMA_LGKP",
        "Ada karakter yang tidak terbaca atau tidak terlihat dalam sel ini. NAMA_LGKP: Wajib diisi.",
    ),
    ("JENIS_KLMIN", "X", "JENIS_KLMIN", "Tidak ada dalam daftar kode."),
    ("TMPT_LHR", "", "TMPT_LHR", "Wajib diisi."),
    ("TGL_LHR", "", "TGL_LHR", "Wajib diisi."),
    ("TGL_LHR", "1985-02-30", "TGL_LHR", "Bukan tanggal yang ada. Tulis seperti 2001-02-28 atau 28-02-2001."),
    ("TGL_LHR", "04-03-85", "TGL_LHR", "Bukan tanggal yang ada. Tulis seperti 2001-02-28 atau 28-02-2001."),
    (
        "TGL_LHR",
        "2026-03-03",
        "TGL_LHR; TGL_KAWIN",
        "Tanggal ini masih akan datang. TGL_KAWIN: Tanggal ini sebelum tanggal lahir.",
    ),
    ("TGL_LHR", "1899-12-31", "TGL_LHR", "Umur lebih dari 125 tahun. Periksa tahun lahirnya."),
    ("AGAMA", "ATEIS", "AGAMA", "Tidak ada dalam daftar kode."),
    ("GOL_DARAH", "Z", "GOL_DARAH", "Tidak ada dalam daftar kode."),
    ("STATUS_KAWIN", "", "STATUS_KAWIN", "Wajib diisi."),
    (
        "STATUS_KAWIN",
        "BELUM KAWIN",
        "TGL_KAWIN",
        "Ada tanggal kawin, tetapi status perkawinannya BELUM KAWIN.",
    ),
    ("TGL_KAWIN", "1980-01-01", "TGL_KAWIN", "Tanggal ini sebelum tanggal lahir."),
    ("STAT_HBKEL", "TETANGGA", "STAT_HBKEL", "Tidak ada dalam daftar kode."),
    ("STAT_HBKEL", "ISTRI", "STAT_HBKEL", "Keluarga ini tidak punya kepala keluarga dalam berkas."),
    ("PDDK_AKH", "PAUD", "PDDK_AKH", "Tidak ada dalam daftar kode."),
    ("JENIS_PKRJN", "PENYIHIR", "JENIS_PKRJN", "Tidak ada dalam daftar kode."),
    ("KEWARGANEGARAAN", "MARS", "KEWARGANEGARAAN", "Tidak ada dalam daftar kode."),
    ("NIK_IBU", "123", "NIK_IBU", "NIK harus terdiri dari 16 angka."),
    ("NIK_AYAH", family(1)[0]["NIK"], "NIK_AYAH", "NIK orang tua sama dengan NIK orang ini sendiri."),
    ("NO_AKTA_LHR", "1" * 41, "NO_AKTA_LHR", "Terlalu panjang, paling banyak 40 huruf."),
    ("ALAMAT", "-", "ALAMAT", "Wajib diisi."),
    ("NO_RT", "III", "NO_RT", "Tulis angka saja, paling banyak tiga."),
    ("KODE_POS", "761", "KODE_POS", "Kode pos terdiri dari lima angka."),
    ("NO_KEC", "", "NO_KEL", "Kode wilayah tidak lengkap: tulis NO_PROP, NO_KAB, NO_KEC, dan NO_KEL."),
    ("NO_KAB", "72", "NO_KEL", "Desa atau kelurahan ini di luar wilayah kantor."),
    ("NO_KEL", "1009", "NO_KEL", "Kode desa atau kelurahan ini tidak dikenal."),
    ("TGL_KK", "2027-01-01", "TGL_KK", "Tanggal ini masih akan datang."),
    ("TGL_REKAM", "1970-01-01", "TGL_REKAM", "Tanggal ini sebelum tanggal lahir."),
    ("STATUS_DASAR", "MATI", "STATUS_DASAR", "Hanya penduduk yang masih hidup dan menetap yang diimpor."),
]


@pytest.mark.parametrize(("column", "text", "named", "reason"), FAULTS)
def test_a_row_with_a_fault_rejects_its_family_and_says_why(
    town: Town, tmp_path: Path, column: str, text: str, named: str, reason: str
) -> None:
    rows = [*family(1), *family(2)]
    rows[0] = rows[0] | {column: text}
    path = write_csv(tmp_path / "a.csv", rows)
    run = run_import(town, path)
    found = rejected(path)
    assert (found[0]["BARIS"], found[0]["KOLOM"]) == ("2", named)
    assert found[0]["ALASAN"] == f"{named.partition(';')[0]}: {reason}"
    assert [row["BARIS"] for row in found] == ["2", "3", "4"]
    # A member whose nomor KK is another or none leaves a family behind that has no head.
    if column != "NO_KK":
        assert {row["ALASAN"] for row in found[1:]} == {"Ditolak bersama keluarganya; lihat baris 2."}
        assert numbers(run) == expected(6, 1, 3, 0, 1, 3)
    assert list(Family.objects.values_list("number", flat=True)) == [family(2)[0]["NO_KK"]]
    assert Resident.objects.count() == 3


def two_heads(rows: list[Row]) -> None:
    rows[1]["STAT_HBKEL"] = "KEPALA KELUARGA"


def same_nik(rows: list[Row]) -> None:
    rows[4]["NIK"] = rows[1]["NIK"]


def scattered(rows: list[Row]) -> None:
    rows[1]["NO_KEC"] = "05"


WHOLES = [
    (
        two_heads,
        {
            "2": "STAT_HBKEL: Keluarga ini punya lebih dari satu kepala keluarga.",
            "3": "STAT_HBKEL: Keluarga ini punya lebih dari satu kepala keluarga.",
            "4": "Ditolak bersama keluarganya; lihat baris 2.",
        },
    ),
    (
        same_nik,
        {
            "2": "Ditolak bersama keluarganya; lihat baris 3.",
            "3": "NIK: NIK ini ada pada beberapa baris: 3, 6.",
            "4": "Ditolak bersama keluarganya; lihat baris 3.",
            "5": "Ditolak bersama keluarganya; lihat baris 6.",
            "6": "NIK: NIK ini ada pada beberapa baris: 3, 6.",
            "7": "Ditolak bersama keluarganya; lihat baris 6.",
        },
    ),
    (
        scattered,
        dict.fromkeys("234", "NO_KEL: Anggota satu keluarga ditulis di desa atau kelurahan yang berbeda."),
    ),
]


@pytest.mark.parametrize(("spoil", "reasons"), WHOLES)
def test_what_only_the_whole_file_tells(
    town: Town, tmp_path: Path, spoil: Callable[[list[Row]], None], reasons: dict[str, str]
) -> None:
    rows = [*family(1), *family(2), *family(3)]
    spoil(rows)
    path = write_csv(tmp_path / "a.csv", rows)
    run_import(town, path)
    assert {row["BARIS"]: row["ALASAN"] for row in rejected(path)} == reasons
    assert Resident.objects.count() == 9 - len(reasons)


def warned(changes: dict[int, Row], **all_rows: str) -> list[Row]:
    rows = family(1, **all_rows)
    for place, change in changes.items():
        rows[place] |= change
    return rows


WARNED: list[tuple[list[Row], dict[str, int]]] = [
    (warned({0: {"NIK": "8871030403850001"}, 2: {"NIK_AYAH": ""}}), {"nik_province": 1}),
    (warned({0: {"NIK": "9971070403850001"}, 2: {"NIK_AYAH": ""}}), {"nik_region": 1}),
    (warned({}, NO_KK="8871030501200001"), {"kk_province": 3}),
    (warned({}, NO_KK="9971070501200001"), {"kk_region": 3}),
    (warned({0: {"NIK": "9971034403850001"}, 2: {"NIK_AYAH": ""}}), {"nik_sex": 1}),
    (warned({0: {"NIK": "9971030503850001"}, 2: {"NIK_AYAH": ""}}), {"nik_birth_date": 1}),
    (warned({0: {"NIK": "9971030403850000"}, 2: {"NIK_AYAH": ""}}), {"nik_serial": 1}),
    (warned({2: {"NIK_AYAH": "9971033913850001"}}), {"parent_nik": 1}),
    (warned({0: {"NAMA_LGKP": "MADE 2 CONTOH"}}), {"name_digits": 1}),
    (warned({0: {"TGL_LHR": "1910-03-04", "NIK": "9971030403100001"}, 2: {"NIK_AYAH": ""}}), {"very_old": 1}),
    (warned({0: {"STATUS_KAWIN": "KAWIN"}, 1: {"STATUS_KAWIN": "2"}}), {"marital_status": 1}),
    (warned({}, TGL_KK=""), {"kk_date": 3}),
    (warned({}, NO_KEL="1002"), {"retired_area": 3}),
    (warned({1: {"STATUS_KAWIN": "BELUM KAWIN", "TGL_KAWIN": ""}}), {"spouse_unmarried": 1}),
    (warned({2: {"ALAMAT": "JL. LAIN NO. 3"}}), {"address": 1}),
    (warned({2: {"NIK_IBU": family(1)[0]["NIK"], "NIK_AYAH": ""}}), {"parent_sex": 1}),
    (warned({2: {"NIK_IBU": "", "NIK_AYAH": family(1)[1]["NIK"]}}), {"parent_sex": 1}),
    (
        warned({2: {"TGL_LHR": "1990-02-28", "NIK": "9971036802900001", "NIK_AYAH": ""}}),
        {"parent_age": 1},
    ),
    (
        [family(1)[2] | {"STAT_HBKEL": "KEPALA KELUARGA", "NIK_IBU": "", "NIK_AYAH": ""}],
        {"young_head": 1},
    ),
]


@pytest.mark.parametrize(("rows", "warnings"), WARNED, ids=lambda value: str(list(value))[:30])
def test_a_warning_is_counted_and_nothing_is_refused(
    town: Town, tmp_path: Path, rows: list[Row], warnings: dict[str, int]
) -> None:
    Area.objects.create(code="99.71.03.1002", name="Lama", level="kelurahan", parent="99.71.03", retired=True)
    run = run_import(town, write_csv(tmp_path / "a.csv", rows))
    assert (run.warnings, run.residents_taken) == (warnings, len(rows))


def test_every_warning_has_a_test(town: Town) -> None:
    tested = {word for _, warnings in WARNED for word in warnings}
    assert set(dkb.WARNINGS) - tested == {"nik_impossible", "kk_impossible", "differs"}


def test_a_supervisors_reason_lets_odd_numbers_in(town: Town, tmp_path: Path) -> None:
    rows = warned({0: {"NIK": "9971033913850001"}, 2: {"NIK_AYAH": ""}}, NO_KK="9971034501200001")
    run = run_import(town, write_csv(tmp_path / "a.csv", rows), override_reason="Nomor lama, KK asli dilihat")
    assert (run.warnings, run.residents_taken, run.override_reason) == (
        {"nik_impossible": 1, "kk_impossible": 3, "nik_birth_date": 1},
        3,
        "Nomor lama, KK asli dilihat",
    )


def test_what_was_accepted_once_needs_no_reason_again(town: Town, tmp_path: Path) -> None:
    rows = warned({0: {"NIK": "9971033913850001"}, 2: {"NIK_AYAH": ""}}, NO_KK="9971034501200001")
    file = write_csv(tmp_path / "a.csv", rows)
    first = run_import(town, file, override_reason="Nomor lama, KK asli dilihat")
    kept = AcceptedNumber.objects.order_by("number").values_list("number", "code", "reason", "source")
    why = "Nomor lama, KK asli dilihat"
    assert list(kept) == [
        ("9971033913850001", "nik_impossible", why, first.ref),
        ("9971034501200001", "kk_impossible", why, first.ref),
    ]
    again = run_import(town, file)
    assert (again.families_known, again.rows_rejected, AcceptedNumber.objects.count()) == (1, 0, 2)
