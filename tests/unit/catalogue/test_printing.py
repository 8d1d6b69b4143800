"""The standard printed back."""

from loket.catalogue.printing import listing, standard_text


def test_standard_is_printed_in_the_order_and_words_of_the_office(library) -> None:
    (service,) = library.load().services
    text = standard_text(service)
    assert text.startswith("STANDAR PELAYANAN KEANGGOTAAN\n\n1. Jenis Layanan : KARTU ANGGOTA\n")
    titles = [line for line in text.splitlines() if line[:1].isdigit() and "Jenis Layanan" not in line]
    assert titles[:3] == ["1. Produk", "2. Persyaratan", "3. Prosedur"]
    assert len(titles) == 14
    assert titles[-1] == "14. Evaluasi"


def test_lines_are_lettered_under_their_variant(library) -> None:
    (service,) = library.load().services
    wanted = "2. Persyaratan\n   1. Anggota Baru\n      a. Kartu pelajar\n      b. Mengisi formulir\n"
    assert wanted in standard_text(service)


def test_variants_are_numbered_and_differing_deadlines_listed(library) -> None:
    (service,) = library.load().services
    first = service.variant("baru")
    deadline = first.deadline.model_copy(update={"text": "2 hari kerja"})
    second = first.model_copy(update={"variant": "hilang", "name": "Kartu Hilang", "deadline": deadline})
    text = standard_text(service.model_copy(update={"variants": [first, second]}))
    assert "   2. Kartu Hilang\n      a. Kartu pelajar\n" in text
    assert "4. Jangka waktu\n   1. 30 menit\n   2. 2 hari kerja\n" in text


def test_more_lines_than_letters(library) -> None:
    (service,) = library.load().services
    variant = service.variant("baru")
    many = [variant.requirements[0]] * 28
    service = service.model_copy(update={"variants": [variant.model_copy(update={"requirements": many})]})
    assert "      z. Kartu pelajar\n      aa. Kartu pelajar\n      ab. Kartu pelajar\n" in standard_text(
        service
    )


def test_listing_has_one_entry_per_variant(library) -> None:
    assert listing(library.load().services) == [
        {
            "office": "9901",
            "service": "kartu-anggota",
            "variant": "baru",
            "requirements": [
                {"text": "Kartu pelajar", "kind": "upload", "when": {"pelajar": "ya"}},
                {"text": "Mengisi formulir", "kind": "form", "when": None},
            ],
            "preconditions": [],
            "channels": ["online"],
            "procedure": [
                "Pemohon memilih menu Daftar Anggota dan mengisi formulir",
                "Petugas memeriksa",
                "Surat dikirim",
            ],
            "steps": [
                {"actor": "pemohon", "kind": "apply", "minutes": None},
                {"actor": "petugas_loket", "kind": "verify", "minutes": 10},
                {"actor": "kepala", "kind": "sign", "minutes": 5},
                {"actor": "sistem", "kind": "send", "minutes": None},
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
    ]
