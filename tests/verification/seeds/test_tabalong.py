"""Kab. Tabalong: counts made by reading the published standard again, line by line, beside what is loaded.

Every number below was counted in the source (002_f38093790134f54f.txt), not in the YAML.
"""

from functools import lru_cache
from pathlib import Path

import pytest

from loket.catalogue.loader import Loaded, load
from loket.catalogue.rules import Service, TextComponent
from loket.offices.rules import OfficeFile

STANDARDS = Path(__file__).parents[3] / "standards"
OFFICER, CHECKER, HEAD = "front_officer", "verifikator", "kepala_dinas"
# "1. Persyaratan": letters under each heading.
REQUIREMENTS = {"wni": 2, "orang-asing": 4}
# "2. Sistem, Mekanisme dan Prosedur": a to g, the letter of the first is lost.
LINES = 7


@lru_cache
def loaded() -> Loaded:
    return load(STANDARDS, only=["6309"])


def office() -> OfficeFile:
    (file,) = loaded().offices
    return file


def card() -> Service:
    (service,) = loaded().services
    return service


def test_one_standard_with_two_variants() -> None:
    assert (card().number, card().service) == ("4", "penerbitan-ktp-el")
    assert {item.variant: len(item.requirements) for item in card().variants} == REQUIREMENTS


@pytest.mark.parametrize("slug", REQUIREMENTS)
def test_both_run_in_the_published_steps(slug: str) -> None:
    found = card().variant(slug)
    assert len(found.procedure.published) == LINES
    assert found.procedure.preconditions == []
    # Step b is two: the file is taken in, then entered.
    assert [(step.actor, step.kind) for step in found.procedure.steps] == [
        ("pemohon", "apply"),
        (OFFICER, "register"),
        (OFFICER, "enter_data"),
        (CHECKER, "verify"),
        (HEAD, "sign"),
        (OFFICER, "print"),
        (OFFICER, "hand_over"),
    ]
    assert [product.document for product in found.products] == ["ktp-el"]


def test_returns_go_to_the_applicant_and_to_the_front_officer() -> None:
    # "dikembalikan kepada Pemohon" in b, "dikembalikan ke Front Officer/Operator SIAK" in c.
    steps = card().variant("wni").procedure.steps
    assert {step.step: step.returns_to for step in steps if step.returns_to} == {
        "terima": ["permohonan"],
        "entri": ["permohonan"],
        "verifikasi": ["entri"],
    }


@pytest.mark.parametrize("slug", REQUIREMENTS)
def test_thirty_minutes_and_four_ways_of_pick_up(slug: str) -> None:
    found = card().variant(slug)
    assert found.deadline is not None
    assert (found.deadline.text.splitlines()[0], found.deadline.working_minutes) == ("30 menit.", 30)
    # The dashes of g.
    assert len(found.pickup) == 4


def test_the_foreigner_brings_two_papers_more() -> None:
    wni, foreigner = (
        [item.key for item in card().variant(slug).requirements if item.kind == "paper"]
        for slug in ("wni", "orang-asing")
    )
    assert foreigner == [*wni, "dokumen_perjalanan", "kitap"]


def test_hours_as_published() -> None:
    # "7. Waktu Pelayanan"
    weekdays = dict.fromkeys(("senin", "selasa", "rabu", "kamis"), ["09.00-15.00"])
    assert (office().zone, office().hours) == ("Asia/Makassar", {**weekdays, "jumat": ["08.30-10.30"]})


def test_six_channels_of_complaint_and_four_stages() -> None:
    # "6. Penanganan Aduan, Saran dan Masukan"
    assert len(office().complaints) == 6
    text = card().standard["complaints"]
    assert isinstance(text, str)
    assert text.splitlines()[-4:] == [
        "1. Cek di tempat",
        "2. Koordinasi internal",
        "3. Koordinasi eksternal",
        "4. Tindak lanjut dan solusi permasalahan",
    ]


def test_the_lists_of_the_other_components() -> None:
    counted: dict[TextComponent, int] = {
        "legal_basis": 12,
        "competence": 3,
        "service_guarantee": 4,
        "evaluation": 2,
    }
    assert {key: len(card().standard[key]) for key in counted} == counted
    # Nine kinds of equipment at the main office, three at the kecamatan, each under its heading.
    assert len(str(card().standard["facilities"]).splitlines()) == 9 + 3 + 2


def test_delay_is_compensated_and_the_roles_of_the_source_exist() -> None:
    assert office().compensation
    named = {OFFICER, CHECKER, HEAD, "kabid_pendaftaran_penduduk"}
    # These two are not in the source: see office.yaml.
    assert {role.role for role in office().roles} - {"petugas_cetak", "admin_kantor"} == named
