"""F-2.01 as it is shipped: who may be left out, and what its rules say of answers that cannot be."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from loket.cases.rules.answers import Fault, check_answers
from loket.catalogue.loader.national import National, read_national
from loket.catalogue.rules import Form, Service, Variant
from tests.unit.catalogue.test_real_standards import STANDARDS, loaded

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 8, 3)


@cache
def national() -> National:
    return read_national(STANDARDS, [])


def form() -> Form:
    found = national().forms["f-2.01"]
    assert found is not None
    return found


def birth() -> tuple[Service, Variant]:
    (service,) = [
        item for item in loaded().services if (item.office, item.service) == ("6471", "akta-kelahiran")
    ]
    return service, service.variant("kelahiran-wni")


def faults(*parts: str, **answers: Any) -> list[tuple[str, str]]:
    """What is wrong with these answers to these parts; every plain field not named is filled in somehow."""
    service, variant = birth()
    chosen = [part for name in parts for part in form().parts if part.part == name]
    asked = {field.key for part in chosen for field in part.fields}
    rules = [rule for rule in form().rules if asked.issuperset(rule.fields)]
    variant = variant.model_copy(update={"questions": [], "forms": chosen, "form_rules": rules})
    service = service.model_copy(update={"variants": [variant], "choices": national().code_lists})
    given = {field.key: SAMPLES[field.type] for part in chosen for field in part.fields if field.required}
    return [(fault.key, fault.message) for fault in check_answers(service, variant, given | answers, TODAY)]


SAMPLES = {
    "name": "SITI REKAAN CONTOH",
    "nik": "6471010403909001",
    "nomor_kk": "6471010405209001",
    "date": "2026-07-01",
    "text": "CONTOH",
    "choice": "1",
    "integer": "20",
    "time": "07.30",
    "paragraph": "Contoh",
}


def test_a_mother_may_report_alone_and_a_father_is_named_in_full() -> None:
    service, variant = birth()
    text = (ROOT / "scenarios/balikpapan-akta-kelahiran-wni.yaml").read_text()
    answers = {key: str(value) for key, value in yaml.safe_load(text)["answers"].items()}
    assert check_answers(service, variant, answers, TODAY) == []
    alone = {key: value for key, value in answers.items() if not key.startswith("ayah_")}
    assert check_answers(service, variant, alone, TODAY) == []
    half = alone | {"ayah_nama": "BUDI REKAAN SANTOSO"}
    message = "Data ayah: isi semuanya, atau kosongkan semuanya bila anak dicatat sebagai anak seorang ibu."
    assert check_answers(service, variant, half, TODAY) == [Fault("ayah_nik", message, "ayah")]


OTHER_NIK = "6471014807939001"
COUPLE = ("subjek1", "subjek2")


@pytest.mark.parametrize(
    ("parts", "answers", "key"),
    [
        (COUPLE, {"subjek1_nik": OTHER_NIK}, "subjek2_nik"),
        (COUPLE, {"subjek1_nik": OTHER_NIK, "subjek2_nik": OTHER_NIK}, "subjek1_nik"),
        (("subjek1",), {"subjek1_nik": OTHER_NIK, "subjek1_tempat_lahir": "PERTH"}, "subjek1_tanggal_lahir"),
        (("ibu_asing",), {}, "ibu_asing_nik"),
        (("kematian",), {}, "kematian_nik"),
        (
            ("kematian",),
            {"kematian_nik": OTHER_NIK, "kematian_kepala_baru_nik": OTHER_NIK},
            "kematian_nik",
        ),
        (
            ("perkawinan",),
            {"perkawinan_agama": "4", "perkawinan_dispensasi_pengadilan": "PN"},
            "perkawinan_dispensasi_nomor",
        ),
        (("perkawinan",), {}, "perkawinan_agama"),
        (
            ("perkawinan",),
            {"perkawinan_organisasi": "X", "perkawinan_pengumuman": "2026-07-02"},
            "perkawinan_tanggal",
        ),
        (
            ("perceraian",),
            {"perceraian_tanggal_putusan": "2020-01-01"},
            "perceraian_tanggal_putusan",
        ),
        (("pengangkatan",), {}, "pengangkatan_ayah_angkat_nama"),
        (("pengakuan",), {"pengakuan_ayah_nik": OTHER_NIK}, "pengakuan_ibu_nik"),
        (
            ("pengesahan",),
            {"pengesahan_ayah_nik": OTHER_NIK, "pengesahan_ibu_nik": "6471010201859001"}
            | {"pengesahan_tanggal_akta_kawin": "2020-01-01"},
            "pengesahan_tanggal_akta_kawin",
        ),
        (("luar_negeri",), {"luar_negeri_nomor": "1"}, "luar_negeri_perwakilan"),
    ],
)
def test_rules_point_at_the_field_to_mend(parts: tuple[str, ...], answers: dict[str, str], key: str) -> None:
    found = faults(*parts, **answers)
    assert [fault for fault, _ in found] == [key]
    assert found[0][1] in {rule.message for rule in form().rules}


def test_a_foreigner_is_named_by_a_travel_document() -> None:
    document = {"subjek1_nik": "", "subjek1_dokumen_perjalanan": "PA1", "subjek2_nik": OTHER_NIK}
    assert faults(*COUPLE, **document) == []


def test_the_form_has_the_sixteen_kinds_of_report() -> None:
    names = {part.part for part in form().parts}
    assert names == {
        *("pelapor", "pelapor_asing", "saksi1", "saksi2", "ayah", "ayah_asing", "ibu", "ibu_asing", "anak"),
        *("subjek1", "subjek2", "lahir_mati", "kematian", "perkawinan", "pembatalan_perkawinan"),
        *("perceraian", "pembatalan_perceraian", "pengangkatan", "pengakuan", "pengesahan"),
        *("perubahan_nama", "kewarganegaraan", "peristiwa_lain", "pembetulan", "pembatalan_akta"),
        *("luar_negeri", "keterangan", "kutipan"),
        # Ours: a child that was found, an akta that the office takes back.
        *("temuan", "penarikan_akta"),
    }


def test_a_child_is_found_after_its_birth_and_the_police_report_is_whole() -> None:
    found = faults("anak", "temuan", anak_tanggal_lahir="2026-07-02", temuan_tanggal="2026-07-01")
    assert found == [("temuan_tanggal", "Tanggal ditemukan tidak boleh sebelum tanggal lahir anak.")]
    (half,) = faults("temuan", temuan_nomor_polisi="BA/1")
    assert half[1] == "Berita acara kepolisian: isi kantor, nomor, dan tanggalnya bersama-sama."
