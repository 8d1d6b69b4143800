"""The published schema of scenario files, and the scenarios that come with Loket."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from loket.catalogue.loader import load, read_areas
from loket.catalogue.loader.source import read
from loket.catalogue.rules import Channel, StepKind
from loket.config.scenario.driving import AROUND, CHANNELS, INSTEAD, KINDS
from loket.config.scenario.format import DEEDS, DRIVEN_CHANNELS, json_schema
from loket.config.scenario.reading import Library, read_scenario
from tests.unit.scenario.bank import TEXT, changed, deviating

ROOT = Path(__file__).parents[3]
FILES = sorted([*(ROOT / "scenarios").glob("*.yaml"), *(ROOT / "scenarios").glob("*/*.yaml")])


@lru_cache
def library() -> Library:
    standards = ROOT / "standards"
    return Library.of(load(standards), read_areas(standards))


def data_of(path: Path) -> Any:
    source = read(path, path.parent, [])
    assert source is not None
    return source.data


def faults(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "coba.yaml"
    path.write_text(text)
    validator = jsonschema.Draft202012Validator(json_schema())
    return [error.json_path for error in validator.iter_errors(data_of(path))]


def test_the_committed_schema_is_the_current_one() -> None:
    assert json.loads((ROOT / "scenarios/schema.json").read_text()) == json_schema()


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_our_scenarios_follow_the_schema_and_the_standards(path: Path) -> None:
    jsonschema.validate(data_of(path), json_schema())
    planned, found = read_scenario(path, library())
    assert found == []
    assert planned is not None


RIGHT = [
    TEXT,
    deviating("{at: terima, do: wait, days: 2}", "{at: terima, visit: 2, do: attempt, by: pemeriksa}"),
    deviating("{at: terima, do: return, reason: x, repair: {attachments: {foto_benih: [contoh, a.jpg]}}}"),
]
WRONG = {
    "$.start": changed(("2026-08-03 09:00", "besok")),
    "$.deviations[0].do": deviating("{at: terima, do: lari}"),
    "$.deviations[0]": deviating("{at: terima, do: reject}"),
    "$.expected.state": changed(("{state: done}", "{state: selesai}")),
    "$.takes.terima": changed(("terima: 15", "terima: 0")),
}


@pytest.mark.parametrize("text", RIGHT)
def test_the_schema_takes_what_can_be_run(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text) == []


@pytest.mark.parametrize("place", WRONG)
def test_the_schema_refuses_what_cannot(tmp_path: Path, place: str) -> None:
    assert faults(tmp_path, WRONG[place]) == [place]


def test_every_kind_of_step_and_of_deviation_can_be_driven() -> None:
    assert set(get_args(StepKind)) <= set(KINDS)
    assert set(AROUND) | set(INSTEAD) | {"take"} == set(DEEDS)
    assert set(CHANNELS) == DRIVEN_CHANNELS <= set(get_args(Channel))
