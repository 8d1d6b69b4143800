"""Where numbers come from: variant before service before office, and only for what SIAK has a screen for."""

import shutil
from pathlib import Path
from typing import get_args

import pytest

from loket.catalogue.loader import Loaded, load, read_screens
from loket.catalogue.rules import Event

STANDARDS = Path(__file__).parents[3] / "standards"
SERVICE = "offices/6471-balikpapan/services/15-akta-kelahiran.yaml"
DATA = "offices/6471-balikpapan/services"
# An agreement with an agency is the office's own paper.
OWN_ONLY = {"data_access"}


def copied(source: Path, place: Path) -> Path:
    """The standards, to be changed."""
    return Path(shutil.copytree(source, place / "standards"))


def sources(loaded: Loaded, service: str) -> dict[str, str]:
    found = next(item for item in loaded.services if item.service == service and item.office == "6471")
    return {variant.variant: variant.source for variant in found.variants}


def test_every_event_has_a_screen() -> None:
    assert set(read_screens(STANDARDS)) == set(get_args(Event)) - OWN_ONLY


def test_the_demo_offices_number_for_themselves() -> None:
    loaded = load(STANDARDS)
    assert {office.register_source for office in loaded.offices} == {"own"}
    assert {variant.source for service in loaded.services for variant in service.variants} == {"own"}


def test_all_of_an_office_but_what_siak_does_not_know() -> None:
    loaded = load(STANDARDS, source="siak")
    assert loaded.errors == []
    own = {
        variant.event
        for service in loaded.services
        for variant in service.variants
        if variant.source == "own"
    }
    assert own == {None, *OWN_ONLY}


def test_a_service_and_a_variant_have_the_last_word(tmp_path: Path) -> None:
    standards = copied(STANDARDS, tmp_path)
    place = standards / SERVICE
    place.write_text(place.read_text().replace("variants:\n", "register_source: siak\nvariants:\n", 1))
    assert set(sources(load(standards), "akta-kelahiran").values()) == {"siak"}
    text = place.read_text()
    place.write_text(
        text.replace("  - variant: kelahiran-wni\n", "  - variant: kelahiran-wni\n    register_source: own\n")
    )
    assert sources(load(standards), "akta-kelahiran")["kelahiran-wni"] == "own"


def test_a_word_that_cannot_be_kept_is_a_mistake(tmp_path: Path) -> None:
    standards = copied(STANDARDS, tmp_path)
    place = next(path for path in (standards / DATA).glob("*.yaml") if "data_access" in path.read_text())
    place.write_text(place.read_text().replace("variants:\n", "register_source: siak\nvariants:\n", 1))
    assert {problem.message for problem in load(standards).errors} == {
        "varian 'data-kemendagri' tidak mencatat peristiwa yang punya layar SIAK.",
        "varian 'data-lokal' tidak mencatat peristiwa yang punya layar SIAK.",
    }


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("event: birth\n", "event: death\n", "isian 'event' harus 'birth' seperti nama berkasnya."),
        ("anak_nama:", "anak_nana:", "kolom 'anak_nana' tidak dikenal."),
        ("ayah_nik:", "ibu_nik:", "kolom 'ibu_nik' ditulis dua kali."),
    ],
)
def test_a_broken_screen(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    standards = copied(STANDARDS, tmp_path)
    place = standards / "national/siak/birth.yaml"
    place.write_text(place.read_text().replace(old, new, 1))
    assert sentence in {problem.message for problem in load(standards).errors}
