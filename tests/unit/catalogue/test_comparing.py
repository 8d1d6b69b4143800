"""What changed between two states of the standards, in words without a key of the YAML."""

from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from loket.catalogue.comparing import State, changes, changes_text, forms, offices, services, steps, variants
from loket.catalogue.comparing.words import (
    CHANNEL_NAMES,
    EVENT_NAMES,
    KIND_NAMES,
    MEDIUM_NAMES,
    NATURE_NAMES,
    OPENING_NAMES,
)
from loket.catalogue.loader import load
from loket.catalogue.rules import (
    Channel,
    Deadline,
    Event,
    FormField,
    FormPart,
    Medium,
    Nature,
    Opening,
    Procedure,
    Question,
    Requirement,
    Service,
    Sop,
    Step,
    StepKind,
    Variant,
)
from loket.offices.rules import CardRules, OfficeFile, RoleFile

LIBRARY = Path(__file__).parent / "library"
TABLES: dict[type[BaseModel], dict] = {
    Service: services.SERVICE_FIELDS,
    Sop: services.SOP_FIELDS,
    Variant: variants.VARIANT_FIELDS,
    Question: variants.QUESTION_FIELDS,
    Requirement: variants.REQUIREMENT_FIELDS,
    Deadline: variants.DEADLINE_FIELDS,
    Procedure: steps.PROCEDURE_FIELDS,
    Step: steps.STEP_FIELDS,
    FormPart: forms.PART_FIELDS,
    FormField: forms.FIELD_FIELDS,
    OfficeFile: offices.OFFICE_FIELDS,
    CardRules: offices.CARD_FIELDS,
    RoleFile: offices.ROLE_FIELDS,
}


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_every_field_has_its_words(model: type[BaseModel]) -> None:
    assert set(TABLES[model]) == set(model.model_fields)


def test_every_word_of_the_vocabulary_has_a_name() -> None:
    assert set(KIND_NAMES) == set(get_args(StepKind))
    assert set(EVENT_NAMES) == set(get_args(Event))
    assert set(CHANNEL_NAMES) == set(get_args(Channel))
    assert set(OPENING_NAMES) == set(get_args(Opening))
    assert set(MEDIUM_NAMES) == set(get_args(Medium))
    assert set(NATURE_NAMES) == {*get_args(Nature), None}


def state(root: Path) -> State:
    loaded = load(root)
    assert [str(problem) for problem in loaded.errors] == []
    return State(loaded.offices, loaded.services)


# file, what stands there, what is written instead; the sentences
EDITS: dict[str, tuple[str, str, str, list[str]]] = {
    "marks of a list": (
        "standard",
        "  - heading: Penyampaian pelayanan\n",
        "  - heading: Penyampaian pelayanan\n    marks: {requirements: numbers}\n",
        ["Huruf atau angka di depan butir pada cetakan standar berubah."],
    ),
    "deadline": (
        "service",
        "      text: 30 menit\n      working_minutes: 30",
        "      text: Satu hari\n      working_days: 1",
        [
            "Jangka waktu berubah dari 30 menit kerja menjadi 1 hari kerja.",
            'Bunyi jangka waktu berubah dari "30 menit" menjadi "Satu hari".',
        ],
    ),
    "new requirement": (
        "service",
        "      - key: formulir\n",
        "      - {key: ktp, text: Fotokopi KTP-el, kind: paper, nature: copy}\n      - key: formulir\n",
        ['Persyaratan baru: "Fotokopi KTP-el" (dibawa ke loket, fotokopi).'],
    ),
    "requirement under a condition": (
        "service",
        "      - key: formulir\n",
        "      - {key: ktp, text: Foto KTP-el, when: {pelajar: tidak}}\n      - key: formulir\n",
        ['Persyaratan baru: "Foto KTP-el" (diunggah, hanya jika "Apakah Anda pelajar?" dijawab "Tidak").'],
    ),
    "requirement gone": (
        "service",
        "      - key: kartu_pelajar\n        text: Kartu pelajar\n        when: {pelajar: ya}\n",
        "",
        ["Tidak lagi disyaratkan: Kartu pelajar."],
    ),
    "requirement for all": (
        "service",
        "        when: {pelajar: ya}\n",
        "",
        [
            'Persyaratan "Kartu pelajar" sekarang berlaku bagi semua; sebelumnya hanya jika'
            ' "Apakah Anda pelajar?" dijawab "Ya".'
        ],
    ),
    # Nothing that anybody sees, and said so.
    "requirement with another key": (
        "service",
        "key: kartu_pelajar",
        "key: kartu",
        ["Keterangan lain pada varian ini berubah."],
    ),
    "requirement with other words": (
        "service",
        "text: Kartu pelajar",
        "text: Kartu pelajar yang berlaku",
        ['Bunyi persyaratan berubah dari "Kartu pelajar" menjadi "Kartu pelajar yang berlaku".'],
    ),
    "another actor": (
        "procedure",
        "    kind: enter_data\n    actor: petugas_loket",
        "    kind: enter_data\n    actor: kepala",
        ['Langkah "Memeriksa" sekarang dikerjakan oleh Kepala, sebelumnya oleh Petugas loket.'],
    ),
    "another time": (
        "procedure",
        "minutes: 10",
        "minutes: 5",
        ['Waktu langkah "Memeriksa" berubah dari 10 menit menjadi 5 menit.'],
    ),
    "days in place of minutes": (
        "procedure",
        "minutes: 5",
        "working_days: 2",
        ['Waktu langkah "Menandatangani" berubah dari 5 menit menjadi 2 hari kerja.'],
    ),
    "a way back and a refusal": (
        "procedure",
        "    returns_to: [periksa]\n",
        "    returns_to: [permohonan]\n    can_reject: true\n",
        [
            'Langkah "Menandatangani" sekarang dapat mengembalikan ke "Mengajukan".',
            'Langkah "Menandatangani" tidak lagi dapat mengembalikan ke "Memeriksa".',
            'Langkah "Menandatangani" sekarang dapat menolak permohonan.',
        ],
    ),
    "new step": (
        "procedure",
        "  - step: tanda-tangan",
        "  - {step: paraf, name: Memaraf, kind: paraf, actor: kepala}\n  - step: tanda-tangan",
        ['Langkah baru: "Memaraf", dikerjakan oleh Kepala, setelah "Memeriksa".'],
    ),
    "step gone": (
        "procedure",
        "  - step: tanda-tangan\n    name: Menandatangani\n    kind: sign\n    actor: kepala\n"
        "    signature: electronic\n    minutes: 5\n    returns_to: [periksa]\n",
        "",
        ['Tidak lagi ada langkah "Menandatangani" oleh Kepala.'],
    ),
    "signed with a pen": (
        "procedure",
        "signature: electronic",
        "signature: wet",
        ["Dokumen sekarang ditandatangani dengan pena, sebelumnya secara elektronik."],
    ),
    "another line of the procedure": (
        "procedure",
        "text: Petugas memeriksa",
        "text: Petugas memeriksa dengan teliti",
        ['Bunyi prosedur berubah dari "Petugas memeriksa" menjadi "Petugas memeriksa dengan teliti".'],
    ),
    "channel": (
        "service",
        "channels: [online]",
        "channels: [online, counter]",
        ["Sekarang juga dilayani di loket."],
    ),
    "product gone": (
        "service",
        "      - {document: kartu-anggota, medium: card}\n",
        "",
        ["Tidak lagi menghasilkan kartu anggota."],
    ),
    "component": (
        "standard",
        "  fee: Gratis",
        "  fee: Tanpa biaya",
        ['Biaya/tarif berubah dari "Gratis" menjadi "Tanpa biaya".'],
    ),
    "line of a component": (
        "standard",
        "facilities: [Meja, Kursi]",
        "facilities: [Meja, Lampu]",
        [
            "Sarana, prasarana, dan/atau fasilitas, baru: Lampu.",
            "Sarana, prasarana, dan/atau fasilitas, tidak lagi: Kursi.",
        ],
    ),
    "field of a form": (
        "form",
        "      - {key: anggota_lahir, label: Tanggal lahir, type: date, past: true}",
        "      - {key: anggota_lahir, label: Tanggal lahir, type: date, past: true, required: false}\n"
        "      - {key: anggota_surel, label: Surel, type: email}",
        [
            'Isian baru pada formulir: "Surel" (wajib).',
            'Isian "Tanggal lahir" tidak lagi wajib diisi.',
        ],
    ),
    "choice": (
        "list",
        "2,ILMU",
        "3,SENI",
        [
            'Pilihan baru pada "Buku kesukaan": SENI.',
            'Pilihan tidak ada lagi pada "Buku kesukaan": ILMU.',
        ],
    ),
    "effective date": (
        "service",
        "effective_from: 2024-01-01",
        "effective_from: 2025-07-01",
        ["Mulai berlaku 1 Juli 2025; yang lama mulai berlaku 1 Januari 2024."],
    ),
    "block of the SOP": (
        "service",
        "standard:\n",
        "sop: {number: 7/SOP, warnings: [Jangan terlambat]}\nstandard:\n",
        ['Nomor SOP sekarang "7/SOP".', "SOP, peringatan, baru: Jangan terlambat."],
    ),
    "hours": (
        "office",
        "selasa: [08.00-12.00]",
        "selasa: [08.00-14.00]",
        ["Jam buka selasa berubah dari 08.00-12.00 menjadi 08.00-14.00."],
    ),
    "rights": (
        "office",
        "name: Petugas loket, rights: [print_room]}",
        "name: Petugas loket, rights: [print_room, intake]}",
        ["Peran Petugas loket sekarang berhak menerima permohonan di loket atau titik layanan."],
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "sentences"), EDITS.values(), ids=EDITS)
def test_a_change_is_told(library, file: str, old: str, new: str, sentences: list[str]) -> None:
    library.edit(file, old, new)
    found = [change.text for change in changes(state(LIBRARY), state(library.root))]
    assert sorted(found) == sorted(sentences)
    assert [text for text in found if "_" in text] == []


def test_nothing_changed(library) -> None:
    now = state(library.root)
    assert changes(state(LIBRARY), now) == []
    assert changes_text([], now, now) == "Tidak ada perubahan.\n"


def test_what_nobody_has_words_for_is_told_all_the_same(library) -> None:
    """A line of the procedure that now stands for another step changes nothing that is printed."""
    library.edit(
        "procedure", "text: Petugas memeriksa\n    step: periksa", "text: Petugas memeriksa\n    step: kirim"
    )
    found = [change.text for change in changes(state(LIBRARY), state(library.root))]
    assert found == ["Alur kerjanya berubah dalam hal lain."]


def test_services_and_variants_that_come_and_go(library) -> None:
    before = state(library.root)
    (service,) = before.services
    (variant,) = service.variants
    other = variant.model_copy(update={"variant": "lama", "name": "Anggota Lama"})
    both = State(before.offices, [service.model_copy(update={"variants": [variant, other]})])
    said = [(change.service, change.variant, change.text) for change in changes(before, both)]
    assert said == [("kartu-anggota", "lama", "Varian baru: Anggota Lama.")]
    said = [(change.service, change.variant, change.text) for change in changes(both, before)]
    assert said == [("kartu-anggota", "lama", 'Varian "Anggota Lama" tidak ada lagi.')]
    none = State(before.offices, [])
    assert [change.text for change in changes(none, before)] == [
        'Layanan baru: "Kartu Anggota" dengan 1 varian.'
    ]
    assert [change.text for change in changes(before, none)] == ['Layanan "Kartu Anggota" tidak ada lagi.']
    assert [change.text for change in changes(State([], []), before)] == [
        'Kantor baru: "Perpustakaan Contoh" dengan 1 layanan.'
    ]


def test_what_variants_share_is_said_once(library) -> None:
    before = state(library.root)
    (service,) = before.services
    (variant,) = service.variants

    def with_menus(one: str, other: str, fee: str) -> State:
        both = [
            variant.model_copy(update={"menu": one}),
            variant.model_copy(update={"variant": "lama", "name": "Anggota Lama", "menu": other}),
        ]
        standard = {**service.standard, "fee": fee}
        return State(before.offices, [service.model_copy(update={"variants": both, "standard": standard})])

    old, new = with_menus("A", "A", "Gratis"), with_menus("B", "B", "Gratis sekali")
    assert changes_text(changes(old, new), old, new) == (
        "Perpustakaan\n\n  1. Kartu Anggota\n"
        '  - Biaya/tarif berubah dari "Gratis" menjadi "Gratis sekali".\n'
        "    Semua varian:\n"
        '    - Menu berubah dari "A" menjadi "B".\n'
    )
    new = with_menus("A", "C", "Gratis")
    assert changes_text(changes(old, new), old, new) == (
        'Perpustakaan\n\n  1. Kartu Anggota\n    Anggota Lama:\n    - Menu berubah dari "A" menjadi "C".\n'
    )


def test_services_stand_in_the_order_of_their_numbers(library) -> None:
    now = state(library.root)
    (service,) = now.services
    fresh = [
        service.model_copy(
            update={"service": f"layanan-{number}", "number": number, "name": f"Layanan {number}"}
        )
        for number in ("10", "2")
    ]
    text = changes_text(changes(now, State(now.offices, [*fresh, service])), now, State(now.offices, fresh))
    assert [line for line in text.splitlines() if line.startswith("  ") and "-" not in line] == [
        "  2. Layanan 2",
        "  10. Layanan 10",
    ]
