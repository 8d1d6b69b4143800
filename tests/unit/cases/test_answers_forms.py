"""Whole forms: parts, conditions, rules over several fields, papers."""

from datetime import date
from typing import Any

import pytest

from loket.cases.rules.answers import Fault, check_answers, missing_papers, read_answers, read_part
from loket.catalogue.rules import Service, Variant
from tests.unit.cases.conftest import CHOICES, PEOPLE, SEED, TODAY

WHOLE = {
    "titipan": "tidak",
    "jenis": "1",
    "panen": "2026-07-01",
    "simpan": "2026-08-01",
    "berat": "12,5",
    "penyimpan": "siti",
}
CANONICAL = {
    "titipan": "tidak",
    "jenis": "1",
    "jenis_lain": "",
    "panen": "2026-07-01",
    "simpan": "2026-08-01",
    "berat": 12.5,
    "penyimpan": "SITI",
    "wakil": "",
    "alasan": "",
}


def faults(service: Service, **changes: Any) -> list[Fault]:
    return check_answers(service, service.variants[0], {**WHOLE, **changes}, TODAY)


def test_a_whole_form_has_no_faults(service: Service) -> None:
    assert faults(service) == []


def test_answers_in_one_canonical_shape(service: Service, variant: Variant) -> None:
    assert read_answers(service, variant, WHOLE, TODAY) == (CANONICAL, [])
    assert read_answers(service, variant, CANONICAL, TODAY) == (CANONICAL, [])


def test_all_faults_at_once_in_the_order_of_the_form(service: Service) -> None:
    found = check_answers(service, service.variants[0], {"berat": "0"}, TODAY)
    assert found == [
        Fault("titipan", "Titipan?: pilih salah satu.", "pertanyaan"),
        Fault("jenis", "Jenis: wajib diisi.", "benih"),
        Fault("panen", "Panen: wajib diisi.", "benih"),
        Fault("simpan", "Simpan: wajib diisi.", "benih"),
        Fault("berat", "Berat: paling kecil 0.5.", "benih"),
        Fault("penyimpan", "Penyimpan: wajib diisi.", "orang"),
    ]


@pytest.mark.parametrize("answer", ["", "mungkin", None])
def test_a_question_needs_one_of_its_options(service: Service, answer: Any) -> None:
    assert faults(service, titipan=answer) == [Fault("titipan", "Titipan?: pilih salah satu.", "pertanyaan")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"jenis": "9"}, [Fault("jenis_lain", "Jenis_lain: wajib diisi.", "benih")]),
        ({"jenis": "9", "jenis_lain": "Kelor"}, []),
        ({"titipan": "ya"}, [Fault("wakil", "Wakil: wajib diisi.", "orang")]),
        ({"titipan": "ya", "wakil": "ani"}, []),
        # A condition on the canonical value of a field before it.
        ({"titipan": "ya", "wakil": "budi"}, [Fault("alasan", "Alasan: wajib diisi.", "orang")]),
        ({"titipan": "ya", "wakil": "budi", "alasan": "Sakit"}, []),
    ],
)
def test_fields_that_only_some_have_to_fill_in(service: Service, changes: dict, expected: list) -> None:
    assert faults(service, **changes) == expected


def test_what_no_longer_applies_is_dropped(service: Service, variant: Variant) -> None:
    """Answered first for another kind of seed and through a proxy, then changed: nothing of it stays."""
    stale = {**WHOLE, "jenis_lain": "Kelor", "wakil": "BUDI", "alasan": "Sakit"}
    assert read_answers(service, variant, stale, TODAY) == (CANONICAL, [])


def test_what_no_longer_applies_breaks_no_rule(service: Service) -> None:
    assert faults(service, wakil="siti") == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"titipan": "ya", "wakil": "Siti"}, [Fault("penyimpan", "Harus dua orang.", "orang")]),
        ({"simpan": "2026-06-30"}, [Fault("simpan", "Disimpan sesudah dipanen.", "benih")]),
        (
            {"simpan": "30-06-2026", "panen": "1 Juli 2026"},
            [Fault("simpan", "Disimpan sesudah dipanen.", "benih")],
        ),
        ({"simpan": "2026-07-01"}, []),  # the same day
        (
            {"titipan": "ya", "wakil": "SITI", "simpan": "2026-06-30"},
            [
                Fault("penyimpan", "Harus dua orang.", "orang"),
                Fault("simpan", "Disimpan sesudah dipanen.", "benih"),
            ],
        ),
        # Rules wait until every field can be read.
        ({"simpan": "2026-06-30", "berat": "x"}, [Fault("berat", "Berat: tulis dengan angka.", "benih")]),
    ],
)
def test_rules_over_several_fields(service: Service, changes: dict, expected: list) -> None:
    assert faults(service, **changes) == expected


def test_a_part_keeps_what_was_typed_where_it_cannot_be_read() -> None:
    typed = {"jenis": "7", "panen": " 31-02-2026 ", "simpan": "x" * 500, "berat": "0,5", "lain": "?"}
    values, found = read_part(SEED, typed, {}, CHOICES, TODAY)
    assert values == {
        "jenis": "7",
        "jenis_lain": "",
        "panen": "31-02-2026",
        "simpan": "x" * 400,
        "berat": 0.5,
    }
    assert [(fault.key, fault.part) for fault in found] == [
        ("jenis", "benih"),
        ("panen", "benih"),
        ("simpan", "benih"),
    ]


def test_a_part_empties_what_does_not_apply() -> None:
    typed = {"penyimpan": "siti", "wakil": "ani", "alasan": "Sakit"}
    values, found = read_part(PEOPLE, typed, {"titipan": "tidak"}, CHOICES, TODAY)
    assert (values, found) == ({"penyimpan": "SITI", "wakil": "", "alasan": ""}, [])


def test_harvests_of_the_future(service: Service) -> None:
    found = check_answers(service, service.variants[0], {**WHOLE, "simpan": "2026-09-01"}, date(2026, 6, 30))
    assert found == [Fault("panen", "Panen: tanggal ini belum terjadi.", "benih")]


@pytest.mark.parametrize(
    ("titipan", "attached", "missing"),
    [
        ("ya", set(), ["foto", "kuasa"]),
        ("tidak", set(), ["foto", "asal"]),
        ("", set(), ["foto"]),
        ("ya", {"foto"}, ["kuasa"]),
        ("ya", {"foto", "kuasa"}, []),
        ("tidak", {"foto", "kuasa"}, ["asal"]),  # a paper for another answer does not count
    ],
)
def test_papers_by_the_answers(variant: Variant, titipan: str, attached: set, missing: list) -> None:
    assert [item.key for item in missing_papers(variant, {"titipan": titipan}, attached)] == missing
