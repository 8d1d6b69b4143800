"""What each event of pendaftaran penduduk reads is asked by every published variant that names the event."""

from functools import lru_cache
from pathlib import Path

import pytest
import yaml

from loket.cases.actions.events.population import RECORDERS
from loket.catalogue.loader import load
from loket.catalogue.rules import Variant

STANDARDS = Path(__file__).parents[3] / "standards"
APPLICANT = {"pemohon_nik", "pemohon_nama"}
NEW_FAMILY = APPLICANT | {
    "keluarga_alamat",
    "keluarga_rt",
    "keluarga_rw",
    "keluarga_desa",
    "keluarga_anggota",
}
HERE = {"tiba_alamat", "tiba_rt", "tiba_rw", "tiba_desa"}
PERSON = {"orang_nama", "orang_jenis_kelamin", "orang_tanggal_lahir", "orang_agama", "orang_status_kawin"}
ARRIVAL = APPLICANT | HERE | {"datang_kk", "datang_nomor_kk", "anggota_datang"}
MOVE = APPLICANT | {"tujuan_alamat", "tujuan_kabupaten", "pindah_alasan", "pindah_jenis", "anggota_pindah"}
# One of these sets of fields must be there.
NEEDED: dict[str, list[set[str]]] = {
    "family_card": [{"pemohon_nik", "alasan", "alamat", "desa", "anggota"}],
    "family_new": [NEW_FAMILY | {"kawin_bukti", "kawin_tanggal", "pengganti_nik"}],
    "family_divorced": [
        NEW_FAMILY | {"cerai_nik", "cerai_nama", "cerai_bukti", "cerai_tanggal", "pengganti_nik"}
    ],
    "family_split": [NEW_FAMILY | {"pengganti_nik"}],
    "family_join": [
        APPLICANT | {"numpang_nomor_kk", "numpang_kepala_nama", "numpang_anggota", "pengganti_nik"}
    ],
    "family_member_added": [APPLICANT | PERSON | {"orang_shdk"}],
    "family_member_removed": [
        APPLICANT | {"kurang_sebab", "kurang_tanggal", "kurang_anggota", "pengganti_nik"}
    ],
    "family_head_changed": [APPLICANT | {"kepala_baru_nik", "kepala_baru_nama", "kepala_baru_dasar"}],
    "family_replaced": [APPLICANT],
    "family_data_changed": [
        APPLICANT | {"perubahan_pendidikan", "perubahan_agama", "perubahan_lain"},
        {"pernyata_nik", "perubahan_pendidikan", "perubahan_agama", "perubahan_lain"},
    ],
    "move_within": [APPLICANT | HERE | {"anggota_pindah", "pindah_pengganti_nik"}],
    "move_out": [MOVE, APPLICANT | {"surat_lama_nomor"}, APPLICANT | {"batal_surat_nomor"}],
    "move_abroad": [
        APPLICANT | {"tujuan_negara", "tujuan_negara_tanggal", "anggota_pindah", "pengganti_nik"},
        APPLICANT | {"tujuan_negara", "tujuan_negara_tanggal", "anggota_pindah", "pindah_pengganti_nik"},
        APPLICANT | {"surat_lama_nomor"},
    ],
    "move_in": [ARRIVAL | {"skpwni_nomor", "skpwni_tanggal", "asal_alamat", "asal_kabupaten"}],
    "return_from_abroad": [ARRIVAL | {"ln_negara", "ln_surat_nomor", "ln_surat_tanggal"}],
    "foreign_residence": [
        PERSON | HERE | {"izin_nomor", "orang_paspor_nomor"},
        APPLICANT | {"izin_nomor"},
        APPLICANT,
    ],
    "identity_substitute": [PERSON | HERE, APPLICANT],
    "id_card_new": [{"pemohon_nik"}],
    "id_card_replaced": [{"pemohon_nik"}],
    "id_card_changed": [{"pemohon_nik"}],
    "child_card": [{"kia_nik", "kia_nama"}],
    "data_access": [{"instansi_nama", "pks_nomor", "pks_berakhir", "akses_kategori"}],
}
# None of the published standards has a service of its own for it.
UNPUBLISHED = {"move_within", "family_head_changed"}


@lru_cache
def published() -> list[tuple[str, Variant]]:
    return [
        (f"{service.office} {service.service} {variant.variant}", variant)
        for service in load(STANDARDS).services
        for variant in service.variants
        if variant.event in RECORDERS
    ]


def test_every_event_is_looked_at() -> None:
    assert set(NEEDED) == set(RECORDERS)
    assert {variant.event for _, variant in published()} == set(RECORDERS) - UNPUBLISHED


def test_a_form_has_what_an_unpublished_event_reads() -> None:
    form = yaml.safe_load((STANDARDS / "national/forms/f-1.02.yaml").read_text())
    keys = {field["key"] for part in form["parts"] for field in part["fields"]}
    assert NEEDED["family_head_changed"][0] <= keys


@pytest.mark.parametrize(("name", "variant"), published(), ids=[name for name, _ in published()])
def test_a_variant_asks_what_its_event_reads(name: str, variant: Variant) -> None:
    asked = {field.key for field in variant.fields()}
    missing = [sorted(needed - asked) for needed in NEEDED[variant.event or ""]]
    assert [] in missing, f"{name}: {missing}"


def test_a_subject_is_a_field_that_is_asked() -> None:
    wrong = [
        name
        for name, variant in published()
        if variant.subject and variant.subject not in {field.key for field in variant.fields()}
    ]
    assert wrong == []
