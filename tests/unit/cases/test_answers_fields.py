"""Each type of field: what people type, the one canonical value, or the sentence that says what to do."""

import json
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loket.cases.rules.answers import Unreadable, clean_text, read_field
from loket.catalogue.rules import FieldType, FormField

TODAY = date(2026, 8, 3)
CHOICES = {"warna": {"1": "MERAH", "2": "PUTIH"}}
# A table is not read from one text: test_answers_rows.py.
PLAIN = [kind for kind in get_args(FieldType) if kind != "rows"]


def read(kind: str, typed: str, **more: Any) -> Any:
    if kind == "choice":
        more.setdefault("options", "warna")
    return read_field(FormField(key="isian", label="Isian", type=kind, **more), typed, CHOICES, TODAY)


def refusal(kind: str, typed: str, **more: Any) -> str:
    with pytest.raises(Unreadable) as refused:
        read(kind, typed, **more)
    return str(refused.value)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", "  Jalan   Mawar 3 ", "Jalan Mawar 3"),
        ("text", "a\x00b\x07\u202ec\u200b", "abc"),
        ("text", "Cafe\u0301", "Café"),  # composed, so that equal names are equal
        ("paragraph", "satu\n dua\ttiga", "satu dua tiga"),
        ("name", "  siti   nur'aini ", "SITI NUR'AINI"),
        ("name", "é", "É"),
        ("date", "2026-08-03", "2026-08-03"),
        ("date", "2026-8-3", "2026-08-03"),
        ("date", "03-08-2026", "2026-08-03"),
        ("date", "3-8-2026", "2026-08-03"),
        ("date", "03/08/2026", "2026-08-03"),
        ("date", "3.8.2026", "2026-08-03"),
        ("date", "3 Agustus 2026", "2026-08-03"),
        ("date", "3 agt 2026", "2026-08-03"),
        ("date", "1 Jan 2026", "2026-01-01"),
        ("date", "1 Nopember 2026", "2026-11-01"),
        ("date", "29 februari 2024", "2024-02-29"),
        ("date", "1900-01-01", "1900-01-01"),
        ("time", "09:05", "09:05"),
        ("time", "9.05", "09:05"),
        ("time", "00.00", "00:00"),
        ("time", "23:59", "23:59"),
        ("time", "07:30:15", "07:30"),
        ("integer", "3", 3),
        ("integer", "007", 7),
        ("integer", "-4", -4),
        ("decimal", "49,5", 49.5),
        ("decimal", "49.5", 49.5),
        ("decimal", "3", 3.0),
        ("decimal", "0,0001", 0.0001),
        ("decimal", "9" * 15, 999999999999999.0),
        ("choice", "2", "2"),
        ("phone", "0812 3456 7890", "081234567890"),
        ("phone", "+62 812-3456-7890", "081234567890"),
        ("phone", "62 (812) 3456.7890", "081234567890"),
        ("phone", "(0542) 421-302", "0542421302"),
        ("email", "Nama.Saya@Contoh.ID", "nama.saya@contoh.id"),
        ("nik", "6471 0115 0190 0001", "6471011501900001"),
        ("nik", "6471013201900001", "6471013201900001"),  # cannot be one: an official looks at it
        ("nomor_kk", "647101.150190.0001", "6471011501900001"),
    ],
)
def test_canonical_values(kind: str, typed: str, value: Any) -> None:
    found = read(kind, typed)
    assert found == value
    assert type(found) is type(value)
    assert read(kind, str(found)) == value  # reading again changes nothing


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("date", "31-02-2026", "Isian: tulis tanggal seperti 17-08-2026."),
        ("date", "29-02-2026", "Isian: tulis tanggal seperti 17-08-2026."),
        ("date", "08/17/2026", "Isian: tulis tanggal seperti 17-08-2026."),
        ("date", "17-08-26", "Isian: tulis tanggal seperti 17-08-2026."),
        ("date", "kemarin", "Isian: tulis tanggal seperti 17-08-2026."),
        ("date", "3 August 2026", "Isian: tulis tanggal seperti 17-08-2026."),
        ("date", "31 Februari 2026", "Isian: tulis tanggal seperti 17-08-2026."),
        ("date", "31-12-1899", "Isian: tahun paling lama 1900."),
        ("time", "24.00", "Isian: tulis jam seperti 09.05."),
        ("time", "9", "Isian: tulis jam seperti 09.05."),
        ("time", "9.5", "Isian: tulis jam seperti 09.05."),
        ("time", "0905", "Isian: tulis jam seperti 09.05."),
        ("time", "09:05+07:00", "Isian: tulis jam seperti 09.05."),  # a zone would be lost without a word
        ("time", "pagi", "Isian: tulis jam seperti 09.05."),
        ("integer", "tiga", "Isian: tulis dengan angka."),
        ("integer", "9" * 16, "Isian: tulis dengan angka."),
        ("decimal", "0,00001", "Isian: tulis dengan angka."),
        ("integer", "3,5", "Isian: tulis dengan angka."),
        ("integer", "1_000", "Isian: tulis dengan angka."),
        ("integer", "٣", "Isian: tulis dengan angka."),
        ("decimal", "nan", "Isian: tulis dengan angka."),
        ("decimal", "inf", "Isian: tulis dengan angka."),
        ("decimal", "-Infinity", "Isian: tulis dengan angka."),
        ("decimal", "1e400", "Isian: tulis dengan angka."),
        ("decimal", "1_0.5", "Isian: tulis dengan angka."),
        ("decimal", "1,5,5", "Isian: tulis dengan angka."),
        ("choice", "3", "Isian: pilih salah satu."),
        ("choice", "MERAH", "Isian: pilih salah satu."),
        ("phone", "12345678", "Isian: tulis nomor telepon seperti 0812 3456 7890."),
        ("phone", "0812345", "Isian: tulis nomor telepon seperti 0812 3456 7890."),
        ("phone", "0" * 15, "Isian: tulis nomor telepon seperti 0812 3456 7890."),
        ("phone", "0812 x 3456", "Isian: tulis nomor telepon seperti 0812 3456 7890."),
        ("phone", "0８１２３４５６７８９", "Isian: tulis nomor telepon seperti 0812 3456 7890."),  # noqa: RUF001 (full width)
        ("email", "nama", "Isian: tulis alamat surel seperti nama@contoh.id."),
        ("email", "nama@contoh", "Isian: tulis alamat surel seperti nama@contoh.id."),
        ("email", "a@b@c.id", "Isian: tulis alamat surel seperti nama@contoh.id."),
        ("email", "nama saya@contoh.id", "Isian: tulis alamat surel seperti nama@contoh.id."),
        ("nik", "123", "Isian: NIK harus terdiri dari 16 angka."),
        ("nomor_kk", "123", "Isian: Nomor KK harus terdiri dari 16 angka."),
        ("text", "x" * 101, "Isian: paling panjang 100 huruf."),
        ("name", "x" * 101, "Isian: paling panjang 100 huruf."),
    ],
)
def test_what_cannot_be_read_is_answered_with_what_to_do(kind: str, typed: str, sentence: str) -> None:
    assert refusal(kind, typed) == sentence


@pytest.mark.parametrize("kind", PLAIN)
@pytest.mark.parametrize("typed", ["", "   ", "\n\t", "\u200b\x00"])
def test_empty_is_empty_for_every_type(kind: str, typed: str) -> None:
    assert read(kind, typed, required=False) == ""
    assert refusal(kind, typed) == "Isian: wajib diisi."


@pytest.mark.parametrize(
    ("kind", "typed", "bounds", "sentence"),
    [
        ("integer", "0", {"min": 1}, "Isian: paling kecil 1."),
        ("integer", "13", {"max": 12}, "Isian: paling besar 12."),
        ("decimal", "0,4", {"min": 0.5}, "Isian: paling kecil 0.5."),
        ("decimal", "1000.01", {"max": 1000}, "Isian: paling besar 1000."),
    ],
)
def test_bounds_of_numbers(kind: str, typed: str, bounds: dict, sentence: str) -> None:
    assert refusal(kind, typed, **bounds) == sentence


def test_bounds_themselves_are_within() -> None:
    assert [read("integer", typed, min=1, max=12) for typed in ("1", "12")] == [1, 12]
    assert read("integer", "0", max=12) == 0


def test_what_has_not_happened_yet() -> None:
    assert read("date", "03-08-2026", past=True) == "2026-08-03"
    assert refusal("date", "04-08-2026", past=True) == "Isian: tanggal ini belum terjadi."
    assert read("date", "04-08-2026") == "2026-08-04"


def test_length_is_counted_after_cleaning() -> None:
    assert read("text", " " * 50 + "x" * 100 + "\u200b" * 50) == "x" * 100
    assert refusal("text", "x" * 6, max_length=5) == "Isian: paling panjang 5 huruf."


@pytest.mark.parametrize("kind", PLAIN)
@given(typed=st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_and_can_be_stored(kind: str, typed: str) -> None:
    try:
        value = read(kind, typed)
    except Unreadable:
        return
    assert json.loads(json.dumps(value, allow_nan=False)) == value
    assert "\x00" not in str(value)  # PostgreSQL stores none
    assert read(kind, str(value)) == value


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
