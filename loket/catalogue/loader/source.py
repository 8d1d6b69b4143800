"""Reading one YAML file as plain values, remembering the line of every node.

A small YAML: text, whole and decimal numbers, true/false, nothing, lists and mappings. Everything else is
refused, because it surprises the people who maintain standards: tabs, anchors, tags, keys written twice, and
the many other words that YAML 1.1 reads as yes or no. Dates and hours stay text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from loket.catalogue.loader.problems import Path, Problem, Severity, nearest, sentence, suggestion

Model = TypeVar("Model", bound=BaseModel)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass
class SourceFile:
    """One YAML file: its values, and the line of each by its path."""

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def known(self, path: Path) -> Path:
        """The longest beginning of `path` that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return path

    def line(self, path: Path) -> int:
        """The line of the node at `path`, or of the nearest one around it."""
        return self.lines.get(self.known(path), 1)

    def problem(
        self, path: Path, message: str, suggestion: str | None = None, severity: Severity = "error"
    ) -> Problem:
        """A problem at `path`."""
        return Problem(self.file, self.line(path), message, suggestion, severity)

    def unknown(self, path: Path, what: str, given: object, valid: Any) -> Problem:
        """`given` at `path` is not one of `valid`."""
        return self.problem(path, f"{what} '{given}' tidak dikenal.", nearest(given, valid))

    def parse(
        self,
        model: type[Model],
        data: Any,
        problems: list[Problem],
        at: Path = (),
        derived: frozenset[str] = frozenset(),
    ) -> Model | None:
        """`data`, which stands at `at`, as a `model`; None with its problems noted where it is not one.

        `derived` fields are filled in by the loader, so a file may not have them.
        """
        for name in sorted(derived & set(data) if isinstance(data, dict) else ()):
            if (*at, name) in self.lines:
                problems.append(self.problem((*at, name), f"isian '{name}' tidak dikenal."))
        try:
            return model.model_validate(data)
        except ValidationError as failure:
            found = list(self._translated(failure, model, at, derived))
        problems.extend(dict.fromkeys(found))
        return None

    def _translated(
        self, failure: ValidationError, model: type[BaseModel], at: Path, derived: frozenset[str]
    ) -> Iterator[Problem]:
        for error in failure.errors(include_url=False):
            of_key = "[key]" in error["loc"]
            loc = error["loc"] = tuple(part for part in error["loc"] if part != "[key]")
            path = self.known((*at, *loc))[len(at) :]
            text = sentence(error, path, of_key=of_key)
            yield self.problem((*at, *loc), text, suggestion(error, model, derived))


def read(path: FilePath, root: FilePath, problems: list[Problem]) -> SourceFile | None:
    """The YAML file at `path`, None where it cannot be read; what is wrong goes into `problems`."""
    source = SourceFile(path.relative_to(root).as_posix())
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        problems.append(Problem(source.file, 1, "berkas tidak dapat dibaca sebagai teks UTF-8."))
        return None
    if "\t" in text:
        line = text[: text.index("\t")].count("\n") + 1
        problems.append(Problem(source.file, line, "ada tab; gunakan spasi."))
        return None
    try:
        refused = list(_refused(text))
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as failure:
        line = text[: failure.position].count("\n") + 1
        problems.append(Problem(source.file, line, "ada tanda kendali yang tidak terlihat; hapus."))
        return None
    except yaml.MarkedYAMLError as failure:
        line = failure.problem_mark.line + 1 if failure.problem_mark else 1
        message = f"YAML tidak terbaca; periksa indentasi, titik dua, dan tanda petik ({failure.problem})."
        problems.append(Problem(source.file, line, message))
        return None
    problems.extend(Problem(source.file, line, message) for line, message in refused)
    if node is None:
        problems.append(Problem(source.file, 1, "berkas kosong."))
        return None
    if refused:
        return None
    source.data = _value(node, (), source, problems)
    return source


def _refused(text: str) -> Iterator[tuple[int, str]]:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if getattr(event, "anchor", None) is not None:
            yield line, "jangkar dan alias YAML (& dan *) tidak dipakai; tulis isinya."
        elif (tag := getattr(event, "tag", None)) is not None:
            yield line, f"tanda YAML {tag} tidak dipakai."


def _value(node: yaml.Node, path: Path, source: SourceFile, problems: list[Problem]) -> Any:
    """The node as plain values; the line of a mapping's entry is that of its key."""
    source.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, index), source, problems) for index, child in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return _scalar(node)
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in values:
            problems.append(Problem(source.file, line, f"isian '{key}' ditulis dua kali."))
            continue
        source.lines[(*path, key)] = line
        values[key] = _value(value_node, (*path, key), source, problems)
    return values


def _scalar(node: Any) -> Any:
    text = str(node.value)
    if node.style is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
