"""What the law fixes for all offices: forms, code lists, documents, cards, areas."""

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from loket.catalogue.loader.checks import repeated
from loket.catalogue.loader.forms import form_problems
from loket.catalogue.loader.problems import Problem
from loket.catalogue.loader.source import SourceFile, read
from loket.catalogue.rules import Form, FormField, SiakScreen
from loket.offices.rules import StopReason

AREA_FILES = (("areas.csv", False), ("villages.csv", False), ("retired.csv", True))
CODE_LIST_HEAD = ["code", "label"]
# `21.01.01.1001` is a village.
VILLAGE_DOTS = 3


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


class _StopReasons(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    stop_reasons: list[StopReason]


@dataclass
class National:
    """The national data, by name. A form that is known but broken is None; `areas` are those in force."""

    forms: dict[str, Form | None] = field(default_factory=dict)
    code_lists: dict[str, dict[str, str]] = field(default_factory=dict)
    documents: set[str] = field(default_factory=set)
    cards: dict[str, str] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    stop_reasons: list[StopReason] = field(default_factory=list)
    # The screens of SIAK by event; an event without one is only recorded in our own register.
    screens: dict[str, SiakScreen] = field(default_factory=dict)

    def villages(self, area: str) -> dict[str, str]:
        """The villages of a kabupaten or kota by name, each with its kecamatan: code and words."""
        found = {}
        for code, name in self.areas.items():
            if code.startswith(f"{area}.") and code.count(".") == VILLAGE_DOTS:
                district = self.areas.get(code.rpartition(".")[0])
                found[code] = f"{name}, Kecamatan {district}" if district else name
        return dict(sorted(found.items(), key=lambda village: village[1]))


def read_areas(standards_dir: Path) -> Iterator[AreaRow]:
    """Every area, parents before children within a file: in force, villages of the offices, then retired."""
    for name, retired in AREA_FILES:
        path = standards_dir / "national" / "areas" / name
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    yield AreaRow(row["code"], row["name"], row["level"], row["parent"], retired)


def read_zones(standards_dir: Path) -> dict[str, str]:
    """The time zone of each province, by its code (Keppres 41/1987)."""
    path = standards_dir / "national" / "areas" / "zones.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["province"]: row["zone"] for row in csv.DictReader(file)}


def read_code_lists(standards_dir: Path, names: Collection[str]) -> dict[str, dict[str, str]]:
    """These national code lists, each as code and label, without the rest of the standards."""
    folder = standards_dir / "national" / "code-lists"
    return {name: _code_list(folder / f"{name}.csv", standards_dir, []) for name in names}


def read_national(root: Path, problems: list[Problem]) -> National:
    """All national data under `root`; what is wrong goes into `problems`."""
    national = National(areas={row.code: row.name for row in read_areas(root) if not row.retired})
    national.zones = read_zones(root)
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
    national.stop_reasons = _stop_reasons(folder / "stop-reasons.yaml", root, problems)
    keys = {entry.key for form in national.forms.values() if form for entry in _entries(form)}
    # Where a form is broken, what it has is not known to be missing.
    known = keys if all(national.forms.values()) else None
    for path in sorted(folder.glob("siak/*.yaml")):
        if screen := _screen(path, root, known, problems):
            national.screens[path.stem] = screen
    return national


def _entries(form: Form) -> Iterator[FormField]:
    for part in form.parts:
        yield from part.fields


def read_screens(standards_dir: Path) -> dict[str, SiakScreen]:
    """The screens of SIAK by event, without the rest of the standards. One that is broken is left out."""
    paths = sorted((standards_dir / "national" / "siak").glob("*.yaml"))
    read_so_far = {path.stem: _screen(path, standards_dir, None, []) for path in paths}
    return {event: screen for event, screen in read_so_far.items() if screen is not None}


def _screen(
    path: Path, root: Path, keys: Collection[str] | None, problems: list[Problem]
) -> SiakScreen | None:
    """One screen; its fields are those of our forms, `keys`, where these are known."""
    source = read(path, root, problems)
    screen = source and source.parse(SiakScreen, source.data, problems)
    if not source or not screen:
        return None
    if screen.event != path.stem:
        problems.append(
            source.problem(("event",), f"isian 'event' harus '{path.stem}' seperti nama berkasnya.")
        )
    named = [
        (key, ("sections", place, "fields", key))
        for place, section in enumerate(screen.sections)
        for key in section.fields
    ]
    problems.extend(repeated(source, "kolom", named))
    if keys is not None:
        problems.extend(source.unknown(place, "kolom", key, keys) for key, place in named if key not in keys)
    return screen


def _stop_reasons(path: Path, root: Path, problems: list[Problem]) -> list[StopReason]:
    """Why clocks may stand at an office that names no reasons of its own."""
    source = read(path, root, problems) if path.exists() else None
    parsed = source and source.parse(_StopReasons, source.data, problems)
    if not source or not parsed:
        return []
    problems.extend(repeated_reasons(source, parsed.stop_reasons))
    return parsed.stop_reasons


def repeated_reasons(source: SourceFile, reasons: list[StopReason]) -> Iterator[Problem]:
    """Stop reasons named twice in a file."""
    places = [(item.reason, ("stop_reasons", index, "reason")) for index, item in enumerate(reasons)]
    yield from repeated(source, "alasan", places)


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
    found = list(form_problems(source, form, path.stem, code_lists))
    problems.extend(found)
    return None if found else form
