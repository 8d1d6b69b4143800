"""Reading what people typed into a form: values in one canonical shape, or sentences that say what to do.

Canonical shapes are JSON: dates `2026-08-17`, times `09:05`, NIK and KK 16 digits, numbers as numbers,
names in upper case as the register writes them.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from loket.catalogue.rules import FormField, FormPart, FormRule, Requirement, Service, Variant, applies
from loket.core.identity import FamilyCardNumber, InvalidNumber, Nik
from loket.core.wording import MONTHS, number_words

_DATE_SHAPES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
OLDEST_YEAR = 1900
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
    visible = "".join(
        c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] != "C" or c in "\n\t"
    )
    return " ".join(visible.split())


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
    if field.type == "choice":
        if text not in choices.get(field.options or "", {}):
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


def read_part(
    part: FormPart,
    raw: Mapping[str, str],
    answers: Mapping[str, Any],
    choices: Mapping[str, Mapping[str, str]],
    today: date,
) -> tuple[dict[str, Any], list[Fault]]:
    """The values of a form part and what is wrong with it. What cannot be read keeps its typed text."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in part.fields:
        if not applies(field.when, {**answers, **values}):
            values[field.key] = ""
            continue
        typed = str(raw.get(field.key, ""))
        try:
            values[field.key] = read_field(field, typed, choices, today)
        except Unreadable as error:
            values[field.key] = clean_text(typed)[:400]
            faults.append(Fault(field.key, str(error), part.part))
    return values, faults


def _rule_fault(rule: FormRule, answers: Mapping[str, Any]) -> Fault | None:
    given: list[Any] = [answers[key] for key in rule.fields if answers.get(key)]
    if rule.rule == "different" and len(given) != len(set(given)):
        return Fault(rule.fields[0], rule.message)
    if rule.rule == "not_before" and len(given) == len(rule.fields) and given[0] < given[1]:
        return Fault(rule.fields[0], rule.message)
    return None


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
    typed = {key: str(value) for key, value in answers.items()}
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
