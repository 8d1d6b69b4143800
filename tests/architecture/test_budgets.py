"""Sizes that keep the project readable, and reasons for every dependency."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES = 400
FUNCTION_LINES = 40
SETTINGS_LINES = 250
DEPENDENCIES = 25
# path: why it may be longer
LONG_FILES: dict[str, str] = {}


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_longer_than_the_budget() -> None:
    lengths = {relative(path): len(path.read_text().splitlines()) for path in python_files("loket", "tests")}
    too_long = {
        name: lines for name, lines in lengths.items() if lines > FILE_LINES and name not in LONG_FILES
    }
    assert too_long == {}


def test_settings_stay_short() -> None:
    lines = (ROOT / "loket/config/settings.py").read_text().splitlines()
    assert len(lines) <= SETTINGS_LINES


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_is_longer_than_the_budget() -> None:
    too_long = {
        f"{relative(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in python_files("loket")
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    }
    assert too_long == {}


# Framework hooks and their like: the name says it all, and the framework documents it.
UNDOCUMENTED = {"__init__", "__call__", "__str__", "Meta"}


def public_without_docstring(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_") or ast.get_docstring(node):
            continue
        yield f"{relative(path)}:{node.name}"


def test_everything_public_says_what_it_is() -> None:
    boilerplate = {"apps.py", "__init__.py"}
    missing = [
        found
        for path in python_files("loket")
        if path.name not in boilerplate
        for found in public_without_docstring(path)
        if found.rpartition(":")[2] not in {"AccountManager"}
    ]
    assert missing == []


def test_few_runtime_dependencies_each_with_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    declared = tomllib.loads(text)["project"]["dependencies"]
    block = text[text.index("dependencies = [") : text.index("]\n\n[project.scripts]")]
    with_reason = re.findall(r'^  "([^"]+)",\s+# \S.*$', block, flags=re.MULTILINE)
    without = sorted(set(declared) - set(with_reason))
    assert without == []
    assert len(declared) <= DEPENDENCIES


@pytest.mark.parametrize("name", ["bootstrap", "runtime", "dev"])
def test_locks_have_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pinned = re.findall(r"^([a-z0-9][a-z0-9.\-_\[\]]*)==", text, flags=re.MULTILINE)
    hashed = re.findall(r"^[a-z0-9][^\n]*==[^\n]*\\\n    --hash=sha256:", text, flags=re.MULTILINE)
    assert len(pinned) == len(hashed)
    assert re.findall(r"https?://|--index-url|--find-links", text) == []
