"""What is published, as data."""

import re

from loket.catalogue.listing import as_data, listing

ENTRY = {
    "office": "9901",
    "service": "kartu-anggota",
    "variant": "baru",
    "requirements": [
        {
            "text": "Kartu pelajar",
            "kind": "upload",
            "nature": None,
            "when": {"pelajar": "ya"},
            "condition": "Apakah Anda pelajar? Ya",
        },
        {"text": "Mengisi formulir", "kind": "form", "nature": None, "when": None, "condition": ""},
    ],
    "preconditions": ["Sudah ada perjanjian"],
    "channels": ["online"],
    "procedure": [
        "Pemohon memilih menu Daftar Anggota dan mengisi formulir",
        "Petugas memeriksa",
        "Surat dikirim",
    ],
    "steps": [
        {
            "step": "permohonan",
            "name": "Mengajukan",
            "actor": "pemohon",
            "kind": "apply",
            "minutes": None,
            "working_days": None,
            "open_ended": False,
            "needs": "Buku",
            "output": "",
            "returns_to": [],
        },
        {
            "step": "periksa",
            "name": "Memeriksa",
            "actor": "petugas_loket",
            "kind": "enter_data",
            "minutes": 10,
            "working_days": None,
            "open_ended": False,
            "needs": "",
            "output": "",
            "returns_to": ["permohonan"],
        },
        {
            "step": "tanda-tangan",
            "name": "Menandatangani",
            "actor": "kepala",
            "kind": "sign",
            "minutes": 5,
            "working_days": None,
            "open_ended": False,
            "needs": "",
            "output": "",
            "returns_to": ["periksa"],
        },
        {
            "step": "kirim",
            "name": "Mengirim",
            "actor": "sistem",
            "kind": "send",
            "minutes": None,
            "working_days": None,
            "open_ended": True,
            "needs": "",
            "output": "",
            "returns_to": [],
        },
    ],
    "deadline": {
        "text": "30 menit",
        "working_minutes": 30,
        "working_days": None,
        "starts": "complete",
        "stops": "sent",
    },
    "products": [
        {"document": "surat-anggota", "medium": "pdf", "label": ""},
        {"document": "kartu-anggota", "medium": "card", "label": ""},
    ],
}


def written(library):
    library.edit("procedure", "published:", "preconditions: [Sudah ada perjanjian]\npublished:")
    procedure = library.path("procedure")
    procedure.write_text(re.sub(r"(Memeriksa\n +kind: )\w+", r"\1enter_data", procedure.read_text()))
    library.edit("procedure", "    actor: pemohon\n", "    actor: pemohon\n    needs: Buku\n")
    library.edit("procedure", "    actor: sistem\n", "    actor: sistem\n    open_ended: true\n")
    (service,) = library.load().services
    return service


def test_listing_has_one_entry_per_variant(library) -> None:
    service = written(library)
    second = service.variant("baru").model_copy(update={"variant": "hilang"})
    both = service.model_copy(update={"variants": [*service.variants, second]})
    assert listing([service]) == [ENTRY]
    assert listing([both]) == [ENTRY, {**ENTRY, "variant": "hilang"}]


def test_services_are_listed_by_their_numbers(library) -> None:
    (service,) = library.load().services
    fresh = [service.model_copy(update={"service": slug, "number": slug[1:]}) for slug in ("s10", "s2", "s8")]
    assert [item["service"] for item in listing(fresh)] == ["s2", "s8", "s10"]


def test_a_condition_on_several_answers_in_words(library) -> None:
    library.edit("service", "when: {pelajar: ya}", "when: {pelajar: [ya, tidak]}")
    (service,) = library.load().services
    (first, _) = listing([service])[0]["requirements"]
    assert first["condition"] == "Apakah Anda pelajar? Ya atau Tidak"


def test_one_service_as_data(library) -> None:
    library.edit("service", "standard:", "sop: {number: SOP/1}\nstandard:")
    service = written(library)
    data = as_data(service)
    assert data["variants"] == [ENTRY]
    assert list(data) == [
        "office",
        "service",
        "number",
        "name",
        "group",
        "source",
        "effective_from",
        "components",
        "sop",
        "variants",
    ]
    assert (data["number"], data["effective_from"]) == ("1", "2024-01-01")
    assert data["source"] == {"file": "contoh.txt", "heading": "1. Kartu Anggota"}
    assert data["sop"]["number"] == "SOP/1"
    assert [item["component"] for item in data["components"]] == [
        key for section in service.layout for key in section.components
    ]
    assert data["components"][1] == {
        "section": "Penyampaian pelayanan",
        "number": 2,
        "component": "requirements",
        "title": "Persyaratan",
        "lines": ["Sudah ada perjanjian", "Kartu pelajar", "Mengisi formulir"],
    }
