"""The settings file: how it is read, and that it explains every setting."""

import re
from pathlib import Path

import pytest

from loket.config import settings_file
from loket.config.installing.template import NAMES, settings_text
from loket.config.settings_file import SettingsFileError, parse

ROOT = Path(__file__).resolve().parents[3]
TEXT = """
# a comment
PORT=8100
  LOKET_HOSTS = no
""".replace(" = ", "=")


def test_lines_comments_and_space() -> None:
    assert parse(TEXT) == {"PORT": "8100", "LOKET_HOSTS": "no"}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=", ""),
        ("A=a=b", "a=b"),
        ("A= b c ", "b c"),
        ("A=p#ss", "p#ss"),
        ("A='b '", "b "),
        ('A="b"', "b"),
        ("A='b\"", "'b\""),
        ("A='", "'"),
        ("A=$HOME", "$HOME"),
    ],
)
def test_values(line: str, value: str) -> None:
    assert parse(line) == {"A": value}


@pytest.mark.parametrize("line", ["export A=b", "A", "a=b", "A b=c", "=b", "1A=b"])
def test_a_line_that_is_no_setting_is_named(line: str) -> None:
    with pytest.raises(SettingsFileError, match=r"^file, line 2: not of the form NAME=value\.$"):
        parse(f"B=1\n{line}", "file")


def test_a_setting_named_twice_is_refused() -> None:
    with pytest.raises(SettingsFileError, match=r"^file, line 3: A is set twice\.$"):
        parse("A=1\n\nA=2", "file")


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "loket.env"
    file.write_text("PORT=8100\nLOKET_HOSTS=file.example\nLOKET_SMTP_USER=\n")
    environment = {"LOKET_CONFIG": str(file), "PORT": "8200"}
    assert settings_file.apply(environment) == file
    assert environment == {"LOKET_CONFIG": str(file), "PORT": "8200", "LOKET_HOSTS": "file.example"}


def test_no_file_where_none_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    default = tmp_path / "loket.env"
    monkeypatch.setattr(settings_file, "DEFAULT", default)
    assert settings_file.apply({}) is None
    default.write_text("PORT=8100\n")
    assert settings_file.apply({"LOKET_CONFIG": ""}) is None
    environment: dict[str, str] = {}
    assert (settings_file.apply(environment), environment) == (default, {"PORT": "8100"})


def test_a_file_that_is_named_and_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsFileError, match="does not exist"):
        settings_file.apply({"LOKET_CONFIG": str(tmp_path / "gone.env")})


def test_a_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "loket.env").write_bytes(b"A=\xff")
    with pytest.raises(SettingsFileError, match="cannot be read"):
        settings_file.read(tmp_path / "loket.env")


# The template


def test_what_is_written_is_read_back() -> None:
    values = {name: f"a 'b\" #{name}" for name in NAMES}
    assert parse(settings_text(values)) == values
    assert parse(settings_text({})) == {}


def test_the_template_refuses_what_it_cannot_write() -> None:
    with pytest.raises(ValueError, match="unknown settings: LOKET_HOST$"):
        settings_text({"LOKET_HOST": "a"})
    with pytest.raises(ValueError, match="line break"):
        settings_text({"PORT": "1\nLOKET_MODE=demo"})


def test_template_settings_and_manual_name_the_same() -> None:
    source = (ROOT / "loket/config/settings.py").read_text()
    read = set(re.findall(r'os\.environ\.get\(\s*"([A-Z_]+)"', source))
    assert read == NAMES
    manual = set(re.findall(r"`((?:LOKET_)?[A-Z_]+)`", (ROOT / "docs/settings.md").read_text()))
    assert sorted(NAMES - manual) == []
