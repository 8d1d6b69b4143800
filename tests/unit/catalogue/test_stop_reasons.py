"""The reasons for which clocks may stand: the national ones, unless the office names its own."""

import shutil
from pathlib import Path

from loket.catalogue.loader import load

LIBRARY = Path(__file__).parent / "library"
NATIONAL = "stop_reasons:\n  - {reason: listrik, name: Listrik padam, scope: office}\n"
OWN = "stop_reasons:\n  - {reason: banjir, name: Banjir, scope: office}\n"
OFFICE = "offices/9901-perpustakaan/office.yaml"


def copied(tmp_path: Path, national: str, own: str) -> Path:
    root = tmp_path / "standards"
    shutil.copytree(LIBRARY, root)
    if national:
        (root / "national/stop-reasons.yaml").write_text(national)
    office = root / OFFICE
    office.write_text(office.read_text() + own)
    return root


def reasons(tmp_path: Path, national: str, own: str) -> list[str]:
    loaded = load(copied(tmp_path, national, own))
    assert loaded.errors == []
    return [item.reason for office in loaded.offices for item in office.stop_reasons]


def test_an_office_that_names_none_has_the_national_ones(tmp_path: Path) -> None:
    assert reasons(tmp_path, NATIONAL, "") == ["listrik"]


def test_an_office_that_names_its_own_has_only_those(tmp_path: Path) -> None:
    assert reasons(tmp_path, NATIONAL, OWN) == ["banjir"]


def test_an_office_may_want_none(tmp_path: Path) -> None:
    assert reasons(tmp_path, NATIONAL, "stop_reasons: []\n") == []


def test_without_a_national_file_there_are_none(tmp_path: Path) -> None:
    assert reasons(tmp_path, "", "") == []


def test_mistakes_are_found_where_they_stand(tmp_path: Path) -> None:
    twice = NATIONAL + "  - {reason: listrik, name: Lagi, scope: office}\n"
    wrong = OWN.replace("scope: office", "scope: lain")
    found = [(problem.file, problem.line) for problem in load(copied(tmp_path, twice, wrong)).errors]
    lines = len((LIBRARY / OFFICE).read_text().splitlines())
    assert found[:2] == [("national/stop-reasons.yaml", 3), (OFFICE, lines + 2)]
