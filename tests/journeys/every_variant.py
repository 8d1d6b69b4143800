"""What must be true of the scenarios of an office: each variant has one, and each ends in its product."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from loket.catalogue.loader import load
from tests.journeys.playing import RESULTS, ROOT, loket

# In our own register, and handed to a stand-in for SIAK.
SOURCES = ("own", "siak")
# What is good of a document at the end: signed and intact, on paper, or replaced by a later one of its kind.
SOUND = {"genuine", "wet", "superseded"}
LONGEST = 900


def scenarios_of(*offices: str) -> list[Path]:
    """The scenario files of these offices; other files hold people only."""
    found = []
    for path in sorted((ROOT / "scenarios").rglob("*.yaml")):
        said = yaml.safe_load(path.read_text())
        if "service" in said and said["office"] in offices:
            found.append(path)
    return found


def variants_of(*offices: str) -> set[tuple[str, str, str]]:
    """Every office, service and variant that these offices publish."""
    loaded = load(ROOT / "standards")
    names = {office.office: office.slug for office in loaded.offices}
    return {
        (names[service.office], service.service, variant.variant)
        for service in loaded.services
        for variant in service.variants
        if names[service.office] in offices
    }


def play(url: str, files: list[Path], source: str) -> list[dict[str, Any]]:
    """The results of all files, each as expected, with numbers and documents from this source."""
    done = loket("run", *map(str, files), "--json", "--source", source, url=url, longest=LONGEST)
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, RESULTS)
    wrong = {
        result["file"]: (result["outcome"], result["differences"], result["refused"])
        for result in answer["results"]
        if not result["as_expected"]
    }
    assert wrong == {}, wrong
    assert done.returncode == 0, done.stderr
    return list(answer["results"])


def require_products(results: list[dict[str, Any]], files: list[Path], *offices: str) -> None:
    """Every variant of these offices ends in exactly the products that its standard names."""
    played = [yaml.safe_load(path.read_text()) for path in files]
    assert {(one["office"], one["service"], one["variant"]) for one in played} == variants_of(*offices)
    promised = {
        (service.office, service.service, variant.variant): sorted(item.document for item in variant.products)
        for service in load(ROOT / "standards").services
        for variant in service.variants
    }
    codes = {office.slug: office.office for office in load(ROOT / "standards").offices}
    for one, result in zip(played, results, strict=True):
        assert {item["verdict"] for item in result["documents"]} <= SOUND, one["scenario"]
        if result["outcome"] == "done":
            key = (codes[one["office"]], one["service"], one["variant"])
            assert sorted(result["products"]) == promised[key], one["scenario"]
