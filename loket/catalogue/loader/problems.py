"""What is wrong with the standards, in sentences that name file, line and the nearest valid value."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]

_SENTENCES = {
    "missing": "isian '{name}' belum ada.",
    "extra_forbidden": "isian '{name}' tidak dikenal.",
    "literal_error": "{name} '{input}' tidak dikenal.",
    "string_type": "{name} harus berupa teks.",
    "string_pattern_mismatch": "{name} '{input}' tidak sesuai dengan pola {pattern}.",
    "string_too_long": "{name} paling panjang {max_length} karakter.",
    "int_type": "{name} harus berupa bilangan bulat.",
    "int_parsing": "{name} harus berupa bilangan bulat.",
    "int_from_float": "{name} harus berupa bilangan bulat.",
    "bool_type": "{name} harus true atau false.",
    "bool_parsing": "{name} harus true atau false.",
    "list_type": "{name} harus berupa daftar.",
    "dict_type": "{name} harus berupa kumpulan isian.",
    "model_type": "{name} harus berupa kumpulan isian.",
    "date_type": "{name} harus berupa tanggal seperti 2024-01-31.",
    "date_parsing": "{name} harus berupa tanggal seperti 2024-01-31.",
    "date_from_datetime_parsing": "{name} '{input}' bukan tanggal; tulis seperti 2024-01-31.",
    "too_short": "{name} harus berisi paling sedikit {min_length} butir.",
    "greater_than_equal": "{name} paling kecil {ge}.",
    "value_error": "{name}: {error}.",
}
_UNSUITABLE = "{name}: nilai ini tidak sesuai."


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one file. `file` is relative to the standards directory, `line` counts from 1."""

    file: str
    line: int
    message: str
    suggestion: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        mark = "peringatan: " if self.severity == "warning" else ""
        hint = f" Mungkin maksudnya '{self.suggestion}'." if self.suggestion else ""
        return f"{self.file} baris {self.line}: {mark}{self.message}{hint}"


def nearest(given: object, valid: Iterable[str]) -> str | None:
    """The valid value most like the one given, None where nothing is like it."""
    found = difflib.get_close_matches(str(given), sorted(valid), n=1, cutoff=0.6)
    return found[0] if found else None


def sentence(error: ErrorDetails, path: Path, *, of_key: bool) -> str:
    """An error of pydantic as an Indonesian sentence. `path` is where in the file it is; `of_key` says that
    the key of a mapping is wrong, not its value.
    """
    union_branch = len(error["loc"]) > len(path) and error["type"] != "missing"
    template = _UNSUITABLE if union_branch else _SENTENCES.get(error["type"], _UNSUITABLE)
    given = error.get("input")
    values = {**error.get("ctx", {}), "name": "isian" if of_key else _name(error, path), "input": given}
    text = template.format_map(values)
    if error["type"] == "string_type" and isinstance(given, int | float):
        text += " Apit dengan tanda petik."
    return text


def _name(error: ErrorDetails, path: Path) -> str:
    loc = error["loc"] if error["type"] == "missing" else path
    named = [part for part in loc if isinstance(part, str)]
    return named[-1] if named else "berkas ini"


def suggestion(error: ErrorDetails, model: type[BaseModel], hidden: frozenset[str]) -> str | None:
    """The nearest valid value or field for an error of pydantic. `hidden` fields are never suggested."""
    if error["type"] == "extra_forbidden":
        return nearest(error["loc"][-1], set(_fields_at(model, error["loc"][:-1])) - hidden)
    if error["type"] == "literal_error":
        expected = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
        return nearest(error.get("input"), expected)
    return None


def _fields_at(model: type[BaseModel], loc: Path) -> list[str]:
    """The names of the fields of the model that stands at `loc` within `model`."""
    current: type[BaseModel] | None = model
    for part in loc:
        if isinstance(part, str) and current is not None:
            field = current.model_fields.get(part)
            current = _model_in(field.annotation) if field else None
    return list(current.model_fields) if current else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in found if model is not None), None)
