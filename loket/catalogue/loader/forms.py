"""What is wrong with a national form: its fields, its tables of rows, its rules."""

from collections.abc import Iterator, Mapping

from loket.catalogue.loader.checks import condition_problems, repeated
from loket.catalogue.loader.problems import Path, Problem
from loket.catalogue.loader.source import SourceFile
from loket.catalogue.rules import MAX_CELLS, MAX_ROWS, Form, FormField, FormRule

CodeLists = Mapping[str, Mapping[str, str]]
# How many fields a rule compares: fewest and most.
_COMPARED = {
    "different": (2, 99),
    "not_before": (2, 2),
    "together": (2, 99),
    "some": (2, 99),
    "counts": (2, 2),
    "exactly_one": (1, 1),
    "none": (1, 1),
    "unique": (1, 1),
}
_OVER_ROWS = ("exactly_one", "none", "unique")
_OF_A_VALUE = ("exactly_one", "none")


def form_problems(source: SourceFile, form: Form, stem: str, code_lists: CodeLists) -> Iterator[Problem]:
    """Everything wrong with a form whose shape is right. `stem` is the name of its file."""
    if form.form != stem:
        yield source.problem(("form",), f"isian 'form' harus '{stem}' seperti nama berkasnya.")
    fields = {entry.key: entry for part in form.parts for entry in part.fields}
    keys = [
        (entry.key, ("parts", at, "fields", index, "key"))
        for at, part in enumerate(form.parts)
        for index, entry in enumerate(part.fields)
    ]
    yield from repeated(source, "kolom", keys)
    parts = [(part.part, ("parts", at, "part")) for at, part in enumerate(form.parts)]
    yield from repeated(source, "bagian", parts)
    targets = {key: _condition_values(entry, code_lists) for key, entry in fields.items()}
    for at, part in enumerate(form.parts):
        for index, entry in enumerate(part.fields):
            here = ("parts", at, "fields", index)
            yield from _field_problems(source, here, entry, code_lists)
            yield from _table_problems(source, here, entry, code_lists)
            yield from condition_problems(source, (*here, "when"), entry.when, targets)
            yield from _never_asked(source, (*here, "when"), entry, fields)
    for at, rule in enumerate(form.rules):
        yield from _rule_problems(source, ("rules", at), rule, fields, code_lists)
        yield from condition_problems(source, ("rules", at, "when"), rule.when, targets)


def _condition_values(entry: FormField, code_lists: CodeLists) -> set[str] | None:
    """What a condition on this field may ask for; None for anything."""
    return set(code_lists.get(entry.options or "", ())) if entry.type == "choice" else None


def _never_asked(
    source: SourceFile, here: Path, entry: FormField, fields: Mapping[str, FormField]
) -> Iterator[Problem]:
    """Conditions that exclude those of the fields they name, or that wait for each other."""
    allowed: dict[str, set[str | bool]] = {}
    followed, waiting = {entry.key}, [entry]
    while waiting:
        for key, wanted in (waiting.pop().when or {}).items():
            values = set(wanted if isinstance(wanted, list) else [wanted])
            allowed[key] = allowed.get(key, values) & values
            if key == entry.key:
                yield source.problem(
                    here, f"kolom '{entry.key}' tidak pernah ditanyakan: menunggu dirinya sendiri."
                )
                return
            if values and not allowed[key]:
                why = f"syarat tentang '{key}' saling bertentangan"
                yield source.problem(here, f"kolom '{entry.key}' tidak pernah ditanyakan: {why}.")
                return
            if key in fields and key not in followed:
                followed.add(key)
                waiting.append(fields[key])


def _field_problems(
    source: SourceFile, here: Path, entry: FormField, code_lists: CodeLists
) -> Iterator[Problem]:
    if entry.type == "choice" and entry.options is None:
        yield source.problem(here, f"kolom pilihan '{entry.key}' belum menyebut daftar kode (options).")
    elif entry.type != "choice" and entry.options is not None:
        message = f"kolom '{entry.key}' berjenis {entry.type}, jadi tidak memakai daftar kode."
        yield source.problem((*here, "options"), message)
    elif entry.options is not None and entry.options not in code_lists:
        yield source.unknown((*here, "options"), "daftar kode", entry.options, code_lists)
    if entry.min is not None and entry.max is not None and entry.min > entry.max:
        yield source.problem((*here, "min"), f"kolom '{entry.key}': min lebih besar daripada max.")
    if entry.past and entry.type != "date":
        yield source.problem((*here, "past"), f"kolom '{entry.key}' bukan tanggal, jadi tidak memakai past.")


def _table_problems(
    source: SourceFile, here: Path, entry: FormField, code_lists: CodeLists
) -> Iterator[Problem]:
    """A table without columns or without a bound, too large for a page, or with what a column cannot be."""
    if entry.type != "rows":
        if entry.columns:
            message = f"kolom '{entry.key}' berjenis {entry.type}, jadi tidak memakai columns."
            yield source.problem((*here, "columns"), message)
        return
    if not entry.columns:
        yield source.problem(here, f"tabel '{entry.key}' belum menyebut kolomnya (columns).")
    if not isinstance(entry.max, int) or not 1 <= entry.max <= MAX_ROWS:
        message = f"tabel '{entry.key}' harus menyebut max, banyaknya baris, dari 1 sampai {MAX_ROWS}."
        yield source.problem((*here, "max"), message)
    elif entry.max * len(entry.columns) > MAX_CELLS:
        message = (
            f"tabel '{entry.key}' terlalu besar: paling banyak {MAX_CELLS} isian (baris dikalikan kolom)."
        )
        yield source.problem((*here, "max"), message)
    if entry.min is not None and (not isinstance(entry.min, int) or entry.min < 1):
        message = f"tabel '{entry.key}': min adalah banyaknya baris, paling kecil 1."
        yield source.problem((*here, "min"), message)
    named = [(column.key, (*here, "columns", at, "key")) for at, column in enumerate(entry.columns)]
    yield from repeated(source, "kolom tabel", named)
    for at, column in enumerate(entry.columns):
        place = (*here, "columns", at)
        if column.type == "rows":
            message = f"kolom tabel '{column.key}' tidak dapat berupa tabel (rows)."
            yield source.problem((*place, "type"), message)
        if column.when is not None:
            message = f"kolom tabel '{column.key}' tidak memakai syarat (when)."
            yield source.problem((*place, "when"), message)
        yield from _field_problems(source, place, column, code_lists)


def _rule_problems(
    source: SourceFile, at: Path, rule: FormRule, fields: Mapping[str, FormField], code_lists: CodeLists
) -> Iterator[Problem]:
    here = (*at, "fields")
    fewest, most = _COMPARED[rule.rule]
    if not fewest <= len(rule.fields) <= most:
        count = {(2, 2): "tepat dua kolom", (1, 1): "tepat satu tabel"}.get(
            (fewest, most), "dua kolom atau lebih"
        )
        yield source.problem(here, f"aturan {rule.rule} memeriksa {count}.")
        return
    for index, key in enumerate(rule.fields):
        if key not in fields:
            yield source.unknown((*here, index), "kolom", key, fields)
            continue
        wanted = _wanted_type(rule, index)
        found = fields[key].type
        if wanted is None and found == "rows":
            yield source.problem((*here, index), f"kolom '{key}' adalah tabel.")
        elif wanted is not None and found != wanted:
            yield source.problem((*here, index), f"kolom '{key}' bukan {_TYPE_WORDS[wanted]}.")
    if all(key in fields for key in rule.fields):
        yield from _row_rule_problems(source, at, rule, fields[rule.fields[0]], code_lists)


_TYPE_WORDS = {"date": "tanggal", "integer": "bilangan bulat", "rows": "tabel"}


def _wanted_type(rule: FormRule, index: int) -> str | None:
    """The type that a rule needs at a place; None for any plain field."""
    if rule.rule == "not_before":
        return "date"
    if rule.rule == "counts":
        return ("integer", "rows")[index]
    return "rows" if rule.rule in _OVER_ROWS else None


def _row_rule_problems(
    source: SourceFile, at: Path, rule: FormRule, table: FormField, code_lists: CodeLists
) -> Iterator[Problem]:
    """A rule over rows that names no column or value, or one that is not there; other rules name none."""
    for name, needed in (("column", rule.rule in _OVER_ROWS), ("value", rule.rule in _OF_A_VALUE)):
        if needed and getattr(rule, name) is None:
            yield source.problem(at, f"aturan {rule.rule} harus menyebut {name}.")
        elif not needed and getattr(rule, name) is not None:
            yield source.problem((*at, name), f"aturan {rule.rule} tidak memakai {name}.")
    if rule.rule not in _OVER_ROWS or rule.column is None or table.type != "rows":
        return
    columns = {column.key: column for column in table.columns}
    if rule.column not in columns:
        yield source.unknown((*at, "column"), "kolom tabel", rule.column, columns)
        return
    options = code_lists.get(columns[rule.column].options or "")
    if options is not None and rule.value is not None and rule.value not in options:
        yield source.unknown((*at, "value"), "pilihan", rule.value, options)
