"""Steps that nobody can take, that no case reaches, and promises that a procedure never keeps."""

import pytest

STEPS = "  - step: kirim\n"
# file, what stands there, what is written instead; the sentences
MISTAKES = {
    "actor misspelt": (
        "procedure",
        "kind: enter_data\n    actor: petugas_loket",
        "kind: enter_data\n    actor: petugas_lokt",
        ["procedure baris 18: peran 'petugas_lokt' tidak dikenal. Mungkin maksudnya 'petugas_loket'."],
    ),
    "actor outside the office": (
        "office",
        "rights: [print_room]}",
        "rights: [print_room]}\n  - {role: kurir, name: Kurir, outside: true}",
        [],
    ),
    "outside with rights": (
        "office",
        "name: Kepala,",
        "name: Kepala, outside: true,",
        [
            "office baris 16: peran 'kepala' di luar kantor dan tanpa akun, jadi tidak memakai rights.",
            "procedure baris 24: peran 'kepala' di luar kantor; sebutkan siapa yang mencatatnya"
            " (confirmed_by).",
        ],
    ),
    "fine for an unknown event": (
        "office",
        "roles:\n",
        "late_fines: {deat: 50000}\nroles:\n",
        [
            "office baris 14: denda (late_fines) untuk peristiwa 'deat' yang tidak dikenal."
            " Mungkin maksudnya 'death'."
        ],
    ),
    "role that nobody can hold": (
        "office",
        "name: Kepala,",
        "name: Kepala, at: kupt,",
        [
            "office baris 16: peran 'kepala' tidak dapat dipegang siapa pun: kantor ini tidak punya"
            " titik layanan"
            " jenis 'kupt' (sites)."
        ],
    ),
    "confirmed by an unknown role": (
        "procedure",
        STEPS,
        "  - {step: kabar, name: Memberi kabar, kind: announce, actor: pemohon, confirmed_by: kepla}\n"
        + STEPS,
        ["procedure baris 28: peran 'kepla' tidak dikenal. Mungkin maksudnya 'kepala'."],
    ),
    "confirmed for an official": (
        "procedure",
        STEPS,
        "  - {step: kabar, name: Memberi kabar, kind: announce, actor: kepala, confirmed_by: petugas_loket}\n"
        + STEPS,
        [
            "procedure baris 28: peran 'kepala' pegawai kantor dan mencatat sendiri; confirmed_by"
            " tidak dipakai."
        ],
    ),
    "counter without the right": (
        "procedure",
        STEPS,
        "  - {step: serah, name: Menyerahkan, kind: hand_over, actor: kepala}\n" + STEPS,
        ["procedure baris 28: peran 'kepala' tidak melayani loket (rights: [intake]) pada office.yaml."],
    ),
    "signing before anything is written": (
        "procedure",
        "kind: enter_data\n",
        "kind: verify\n",
        [
            "procedure baris 23: langkah 'tanda-tangan' tidak pernah dapat dilakukan: belum ada dokumen untuk"
            " ditandatangani. Letakkan sesudah langkah enter_data atau report.",
        ],
    ),
    "step after the archive": (
        "procedure",
        STEPS,
        "  - {step: arsip, name: Mengarsipkan, kind: archive, actor: kepala}\n" + STEPS,
        [
            "procedure baris 29: langkah 'kirim' tidak pernah tercapai: berkasnya sudah diarsipkan"
            " pada 'arsip'."
        ],
    ),
    "thanks for nothing": (
        "procedure",
        STEPS,
        "  - {step: terima, name: Menerima, kind: acknowledge, actor: pemohon}\n" + STEPS,
        [
            "procedure baris 28: langkah 'terima' tidak pernah dapat dilakukan: belum ada dokumen"
            " yang diserahkan."
            " Letakkan sesudah langkah hand_over.",
        ],
    ),
    "system that gives back": (
        "procedure",
        "    send_by: [email]",
        "    send_by: [email]\n    returns_to: [periksa]",
        ["procedure baris 33: langkah 'kirim' dilakukan oleh sistem, yang tidak mengembalikan atau menolak."],
    ),
    "applicant who refuses": (
        "procedure",
        "    kind: apply\n",
        "    kind: apply\n    can_reject: true\n",
        [
            "procedure baris 14: langkah 'permohonan' dilakukan oleh pemohon, yang tidak menolak"
            " permohonannya"
            " sendiri."
        ],
    ),
    "back to the system": (
        "procedure",
        "    send_by: [email]",
        "    send_by: [email]\n  - {step: arsip, name: Arsip, kind: archive, actor: kepala,"
        " returns_to: [kirim]}",
        [
            "procedure baris 33: langkah 'arsip' tidak dapat kembali ke 'kirim': sistem langsung"
            " meneruskannya."
        ],
    ),
    "forward, with a suggestion": (
        "procedure",
        "    returns_to: [permohonan]",
        "    returns_to: [tanda-tangan]",
        [
            "procedure baris 20: langkah 'periksa' tidak dapat kembali ke 'tanda-tangan': bukan"
            " langkah sebelumnya."
        ],
    ),
    "same way back twice": (
        "procedure",
        "    returns_to: [permohonan]",
        "    returns_to: [permohonan, permohonan]",
        ["procedure baris 20: tujuan pengembalian 'permohonan' ditulis dua kali."],
    ),
    "card that nobody prints": (
        "office",
        ", rights: [print_room]}",
        "}",
        [
            "service baris 30: kartu 'kartu-anggota' tidak pernah dicetak: tidak ada peran dengan"
            " hak print_room."
        ],
    ),
    "way of taking that nobody asks": (
        "service",
        "    same_event:",
        "    pickup: {loker: Loker}\n    same_event:",
        [
            "service baris 31: cara pengambilan tidak pernah ditanyakan: alurnya tidak punya langkah"
            " hand_over."
        ],
    ),
    "recording of nobody": (
        "procedure",
        STEPS,
        "  - {step: rekam, name: Merekam, kind: record_biometrics, actor: kepala}\n" + STEPS,
        [
            "service baris 8: langkah record_biometrics tidak pernah selesai: sebutkan kolom NIK"
            " orangnya (subject)."
        ],
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "sentences"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_reported(library, file: str, old: str, new: str, sentences: list[str]) -> None:
    library.edit(file, old, new)
    assert sorted(library.problems()) == sorted(sentences)


def test_what_is_never_written_is_never_made(library) -> None:
    library.edit("procedure", "kind: enter_data", "kind: verify")
    library.edit(
        "procedure",
        "    kind: sign\n    actor: kepala\n    signature: electronic",
        "    kind: paraf\n    actor: kepala",
    )
    library.edit("service", "    same_event:", "    event: birth\n    same_event:")
    assert library.problems() == [
        "service baris 28: produknya tidak pernah dibuat: alurnya tidak punya langkah enter_data"
        " atau report.",
        "service baris 31: peristiwa 'birth' tidak pernah dicatat: alurnya tidak punya langkah enter_data.",
    ]


def test_times_are_summed_while_the_clock_runs(library) -> None:
    """What comes before the receipt or after the document lies ready does not count."""
    library.edit("office", "[print_room]", "[print_room, intake]")
    library.edit(
        "procedure",
        "  - step: periksa\n",
        "  - {step: daftar, name: Mendaftar, kind: register, actor: petugas_loket, minutes: 100}\n"
        "  - step: periksa\n",
    )
    library.edit(
        "procedure",
        "    name: Mengirim\n    kind: send\n    actor: sistem\n    send_by: [email]\n",
        "    name: Menyerahkan\n    kind: hand_over\n    actor: petugas_loket\n    minutes: 100\n",
    )
    library.edit(
        "service", "working_minutes: 30", "working_minutes: 15\n      starts: registered\n      stops: ready"
    )
    assert library.problems() == []
    library.edit("service", "stops: ready", "stops: handed_over")
    assert library.problems() == [
        "service baris 25: peringatan: waktu langkah-langkahnya 10 + 5 + 100 = 115 menit kerja,"
        " lebih lama daripada"
        " janji 15 menit kerja."
    ]


def test_steps_of_days_count_with_the_longest_day(library) -> None:
    library.edit("procedure", "minutes: 10", "working_days: 2")
    library.edit("service", "working_minutes: 30", "working_days: 1")
    assert library.problems() == [
        "service baris 25: peringatan: waktu langkah-langkahnya 2 hari kerja + 5 = 725 menit kerja,"
        " lebih lama"
        " daripada janji 1 hari kerja (360 menit kerja)."
    ]


def second(library) -> None:
    """Another service of the office with the same menu, written a little otherwise."""
    text = library.path("service").read_text().replace("service: kartu-anggota", "service: kartu-tamu")
    text = text.replace('number: "1"', 'number: "2"').replace("menu: Daftar Anggota", "menu: daftar  anggota")
    library.path(f"{library.office}/services/2-kartu-tamu.yaml").write_text(text)


def test_a_shared_menu_is_a_warning(library) -> None:
    second(library)
    assert library.problems() == [
        "service baris 10: peringatan: menu 'Daftar Anggota' dipakai oleh 2 varian: 1 Kartu Anggota"
        " (Anggota Baru);"
        " 2 Kartu Anggota (Anggota Baru)."
    ]
    assert len(library.load().services) == 2


def test_a_procedure_without_a_service_is_a_warning(library) -> None:
    text = library.path("procedure").read_text().replace("procedure: daring", "procedure: lama")
    library.path(f"{library.office}/procedures/lama.yaml").write_text(text)
    unused = "peringatan: alur 'lama' tidak dipakai oleh satu layanan pun."
    assert library.problems() == [f"{library.office}/procedures/lama.yaml baris 1: {unused}"]
    # Which procedures are used is not known while a service cannot be read.
    library.edit("service", "service: kartu-anggota", "service: Kartu")
    assert [text for text in library.problems() if unused in text] == []


FIELDS = "      - {key: penjamin_nama, label: Nama, type: name}\n"


def test_a_field_under_conditions_that_exclude_each_other(library) -> None:
    """The second field is asked of those who like science only, but needs the first, of those who do not."""
    library.edit(
        "form",
        FIELDS,
        FIELDS + '      - {key: cerita, label: Cerita, type: text, when: {anggota_buku: "1"}}\n'
        '      - {key: tokoh, label: Tokoh, type: text, when: {anggota_buku: "2", cerita: Si Kancil}}\n',
    )
    assert library.problems() == [
        "form baris 17: kolom 'tokoh' tidak pernah ditanyakan: syarat tentang 'anggota_buku' saling"
        " bertentangan."
    ]
    library.edit("form", '{anggota_buku: "2", cerita', '{anggota_buku: ["1", "2"], cerita')
    assert library.problems() == []


def test_fields_that_wait_for_each_other(library) -> None:
    library.edit(
        "form",
        FIELDS,
        FIELDS + "      - {key: satu, label: Satu, type: text, when: {dua: x}}\n"
        "      - {key: dua, label: Dua, type: text, when: {satu: x}}\n",
    )
    assert library.problems() == [
        f"form baris {line}: kolom '{key}' tidak pernah ditanyakan: menunggu dirinya sendiri."
        for line, key in ((16, "satu"), (17, "dua"))
    ]
