"""Everything wrong with a scenario file comes at once, with its line and the nearest valid name."""

import shutil
from pathlib import Path

import pytest

from loket.catalogue.loader import load, read_areas
from loket.config.scenario.reading import Library, read_scenario
from tests.unit.scenario.bank import LIBRARY, STANDARDS, TEXT, changed, deviating

STATES = "cancelled, done, draft, expired, open, rejected, returned"
# what stands there, what is written instead, the sentences
MISTAKES: dict[str, tuple[str, list[str]]] = {
    "office": (
        changed(("office: bank-benih", "office: bank-benhi")),
        ["baris 2: kantor 'bank-benhi' tidak dikenal. Mungkin maksudnya 'bank-benih'."],
    ),
    "service": (
        changed(("service: simpan-benih", "service: simpan")),
        ["baris 3: layanan 'simpan' tidak dikenal. Mungkin maksudnya 'simpan-benih'."],
    ),
    "variant": (
        changed(("variant: lengkap", "variant: utuh")),
        ["baris 4: varian 'utuh' tidak dikenal. Yang ada: cepat, kunci, lengkap, loket."],
    ),
    "channel the standard does not have": (
        changed(("channel: online", "channel: whatsapp")),
        ["baris 5: saluran 'whatsapp' tidak dikenal. Yang ada: counter, online."],
    ),
    "moment": (
        changed(("2026-08-03 09:00", "besok pagi")),
        ["baris 6: start: 'besok pagi' bukan waktu; tulis seperti 2026-08-03 09:00."],
    ),
    "before the standard is in force": (
        changed(("2026-08-03 09:00", "2023-12-29 09:00")),
        ["baris 6: layanan ini baru berlaku sejak 2024-01-01."],
    ),
    "numbers of residents": (
        changed(('"9911014101909001"', '"99110141"'), ('"9911010107209001"', "9911010107209001")),
        [
            "baris 9: family harus berupa teks. Apit dengan tanda petik.",
            "baris 13: nik: NIK harus terdiri dari 16 angka.",
        ],
    ),
    "the same number twice": (
        changed(('"9911014101909001"', '"9911010107209001"')),
        ["baris 13: nomor '9911010107209001' ditulis dua kali."],
    ),
    "a family without a head": (
        changed(("sex: P,", "sex: P, relation: ISTRI,")),
        ["baris 9: sebuah keluarga harus punya tepat satu KEPALA KELUARGA."],
    ),
    "village": (
        changed(("99.11.01.2001", "99.11.01")),
        ["baris 10: kode desa/kelurahan '99.11.01' tidak dikenal."],
    ),
    "answer to a question": (
        changed(("titipan: tidak", "titipan: tdak")),
        ["baris 15: jawaban untuk 'titipan' 'tdak' tidak dikenal. Mungkin maksudnya 'tidak'."],
    ),
    "field of the form": (
        changed(("  peti: P-1", "  petti: P-1")),
        ["baris 20: pertanyaan atau kolom 'petti' tidak dikenal. Mungkin maksudnya 'peti'."],
    ),
    "paper": (
        changed(("{foto_benih: contoh}", "{foto_benihh: contoh, surat_titipan: tidak-ada.jpg}")),
        [
            "baris 23: persyaratan 'foto_benihh' tidak dikenal. Mungkin maksudnya 'foto_benih'.",
            "baris 23: berkas 'tidak-ada.jpg' tidak ada di samping berkas skenario ini.",
        ],
    ),
    "minutes": (
        changed(("permohonan: 20, terima: 15", "terimaa: 15")),
        ["baris 24: langkah 'terimaa' tidak dikenal. Mungkin maksudnya 'terima'."],
    ),
    "end": (
        changed(("{state: done}", "{state: selesai, products: [sertifikat]}")),
        [
            f"baris 26: keadaan 'selesai' tidak dikenal. Yang ada: {STATES}.",
            "baris 26: produk 'sertifikat' tidak dikenal. Mungkin maksudnya 'sertifikat-benih'.",
        ],
    ),
    "step of a deviation": (
        deviating("{at: trima, do: cancel}"),
        ["baris 26: langkah 'trima' tidak dikenal. Mungkin maksudnya 'terima'."],
    ),
    "kind of deviation": (
        deviating("{at: terima, do: retrun, reason: x}"),
        ["baris 26: penyimpangan 'retrun' tidak dikenal. Mungkin maksudnya 'return'."],
    ),
    "entries of a deviation": (
        deviating("{at: terima, do: reject, days: 2}", "{at: terima, do: wait, days: 1, minutes: 1}"),
        [
            "baris 26: isian 'reason' belum ada pada 'reject'.",
            "baris 26: isian 'days' tidak dipakai pada 'reject'.",
            "baris 27: 'wait' harus menyebut salah satu: minutes atau days.",
        ],
    ),
    "a way back that the standard does not have": (
        deviating("{at: terima, do: return, to: catat, reason: x}"),
        ["baris 26: langkah 'terima' tidak dapat kembali ke 'catat'. Yang ada: permohonan."],
    ),
    "a step that cannot return or reject": (
        deviating("{at: permohonan, do: return, reason: x}", "{at: permohonan, do: reject, reason: x}"),
        [
            "baris 26: standar tidak mengizinkan langkah 'permohonan' mengembalikan permohonan.",
            "baris 27: standar tidak mengizinkan langkah 'permohonan' menolak permohonan.",
        ],
    ),
    "a step that goes by itself": (
        deviating("{at: kirim, do: wait, days: 1}"),
        ["baris 26: langkah 'kirim' berjalan sendiri, jadi tidak dapat menyimpang."],
    ),
    "role": (
        deviating("{at: terima, do: attempt, by: pemerikas}"),
        ["baris 26: peran 'pemerikas' tidak dikenal. Mungkin maksudnya 'pemeriksa'."],
    ),
    "repair": (
        deviating("{at: terima, do: return, reason: x, repair: {answers: {peeti: P-2}}}"),
        ["baris 26: pertanyaan atau kolom 'peeti' tidak dikenal. Mungkin maksudnya 'peti'."],
    ),
    "shape and names at once": (
        changed(("channel: online", "chanel: online"), ("titipan: tidak", "titipan: tdak")),
        [
            "baris 5: isian 'chanel' tidak dikenal. Mungkin maksudnya 'channel'.",
            "baris 15: jawaban untuk 'titipan' 'tdak' tidak dikenal. Mungkin maksudnya 'tidak'.",
        ],
    ),
    "missing entries": (
        "scenario: Kosong\n",
        [f"baris 1: isian '{n}' belum ada." for n in ("office", "service", "variant")],
    ),
    "not a mapping": ("- satu\n", ["baris 1: berkas ini harus berupa kumpulan isian."]),
    "not YAML": (
        "scenario: [satu\n",
        [
            "baris 2: YAML tidak terbaca; periksa indentasi, titik dua, dan tanda petik"
            " (expected ',' or ']', but got '<stream end>')."
        ],
    ),
}


def problems(path: Path, library: Library = LIBRARY) -> list[str]:
    planned, found = read_scenario(path, library)
    assert (planned is None) == any(problem.severity == "error" for problem in found)
    return [str(problem).removeprefix(f"{path} ") for problem in found]


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_has_its_sentence(tmp_path: Path, name: str) -> None:
    text, sentences = MISTAKES[name]
    path = tmp_path / "coba.yaml"
    path.write_text(text)
    assert problems(path) == sentences


def test_a_sound_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "coba.yaml"
    path.write_text(TEXT)
    planned, found = read_scenario(path, LIBRARY)
    assert found == []
    assert planned is not None
    assert (planned.office.office, planned.service.service, planned.variant.variant) == (
        "9911",
        "simpan-benih",
        "lengkap",
    )


def test_an_office_may_be_named_by_its_code(tmp_path: Path) -> None:
    path = tmp_path / "coba.yaml"
    path.write_text(changed(("office: bank-benih", 'office: "9911"')))
    assert problems(path) == []


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert problems(tmp_path / "tiada.yaml") == ["baris 1: berkas ini tidak ada."]


def test_a_time_of_day_must_be_a_text(tmp_path: Path) -> None:
    standards = Path(shutil.copytree(STANDARDS, tmp_path / "standards"))
    form = standards / "national/forms/b-1.yaml"
    form.write_text(form.read_text().replace("label: Nomor peti, type: text", "label: Jam, type: time"))
    path = tmp_path / "coba.yaml"
    path.write_text(changed(("peti: P-1", "peti: 10.30")))
    library = Library.of(load(standards), read_areas(standards))
    assert problems(path, library) == ["baris 20: jam 'peti' harus berupa teks. Apit dengan tanda petik."]


def test_broken_standards_are_named_and_those_of_other_offices_are_not(tmp_path: Path) -> None:
    standards = Path(shutil.copytree(STANDARDS, tmp_path / "standards"))
    for office in ("9911-bank-benih/procedures/cepat.yaml", "9912-kebun-raya/office.yaml"):
        broken = standards / "offices" / office
        broken.write_text(broken.read_text() + "lebih: 1\n")
    path = tmp_path / "coba.yaml"
    path.write_text(TEXT)
    found = problems(path, Library.of(load(standards), read_areas(standards)))
    assert found[0].startswith("offices/9911-bank-benih/procedures/cepat.yaml baris ")
    assert not [text for text in found if "9912" in text]


def test_earlier_scenarios_are_read_in_their_order(tmp_path: Path) -> None:
    for name, earlier in {"satu": "[]", "dua": "[satu.yaml]", "tiga": "[dua.yaml]"}.items():
        (tmp_path / f"{name}.yaml").write_text(changed(("channel:", f"earlier: {earlier}\nchannel:")))
    planned, found = read_scenario(tmp_path / "tiga.yaml", LIBRARY)
    assert (planned is not None, found) == (True, [])
    assert planned is not None
    assert [plan.path.stem for plan in planned.in_order] == ["satu", "dua", "tiga"]


def test_what_is_wrong_earlier_is_said_of_that_file(tmp_path: Path) -> None:
    (tmp_path / "satu.yaml").write_text(changed(("variant: lengkap", "variant: utuh")))
    (tmp_path / "dua.yaml").write_text(
        changed(("channel:", "earlier: [satu.yaml, dua.yaml, tiga.yaml]\nchannel:"))
    )
    planned, found = read_scenario(tmp_path / "dua.yaml", LIBRARY)
    assert planned is None
    assert [str(problem).removeprefix(f"{tmp_path}/") for problem in found] == [
        "satu.yaml baris 4: varian 'utuh' tidak dikenal. Yang ada: cepat, kunci, lengkap, loket.",
        "tiga.yaml baris 1: berkas ini tidak ada.",
        "dua.yaml baris 5: skenario 'dua.yaml' menunggu dirinya sendiri.",
    ]
