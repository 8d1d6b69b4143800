"""Mistakes in procedures, office files and national data: a sentence each, as for services."""

import pytest

# file, what stands there, what is written instead, the sentence
MISTAKES = {
    "unknown role": (
        "procedure",
        "actor: petugas_loket",
        "actor: petugas_loked",
        ["procedure baris 18: peran 'petugas_loked' tidak dikenal. Mungkin maksudnya 'petugas_loket'."],
    ),
    "unknown step kind": (
        "procedure",
        "kind: enter_data",
        "kind: enterdata",
        ["procedure baris 17: kind 'enterdata' tidak dikenal. Mungkin maksudnya 'enter_data'."],
    ),
    "unknown code list": (
        "form",
        "options: jenis_buku",
        "options: jenis_buki",
        ["form baris 10: daftar kode 'jenis_buki' tidak dikenal. Mungkin maksudnya 'jenis_buku'."],
    ),
    "condition of a field on an unknown field": (
        "form",
        "options: jenis_buku}",
        "options: jenis_buku, when: {anggota_nma: x}}",
        ["form baris 10: pertanyaan 'anggota_nma' tidak dikenal. Mungkin maksudnya 'anggota_nama'."],
    ),
    "return to a later step": (
        "procedure",
        "returns_to: [periksa]",
        "returns_to: [kirim]",
        [
            "procedure baris 27: langkah 'tanda-tangan' tidak dapat kembali ke 'kirim': bukan langkah"
            " sebelumnya."
        ],
    ),
    "return to an unknown step": (
        "procedure",
        "returns_to: [periksa]",
        "returns_to: [priksa]",
        ["procedure baris 27: langkah 'priksa' tidak dikenal. Mungkin maksudnya 'periksa'."],
    ),
    "published line naming an unknown step": (
        "procedure",
        "    step: periksa",
        "    step: perisa",
        ["procedure baris 7: langkah 'perisa' tidak dikenal. Mungkin maksudnya 'periksa'."],
    ),
    "published line with an unknown insert": (
        "procedure",
        "{menu}",
        "{mnu}",
        ["procedure baris 4: sisipan 'mnu' tidak dikenal. Mungkin maksudnya 'menu'."],
    ),
    "first step is not an application": (
        "procedure",
        "kind: apply\n    actor: pemohon",
        "kind: receive\n    actor: petugas_loket",
        ["service baris 24: langkah pertama 'permohonan' harus berjenis apply pada saluran ini."],
    ),
    "application by somebody else": (
        "procedure",
        "actor: pemohon",
        "actor: kepala",
        ["procedure baris 14: langkah 'permohonan' berjenis apply, jadi pelakunya harus 'pemohon'."],
    ),
    "second application": (
        "procedure",
        "kind: enter_data\n    actor: petugas_loket",
        "kind: apply\n    actor: pemohon",
        [
            "procedure baris 17: hanya langkah pertama yang berjenis apply.",
            "procedure baris 23: langkah 'tanda-tangan' tidak pernah dapat dilakukan: belum ada dokumen untuk"
            " ditandatangani. Letakkan sesudah langkah enter_data atau report.",
        ],
    ),
    "system doing people's work": (
        "procedure",
        "actor: petugas_loket",
        "actor: sistem",
        ["procedure baris 18: langkah 'periksa' berjenis enter_data tidak dapat dilakukan oleh 'sistem'."],
    ),
    "signing without a signature": (
        "procedure",
        "    signature: electronic\n",
        "",
        ["procedure baris 21: langkah 'tanda-tangan' berjenis sign, jadi harus menyebut signature."],
    ),
    "signature on another step": (
        "procedure",
        "    minutes: 10\n",
        "    signature: electronic\n",
        ["procedure baris 19: langkah 'periksa' berjenis enter_data, jadi tidak memakai signature."],
    ),
    "signing without the right": (
        "office",
        "rights: [sign]",
        "rights: [register]",
        ["procedure baris 24: peran 'kepala' tidak berhak menandatangani (rights: [sign]) pada office.yaml."],
    ),
    "sending without a way": (
        "procedure",
        "    send_by: [email]\n",
        "",
        ["procedure baris 28: langkah 'kirim' berjenis send, jadi harus menyebut send_by."],
    ),
    "way of sending on another step": (
        "procedure",
        "    minutes: 10\n",
        "    send_by: [email]\n",
        ["procedure baris 19: langkah 'periksa' berjenis enter_data, jadi tidak memakai send_by."],
    ),
    "step written twice": (
        "procedure",
        "step: tanda-tangan",
        "step: permohonan",
        ["procedure baris 21: langkah 'permohonan' ditulis dua kali."],
    ),
    "deadline that nothing stops": (
        "procedure",
        "    kind: send\n    actor: sistem\n    send_by: [email]",
        "    kind: archive\n    actor: kepala",
        [
            "service baris 25: jangka waktu memakai stops: sent, tetapi alurnya tidak punya langkah send.",
            "service baris 30: kartu 'kartu-anggota' tidak pernah dicetak: alurnya tidak punya"
            " langkah hand_over,"
            " print, send.",
        ],
    ),
    "missing component of the office": (
        "standard",
        "  competence: Gemar membaca\n",
        "",
        ["service baris 32: komponen 'Kompetensi pelaksana' (competence) belum diisi."],
    ),
    "component missing from the layout": (
        "standard",
        "      deadline: Jangka waktu\n",
        "",
        ["standard baris 1: komponen 'Jangka waktu pelayanan' (deadline) belum ada dalam susunan."],
    ),
    "unknown component": (
        "standard",
        "  fee: Gratis",
        "  fees: Gratis",
        [
            "standard baris 21: isian 'fees' tidak dikenal. Mungkin maksudnya 'fee'.",
        ],
    ),
    "hours": (
        "office",
        "08.00-12.00, 13.00-15.00",
        "08.00-7.00",
        ["office baris 10: hours: jam '08.00-7.00' tidak terbaca; tulis seperti 08.00-12.00."],
    ),
    "unknown day": (
        "office",
        "  senin:",
        "  senen:",
        ["office baris 11: isian 'senen' tidak dikenal. Mungkin maksudnya 'senin'."],
    ),
    "unknown zone": (
        "office",
        "Asia/Jakarta",
        "Asia/Jakrta",
        ["office baris 8: zone 'Asia/Jakrta' tidak dikenal. Mungkin maksudnya 'Asia/Jakarta'."],
    ),
    "unknown right": (
        "office",
        "rights: [sign]",
        "rights: [sing]",
        ["office baris 16: rights 'sing' tidak dikenal. Mungkin maksudnya 'sign'."],
    ),
    "role written twice": (
        "office",
        "role: kepala,",
        "role: petugas_loket,",
        [
            "office baris 16: peran 'petugas_loket' ditulis dua kali.",
            "procedure baris 24: peran 'kepala' tidak dikenal.",
        ],
    ),
    "unknown area": (
        "office",
        'area: "99.01"',
        'area: "99.10"',
        ["office baris 2: kode wilayah '99.10' tidak dikenal. Mungkin maksudnya '99.01'."],
    ),
    "office code of another area": (
        "office",
        'office: "9901"',
        'office: "9902"',
        [
            "office baris 1: folder kantor ini harus bernama '9902-perpustakaan'.",
            "office baris 1: kode kantor '9902' tidak sama dengan kode wilayah '99.01'.",
        ],
    ),
    "field written twice": (
        "form",
        "key: penjamin_nama",
        "key: anggota_nama",
        [
            "form baris 15: kolom 'anggota_nama' ditulis dua kali.",
            "form baris 19: kolom 'penjamin_nama' tidak dikenal. Mungkin maksudnya 'penjamin_lahir'.",
        ],
    ),
    "choice without a list": (
        "form",
        "type: choice, options: jenis_buku",
        "type: choice",
        ["form baris 10: kolom pilihan 'anggota_buku' belum menyebut daftar kode (options)."],
    ),
    "order of what is no date": (
        "form",
        "fields: [anggota_lahir, penjamin_lahir]",
        "fields: [anggota_nama, penjamin_lahir]",
        ["form baris 22: kolom 'anggota_nama' bukan tanggal."],
    ),
    "code written twice": ("list", "2,ILMU", "1,ILMU", ["list baris 3: kode '1' ditulis dua kali."]),
}


@pytest.mark.parametrize(("file", "old", "new", "sentences"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_reported(library, file: str, old: str, new: str, sentences: list[str]) -> None:
    library.edit(file, old, new)
    assert sorted(library.problems()) == sorted(sentences)
