"""Reading what people typed into a form: values in one canonical shape, or sentences that say what to do.

Canonical shapes are JSON: dates `2026-08-17`, times `09:05`, NIK and KK 16 digits, numbers as numbers,
names in upper case as the register writes them, villages as area codes, tables as lists of rows
(`[{"nik": ..., "nama": ...}]`) without blank ones.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from loket.catalogue.rules import FormField, FormPart, FormRule, Requirement, Service, Variant, applies
from loket.core.identity import FamilyCardNumber, InvalidNumber, Nik
from loket.core.wording import MONTHS, number_words

_DATE_SHAPES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_MONTH_NUMBERS |= {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}
_MONTH_NUMBERS |= {"agt": 8, "ags": 8, "sept": 9, "nop": 11, "nopember": 11}
OLDEST_YEAR = 1900
# As much as this is kept of a text that cannot be read.
_KEPT = 400
# One plain address: no lists, comments or quotes that a mail program might read as several.
_EMAIL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_CLOCK_TIME = re.compile(r"([0-9]{1,2})[.:]([0-9]{2})(?:[.:][0-9]{2})?")
# No more digits than a number keeps when it is written out again.
_NUMBER = {
    "integer": re.compile(r"-?[0-9]{1,15}"),
    "decimal": re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,4})?"),
}


class Unreadable(ValueError):
    """What was typed cannot be read; the text is the sentence for the user."""


@dataclass(frozen=True)
class Fault:
    """One thing to mend: the field (or requirement) it belongs to, and the sentence."""

    key: str
    message: str
    part: str = ""


def clean_text(text: str) -> str:
    """Text without control characters and doubled spaces, in composed Unicode."""
    composed = unicodedata.normalize("NFC", text)
    if not composed.isprintable():
        composed = "".join(c for c in composed if unicodedata.category(c)[0] != "C" or c in "\n\t")
    return " ".join(composed.split())


def _date(text: str, field: FormField) -> str:
    parsed = _parse_date(text)
    if parsed is None:
        raise Unreadable(f"{field.label}: tulis tanggal seperti 17-08-2026.")
    if parsed.year < OLDEST_YEAR:
        raise Unreadable(f"{field.label}: tahun paling lama {OLDEST_YEAR}.")
    return parsed.isoformat()


def _parse_date(text: str) -> date | None:
    for shape in _DATE_SHAPES:
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 (a calendar date has no zone)
        except ValueError:
            continue
    match = re.fullmatch(r"(\d{1,2}) ([A-Za-z]+) (\d{4})", text)
    if match and (month := _MONTH_NUMBERS.get(match[2].lower())):
        try:
            return date(int(match[3]), month, int(match[1]))
        except ValueError:
            return None
    return None


def _time(text: str, field: FormField) -> str:
    match = _CLOCK_TIME.fullmatch(text)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise Unreadable(f"{field.label}: tulis jam seperti 09.05.")
    return f"{int(match[1]):02d}:{match[2]}"


def _number(text: str, field: FormField) -> int | float:
    if not _NUMBER[field.type].fullmatch(text):
        raise Unreadable(f"{field.label}: tulis dengan angka.")
    value = int(text) if field.type == "integer" else float(text.replace(",", "."))
    if field.min is not None and value < field.min:
        raise Unreadable(f"{field.label}: paling kecil {field.min}.")
    if field.max is not None and value > field.max:
        raise Unreadable(f"{field.label}: paling besar {field.max}.")
    return value


def _nik(text: str, field: FormField) -> str:
    try:
        return Nik.parse(text).digits
    except InvalidNumber as error:
        raise Unreadable(f"{field.label}: {error}") from error


def _family_number(text: str, field: FormField) -> str:
    try:
        return FamilyCardNumber.parse(text).digits
    except InvalidNumber as error:
        raise Unreadable(f"{field.label}: {error}") from error


def _phone(text: str, field: FormField) -> str:
    digits = re.sub(r"[\s().-]", "", text)
    digits = re.sub(r"^(\+?62)", "0", digits)
    if not re.fullmatch(r"0[0-9]{7,13}", digits):
        raise Unreadable(f"{field.label}: tulis nomor telepon seperti 0812 3456 7890.")
    return digits


def _email(text: str, field: FormField) -> str:
    if not re.fullmatch(_EMAIL, text):
        raise Unreadable(f"{field.label}: tulis alamat surel seperti nama@contoh.id.")
    return text.lower()


def _name(text: str, field: FormField) -> str:
    allowed = "" if field.letters_only else "'’.,/()-"
    if not all(sign.isalpha() or sign == " " or sign in allowed for sign in text):
        also = "" if field.letters_only else " dan tanda baca biasa"
        raise Unreadable(f"{field.label}: tulis hanya dengan huruf{also}.")
    if len(text.split()) < field.min_words:
        raise Unreadable(f"{field.label}: tulis paling sedikit {number_words(field.min_words)} kata.")
    return text.upper()


_READERS: dict[str, Callable[[str, FormField], Any]] = {
    "name": _name,
    "date": _date,
    "time": _time,
    "integer": _number,
    "decimal": _number,
    "nik": _nik,
    "nomor_kk": _family_number,
    "phone": _phone,
    "email": _email,
}


def read_field(field: FormField, raw: str, choices: Mapping[str, Mapping[str, str]], today: date) -> Any:
    """The canonical value of one field, "" where it is empty. Raises Unreadable."""
    text = clean_text(raw)
    if not text:
        if field.required:
            raise Unreadable(f"{field.label}: wajib diisi.")
        return ""
    if len(text) > field.max_length:
        raise Unreadable(f"{field.label}: paling panjang {field.max_length} huruf.")
    if field.choice_list:
        if text not in choices.get(field.choice_list, {}):
            raise Unreadable(f"{field.label}: pilih salah satu.")
        return text
    value = _READERS.get(field.type, lambda typed, _: typed)(text, field)
    if field.type == "date" and field.past and date.fromisoformat(value) > today:
        raise Unreadable(f"{field.label}: tanggal ini belum terjadi.")
    return value


def read_contact(kind: Literal["phone", "email"], label: str, typed: str) -> str:
    """A phone number or mail address in its canonical shape, "" where it is empty. Raises Unreadable."""
    field = FormField(key=kind, label=label, type=kind, required=False, max_length=120)
    return str(read_field(field, typed, {}, date.max))


def row_name(field: FormField, index: int) -> str:
    """What a row of a table is called: `Anggota ke-2`."""
    return f"{field.label} ke-{index + 1}"


def cell_key(field: FormField, index: int, column: str) -> str:
    """How a cell of a table is named in faults and pages: `anggota-1-nik`."""
    return f"{field.key}-{index}-{column}"


def filled_rows(field: FormField, raw: Any) -> list[dict[str, str]]:
    """The rows in which something is typed, with the columns of the table and nothing else.

    One row more than may be is kept, so that too many are seen and not dropped in silence.
    """
    rows = [row for row in raw if isinstance(row, Mapping)] if isinstance(raw, list | tuple) else []
    typed = [
        {column.key: clean_text(str(row.get(column.key, ""))) for column in field.columns} for row in rows
    ]
    return [row for row in typed if any(row.values())][: field.most_rows + 1]


def read_rows(
    field: FormField, raw: Any, choices: Mapping[str, Mapping[str, str]], today: date
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The rows of a table and what is wrong with them, row by row. Blank rows are dropped."""
    rows: list[dict[str, Any]] = []
    faults: list[Fault] = []
    typed = filled_rows(field, raw)
    if len(typed) < field.fewest_rows:
        faults.append(Fault(field.key, f"{field.label}: isi paling sedikit {field.fewest_rows} baris."))
    if len(typed) > field.most_rows:
        faults.append(Fault(field.key, f"{field.label}: paling banyak {field.most_rows} baris."))
    for index, row in enumerate(typed):
        values: dict[str, Any] = {}
        for column in field.columns:
            try:
                values[column.key] = read_field(column, row[column.key], choices, today)
            except Unreadable as error:
                values[column.key] = row[column.key][:_KEPT]
                faults.append(Fault(cell_key(field, index, column.key), f"{row_name(field, index)}, {error}"))
        rows.append(values)
    return rows, faults


def read_part(
    part: FormPart,
    raw: Mapping[str, Any],
    answers: Mapping[str, Any],
    choices: Mapping[str, Mapping[str, str]],
    today: date,
) -> tuple[dict[str, Any], list[Fault]]:
    """The values of a form part and what is wrong with it. What cannot be read keeps its typed text."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in part.fields:
        if not applies(field.when, {**answers, **values}):
            values[field.key] = [] if field.type == "rows" else ""
            continue
        if field.type == "rows":
            values[field.key], found = read_rows(field, raw.get(field.key), choices, today)
            faults += [replace(fault, part=part.part) for fault in found]
            continue
        typed = str(raw.get(field.key, ""))
        try:
            values[field.key] = read_field(field, typed, choices, today)
        except Unreadable as error:
            values[field.key] = clean_text(typed)[:_KEPT]
            faults.append(Fault(field.key, str(error), part.part))
    return values, faults


def _rule_fault(rule: FormRule, answers: Mapping[str, Any]) -> Fault | None:
    if not applies(rule.when, dict(answers)):
        return None
    if rule.rule in _OVER_EMPTY:
        return _gap(rule, answers)
    given: list[Any] = [answers[key] for key in rule.fields if answers.get(key)]
    if len(given) < len(rule.fields) and rule.rule != "different":
        return None
    return Fault(rule.fields[0], rule.message) if _BROKEN[rule.rule](rule, given) else None


_OVER_EMPTY = frozenset({"together", "some"})


def _gap(rule: FormRule, answers: Mapping[str, Any]) -> Fault | None:
    """The first field left empty that a rule over empty fields wants filled."""
    empty = [key for key in rule.fields if answers.get(key) in (None, "", [])]
    whole = len(empty) == len(rule.fields)
    broken = bool(empty) and (whole if rule.rule == "some" else not whole)
    return Fault(empty[0], rule.message) if broken else None


def _cells(rule: FormRule, rows: list[dict[str, Any]]) -> list[Any]:
    return [row[rule.column or ""] for row in rows if row.get(rule.column or "")]


def _has_twins(values: list[Any]) -> bool:
    return len(values) != len(set(values))


# Whether the answers of a rule's fields break it.
_BROKEN: dict[str, Callable[[FormRule, list[Any]], bool]] = {
    "different": lambda _, given: _has_twins(given),
    "not_before": lambda _, given: given[0] < given[1],
    "counts": lambda _, given: given[0] != len(given[1]),
    "exactly_one": lambda rule, given: _cells(rule, given[0]).count(rule.value) != 1,
    "none": lambda rule, given: rule.value in _cells(rule, given[0]),
    "unique": lambda rule, given: _has_twins(_cells(rule, given[0])),
}


def read_answers(
    service: Service, variant: Variant, answers: Mapping[str, Any], today: date
) -> tuple[dict[str, Any], list[Fault]]:
    """The answers in canonical shape, and everything that keeps them from being sent, in order of the form.

    What no longer applies, because another answer was changed later, is empty again.
    """
    values: dict[str, Any] = {question.key: answers.get(question.key, "") for question in variant.questions}
    faults = [
        Fault(question.key, f"{question.text}: pilih salah satu.", "pertanyaan")
        for question in variant.questions
        if values[question.key] not in question.options
    ]
    places = {}
    typed = {key: value if isinstance(value, list) else str(value) for key, value in answers.items()}
    for part in variant.forms:
        read, found = read_part(part, typed, {**answers, **values}, service.choices, today)
        values |= read
        faults += found
        places.update({field.key: part.part for field in part.fields})
    if not faults:
        broken = [_rule_fault(rule, values) for rule in variant.form_rules]
        faults += [Fault(item.key, item.message, places[item.key]) for item in broken if item]
    return values, faults


def check_answers(service: Service, variant: Variant, answers: Mapping[str, Any], today: date) -> list[Fault]:
    """Everything that keeps the answers from being sent, in the order of the form."""
    return read_answers(service, variant, answers, today)[1]


def missing_papers(variant: Variant, answers: dict[str, Any], attached: set[str]) -> list[Requirement]:
    """The papers still to be uploaded, given the requirement keys that have at least one file."""
    return [item for item in variant.uploads(answers) if item.key not in attached]
