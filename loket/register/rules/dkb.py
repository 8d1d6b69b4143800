"""The columns of a population file, named as those of the DKB and of the data utilisation service.

Source: the answers of the web service of Permendagri 102/2019, whose names the workbooks of the DKB share.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

VERY_OLD = 110


@dataclass(frozen=True)
class Column:
    """A column of the file: its name, whether the file must have it, and other names of it."""

    name: str
    required: bool = False
    also: tuple[str, ...] = ()


COLUMNS = (
    Column("NO_KK", True, ("NOKK", "NOMOR_KK")),
    Column("NIK", True),
    Column("NAMA_LGKP", True, ("NAMA", "NAMA_LENGKAP")),
    Column("JENIS_KLMIN", True, ("JENIS_KELAMIN", "JK")),
    Column("TMPT_LHR", True, ("TEMPAT_LAHIR",)),
    Column("TGL_LHR", True, ("TANGGAL_LAHIR",)),
    Column("AGAMA", True),
    Column("GOL_DARAH", also=("GOLONGAN_DARAH", "GOL_DRH")),
    Column("STATUS_KAWIN", True, ("STAT_KWN", "STATUS_PERKAWINAN")),
    Column("TGL_KAWIN", also=("TGL_KWN", "TANGGAL_KAWIN")),
    Column("STAT_HBKEL", True, ("SHDK", "HUBUNGAN_KELUARGA")),
    Column("PDDK_AKH", True, ("PENDIDIKAN",)),
    Column("JENIS_PKRJN", True, ("PEKERJAAN",)),
    Column("KEWARGANEGARAAN", also=("KWRNGRN",)),
    Column("NIK_IBU"),
    Column("NAMA_LGKP_IBU", also=("NAMA_IBU",)),
    Column("NIK_AYAH"),
    Column("NAMA_LGKP_AYAH", also=("NAMA_AYAH",)),
    Column("NO_AKTA_LHR", also=("NOMOR_AKTA_LAHIR",)),
    Column("ALAMAT", True),
    Column("NO_RT", also=("RT",)),
    Column("NO_RW", also=("RW",)),
    Column("KODE_POS"),
    Column("NO_PROP"),
    Column("NO_KAB"),
    Column("NO_KEC"),
    Column("NO_KEL", True, ("KODE_DESA", "KODE_WILAYAH")),
    Column("TGL_KK", also=("TGL_TERBIT_KK",)),
    Column("TGL_REKAM", also=("TGL_REKAM_KTP",)),
    Column("TGL_CETAK", also=("TGL_CETAK_KTP",)),
    Column("STATUS_DASAR"),
)
NAMES = tuple(column.name for column in COLUMNS)
# Known, and not read: words for codes that the file has as well, and what a list of rejected rows adds.
UNREAD = {
    "NO", "UMUR", "DUSUN", "PROP_NAME", "KAB_NAME", "KEC_NAME", "KEL_NAME", "EKTP_STATUS", "EKTP_CREATED",
    "BARIS", "KOLOM", "ALASAN",
}  # fmt: skip
# What a warning's word means, for the summary.
WARNINGS = {
    "nik_impossible": "NIK yang tidak mungkin, diterima dengan alasan",
    "kk_impossible": "nomor KK yang tidak mungkin, diterima dengan alasan",
    "nik_province": "kode provinsi pada NIK tidak dikenal",
    "nik_region": "kode kabupaten/kota atau kecamatan pada NIK tidak dikenal",
    "kk_province": "kode provinsi pada nomor KK tidak dikenal",
    "kk_region": "kode kabupaten/kota atau kecamatan pada nomor KK tidak dikenal",
    "nik_sex": "jenis kelamin pada NIK lain dari data",
    "nik_birth_date": "tanggal lahir pada NIK lain dari data",
    "nik_serial": "nomor urut NIK 0000",
    "parent_nik": "NIK ibu atau ayah yang tidak mungkin",
    "name_digits": "nama memuat angka",
    "very_old": f"umur lebih dari {VERY_OLD} tahun",
    "marital_status": "KAWIN atau CERAI HIDUP tanpa keterangan tercatat dibaca sebagai tercatat",
    "kk_date": "tanggal KK diambil dari nomornya",
    "retired_area": "kode desa atau kelurahan yang sudah tidak berlaku",
    "young_head": "kepala keluarga belum 17 tahun dan belum kawin",
    "spouse_unmarried": "suami atau istri berstatus BELUM KAWIN",
    "address": "alamat lain dari kepala keluarga; yang dicatat alamat kepala keluarga",
    "parent_sex": "NIK ibu milik laki-laki, atau NIK ayah milik perempuan",
    "parent_age": "ibu atau ayah kurang dari 10 tahun lebih tua daripada anaknya",
    "differs": "sudah ada di register dengan nama, tanggal lahir, atau jenis kelamin lain",
}


class UnreadableColumns(ValueError):
    """Judul kolom berkas ini tidak dapat dipakai."""


def places(header: list[str]) -> list[int | None]:
    """Where each column of COLUMNS stands in a file with this header; None where it has none.

    Raises UnreadableColumns: a required one is missing, one is there twice.
    """
    known = {name: column.name for column in COLUMNS for name in (column.name, *column.also)}
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        name = known.get(re.sub(r"[\s_.]+", "_", title.strip().upper()))
        if name in found:
            raise UnreadableColumns(f"Kolom {name} ada dua kali.")
        if name:
            found[name] = place
    missing = [column.name for column in COLUMNS if column.required and column.name not in found]
    if missing:
        raise UnreadableColumns(f"Kolom ini tidak ada: {', '.join(missing)}.")
    return [found.get(name) for name in NAMES]


def unknown_columns(header: list[str]) -> list[str]:
    """Titles that mean nothing to the import; they are told, because somebody may rely on them."""
    known = {name for column in COLUMNS for name in (column.name, *column.also)} | UNREAD
    return [
        title
        for title in header
        if title.strip() and re.sub(r"[\s_.]+", "_", title.strip().upper()) not in known
    ]


def as_cells(found: dict[str, Any]) -> list[str]:
    """Fields of a resident and the family as cells in the order of COLUMNS."""
    area = (found["village"] or "...").split(".")
    given: dict[str, Any] = {
        "NO_KK": found["kk"],
        "NIK": found["nik"],
        "NAMA_LGKP": found["name"],
        "JENIS_KLMIN": {"L": "LAKI-LAKI", "P": "PEREMPUAN"}.get(found["sex"]),
        "TMPT_LHR": found["birth_place"],
        "TGL_LHR": found["birth_date"],
        "AGAMA": found["religion"],
        "GOL_DARAH": found["blood_type"],
        "STATUS_KAWIN": found["marital_status"],
        "TGL_KAWIN": found["marriage_date"],
        "STAT_HBKEL": found["relation"],
        "PDDK_AKH": found["education"],
        "JENIS_PKRJN": found["occupation"],
        "KEWARGANEGARAAN": found["nationality"],
        "NIK_IBU": found["mother_nik"],
        "NAMA_LGKP_IBU": found["mother_name"],
        "NIK_AYAH": found["father_nik"],
        "NAMA_LGKP_AYAH": found["father_name"],
        "NO_AKTA_LHR": found["birth_certificate"],
        "ALAMAT": found["address"],
        "NO_RT": found["rt"],
        "NO_RW": found["rw"],
        "KODE_POS": found["postal_code"],
        **dict(zip(("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"), area, strict=True)),
        "TGL_KK": found["issued_on"],
        "TGL_REKAM": found["biometrics_recorded_on"],
        "TGL_CETAK": found["id_card_issued_on"],
        "STATUS_DASAR": "HIDUP",
    }
    return [_text(given[name]) for name in NAMES]


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return value or ""
