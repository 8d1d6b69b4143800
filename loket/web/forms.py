"""Forms of a standard as pages: their parts, their choices, the answers in words; keys of posted forms."""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from loket.cases.actions import NotPossible
from loket.cases.models import Case
from loket.cases.rules.answers import Fault, cell_key, row_name
from loket.catalogue.rules import FormField, FormPart, Service, Variant, applies
from loket.core.errors import NotFoundError
from loket.core.idempotency import parse_key
from loket.core.identity import mask_number

QUESTIONS = "pertanyaan"
# Fields that are shown whole only to whoever needs them.
PERSONAL = ("nik", "nomor_kk")
# The button below a table posts its field's key under this name.
ADD_ROW = "tambah"
# A table that is not filled in shows as many rows.
BLANK_ROWS = 3


def form_key(request: HttpRequest) -> uuid.UUID:
    """The idempotency key of a posted form. Raises NotFoundError for a form we did not make."""
    key = parse_key(request.POST.get("key", ""))
    if key is None:
        raise NotFoundError("Formulir ini tidak lengkap. Muat ulang halaman, lalu kirim lagi.")
    return key


def question_part(variant: Variant) -> FormPart | None:
    """The questions before the checklist as a form part of their own."""
    if not variant.questions:
        return None
    fields = [
        FormField(key=item.key, label=item.text, type="choice", options=item.key)
        for item in variant.questions
    ]
    return FormPart(part=QUESTIONS, title="Pertanyaan awal", fields=fields)


def parts_of(variant: Variant) -> list[FormPart]:
    """All pages of the form: the questions first."""
    first = question_part(variant)
    return ([first] if first else []) + list(variant.forms)


def choices_of(service: Service, variant: Variant) -> dict[str, dict[str, str]]:
    """The code lists of the form, with the questions' options as lists of their own."""
    return {**service.choices, **{item.key: item.options for item in variant.questions}}


def typed_answers(part: FormPart, posted: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, with dates and times that people write without the usual signs put into shape.

    The cells of a table, posted as `anggota-0-nik`, become its rows.
    """
    typed: dict[str, Any] = dict(posted)
    for field in part.fields:
        if field.type == "rows":
            typed[field.key] = [
                {
                    column.key: _in_shape(column, posted.get(cell_key(field, index, column.key), ""))
                    for column in field.columns
                }
                for index in range(field.most_rows)
            ]
        elif field.type in ("date", "time"):
            typed[field.key] = _in_shape(field, posted.get(field.key, ""))
    return typed


def _in_shape(field: FormField, typed: str) -> str:
    """A keyboard of digits has no dash: `17082026` is a date and `0730` or `07,30` a time."""
    text = typed.strip()
    if field.type == "date":
        return re.sub(r"^(\d\d)[ ]?(\d\d)[ ]?(\d{4})$", r"\1-\2-\3", text)
    if field.type == "time":
        return re.sub(r"^(\d{1,2})[,.: ]?(\d\d)$", r"\1.\2", text)
    return text


@dataclass(frozen=True)
class FieldRow:
    """A field of a page with its value, its error and what can be chosen; a table with its rows of cells."""

    field: FormField
    value: Any
    error: str | None
    choices: Mapping[str, str]
    lines: list[tuple[str, list["FieldRow"]]]


def field_rows(
    part: FormPart,
    values: Mapping[str, Any],
    faults: list[Fault],
    choices: dict[str, dict[str, str]],
    lines: int = 0,
) -> list[FieldRow]:
    """The fields of a page that apply, ready to be shown; `lines` is how many rows a table shows at least."""
    errors = {fault.key: fault.message for fault in faults}
    return [
        FieldRow(
            field,
            values.get(field.key, ""),
            errors.get(field.key),
            choices.get(field.choice_list, {}),
            _lines(field, values.get(field.key), errors, choices, lines),
        )
        for field in part.fields
        if applies(field.when, values)
    ]


def _cell(table: FormField, index: int, column: FormField) -> FormField:
    """A cell as a field of its own, named as it is posted: `anggota-0-nik`."""
    return column.model_copy(update={"key": cell_key(table, index, column.key)})


def _lines(
    field: FormField, value: Any, errors: dict[str, str], choices: dict[str, dict[str, str]], lines: int
) -> list[tuple[str, list[FieldRow]]]:
    """The rows of a table: those that are filled in, and blank ones after them."""
    if field.type != "rows":
        return []
    filled = value if isinstance(value, list) else []
    shown = min(max(lines, len(filled) + 1, BLANK_ROWS), field.most_rows)
    found = []
    for index in range(shown):
        name, row = row_name(field, index), filled[index] if index < len(filled) else {}
        cells = []
        for column in field.columns:
            cell = _cell(field, index, column)
            error = errors.get(cell.key)
            cells.append(
                FieldRow(
                    cell,
                    row.get(column.key, ""),
                    error and error.removeprefix(f"{name}, "),
                    choices.get(column.choice_list, {}),
                    [],
                )
            )
        found.append((name, cells))
    return found


def added_line(
    part: FormPart, posted: Mapping[str, str], values: Mapping[str, Any]
) -> tuple[str, int] | None:
    """The table for which "Tambah baris" was pressed, and how many rows it shall show; None otherwise."""
    for field in part.fields:
        if field.type == "rows" and posted.get(ADD_ROW) == field.key:
            shown = sum(f"{field.key}-{index}-" in "|".join(posted) for index in range(field.most_rows))
            return field.key, min(max(shown, len(values[field.key])) + 1, field.most_rows)
    return None


def worded(faults: Iterable[Fault], fields: Iterable[FormField]) -> list[Fault]:
    """The faults in the words of a page: a list is chosen from, and a question keeps its question mark."""
    chosen = {field.key: {field.key} if field.choice_list else set() for field in fields}
    for field in fields:
        lists = [column.key for column in field.columns if column.choice_list]
        chosen[field.key] |= {cell_key(field, at, key) for at in range(field.most_rows) for key in lists}
    picked = set().union(*chosen.values())
    found = []
    for fault in faults:
        message = fault.message
        if fault.key in picked:
            message = message.replace(": wajib diisi.", ": pilih salah satu.").replace("?: p", "? P")
        found.append(replace(fault, message=message))
    return found


def closed(request: HttpRequest, case: Case) -> HttpResponse:
    """The answer to whoever opens a page of a case that can no longer be changed. Raises NotPossible."""
    sentence = "Permohonan ini sudah dikirim atau ditutup, jadi isian dan berkasnya tidak dapat diubah lagi."
    if request.method == "POST":
        raise NotPossible(sentence)
    messages.warning(request, sentence)
    return redirect("public:case", case_id=case.pk)


def _words(field: FormField, value: Any, choices: dict[str, dict[str, str]]) -> Any:
    """An answer with words in place of codes; a table as rows of cells, each a field with its answer."""
    if field.type == "rows":
        rows = value if isinstance(value, list) else []
        return [
            [
                (_cell(field, index, column), _words(column, row.get(column.key, ""), choices))
                for column in field.columns
            ]
            for index, row in enumerate(rows)
        ]
    return choices[field.choice_list].get(value, "") if field.choice_list else value


def masked_answer(field: FormField, value: Any) -> Any:
    """An answer as `shown_answers` gives it, with every NIK and nomor KK in it masked."""
    if field.type == "rows":
        return [[(cell, masked_answer(cell, answer)) for cell, answer in row] for row in value]
    return mask_number(str(value)) if field.type in PERSONAL else value


def shown_answers(
    case: Case, service: Service, variant: Variant
) -> list[tuple[FormPart, list[tuple[FormField, Any]]]]:
    """The answers as people read them, page by page, with words in place of codes."""
    choices = choices_of(service, variant)
    return [
        (
            part,
            [
                (field, _words(field, case.answers.get(field.key, ""), choices))
                for field in part.fields
                if applies(field.when, case.answers)
            ],
        )
        for part in parts_of(variant)
    ]


def people_in(
    fields: Iterable[FormField], answers: Mapping[str, Any]
) -> list[tuple[str, str, dict[str, Any]]]:
    """Everybody whose NIK is in the answers: the key of the NIK, the NIK, and what else is said of them.

    `saksi1_nik` belongs with `saksi1_nama`, and the `nik` of a row with its `nama`.
    """
    found = []
    for field in fields:
        value = answers.get(field.key)
        if field.type == "nik" and value:
            prefix = field.key.removesuffix("nik")
            said = {key.removeprefix(prefix): said for key, said in answers.items() if key.startswith(prefix)}
            found.append((field.key, str(value), said if prefix else {}))
        elif field.type == "rows" and isinstance(value, list):
            found += [
                (cell_key(field, index, column.key), row["nik"], row)
                for index, row in enumerate(value)
                for column in field.columns
                if column.key == "nik" and row.get("nik")
            ]
    return found
