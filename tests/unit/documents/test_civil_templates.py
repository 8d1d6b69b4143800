"""What the documents of civil registration say, sentence by sentence, and what they leave out."""

import re
from dataclasses import replace
from typing import Any

import pytest

from loket.documents.rendering import render
from tests.unit.documents.test_rendering import DOCUMENTS, FRAME, example, page_texts, problems_of, template

BUDI = "BUDI REKAAN SANTOSO NIK 6471010403909001, lahir di BALIKPAPAN pada tanggal 4 Maret 1990"
RINA = "RINA REKAAN KUSUMA NIK 6471014807939001, lahir di BALIKPAPAN pada tanggal 8 Juli 1993"
CHILD = "BINTANG REKAAN NUSANTARA lahir di BALIKPAPAN pada tanggal 25 Juli 2020"


def text_of(slug: str, **changes: Any) -> str:
    pdf = render(template(slug), example(slug, **changes), frame=replace(FRAME, number="NOMOR-1"))
    (text,) = page_texts(pdf)
    return text


def sentence(slug: str, **changes: Any) -> str:
    found = re.search(r"Bahwa .*(?= Kutipan ini)", text_of(slug, **changes))
    assert found
    return found[0]


def test_a_death() -> None:
    start = (
        "Bahwa di KOTA BALIKPAPAN pada tanggal 1 Agustus 2026 (satu Agustus dua ribu dua puluh enam) telah "
        "meninggal dunia AGUS REKAAN WIJAYA laki-laki"
    )
    born = ", lahir di BALIKPAPAN pada tanggal 2 Januari 1940"
    slug = "kutipan-akta-kematian"
    assert sentence(slug) == f"{start}{born}, anak dari ayah AYAH REKAAN dan ibu IBU REKAAN."
    assert sentence(slug, father_name=None) == f"{start}{born}, anak dari ibu IBU REKAAN."
    unknown = dict.fromkeys(["nik", "birth_place", "birth_date", "father_name", "mother_name"])
    assert sentence(slug, **unknown) == f"{start}."
    nobody = unknown | {"sex": None, "name": "TIDAK DIKENAL"}
    said = start.replace("AGUS REKAAN WIJAYA", "TIDAK DIKENAL")
    said = said.replace("laki-laki", "jenis kelamin tidak diketahui")
    assert sentence(slug, **nobody) == f"{said}."


def test_a_marriage() -> None:
    assert sentence("kutipan-akta-perkawinan") == (
        "Bahwa di KOTA BALIKPAPAN pada tanggal 18 Juli 2026 (delapan belas Juli dua ribu dua puluh enam) "
        "telah "
        f"dilangsungkan perkawinan antara {BUDI} dengan {RINA} menurut KRISTEN di hadapan PDT. YOHANES "
        "REKAAN, "
        "dan telah dicatat dalam register akta perkawinan."
    )
    foreign = sentence("kutipan-akta-perkawinan", wife_nik=None, wife_travel_document="PA1234567")
    assert re.findall(r"KUSUMA (.*), lahir", foreign) == ["dokumen perjalanan nomor PA1234567"]


def test_a_divorce() -> None:
    assert sentence("kutipan-akta-perceraian") == (
        "Bahwa berdasarkan putusan Pengadilan Negeri Balikpapan nomor 123/ Pdt.G/2026/PN Bpp tanggal 15 Juni "
        "2026 (lima belas Juni dua ribu dua puluh enam), yang telah mempunyai kekuatan hukum tetap, telah "
        "terjadi "
        f"perceraian antara {BUDI} dengan {RINA} yang perkawinannya dicatat dengan akta perkawinan nomor "
        "6471-KW-03022018-0001 tanggal 3 Februari 2018."
    )


def test_a_child_recognised_and_one_legitimated() -> None:
    court = {"court": "PN Balikpapan", "judgment_number": "7/2026", "judgment_date": "2026-06-15"}
    decision = " dan penetapan PN Balikpapan nomor 7/2026 tanggal 15 Juni 2026"
    assert sentence("kutipan-akta-pengakuan-anak", **court) == (
        f"Bahwa BUDI REKAAN SANTOSO, dengan persetujuan ibu kandung RINA REKAAN KUSUMA{decision}, telah "
        "mengakui "
        f"sebagai anaknya {CHILD}, anak dari perkawinan yang sah menurut hukum agama atau kepercayaan pada "
        "tanggal "
        "4 Mei 2019 dan belum sah menurut hukum negara."
    )
    assert sentence("kutipan-akta-pengesahan-anak") == (
        "Bahwa telah disahkan sebagai anak dari ayah BUDI REKAAN SANTOSO dan ibu RINA REKAAN KUSUMA "
        f"{CHILD}, berdasarkan akta perkawinan atau buku nikah orang tuanya nomor 6471-KW-03022026-0001 "
        "tanggal "
        "3 Februari 2026."
    )


def test_a_later_kutipan_carries_the_notes_beside_the_akta() -> None:
    notes = [
        {"day": "2026-06-20", "note": "Anak diakui oleh AYAH REKAAN.", "basis": "akta 1"},
        {"day": "2026-07-01", "note": "Anak disahkan.", "basis": "akta 2"},
    ]
    for slug in ("kutipan-akta-kelahiran", "kutipan-akta-perkawinan"):
        assert re.findall(r"Catatan pinggir .* Kutipan ini", text_of(slug, notes=notes)) == [
            "Catatan pinggir 20 Juni 2026: Anak diakui oleh AYAH REKAAN. Dasar: akta 1. 1 Juli 2026: Anak "
            "disahkan. "
            "Dasar: akta 2. Kutipan ini"
        ]
        assert re.findall("Catatan pinggir", text_of(slug)) == []


LETTERS = {
    "surat-keterangan-kelahiran": "Nama anak : BINTANG REKAAN NUSANTARA",
    "surat-keterangan-lahir-mati": "lahir mati seorang anak perempuan: Tempat, tanggal : KOTA BALIKPAPAN",
    "surat-keterangan-pelaporan-kelahiran": "AUSTRALIA Bukti pencatatan : nomor WA-2026-001234",
    "surat-keterangan-kematian": "meninggal dunia: Tempat : KABUPATEN TANGGAMUS Tanggal : 1 Agustus 2026",
    "surat-keterangan-pembatalan-perkawinan": "dibatalkan perkawinannya, yang dicatat dengan akta",
    "surat-keterangan-pembatalan-perceraian": "dibatalkan perceraiannya, yang dicatat dengan akta",
    "surat-keterangan-pengangkatan-anak": "telah diangkat anak oleh: Ayah angkat : JOKO REKAAN PRASETYO",
    "surat-keterangan-pelepasan-kewarganegaraan": "menjadi warga negara AUSTRALIA, berdasarkan: Keputusan",
    "surat-keterangan-pencatatan-sipil": "Jenis akta : Akta Perkawinan Nomor akta : 6471-KW-03022018-0001",
}


@pytest.mark.parametrize("slug", LETTERS)
def test_a_letter_has_its_title_its_number_and_its_sentence(slug: str) -> None:
    text = text_of(slug)
    assert re.findall(r"SURAT KETERANGAN [A-Z ]+ Nomor: \S+", text) == [
        f"{template(slug).title.upper()} Nomor: NOMOR-1"
    ]
    assert re.findall(re.escape(LETTERS[slug]), text) == [LETTERS[slug]]


@pytest.mark.parametrize("slug", ["surat-keterangan-kelahiran", "surat-keterangan-lahir-mati"])
def test_a_child_of_a_mother_alone_has_no_father_in_the_letter(slug: str) -> None:
    alone = text_of(slug, father_name=None, father_nik=None)
    assert re.findall(r"\b(Ayah|Ibu) Nama", alone) == ["Ibu"]
    assert re.findall(r"\b(Ayah|Ibu) Nama", text_of(slug)) == ["Ayah", "Ibu"]


def test_a_note_beside_an_akta_names_it_and_its_holders() -> None:
    text = text_of("catatan-pinggir")
    assert re.findall(r"Pemilik akta : ([A-Z ]+), NIK", text) == ["BUDI REKAAN SANTOSO", "RINA REKAAN KUSUMA"]
    assert re.findall(r"Perkawinan yang [^.]*\. Dasar: [^.]*\.", text) == [
        "Perkawinan yang dicatat dengan akta ini dibatalkan. Dasar: putusan Pengadilan Negeri Balikpapan "
        "nomor 123/Pdt."
    ]
    assert problems_of("catatan-pinggir", example("catatan-pinggir", holders=[])) == (
        ("holders", "belum diisi"),
    )


NAMES = ["SRIWAHYUNING" * 5, "RADEN AYU MARGARETHA CHRISTINA WULANDARI KUSUMANINGRAT PUTRI"]
CIVIL = sorted(
    path.parent.name for path in DOCUMENTS.glob("*/document.typ") if "civil.typ" in path.read_text()
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("slug", CIVIL)
def test_the_longest_names_and_two_notes_stay_on_one_page(slug: str, name: str) -> None:
    context = example(slug)
    named = [key for key in context if key == "name" or key.endswith("_name")]
    longest: dict[str, Any] = dict.fromkeys(named, name)
    if slug.startswith("kutipan"):
        longest["notes"] = [{"day": "2026-06-20", "note": f"Diakui oleh {name}.", "basis": "akta 1"}] * 2
    letters = "".join(text_of(slug, **longest).split())
    assert letters.count("".join(name.split())) >= len(named)
