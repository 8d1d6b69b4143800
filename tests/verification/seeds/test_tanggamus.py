"""Kabupaten Tanggamus: what the loader reads, against numbers counted by hand in its two publications.

The left column of each table is the heading in the publication. One lettered, numbered or dashed item is one
requirement; PKS and SPT are preconditions.
"""

from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from loket.catalogue.loader import load
from loket.catalogue.rules import Service, Variant
from loket.offices.rules import OfficeFile

STANDARDS = Path(__file__).parents[3] / "standards"
OFFICE = "1806"

# "8. STANDAR PELAYANAN ONLINE KOLEKTIF": number, requirements of each variant, lines of the procedure.
ONLINE_KOLEKTIF: list[tuple[str, list[int], int]] = [
    ("8.1. Kartu Keluarga (KK)", [4, 5, 6, 5, 3, 4], 13),  # items 3 to 8; 1 and 2 are PKS and SPT
    ("8.2. Kartu Tanda Penduduk Elektronik (KTP-el)", [3, 2], 13),
    ("8.3. Kartu Identitas Anak (KIA)", [4, 4], 13),
    ("8.4. Surat Keterangan Datang", [3], 13),
    ("8.5. Surat Keterangan Pindah WNI (SKPWNI)", [2, 2], 13),  # "1. Fotocopy KK Mengisi F103": two
    ("8.6. Surat Keterangan Pindah Ke Luar Negeri", [3], 13),
    ("8.7. Surat Keterangan Kedatangan Dari Luar Negeri", [2], 13),
    ("8.8. Surat Keterangan Tempat Tinggal Warga Negara Asing (SKTT WNA)", [4], 13),
    ("8.9. Surat Keterangan Kelahiran", [5], 13),
    ("8.10. Surat Keterangan Lahir Mati", [4], 13),
    ("8.11. Surat Keterangan Pembatalan Perkawinan", [5], 13),
    ("8.12. Surat Keterangan Pembatalan Perceraian", [5], 13),
    ("8.13. Surat Keterangan Kematian", [4], 13),
    ("8.14. Surat Keterangan Pengangkatan Anak", [4], 13),
    ("8.15. Surat Keterangan Pelepasan Kewarganegaraan", [4], 13),
    ("8.16. Surat Keterangan Penggantian Identitas", [5], 13),
    ("8.17. Surat Keterangan Pencatatan Sipil", [6], 13),
    ("8.18. Kutipan Akte Kelahiran", [6], 13),
    ("8.19. Kutipan Akta Kematian", [4], 13),
    ("8.20. Kutipan Akta Perkawinan", [6], 12),
    ("8.21. Kutipan Akta Perceraian", [5], 12),
    ("8.22. Kutipan Akta Pengakuan Anak", [5], 12),  # one number and four dashes
    ("8.23. Kutipan Akta Pengesahan Anak", [6], 12),
]
# Lines that ask for a form ("Mengisi...", "F1-01"): all but those of the lost KK, the lost KTP, 8.8 and 8.16.
FORM_LINES = {
    "8.1": [("f-1.02",)] * 2 + [("f-1.02", "f-1.01"), ("f-1.02",), (), ("f-1.02",)],
    "8.2": [("f-1.02",), ()],
    "8.3": [("f-1.02",)] * 2,
    "8.4": [("f-1.01",)],
    "8.5": [("f-1.03",)] * 2,
    "8.6": [("f-1.03",)],
    "8.7": [("f-1.03",)],
    "8.8": [()],
    **{f"8.{number}": [("f-2.01",)] for number in (9, 10, 11, 12, 13, 14, 17, 18, 19, 20, 21, 22, 23)},
    "8.15": [("f-2.02",)],
    "8.16": [()],
}
# "bagi...", "jika...": heading, variant, first words of the line. The third line of 8.10 says no condition
# itself: it is that of the fourth ("bagi yang tidak memiliki...") turned round.
CONDITIONAL = [
    (
        "8.1",
        "Perubahan Data Kartu Keluarga (KK) Karena Baru Kawin",
        "SKPWNI bagi warga yang datang dari luar",
    ),
    ("8.1", "Perubahan Data Kartu Keluarga (KK) Karena Baru Kawin", "Jika KK hilang Lampirkan"),
    ("8.1", "Perubahan Data (KK) Karena Pengurangan/Penghapusan", "Surat Keterangan Kematian (dari"),
    ("8.1", "Perubahan Data (KK) Karena Pengurangan/Penghapusan", "Surat Keterangan Pindah/Datang (SKPWNI)"),
    ("8.10", "Surat Keterangan Lahir Mati", "Fotocopy Surat Keterangan Lahir Mati"),
    ("8.10", "Surat Keterangan Lahir Mati", "Pernyataan dari orang tua kandung/wali bagi yang"),
    ("8.18", "Kutipan Akte Kelahiran", "Surat pernyataan tidak memiliki ijazah (bagi"),
    ("8.20", "Kutipan Akta Perkawinan", "Bagi janda/duda melampirkan"),
]
# Produk Pelayanan, row 1 of each first table.
PRODUCTS = {
    "8.1": "kartu-keluarga",
    "8.2": "ktp-el",
    "8.3": "kia",
    "8.4": "surat-keterangan-datang",
    "8.5": "surat-keterangan-pindah-wni",
    "8.6": "surat-keterangan-pindah-luar-negeri",
    "8.7": "surat-keterangan-datang-luar-negeri",
    "8.8": "surat-keterangan-tempat-tinggal",
    "8.9": "surat-keterangan-kelahiran",
    "8.10": "surat-keterangan-lahir-mati",
    "8.11": "surat-keterangan-pembatalan-perkawinan",
    "8.12": "surat-keterangan-pembatalan-perceraian",
    "8.13": "surat-keterangan-kematian",
    "8.14": "surat-keterangan-pengangkatan-anak",
    "8.15": "surat-keterangan-pelepasan-kewarganegaraan",
    "8.16": "surat-keterangan-pengganti-identitas",
    "8.17": "surat-keterangan-pencatatan-sipil",
    "8.18": "kutipan-akta-kelahiran",
    "8.19": "kutipan-akta-kematian",
    "8.20": "kutipan-akta-perkawinan",
    "8.21": "kutipan-akta-perceraian",
    "8.22": "kutipan-akta-pengakuan-anak",
    "8.23": "kutipan-akta-pengesahan-anak",
}
# The actors of "Sistem Mekanisme dan Prosedur", in its order. The check before the intake is in line 2.
COMMON = [
    ("lift", "operator_pengangkat"),
    ("print_file", "operator_cetak"),
    ("register", "petugas_loket"),
    ("verify", "kasi"),
    ("enter_data", "operator"),
    ("sign", "kepala_dinas"),
    ("print", "operator"),
    ("paraf", "kabid"),
    ("sort", "petugas_pemilah"),
    ("send", "operator_pengirim"),
    ("handover_record", "kasi_inovasi"),
]
KUPT = [("distribute", "petugas_kupt"), ("archive", "petugas_registrasi")]
APPLY, CHECK = ("apply", "pemohon"), ("check", "operator_penerima")
RECEIVE, POST = ("receive", "operator_penerima"), ("distribute", "petugas_pos")


@lru_cache
def services() -> dict[str, Service]:
    """The services of the office by their number."""
    return {item.number: item for item in load(STANDARDS, only={OFFICE}).services}


def office() -> OfficeFile:
    (file,) = load(STANDARDS, only={OFFICE}).offices
    return file


def kolektif() -> list[Service]:
    """The services of 8., in the order of their numbers."""
    found = [item for number, item in services().items() if number.startswith("8.")]
    return sorted(found, key=lambda item: int(item.number.removeprefix("8.")))


def forms(variant: Variant) -> tuple[str, ...]:
    return tuple(use.form for item in variant.requirements for use in item.forms)


def actors(variant: Variant) -> list[tuple[str, str]]:
    return [(step.kind, step.actor) for step in variant.procedure.steps]


def test_nothing_is_wrong_with_the_office() -> None:
    assert [str(problem) for problem in load(STANDARDS, only={OFFICE}).problems] == []


def test_online_kolektif_has_its_services_variants_requirements_and_lines() -> None:
    found = [
        (
            item.source.heading,
            [len(variant.requirements) for variant in item.variants],
            {len(variant.procedure.published) for variant in item.variants},
        )
        for item in kolektif()
    ]
    assert found == [(heading, counts, {lines}) for heading, counts, lines in ONLINE_KOLEKTIF]
    assert (len(found), sum(len(counts) for _, counts, _ in found)) == (23, 31)
    assert {item.source.file for item in kolektif()} == {"000_64ccb30f8add1510.txt"}


def test_the_form_lines_are_forms() -> None:
    assert {item.number: [forms(variant) for variant in item.variants] for item in kolektif()} == FORM_LINES


def test_what_is_asked_of_some_only_is_asked_of_them_only() -> None:
    found = [
        (item.number, variant.name, line.text)
        for item in kolektif()
        for variant in item.variants
        for line in variant.requirements
        if line.when
    ]
    assert [(number, name) for number, name, _ in found] == [
        (number, name) for number, name, _ in CONDITIONAL
    ]
    assert [line for (_, _, line), (_, _, begins) in zip(found, CONDITIONAL, strict=True)] == [
        line
        for (_, _, line), (_, _, begins) in zip(found, CONDITIONAL, strict=True)
        if line.startswith(begins)
    ]


def test_asli_and_fotocopy_are_what_the_line_says() -> None:
    """ "Asli" in 27 lines, "Fotocopy" (or "Fotokopi", "Foto copy") in 47."""
    natures = Counter(
        (line.nature, "asli" in line.text.lower(), line.text.lower().replace(" ", "").startswith("foto"))
        for item in kolektif()
        for variant in item.variants
        for line in variant.requirements
        if line.nature in ("original", "copy")
    )
    assert natures == {("original", True, False): 27, ("copy", False, True): 47}


def test_products() -> None:
    found = {
        item.number: {product.document for variant in item.variants for product in variant.products}
        for item in kolektif()
    }
    assert found == {number: {document} for number, document in PRODUCTS.items()}
    cards = [item.number for item in kolektif() if item.variants[0].products[0].medium == "card"]
    assert cards == ["8.2", "8.3"]


def test_the_pekon_sends_under_pks_and_spt_but_for_the_last_four() -> None:
    found = {
        item.number: (variant.procedure.sender, len(variant.procedure.preconditions), variant.channels)
        for item in kolektif()
        for variant in item.variants
    }
    mandated = {f"8.{number}": ("mandated", 2, ["whatsapp"]) for number in range(1, 20)}
    assert found == mandated | {f"8.{number}": ("applicant", 0, ["whatsapp"]) for number in range(20, 24)}
    named = [line.text for item in kolektif() for variant in item.variants for line in variant.requirements]
    assert [text for text in named if "PKS" in text or "SPT" in text] == []


def test_steps_of_online_kolektif() -> None:
    for item in kolektif():
        for variant in item.variants:
            begin = [APPLY, CHECK, RECEIVE] if variant.procedure.sender == "mandated" else [APPLY, RECEIVE]
            assert actors(variant) == [*begin, *COMMON, *KUPT], item.number


def test_five_working_days() -> None:
    """ "Penyelesaian : 5 (lima) hari kerja" in all 23; "5 hari" once in each SOP."""
    texts = Counter(
        (variant.deadline.text, variant.deadline.working_days)
        for item in services().values()
        for variant in item.variants
    )
    assert texts == {("Penyelesaian : 5 (lima) hari kerja", 5): 31, ("5 hari", 5): 3}


def test_the_other_components() -> None:
    """Dasar Hukum a to h (8.3: to i), 6 facilities, 6 rows of staff (5 operators in 8.1), 3 + 3 items."""
    for item in kolektif():
        standard = item.standard
        assert len(standard["legal_basis"]) == (9 if item.number == "8.3" else 8)
        assert str(standard["facilities"]).count("\n- ") == 6
        operators = "Operator SIAK : 5 orang" if item.number == "8.1" else "Operator SIAK : 2 orang"
        assert standard["staffing"] == [
            "Front Office : 2 orang",
            "Loket : 4 orang",
            operators,
            "ADB : 2 orang",
            "Loket Pengambilan : 3 orang",
            "Petugas Registrasi dan pengarsipan : 2 orang",
        ]
        assert (len(standard["competence"]), len(standard["service_guarantee"])) == (3, 3)
        assert "14 hari" in standard["safety_guarantee"]
        assert standard["fee"] == "Tidak Dipungut Biaya / GRATIS"
        assert len(standard["complaints"]) == 6


@pytest.mark.parametrize(
    ("number", "material"),
    [
        ("8.1", "Kertas A4 80 gram"),
        ("8.2", "Blangko KTP-el"),
        ("8.3", "Blangko KIA"),
        ("8.4", "Kertas A4 80 gram"),
    ],
)
def test_what_is_printed_on(number: str, material: str) -> None:
    lines = str(services()[number].standard["facilities"]).splitlines()
    assert lines[1:] == [
        "- ATK",
        "- Komputer",
        "- Printer",
        f"- {material}",
        "- Server",
        "- Jaringan Internet",
    ]


def test_order_of_the_components() -> None:
    """Table 1 has rows 1 to 6, table 2 rows 1 to 8."""
    for item in services().values():
        assert [len(section.components) for section in item.layout] == [6, 8]
        assert next(iter(item.layout[0].components)) == "product"


def test_bunda_dewi_harum() -> None:
    """Eight rows in the scan, four completed; columns of 13 actors, the applicant among them.

    Its second Kelengkapan is the one line of the second variant; the SOP lists no requirements for the first,
    which has the four of 8.1 item 3.
    """
    service = services()["13"]
    assert [len(variant.requirements) for variant in service.variants] == [4, 1]
    for variant in service.variants:
        assert len(variant.procedure.published) == 8 + 4
        assert actors(variant) == [APPLY, RECEIVE, *COMMON, POST]
        assert len({actor for _, actor in actors(variant)}) == 13
        assert (variant.procedure.sender, variant.procedure.preconditions) == ("applicant", [])


def test_card_of_those_who_complete_17() -> None:
    """ "(13.2) SOP PENERBITAN KARTU ... ELEKTRONIK PRR": six rows, two Kelengkapan."""
    (variant,) = services()["13.2"].variants
    assert len(variant.procedure.published) == 6
    # Row 1 is past when the case opens; row 2 is the entry and the print.
    assert [line.step for line in variant.procedure.published] == [
        None,
        *[step.step for step in variant.procedure.steps[1:]],
    ]
    assert actors(variant) == [
        ("enter_data", "operator"),
        ("print", "operator"),
        ("sort", "petugas_pemilah"),
        ("handover_record", "kasi_inovasi"),
        ("forward", "kasi_inovasi"),
        POST,
    ]
    assert [line.kind for line in variant.requirements] == ["eligibility", "eligibility"]
    assert (variant.opens, variant.channels) == ("id_card_ready", ["automatic"])


def test_every_actor_of_the_publications_has_a_role() -> None:
    """13 columns without the applicant, then KUPT, Petugas Registrasi, and Jumlah Pelaksana; one is added."""
    assert [role.role for role in office().roles] == [
        "operator_penerima",
        "operator_pengangkat",
        "operator_cetak",
        "petugas_loket",
        "kasi",
        "operator",
        "kepala_dinas",
        "kabid",
        "petugas_pemilah",
        "operator_pengirim",
        "kasi_inovasi",
        "petugas_pos",
        "petugas_kupt",
        "petugas_registrasi",
        "front_office",
        "adb",
        "petugas_pengambilan",
        "admin_kantor",
    ]
    assert [role.role for role in office().roles if role.outside] == ["petugas_pos"]


def test_a_kupt_in_each_of_the_twenty_kecamatan() -> None:
    assert Counter(site.kind for site in office().sites) == {"kupt": 20}
    assert len({site.area for site in office().sites}) == 20


def test_who_hands_the_documents_out() -> None:
    """Online Kolektif ends at the KUPT; both of Bunda Dewi Harum at the post, whatever steps lie between."""
    found = {
        (step.kind, (variant.handed_out_at(step.step) or step).actor, item.number[:2])
        for item in services().values()
        for variant in item.variants
        for step in variant.procedure.steps
        if step.kind in ("sort", "handover_record")
    }
    assert found == {
        (kind, actor, number)
        for kind in ("sort", "handover_record")
        for actor, number in (("petugas_kupt", "8."), ("petugas_pos", "13"))
    }
