"""`loket standards diff`: folders, offices, service files, and what is published."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import SERVICE, loket

OFFICE = "offices/9901-perpustakaan"
CHANGED = "Jangka waktu berubah dari 30 menit kerja menjadi 45 menit kerja."


@pytest.fixture
def later(library: Path, tmp_path: Path) -> Path:
    """The same standards with a longer deadline and another role's name."""
    copy = Path(shutil.copytree(library, tmp_path / "later"))
    edit(copy / SERVICE, "working_minutes: 30", "working_minutes: 45")
    edit(copy / OFFICE / "office.yaml", "name: Kepala,", "name: Pemimpin,")
    return copy


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_folders_are_compared_in_words(library: Path, later: Path) -> None:
    done = loket("standards", "diff", str(library), str(later))
    assert (done.exit_code, done.output) == (
        0,
        "Perpustakaan\n  - Peran Kepala sekarang bernama Pemimpin.\n\n  1. Kartu Anggota\n"
        f"    Anggota Baru:\n    - {CHANGED}\n",
    )


def test_nothing_changed(library: Path) -> None:
    assert loket("standards", "diff", str(library), str(library)).output == "Tidak ada perubahan.\n"


def test_the_changes_for_programs(library: Path, later: Path) -> None:
    done = loket("standards", "diff", "--json", str(library / OFFICE), str(later))
    assert json.loads(done.output) == [
        {"office": "9901", "service": "", "variant": "", "text": "Peran Kepala sekarang bernama Pemimpin."},
        {"office": "9901", "service": "kartu-anggota", "variant": "baru", "text": CHANGED},
    ]


def test_a_service_file_is_compared_alone(library: Path, later: Path) -> None:
    done = loket("standards", "diff", str(library / SERVICE), str(later / SERVICE))
    assert done.output == f"Perpustakaan\n\n  1. Kartu Anggota\n    Anggota Baru:\n    - {CHANGED}\n"


@pytest.mark.django_db
def test_what_is_published_is_compared_with_files(library: Path, later: Path) -> None:
    assert loket("standards", "publish").exit_code == 0
    assert loket("standards", "diff", "published", str(library)).output == "Tidak ada perubahan.\n"
    assert CHANGED in loket("standards", "diff", "published", str(later)).output


@pytest.mark.django_db
def test_offices_that_do_not_work_here_are_not_compared(library: Path, settings: Any) -> None:
    assert loket("standards", "publish").exit_code == 0
    other = library / "offices/9902-arsip"
    shutil.copytree(library / OFFICE, other)
    for old, new in (('office: "9901"', 'office: "9902"'), ('"99.01"', '"99.02"'), ("perpustakaan", "arsip")):
        edit(other / "office.yaml", old, new)
    with (library / "national/areas/areas.csv").open("a") as areas:
        areas.write("99.02,Kabupaten Lain,kabupaten,99\n")
    settings.OFFICES = ("9901",)
    assert loket("standards", "diff", "published", str(library)).output == "Tidak ada perubahan.\n"
    settings.OFFICES = ()
    assert "Kantor baru: " in loket("standards", "diff", "published", str(library)).output


def test_files_with_errors_are_not_compared(library: Path, later: Path) -> None:
    edit(later / SERVICE, "procedure: daring", "procedure: darin")
    done = loket("standards", "diff", str(library), str(later))
    assert done.exit_code == 1
    assert done.output == (
        f"Error: {later} has errors. {SERVICE} baris 24: alur 'darin' tidak dikenal."
        " Mungkin maksudnya 'daring'.\n"
    )


def test_a_place_without_standards_is_refused(library: Path, tmp_path: Path) -> None:
    done = loket("standards", "diff", str(tmp_path / "nowhere"), str(library))
    assert done.exit_code == 2
    assert "is not within a folder of standards" in done.output
    done = loket("standards", "diff", str(library), str(library / OFFICE / "office.yaml"))
    assert done.exit_code == 2
    assert "is neither the folder of an office nor a service file" in done.output
