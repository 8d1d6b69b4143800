"""Kota Balikpapan: what was counted in its published standards, against what is loaded.

The numbers below were counted in the published file (003_f2c321e121536246.txt), heading by heading, before
looking at the YAML: a lettered, numbered or dashed item is one requirement, items joined by "dan" or "atau"
within a line stay one, and sub-items stay inside theirs.
"""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

from loket.catalogue.loader import Loaded, load
from loket.catalogue.rules import Service, Variant
from loket.offices.rules import OfficeFile

STANDARDS = Path(__file__).parents[3] / "standards"
OFFICE = "6471"
ABROAD = "surat-keterangan-datang-luar-negeri"


class Counted(NamedTuple):
    """One variant: its title, lines of Persyaratan and of the procedure, steps, deadline, documents."""

    title: str
    requirements: int
    lines: int
    steps: int
    days: int | None
    documents: list[str]


# "24 jam (1 hari kerja)" is 1, "3 hari kerja" is 3, "Sesuai dengan jangka waktu PKS" is None. Steps are not
# printed: 5 online, 6 at the counter and for cards, 7 for people without papers.
COUNTED: dict[str, list[Counted]] = {
    # 1. Jenis Layanan : KARTU KELUARGA
    "1": [
        Counted("Kartu Keluarga Baru (Baru Menikah)", 4, 10, 5, 1, ["kartu-keluarga"]),
        Counted("Pisah Kartu Keluarga akibat Perceraian", 3, 10, 5, 1, ["kartu-keluarga"]),
        Counted("Pecah Kartu Keluarga", 2, 10, 5, 1, ["kartu-keluarga"]),
        Counted("Numpang Kartu Keluarga", 4, 10, 5, 1, ["kartu-keluarga"]),
        Counted("Penambahan Anggota karena Kelahiran", 5, 10, 5, 1, ["kartu-keluarga"]),
        Counted("Pergantian Kartu Keluarga, karena Hilang atau Rusak", 3, 10, 5, 1, ["kartu-keluarga"]),
        Counted("Pergantian Kartu Keluarga, karena Perubahan Data", 3, 10, 5, 1, ["kartu-keluarga"]),
    ],
    # 2. Jenis Layanan : KTP ELEKTRONIK DAN KIA
    "2": [
        Counted("KTP Elektronik Baru", 1, 7, 6, 3, ["ktp-el"]),
        Counted("Pergantian KTP Elektronik, karena Hilang atau Rusak", 4, 8, 6, 3, ["ktp-el"]),
        Counted("Pergantian KTP Elektronik, karena Perubahan Data", 3, 8, 6, 3, ["ktp-el"]),
        Counted("KIA (Kartu Identitas Anak)", 4, 8, 6, 3, ["kia"]),
    ],
    # 3. Jenis Layanan : SURAT KETERANGAN PINDAH (SKP) WNI
    "3": [
        Counted("SKPWNI Baru", 3, 10, 5, 1, ["surat-keterangan-pindah-wni"]),
        Counted("SKPWNI Pergantian", 2, 10, 5, 1, ["surat-keterangan-pindah-wni"]),
        Counted("SKPWNI Hilang/Rusak", 3, 10, 5, 1, ["surat-keterangan-pindah-wni"]),
        Counted("Pembatalan SKPWNI", 2, 10, 5, 1, ["surat-keterangan-pindah-wni"]),
    ],
    # 4. Jenis Layanan : SURAT KETERANGAN PINDAH DATANG (Produk Pelayanan: Kartu Keluarga)
    "4": [Counted("Surat Keterangan Pindah Datang", 2, 10, 5, 1, ["kartu-keluarga"])],
    # 5. Jenis Layanan : SURAT KETERANGAN PINDAH LUAR NEGERI (SKPLN)
    "5": [
        Counted("SKPLN Baru", 2, 10, 5, 1, ["surat-keterangan-pindah-luar-negeri"]),
        Counted("SKPLN Hilang/Rusak", 3, 10, 5, 1, ["surat-keterangan-pindah-luar-negeri"]),
    ],
    # 6. Jenis Layanan : SURAT KETERANGAN DATANG DARI LUAR NEGERI
    "6": [
        Counted(
            "Surat Keterangan Datang dari Luar Negeri", 3, 10, 5, 1, ["surat-keterangan-datang-luar-negeri"]
        )
    ],
    # 7. Jenis Layanan : SURAT KETERANGAN TEMPAT TINGGAL WNA (SKTT WNA)
    "7": [
        Counted("SKTT Baru", 6, 10, 5, 1, ["surat-keterangan-tempat-tinggal"]),
        Counted("SKTT Perpanjangan", 4, 10, 5, 1, ["surat-keterangan-tempat-tinggal"]),
        Counted("SKTT Hilang/Rusak", 3, 10, 5, 1, ["surat-keterangan-tempat-tinggal"]),
    ],
    # 8. Jenis Layanan : SURAT KETERANGAN LAHIR MATI
    "8": [Counted("Surat Keterangan Lahir Mati", 3, 10, 5, 1, ["surat-keterangan-lahir-mati"])],
    # 9. Jenis Layanan : SURAT KETERANGAN PEMBATALAN PERKAWINAN (Produk Pelayanan: Catatan
    # Pinggir ...; the last line of its procedure: "mengambil dokumen berupa surat keterangan")
    "9": [
        Counted(
            "Surat Keterangan Pembatalan Perkawinan",
            4,
            6,
            6,
            3,
            ["surat-keterangan-pembatalan-perkawinan", "catatan-pinggir"],
        )
    ],
    # 10. Jenis Layanan : SURAT KETERANGAN PEMBATALAN PERCERAIAN (as 9)
    "10": [
        Counted(
            "Surat Keterangan Pembatalan Perceraian",
            4,
            6,
            6,
            3,
            ["surat-keterangan-pembatalan-perceraian", "catatan-pinggir"],
        )
    ],
    # 11. Jenis Layanan : SURAT KETERANGAN PENGANGKATAN ANAK
    "11": [Counted("Surat Keterangan Pengangkatan Anak", 6, 6, 6, 3, ["surat-keterangan-pengangkatan-anak"])],
    # 12. Jenis Layanan : SURAT PELEPASAN KEWARGANEGARAAN
    "12": [
        Counted("Surat Pelepasan Kewarganegaraan", 3, 6, 6, 3, ["surat-keterangan-pelepasan-kewarganegaraan"])
    ],
    # 13. Jenis Layanan : SURAT KETERANGAN PENGGANTI IDENTITAS (PENDUDUK RENTAN)
    "13": [
        Counted(
            "Surat Keterangan Pengganti Identitas (Penduduk Rentan)",
            2,
            6,
            7,
            3,
            ["surat-keterangan-pengganti-identitas"],
        )
    ],
    # 14. Jenis Layanan : SURAT KETERANGAN PENCATATAN SIPIL
    "14": [Counted("Surat Keterangan Pencatatan Sipil", 4, 6, 6, 3, ["surat-keterangan-pencatatan-sipil"])],
    # 15. Jenis Layanan : KUTIPAN AKTA KELAHIRAN (menu of the first: "produk 3 in 1")
    "15": [
        Counted("Pencatatan Kelahiran WNI", 7, 10, 5, 1, ["kutipan-akta-kelahiran", "kartu-keluarga", "kia"]),
        Counted("Akta Kelahiran Hilang/Rusak", 3, 10, 5, 1, ["kutipan-akta-kelahiran"]),
        Counted("Pencatatan Kelahiran Orang Asing", 6, 6, 6, 3, ["kutipan-akta-kelahiran"]),
    ],
    # 16. Jenis Layanan : KUTIPAN AKTA KEMATIAN (a to n; the five items of g stay in g)
    "16": [
        Counted("Akta Kematian (Baru)", 14, 10, 5, 1, ["kutipan-akta-kematian"]),
        Counted("Akta Kematian Hilang/Rusak", 3, 10, 5, 1, ["kutipan-akta-kematian"]),
    ],
    # 17. Jenis Layanan : KUTIPAN AKTA PERKAWINAN
    "17": [
        Counted("Pencatatan Perkawinan WNI", 7, 10, 5, 1, ["kutipan-akta-perkawinan"]),
        Counted("Pencatatan Perkawinan WNA", 5, 6, 6, 3, ["kutipan-akta-perkawinan"]),
        Counted("Akta Perkawinan Hilang/Rusak", 3, 10, 5, 1, ["kutipan-akta-perkawinan"]),
    ],
    # 18. Jenis Layanan : KUTIPAN AKTA PERCERAIAN
    "18": [
        Counted("Akta Perceraian (Baru)", 4, 10, 5, 1, ["kutipan-akta-perceraian"]),
        Counted("Akta Perceraian Hilang/Rusak", 3, 10, 5, 1, ["kutipan-akta-perceraian"]),
    ],
    # 19. Jenis Layanan : KUTIPAN AKTA PENGAKUAN ANAK
    "19": [Counted("Kutipan Akta Pengakuan Anak", 6, 6, 6, 3, ["kutipan-akta-pengakuan-anak"])],
    # 20. Jenis Layanan : KUTIPAN AKTA PENGESAHAN ANAK ("3. KK orang tua; dan KTP-el" is one)
    "20": [Counted("Kutipan Akta Pengesahan Anak", 3, 6, 6, 3, ["kutipan-akta-pengesahan-anak"])],
    # 21. Jenis Layanan : PEMANFAATAN DATA KEPENDUDUKAN (ANTAR INSTANSI)
    "21": [
        Counted("Pemanfaatan Data Lokal", 2, 4, 6, None, ["berita-acara-akses-data"]),
        Counted("Pemanfaatan Data Kemendagri", 2, 4, 6, None, ["berita-acara-akses-data"]),
    ],
}

# Jumlah Pelaksana as listed under 11. in each standard, each "satu orang" but for the last row.
STAFF = {
    ("Petugas informasi", "Operator", "Petugas layanan pengaduan"): {"1", "3", "4", "7"},
    ("Petugas informasi", "Operator verifikasi", "Operator pencetakan", "Petugas layanan pengaduan"): {"2"},
    ("Petugas informasi", "Operator perubahan", "Petugas layanan pengaduan"): {"5", "6", "8", "16", "18"},
    ("Petugas informasi", "Petugas loket", "Operator perubahan", "Petugas layanan pengaduan"): {
        *("9", "10", "11", "12", "13"),
        *("14", "15", "17", "19", "20"),
    },
}
# Items under 8. Sarana dan prasarana/Fasilitas.
FACILITIES = {
    6: {"1", "2", "3", "4", "5", "6", "7", "8", "16", "18"},
    11: {"9", "10", "11", "12", "13", "14", "19", "20"},
    16: {"15", "17"},
    4: {"21"},
}
# "Ruang diawasi dengan CCTV" instead of "Ruangan diawasi dengan CCTV".
RUANG = {"3", "5", "7", "16", "18"}


@lru_cache
def loaded() -> Loaded:
    return load(STANDARDS, only=[OFFICE])


@lru_cache
def services() -> dict[str, Service]:
    return {item.number: item for item in loaded().services if item.office == OFFICE}


def office() -> OfficeFile:
    (found,) = [item for item in loaded().offices if item.office == OFFICE]
    return found


def variant(number: str, title: str) -> Variant:
    (found,) = [item for item in services()[number].variants if item.name == title]
    return found


def test_twenty_one_services_and_forty_three_variants() -> None:
    assert sorted(services(), key=int) == [str(number) for number in range(1, 22)]
    assert sum(len(service.variants) for service in services().values()) == 43
    assert sum(len(counted) for counted in COUNTED.values()) == 43


@pytest.mark.parametrize("number", COUNTED)
def test_variants_are_those_counted(number: str) -> None:
    found = [
        Counted(
            item.name,
            len(item.requirements),
            len(item.procedure.published),
            len(item.procedure.steps),
            item.deadline.working_days,
            [product.document for product in item.products],
        )
        for item in services()[number].variants
    ]
    assert found == COUNTED[number]


def test_every_service_names_where_it_was_published() -> None:
    for number, service in services().items():
        assert service.source.file == "003_f2c321e121536246.txt"
        assert service.source.heading.startswith(f"{number}. Jenis Layanan : ")


def test_no_channel_has_preconditions_and_nobody_sends_for_others() -> None:
    procedures = [item.procedure for service in services().values() for item in service.variants]
    assert [item.procedure for item in procedures if item.preconditions] == []
    assert {item.sender for item in procedures} == {"applicant"}


def test_channels() -> None:
    # The procedures that begin with "Membawa Persyaratan", "datang ke Disdukcapil" or an appointment, and 21.
    counter = {
        (number, item.name)
        for number, service in services().items()
        for item in service.variants
        if item.channels == ["counter"]
    }
    whole = {"9", "10", "11", "12", "13", "14", "19", "20", "21"}
    assert counter == {
        *((number, item.title) for number in whole for item in COUNTED[number]),
        ("2", "KTP Elektronik Baru"),
        ("15", "Pencatatan Kelahiran Orang Asing"),
        ("17", "Pencatatan Perkawinan WNA"),
    }
    online = [i for s in services().values() for i in s.variants if i.channels == ["online"]]
    assert len(online) == 43 - len(counter)


def test_menus() -> None:
    menus = [item.menu for service in services().values() for item in service.variants]
    assert menus.count("Kehilangan/Kerusakan Dokumen Kependudukan") == 3
    assert menus.count("kehilangan/kerusakan dokumen akta pencatatan sipil") == 3
    assert menus.count("Akta kelahiran dengan produk 3 in 1 (akta kelahiran, kartu keluarga dan KIA)") == 2
    assert sum("cetak ulang kk" in menu.lower() for menu in menus) == 3
    assert len({menu.lower() for menu in menus if menu}) == 23


def test_deadlines_in_the_words_of_the_office() -> None:
    day = "24 jam (1 hari kerja) apabila berkas lengkap dan sesuai"
    texts = {number: {item.deadline.text for item in found.variants} for number, found in services().items()}
    for number in ("1", "3", "4", "5", "6", "7", "8", "16", "18"):
        assert texts[number] == {day}
    for number in ("2", "9", "10", "11", "12", "13", "14", "19", "20"):
        assert texts[number] == {"3 hari kerja"}
    for number in ("15", "17"):
        assert texts[number] == {f"Bagi WNI {day}", "Bagi WNA 3 hari kerja"}
    assert texts["21"] == {"Sesuai dengan jangka waktu PKS"}
    assert {item.deadline.until is None for item in services()["21"].variants} == {False}


def test_products_in_the_words_of_the_office() -> None:
    assert {number: service.standard["product"] for number, service in services().items()} == {
        "1": "Kartu Keluarga",
        "2": "KTP Elektronik dan KIA",
        "3": "Surat Keterangan Pindah WNI (SKPWNI)",
        "4": "Kartu Keluarga",
        "5": "Surat Keterangan Pindah Luar Negeri",
        "6": "Surat Keterangan Datang dari Luar Negeri",
        "7": "SKTT (WNA)",
        "8": "Surat Keterangan Lahir Mati",
        "9": "Catatan Pinggir Kutipan Akta Perkawinan",
        "10": "Catatan Pinggir Kutipan Akta Perceraian",
        "11": "Kutipan Akta Pengangkatan Anak",
        "12": "Surat Keterangan Pelepasan Kewarganegaraan",
        "13": "Surat Keterangan Pengganti Identitas",
        "14": "Surat Keterangan Pencatatan Sipil",
        "15": "Akta Kelahiran",
        "16": "Akta Kematian",
        "17": "Akta Perkawinan",
        "18": "Akta Perceraian",
        "19": "Kutipan Akta Pengakuan Anak",
        "20": "Kutipan Akta Pengesahan Anak",
        "21": "Data Kependudukan",
    }


def test_staff_is_listed_as_published() -> None:
    names = {role.name for role in office().roles}
    for listed, numbers in STAFF.items():
        lines = [f"{place}. {who} satu orang" for place, who in enumerate(listed, 1)]
        text = "\n".join(["Operator Pelaksana", *lines])
        assert {
            number for number, found in services().items() if found.standard["staffing"] == text
        } == numbers
        assert set(listed) <= names
    assert services()["21"].standard["staffing"] == (
        "Operator Pelaksana\n1. Petugas informasi satu orang\n2. Operator dua orang\n"
        "3. Petugas informasi dari OPD pengguna satu orang"
    )
    assert [role.name for role in office().roles if role.outside] == ["Petugas informasi dari OPD pengguna"]


def test_facilities_and_safety_are_listed_as_published() -> None:
    for count, numbers in FACILITIES.items():
        found = {number for number, item in services().items() if len(item.standard["facilities"]) == count}
        assert found == numbers
    assert services()["2"].standard["facilities"][4] == "Fargo (mesin cetak KTP/KIA)"
    assert services()["20"].standard["facilities"][5] == "Printer 1 buah"
    last = {number: item.standard["safety_guarantee"][-1] for number, item in services().items()}
    assert {number for number, line in last.items() if line == "Ruang diawasi dengan CCTV"} == RUANG
    assert set(last.values()) == {"Ruang diawasi dengan CCTV", "Ruangan diawasi dengan CCTV"}
    assert len(services()["21"].standard["safety_guarantee"]) == 4


def test_what_is_the_same_in_all_standards() -> None:
    for item in services().values():
        assert item.standard["fee"] == "Tanpa dipungut biaya (Rp. 0)"
        counts = {key: len(item.standard[key]) for key in ("complaints", "legal_basis", "competence")}
        assert counts == {"complaints": 5, "legal_basis": 6, "competence": 2}
        assert (len(item.standard["supervision"]), len(item.standard["evaluation"])) == (2, 3)


def test_a_citizen_sees_only_what_applies() -> None:
    lost = variant("1", "Pergantian Kartu Keluarga, karena Hilang atau Rusak")
    assert [item.key for item in lost.uploads({"sebab": "hilang"})] == ["surat_kehilangan"]
    assert [item.key for item in lost.uploads({"sebab": "rusak"})] == ["kk_rusak"]
    widow = variant("17", "Pencatatan Perkawinan WNI")
    assert len(widow.uploads({"janda_duda": "tidak"})) == 4
    assert len(widow.uploads({"janda_duda": "cerai_mati"})) == 5
    death = variant("16", "Akta Kematian (Baru)")
    at_home = {"keadaan": "di_rumah", "almarhum": "penduduk", "pengurus": "ahli_waris"}
    assert [item.key for item in death.uploads(at_home)] == [
        "visum",
        "kk_ktp_almarhum",
        "kk_ktp_pemohon",
        "ktp_saksi",
    ]


def test_copies_and_originals_are_what_the_lines_say() -> None:
    # "Fotocopy": two in 2, and 15 b and d. "Asli": one each in 1, 3, 7, 15, 17 and 18, two in 16.
    everything = [r for s in services().values() for item in s.variants for r in item.requirements]
    copies = [r for r in everything if "fotocopy" in r.text.lower()]
    originals = [r for r in everything if "asli" in r.text.lower().split()]
    assert (len(copies), {r.nature for r in copies}) == (4, {"copy"})
    assert (len(originals), {r.nature for r in originals}) == (8, {"original"})


def test_a_marriage_abroad_asks_for_no_witnesses() -> None:
    # 17, variant 2: a to e name none; variant 1 has by law two.
    parts = {item.name: [part.part for part in item.forms] for item in services()["17"].variants}
    assert parts["Pencatatan Perkawinan WNA"] == ["subjek1", "subjek2", "perkawinan", "luar_negeri"]
    assert parts["Pencatatan Perkawinan WNI"][-2:] == ["saksi1", "saksi2"]


def test_without_papers_there_is_an_interview_and_no_queue_number() -> None:
    (item,) = services()["13"].variants
    lines = [line.text for line in item.procedure.published]
    assert (
        lines[3] == "Pemohon melakukan pengisian formulir F1.01 yang ditandatangani oleh RT, Lurah dan Camat."
    )
    assert [line for line in lines if "Antrian" in line] == []
    kinds = [step.kind for step in item.procedure.steps]
    assert kinds == ["apply", "interview", "check_biometrics", "register", "enter_data", "sign", "hand_over"]
