"""Every mistake in a service file has a sentence with its line and, where one is near, the valid value."""

import pytest

# file, what stands there, what is written instead, the sentence
MISTAKES = {
    "unknown key": (
        "service",
        "    channels: [online]",
        "    chanels: [online]",
        [
            "service baris 8: isian 'channels' belum ada.",
            "service baris 11: isian 'chanels' tidak dikenal. Mungkin maksudnya 'channels'.",
        ],
    ),
    "unknown form": (
        "service",
        "form: p-1,",
        "form: p-11,",
        ["service baris 23: formulir 'p-11' tidak dikenal. Mungkin maksudnya 'p-1'."],
    ),
    "unknown part of a form": (
        "service",
        "parts: [anggota, penjamin]",
        "parts: [anggota, pejamin]",
        ["service baris 23: bagian formulir 'p-1' 'pejamin' tidak dikenal. Mungkin maksudnya 'penjamin'."],
    ),
    "unknown document": (
        "service",
        "document: surat-anggota",
        "document: surat-angota",
        ["service baris 29: dokumen 'surat-angota' tidak dikenal. Mungkin maksudnya 'surat-anggota'."],
    ),
    "unknown procedure": (
        "service",
        "procedure: daring",
        "procedure: darin",
        ["service baris 24: alur 'darin' tidak dikenal. Mungkin maksudnya 'daring'."],
    ),
    "condition on an unknown question": (
        "service",
        "when: {pelajar: ya}",
        "when: {pelajr: ya}",
        ["service baris 19: pertanyaan 'pelajr' tidak dikenal. Mungkin maksudnya 'pelajar'."],
    ),
    "condition on an unknown option": (
        "service",
        "when: {pelajar: ya}",
        "when: {pelajar: tida}",
        ["service baris 19: jawaban untuk 'pelajar' 'tida' tidak dikenal. Mungkin maksudnya 'tidak'."],
    ),
    "requirement that never applies": (
        "service",
        "when: {pelajar: ya}",
        "when: {pelajar: []}",
        ["service baris 19: tidak pernah berlaku: daftar jawaban 'pelajar' kosong."],
    ),
    "same event by an unknown field": (
        "service",
        "same_event: [anggota_nama",
        "same_event: [anggota_nma",
        ["service baris 31: kolom 'anggota_nma' tidak dikenal. Mungkin maksudnya 'anggota_nama'."],
    ),
    "deadline in two units": (
        "service",
        "working_minutes: 30",
        "working_minutes: 30\n      working_days: 1",
        ["service baris 25: jangka waktu harus menyebut satu: working_minutes, working_days, atau until."],
    ),
    "deadline without a unit": (
        "service",
        "      working_minutes: 30\n",
        "",
        ["service baris 25: jangka waktu harus menyebut satu: working_minutes, working_days, atau until."],
    ),
    "missing component of the service": (
        "service",
        "  evaluation: Setiap tahun\n",
        "",
        ["service baris 32: komponen 'Evaluasi kinerja pelaksana' (evaluation) belum diisi."],
    ),
    "effective date that is none": (
        "service",
        "effective_from: 2024-01-01",
        "effective_from: Januari 2024",
        ["service baris 6: effective_from 'Januari 2024' bukan tanggal; tulis seperti 2024-01-31."],
    ),
    "form not yet in force": (
        "service",
        "effective_from: 2024-01-01",
        "effective_from: 2019-01-01",
        ["service baris 23: formulir 'p-1' baru berlaku sejak 2020-01-01."],
    ),
    "form requirement without a form": (
        "service",
        "        forms: [{form: p-1, parts: [anggota, penjamin]}]\n    procedure: daring\n",
        "    procedure: daring\n    event: null\n",
        [
            "service baris 20: persyaratan 'formulir' berjenis form, jadi harus menyebut forms.",
            "service baris 31: kolom 'anggota_nama' tidak dikenal.",
            "service baris 31: kolom 'anggota_lahir' tidak dikenal.",
        ],
    ),
    "requirement written twice": (
        "service",
        "key: formulir",
        "key: kartu_pelajar",
        ["service baris 20: persyaratan 'kartu_pelajar' ditulis dua kali."],
    ),
    "menu not given": (
        "service",
        "    menu: Daftar Anggota\n",
        "",
        ["service baris 8: varian 'baru' belum menyebut menu yang dipakai oleh alurnya."],
    ),
    "card as a file": (
        "service",
        "document: kartu-anggota, medium: card",
        "document: kartu-anggota, medium: pdf",
        ["service baris 30: 'kartu-anggota' harus bermedium card."],
    ),
    "number that is not text": (
        "service",
        'number: "1"',
        "number: 1",
        ["service baris 2: number harus berupa teks. Apit dengan tanda petik."],
    ),
    "slug with capitals": (
        "service",
        "variant: baru",
        "variant: Baru",
        ["service baris 8: variant 'Baru' tidak sesuai dengan pola ^[a-z0-9][a-z0-9-]*$."],
    ),
    "field that the loader fills in": (
        "service",
        "    procedure: daring",
        "    procedure: daring\n    form_rules: []",
        ["service baris 25: isian 'form_rules' tidak dikenal."],
    ),
    "key written twice": (
        "service",
        "group: Keanggotaan",
        "group: Keanggotaan\nname: Lain",
        ["service baris 5: isian 'name' ditulis dua kali."],
    ),
    "tab": ("service", "    name: Anggota", "\tname: Anggota", ["service baris 9: ada tab; gunakan spasi."]),
    "anchor": (
        "service",
        "text: Kartu pelajar",
        "text: &kartu Kartu pelajar",
        ["service baris 18: jangkar dan alias YAML (& dan *) tidak dipakai; tulis isinya."],
    ),
    "not YAML": (
        "service",
        "name: Kartu Anggota",
        "name: Kartu: Anggota",
        [
            "service baris 3: YAML tidak terbaca; periksa indentasi, titik dua, dan tanda petik"
            " (mapping values are not allowed here)."
        ],
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "sentences"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_reported(library, file: str, old: str, new: str, sentences: list[str]) -> None:
    library.edit(file, old, new)
    assert sorted(library.problems()) == sorted(sentences)


def test_all_problems_are_collected(library) -> None:
    library.edit("service", "document: surat-anggota", "document: surat-angota")
    library.edit("service", "when: {pelajar: ya}", "when: {pelajr: ya}")
    library.edit("procedure", "actor: petugas_loket", "actor: petugas_loked")
    assert [sentence.split(":")[0] for sentence in library.problems()] == [
        "procedure baris 18",
        "service baris 19",
        "service baris 29",
    ]


def test_steps_longer_than_the_deadline_are_a_warning(library) -> None:
    library.edit("procedure", "minutes: 10", "minutes: 100")
    assert library.problems() == [
        "service baris 25: peringatan: waktu langkah-langkahnya 100 + 5 = 105 menit kerja, lebih"
        " lama daripada"
        " janji 30 menit kerja."
    ]
    assert library.load().errors == []
    assert len(library.load().services) == 1


def test_minutes_are_compared_with_the_longest_working_days(library) -> None:
    library.edit("service", "working_minutes: 30", "working_days: 1")
    library.edit("procedure", "minutes: 10", "minutes: 356")
    assert [problem.severity for problem in library.load().problems] == ["warning"]
    library.edit("procedure", "minutes: 356", "minutes: 355")
    assert library.problems() == []


def test_service_named_twice(library) -> None:
    text = library.path("service").read_text()
    library.path(f"{library.office}/services/2-salinan.yaml").write_text(text)
    assert library.problems() == [
        f"{library.office}/services/2-salinan.yaml baris 1: layanan 'kartu-anggota' sudah dipakai dalam"
        " 1-kartu-anggota.yaml.",
        f"{library.office}/services/2-salinan.yaml baris 2: nomor '1' sudah dipakai dalam"
        " 1-kartu-anggota.yaml.",
    ]


def test_file_that_would_not_be_read(library) -> None:
    library.path("service").rename(library.path("service").with_suffix(".yml"))
    assert library.problems() == [
        f"{library.office}/services/1-kartu-anggota.yml baris 1: berkas ini tidak dibaca: namanya"
        " harus berakhir dengan .yaml."
    ]


def test_office_without_its_file(library) -> None:
    library.path("office").unlink()
    problems = library.problems()
    assert problems[0] == "office baris 1: berkas ini belum ada."
    assert library.load().services == []


def test_office_without_its_standard(library) -> None:
    library.path("standard").unlink()
    assert "service baris 1: susunan 14 komponen belum ada: kantor ini belum punya standard.yaml." in (
        library.problems()
    )


def test_two_folders_of_one_office(library) -> None:
    copied = library.path("offices/9901-salinan")
    copied.mkdir()
    (copied / "office.yaml").write_text(library.path("office").read_text())
    assert "offices/9901-salinan/office.yaml baris 1: kantor '9901' sudah ada dalam 9901-perpustakaan." in (
        library.problems()
    )


def test_broken_procedure_keeps_its_services_out(library) -> None:
    library.edit("procedure", "actor: petugas_loket", "actor: petugas_loked")
    assert library.load().services == []
