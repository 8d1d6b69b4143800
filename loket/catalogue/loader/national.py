"""What the law fixes for all offices: forms, code lists, documents, cards, areas."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from loket.catalogue.loader.checks import condition_problems, repeated
from loket.catalogue.loader.problems import Problem
from loket.catalogue.loader.source import SourceFile, read
from loket.catalogue.rules import Form, FormField, FormRule

AREA_FILES = (("areas.csv", False), ("villages.csv", False), ("retired.csv", True))
CODE_LIST_HEAD = ["code", "label"]


class AreaRow(NamedTuple):
    """A Kemendagri area: provinsi, kabupaten, kota, kecamatan, kelurahan or desa; retired or in force."""

    code: str
    name: str
    level: str
    parent: str
    retired: bool


class _Card(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str


class _Cards(BaseModel):
    cards: dict[str, _Card]


@dataclass
class National:
    """The national data, by name. A form that is known but broken is None."""

    forms: dict[str, Form | None] = field(default_factory=dict)
    code_lists: dict[str, dict[str, str]] = field(default_factory=dict)
    documents: set[str] = field(default_factory=set)
    cards: dict[str, str] = field(default_factory=dict)
    areas: set[str] = field(default_factory=set)


def read_areas(standards_dir: Path) -> Iterator[AreaRow]:
    """Every area, parents before children within a file: in force, villages of the offices, then retired."""
    for name, retired in AREA_FILES:
        path = standards_dir / "national" / "areas" / name
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    yield AreaRow(row["code"], row["name"], row["level"], row["parent"], retired)


def read_national(root: Path, problems: list[Problem]) -> National:
    """All national data under `root`; what is wrong goes into `problems`."""
    national = National(areas={row.code for row in read_areas(root) if not row.retired})
    folder = root / "national"
    for path in sorted(folder.glob("code-lists/*.csv")):
        national.code_lists[path.stem] = _code_list(path, root, problems)
    for path in sorted(folder.glob("forms/*.yaml")):
        national.forms[path.stem] = _form(path, root, national.code_lists, problems)
    for path in sorted(folder.glob("documents/*/document.yaml")):
        source = read(path, root, problems)
        if source and isinstance(source.data, dict) and source.data.get("document") != path.parent.name:
            message = f"isian 'document' harus '{path.parent.name}' seperti nama foldernya."
            problems.append(source.problem(("document",), message))
        national.documents.add(path.parent.name)
    national.cards = _cards(folder / "cards.yaml", root, problems)
    return national


def _code_list(path: Path, root: Path, problems: list[Problem]) -> dict[str, str]:
    source = SourceFile(path.relative_to(root).as_posix())
    entries: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if not rows or rows[0] != CODE_LIST_HEAD:
        problems.append(source.problem((), "baris judul harus 'code,label'."))
        return entries
    for line, row in enumerate(rows[1:], start=2):
        code, label = row if len(row) == 2 else ("", "")
        if not code or not label:
            problems.append(Problem(source.file, line, "baris ini harus berisi kode dan artinya."))
        elif code in entries:
            problems.append(Problem(source.file, line, f"kode '{code}' ditulis dua kali."))
        else:
            entries[code] = label
    return entries


def _cards(path: Path, root: Path, problems: list[Problem]) -> dict[str, str]:
    if not path.exists():
        return {}
    source = read(path, root, problems)
    if source is None:
        return {}
    # The file has the cards themselves at its top, so lines are looked up without the wrapping key.
    source.lines = {("cards", *place): line for place, line in source.lines.items()}
    parsed = source.parse(_Cards, {"cards": source.data}, problems)
    return {slug: card.name for slug, card in parsed.cards.items()} if parsed else {}


def _form(
    path: Path, root: Path, code_lists: dict[str, dict[str, str]], problems: list[Problem]
) -> Form | None:
    source = read(path, root, problems)
    form = source and source.parse(Form, source.data, problems)
    if not source or not form:
        return None
    found = list(_form_problems(source, form, path.stem, code_lists))
    problems.extend(found)
    return None if found else form


def _form_problems(
    source: SourceFile, form: Form, stem: str, code_lists: dict[str, dict[str, str]]
) -> Iterator[Problem]:
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
    targets = {key: condition_values(entry, code_lists) for key, entry in fields.items()}
    for at, part in enumerate(form.parts):
        for index, entry in enumerate(part.fields):
            here = ("parts", at, "fields", index)
            yield from _field_problems(source, here, entry, code_lists)
            yield from condition_problems(source, (*here, "when"), entry.when, targets)
    for at, rule in enumerate(form.rules):
        yield from _rule_problems(source, ("rules", at, "fields"), rule, fields)


def condition_values(entry: FormField, code_lists: dict[str, dict[str, str]]) -> set[str] | None:
    """What a condition on this field may ask for; None for anything."""
    return set(code_lists.get(entry.options or "", ())) if entry.type == "choice" else None


def _field_problems(
    source: SourceFile, here: tuple[str | int, ...], entry: FormField, code_lists: dict[str, dict[str, str]]
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


def _rule_problems(
    source: SourceFile, here: tuple[str | int, ...], rule: FormRule, fields: dict[str, FormField]
) -> Iterator[Problem]:
    if rule.rule == "not_before" and len(rule.fields) != 2:
        yield source.problem(here, "aturan not_before membandingkan tepat dua kolom.")
    for index, key in enumerate(rule.fields):
        if key not in fields:
            yield source.unknown((*here, index), "kolom", key, fields)
        elif rule.rule == "not_before" and fields[key].type != "date":
            yield source.problem((*here, index), f"kolom '{key}' bukan tanggal.")
