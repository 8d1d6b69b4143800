"""Tables of rows: what is typed becomes rows of canonical values, or sentences that name row and column."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loket.cases.rules.answers import Fault, check_answers, read_answers, read_part, read_rows
from loket.catalogue.rules import VILLAGES, FormField, FormPart, FormRule, Service
from tests.unit.cases.conftest import TODAY, field

CHOICES = {
    "peran": {"1": "KETUA", "2": "ANGGOTA"},
    VILLAGES: {"99.11.01.2001": "Lumbung, Kecamatan Padi"},
}
COLUMNS = [
    field("nik", "nik"),
    field("nama", "name"),
    field("peran", "choice", options="peran"),
    field("lahir", "date", required=False, past=True),
]
NIK, OTHER_NIK = "9911010107900001", "9911010107900002"
SITI = {"nik": NIK, "nama": "SITI", "peran": "1", "lahir": ""}
BUDI = {"nik": OTHER_NIK, "nama": "BUDI", "peran": "2", "lahir": "1990-07-01"}


def table(**more: Any) -> FormField:
    return field("warga", "rows", **({"columns": COLUMNS, "max": 3} | more))


def read(raw: Any, **more: Any) -> tuple[list[dict], list[tuple[str, str]]]:
    rows, faults = read_rows(table(**more), raw, CHOICES, TODAY)
    return rows, [(fault.key, fault.message) for fault in faults]


def typed(**changes: str) -> dict[str, str]:
    return {"nik": "9911 0101 0790 0001", "nama": " siti ", "peran": "1", "lahir": "", **changes}


def test_rows_in_canonical_shape() -> None:
    second = {"nik": OTHER_NIK, "nama": "budi", "peran": "2", "lahir": "1 Juli 1990"}
    assert read([typed(), second]) == ([SITI, BUDI], [])
    assert read([SITI, BUDI]) == ([SITI, BUDI], [])


def test_blank_rows_are_dropped_wherever_they_are() -> None:
    blank = {"nik": " ", "nama": "\u200b", "peran": "", "lahir": "\n"}
    assert read([blank, typed(), {}, blank, BUDI, blank]) == ([SITI, BUDI], [])


def test_faults_name_row_and_column_and_keep_what_was_typed() -> None:
    rows, faults = read([{}, typed(nik="12", lahir="2026-08-04"), typed(nama="", peran="3")])
    assert faults == [
        ("warga-0-nik", "Warga ke-1, Nik: NIK harus terdiri dari 16 angka."),
        ("warga-0-lahir", "Warga ke-1, Lahir: tanggal ini belum terjadi."),
        ("warga-1-nama", "Warga ke-2, Nama: wajib diisi."),
        ("warga-1-peran", "Warga ke-2, Peran: pilih salah satu."),
    ]
    assert rows == [
        {"nik": "12", "nama": "SITI", "peran": "1", "lahir": "2026-08-04"},
        {"nik": NIK, "nama": "", "peran": "3", "lahir": ""},
    ]


def test_what_cannot_be_read_is_kept_up_to_a_bound() -> None:
    rows, _ = read([typed(nik="9" * 5000)])
    assert rows[0]["nik"] == "9" * 400


@pytest.mark.parametrize(
    ("bounds", "count", "sentences"),
    [
        ({}, 0, ["Warga: isi paling sedikit 1 baris."]),
        ({"required": False}, 0, []),
        ({"min": 2}, 1, ["Warga: isi paling sedikit 2 baris."]),
        ({"min": 2}, 2, []),
        ({}, 3, []),
        ({}, 4, ["Warga: paling banyak 3 baris."]),
        ({}, 500, ["Warga: paling banyak 3 baris."]),
    ],
)
def test_how_many_rows(bounds: dict, count: int, sentences: list[str]) -> None:
    rows, faults = read([typed()] * count, **bounds)
    assert faults == [("warga", sentence) for sentence in sentences]
    # One too many is kept, so that it is seen; no more.
    assert len(rows) == min(count, 4)


@pytest.mark.parametrize("raw", [None, "", "x", 7, {"nik": NIK}, [None, "x", 7, ["nik"]]])
def test_what_is_no_table_is_empty(raw: Any) -> None:
    assert read(raw, required=False) == ([], [])


def test_other_keys_are_dropped() -> None:
    assert read([typed(umur="9")]) == ([SITI], [])


def test_a_village_is_one_of_the_list_of_the_revision() -> None:
    part = FormPart(part="tempat", title="Tempat", fields=[field("desa", "village")])
    for given_code, found in (("99.11.01.2001", []), ("99.11.01.2002", ["Desa: pilih salah satu."])):
        values, faults = read_part(part, {"desa": given_code}, {}, CHOICES, TODAY)
        assert values == {"desa": given_code}
        assert [fault.message for fault in faults] == found


PART = FormPart(
    part="warga",
    title="Warga",
    fields=[
        field("jumlah", "integer", required=False),
        table(required=False),
        field("tamu", "rows", columns=COLUMNS, max=2, when={"jumlah": "9"}),
    ],
)
RULES = [
    FormRule(rule="counts", fields=["jumlah", "warga"], message="Jumlahnya lain."),
    FormRule(rule="exactly_one", fields=["warga"], column="peran", value="1", message="Satu ketua."),
    FormRule(rule="unique", fields=["warga"], column="nik", message="Dua kali."),
]


def whole(service: Service, answers: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """All answers of a form of this one part, and what its rules say."""
    (variant,) = service.variants
    variant = variant.model_copy(update={"questions": [], "forms": [PART], "form_rules": RULES})
    service = service.model_copy(update={"variants": [variant], "choices": CHOICES})
    values, faults = read_answers(service, variant, answers, TODAY)
    assert check_answers(service, variant, answers, TODAY) == faults
    assert all(fault.part == "warga" for fault in faults)
    return values, [fault.message for fault in faults]


def test_tables_are_answers_like_others(service: Service) -> None:
    answers = {"jumlah": 2, "warga": [SITI, BUDI], "tamu": [SITI]}
    # The table that does not apply is empty again.
    assert whole(service, answers) == ({"jumlah": 2, "warga": [SITI, BUDI], "tamu": []}, [])


@pytest.mark.parametrize(
    ("answers", "sentences"),
    [
        ({"jumlah": "2", "warga": [SITI, BUDI]}, []),
        ({"jumlah": "3", "warga": [SITI, BUDI]}, ["Jumlahnya lain."]),
        ({"jumlah": "", "warga": [SITI, BUDI]}, []),
        ({"jumlah": "2", "warga": [SITI, {**BUDI, "peran": "1"}]}, ["Satu ketua."]),
        ({"jumlah": "1", "warga": [BUDI]}, ["Satu ketua."]),
        ({"jumlah": "2", "warga": [SITI, {**BUDI, "nik": NIK}]}, ["Dua kali."]),
        ({"jumlah": "", "warga": []}, []),
        # Rules wait until every cell can be read.
        (
            {"jumlah": "3", "warga": [{**SITI, "nik": "1"}]},
            ["Warga ke-1, Nik: NIK harus terdiri dari 16 angka."],
        ),
    ],
)
def test_rules_over_rows(service: Service, answers: dict, sentences: list[str]) -> None:
    assert whole(service, answers)[1] == sentences


def test_a_fault_of_a_table_belongs_to_its_part(service: Service) -> None:
    _, faults = read_part(PART, {"warga": [{"nik": "1"}]}, {}, CHOICES, TODAY)
    assert faults[0] == Fault("warga-0-nik", "Warga ke-1, Nik: NIK harus terdiri dari 16 angka.", "warga")


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["nik", "nama", "peran", "lahir", "x"]), st.text(max_size=30)),
        max_size=6,
    )
)
def test_whatever_is_typed_can_be_stored_and_read_again(raw: list[dict[str, str]]) -> None:
    rows, faults = read(raw)
    assert json.loads(json.dumps(rows)) == rows
    assert "\x00" not in str(rows)
    assert len(rows) <= 4
    assert read(rows) == (rows, faults)


def test_the_day_counts(service: Service) -> None:
    _, faults = read_rows(table(), [BUDI], CHOICES, date(1990, 6, 30))
    assert [fault.message for fault in faults] == ["Warga ke-1, Lahir: tanggal ini belum terjadi."]


@pytest.mark.parametrize(
    ("kind", "rows", "said"),
    [("2", [SITI], ["Tanpa ketua."]), ("2", [BUDI], []), ("1", [SITI], [])],
    ids=["a row has the value", "no row has it", "the condition does not hold"],
)
def test_a_rule_with_a_condition_counts_for_its_answers_only(
    service: Service, kind: str, rows: list[dict[str, Any]], said: list[str]
) -> None:
    part = FormPart(part="warga", title="Warga", fields=[field("cara", "choice", options="peran"), table()])
    rule = FormRule(
        rule="none", fields=["warga"], when={"cara": "2"}, column="peran", value="1", message="Tanpa ketua."
    )
    (variant,) = service.variants
    variant = variant.model_copy(update={"questions": [], "forms": [part], "form_rules": [rule]})
    service = service.model_copy(update={"variants": [variant], "choices": CHOICES})
    faults = check_answers(service, variant, {"cara": kind, "warga": rows}, TODAY)
    assert [fault.message for fault in faults] == said
