"""Kab. Bintan: counts made by reading the published documents again, line by line, beside what is loaded.

Every number below was counted in the source (004_2bfbaddbbb51c6a0.txt), not in the YAML.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from loket.catalogue.loader import Loaded, load
from loket.catalogue.rules import Service, Variant
from loket.offices.rules import OfficeFile

STANDARDS = Path(__file__).parents[3] / "standards"


class Counted(NamedTuple):
    """What the source says of one standard. A time is in minutes, in days ("2 hari"), or "terbuka"."""

    requirements: int
    preconditions: int
    lines: int
    actors: list[str]
    times: list[int | str | None]
    deadline: str
    products: list[str]


# The columns of the tables. The marks in them are lost in the scan: the wording of a row names its actor.
FRONT, DESK, SECTION, DIVISION = "front_office", "petugas_pelayanan", "kepala_seksi", "kepala_bidang"
ADB, DATA, SIAK, PIAK = "administrator_database", "kasi_pengolahan_data", "kasi_siak", "kabid_piak"
HEAD, SECRETARY = "kepala_dinas", "sekretaris"
MOVING = "operator_pindah_datang"
THREE_DAYS = "3 (tiga) Hari Kerja (Maksimal)"

COUNTED = {
    # Jenis Pelayanan : SURAT KETERANGAN DATANG. One dash under 2, eleven under 3, no table.
    # The applicant, the receipt and the book, on to the operator, the operator, on to the Kasi, the Kasi,
    # the Kabid, the stamp, the hand-over.
    "penerbitan-surat-datang": Counted(
        1, 0, 11,
        ["pemohon", FRONT, DESK, MOVING, DESK, SECTION, DIVISION, FRONT, FRONT],
        [None] * 9,
        THREE_DAYS, ["surat-keterangan-datang"],
    ),
    # Jenis Pelayanan : SURAT KETERANGAN PINDAH. Five dashes under 2; twelve under 3, with the file that comes
    # from the kecamatan; no table.
    "penerbitan-surat-pindah": Counted(
        5, 0, 12,
        ["pemohon", FRONT, FRONT, DESK, MOVING, DESK, SECTION, DIVISION, FRONT, FRONT],
        [None] * 10,
        THREE_DAYS, ["surat-keterangan-pindah-wni", "biodata-penduduk"],
    ),
    # KARTU TANDA PENDUDUK ELEKTRONIK (KTP EL) Warga Negara Indonesia. Six dashes, eleven dashes, ten rows.
    "penerbitan-ktp-el": Counted(
        6, 0, 11,
        ["pemohon", FRONT, FRONT, DESK, SECTION, DIVISION, "operator_pencetakan", DESK, FRONT, "pemohon"],
        [5, 5, 10, 3, 30, 30, 20, 15, 5, 5],
        THREE_DAYS, ["ktp-el"],
    ),
    # KARTU KELUARGA (KK). Eight dashes, twelve (two of them behind the page break), ten rows.
    "penerbitan-kk": Counted(
        8, 0, 12,
        ["pemohon", FRONT, FRONT, DESK, SECTION, DIVISION, HEAD, DESK, FRONT, "pemohon"],
        [5, 5, 10, 3, 30, 30, 10, 15, 5, 5],
        THREE_DAYS, ["kartu-keluarga"],
    ),
    # SOP Laporan Perkembangan Kependudukan: eight rows; its standard has five dashes under 3, no deadline.
    "laporan-perkembangan-kependudukan": Counted(
        0, 0, 5,
        [ADB, ADB, DATA, PIAK, SECRETARY, HEAD, DATA, ADB],
        ["2 hari", "terbuka", "2 hari", 10, 5, 5, 5, 10],
        "", ["laporan-internal"],
    ),
    # Pemantauan Peralatan SIAK: the SPT, one line, no table.
    "pemantauan-peralatan-siak": Counted(
        0, 1, 1, [ADB, SIAK, PIAK, HEAD], [None] * 4, "1 (Satu) Hari (Maksimal)", ["laporan-internal"]
    ),
    # SOP Pemanfaatan Kinerja ADB DAN Operator SIAK: three dashes, no table.
    "pemantauan-kinerja-adb-operator": Counted(
        0, 0, 3, [SIAK, SIAK, PIAK, HEAD], [None] * 4,
        "1 (satu) Jam 55 (lima puluh lima) Menit", ["laporan-internal"],
    ),
    # PEMELIHARAAN SISTEM JARKOMDAMT SIAK: eight rows, their times lost; one line under 2 ("Peraturan"), one
    # dash of a procedure before the dashes that belong to 3 to 5.
    "pemeliharaan-jarkomdat-siak": Counted(
        1, 0, 1,
        [SIAK, "rekanan", SIAK, PIAK, SECRETARY, HEAD, SIAK, "kasubag_umum"],
        [None] * 8,
        "2 (Dua) Hari 120 (Seratus dua puluh) Menit", ["laporan-internal"],
    ),
}  # fmt: skip
# Dashes and lines of "Dasar Hukum", those parted that the scan ran together.
LAWS = {
    "penerbitan-surat-datang": 12,
    "penerbitan-surat-pindah": 12,
    "penerbitan-ktp-el": 10,
    "penerbitan-kk": 13,
    "laporan-perkembangan-kependudukan": 8,
    "pemantauan-peralatan-siak": 10,
    "pemantauan-kinerja-adb-operator": 10,
    "pemeliharaan-jarkomdat-siak": 10,
}
INTERNAL = {
    "laporan-perkembangan-kependudukan",
    "pemantauan-peralatan-siak",
    "pemantauan-kinerja-adb-operator",
    "pemeliharaan-jarkomdat-siak",
}


@lru_cache
def loaded() -> Loaded:
    return load(STANDARDS, only=["2101"])


def office() -> OfficeFile:
    (file,) = loaded().offices
    return file


def services() -> dict[str, Service]:
    return {item.service: item for item in loaded().services}


def variant(service: str) -> Variant:
    (only,) = services()[service].variants
    return only


def times(found: Variant) -> list[Any]:
    """The time of each step as the SOP writes it."""
    return [
        "terbuka" if step.open_ended else f"{step.working_days} hari" if step.working_days else step.minutes
        for step in found.procedure.steps
    ]


def test_four_standards_and_four_internal_ones_with_one_variant_each() -> None:
    assert sorted(services()) == sorted(COUNTED)
    assert {name for name, item in services().items() if item.internal} == INTERNAL
    assert [len(item.variants) for item in services().values()] == [1] * 8


@pytest.mark.parametrize("service", COUNTED)
def test_a_standard_says_what_was_counted(service: str) -> None:
    found = variant(service)
    procedure = found.procedure
    assert (
        Counted(
            len(found.requirements),
            len(procedure.preconditions),
            len(procedure.published),
            [step.actor for step in procedure.steps],
            times(found),
            found.deadline.text if found.deadline else "",
            [product.document for product in found.products],
        )
        == COUNTED[service]
    )


@pytest.mark.parametrize("service", LAWS)
def test_the_legal_basis_is_complete(service: str) -> None:
    assert len(services()[service].standard["legal_basis"]) == LAWS[service]


def test_the_population_report_has_the_four_components_of_its_source_and_no_others() -> None:
    # 1, 3, 7 and 8; the third is the procedure.
    found = services()["laporan-perkembangan-kependudukan"].standard
    assert list(found) == ["legal_basis", "competence", "evaluation"]


def test_thirteen_services_of_the_cover_have_no_standard_yet() -> None:
    # "Nama SOP": 17 "Layanan ...", of which KK, KTP-EL, SKP and SKPD have one.
    assert len(office().announced) == 17 - 4


def test_every_pelaksana_of_the_source_is_a_role() -> None:
    named = {
        *(FRONT, DESK, SECTION, DIVISION, HEAD, SECRETARY, MOVING, "operator_pencetakan"),
        *(ADB, DATA, SIAK, PIAK, "rekanan", "kasubag_umum"),
    }
    # These two are not in the source: see office.yaml.
    assert {role.role for role in office().roles} - {"petugas_kecamatan", "admin_kantor"} == named
    assert [role.role for role in office().roles if role.outside] == ["rekanan"]


def test_who_signs_what_and_how() -> None:
    signed = {
        service: [
            (step.actor, step.signature) for step in variant(service).procedure.steps if step.kind == "sign"
        ]
        for service in COUNTED
    }
    # The cards are initialled and activated, not signed; the letters by the Kabid; all else by the Kadis.
    assert signed == {
        **dict.fromkeys(COUNTED, [(HEAD, "wet")]),
        "penerbitan-surat-datang": [(DIVISION, "wet")],
        "penerbitan-surat-pindah": [(DIVISION, "wet")],
        "penerbitan-ktp-el": [],
    }


def test_what_is_not_valid_goes_where_the_source_says() -> None:
    returns = {
        (service, step.step): step.returns_to
        for service in COUNTED
        for step in variant(service).procedure.steps
        if step.returns_to
    }
    assert {
        place: returns[place]
        for place in [
            # "mengembalikan berkas tidak valid ke front office"
            ("penerbitan-ktp-el", "paraf-kabid"),
            ("penerbitan-kk", "paraf-kasi"),
            ("penerbitan-kk", "paraf-kabid"),
            # "jika tidak divalidasi dikembalikan ke kasi"
            ("laporan-perkembangan-kependudukan", "koreksi"),
            # "Jika tidak setuju dikembalikan ke Kasi", rows 4 and 5
            ("pemeliharaan-jarkomdat-siak", "koreksi-kabid"),
            ("pemeliharaan-jarkomdat-siak", "paraf-sekretaris"),
        ]
    } == {
        ("penerbitan-ktp-el", "paraf-kabid"): ["periksa"],
        ("penerbitan-kk", "paraf-kasi"): ["periksa"],
        ("penerbitan-kk", "paraf-kabid"): ["periksa"],
        ("laporan-perkembangan-kependudukan", "koreksi"): ["analisa"],
        ("pemeliharaan-jarkomdat-siak", "koreksi-kabid"): ["laporan-dan-spj"],
        ("pemeliharaan-jarkomdat-siak", "paraf-sekretaris"): ["laporan-dan-spj"],
    }


def test_the_card_is_activated_in_person_before_it_is_handed_over() -> None:
    kinds = [step.kind for step in variant("penerbitan-ktp-el").procedure.steps]
    assert kinds[-4:] == ["print", "activate", "hand_over", "acknowledge"]


def test_only_the_beginner_brings_the_letter_of_the_rt_and_the_form() -> None:
    def brought(answer: str) -> list[str]:
        found = variant("penerbitan-ktp-el").handed({"ktp_sebelumnya": answer})
        return [item.key for item in found if item.kind == "paper"]

    assert brought("belum") == ["pengantar_rt_rw", "form_f121", "fotokopi_kk"]
    assert brought("ada") == ["ktp_lama", "fotokopi_kk"]
    assert brought("rusak") == ["ktp_lama", "fotokopi_kk"]
    assert brought("hilang") == ["laporan_kehilangan", "fotokopi_kk"]


def test_which_work_opens_by_itself() -> None:
    assert {service: variant(service).opens for service in INTERNAL} == {
        "laporan-perkembangan-kependudukan": "semester",
        "pemantauan-peralatan-siak": "quarterly",
        "pemantauan-kinerja-adb-operator": None,
        "pemeliharaan-jarkomdat-siak": None,
    }


def test_the_vendors_repair_is_confirmed_by_the_section() -> None:
    repair = variant("pemeliharaan-jarkomdat-siak").step("perbaikan")
    assert (repair.kind, repair.actor, repair.confirmed_by) == ("repair", "rekanan", SIAK)
